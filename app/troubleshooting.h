/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What those who look for a fault ask first, as a text. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of the engine as it is open; each is nullable. */
typedef struct
{
  const char *device, *driver;
  guint64     memory_bytes; /* 0: not known */
  const char *model;        /* its name, not its folder, which may name a person */
  const char *details;      /* how the engine's process ended last, and its last lines */
  const char *log;          /* as weir_log_dup_text() */
} WeirTroubleshooting;

/* The versions of everything, the facts, and the last lines; in English, since it is sent on. Free
 * with g_free(). */
char *weir_troubleshooting_dup_text (const WeirTroubleshooting *facts);

G_END_DECLS
