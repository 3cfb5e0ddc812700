/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The real application in the test's own process: what it shows is looked at, found by name, and
 * moved by a real pointer and real keys (of xdotool, on an X server without a window manager). */

#pragma once

#include "window.h"

G_BEGIN_DECLS

/* Takes what the person may have set out of the picture: animations, a blinking caret, fonts.
 * Before anything else; instead of g_test_init(). */
void         weir_test_init       (int         *argc,
                                   char      ***argv);

/* Starts the application and waits until its window is drawn. One at a time; closed by
 * weir_test_close(). Nothing is left of what was before; again: all of it is. */
WeirWindow  *weir_test_open       (void);
WeirWindow  *weir_test_open_again (void);

/* A window of the test's own with this widget alone in it, of this size, drawn. The style of the
 * program is on it. Destroy it. */
GtkWindow   *weir_test_show       (GtkWidget   *child,
                                   int          width,
                                   int          height);

/* Closes the window, ends the application, and sees that the window is freed. */
void         weir_test_close      (WeirWindow  *window);

/* Lets the main loop turn until nothing is left to do and the widget's last frame is drawn.
 * Fails the test after ten seconds. */
void         weir_test_settle     (GtkWidget   *widget);

/* Lets the main loop turn until is_done() says so. Fails the test, naming what, after so many
 * seconds: a bound for what hangs, not a measure. */
void         weir_test_wait       (gboolean   (*is_done) (gpointer data),
                                   gpointer     data,
                                   guint        seconds,
                                   const char  *what);

/* The widget of this id in its .ui file, wherever it is below root. Fails the test if there is none. */
GtkWidget   *weir_test_find       (GtkWidget   *root,
                                   const char  *id);

/* Writes what the widget looks like to $WEIR_SCREENSHOTS/NAME.png. */
void         weir_test_screenshot (GtkWidget   *widget,
                                   const char  *name);

/* Whether there is input to be had: nothing can be typed from outside on Wayland. */
gboolean     weir_test_has_input  (void);

/* --- input, at places within a widget ------------------------------------------------------- */

void         weir_test_move       (GtkWidget   *widget,
                                   double       x,
                                   double       y);
void         weir_test_click      (GtkWidget   *widget,
                                   double       x,
                                   double       y);
/* From one place to another in steps that GTK does not run together. */
void         weir_test_drag       (GtkWidget   *widget,
                                   double       from_x,
                                   double       from_y,
                                   double       to_x,
                                   double       to_y);
/* xdotool's words: "ctrl+Return", "Escape". */
void         weir_test_key        (GtkWidget   *widget,
                                   const char  *key);
void         weir_test_type       (GtkWidget   *widget,
                                   const char  *text);
/* What else xdotool can do, where the pointer is: { "keydown", "space", NULL }. */
void         weir_test_do         (GtkWidget         *widget,
                                   const char *const *words);

G_END_DECLS
