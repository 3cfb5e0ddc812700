/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Listens to the queue, and tells its store what is on the disk. */

#include "queue/picture-saver.h"

struct _WeirPictureSaver
{
  GObject parent;

  WeirQueueStore *store;
  WeirLibrary    *library;
};

G_DEFINE_FINAL_TYPE (WeirPictureSaver, weir_picture_saver, G_TYPE_OBJECT)

enum
{
  PROP_LIBRARY = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum
{
  TOLD,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* One picture on its way. */
typedef struct
{
  WeirPictureSaver *saver;
  WeirJob          *job;
  WeirPicture      *picture;
  guint             number; /* of the job's */
} Saving;

static void
saving_free (Saving *saving)
{
  g_object_unref (saving->saver);
  g_object_unref (saving->job);
  g_object_unref (saving->picture);
  g_free (saving);
}

static void
saved (GObject      *source,
       GAsyncResult *result,
       gpointer      user_data)
{
  Saving *saving = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirLibraryItem) item =
    weir_library_save_finish (WEIR_LIBRARY (source), result, &error);

  weir_queue_store_end_picture (saving->saver->store, saving->job, saving->number, item != NULL);
  if (item)
    weir_picture_set_path (saving->picture, weir_library_item_get_path (item));
  else
    {
      g_info ("%s", error->message);
      g_signal_emit (saving->saver, signals[TOLD], 0, error->message);
    }
  saving_free (saving);
}

static void
picture_came (WeirQueue        *queue,
              WeirJob          *job,
              WeirPicture      *picture,
              double            seconds,
              WeirPictureSaver *self)
{
  Saving *saving = g_new0 (Saving, 1);

  saving->saver = g_object_ref (self);
  saving->job = g_object_ref (job);
  saving->picture = g_object_ref (picture);
  saving->number = weir_queue_store_begin_picture (self->store, job);
  weir_library_save_async (self->library, weir_picture_get_image (picture),
                           weir_picture_get_metadata (picture), saved, saving);
}

static void
weir_picture_saver_set_property (GObject      *object,
                                 guint         id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  if (id == PROP_LIBRARY)
    g_set_object (&WEIR_PICTURE_SAVER (object)->library, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_picture_saver_finalize (GObject *object)
{
  WeirPictureSaver *self = WEIR_PICTURE_SAVER (object);

  g_clear_object (&self->store);
  g_clear_object (&self->library);
  G_OBJECT_CLASS (weir_picture_saver_parent_class)->finalize (object);
}

static void
weir_picture_saver_class_init (WeirPictureSaverClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->set_property = weir_picture_saver_set_property;
  object_class->finalize = weir_picture_saver_finalize;

  properties[PROP_LIBRARY] = g_param_spec_object ("library", NULL, NULL, WEIR_TYPE_LIBRARY,
                                                  G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[TOLD] = g_signal_new ("told", WEIR_TYPE_PICTURE_SAVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
weir_picture_saver_init (WeirPictureSaver *self)
{
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
