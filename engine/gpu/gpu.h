/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One Vulkan device: opened, described, lost. The only folder that knows vulkan.h is this one;
 * nothing here or in what includes it shows a Vulkan type.
 *
 * A CasGpu and everything made from it belong to one thread at a time. After a device loss every
 * call fails at once with CAS_ERROR_DEVICE_LOST: free everything and open the device anew. */

#pragma once

#include <gio/gio.h>

#include "cascade/error.h"

G_BEGIN_DECLS

typedef struct _CasGpu CasGpu;

typedef enum
{
  CAS_GPU_DISCRETE,
  CAS_GPU_INTEGRATED,
  CAS_GPU_VIRTUAL,
  CAS_GPU_CPU,   /* a software driver */
  CAS_GPU_OTHER,
} CasGpuKind;

/* Cooperative matrices of one subgroup: [m, k] × [k, n] + [m, n], sums in f32. */
typedef struct
{
  guint32 m, n, k; /* 0: there are none */
} CasMatrixShape;

typedef enum
{
  CAS_MATRIX_F16,
  CAS_MATRIX_BF16,
  CAS_N_MATRIX_TYPES,
} CasMatrixType;

/* The second generation: matrices of sides up to CAS_MATRIX2_MAX_SIDE, with conversions, reductions
 * and functions of their elements. */
typedef enum
{
  CAS_MATRIX2_NONE,
  CAS_MATRIX2_SUBGROUP,  /* of a subgroup: a software driver's, on which kernels can be tested */
  CAS_MATRIX2_WORKGROUP, /* of CAS_MATRIX2_LANES invocations, loaded by tensor layouts */
} CasMatrix2;

#define CAS_MATRIX2_LANES    256
#define CAS_MATRIX2_MAX_SIDE 128

/* What sides are a multiple of. Mesa 26 wants one side of a subgroup's to be no more than that, or
 * it adds up only the first rows or columns. */
#define CAS_MATRIX2_WORKGROUP_STEP 64
#define CAS_MATRIX2_SUBGROUP_STEP  8

typedef struct
{
  char       name[256];
  char       driver[256];       /* "llvmpipe", "NVIDIA", … as the driver calls itself */
  char       driver_info[256];  /* its version in words */
  guint32    vendor_id, device_id, driver_version, api_version;
  guint8     cache_uuid[16];    /* pipelineCacheUUID */
  guint8     driver_uuid[16];
  CasGpuKind kind;
  guint64    memory_bytes;      /* the largest device-local heap */
  guint64    max_allocation_bytes; /* min (maxMemoryAllocationSize, maxBufferSize, 1 GiB) */
  guint32    subgroup_size;     /* the size kernels are built for: pinned where the device allows */
  guint32    min_subgroup_size, max_subgroup_size;
  guint32    max_workgroup_subgroups; /* of a workgroup whose subgroup size is pinned */
  guint32    max_workgroup_invocations;
  guint32    shared_memory_bytes;
  guint32    n_compute_units;   /* 1 of a processor; a guess where the driver does not tell */
  guint32    max_push_bytes;
  gboolean   has_float16;       /* shaderFloat16 and 16-bit storage */
  CasMatrixShape matrix[CAS_N_MATRIX_TYPES]; /* by the type of what is multiplied */
  CasMatrix2 matrix2[CAS_N_MATRIX_TYPES];
  gboolean   has_memory_budget;
  gboolean   has_texel_views;   /* kernels may read any buffer as texels of 16 bytes, and should */
  char      *missing;           /* a sentence: what a device lacks that we need, or NULL */
} CasGpuInfo;

/* Every device of every driver, the best first (discrete, integrated, virtual, CPU), those that
 * lack something included (see missing). Fails with CAS_ERROR_NO_DEVICE when there is no loader,
 * no driver or no device. Free with g_array_unref(); elements are CasGpuInfo. */
GArray           *cas_gpu_list           (GError **error);

typedef struct
{
  const char *device;       /* NULL: $CAS_DEVICE, else the best; a number of the list, part of a name, or "cpu" */
  gboolean    validate;     /* the validation layer: an error if it is not installed; $CAS_VALIDATE=1 too */
  const char *cache_folder; /* NULL: no pipeline cache on disk */
  int        *pulse;        /* NULL, or counted up, atomically, with every submit and pipeline that is done */
} CasGpuParams;

CasGpu           *cas_gpu_new            (const CasGpuParams *params,
                                          GError            **error);
void              cas_gpu_free           (CasGpu *gpu);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasGpu, cas_gpu_free)

const CasGpuInfo *cas_gpu_get_info       (CasGpu *gpu);
gboolean          cas_gpu_is_lost        (CasGpu *gpu);

/* Messages of the validation layer so far (errors and warnings); tests want 0. Their text goes to
 * g_warning() as it comes. */
guint             cas_gpu_get_n_validation_messages (CasGpu *gpu);

/* Bytes the device can still give: from VK_EXT_memory_budget less a tenth, else the heap's nine
 * tenths less what is allocated here. */
guint64           cas_gpu_get_available_bytes (CasGpu *gpu);

/* How fast this device was found to be, for cutting submits and telling time: FLOP a second of
 * our kernels. A guess by the kind of device until cas_gpu_learn_speed() was told better. */
double            cas_gpu_get_speed      (CasGpu *gpu);
void              cas_gpu_learn_speed    (CasGpu *gpu,
                                          double  flop,
                                          double  seconds);

/* "PREFIX-VENDOR-DEVICE-DRIVER.SUFFIX" in a folder: what is kept for one device of one driver. Free
 * with g_free(). */
char             *cas_gpu_info_dup_cache_path (const CasGpuInfo *info,
                                               const char       *folder,
                                               const char       *prefix,
                                               const char       *suffix);

/* Writes the pipeline cache to disk, atomically, if it has grown since. Cheap when not. */
void              cas_gpu_save_cache     (CasGpu *gpu);

G_END_DECLS
