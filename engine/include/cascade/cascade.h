/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The whole public API of libcascade: pictures from Stable Cascade models, by Vulkan compute.
 *
 *   g_autoptr (GError) error = NULL;
 *   g_autoptr (CasJob) job = cas_job_new (&(CasJobParams) { .prompt = "a red house" }, &error);
 *   g_autoptr (CasSession) session = cas_session_new (&(CasSessionParams) { 0 }, &error);
 *
 *   cas_session_run (session, job, &(CasJobCallbacks) { .picture = save }, NULL, NULL, &error);
 *
 * Parameters are structs filled by designated initialisers, and zero is every field's default.
 * Functions that can fail take a GError; its message is a whole sentence for a person. */

#pragma once

#include <cascade/checkpoint.h>
#include <cascade/control.h>
#include <cascade/device.h>
#include <cascade/error.h>
#include <cascade/file.h>
#include <cascade/file-name.h>
#include <cascade/image.h>
#include <cascade/job-line.h>
#include <cascade/job.h>
#include <cascade/json-check.h>
#include <cascade/latent.h>
#include <cascade/metadata.h>
#include <cascade/model.h>
#include <cascade/prompt.h>
#include <cascade/sampler.h>
#include <cascade/session.h>
#include <cascade/worker.h>
