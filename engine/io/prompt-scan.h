/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What each byte of a prompt is, before it is known what it means. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CAS_PROMPT_NONE G_MAXUINT32

typedef enum
{
  CAS_PROMPT_TEXT,      /* may be syntax */
  CAS_PROMPT_COMMENT,
  CAS_PROMPT_BACKSLASH, /* takes the meaning of the next byte away */
  CAS_PROMPT_ESCAPED,
} CasPromptRole;

/* All in time and memory that grow as the text does, however it is nested. */
typedef struct
{
  const char *text;     /* borrowed */
  gsize       length;
  guint8     *roles;    /* CasPromptRole of each byte */
  guint32    *partners; /* of a bracket the byte that closes or opens it, else CAS_PROMPT_NONE */
  guint32    *bars;     /* of an opening bracket and of each “|” in it, but for those in brackets
                         * within, the next “|”, at last the closing one; else CAS_PROMPT_NONE */
} CasPromptScan;

/* brackets: the kinds to look for, opening and closing in turn: "()[]". */
void cas_prompt_scan_init  (CasPromptScan *scan,
                            const char    *text,
                            const char    *brackets);
void cas_prompt_scan_clear (CasPromptScan *scan);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CasPromptScan, cas_prompt_scan_clear)

G_END_DECLS
