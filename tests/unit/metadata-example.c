/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Settings of made-up pictures, with everything that can be said of one. */

#include "unit/metadata-example.h"

static CasMetadataPart parts[] = {
  { "stage_c", "stage_c_bf16.safetensors", "0123abcd" },
  { "stage_b", "stage \"b\".safetensors", NULL },
};

static CasMetadataLora loras[] = {
  { "lucky", "0123456789abcdef", 0.75 },
  { "a, b", NULL, -1 },
};

const CasMetadata metadata_example = {
  .prompt = "a red house, at \"sunset\"\nwith 한국 🐶 \\ and \x01",
  .negative_prompt = "fog: grey",
  .width = 256,
  .height = 512,
  .seed = G_MAXINT64,
  .sampler = "ddpm",
  .steps = 20,
  .cfg = 4,
  .shift = 2.5,
  .decoder_steps = 10,
  .decoder_cfg = 1.1,
  .model = "Weir demo: illustrated scenes",
  .parts = parts,
  .n_parts = G_N_ELEMENTS (parts),
  .loras = loras,
  .n_loras = G_N_ELEMENTS (loras),
  .lora_tokens = (char *[]) { "[anna]=^woman</w>", NULL },
  .kernels = "scalar",
};

static CasMetadataPicture pictures[] = {
  { .role = "init", .sha256 = HASH ("fedcba98"), .weight = 0.8 },
  { .role = "mask", .sha256 = HASH ("89abcdef"), .weight = 1 },
  { .role = "mask", .sha256 = HASH ("01234567"), .weight = 1, .threshold = 0.3 },
  { .role = "prompt", .sha256 = HASH ("00000000"), .weight = -0.5 },
  { .role = "canny", .sha256 = HASH ("ffffffff"), .weight = 0.7, .start = 0.25, .end = 0.75,
    .low = 100, .high = 200 },
  { .role = "super_resolution", .sha256 = HASH ("5a5a5a5a"), .weight = 1, .end = 1,
    .is_small = TRUE },
};

CasMetadata
metadata_example_steered (void)
{
  CasMetadata steered = metadata_example;

  steered.pictures = pictures;
  steered.n_pictures = G_N_ELEMENTS (pictures);
  for (guint i = 0; i < G_N_ELEMENTS (steered.outpaint); i++)
    steered.outpaint[i] = 8 * i;
  return steered;
}
