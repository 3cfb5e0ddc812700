/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Measures both ways of standing, and takes the lower one. */

#include "panels/banner-layout.h"

#define COLUMN_SPACING 12
#define ROW_SPACING    6

struct _WeirBannerLayout
{
  GtkLayoutManager parent;
};

G_DEFINE_FINAL_TYPE (WeirBannerLayout, weir_banner_layout, GTK_TYPE_LAYOUT_MANAGER)

/* NULL for what is not shown, and the buttons in place of a sentence that is not. */
typedef struct
{
  GtkWidget *sentence;
  GtkWidget *buttons;
  GtkWidget *end;
} Parts;

static GtkWidget *
if_shown (GtkWidget *widget)
{
  return widget && gtk_widget_should_layout (widget) ? widget : NULL;
}

static Parts
get_parts (GtkWidget *widget)
{
  GtkWidget *sentence = gtk_widget_get_first_child (widget);
  GtkWidget *buttons = gtk_widget_get_next_sibling (sentence);
  GtkWidget *end = buttons ? gtk_widget_get_next_sibling (buttons) : NULL;

  if (!gtk_widget_should_layout (sentence))
    return (Parts) { .sentence = if_shown (buttons), .end = if_shown (end) };
  return (Parts) {
    .sentence = sentence,
    .buttons = if_shown (buttons),
    .end = if_shown (end),
  };
}

static int
get_width (GtkWidget *part,
           gboolean   is_natural)
{
  int minimum = 0, natural = 0;

  if (part)
    gtk_widget_measure (part, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  return is_natural ? natural : minimum;
}

/* With the space before it. */
static int
get_column (GtkWidget *part)
{
  return part ? COLUMN_SPACING + get_width (part, TRUE) : 0;
}

static int
get_height (GtkWidget *part,
            int        width)
{
  int minimum = 0;

  if (part)
    gtk_widget_measure (part, GTK_ORIENTATION_VERTICAL, width, &minimum, NULL, NULL, NULL);
  return minimum;
}

/* Everything in one row; G_MAXINT if the sentence would be a narrow column beside its buttons. */
static int
get_row_height (const Parts *parts,
                int          width)
{
  const int left = width - get_column (parts->buttons) - get_column (parts->end);

  if (left < MIN (get_width (parts->sentence, TRUE), width / 2) ||
      left < get_width (parts->sentence, FALSE))
    return G_MAXINT;
  return MAX (MAX (get_height (parts->sentence, left), get_height (parts->buttons, -1)),
              get_height (parts->end, -1));
}

static int
get_first_height (const Parts *parts,
                  int          width)
{
  return MAX (get_height (parts->sentence, width - get_column (parts->end)),
              get_height (parts->end, -1));
}

/* The buttons below the others. */
static int
get_stack_height (const Parts *parts,
                  int          width)
{
  const int buttons = MIN (get_width (parts->buttons, TRUE), width);

  return get_first_height (parts, width) +
         (parts->buttons ? ROW_SPACING + get_height (parts->buttons, buttons) : 0);
}

static GtkSizeRequestMode
weir_banner_layout_get_request_mode (GtkLayoutManager *manager,
                                     GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
weir_banner_layout_measure (GtkLayoutManager *manager,
                            GtkWidget        *widget,
                            GtkOrientation    orientation,
                            int               for_size,
                            int              *minimum,
                            int              *natural,
                            int              *minimum_baseline,
                            int              *natural_baseline)
{
  const Parts parts = get_parts (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MAX (get_width (parts.sentence, FALSE) + get_column (parts.end),
                      get_width (parts.buttons, FALSE));
      *natural = get_width (parts.sentence, TRUE) + get_column (parts.buttons) +
                 get_column (parts.end);
    }
  else
    {
      if (for_size < 0)
        gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &for_size, NULL, NULL);
      *minimum = *natural = MIN (get_row_height (&parts, for_size),
                                 get_stack_height (&parts, for_size));
    }
}

/* x: from the side where reading begins. */
static void
place (GtkWidget *widget,
       GtkWidget *part,
       int        x,
       int        y,
       int        width,
       int        height)
{
  if (!part)
    return;
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    x = gtk_widget_get_width (widget) - x - width;
  gtk_widget_size_allocate (part, &(GtkAllocation) { x, y, width, height }, -1);
}

static void
weir_banner_layout_allocate (GtkLayoutManager *manager,
                             GtkWidget        *widget,
                             int               width,
                             int               height,
                             int               baseline)
{
  const Parts parts = get_parts (widget);
  const gboolean is_row = get_row_height (&parts, width) <= get_stack_height (&parts, width);
  const int buttons = MIN (get_width (parts.buttons, TRUE), width);
  const int end = get_width (parts.end, TRUE);
  const int first = is_row ? height : get_first_height (&parts, width);
  const int left = width - get_column (parts.end);

  place (widget, parts.end, width - end, 0, end, first);
  if (is_row)
    {
      place (widget, parts.sentence, 0, 0, left - get_column (parts.buttons), first);
      place (widget, parts.buttons, left - buttons, 0, buttons, first);
    }
  else
    {
      place (widget, parts.sentence, 0, 0, left, first);
      place (widget, parts.buttons, width - buttons, first + ROW_SPACING, buttons,
             height - first - ROW_SPACING);
    }
}

static void
weir_banner_layout_class_init (WeirBannerLayoutClass *class)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (class);

  layout_class->get_request_mode = weir_banner_layout_get_request_mode;
  layout_class->measure = weir_banner_layout_measure;
  layout_class->allocate = weir_banner_layout_allocate;
}

static void
weir_banner_layout_init (WeirBannerLayout *self)
{
}
