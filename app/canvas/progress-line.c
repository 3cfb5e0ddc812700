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

  int told; /* the last quarter of the job that was told aloud, or NOTHING_TOLD */

  GtkWidget      *revealer;
  GtkProgressBar *bar;
  GtkLabel       *label;
  GtkLabel       *status;
};

G_DEFINE_FINAL_TYPE (WeirProgressLine, weir_progress_line, GTK_TYPE_WIDGET)

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
tell_quarter (WeirProgressLine  *self,
              const CasProgress *progress)
{
  const int quarter = CLAMP ((int) floor (progress->fraction * N_QUARTERS), 0, N_QUARTERS - 1);
  g_autofree char *words = NULL;

  if (quarter <= self->told)
    return;
  self->told = quarter;
  /* Translators: told aloud: what is done, and how much of the job is */
  words = g_strdup_printf (_("%s, %d percent"), cas_phase_get_name (progress->phase),
                           quarter * 100 / N_QUARTERS);
  gtk_label_set_label (self->status, words);
}

/* --- the object ----------------------------------------------------------------------------- */

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
weir_progress_line_class_init (WeirProgressLineClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = weir_progress_line_dispose;

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
  self->told = NOTHING_TOLD;
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
  g_autofree char *text = NULL;

  g_return_if_fail (WEIR_IS_PROGRESS_LINE (self));

  text = weir_progress_dup_text (progress);
  gtk_progress_bar_set_fraction (self->bar, CLAMP (progress->fraction, 0, 1));
  gtk_label_set_label (self->label, text);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), TRUE);
  tell_quarter (self, progress);
}

void
weir_progress_line_clear (WeirProgressLine *self)
{
  g_return_if_fail (WEIR_IS_PROGRESS_LINE (self));

  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), FALSE);
}

void
weir_progress_line_end (WeirProgressLine *self,
                        const char       *words)
{
  g_return_if_fail (WEIR_IS_PROGRESS_LINE (self));

  weir_progress_line_clear (self);
  self->told = NOTHING_TOLD;
  gtk_label_set_label (self->status, words);
}
