/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The devices that could make pictures. */

#pragma once

#include <gio/gio.h>

#include <cascade/export.h>

G_BEGIN_DECLS

typedef enum
{
  CAS_DEVICE_DISCRETE,   /* a graphics card */
  CAS_DEVICE_INTEGRATED, /* graphics that share the processor's memory */
  CAS_DEVICE_VIRTUAL,
  CAS_DEVICE_CPU,        /* a software driver: the processor itself */
  CAS_DEVICE_OTHER,
} CasDeviceKind;

/* How a path of kernels came out of its trial on this device, against the simplest kernels. */
typedef enum
{
  CAS_KERNELS_UNTRIED,
  CAS_KERNELS_RIGHT,
  CAS_KERNELS_SLOW,    /* right, but less than half as fast as those without matrix units */
  CAS_KERNELS_WRONG,   /* its results are not those of the others */
  CAS_KERNELS_FAILED,  /* the device could not run it */
  CAS_KERNELS_CRASHED, /* the program ended while it was tried, twice */
} CasKernelsState;

/* Plain data; strings belong to it. */
typedef struct
{
  char           *name;       /* for CasSessionParams.kernels */
  CasKernelsState state;
  double          speed;      /* FLOP a second; 0 where it was not measured */
  double          error;      /* relative */
  char           *message;    /* of the device, where the trial failed; else NULL */
  gboolean        is_off;     /* by $CAS_WITHOUT_KERNELS */
  gboolean        is_default; /* taken when no kernels are named */
} CasDeviceKernels;

/* Plain data; strings belong to it. */
typedef struct
{
  char         *name;
  char         *driver;         /* "llvmpipe", "NVIDIA", … and its version in words */
  CasDeviceKind kind;
  guint64       memory_bytes;   /* of its own, or what it may take of the computer's */
  guint         vulkan_major, vulkan_minor, vulkan_patch;
  gboolean      is_default;     /* taken when no device is named */
  GPtrArray    *kernels;        /* the paths it offers; of CasDeviceKernels */
  char         *unusable;       /* why it cannot be used, a sentence; NULL if it can */
} CasDevice;

/* Every device of every driver, the best first; a device's place in the list, counted from 0, is
 * its number. What is said of kernels is remembered from earlier. Any thread. Free with
 * g_ptr_array_unref(); elements are CasDevice.
 * Errors: CAS_ERROR_NO_DEVICE when there is no Vulkan loader, driver or device;
 * CAS_ERROR_BAD_PARAMETER for names in $CAS_WITHOUT_KERNELS that are none. */
CAS_EXPORT
GPtrArray  *cas_device_list          (GError      **error);

/* Tries all kernels of a device again, which takes seconds, and remembers what comes out. device as
 * in CasSessionParams. Any thread. Errors: CAS_ERROR_NO_DEVICE, CAS_ERROR_UNSUPPORTED_DEVICE. */
CAS_EXPORT
gboolean    cas_device_check         (const char   *device,
                                      GError      **error);

CAS_EXPORT
void        cas_device_free          (CasDevice    *device);

/* A word for programs: "untried", "right", "slow", "wrong", "failed" or "crashed". */
CAS_EXPORT
const char *cas_kernels_state_get_id (CasKernelsState state);

/* A word for programs: "discrete", "integrated", "virtual", "processor" or "other". */
CAS_EXPORT
const char *cas_device_kind_get_id   (CasDeviceKind kind);

/* The same for a person, in their language. */
CAS_EXPORT
const char *cas_device_kind_get_name (CasDeviceKind kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasDevice, cas_device_free)

G_END_DECLS
