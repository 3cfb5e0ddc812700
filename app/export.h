/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures written for others, in a format and with what is said of them. */

#pragma once

#include "picture.h"

G_BEGIN_DECLS

typedef struct
{
  CasImageFormat format;
  guint          quality; /* 1 … 100; not of PNG */
  gboolean       has_settings; /* whether it says how it was made */
} WeirExportOptions;

/* As the person left them: keys export-format, export-quality and export-settings. */
WeirExportOptions weir_export_get_options (GSettings                *settings);
void              weir_export_set_options (GSettings                *settings,
                                           const WeirExportOptions  *options);

/* Where a picture of that format is written if a person typed this name: there, where the name ends
 * as those of some format do, which format is then; and else with format's ending added. Free with
 * g_free(). */
char             *weir_export_dup_path    (const char               *path,
                                           CasImageFormat           *format);

/* Writes in a thread, where weir_export_dup_path() says and in that format. An old file is replaced
 * only if the path is as it was given, of which the person was asked. */
void              weir_export_async       (WeirPicture              *picture,
                                           const char               *path,
                                           const WeirExportOptions  *options,
                                           GAsyncReadyCallback       ready,
                                           gpointer                  user_data);

/* The path of the file; free with g_free(). Errors: those of cas_image_save(). */
char             *weir_export_finish      (GAsyncResult             *result,
                                           GError                  **error);

G_END_DECLS
