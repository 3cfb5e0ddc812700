/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A library in a folder of its own, and a main loop that turns until something is so. */

#pragma once

#include "library/library.h"

G_BEGIN_DECLS

typedef struct
{
  char        *root;       /* holds the others */
  char        *pictures;   /* the library's folder, which is not there before something is saved */
  char        *index;
  char        *thumbnails;
  WeirLibrary *library;    /* NULL while it is closed */
} Fixture;

void             fixture_set_up    (Fixture       *f,
                                    gconstpointer  data);
void             fixture_tear_down (Fixture       *f,
                                    gconstpointer  data);

/* Opens the library and waits until it has read its folder, and the pixels of its pictures. */
void             fixture_open      (Fixture       *f);
void             fixture_close     (Fixture       *f);
void             fixture_read      (Fixture       *f);

/* Turns the main loop until is_so; fails the test, naming what, after 30 seconds. */
void             fixture_wait      (gboolean     (*is_so) (gpointer data),
                                    gpointer       data,
                                    const char    *what);

/* A picture of this seed: other pixels for each. */
CasImage        *fixture_image     (guint64        seed,
                                    guint          side);

/* Saves one and waits for it. */
WeirLibraryItem *fixture_save      (Fixture       *f,
                                    const char    *prompt,
                                    guint64        seed);

guint            fixture_count     (Fixture       *f);
WeirLibraryItem *fixture_peek      (Fixture       *f,
                                    guint          position);
char            *fixture_path      (Fixture       *f,
                                    const char    *name);

G_END_DECLS
