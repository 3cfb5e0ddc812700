/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every command that has a key: the accelerators of the application and the page of shortcuts are
 * made from this one table. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  WEIR_COMMANDS_PICTURE, /* make and keep */
  WEIR_COMMANDS_CANVAS,
  WEIR_COMMANDS_MASK,
  WEIR_COMMANDS_PROMPT,
  WEIR_COMMANDS_HISTORY, /* and the queue: lists of what was and will be made */
  WEIR_COMMANDS_GENERAL,
  WEIR_N_COMMAND_GROUPS
} WeirCommandGroup;

typedef enum
{
  WEIR_COMMAND_ANYWHERE,
  WEIR_COMMAND_YIELDS,    /* to what has the focus: texts have the keys for themselves */
  WEIR_COMMAND_ON_CANVAS, /* only while the canvas has the focus */
} WeirCommandReach;

typedef struct
{
  WeirCommandGroup group;
  const char      *title;    /* in English, to translate */
  const char      *action;   /* detailed; NULL where a widget answers to the key by itself */
  const char      *accels[3]; /* of GTK's form; the first is the one that is shown */
  WeirCommandReach reach;
} WeirCommand;

/* The table and its length. */
const WeirCommand *weir_commands_get           (guint            *n);

/* For a person, in their language. */
const char        *weir_commands_get_group_name (WeirCommandGroup group);

/* Gives the application the keys of the commands with an action that reach anywhere; a window those
 * that yield, and the canvas its own. */
void               weir_commands_install        (GtkApplication   *app);
void               weir_commands_add_to         (GtkWidget        *window);
void               weir_commands_add_to_canvas  (GtkWidget        *canvas);

G_END_DECLS
