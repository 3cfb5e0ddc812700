/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A list store and its rules. */

#include "library/history-marks.h"

GListStore *
weir_history_marks_new (void)
{
  return g_list_store_new (WEIR_TYPE_LIBRARY_ITEM);
}

gboolean
weir_history_marks_has (GListStore      *marks,
                        WeirLibraryItem *item)
{
  return item && g_list_store_find (marks, item, NULL);
}

gboolean
weir_history_marks_is_full (GListStore *marks)
{
  return g_list_model_get_n_items (G_LIST_MODEL (marks)) == WEIR_HISTORY_MAX_MARKS;
}

void
weir_history_marks_toggle (GListStore      *marks,
                           WeirLibraryItem *item)
{
  guint position;

  if (g_list_store_find (marks, item, &position))
    {
      g_list_store_remove (marks, position);
      return;
    }
  if (weir_history_marks_is_full (marks))
    g_list_store_remove (marks, 0);
  g_list_store_append (marks, item);
}

void
weir_history_marks_tidy (GListStore  *marks,
                         WeirLibrary *library)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (marks)); i-- > 0;)
    {
      g_autoptr (WeirLibraryItem) item = g_list_model_get_item (G_LIST_MODEL (marks), i);

      if (!library || weir_library_find (library, weir_library_item_get_path (item)) != item)
        g_list_store_remove (marks, i);
    }
}

GVariant *
weir_history_marks_to_variant (GListStore *marks)
{
  g_autoptr (WeirLibraryItem) first = g_list_model_get_item (G_LIST_MODEL (marks), 0);
  g_autoptr (WeirLibraryItem) second = g_list_model_get_item (G_LIST_MODEL (marks), 1);

  g_return_val_if_fail (first && second, NULL);

  return g_variant_new ("(ss)", weir_library_item_get_path (first),
                        weir_library_item_get_path (second));
}
