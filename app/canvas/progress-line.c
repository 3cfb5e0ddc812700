/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A progress in words, in a bar, and told aloud at every quarter. */

#include "canvas/progress-line.h"

#include <math.h>

#include <glib/gi18n.h>

/* From this many seconds on, minutes are said. */
#define MINUTES_FROM 90

#define N_QUARTERS 4
#define NOTHING_TOLD -1

struct _WeirProgressLine
{
  GtkWidget parent;

  CasProgress progress;
  gboolean    is_busy;
  char       *text;
  int         told; /* the last quarter that was told aloud, or NOTHING_TOLD */

  GtkWidget      *revealer;
  GtkProgressBar *bar;
  GtkLabel       *label;
  GtkLabel       *status;
};

G_DEFINE_FINAL_TYPE (WeirProgressLine, weir_progress_line, GTK_TYPE_WIDGET)

enum
{
  PROP_BUSY = 1,
  PROP_PHASE_NAME,
  PROP_STEP,
  PROP_N_STEPS,
  PROP_FRACTION,
  PROP_SECONDS_LEFT,
  PROP_TEXT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* --- words ---------------------------------------------------------------------------------- */

static char *
dup_time_left (double seconds)
{
  const guint n_seconds = (guint) ceil (seconds), n_minutes = (guint) round (seconds / 60);

  if (seconds < MINUTES_FROM)
    return g_strdup_printf (ngettext ("about %u s left", "about %u s left", n_seconds), n_seconds);
  return g_strdup_printf (ngettext ("about %u minute left", "about %u minutes left", n_minutes),
                          n_minutes);
}

char *
weir_progress_dup_text (const CasProgress *progress)
{
  const char *phase = cas_phase_get_name (progress->phase);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  if (progress->n_pictures > 1)
    /* Translators: which of how many images of a job */
    g_ptr_array_add (parts, g_strdup_printf (_("Image %u of %u"), progress->picture,
                                             progress->n_pictures));
  if (progress->n_steps > 0)
    /* Translators: what is done, and which of how many steps: “Composing 12 of 20” */
    g_ptr_array_add (parts, g_strdup_printf (_("%s %u of %u"), phase, progress->step,
                                             progress->n_steps));
  else
    g_ptr_array_add (parts, g_strdup (phase));
  if (progress->seconds_left >= 0)
    g_ptr_array_add (parts, dup_time_left (progress->seconds_left));
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" · ", (char **) parts->pdata);
}

/* A screen reader that is told of every step says nothing else any more. */
static void
tell_quarter (WeirProgressLine *self)
{
  const int quarter = CLAMP ((int) floor (self->progress.fraction * N_QUARTERS), 0, N_QUARTERS - 1);
  g_autofree char *words = NULL;

  if (quarter <= self->told)
    return;
  self->told = quarter;
  /* Translators: told aloud: what is done, and how much of the job is */
  words = g_strdup_printf (_("%s, %d percent"), cas_phase_get_name (self->progress.phase),
                           quarter * 100 / N_QUARTERS);
  gtk_label_set_label (self->status, words);
}

/* --- the object ----------------------------------------------------------------------------- */

static void
weir_progress_line_get_property (GObject    *object,
                                 guint       id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  WeirProgressLine *self = WEIR_PROGRESS_LINE (object);

  switch (id)
    {
    case PROP_BUSY:
      g_value_set_boolean (value, self->is_busy);
      break;
    case PROP_PHASE_NAME:
      g_value_set_string (value, self->is_busy ? cas_phase_get_name (self->progress.phase) : "");
      break;
    case PROP_STEP:
      g_value_set_uint (value, self->progress.step);
      break;
    case PROP_N_STEPS:
      g_value_set_uint (value, self->progress.n_steps);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, self->progress.fraction);
      break;
    case PROP_SECONDS_LEFT:
      g_value_set_double (value, self->progress.seconds_left);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_progress_line_dispose (GObject *object)
{
  WeirProgressLine *self = WEIR_PROGRESS_LINE (object);
  GtkWidget *status = GTK_WIDGET (self->status);

  self->status = NULL;
  g_clear_pointer (&status, gtk_widget_unparent);
  g_clear_pointer (&self->revealer, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_progress_line_parent_class)->dispose (object);
}

static void
weir_progress_line_finalize (GObject *object)
{
  g_clear_pointer (&WEIR_PROGRESS_LINE (object)->text, g_free);
  G_OBJECT_CLASS (weir_progress_line_parent_class)->finalize (object);
}

static void
weir_progress_line_class_init (WeirProgressLineClass *class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->get_property = weir_progress_line_get_property;
  object_class->dispose = weir_progress_line_dispose;
  object_class->finalize = weir_progress_line_finalize;

  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, flags);
  properties[PROP_PHASE_NAME] = g_param_spec_string ("phase-name", NULL, NULL, "", flags);
  properties[PROP_STEP] = g_param_spec_uint ("step", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_STEPS] = g_param_spec_uint ("n-steps", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
  properties[PROP_SECONDS_LEFT] =
    g_param_spec_double ("seconds-left", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, -1, flags);
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "weirprogressline");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir/Weir/progress-line.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirProgressLine, revealer);
  gtk_widget_class_bind_template_child (widget_class, WeirProgressLine, bar);
  gtk_widget_class_bind_template_child (widget_class, WeirProgressLine, label);
  gtk_widget_class_bind_template_child (widget_class, WeirProgressLine, status);
}

static void
weir_progress_line_init (WeirProgressLine *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->progress.seconds_left = -1;
  self->text = g_strdup ("");
  self->told = NOTHING_TOLD;
}

static void
take (WeirProgressLine  *self,
      const CasProgress *progress,
      gboolean           is_busy,
      char              *text)
{
  self->progress = *progress;
  self->progress.fraction = CLAMP (progress->fraction, 0, 1);
  self->is_busy = is_busy;
  g_free (self->text);
  self->text = text;
  if (is_busy)
    {
      gtk_progress_bar_set_fraction (self->bar, self->progress.fraction);
      gtk_label_set_label (self->label, text);
    }
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), is_busy);

  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = 1; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
  g_object_thaw_notify (G_OBJECT (self));
}

GtkWidget *
weir_progress_line_new (void)
{
  return g_object_new (WEIR_TYPE_PROGRESS_LINE, NULL);
}

void
weir_progress_line_set (WeirProgressLine  *self,
                        const CasProgress *progress)
{
  g_return_if_fail (WEIR_IS_PROGRESS_LINE (self));

  if (!self->is_busy)
    self->told = NOTHING_TOLD;
  take (self, progress, TRUE, weir_progress_dup_text (progress));
  tell_quarter (self);
}

void
weir_progress_line_clear (WeirProgressLine *self)
{
  g_return_if_fail (WEIR_IS_PROGRESS_LINE (self));

  if (!self->is_busy)
    return;
  take (self, &(CasProgress) { .seconds_left = -1 }, FALSE, g_strdup (""));
  /* Translators: told aloud when a job has ended */
  gtk_label_set_label (self->status, _("Done"));
}
