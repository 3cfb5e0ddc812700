/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the window as it stands asks for: the word on its button, and the job behind it. */

#pragma once

#include "document.h"
#include "params.h"
#include "panels/styles.h"
#include "queue/job.h"

G_BEGIN_DECLS

typedef enum
{
  WEIR_VERB_GENERATE, /* from words alone */
  WEIR_VERB_REFINE,   /* the document's picture, in part */
  WEIR_VERB_VARY,     /* like the pictures of the references */
  WEIR_VERB_FILL,     /* what is masked */
  WEIR_VERB_REFINE_AREA, /* what is masked, in part */
  WEIR_VERB_EXPAND,   /* what of the frame is beyond the picture */
  WEIR_VERB_FILL_AND_EXPAND, /* that and what is masked */
} WeirVerb;

/* Everything is borrowed. */
typedef struct
{
  WeirParams   *params;
  GListModel   *styles;     /* WeirStyle */
  WeirDocument *document;
  GListModel   *references; /* WeirReference */
  GListModel   *loras;      /* WeirLora */
  GListModel   *guides;     /* WeirGuide */
  gboolean      has_previews;
} WeirRequest;

WeirVerb    weir_request_get_verb (const WeirRequest *request);

/* For a button. */
const char *weir_verb_get_label   (WeirVerb           verb);

/* Whether something beyond the picture is made, which has nothing to begin from. */
gboolean    weir_verb_expands     (WeirVerb           verb);

/* With a mask, or a frame that is not the whole picture, what is in the frame is made, as large as
 * that is, and the job knows its place. The frame's sides need not be multiples of 8.
 * Errors: those of cas_job_new(); CAS_ERROR_BAD_PARAMETER where nothing in the frame is masked;
 * CAS_ERROR_OUT_OF_HOST_MEMORY. */
WeirJob    *weir_request_make_job (const WeirRequest *request,
                                   GError           **error);

/* A picture at twice its size, by its own prompt if it has one. Errors: those of cas_job_new(). */
CasJob     *weir_request_make_doubled (WeirPicture *picture,
                                       gboolean     has_previews,
                                       GError     **error);

G_END_DECLS
