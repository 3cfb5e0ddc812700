/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The program: one window, its settings, and what lives as long as it does. */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define WEIR_TYPE_APPLICATION (weir_application_get_type ())
G_DECLARE_FINAL_TYPE (WeirApplication, weir_application, WEIR, APPLICATION, AdwApplication)

WeirApplication *weir_application_new          (GApplicationFlags flags);

/* What the person prefers, by the keys of the schema; owned by the application, which has them
 * from its start-up on. */
GSettings       *weir_application_get_settings (WeirApplication  *self);

G_END_DECLS
