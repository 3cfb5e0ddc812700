/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Small JSON files that stand beside the tensors (config.json, model.json): read whole, with
 * limits on their size and depth, and asked for single values. What is not there takes a
 * fallback; the first value of a wrong type or out of range is an error that sticks. A config of
 * NULL is a file that is not there: everything takes its fallback. */

#pragma once

#include <gio/gio.h>

#include "cascade/error.h"

G_BEGIN_DECLS

typedef struct _CasConfig CasConfig;

/* Errors: G_IO_ERROR (a file that is not there is G_IO_ERROR_NOT_FOUND), CAS_ERROR_BAD_MODEL. */
CasConfig  *cas_config_open       (const char *path,
                                   GError    **error);
void        cas_config_free       (CasConfig  *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasConfig, cas_config_free)

/* FALSE and the error that sticks, if one does. */
gboolean    cas_config_check      (CasConfig  *config,
                                   GError    **error);

/* What is asked for next lies in the object of this name, until cas_config_leave(). Without one
 * everything takes its fallback. */
void        cas_config_enter      (CasConfig  *config,
                                   const char *name);
void        cas_config_leave      (CasConfig  *config);

gint64      cas_config_get_int    (CasConfig  *config,
                                   const char *name,
                                   gint64      min,
                                   gint64      max,
                                   gint64      fallback);
double      cas_config_get_double (CasConfig  *config,
                                   const char *name,
                                   double      min,
                                   double      max,
                                   double      fallback);
/* Lives as long as config. */
const char *cas_config_get_string (CasConfig  *config,
                                   const char *name,
                                   const char *fallback);
/* Which of n choices the text is. */
guint       cas_config_get_choice (CasConfig         *config,
                                   const char        *name,
                                   const char *const *choices,
                                   guint              n,
                                   guint              fallback);
/* Two whole numbers, as in [1024, 768]. values holds the fallback and keeps it. */
void        cas_config_get_pair   (CasConfig  *config,
                                   const char *name,
                                   gint64      min,
                                   gint64      max,
                                   guint       values[2]);

G_END_DECLS
