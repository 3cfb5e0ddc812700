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

/* Plain data; strings belong to it. */
typedef struct
{
  char         *name;
  char         *driver;         /* "llvmpipe", "NVIDIA", … and its version in words */
  CasDeviceKind kind;
  guint64       memory_bytes;   /* of its own, or what it may take of the computer's */
  guint         vulkan_major, vulkan_minor, vulkan_patch;
  gboolean      is_default;     /* taken when no device is named */
  char        **kernels;        /* the paths it offers, for CasSessionParams.kernels */
  char         *unusable;       /* why it cannot be used, a sentence; NULL if it can */
} CasDevice;

/* Every device of every driver, the best first; a device's place in the list, counted from 0, is
 * its number. Any thread. Free with g_ptr_array_unref(); elements are CasDevice.
 * Errors: CAS_ERROR_NO_DEVICE when there is no Vulkan loader, driver or device. */
CAS_EXPORT
GPtrArray  *cas_device_list          (GError      **error);

CAS_EXPORT
void        cas_device_free          (CasDevice    *device);

/* A word for programs: "discrete", "integrated", "virtual", "processor" or "other". */
CAS_EXPORT
const char *cas_device_kind_get_id   (CasDeviceKind kind);

/* The same for a person, in their language. */
CAS_EXPORT
const char *cas_device_kind_get_name (CasDeviceKind kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasDevice, cas_device_free)

G_END_DECLS
