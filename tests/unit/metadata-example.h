/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Settings of made-up pictures, with everything that can be said of one. */

#pragma once

#include "cascade/metadata.h"

/* 64 digits of 8. */
#define HASH(digits) digits digits digits digits digits digits digits digits

extern const CasMetadata metadata_example;

/* The same, with pictures of all kinds that steered it. */
CasMetadata metadata_example_steered (void);
