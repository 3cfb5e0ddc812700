/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list, its search, and moving about in it by keys. */

#include "library/history-panel.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "library/history-actions.h"
#include "library/history-cell.h"
#include "library/history-marks.h"
#include "library/history-rows.h"
#include "library/search.h"

struct _WeirHistoryPanel
{
  GtkWidget parent;

  WeirLibrary        *library;
  GtkFilter          *filter;
  GtkFilterListModel *found;
  GListStore         *rows;
  GListStore         *marks;
  GPtrArray          *list_items; /* GtkListItem that have widgets now, not held */
  char              **words;
  guint               update_id;

  GtkWidget *box;
  GtkWidget *head;
  GtkWidget *find_button;
  GtkWidget *find_entry;
  GtkWidget *starred_button;
  GtkWidget *stack;
  GtkWidget *list;
  GtkWidget *nothing_page;
};

G_DEFINE_FINAL_TYPE (WeirHistoryPanel, weir_history_panel, GTK_TYPE_WIDGET)

enum
{
  PROP_LIBRARY = 1,
  PROP_FINDING,
  PROP_MARKS,
  N_PROPS
};

enum
{
  TRASHED,
  FAILED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* --- what is shown ------------------------------------------------------------------------- */

static gboolean
is_searching (WeirHistoryPanel *self)
{
  return gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->find_button))
         && (self->words[0]
             || gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->starred_button)));
}

static gboolean
is_wanted (gpointer item,
           gpointer data)
{
  WeirHistoryPanel *self = data;

  if (!is_searching (self))
    return TRUE;
  return (!gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->starred_button))
          || weir_library_item_get_starred (item))
         && weir_library_item_matches (item, (const char *const *) self->words);
}

static const char *
get_page (WeirHistoryPanel *self)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->rows)) > 0)
    return "pictures";
  if (!self->library || weir_library_get_is_reading (self->library))
    return "reading";
  return is_searching (self) ? "nothing" : "empty";
}

static gboolean
update (gpointer data)
{
  WeirHistoryPanel *self = data;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  self->update_id = 0;
  weir_history_marks_tidy (self->marks, self->library);
  weir_history_rows_update (self->rows, G_LIST_MODEL (self->found), now);
  adw_status_page_set_description (ADW_STATUS_PAGE (self->nothing_page),
                                   self->words[0]
                                     ? _("No image has all of these words in its prompt.")
                                     : _("No image has a star."));
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), get_page (self));
  return G_SOURCE_REMOVE;
}

/* Many changes at once make one update. */
static void
queue_update (WeirHistoryPanel *self)
{
  if (!self->update_id)
    self->update_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, update, self, NULL);
}

static void
search_changed (WeirHistoryPanel *self)
{
  g_strfreev (self->words);
  self->words = weir_search_split (gtk_editable_get_text (GTK_EDITABLE (self->find_entry)));
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  queue_update (self);
}

static void
find_toggled (WeirHistoryPanel *self)
{
  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->find_button)))
    gtk_widget_grab_focus (self->find_entry);
  else
    gtk_editable_set_text (GTK_EDITABLE (self->find_entry), "");
  search_changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FINDING]);
}

static void
search_stopped (WeirHistoryPanel *self)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->find_button), FALSE);
  gtk_widget_grab_focus (self->find_button);
}

/* --- rows ---------------------------------------------------------------------------------- */

/* A row has widgets for both kinds, of which one is seen. */
static void
set_up_row (GtkListItemFactory *factory,
            GtkListItem        *list_item,
            gpointer            data)
{
  WeirHistoryPanel *self = data;
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "caption-heading");
  gtk_box_append (GTK_BOX (row), label);
  for (guint i = 0; i < WEIR_HISTORY_COLUMNS; i++)
    gtk_box_append (GTK_BOX (row), weir_history_cell_new (self->marks));
  gtk_widget_set_margin_start (row, 12);
  gtk_widget_set_margin_end (row, 12);
  gtk_widget_set_margin_top (row, 4); /* room for the ring of what is focused */
  gtk_widget_set_margin_bottom (row, 4);

  gtk_list_item_set_child (list_item, row);
  gtk_list_item_set_activatable (list_item, FALSE);
  gtk_list_item_set_selectable (list_item, FALSE);
  g_ptr_array_add (self->list_items, list_item);
}

static void
tear_down_row (GtkListItemFactory *factory,
               GtkListItem        *list_item,
               gpointer            data)
{
  WeirHistoryPanel *self = data;

  g_ptr_array_remove_fast (self->list_items, list_item);
}

static void
fill_row (WeirHistoryPanel *self,
          GtkListItem      *list_item,
          WeirHistoryRow   *row)
{
  GtkWidget *label = gtk_widget_get_first_child (gtk_list_item_get_child (list_item));
  GtkWidget *cell = gtk_widget_get_next_sibling (label);
  const char *day = row ? weir_history_row_get_day (row) : NULL;

  gtk_label_set_label (GTK_LABEL (label), day ? day : "");
  gtk_widget_set_visible (label, day != NULL);
  for (guint i = 0; cell; i++, cell = gtk_widget_get_next_sibling (cell))
    weir_history_cell_set_item (WEIR_HISTORY_CELL (cell), self->library,
                                row ? weir_history_row_get_item (row, i) : NULL);
}

static void
bind_row (GtkListItemFactory *factory,
          GtkListItem        *list_item,
          gpointer            data)
{
  fill_row (data, list_item, gtk_list_item_get_item (list_item));
}

static void
unbind_row (GtkListItemFactory *factory,
            GtkListItem        *list_item,
            gpointer            data)
{
  fill_row (data, list_item, NULL);
}

/* --- moving about by keys ------------------------------------------------------------------ */

typedef struct
{
  guint row;
  guint column;
} Place;

static WeirLibraryItem *
peek_item (WeirHistoryPanel *self,
           Place             place)
{
  g_autoptr (WeirHistoryRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), place.row);

  return row ? weir_history_row_get_item (row, place.column) : NULL; /* the store holds the row */
}

static GtkWidget *
find_cell (WeirHistoryPanel *self,
           Place             place)
{
  for (guint i = 0; i < self->list_items->len; i++)
    {
      GtkListItem *list_item = g_ptr_array_index (self->list_items, i);
      GtkWidget *child;

      if (!gtk_list_item_get_item (list_item)
          || gtk_list_item_get_position (list_item) != place.row)
        continue;
      child = gtk_widget_get_first_child (gtk_list_item_get_child (list_item));
      for (guint column = 0; child && column <= place.column; column++)
        child = gtk_widget_get_next_sibling (child);
      return child;
    }
  return NULL;
}

static gboolean
find_focus (WeirHistoryPanel *self,
            Place            *place)
{
  for (guint i = 0; i < self->list_items->len; i++)
    {
      GtkListItem *list_item = g_ptr_array_index (self->list_items, i);

      place->row = gtk_list_item_get_position (list_item);
      for (place->column = 0; place->column < WEIR_HISTORY_COLUMNS; place->column++)
        {
          GtkWidget *cell = find_cell (self, *place);

          if (cell && gtk_widget_is_focus (cell))
            return TRUE;
        }
    }
  return FALSE;
}

/* Upwards, the day's name comes along. */
static gboolean
go_to (WeirHistoryPanel *self,
       Place             place,
       gboolean          is_up)
{
  const gboolean is_first = !peek_item (self, (Place) { place.row - 1, 0 });
  GtkWidget *cell;

  gtk_widget_activate_action (self->list, "list.scroll-to-item", "u",
                              is_up && is_first ? place.row - 1 : place.row);
  cell = find_cell (self, place);
  return cell && gtk_widget_grab_focus (cell);
}

/* The next place with a picture that way; FALSE where there is none. */
static gboolean
step (WeirHistoryPanel *self,
      Place            *place,
      int               direction)
{
  const guint n_rows = g_list_model_get_n_items (G_LIST_MODEL (self->rows));
  Place at = *place;

  while (at.row < n_rows)
    {
      if (direction > 0 && ++at.column == WEIR_HISTORY_COLUMNS)
        at = (Place) { at.row + 1, 0 };
      else if (direction < 0 && at.column-- == 0)
        at = (Place) { at.row - 1, WEIR_HISTORY_COLUMNS - 1 };
      if (peek_item (self, at))
        {
          *place = at;
          return TRUE;
        }
    }
  return FALSE;
}

/* The row of pictures that way; a column that is empty there becomes the last that is not. */
static gboolean
step_row (WeirHistoryPanel *self,
          Place            *place,
          int               direction)
{
  const guint n_rows = g_list_model_get_n_items (G_LIST_MODEL (self->rows));

  for (guint row = place->row + (guint) direction; row < n_rows; row += (guint) direction)
    for (guint column = place->column + 1; column-- > 0;)
      if (peek_item (self, (Place) { row, column }))
        {
          *place = (Place) { row, column };
          return TRUE;
        }
  return FALSE;
}

static gboolean
key_pressed (GtkEventControllerKey *controller,
             guint                  key,
             guint                  code,
             GdkModifierType        modifiers,
             gpointer               data)
{
  WeirHistoryPanel *self = data;
  const int forward = gtk_widget_get_direction (self->list) == GTK_TEXT_DIR_RTL ? -1 : 1;
  Place place;

  if ((modifiers & gtk_accelerator_get_default_mod_mask ()) != 0 || !find_focus (self, &place))
    return FALSE;
  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      return !step (self, &place, -forward) || go_to (self, place, forward > 0);
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      return !step (self, &place, forward) || go_to (self, place, forward < 0);
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      return step_row (self, &place, -1) && go_to (self, place, TRUE);
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      return !step_row (self, &place, 1) || go_to (self, place, FALSE);
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      return go_to (self, (Place) { 1, 0 }, TRUE);
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      place = (Place) { g_list_model_get_n_items (G_LIST_MODEL (self->rows)), 0 };
      return step_row (self, &place, -1) && go_to (self, place, FALSE);
    case GDK_KEY_Escape:
      if (g_list_model_get_n_items (G_LIST_MODEL (self->marks)) == 0)
        return FALSE;
      g_list_store_remove_all (self->marks);
      return TRUE;
    default:
      return FALSE;
    }
}

/* The first that is seen whole; NULL if there is none. */
static GtkWidget *
find_seen (WeirHistoryPanel *self)
{
  GtkWidget *found = NULL;
  guint first = G_MAXUINT;

  for (guint i = 0; i < self->list_items->len; i++)
    {
      const guint row = gtk_list_item_get_position (g_ptr_array_index (self->list_items, i));
      GtkWidget *cell = find_cell (self, (Place) { row, 0 });
      graphene_point_t at;

      if (row < first && cell && gtk_widget_get_focusable (cell) && gtk_widget_get_mapped (cell) &&
          gtk_widget_compute_point (cell, self->stack, &GRAPHENE_POINT_INIT (0, 0), &at) &&
          at.y >= 0)
        {
          found = cell;
          first = row;
        }
    }
  return found;
}

/* Tab comes to the pictures once, as there may be thousands, and arrows go on from there. Left to
 * itself the list is not entered where its first row is the name of a day. */
static gboolean
weir_history_panel_focus (GtkWidget        *widget,
                          GtkDirectionType  direction)
{
  WeirHistoryPanel *self = WEIR_HISTORY_PANEL (widget);
  const gboolean is_back = direction == GTK_DIR_TAB_BACKWARD;
  GtkWidget *seen = find_seen (self);
  Place place;
  const gboolean is_on_cell = find_focus (self, &place);
  /* of a picture's menu, which closes */
  const gboolean is_below = !is_on_cell && gtk_widget_get_focus_child (self->box) == self->stack;

  if (!seen || is_below || (direction != GTK_DIR_TAB_FORWARD && !is_back))
    return GTK_WIDGET_CLASS (weir_history_panel_parent_class)->focus (widget, direction);
  if (is_on_cell)
    return is_back && gtk_widget_child_focus (self->head, direction);
  if (is_back && !gtk_widget_get_focus_child (widget))
    return gtk_widget_grab_focus (seen);
  return gtk_widget_child_focus (self->head, direction) ||
         (!is_back && gtk_widget_grab_focus (seen));
}

/* --- the widget ---------------------------------------------------------------------------- */

static void
set_library (WeirHistoryPanel *self,
             WeirLibrary      *library)
{
  if (self->library == library)
    return;
  if (self->library)
    g_signal_handlers_disconnect_by_data (self->library, self);
  g_set_object (&self->library, library);
  gtk_filter_list_model_set_model (self->found, G_LIST_MODEL (library));
  if (library)
    g_signal_connect_swapped (library, "notify::is-reading", G_CALLBACK (queue_update), self);
  queue_update (self);
}

static void
weir_history_panel_set_property (GObject      *object,
                                 guint         id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  WeirHistoryPanel *self = WEIR_HISTORY_PANEL (object);

  switch (id)
    {
    case PROP_LIBRARY:
      set_library (self, g_value_get_object (value));
      break;
    case PROP_FINDING:
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->find_button),
                                    g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_history_panel_get_property (GObject    *object,
                                 guint       id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  WeirHistoryPanel *self = WEIR_HISTORY_PANEL (object);

  switch (id)
    {
    case PROP_LIBRARY:
      g_value_set_object (value, self->library);
      break;
    case PROP_FINDING:
      g_value_set_boolean (value,
                           gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->find_button)));
      break;
    case PROP_MARKS:
      g_value_set_object (value, self->marks);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* The names of days are of the day on which they are read. */
static void
weir_history_panel_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (weir_history_panel_parent_class)->map (widget);
  queue_update (WEIR_HISTORY_PANEL (widget));
}

static void
weir_history_panel_dispose (GObject *object)
{
  WeirHistoryPanel *self = WEIR_HISTORY_PANEL (object);

  g_clear_handle_id (&self->update_id, g_source_remove);
  if (self->library)
    g_signal_handlers_disconnect_by_data (self->library, self);
  if (self->found)
    g_signal_handlers_disconnect_by_data (self->found, self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->found);
  g_clear_object (&self->filter);
  g_clear_object (&self->rows);
  g_clear_object (&self->marks);
  g_clear_object (&self->library);
  G_OBJECT_CLASS (weir_history_panel_parent_class)->dispose (object);
}

static void
weir_history_panel_finalize (GObject *object)
{
  WeirHistoryPanel *self = WEIR_HISTORY_PANEL (object);

  g_ptr_array_unref (self->list_items);
  g_strfreev (self->words);
  G_OBJECT_CLASS (weir_history_panel_parent_class)->finalize (object);
}

static void
weir_history_panel_class_init (WeirHistoryPanelClass *class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->set_property = weir_history_panel_set_property;
  object_class->get_property = weir_history_panel_get_property;
  object_class->dispose = weir_history_panel_dispose;
  widget_class->focus = weir_history_panel_focus;
  object_class->finalize = weir_history_panel_finalize;
  widget_class->map = weir_history_panel_map;

  properties[PROP_LIBRARY] =
    g_param_spec_object ("library", NULL, NULL, WEIR_TYPE_LIBRARY, flags);
  properties[PROP_FINDING] = g_param_spec_boolean ("finding", NULL, NULL, FALSE, flags);
  properties[PROP_MARKS] = g_param_spec_object ("marks", NULL, NULL, G_TYPE_LIST_STORE,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[TRASHED] = g_signal_new ("trashed", WEIR_TYPE_HISTORY_PANEL, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[FAILED] = g_signal_new ("failed", WEIR_TYPE_HISTORY_PANEL, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir/Weir/history-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirHistoryPanel, box);
  gtk_widget_class_bind_template_child (widget_class, WeirHistoryPanel, head);
  gtk_widget_class_bind_template_child (widget_class, WeirHistoryPanel, find_button);
  gtk_widget_class_bind_template_child (widget_class, WeirHistoryPanel, find_entry);
  gtk_widget_class_bind_template_child (widget_class, WeirHistoryPanel, starred_button);
  gtk_widget_class_bind_template_child (widget_class, WeirHistoryPanel, stack);
  gtk_widget_class_bind_template_child (widget_class, WeirHistoryPanel, list);
  gtk_widget_class_bind_template_child (widget_class, WeirHistoryPanel, nothing_page);
  gtk_widget_class_bind_template_callback (widget_class, find_toggled);
  gtk_widget_class_bind_template_callback (widget_class, search_changed);
  gtk_widget_class_bind_template_callback (widget_class, search_stopped);
}

static void
weir_history_panel_init (WeirHistoryPanel *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkSelectionModel *selection;

  self->words = g_new0 (char *, 1);
  self->list_items = g_ptr_array_new ();
  self->rows = g_list_store_new (WEIR_TYPE_HISTORY_ROW);
  self->marks = weir_history_marks_new ();
  self->filter = GTK_FILTER (gtk_custom_filter_new (is_wanted, self, NULL));
  self->found = gtk_filter_list_model_new (NULL, g_object_ref (self->filter));
  gtk_widget_init_template (GTK_WIDGET (self));
  weir_history_actions_install (GTK_WIDGET (self));
  g_signal_connect_swapped (self->found, "items-changed", G_CALLBACK (queue_update), self);

  g_signal_connect (factory, "setup", G_CALLBACK (set_up_row), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_row), self);
  g_signal_connect (factory, "teardown", G_CALLBACK (tear_down_row), self);
  gtk_list_view_set_factory (GTK_LIST_VIEW (self->list), factory);
  g_object_unref (factory);
  selection = GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->rows))));
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list), selection);
  g_object_unref (selection);

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  gtk_widget_add_controller (self->list, keys);
}

GtkWidget *
weir_history_panel_new (void)
{
  return g_object_new (WEIR_TYPE_HISTORY_PANEL, NULL);
}
