/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Compute pipelines, made on first use and kept by their parameters. */

#include "gpu/gpu-private.h"

#include <string.h>

static guint
hash_pipeline (gconstpointer key)
{
  const CasPipelineParams *params = &((const CasPipeline *) key)->params;
  guint hash = g_direct_hash (params->shader) * 2 + params->pin_subgroup;

  for (guint i = 0; i < params->n_spec; i++)
    hash = hash * 31 + params->spec[i];
  return hash;
}

static gboolean
equal_pipelines (gconstpointer a,
                 gconstpointer b)
{
  const CasPipelineParams *x = &((const CasPipeline *) a)->params;
  const CasPipelineParams *y = &((const CasPipeline *) b)->params;

  return x->shader == y->shader && x->pin_subgroup == y->pin_subgroup && x->n_spec == y->n_spec
         && memcmp (x->spec, y->spec, x->n_spec * sizeof x->spec[0]) == 0;
}

void
cas_gpu_init_pipelines (CasGpu *gpu)
{
  gpu->pipelines = g_hash_table_new_full (hash_pipeline, equal_pipelines, g_free, NULL);
}

void
cas_gpu_clear_pipelines (CasGpu *gpu)
{
  GHashTableIter iter;
  CasPipeline *pipeline;

  g_hash_table_iter_init (&iter, gpu->pipelines);
  while (g_hash_table_iter_next (&iter, (gpointer *) &pipeline, NULL))
    gpu->vk->DestroyPipeline (gpu->device, pipeline->handle, NULL);
  g_hash_table_remove_all (gpu->pipelines);

  for (guint k = 0; k < G_N_ELEMENTS (gpu->layouts); k++)
    for (guint i = 0; i < G_N_ELEMENTS (gpu->layouts[k]); i++)
      if (gpu->layouts[k][i] != VK_NULL_HANDLE)
        gpu->vk->DestroyPipelineLayout (gpu->device, gpu->layouts[k][i], NULL);
  if (gpu->view_layout != VK_NULL_HANDLE)
    gpu->vk->DestroyDescriptorSetLayout (gpu->device, gpu->view_layout, NULL);
}

static gboolean
make_view_layout (CasGpu  *gpu,
                  GError **error)
{
  VkDescriptorSetLayoutBinding bindings[CAS_MAX_VIEWS];
  VkResult result;

  if (gpu->view_layout != VK_NULL_HANDLE)
    return TRUE;

  for (guint i = 0; i < CAS_MAX_VIEWS; i++)
    bindings[i] = (VkDescriptorSetLayoutBinding) {
      .binding = i,
      .descriptorType = VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER,
      .descriptorCount = 1,
      .stageFlags = VK_SHADER_STAGE_COMPUTE_BIT,
    };
  result = gpu->vk->CreateDescriptorSetLayout (gpu->device, &(VkDescriptorSetLayoutCreateInfo) {
    .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO,
    .flags = VK_DESCRIPTOR_SET_LAYOUT_CREATE_PUSH_DESCRIPTOR_BIT_KHR,
    .bindingCount = CAS_MAX_VIEWS,
    .pBindings = bindings,
  }, NULL, &gpu->view_layout);
  if (result != VK_SUCCESS)
    gpu->view_layout = VK_NULL_HANDLE;

  return cas_gpu_check (gpu, result, "vkCreateDescriptorSetLayout", error);
}

/* One layout for each size of push constants, with and without views: nothing else differs. */
static VkPipelineLayout
get_layout (CasGpu          *gpu,
            const CasShader *shader,
            GError         **error)
{
  guint push_bytes = shader->push_bytes;
  VkPipelineLayout *layout = &gpu->layouts[shader->n_views > 0][push_bytes / 4];
  VkResult result;

  if (*layout != VK_NULL_HANDLE)
    return *layout;
  if (shader->n_views > 0 && !make_view_layout (gpu, error))
    return VK_NULL_HANDLE;

  result = gpu->vk->CreatePipelineLayout (gpu->device, &(VkPipelineLayoutCreateInfo) {
    .sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
    .setLayoutCount = shader->n_views > 0 ? 1 : 0,
    .pSetLayouts = &gpu->view_layout,
    .pushConstantRangeCount = push_bytes > 0 ? 1 : 0,
    .pPushConstantRanges = &(VkPushConstantRange) {
      .stageFlags = VK_SHADER_STAGE_COMPUTE_BIT,
      .size = push_bytes,
    },
  }, NULL, layout);
  if (!cas_gpu_check (gpu, result, "vkCreatePipelineLayout", error))
    *layout = VK_NULL_HANDLE;

  return *layout;
}

static VkShaderModule
create_module (CasGpu           *gpu,
               const CasShader  *shader,
               GError          **error)
{
  VkShaderModule module = VK_NULL_HANDLE;
  VkResult result;

  result = gpu->vk->CreateShaderModule (gpu->device, &(VkShaderModuleCreateInfo) {
    .sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO,
    .codeSize = shader->spirv_bytes,
    .pCode = shader->spirv,
  }, NULL, &module);
  if (!cas_gpu_check (gpu, result, "vkCreateShaderModule", error))
    return VK_NULL_HANDLE;

  cas_gpu_set_name (gpu, VK_OBJECT_TYPE_SHADER_MODULE, (guint64) module, shader->name);
  return module;
}

static VkResult
create_pipeline (CasGpu         *gpu,
                 CasPipeline    *pipeline,
                 VkShaderModule  module)
{
  const CasPipelineParams *params = &pipeline->params;
  VkSpecializationMapEntry entries[CAS_MAX_SPEC_CONSTANTS];
  const VkPipelineShaderStageRequiredSubgroupSizeCreateInfo subgroup = {
    .sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_REQUIRED_SUBGROUP_SIZE_CREATE_INFO,
    .requiredSubgroupSize = gpu->info.subgroup_size,
  };

  for (guint i = 0; i < params->n_spec; i++)
    entries[i] = (VkSpecializationMapEntry) {
      .constantID = i,
      .offset = i * sizeof params->spec[0],
      .size = sizeof params->spec[0],
    };

  return gpu->vk->CreateComputePipelines (gpu->device, gpu->cache, 1,
                                          &(VkComputePipelineCreateInfo) {
    .sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
    .flags = VK_PIPELINE_CREATE_DISPATCH_BASE,
    .layout = pipeline->layout,
    .stage = {
      .sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
      .pNext = params->pin_subgroup && gpu->can_pin_subgroup ? &subgroup : NULL,
      .flags = params->pin_subgroup
                   ? VK_PIPELINE_SHADER_STAGE_CREATE_REQUIRE_FULL_SUBGROUPS_BIT : 0,
      .stage = VK_SHADER_STAGE_COMPUTE_BIT,
      .module = module,
      .pName = "main",
      .pSpecializationInfo = &(VkSpecializationInfo) {
        .mapEntryCount = params->n_spec,
        .pMapEntries = entries,
        .dataSize = params->n_spec * sizeof params->spec[0],
        .pData = params->spec,
      },
    },
  }, NULL, &pipeline->handle);
}

static CasPipeline *
pipeline_new (CasGpu                   *gpu,
              const CasPipelineParams  *params,
              GError                  **error)
{
  g_autofree CasPipeline *pipeline = g_new0 (CasPipeline, 1);
  VkShaderModule module;
  VkResult result;

  pipeline->params = *params;
  pipeline->layout = get_layout (gpu, params->shader, error);
  if (pipeline->layout == VK_NULL_HANDLE)
    return NULL;
  module = create_module (gpu, params->shader, error);
  if (module == VK_NULL_HANDLE)
    return NULL;

  result = create_pipeline (gpu, pipeline, module);
  gpu->vk->DestroyShaderModule (gpu->device, module, NULL);
  cas_gpu_beat (gpu);
  if (!cas_gpu_check (gpu, result, "vkCreateComputePipelines", error))
    {
      g_prefix_error (error, "%s: ", params->shader->name);
      return NULL;
    }

  cas_gpu_set_name (gpu, VK_OBJECT_TYPE_PIPELINE, (guint64) pipeline->handle,
                    params->shader->name);
  return g_steal_pointer (&pipeline);
}

CasPipeline *
cas_gpu_get_pipeline (CasGpu                   *gpu,
                      const CasPipelineParams  *params,
                      GError                  **error)
{
  const CasPipeline key = { .params = *params };
  CasPipeline *pipeline;

  g_return_val_if_fail (params->n_spec <= CAS_MAX_SPEC_CONSTANTS, NULL);
  g_return_val_if_fail (params->shader->push_bytes <= CAS_MAX_PUSH_BYTES
                            && params->shader->push_bytes % 4 == 0, NULL);

  if (!cas_gpu_check_alive (gpu, error))
    return NULL;

  pipeline = g_hash_table_lookup (gpu->pipelines, &key);
  if (pipeline != NULL)
    return pipeline;

  pipeline = pipeline_new (gpu, params, error);
  if (pipeline != NULL)
    g_hash_table_add (gpu->pipelines, pipeline);
  return pipeline;
}

guint
cas_gpu_get_n_pipelines (CasGpu *gpu)
{
  return g_hash_table_size (gpu->pipelines);
}
