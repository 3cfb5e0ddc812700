/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tools, and what is done with the mask and the frame as a whole. */

#include "window-private.h"

#include <glib/gi18n.h>

#include "commands.h"
#include "panels/spin-row.h"

static WeirMask *
get_mask (WeirWindow *self)
{
  return weir_document_get_mask (self->document);
}

/* --- the whole mask -------------------------------------------------------------------------- */

static void
mask_all_activated (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  weir_mask_fill (get_mask (user_data));
}

static void
invert_mask_activated (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       user_data)
{
  weir_mask_invert (get_mask (user_data));
}

static void
clear_mask_activated (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  weir_mask_clear (get_mask (user_data));
}

static void
grow_mask_activated (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  weir_window_filter_mask (user_data, WEIR_MASK_GROW, g_variant_get_uint32 (parameter));
}

static void
shrink_mask_activated (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       user_data)
{
  weir_window_filter_mask (user_data, WEIR_MASK_SHRINK, g_variant_get_uint32 (parameter));
}

static void
soften_mask_activated (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       user_data)
{
  weir_window_filter_mask (user_data, WEIR_MASK_SOFTEN, g_variant_get_uint32 (parameter));
}

static void
load_mask_activated (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  weir_window_ask_load_mask (user_data);
}

static void
save_mask_activated (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  weir_window_ask_save_mask (user_data);
}

/* --- numbers --------------------------------------------------------------------------------- */

#define MAX_NUMBERS 4

/* What is done with the numbers a person gives. */
typedef struct
{
  GWeakRef       window;
  GtkAdjustment *numbers[MAX_NUMBERS];
  void         (*use) (WeirWindow           *self,
                       GtkAdjustment *const *numbers);
} Asking;

typedef struct
{
  const char *title;
  guint       least, most, value;
} Number;

static void
asking_free (Asking *asking)
{
  for (guint i = 0; i < MAX_NUMBERS; i++)
    g_clear_object (&asking->numbers[i]);
  g_weak_ref_clear (&asking->window);
  g_free (asking);
}

static void
answered (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Asking *asking = user_data;
  g_autoptr (WeirWindow) self = g_weak_ref_get (&asking->window);
  g_autofree char *answer = weir_dialogs_ask_finish (result, NULL);

  if (self && self->document && get_mask (self) && g_strcmp0 (answer, "apply") == 0)
    asking->use (self, asking->numbers);
  asking_free (asking);
}

static GtkWidget *
make_rows (Asking       *asking,
           const Number *numbers,
           guint         n_numbers)
{
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  for (guint i = 0; i < n_numbers; i++)
    {
      GtkWidget *row = weir_spin_row_new ();

      asking->numbers[i] = g_object_ref_sink (
        gtk_adjustment_new (numbers[i].value, numbers[i].least, numbers[i].most, 1, 8, 0));
      g_object_set (row, "title", numbers[i].title, "adjustment", asking->numbers[i], NULL);
      gtk_list_box_append (GTK_LIST_BOX (list), row);
    }
  return list;
}

static void
ask_numbers (WeirWindow   *self,
             const char   *heading,
             const char   *body,
             const char   *accept_label,
             const Number *numbers,
             guint         n_numbers,
             void        (*use) (WeirWindow           *self,
                                 GtkAdjustment *const *numbers))
{
  Asking *asking = g_new0 (Asking, 1);
  const WeirAnswer answers[] = {
    { "cancel", _("_Cancel"), WEIR_ANSWER_PLAIN },
    { "apply", accept_label, WEIR_ANSWER_SUGGESTED },
  };

  g_weak_ref_init (&asking->window, self);
  asking->use = use;
  weir_dialogs_ask_async (GTK_WINDOW (self), &(WeirQuestion) {
    .heading = heading,
    .body = body,
    .answers = answers,
    .n_answers = G_N_ELEMENTS (answers),
    .extra = make_rows (asking, numbers, n_numbers),
  }, self->cancellable, answered, asking);
}

static void
grow (WeirWindow           *self,
      GtkAdjustment *const *numbers)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.grow-mask", "u",
                              (guint) gtk_adjustment_get_value (numbers[0]));
}

static void
shrink (WeirWindow           *self,
        GtkAdjustment *const *numbers)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.shrink-mask", "u",
                              (guint) gtk_adjustment_get_value (numbers[0]));
}

static void
soften (WeirWindow           *self,
        GtkAdjustment *const *numbers)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.soften-mask", "u",
                              (guint) gtk_adjustment_get_value (numbers[0]));
}

static void
mask_rectangle (WeirWindow           *self,
                GtkAdjustment *const *numbers)
{
  const graphene_rect_t rectangle =
    GRAPHENE_RECT_INIT ((float) gtk_adjustment_get_value (numbers[0]),
                        (float) gtk_adjustment_get_value (numbers[1]),
                        (float) gtk_adjustment_get_value (numbers[2]),
                        (float) gtk_adjustment_get_value (numbers[3]));

  weir_mask_fill_rectangle (get_mask (self), &rectangle, weir_tools_subtracts (self->tools));
}

static void
ask_grow_activated (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  const Number number = { _("Pixels"), 1, WEIR_MASK_MAX_GROW, 8 };

  ask_numbers (user_data, _("Grow Mask"), _("The mask's edge moves outwards."), _("_Grow"), &number,
               1, grow);
}

static void
ask_shrink_activated (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  const Number number = { _("Pixels"), 1, WEIR_MASK_MAX_GROW, 8 };

  ask_numbers (user_data, _("Shrink Mask"), _("The mask's edge moves inwards."), _("_Shrink"),
               &number, 1, shrink);
}

static void
ask_soften_activated (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  const Number number = { _("Pixels"), 1, WEIR_MASK_MAX_SOFTEN, 16 };

  ask_numbers (user_data, _("Soften Edge"), _("The mask fades out, so that no seam is seen."),
               _("_Soften"), &number, 1, soften);
}

static void
ask_rectangle_activated (GSimpleAction *action,
                         GVariant      *parameter,
                         gpointer       user_data)
{
  WeirWindow *self = user_data;
  const guint width = weir_mask_get_width (get_mask (self));
  const guint height = weir_mask_get_height (get_mask (self));
  const gboolean subtracts = weir_tools_subtracts (self->tools);
  const Number numbers[MAX_NUMBERS] = {
    { _("Left"), 0, width - 1, width / 4 },
    { _("Top"), 0, height - 1, height / 4 },
    { _("Width"), 1, width, MAX (width / 2, 1) },
    { _("Height"), 1, height, MAX (height / 2, 1) },
  };

  ask_numbers (self, subtracts ? _("Take a Rectangle from the Mask") : _("Mask a Rectangle"), NULL,
               subtracts ? _("_Take Away") : _("_Add"), numbers, G_N_ELEMENTS (numbers),
               mask_rectangle);
}

/* --- tools ----------------------------------------------------------------------------------- */

static void
resize_brush_activated (GSimpleAction *action,
                        GVariant      *parameter,
                        gpointer       user_data)
{
  weir_tools_resize (((WeirWindow *) user_data)->tools, g_variant_get_int32 (parameter));
}

static void
soften_brush_activated (GSimpleAction *action,
                        GVariant      *parameter,
                        gpointer       user_data)
{
  weir_tools_soften (((WeirWindow *) user_data)->tools, g_variant_get_int32 (parameter));
}

static void
reset_frame_activated (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       user_data)
{
  WeirWindow *self = user_data;
  const GdkRectangle whole = { 0, 0, (int) weir_mask_get_width (get_mask (self)),
                               (int) weir_mask_get_height (get_mask (self)) };

  weir_document_set_frame (self->document, &whole);
}

static void
add_actions (WeirWindow *self)
{
  static const GActionEntry entries[] = {
    { "mask-all", mask_all_activated },
    { "invert-mask", invert_mask_activated },
    { "clear-mask", clear_mask_activated },
    { "grow-mask", grow_mask_activated, "u" },
    { "shrink-mask", shrink_mask_activated, "u" },
    { "soften-mask", soften_mask_activated, "u" },
    { "ask-grow", ask_grow_activated },
    { "ask-shrink", ask_shrink_activated },
    { "ask-soften", ask_soften_activated },
    { "ask-rectangle", ask_rectangle_activated },
    { "load-mask", load_mask_activated },
    { "save-mask", save_mask_activated },
    { "reset-frame", reset_frame_activated },
    { "resize-brush", resize_brush_activated, "i" },
    { "soften-brush", soften_brush_activated, "i" },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  /* all of them are of a mask, which there is where it can be changed */
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    g_object_bind_property (self->canvas, "can-edit",
                            g_action_map_lookup_action (G_ACTION_MAP (self), entries[i].name),
                            "enabled", G_BINDING_SYNC_CREATE);
}

static void
add_property_actions (WeirWindow *self)
{
  GPropertyAction *actions[] = {
    g_property_action_new ("tool", self->tools, "tool"),
    g_property_action_new ("subtract", self->tools, "subtracts"),
    g_property_action_new ("show-mask", self->tools, "shows-mask"),
    g_property_action_new ("use-pressure", self->tools, "uses-pressure"),
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (actions[i]));
      g_object_unref (actions[i]);
    }
}

/* The column and the line float over the canvas, whose picture has its place beside them also where
 * they are hidden: it stays where it is when they come. */
static void
make_room (WeirWindow *self)
{
  GtkWidget *column = GTK_WIDGET (self->tool_column), *line = GTK_WIDGET (self->tool_options);
  int width, height;

  gtk_widget_measure (gtk_widget_get_first_child (column), GTK_ORIENTATION_HORIZONTAL, -1, NULL,
                      &width, NULL, NULL);
  gtk_widget_measure (gtk_widget_get_first_child (line), GTK_ORIENTATION_VERTICAL, -1, NULL,
                      &height, NULL, NULL);
  weir_canvas_set_covered (self->canvas, gtk_widget_get_margin_start (column) + width,
                           gtk_widget_get_margin_top (line) + height);
}

void
weir_window_add_tools (WeirWindow *self)
{
  self->tools = weir_tools_new ();
  weir_tools_bind (self->tools, weir_application_get_settings (self->app));
  g_object_set (self->canvas, "tools", self->tools, NULL);
  g_object_set (self->tool_options, "tools", self->tools, NULL);
  add_actions (self);
  add_property_actions (self);
  weir_commands_add_to_canvas (GTK_WIDGET (self->canvas));
  g_signal_connect_object (self->canvas, "map", G_CALLBACK (make_room), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->canvas, "notify::can-edit", G_CALLBACK (make_room), self,
                           G_CONNECT_SWAPPED);
}
