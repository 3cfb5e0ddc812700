/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Days and rows. */

#include "library/history-rows.h"

#include <glib/gi18n.h>

struct _WeirHistoryRow
{
  GObject parent;

  char            *day;
  WeirLibraryItem *items[WEIR_HISTORY_COLUMNS];
};

G_DEFINE_FINAL_TYPE (WeirHistoryRow, weir_history_row, G_TYPE_OBJECT)

static void
weir_history_row_finalize (GObject *object)
{
  WeirHistoryRow *self = WEIR_HISTORY_ROW (object);

  g_free (self->day);
  for (guint i = 0; i < WEIR_HISTORY_COLUMNS; i++)
    g_clear_object (&self->items[i]);
  G_OBJECT_CLASS (weir_history_row_parent_class)->finalize (object);
}

static void
weir_history_row_class_init (WeirHistoryRowClass *class)
{
  G_OBJECT_CLASS (class)->finalize = weir_history_row_finalize;
}

static void
weir_history_row_init (WeirHistoryRow *self)
{
}

const char *
weir_history_row_get_day (WeirHistoryRow *self)
{
  g_return_val_if_fail (WEIR_IS_HISTORY_ROW (self), NULL);

  return self->day;
}

WeirLibraryItem *
weir_history_row_get_item (WeirHistoryRow *self,
                           guint           column)
{
  g_return_val_if_fail (WEIR_IS_HISTORY_ROW (self), NULL);

  return column < WEIR_HISTORY_COLUMNS ? self->items[column] : NULL;
}

static gboolean
is_same_row (WeirHistoryRow *a,
             WeirHistoryRow *b)
{
  for (guint i = 0; i < WEIR_HISTORY_COLUMNS; i++)
    if (a->items[i] != b->items[i])
      return FALSE;
  return g_strcmp0 (a->day, b->day) == 0;
}

static int
get_julian_day (GDateTime *date)
{
  GDate day;
  int year, month, of_month;

  g_date_time_get_ymd (date, &year, &month, &of_month);
  g_date_set_dmy (&day, (GDateDay) of_month, (GDateMonth) month, (GDateYear) year);
  return (int) g_date_get_julian (&day);
}

static char *
dup_day_name (GDateTime *date,
              GDateTime *now)
{
  const int age = get_julian_day (now) - get_julian_day (date);

  if (age == 0)
    return g_strdup (_("Today"));
  if (age == 1)
    return g_strdup (_("Yesterday"));
  if (g_date_time_get_year (date) == g_date_time_get_year (now))
    /* Translators: a day of this year, as of g_date_time_format(): “Monday, 23 November” */
    return g_date_time_format (date, _("%A, %-e %B"));
  /* Translators: a day of another year: “23 November 2026” */
  return g_date_time_format (date, _("%-e %B %Y"));
}

static GPtrArray *
make_rows (GListModel *model,
           GDateTime  *now)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_object_unref);
  const guint n_items = g_list_model_get_n_items (model);
  WeirHistoryRow *row = NULL;
  guint n_columns = 0;
  int last_day = -1;

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (WeirLibraryItem) item = g_list_model_get_item (model, i);
      GDateTime *date = weir_library_item_get_date (item);
      const int day = get_julian_day (date);

      if (day != last_day)
        {
          row = g_object_new (WEIR_TYPE_HISTORY_ROW, NULL);
          row->day = dup_day_name (date, now);
          g_ptr_array_add (rows, row);
          last_day = day;
          n_columns = WEIR_HISTORY_COLUMNS;
        }
      if (n_columns == WEIR_HISTORY_COLUMNS)
        {
          row = g_object_new (WEIR_TYPE_HISTORY_ROW, NULL);
          g_ptr_array_add (rows, row);
          n_columns = 0;
        }
      row->items[n_columns++] = g_steal_pointer (&item);
    }
  return rows;
}

static gboolean
is_kept (GListStore *store,
         guint       position,
         GPtrArray  *rows,
         guint       index)
{
  g_autoptr (WeirHistoryRow) old = g_list_model_get_item (G_LIST_MODEL (store), position);

  return is_same_row (old, g_ptr_array_index (rows, index));
}

void
weir_history_rows_update (GListStore *store,
                          GListModel *model,
                          GDateTime  *now)
{
  g_autoptr (GPtrArray) rows = make_rows (model, now);
  const guint n_old = g_list_model_get_n_items (G_LIST_MODEL (store));
  const guint n_least = MIN (n_old, rows->len);
  guint n_head = 0, n_tail = 0;

  while (n_head < n_least && is_kept (store, n_head, rows, n_head))
    n_head++;
  while (n_tail < n_least - n_head
         && is_kept (store, n_old - 1 - n_tail, rows, rows->len - 1 - n_tail))
    n_tail++;
  if (n_head + n_tail < n_old || n_head + n_tail < rows->len)
    g_list_store_splice (store, n_head, n_old - n_head - n_tail, rows->pdata + n_head,
                         rows->len - n_head - n_tail);
}
