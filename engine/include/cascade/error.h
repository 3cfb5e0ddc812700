/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The one error domain of the engine. A message is a whole sentence for a person: it names
 * the file, the tensor or the option, what was found and what was wanted. File and disk
 * troubles keep GLib's G_IO_ERROR; cancelling is G_IO_ERROR_CANCELLED. */

#pragma once

#include <glib.h>

#include <cascade/export.h>

G_BEGIN_DECLS

#define CAS_ERROR (cas_error_quark ())

typedef enum
{
  CAS_ERROR_NO_DEVICE,             /* no Vulkan loader, driver or device */
  CAS_ERROR_UNSUPPORTED_DEVICE,    /* a device that lacks something we need, named */
  CAS_ERROR_OUT_OF_DEVICE_MEMORY,
  CAS_ERROR_OUT_OF_HOST_MEMORY,
  CAS_ERROR_DEVICE_LOST,
  CAS_ERROR_BAD_MODEL,             /* a model file that is damaged or of a wrong shape */
  CAS_ERROR_MISSING_MODEL,         /* a part of the model that is not there */
  CAS_ERROR_BAD_IMAGE,
  CAS_ERROR_BAD_PARAMETER,         /* something a person asked for that cannot be */
  CAS_ERROR_NOT_FINITE,            /* a step gave NaN or infinity; no picture was made */
  CAS_ERROR_WORKER_DIED,           /* a process that works for us ended, or did not start */
  CAS_ERROR_PROTOCOL,              /* it answered what cannot be */
  CAS_ERROR_BAD_CHECKPOINT,        /* damaged, or of another job, model or device */
  CAS_ERROR_NO_SETTINGS,           /* a picture that does not say what it was made with */
} CasError;

CAS_EXPORT
GQuark cas_error_quark (void);

G_END_DECLS
