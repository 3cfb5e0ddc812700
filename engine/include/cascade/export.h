/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Marks the functions of the public API: everything else in libcascade is hidden. */

#pragma once

#define CAS_EXPORT __attribute__ ((visibility ("default")))
