/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words that go around a prompt: a kind of picture, under one name. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define WEIR_TYPE_STYLE (weir_style_get_type ())
G_DECLARE_FINAL_TYPE (WeirStyle, weir_style, WEIR, STYLE, GObject)

/* Property, read-only: name (string, for a person). */

/* For files and settings; "" is the style that changes nothing. Owned by the style. */
const char *weir_style_get_id   (WeirStyle  *self);

/* The prompt with the style's words; free with g_free(). */
char       *weir_style_apply    (WeirStyle  *self,
                                 const char *prompt);

/* The negative prompt with the style's. */
char       *weir_style_apply_negative (WeirStyle  *self,
                                       const char *negative);

/* The styles that come with the program, the one that changes nothing first, and those in folder
 * (NULL: none): NAME.json with “name”, “prompt”, in which {prompt} stands for what was typed, and
 * “negative_prompt”. A file that cannot be read is left out with a warning in the log. */
GListModel *weir_styles_load    (const char *folder);

/* The style of this id; NULL if it is not there (any more). A new reference. */
WeirStyle  *weir_styles_find    (GListModel *styles,
                                 const char *id);

G_END_DECLS
