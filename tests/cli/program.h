/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs weir-cli as a person would: in a folder of its own, with settings of its own. */

#pragma once

#include <gio/gio.h>

/* What a run left behind. */
typedef struct
{
  int   exit_code; /* −1: killed by a signal */
  char *out;
  char *err;
} ProgramResult;

void  program_result_clear (ProgramResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ProgramResult, program_result_clear)

/* A fresh folder, which is the working folder of what runs in it. Free with program_free_folder(). */
char *program_new_folder   (void);
void  program_free_folder  (char *folder);

/* A launcher for weir-cli in the folder, for tests that need more than program_run(). */
GSubprocessLauncher *program_launcher (const char       *folder);

/* args: without the program's name, up to NULL. */
void  program_run          (ProgramResult     *result,
                            const char        *folder,
                            const char *const *args);
void  program_run_with     (ProgramResult       *result,
                            GSubprocessLauncher *launcher,
                            const char *const   *args);

/* Names in the folder, sorted, joined by spaces; free with g_free(). */
char *program_list_folder  (const char *folder);

char *program_read_file    (const char *folder,
                            const char *name,
                            gsize      *size);
