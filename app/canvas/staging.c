/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A list of candidates and which of them is shown. */

#include "canvas/staging.h"

#include <glib/gi18n.h>

#include "patch.h"

#define NONE G_MAXUINT

typedef struct
{
  WeirPicture *picture;
  gboolean     has_place;
  WeirPlace    place;
  WeirMask    *mask; /* nullable */
} Candidate;

/* What the document was at one time, to know it again after undo and redo. */
typedef struct
{
  WeirPicture *picture; /* nullable */
  guint        sheet;
} Moment;

struct _WeirStaging
{
  GObject parent;

  WeirDocument *document;
  GPtrArray    *candidates; /* of Candidate */
  guint         selected;
  gboolean      is_away; /* none is selected, and the next one that comes will not be */

  /* the latest keep, until there are newer candidates */
  GPtrArray    *kept;          /* the candidates of then while they are not shown; nullable */
  guint         kept_selected;
  Moment        before, after;
  gboolean      is_undone;     /* they are shown again */
};

enum
{
  PROP_SELECTED = 1,
  PROP_PICTURE,
  PROP_HAS_CANDIDATES,
  PROP_HAS_SELECTED,
  PROP_CAN_COMPARE,
  PROP_POSITION_LABEL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum
{
  REFUSED,
  IS_BUSY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
candidate_free (gpointer data)
{
  Candidate *candidate = data;

  g_object_unref (candidate->picture);
  g_clear_object (&candidate->mask);
  g_free (candidate);
}

static Candidate *
get_candidate (WeirStaging *self,
               guint        position)
{
  return position < self->candidates->len ? self->candidates->pdata[position] : NULL;
}

static GType
get_item_type (GListModel *model)
{
  return WEIR_TYPE_PICTURE;
}

static guint
get_n_items (GListModel *model)
{
  return WEIR_STAGING (model)->candidates->len;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  const Candidate *candidate = get_candidate (WEIR_STAGING (model), position);

  return candidate ? g_object_ref (candidate->picture) : NULL;
}

static void
list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirStaging, weir_staging, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static char *
position_label (WeirStaging *self)
{
  const guint n = self->candidates->len;

  if (n == 0)
    return g_strdup ("");
  if (self->selected == NONE)
    return g_strdup_printf (ngettext ("%u result", "%u results", n), n);
  /* Translators: which of how many results is shown */
  return g_strdup_printf (_("%u of %u"), self->selected + 1, n);
}

static void
weir_staging_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  WeirStaging *self = WEIR_STAGING (object);

  switch (id)
    {
    case PROP_SELECTED:
      g_value_set_uint (value, self->selected);
      break;
    case PROP_PICTURE:
      g_value_set_object (value, weir_staging_get_picture (self));
      break;
    case PROP_HAS_CANDIDATES:
      g_value_set_boolean (value, self->candidates->len > 0);
      break;
    case PROP_HAS_SELECTED:
      g_value_set_boolean (value, self->selected != NONE);
      break;
    case PROP_CAN_COMPARE:
      g_value_set_boolean (value, self->selected != NONE &&
                                  weir_document_get_picture (self->document) != NULL);
      break;
    case PROP_POSITION_LABEL:
      g_value_take_string (value, position_label (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_staging_set_property (GObject      *object,
                           guint         id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  if (id == PROP_SELECTED)
    weir_staging_set_selected (WEIR_STAGING (object), g_value_get_uint (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
forget_keep (WeirStaging *self)
{
  g_clear_pointer (&self->kept, g_ptr_array_unref);
  g_clear_object (&self->before.picture);
  g_clear_object (&self->after.picture);
  self->is_undone = FALSE;
}

static void
weir_staging_finalize (GObject *object)
{
  WeirStaging *self = WEIR_STAGING (object);

  forget_keep (self);
  g_clear_pointer (&self->candidates, g_ptr_array_unref);
  g_clear_object (&self->document);
  G_OBJECT_CLASS (weir_staging_parent_class)->finalize (object);
}

static void
weir_staging_class_init (WeirStagingClass *class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = weir_staging_get_property;
  object_class->set_property = weir_staging_set_property;
  object_class->finalize = weir_staging_finalize;

  properties[PROP_SELECTED] = g_param_spec_uint ("selected", NULL, NULL, 0, NONE, NONE,
                                                 flags | G_PARAM_WRITABLE |
                                                   G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_PICTURE] =
    g_param_spec_object ("picture", NULL, NULL, WEIR_TYPE_PICTURE, flags);
  properties[PROP_HAS_CANDIDATES] =
    g_param_spec_boolean ("has-candidates", NULL, NULL, FALSE, flags);
  properties[PROP_HAS_SELECTED] = g_param_spec_boolean ("has-selected", NULL, NULL, FALSE, flags);
  properties[PROP_CAN_COMPARE] = g_param_spec_boolean ("can-compare", NULL, NULL, FALSE, flags);
  properties[PROP_POSITION_LABEL] = g_param_spec_string ("position-label", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[REFUSED] = g_signal_new ("refused", WEIR_TYPE_STAGING, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[IS_BUSY] = g_signal_new ("is-busy", WEIR_TYPE_STAGING, G_SIGNAL_RUN_LAST, 0,
                                   g_signal_accumulator_true_handled, NULL, NULL, G_TYPE_BOOLEAN, 0);
}

static void
weir_staging_init (WeirStaging *self)
{
  self->candidates = g_ptr_array_new_with_free_func (candidate_free);
  self->selected = NONE;
}

static void
notify_all (WeirStaging *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = 1; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
  g_object_thaw_notify (G_OBJECT (self));
}

/* The picture's; owned by the caller. */
static Moment
get_moment (WeirStaging *self)
{
  Moment moment = {
    .sheet = weir_document_get_place (self->document, &(GdkRectangle) { 0 }).sheet,
  };

  g_set_object (&moment.picture, weir_document_get_picture (self->document));
  return moment;
}

static gboolean
is_now (WeirStaging  *self,
        const Moment *moment)
{
  return weir_document_get_picture (self->document) == moment->picture &&
         weir_document_get_place (self->document, &(GdkRectangle) { 0 }).sheet == moment->sheet;
}

/* Takes the candidates away, for the caller. */
static GPtrArray *
take_all (WeirStaging *self)
{
  GPtrArray *candidates = self->candidates;

  self->candidates = g_ptr_array_new_with_free_func (candidate_free);
  self->selected = NONE;
  self->is_away = FALSE;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, candidates->len, 0);
  notify_all (self);
  return candidates;
}

static void
document_changed (WeirStaging *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_COMPARE]);
  if (self->kept && is_now (self, &self->before))
    {
      g_ptr_array_unref (self->candidates);
      self->candidates = g_steal_pointer (&self->kept);
      self->selected = self->kept_selected;
      self->is_away = FALSE;
      self->is_undone = TRUE;
      g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, self->candidates->len);
      notify_all (self);
    }
  else if (self->is_undone && is_now (self, &self->after))
    {
      self->is_undone = FALSE;
      self->kept_selected = self->selected;
      self->kept = take_all (self);
    }
}

WeirStaging *
weir_staging_new (WeirDocument *document)
{
  WeirStaging *self = g_object_new (WEIR_TYPE_STAGING, NULL);

  self->document = g_object_ref (document);
  g_signal_connect_object (document, "notify::picture", G_CALLBACK (document_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}

void
weir_staging_add (WeirStaging *self,
                  WeirPicture *picture)
{
  g_return_if_fail (WEIR_IS_STAGING (self));

  weir_staging_add_at (self, picture, NULL, NULL);
}

/* What has just the place's size; the engine may have had to draw a little more. */
static WeirPicture *
fit (WeirPicture     *picture,
     const WeirPlace *place)
{
  CasImage *image = weir_picture_get_image (picture);
  const GdkRectangle area = { 0, 0, place->area.width, place->area.height };
  g_autoptr (CasImage) part = NULL;

  if (cas_image_get_width (image) == (guint) area.width &&
      cas_image_get_height (image) == (guint) area.height)
    return g_object_ref (picture);
  part = weir_patch_cut (image, &area, NULL);
  return part ? weir_picture_new (part, weir_picture_get_metadata (picture))
              : g_object_ref (picture);
}

/* Whether one may take the place of what is looked at. If not, no other does before one is chosen. */
static gboolean
may_select (WeirStaging *self)
{
  gboolean is_busy = FALSE;

  if (self->selected != NONE || self->is_away)
    return FALSE;
  g_signal_emit (self, signals[IS_BUSY], 0, &is_busy);
  self->is_away = is_busy;
  return !is_busy;
}

void
weir_staging_add_at (WeirStaging     *self,
                     WeirPicture     *picture,
                     const WeirPlace *place,
                     WeirMask        *mask)
{
  Candidate *candidate;

  g_return_if_fail (WEIR_IS_STAGING (self));

  forget_keep (self);
  candidate = g_new0 (Candidate, 1);
  candidate->picture = place ? fit (picture, place) : g_object_ref (picture);
  candidate->has_place = place != NULL;
  if (place)
    candidate->place = *place;
  g_set_object (&candidate->mask, mask);
  g_ptr_array_add (self->candidates, candidate);
  if (may_select (self))
    self->selected = self->candidates->len - 1;
  g_list_model_items_changed (G_LIST_MODEL (self), self->candidates->len - 1, 0, 1);
  notify_all (self);
}

/* The last one of these pictures; NULL: none is here. */
static const Candidate *
find_last (WeirStaging *self,
           GPtrArray   *pictures)
{
  for (guint i = self->candidates->len; i > 0; i--)
    if (g_ptr_array_find (pictures, get_candidate (self, i - 1)->picture, NULL))
      return get_candidate (self, i - 1);
  return NULL;
}

gboolean
weir_staging_add_version (WeirStaging *self,
                          WeirPicture *picture,
                          GPtrArray   *former)
{
  CasImage *image = weir_picture_get_image (picture);
  const Candidate *candidate;

  g_return_val_if_fail (WEIR_IS_STAGING (self), FALSE);

  candidate = find_last (self, former);
  if (candidate && candidate->has_place
      && cas_image_get_width (image) == (guint) candidate->place.area.width
      && cas_image_get_height (image) == (guint) candidate->place.area.height)
    weir_staging_add_at (self, picture, &candidate->place, candidate->mask);
  else
    weir_staging_add (self, picture);
  return candidate != NULL;
}

gboolean
weir_staging_get_frame (WeirStaging  *self,
                        GdkRectangle *frame)
{
  const Candidate *candidate;

  g_return_val_if_fail (WEIR_IS_STAGING (self), FALSE);

  candidate = get_candidate (self, self->selected);
  return candidate && candidate->has_place &&
         weir_document_find_place (self->document, &candidate->place, frame);
}

WeirPicture *
weir_staging_get_picture (WeirStaging *self)
{
  g_return_val_if_fail (WEIR_IS_STAGING (self), NULL);

  return self->selected == NONE ? NULL : get_candidate (self, self->selected)->picture;
}

guint
weir_staging_get_selected (WeirStaging *self)
{
  g_return_val_if_fail (WEIR_IS_STAGING (self), NONE);

  return self->selected;
}

void
weir_staging_set_selected (WeirStaging *self,
                           guint        selected)
{
  g_return_if_fail (WEIR_IS_STAGING (self));

  if (selected >= self->candidates->len)
    selected = NONE;
  if (selected == self->selected)
    return;
  self->selected = selected;
  self->is_away = selected == NONE && self->candidates->len > 0;
  notify_all (self);
}

void
weir_staging_make_room (WeirStaging *self)
{
  g_return_if_fail (WEIR_IS_STAGING (self));

  weir_staging_set_selected (self, NONE);
  self->is_away = FALSE;
}

void
weir_staging_show_again (WeirStaging *self)
{
  g_return_if_fail (WEIR_IS_STAGING (self));

  if (self->candidates->len > 0 && may_select (self))
    weir_staging_set_selected (self, self->candidates->len - 1);
}

void
weir_staging_previous (WeirStaging *self)
{
  g_return_if_fail (WEIR_IS_STAGING (self));

  if (self->selected == NONE || self->selected == 0)
    weir_staging_set_selected (self, self->candidates->len - 1);
  else
    weir_staging_set_selected (self, self->selected - 1);
}

void
weir_staging_next (WeirStaging *self)
{
  g_return_if_fail (WEIR_IS_STAGING (self));

  if (self->selected == NONE || self->selected + 1 == self->candidates->len)
    weir_staging_set_selected (self, 0);
  else
    weir_staging_set_selected (self, self->selected + 1);
}

/* Into the document; NULL, or why it cannot be. */
static const char *
put (WeirStaging     *self,
     const Candidate *candidate)
{
  GdkRectangle frame;

  if (!candidate->has_place)
    weir_document_set_picture (self->document, candidate->picture);
  else if (!weir_document_find_place (self->document, &candidate->place, &frame))
    return _("This result is a part of an image that is no longer on the canvas. Undo until that "
             "is back, or find the result in the history.");
  else if (!weir_document_place_masked (self->document, candidate->picture, &frame,
                                        candidate->mask))
    return _("There is not enough memory for the image with this result in it.");
  return NULL;
}

void
weir_staging_keep (WeirStaging *self)
{
  const Candidate *candidate;
  const char *sentence;
  Moment before;

  g_return_if_fail (WEIR_IS_STAGING (self));

  candidate = get_candidate (self, self->selected);
  if (!candidate)
    return;
  before = get_moment (self);
  forget_keep (self);
  /* the document first: the canvas then never shows what was there before */
  sentence = put (self, candidate);
  if (sentence)
    g_signal_emit (self, signals[REFUSED], 0, sentence);
  else if (is_now (self, &before))
    weir_staging_discard_all (self);
  else
    {
      self->kept_selected = self->selected;
      self->kept = take_all (self);
      self->after = get_moment (self);
      self->before = before;
      before.picture = NULL;
    }
  g_clear_object (&before.picture);
}

static void
remove_at (WeirStaging *self,
           guint        position)
{
  g_ptr_array_remove_index (self->candidates, position);
  if (self->candidates->len == 0)
    {
      self->selected = NONE;
      self->is_away = FALSE;
    }
  else if (self->selected != NONE
           && (self->selected > position || self->selected == self->candidates->len))
    self->selected--;
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  notify_all (self);
}

void
weir_staging_discard (WeirStaging *self)
{
  g_return_if_fail (WEIR_IS_STAGING (self));

  if (self->selected != NONE)
    remove_at (self, self->selected);
}

void
weir_staging_remove (WeirStaging *self,
                     WeirPicture *picture)
{
  g_return_if_fail (WEIR_IS_STAGING (self));

  for (guint i = 0; i < self->candidates->len; i++)
    if (get_candidate (self, i)->picture == picture)
      {
        remove_at (self, i);
        return;
      }
}

void
weir_staging_discard_all (WeirStaging *self)
{
  g_return_if_fail (WEIR_IS_STAGING (self));

  if (self->candidates->len == 0)
    return;
  if (self->is_undone)
    forget_keep (self);
  g_ptr_array_unref (take_all (self));
}
