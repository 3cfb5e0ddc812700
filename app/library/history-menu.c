/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of a picture's commands. */

#include "library/history-menu.h"

#include <glib/gi18n.h>

typedef enum
{
  ALWAYS,
  WITH_SETTINGS,
  STARRED,
  NOT_STARRED,
  MARKED,
  NOT_MARKED,
  TWO_MARKED /* and the two are the target */
} Condition;

typedef struct
{
  guint       section;
  Condition   when;
  const char *label;
  const char *action;
} Command;

static const Command commands[] = {
  { 0, ALWAYS, N_("_Open on Canvas"), "win.open-path" },
  { 0, ALWAYS, N_("_Vary This Image"), "win.vary-path" },
  { 0, ALWAYS, N_("Use as _Guidance"), "win.guide-path" },
  { 0, ALWAYS, N_("Use _as Mask"), "win.mask-path" },
  { 0, ALWAYS, N_("Upscale ×_2"), "win.upscale-path" },
  { 1, ALWAYS, N_("Compare with _Document"), "win.compare-path" },
  { 1, TWO_MARKED, N_("Compare the Two _Marked"), "win.compare-paths" },
  { 1, NOT_MARKED, N_("Mar_k to Compare"), "library.mark" },
  { 1, MARKED, N_("Remove Mar_k"), "library.mark" },
  { 2, WITH_SETTINGS, N_("_Use Settings"), "win.use-settings" },
  { 2, WITH_SETTINGS, N_("Use _Prompt"), "win.use-prompt" },
  { 2, WITH_SETTINGS, N_("Use S_eed"), "win.use-seed" },
  { 3, NOT_STARRED, N_("S_tar"), "library.star" },
  { 3, STARRED, N_("Remove S_tar"), "library.star" },
  { 3, ALWAYS, N_("_Copy"), "library.copy" },
  { 3, ALWAYS, N_("_Show in Folder"), "library.show" },
  { 4, ALWAYS, N_("_Move to Trash"), "library.trash" },
};

static gboolean
is_offered (const Command   *command,
            WeirLibraryItem *item,
            GListStore      *marks)
{
  switch (command->when)
    {
    case WITH_SETTINGS:
      return weir_library_item_get_file (item)->settings != NULL;
    case STARRED:
      return weir_library_item_get_starred (item);
    case NOT_STARRED:
      return !weir_library_item_get_starred (item);
    case MARKED:
      return weir_history_marks_has (marks, item);
    case NOT_MARKED:
      return !weir_history_marks_has (marks, item);
    case TWO_MARKED:
      return weir_history_marks_is_full (marks);
    case ALWAYS:
    default:
      return TRUE;
    }
}

GMenuModel *
weir_history_menu_new (WeirLibraryItem *item,
                       GListStore      *marks)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) section = NULL;
  guint number = G_MAXUINT;

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      const Command *command = &commands[i];
      g_autoptr (GMenuItem) entry = NULL;

      if (!is_offered (command, item, marks))
        continue;
      if (command->section != number)
        {
          g_clear_object (&section);
          section = g_menu_new ();
          g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
          number = command->section;
        }
      entry = g_menu_item_new (_(command->label), NULL);
      g_menu_item_set_action_and_target_value (
        entry, command->action,
        command->when == TWO_MARKED ? weir_history_marks_to_variant (marks)
                                    : g_variant_new_string (weir_library_item_get_path (item)));
      g_menu_append_item (section, entry);
    }
  return G_MENU_MODEL (menu);
}
