/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures made in the real window by the demo model, with keys. */

#pragma once

#include "support/test-window.h"
#include "window-private.h"

G_BEGIN_DECLS

/* With the model's own size of pictures in it, and always the same seed. */
WeirWindow *making_open        (guint       steps);

void        making_assert_verb (WeirWindow *window,
                                const char *wanted);

/* Asks for what the window shows by its key, and keeps it by its key. name: of screenshots. */
void        making_keep        (WeirWindow *window,
                                const char *prompt,
                                const char *name);

/* The document's; it has one. */
CasImage   *making_peek_image  (WeirWindow *window);

G_END_DECLS
