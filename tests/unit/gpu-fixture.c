/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Opening, closing and the small things that every test of the device does. */

#include "gpu-fixture.h"

#include "scale-spirv.h"

const CasShader scale = {
  .name = "scale",
  .spirv = scale_spirv,
  .spirv_bytes = sizeof scale_spirv,
  .push_bytes = sizeof (ScalePush),
};

CasGpu *
open_gpu (const char *cache_folder)
{
  g_autoptr (GError) error = NULL;
  CasGpu *gpu = cas_gpu_new (&(CasGpuParams) {
    .validate = TRUE,
    .cache_folder = cache_folder,
  }, &error);

  g_assert_no_error (error);
  return gpu;
}

void
close_gpu (CasGpu *gpu)
{
  g_assert_cmpuint (cas_gpu_get_n_validation_messages (gpu), ==, 0);
  for (guint i = 0; i < CAS_N_MEMORY_PURPOSES; i++)
    if (i != CAS_MEMORY_TRANSFER) /* staging lives as long as the device */
      g_assert_cmpuint (cas_gpu_get_bytes_held (gpu, i), ==, 0);
  cas_gpu_free (gpu);
}

CasBuffer *
new_buffer (CasGpu         *gpu,
            gsize           size,
            CasMemoryPlace  place)
{
  g_autoptr (GError) error = NULL;
  CasBuffer *buffer = cas_buffer_new (gpu, size, CAS_MEMORY_STATE, place, "test", &error);

  g_assert_no_error (error);
  return buffer;
}

CasPipeline *
get_scale (CasGpu  *gpu,
           guint32  factor,
           gboolean pin)
{
  g_autoptr (GError) error = NULL;
  CasPipeline *pipeline = cas_gpu_get_pipeline (gpu, &(CasPipelineParams) {
    .shader = &scale,
    .spec = { SCALE_WORKGROUP, factor },
    .n_spec = 2,
    .pin_subgroup = pin,
  }, &error);

  g_assert_no_error (error);
  return pipeline;
}
