/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A guide's settings, and its edges, found anew when they change. */

#include "guide.h"

#include <glib/gi18n.h>

#include <cascade/error.h>

struct _WeirGuide
{
  GObject parent;

  CasControlKind kind;
  gboolean       is_on;
  gboolean       can_be_used;
  double         strength, start, end;
  guint          low, high;
  guint          width, height;
  WeirPicture   *picture;
  char          *name;
  WeirPicture   *shown;
  gboolean       is_finding; /* in a thread */
  gboolean       is_stale;   /* what it finds */
};

G_DEFINE_FINAL_TYPE (WeirGuide, weir_guide, G_TYPE_OBJECT)

enum
{
  PROP_IS_ON = 1,
  PROP_CAN_BE_USED,
  PROP_STRENGTH,
  PROP_START,
  PROP_END,
  PROP_LOW,
  PROP_HIGH,
  PROP_WIDTH,
  PROP_HEIGHT,
  PROP_PICTURE,
  PROP_SHOWN,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void find_edges (WeirGuide *self);

static gboolean *
get_boolean (WeirGuide *self,
             guint      id)
{
  return id == PROP_IS_ON ? &self->is_on : &self->can_be_used;
}

static double *
get_double (WeirGuide *self,
            guint      id)
{
  return id == PROP_STRENGTH ? &self->strength : id == PROP_START ? &self->start : &self->end;
}

static guint *
get_uint (WeirGuide *self,
          guint      id)
{
  switch (id)
    {
    case PROP_LOW:
      return &self->low;
    case PROP_HIGH:
      return &self->high;
    case PROP_WIDTH:
      return &self->width;
    default:
      return &self->height;
    }
}

static void
weir_guide_get_property (GObject    *object,
                         guint       id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  WeirGuide *self = WEIR_GUIDE (object);

  if (id <= PROP_CAN_BE_USED)
    g_value_set_boolean (value, *get_boolean (self, id));
  else if (id <= PROP_END)
    g_value_set_double (value, *get_double (self, id));
  else if (id <= PROP_HEIGHT)
    g_value_set_uint (value, *get_uint (self, id));
  else if (id == PROP_PICTURE)
    g_value_set_object (value, self->picture);
  else if (id == PROP_SHOWN)
    g_value_set_object (value, self->shown);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

/* An end before the start would be none at all, and a low threshold is not above the high one. */
static void
keep_order (WeirGuide *self,
            guint      id)
{
  if (id == PROP_START && self->end < self->start)
    g_object_set (self, "end", self->start, NULL);
  else if (id == PROP_END && self->start > self->end)
    g_object_set (self, "start", self->end, NULL);
  else if (id == PROP_LOW && self->high < self->low)
    g_object_set (self, "high", self->low, NULL);
  else if (id == PROP_HIGH && self->low > self->high)
    g_object_set (self, "low", self->high, NULL);
}

static gboolean
set_boolean (WeirGuide *self,
             guint      id,
             gboolean   value)
{
  gboolean *field = get_boolean (self, id);

  if (*field == value)
    return FALSE;
  *field = value;
  return TRUE;
}

static gboolean
set_double (WeirGuide *self,
            guint      id,
            double     value)
{
  double *field = get_double (self, id);

  if (*field == value)
    return FALSE;
  *field = value;
  return TRUE;
}

static gboolean
set_uint (WeirGuide *self,
          guint      id,
          guint      value)
{
  guint *field = get_uint (self, id);

  if (*field == value)
    return FALSE;
  *field = value;
  return TRUE;
}

static void
weir_guide_set_property (GObject      *object,
                         guint         id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  WeirGuide *self = WEIR_GUIDE (object);

  if (id <= PROP_CAN_BE_USED ? !set_boolean (self, id, g_value_get_boolean (value))
      : id <= PROP_END       ? !set_double (self, id, g_value_get_double (value))
                             : !set_uint (self, id, g_value_get_uint (value)))
    return;
  g_object_notify_by_pspec (object, pspec);
  keep_order (self, id);
  if (id >= PROP_LOW)
    find_edges (self);
}

static void
weir_guide_finalize (GObject *object)
{
  WeirGuide *self = WEIR_GUIDE (object);

  g_clear_object (&self->picture);
  g_clear_object (&self->shown);
  g_free (self->name);
  G_OBJECT_CLASS (weir_guide_parent_class)->finalize (object);
}

static void
weir_guide_class_init (WeirGuideClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = weir_guide_get_property;
  object_class->set_property = weir_guide_set_property;
  object_class->finalize = weir_guide_finalize;

  properties[PROP_IS_ON] = g_param_spec_boolean ("is-on", NULL, NULL, TRUE, writable);
  properties[PROP_CAN_BE_USED] = g_param_spec_boolean ("can-be-used", NULL, NULL, TRUE, writable);
  properties[PROP_STRENGTH] =
    g_param_spec_double ("strength", NULL, NULL, 0, WEIR_GUIDE_MAX_STRENGTH, 1, writable);
  properties[PROP_START] = g_param_spec_double ("start", NULL, NULL, 0, 1, 0, writable);
  properties[PROP_END] = g_param_spec_double ("end", NULL, NULL, 0, 1, 1, writable);
  properties[PROP_LOW] =
    g_param_spec_uint ("low", NULL, NULL, 1, WEIR_GUIDE_MAX_THRESHOLD, 100, writable);
  properties[PROP_HIGH] =
    g_param_spec_uint ("high", NULL, NULL, 1, WEIR_GUIDE_MAX_THRESHOLD, 200, writable);
  properties[PROP_WIDTH] = g_param_spec_uint ("width", NULL, NULL, 0, G_MAXUINT, 0, writable);
  properties[PROP_HEIGHT] = g_param_spec_uint ("height", NULL, NULL, 0, G_MAXUINT, 0, writable);
  properties[PROP_PICTURE] =
    g_param_spec_object ("picture", NULL, NULL, WEIR_TYPE_PICTURE, readable);
  properties[PROP_SHOWN] = g_param_spec_object ("shown", NULL, NULL, WEIR_TYPE_PICTURE, readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
weir_guide_init (WeirGuide *self)
{
  self->is_on = TRUE;
  self->can_be_used = TRUE;
  self->strength = 1;
  self->end = 1;
  self->low = 100;
  self->high = 200;
}

WeirGuide *
weir_guide_new (CasControlKind kind)
{
  WeirGuide *self = g_object_new (WEIR_TYPE_GUIDE, NULL);

  self->kind = kind;
  return self;
}

CasControlKind
weir_guide_get_kind (WeirGuide *self)
{
  g_return_val_if_fail (WEIR_IS_GUIDE (self), CAS_CONTROL_OTHER);

  return self->kind;
}

const char *
weir_guide_kind_get_title (CasControlKind kind)
{
  switch (kind)
    {
    case CAS_CONTROL_CANNY:
      return _("Edges");
    case CAS_CONTROL_SUPER_RESOLUTION:
      return _("Small Image");
    case CAS_CONTROL_IDENTITY:
      return _("Faces");
    case CAS_CONTROL_INPAINTING:
    case CAS_CONTROL_OTHER:
    default:
      return cas_control_kind_get_name (kind);
    }
}

WeirPicture *
weir_guide_get_picture (WeirGuide *self)
{
  g_return_val_if_fail (WEIR_IS_GUIDE (self), NULL);

  return self->picture;
}

WeirPicture *
weir_guide_get_shown (WeirGuide *self)
{
  g_return_val_if_fail (WEIR_IS_GUIDE (self), NULL);

  return self->shown;
}

const char *
weir_guide_get_name (WeirGuide *self)
{
  g_return_val_if_fail (WEIR_IS_GUIDE (self), NULL);

  return self->name;
}

void
weir_guide_set_picture (WeirGuide   *self,
                        WeirPicture *picture,
                        const char  *name)
{
  g_return_if_fail (WEIR_IS_GUIDE (self));

  g_free (self->name);
  self->name = g_strdup (name);
  g_set_object (&self->picture, picture);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PICTURE]);
  find_edges (self);
}

gboolean
weir_guide_get_is_used (WeirGuide *self)
{
  g_return_val_if_fail (WEIR_IS_GUIDE (self), FALSE);

  /* zero stands for defaults, which are not meant */
  return self->is_on && self->can_be_used && self->strength > 0 && self->end > 0;
}

gboolean
weir_guide_fill (WeirGuide     *self,
                 CasJobControl *control,
                 GError       **error)
{
  g_return_val_if_fail (WEIR_IS_GUIDE (self), FALSE);

  if (!self->picture)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                   _("The guide “%s” has no image: choose one or switch it off."),
                   weir_guide_kind_get_title (self->kind));
      return FALSE;
    }
  *control = (CasJobControl) {
    .kind = self->kind,
    .image = weir_picture_get_image (self->picture),
    .strength = self->strength,
    .start = self->start,
    .end = self->end,
    .canny_low = self->low,
    .canny_high = self->high,
  };
  return TRUE;
}

/* --- edges ---------------------------------------------------------------------------------- */

typedef struct
{
  CasImage *image;
  guint     width, height, low, high;
} Finding;

static void
finding_free (gpointer data)
{
  Finding *finding = data;

  cas_image_unref (finding->image);
  g_free (finding);
}

static void
find (GTask        *task,
      gpointer      source,
      gpointer      data,
      GCancellable *cancellable)
{
  const Finding *f = data;
  GError *error = NULL;
  CasImage *edges =
    cas_control_find_edges (f->image, f->width, f->height, f->low, f->high, &error);

  if (edges)
    g_task_return_pointer (task, edges, (GDestroyNotify) cas_image_unref);
  else
    g_task_return_error (task, error);
}

static void
set_shown (WeirGuide *self,
           CasImage  *edges)
{
  g_clear_object (&self->shown);
  self->shown = edges ? weir_picture_new (edges, NULL) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOWN]);
}

static void
found (GObject      *source,
       GAsyncResult *result,
       gpointer      user_data)
{
  WeirGuide *self = WEIR_GUIDE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (CasImage) edges = g_task_propagate_pointer (G_TASK (result), &error);

  self->is_finding = FALSE;
  if (error)
    g_message ("%s", error->message);
  set_shown (self, edges);
  if (self->is_stale)
    find_edges (self);
}

/* One thread at a time: while a slider moves, what comes out is as new as there is time for. */
static void
find_edges (WeirGuide *self)
{
  g_autoptr (GTask) task = NULL;
  Finding *finding;

  if (self->kind != CAS_CONTROL_CANNY || self->width == 0 || self->height == 0)
    return;
  self->is_stale = self->is_finding;
  if (self->is_finding)
    return;
  if (!self->picture)
    {
      set_shown (self, NULL);
      return;
    }
  finding = g_new0 (Finding, 1);
  finding->image = cas_image_ref (weir_picture_get_image (self->picture));
  finding->width = self->width;
  finding->height = self->height;
  finding->low = self->low;
  finding->high = self->high;
  self->is_finding = TRUE;
  task = g_task_new (self, NULL, found, NULL);
  g_task_set_source_tag (task, find_edges);
  g_task_set_task_data (task, finding, finding_free);
  g_task_run_in_thread (task, find);
}
