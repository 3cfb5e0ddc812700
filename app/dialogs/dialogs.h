/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Questions to a person, asked without waiting: for a file, for a folder, and which of a few
 * things to do. The one place that knows how this version of the toolkit asks. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  WEIR_CHOOSE_FILE,
  WEIR_CHOOSE_FOLDER,
  WEIR_CHOOSE_NEW_FILE, /* to save as; asks before an old one is replaced */
} WeirChoice;

typedef struct
{
  WeirChoice  choice;
  const char *title;
  const char *accept_label; /* with a mnemonic; NULL: the toolkit's own */
  const char *folder;       /* to begin in; nullable */
  const char *name;         /* of a new file; nullable */
  const char *filter_name;  /* "Images"; NULL: every file */
  const char *const *patterns; /* "*.png", …, NULL at the end: what the filter lets through */
} WeirFileQuestion;

/* All on the main thread. cancellable (nullable) takes the question back. */
void   weir_dialogs_choose_async  (GtkWindow              *parent,
                                   const WeirFileQuestion *question,
                                   GCancellable           *cancellable,
                                   GAsyncReadyCallback     ready,
                                   gpointer                user_data);

/* NULL with G_IO_ERROR_CANCELLED if the person chose nothing. */
GFile *weir_dialogs_choose_finish (GAsyncResult           *result,
                                   GError                **error);

typedef enum
{
  WEIR_ANSWER_PLAIN,
  WEIR_ANSWER_SUGGESTED,
  WEIR_ANSWER_DESTRUCTIVE,
} WeirAnswerLook;

typedef struct
{
  const char    *id;
  const char    *label; /* with a mnemonic */
  WeirAnswerLook look;
} WeirAnswer;

/* The first answer is that of Escape and of closing. */
typedef struct
{
  const char       *heading;
  const char       *body; /* nullable; neither is markup */
  const WeirAnswer *answers;
  guint             n_answers;
  GtkWidget        *extra; /* to be set before the answer; nullable, floating */
} WeirQuestion;

void   weir_dialogs_ask_async     (GtkWindow              *parent,
                                   const WeirQuestion     *question,
                                   GCancellable           *cancellable,
                                   GAsyncReadyCallback     ready,
                                   gpointer                user_data);

/* The answer's id; free with g_free(). NULL with G_IO_ERROR_CANCELLED only if cancellable said so. */
char  *weir_dialogs_ask_finish    (GAsyncResult           *result,
                                   GError                **error);

G_END_DECLS
