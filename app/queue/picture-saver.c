/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Listens to the queue, tells its store what is on the disk, and holds what could not be put there. */

#include "queue/picture-saver.h"

struct _WeirPictureSaver
{
  GObject parent;

  WeirQueueStore *store;
  WeirLibrary    *library;
  GPtrArray      *unsaved;  /* Saving: those that failed and are not tried now */
  guint           n_trying; /* of those that failed before */
  char           *reason;   /* of the latest that failed; NULL if there is none */
  gboolean        is_asked; /* a person wants to know how the trying ends */
};

G_DEFINE_FINAL_TYPE (WeirPictureSaver, weir_picture_saver, G_TYPE_OBJECT)

enum
{
  PROP_LIBRARY = 1,
  PROP_N_UNSAVED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum
{
  TOLD,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* One picture on its way, or one that waits for another try. */
typedef struct
{
  WeirPictureSaver *saver; /* while it is on its way */
  WeirJob          *job;
  WeirPicture      *picture;
  guint             number; /* of the job's */
  gboolean          has_failed;
} Saving;

static void
saving_free (Saving *saving)
{
  g_clear_object (&saving->saver);
  g_object_unref (saving->job);
  g_object_unref (saving->picture);
  g_free (saving);
}

static void send_unsaved (WeirPictureSaver *self);

static void
succeed (WeirPictureSaver *self,
         Saving           *saving,
         WeirLibraryItem  *item)
{
  weir_queue_store_end_picture (self->store, saving->job, saving->number);
  weir_picture_set_path (saving->picture, weir_library_item_get_path (item));
  if (weir_picture_saver_get_n_unsaved (self) == 0)
    g_clear_pointer (&self->reason, g_free);
  saving_free (saving);
  /* what was in the way may be gone for the others too */
  send_unsaved (self);
}

static void
fail (WeirPictureSaver *self,
      Saving           *saving,
      const GError     *error)
{
  g_info ("%s", error->message);
  g_free (self->reason);
  self->reason = g_strdup (error->message);
  saving->has_failed = TRUE;
  g_ptr_array_add (self->unsaved, saving);
}

static void
saved (GObject      *source,
       GAsyncResult *result,
       gpointer      user_data)
{
  Saving *saving = user_data;
  g_autoptr (WeirPictureSaver) self = g_steal_pointer (&saving->saver);
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirLibraryItem) item =
    weir_library_save_finish (WEIR_LIBRARY (source), result, &error);

  if (saving->has_failed)
    self->n_trying--;
  if (item)
    succeed (self, saving, item);
  else
    fail (self, saving, error);
  if (self->is_asked && self->n_trying == 0)
    {
      self->is_asked = FALSE;
      if (self->unsaved->len > 0)
        g_signal_emit (self, signals[TOLD], 0, self->reason);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_UNSAVED]);
}

static void
send (WeirPictureSaver *self,
      Saving           *saving)
{
  saving->saver = g_object_ref (self);
  weir_library_save_async (self->library, weir_picture_get_image (saving->picture),
                           weir_picture_get_metadata (saving->picture), saved, saving);
}

/* All of them, if none is on its way. */
static void
send_unsaved (WeirPictureSaver *self)
{
  g_autoptr (GPtrArray) unsaved = NULL;

  if (self->n_trying > 0 || self->unsaved->len == 0)
    return;
  unsaved = g_steal_pointer (&self->unsaved);
  g_ptr_array_set_free_func (unsaved, NULL);
  self->unsaved = g_ptr_array_new_with_free_func ((GDestroyNotify) saving_free);
  self->n_trying = unsaved->len;
  for (guint i = 0; i < unsaved->len; i++)
    send (self, unsaved->pdata[i]);
}

static void
picture_came (WeirQueue        *queue,
              WeirJob          *job,
              WeirPicture      *picture,
              double            seconds,
              WeirPictureSaver *self)
{
  Saving *saving = g_new0 (Saving, 1);

  saving->job = g_object_ref (job);
  saving->picture = g_object_ref (picture);
  saving->number = weir_queue_store_begin_picture (self->store, job);
  send (self, saving);
}

static void
weir_picture_saver_set_property (GObject      *object,
                                 guint         id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  WeirPictureSaver *self = WEIR_PICTURE_SAVER (object);

  if (id != PROP_LIBRARY)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  if (g_set_object (&self->library, g_value_get_object (value)) && self->library)
    send_unsaved (self);
}

static void
weir_picture_saver_get_property (GObject    *object,
                                 guint       id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  if (id == PROP_N_UNSAVED)
    g_value_set_uint (value, weir_picture_saver_get_n_unsaved (WEIR_PICTURE_SAVER (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_picture_saver_finalize (GObject *object)
{
  WeirPictureSaver *self = WEIR_PICTURE_SAVER (object);

  g_ptr_array_unref (self->unsaved);
  g_free (self->reason);
  g_clear_object (&self->store);
  g_clear_object (&self->library);
  G_OBJECT_CLASS (weir_picture_saver_parent_class)->finalize (object);
}

static void
weir_picture_saver_class_init (WeirPictureSaverClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->set_property = weir_picture_saver_set_property;
  object_class->get_property = weir_picture_saver_get_property;
  object_class->finalize = weir_picture_saver_finalize;

  properties[PROP_LIBRARY] = g_param_spec_object ("library", NULL, NULL, WEIR_TYPE_LIBRARY,
                                                  G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_N_UNSAVED] =
    g_param_spec_uint ("n-unsaved", NULL, NULL, 0, G_MAXUINT, 0,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[TOLD] = g_signal_new ("told", WEIR_TYPE_PICTURE_SAVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
weir_picture_saver_init (WeirPictureSaver *self)
{
  self->unsaved = g_ptr_array_new_with_free_func ((GDestroyNotify) saving_free);
}

WeirPictureSaver *
weir_picture_saver_new (WeirQueue      *queue,
                        WeirQueueStore *store)
{
  WeirPictureSaver *self = g_object_new (WEIR_TYPE_PICTURE_SAVER, NULL);

  self->store = g_object_ref (store);
  g_signal_connect_object (queue, "picture", G_CALLBACK (picture_came), self, 0);
  return self;
}

guint
weir_picture_saver_get_n_unsaved (WeirPictureSaver *self)
{
  g_return_val_if_fail (WEIR_IS_PICTURE_SAVER (self), 0);

  return self->unsaved->len + self->n_trying;
}

const char *
weir_picture_saver_get_reason (WeirPictureSaver *self)
{
  g_return_val_if_fail (WEIR_IS_PICTURE_SAVER (self), NULL);

  return self->reason;
}

void
weir_picture_saver_try_again (WeirPictureSaver *self)
{
  g_return_if_fail (WEIR_IS_PICTURE_SAVER (self));

  self->is_asked = weir_picture_saver_get_n_unsaved (self) > 0;
  send_unsaved (self);
}
