/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The engine's error domain. */

#include "cascade/error.h"

G_DEFINE_QUARK (cas-error-quark, cas_error)
