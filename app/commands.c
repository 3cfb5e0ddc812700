/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of commands. */

#include "commands.h"

#include <glib/gi18n.h>

static const WeirCommand commands[] = {
  { WEIR_COMMANDS_PICTURE, N_("Generate"), "win.generate", { "<Control>Return" } },
  { WEIR_COMMANDS_PICTURE, N_("Generate to Front of Queue"), "win.generate-front", { "<Control><Shift>Return" } },
  { WEIR_COMMANDS_PICTURE, N_("Cancel"), "win.cancel", { "<Control><Alt>Return" } },
  { WEIR_COMMANDS_PICTURE, N_("Clear Pending Jobs"), "win.cancel-pending", { "<Control><Shift>x" } },
  { WEIR_COMMANDS_PICTURE, N_("Undo"), "win.undo", { "<Control>z" }, WEIR_COMMAND_YIELDS },
  { WEIR_COMMANDS_PICTURE, N_("Redo"), "win.redo", { "<Control><Shift>z", "<Control>y" }, WEIR_COMMAND_YIELDS },

  { WEIR_COMMANDS_CANVAS, N_("Zoom In"), "win.zoom-in", { "<Control>plus", "<Control>equal" } },
  { WEIR_COMMANDS_CANVAS, N_("Zoom Out"), "win.zoom-out", { "<Control>minus" } },
  { WEIR_COMMANDS_CANVAS, N_("Fit to Window"), "win.zoom-fit", { "<Control>0" } },
  { WEIR_COMMANDS_CANVAS, N_("Original Size"), "win.zoom(1.0)", { "<Control>1" } },
  { WEIR_COMMANDS_CANVAS, N_("Twice the Size"), "win.zoom(2.0)", { "<Control>2" } },
  { WEIR_COMMANDS_CANVAS, N_("Previous Result"), NULL, { "Left" } },
  { WEIR_COMMANDS_CANVAS, N_("Next Result"), NULL, { "Right" } },
  { WEIR_COMMANDS_CANVAS, N_("Keep Result"), NULL, { "Return" } },
  { WEIR_COMMANDS_CANVAS, N_("Discard Result"), NULL, { "Delete" } },
  { WEIR_COMMANDS_CANVAS, N_("Compare with Before"), NULL, { "backslash" } },
  { WEIR_COMMANDS_CANVAS, N_("Pan"), NULL, { "space" } },

  { WEIR_COMMANDS_MASK, N_("Brush"), "win.tool('brush')", { "b" }, WEIR_COMMAND_ON_CANVAS },
  { WEIR_COMMANDS_MASK, N_("Eraser"), "win.tool('eraser')", { "e" }, WEIR_COMMAND_ON_CANVAS },
  { WEIR_COMMANDS_MASK, N_("Lasso"), "win.tool('lasso')", { "l" }, WEIR_COMMAND_ON_CANVAS },
  { WEIR_COMMANDS_MASK, N_("Rectangle"), "win.tool('rectangle')", { "r" }, WEIR_COMMAND_ON_CANVAS },
  { WEIR_COMMANDS_MASK, N_("Frame"), "win.tool('frame')", { "f" }, WEIR_COMMAND_ON_CANVAS },
  { WEIR_COMMANDS_MASK, N_("Hand"), "win.tool('hand')", { "h" }, WEIR_COMMAND_ON_CANVAS },
  { WEIR_COMMANDS_MASK, N_("Smaller Brush"), "win.resize-brush(-1)", { "bracketleft" }, WEIR_COMMAND_ON_CANVAS },
  { WEIR_COMMANDS_MASK, N_("Larger Brush"), "win.resize-brush(1)", { "bracketright" }, WEIR_COMMAND_ON_CANVAS },
  { WEIR_COMMANDS_MASK, N_("Harder Brush"), "win.soften-brush(-1)", { "<Shift>bracketleft", "braceleft" }, WEIR_COMMAND_ON_CANVAS },
  { WEIR_COMMANDS_MASK, N_("Softer Brush"), "win.soften-brush(1)", { "<Shift>bracketright", "braceright" }, WEIR_COMMAND_ON_CANVAS },
  { WEIR_COMMANDS_MASK, N_("Swap Adding and Taking Away"), "win.subtract", { "x" }, WEIR_COMMAND_ON_CANVAS },
  { WEIR_COMMANDS_MASK, N_("Show Mask"), "win.show-mask", { "q" }, WEIR_COMMAND_ON_CANVAS },
  { WEIR_COMMANDS_MASK, N_("Mask All"), "win.mask-all", { "<Control>a" }, WEIR_COMMAND_YIELDS },
  { WEIR_COMMANDS_MASK, N_("Invert Mask"), "win.invert-mask", { "<Control>i" }, WEIR_COMMAND_YIELDS },
  { WEIR_COMMANDS_MASK, N_("Clear Mask"), "win.clear-mask", { "<Control><Shift>a" }, WEIR_COMMAND_YIELDS },
  { WEIR_COMMANDS_MASK, N_("Cancel Stroke, Then Clear Mask"), NULL, { "Escape" } },

  { WEIR_COMMANDS_PROMPT, N_("Edit Prompt"), "win.focus-prompt", { "<Alt>p" } },
  { WEIR_COMMANDS_PROMPT, N_("More Weight"), NULL, { "<Control>Up" } },
  { WEIR_COMMANDS_PROMPT, N_("Less Weight"), NULL, { "<Control>Down" } },
  { WEIR_COMMANDS_PROMPT, N_("Earlier Prompt"), NULL, { "<Alt>Up" } },
  { WEIR_COMMANDS_PROMPT, N_("Later Prompt"), NULL, { "<Alt>Down" } },

  { WEIR_COMMANDS_HISTORY, N_("Find in History"), "win.find", { "<Control>f" } },
  { WEIR_COMMANDS_HISTORY, N_("Open on Canvas"), NULL, { "Return" } },
  { WEIR_COMMANDS_HISTORY, N_("Mark to Compare"), NULL, { "space" } },
  { WEIR_COMMANDS_HISTORY, N_("Compare"), NULL, { "backslash" } },
  { WEIR_COMMANDS_HISTORY, N_("Copy"), NULL, { "<Control>c" } },
  { WEIR_COMMANDS_HISTORY, N_("Move to Trash"), NULL, { "Delete" } },
  { WEIR_COMMANDS_HISTORY, N_("Show Menu"), NULL, { "<Shift>F10", "Menu" } },
  { WEIR_COMMANDS_HISTORY, N_("Earlier in Queue"), NULL, { "<Alt>Up" } },
  { WEIR_COMMANDS_HISTORY, N_("Later in Queue"), NULL, { "<Alt>Down" } },

  { WEIR_COMMANDS_GENERAL, N_("New"), "win.new", { "<Control>n" } },
  { WEIR_COMMANDS_GENERAL, N_("New from Clipboard"), "win.new-from-clipboard", { "<Control><Shift>v" } },
  { WEIR_COMMANDS_GENERAL, N_("Open…"), "win.open", { "<Control>o" } },
  { WEIR_COMMANDS_GENERAL, N_("Save"), "win.save", { "<Control>s" } },
  { WEIR_COMMANDS_GENERAL, N_("Save As…"), "win.save-as", { "<Control><Shift>s" } },
  { WEIR_COMMANDS_GENERAL, N_("Export…"), "win.export", { "<Control><Shift>e" } },
  { WEIR_COMMANDS_GENERAL, N_("Copy Image"), "win.copy", { "<Control>c" }, WEIR_COMMAND_YIELDS },
  { WEIR_COMMANDS_GENERAL, N_("Paste Image"), "win.paste", { "<Control>v" }, WEIR_COMMAND_YIELDS },
  { WEIR_COMMANDS_GENERAL, N_("Settings Panel"), "win.show-start", { "F9" } },
  { WEIR_COMMANDS_GENERAL, N_("History Panel"), "win.show-end", { "<Shift>F9" } },
  { WEIR_COMMANDS_GENERAL, N_("Fullscreen"), "win.fullscreen", { "F11" } },
  { WEIR_COMMANDS_GENERAL, N_("Preferences"), "app.preferences", { "<Control>comma" } },
  { WEIR_COMMANDS_GENERAL, N_("Keyboard Shortcuts"), "app.shortcuts", { "<Control>question" } },
  { WEIR_COMMANDS_GENERAL, N_("Main Menu"), NULL, { "F10" } },
  { WEIR_COMMANDS_GENERAL, N_("Quit"), "app.quit", { "<Control>q" } },
};

const WeirCommand *
weir_commands_get (guint *n)
{
  *n = G_N_ELEMENTS (commands);
  return commands;
}

const char *
weir_commands_get_group_name (WeirCommandGroup group)
{
  static const char *const names[WEIR_N_COMMAND_GROUPS] = {
    [WEIR_COMMANDS_PICTURE] = N_("Image"),
    [WEIR_COMMANDS_CANVAS] = N_("Canvas"),
    [WEIR_COMMANDS_MASK] = N_("Mask"),
    [WEIR_COMMANDS_PROMPT] = N_("Prompt"),
    [WEIR_COMMANDS_HISTORY] = N_("History and Queue"),
    [WEIR_COMMANDS_GENERAL] = N_("General"),
  };

  return _(names[group]);
}

void
weir_commands_install (GtkApplication *app)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (commands[i].action && commands[i].reach == WEIR_COMMAND_ANYWHERE)
      gtk_application_set_accels_for_action (app, commands[i].action, commands[i].accels);
}

static void
add_keys (GtkWidget        *widget,
          WeirCommandReach  reach)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *name = NULL;
      g_autoptr (GVariant) target = NULL;

      if (!commands[i].action || commands[i].reach != reach ||
          !g_action_parse_detailed_name (commands[i].action, &name, &target, NULL))
        continue;
      for (const char *const *accel = commands[i].accels; *accel; accel++)
        {
          GtkShortcut *shortcut = gtk_shortcut_new (gtk_shortcut_trigger_parse_string (*accel),
                                                    gtk_named_action_new (name));

          gtk_shortcut_set_arguments (shortcut, target);
          gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys), shortcut);
        }
    }
  gtk_widget_add_controller (widget, keys);
}

/* A key comes to the window when nothing in it took it. */
void
weir_commands_add_to (GtkWidget *window)
{
  add_keys (window, WEIR_COMMAND_YIELDS);
}

void
weir_commands_add_to_canvas (GtkWidget *canvas)
{
  add_keys (canvas, WEIR_COMMAND_ON_CANVAS);
}
