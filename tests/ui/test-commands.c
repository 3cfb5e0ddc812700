/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The keys of the design against those of the program: what is done by holding a key or by the
 * pointer is tested where it is done. */

#include <gtk/gtk.h>

#include "commands.h"

/* The table of the design; action: NULL where a widget answers by itself. */
static const struct { const char *key, *action; WeirCommandReach reach; } designed[] = {
  { "<Control>Return", "win.generate" },
  { "<Control><Shift>Return", "win.generate-front" },
  { "<Control><Alt>Return", "win.cancel" },
  { "Escape", NULL },
  { "<Control><Shift>x", "win.cancel-pending" },
  { "b", "win.tool('brush')", WEIR_COMMAND_ON_CANVAS },
  { "e", "win.tool('eraser')", WEIR_COMMAND_ON_CANVAS },
  { "l", "win.tool('lasso')", WEIR_COMMAND_ON_CANVAS },
  { "r", "win.tool('rectangle')", WEIR_COMMAND_ON_CANVAS },
  { "f", "win.tool('frame')", WEIR_COMMAND_ON_CANVAS },
  { "h", "win.tool('hand')", WEIR_COMMAND_ON_CANVAS },
  { "space", NULL },
  { "bracketleft", "win.resize-brush(-1)", WEIR_COMMAND_ON_CANVAS },
  { "bracketright", "win.resize-brush(1)", WEIR_COMMAND_ON_CANVAS },
  { "<Shift>bracketleft", "win.soften-brush(-1)", WEIR_COMMAND_ON_CANVAS },
  { "<Shift>bracketright", "win.soften-brush(1)", WEIR_COMMAND_ON_CANVAS },
  { "x", "win.subtract", WEIR_COMMAND_ON_CANVAS },
  { "q", "win.show-mask", WEIR_COMMAND_ON_CANVAS },
  { "<Control>i", "win.invert-mask", WEIR_COMMAND_YIELDS },
  { "<Control>a", "win.mask-all", WEIR_COMMAND_YIELDS },
  { "<Control><Shift>a", "win.clear-mask", WEIR_COMMAND_YIELDS },
  { "<Control>plus", "win.zoom-in" },
  { "<Control>minus", "win.zoom-out" },
  { "<Control>0", "win.zoom-fit" },
  { "<Control>1", "win.zoom(1.0)" },
  { "<Control>2", "win.zoom(2.0)" },
  { "backslash", NULL },
  { "Left", NULL },
  { "Right", NULL },
  { "Return", NULL },
  { "Delete", NULL },
  { "<Control>Up", NULL },
  { "<Control>Down", NULL },
  { "<Alt>Up", NULL },
  { "<Alt>Down", NULL },
  { "<Control>z", "win.undo", WEIR_COMMAND_YIELDS },
  { "<Control><Shift>z", "win.redo", WEIR_COMMAND_YIELDS },
  { "<Control>y", "win.redo", WEIR_COMMAND_YIELDS },
  { "<Control>n", "win.new" },
  { "<Control>o", "win.open" },
  { "<Control>s", "win.save" },
  { "<Control><Shift>e", "win.export" },
  { "<Control>c", "win.copy", WEIR_COMMAND_YIELDS },
  { "<Control>v", "win.paste", WEIR_COMMAND_YIELDS },
  { "F9", "win.show-start" },
  { "<Shift>F9", "win.show-end" },
  { "F11", "win.fullscreen" },
  { "<Alt>p", "win.focus-prompt" },
  { "<Control>comma", "app.preferences" },
  { "<Control>question", "app.shortcuts" },
  { "F10", NULL },
  { "<Control>q", "app.quit" },
};

/* Any of a command's keys, as GTK reads them. */
static gboolean
has_key (const WeirCommand *command,
         const char        *key)
{
  GdkModifierType wanted_held, held;
  guint wanted, found;

  g_assert_true (gtk_accelerator_parse (key, &wanted, &wanted_held));
  for (const char *const *accel = command->accels; *accel; accel++)
    {
      g_assert_true (gtk_accelerator_parse (*accel, &found, &held));
      if (found == wanted && held == wanted_held)
        return TRUE;
    }
  return FALSE;
}

static void
as_designed (void)
{
  guint n;
  const WeirCommand *commands = weir_commands_get (&n);

  for (guint i = 0; i < G_N_ELEMENTS (designed); i++)
    {
      guint n_found = 0;

      for (guint c = 0; c < n; c++)
        if (has_key (&commands[c], designed[i].key) &&
            g_strcmp0 (commands[c].action, designed[i].action) == 0)
          {
            n_found++;
            if (designed[i].action)
              g_assert_cmpint (commands[c].reach, ==, designed[i].reach);
          }
      g_test_message ("%s, %s", designed[i].key,
                      designed[i].action ? designed[i].action : "a widget's own");
      g_assert_cmpuint (n_found, >, 0);
    }
}

/* No key has two actions, and none that is heard anywhere is a letter to be typed. */
static void
no_key_twice (void)
{
  guint n;
  const WeirCommand *commands = weir_commands_get (&n);

  for (guint i = 0; i < n; i++)
    for (const char *const *accel = commands[i].accels; commands[i].action && *accel; accel++)
      {
        GdkModifierType held;
        guint key;

        g_test_message ("%s, %s", *accel, commands[i].action);
        g_assert_true (gtk_accelerator_parse (*accel, &key, &held));
        if (commands[i].reach != WEIR_COMMAND_ON_CANVAS && gdk_keyval_to_unicode (key) > 32)
          g_assert_cmpint (held & ~GDK_SHIFT_MASK, !=, 0);
        for (guint c = 0; c < i; c++)
          g_assert_false (commands[c].action && has_key (&commands[c], *accel));
      }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/commands/as-designed", as_designed);
  g_test_add_func ("/ui/commands/no-key-twice", no_key_twice);
  return g_test_run ();
}
