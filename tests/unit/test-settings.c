/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Settings in pictures, ours and those of other programs, in texts of the shapes that those write;
 * and whatever else a stranger may have put there. */

#include "cascade/error.h"
#include "cascade/metadata.h"
#include "io/png.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

static CasSettings *
read_texts (const CasSettingsText *texts,
            guint                  n_texts)
{
  g_autoptr (GError) error = NULL;
  CasSettings *settings = cas_settings_from_texts (texts, n_texts, "the picture", &error);

  g_assert_no_error (error);
  return settings;
}

/* “name=value;…” of what cannot be restored. */
static char *
describe_lost (const CasSettings *settings)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i + 1 < settings->lost->len; i += 2)
    g_string_append_printf (text, "%s%s=%s", i > 0 ? ";" : "", (char *) settings->lost->pdata[i],
                            (char *) settings->lost->pdata[i + 1]);
  return g_string_free (text, FALSE);
}

/* --- A1111's form -------------------------------------------------------------------------- */

static void
test_a1111 (void)
{
  const CasSettingsText text = {
    "parameters",
    "a lighthouse, (storm:1.3)\nsecond line <lora:waves:0.8>\nNegative prompt: fog, people\nmore\n"
    "Steps: 28, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 6.5, Seed: 4081234567, "
    "Size: 832x1216, Model hash: 0123456789, Model: somebody, "
    "Lora hashes: \"waves: 0123, b: 4567\", Clip skip: 2, Version: v1.9.4",
  };
  g_autoptr (CasSettings) s = read_texts (&text, 1);
  g_autofree char *lost = describe_lost (s);

  g_assert_cmpint (s->form, ==, CAS_SETTINGS_A1111);
  g_assert_cmpstr (s->program, ==, "A1111 v1.9.4");
  g_assert_cmpstr (s->metadata.prompt, ==, "a lighthouse, (storm:1.3)\nsecond line <lora:waves:0.8>");
  g_assert_cmpstr (s->metadata.negative_prompt, ==, "fog, people\nmore");
  g_assert_cmpuint (s->metadata.steps, ==, 28);
  g_assert_cmpfloat (s->metadata.cfg, ==, 6.5);
  g_assert_cmpuint (s->metadata.seed, ==, 4081234567);
  g_assert_cmpuint (s->metadata.width, ==, 832);
  g_assert_cmpuint (s->metadata.height, ==, 1216);
  g_assert_cmpuint (s->fields, ==, CAS_SETTING_PROMPT | CAS_SETTING_NEGATIVE | CAS_SETTING_STEPS
                                     | CAS_SETTING_CFG | CAS_SETTING_SEED | CAS_SETTING_WIDTH
                                     | CAS_SETTING_HEIGHT);
  g_assert_cmpstr (lost, ==, "Prompt tag=<lora:waves:0.8>;Sampler=DPM++ 2M;Schedule type=Karras;"
                             "Model hash=0123456789;Model=somebody;"
                             "Lora hashes=waves: 0123, b: 4567;Clip skip=2");
}

static void
test_a1111_shapes (void)
{
  static const struct { const char *text, *prompt, *negative; guint steps; } cases[] = {
    { "a", "a", NULL, 0 },
    { "", "", NULL, 0 },
    { "a\nNegative prompt: b", "a", "b", 0 },
    { "Negative prompt: b\nSteps: 3, Sampler: DDIM, Seed: 1", "", "b", 3 },
    { "Steps: 3, Sampler: DDIM, Seed: 1", "", NULL, 3 },
    { "a\nSteps: 3, Sampler: DDIM", "a\nSteps: 3, Sampler: DDIM", NULL, 0 },
    { "a: b, c: d\nSteps: 3, Sampler: DDIM, Seed: 1\n", "a: b, c: d", NULL, 3 },
    { "a\nSteps: 3, Sampler: DDIM, Seed: 1, X: \"open, Y", "a", NULL, 3 },
    { "a\r\nb\nSteps: 3,Sampler: DDIM,Seed: 1", "a\r\nb", NULL, 3 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const CasSettingsText text = { "parameters", cases[i].text };
      g_autoptr (CasSettings) s = read_texts (&text, 1);

      g_assert_cmpstr (s->metadata.prompt, ==, cases[i].prompt);
      g_assert_cmpstr (s->metadata.negative_prompt, ==, cases[i].negative);
      g_assert_cmpuint (s->metadata.steps, ==, cases[i].steps);
    }
}

/* What we write in this form is what is read. */
static void
test_own_infotext (void)
{
  static const CasMetadata made[] = {
    { .prompt = (char *) "a \"red\" house, at: sunset\nsecond: line", .width = 64, .height = 72,
      .seed = G_MAXINT64, .sampler = (char *) "ddpm", .steps = 20, .cfg = 4.25, .shift = 2,
      .decoder_steps = 10, .decoder_cfg = 1.1, .model = (char *) "a, \"model\": 한" },
    { .prompt = (char *) "{a|b}, \"c\"\nd", .drawn_prompt = (char *) "a, \"c\"\nd",
      .negative_prompt = (char *) "{e|f}", .drawn_negative_prompt = (char *) "f",
      .restores_mean = TRUE, .width = 64, .height = 64, .sampler = (char *) "lcm", .steps = 1,
      .cfg = 0, .shift = 1, .decoder_steps = 1, .decoder_cfg = 0, .model = (char *) "m" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (made); i++)
    {
      g_autofree char *infotext = cas_metadata_to_infotext (&made[i]);
      const CasSettingsText text = { "parameters", infotext };
      g_autoptr (CasSettings) s = read_texts (&text, 1);
      g_autofree char *again = cas_metadata_to_infotext (&s->metadata);
      g_autofree char *json = cas_metadata_to_json (&made[i]);
      g_autofree char *json_again = cas_metadata_to_json (&s->metadata);

      g_assert_cmpstr (again, ==, infotext);
      g_assert_cmpuint (s->lost->len, ==, 0);
      if (made[i].negative_prompt) /* an empty one is not told apart from none */
        g_assert_cmpstr (json_again, ==, json);
      g_assert_true (g_str_has_prefix (s->program, "Weir "));
    }
}

/* --- ComfyUI ------------------------------------------------------------------------------- */

#define CASCADE_GRAPH \
  "{\"3\":{\"inputs\":{\"seed\":77,\"steps\":22,\"cfg\":4.5,\"sampler_name\":\"ddpm\"," \
  "\"scheduler\":\"simple\",\"denoise\":1,\"model\":[\"9\",0],\"positive\":[\"6\",0]," \
  "\"negative\":[\"7\",0],\"latent_image\":[\"34\",0]},\"class_type\":\"KSampler\"}," \
  "\"6\":{\"inputs\":{\"text\":\"a [fox] {in} snow\",\"clip\":[\"41\",1]}," \
  "\"class_type\":\"CLIPTextEncode\",\"is_changed\":[NaN]}," \
  "\"7\":{\"inputs\":{\"text\":\"\",\"clip\":[\"41\",1]},\"class_type\":\"CLIPTextEncode\"}," \
  "\"8\":{\"inputs\":{\"samples\":[\"33\",0],\"vae\":[\"42\",2]},\"class_type\":\"VAEDecode\"}," \
  "\"9\":{\"inputs\":{\"shift\":2.5,\"model\":[\"41\",0]}," \
  "\"class_type\":\"ModelSamplingStableCascade\"}," \
  "\"33\":{\"inputs\":{\"seed\":78,\"steps\":11,\"cfg\":1.2,\"sampler_name\":\"ddpm\"," \
  "\"scheduler\":\"simple\",\"denoise\":1,\"model\":[\"42\",0],\"positive\":[\"36\",0]," \
  "\"negative\":[\"40\",0],\"latent_image\":[\"34\",1]},\"class_type\":\"KSampler\"}," \
  "\"34\":{\"inputs\":{\"width\":1344,\"height\":768,\"compression\":32,\"batch_size\":1}," \
  "\"class_type\":\"StableCascade_EmptyLatentImage\"}," \
  "\"36\":{\"inputs\":{\"conditioning\":[\"40\",0],\"stage_c\":[\"3\",0]}," \
  "\"class_type\":\"StableCascade_StageB_Conditioning\"}," \
  "\"40\":{\"inputs\":{\"conditioning\":[\"6\",0]},\"class_type\":\"ConditioningZeroOut\"}," \
  "\"41\":{\"inputs\":{\"ckpt_name\":\"c.safetensors\"},\"class_type\":\"CheckpointLoaderSimple\"}," \
  "\"42\":{\"inputs\":{\"ckpt_name\":\"b.safetensors\"},\"class_type\":\"CheckpointLoaderSimple\"}," \
  "\"50\":{\"inputs\":{\"lora_name\":\"l.safetensors\",\"model\":[\"41\",0]}," \
  "\"class_type\":\"LoraLoader\"}}"

static void
test_comfyui_cascade (void)
{
  const CasSettingsText texts[] = { { "workflow", "{}" }, { "prompt", CASCADE_GRAPH } };
  g_autoptr (CasSettings) s = read_texts (texts, 2);
  g_autofree char *lost = describe_lost (s);

  g_assert_cmpint (s->form, ==, CAS_SETTINGS_COMFYUI);
  g_assert_cmpstr (s->program, ==, "ComfyUI");
  g_assert_cmpstr (s->metadata.prompt, ==, "a \\[fox\\] \\{in\\} snow");
  g_assert_cmpstr (s->metadata.negative_prompt, ==, "");
  g_assert_cmpuint (s->metadata.seed, ==, 77);
  g_assert_cmpuint (s->metadata.steps, ==, 22);
  g_assert_cmpfloat (s->metadata.cfg, ==, 4.5);
  g_assert_cmpstr (s->metadata.sampler, ==, "ddpm");
  g_assert_cmpfloat (s->metadata.shift, ==, 2.5);
  g_assert_cmpuint (s->metadata.width, ==, 1344);
  g_assert_cmpuint (s->metadata.height, ==, 768);
  g_assert_cmpuint (s->metadata.decoder_steps, ==, 11);
  g_assert_cmpfloat (s->metadata.decoder_cfg, ==, 1.2);
  g_assert_cmpstr (lost, ==, "compression=32;scheduler=simple;CheckpointLoaderSimple=c.safetensors;"
                             "CheckpointLoaderSimple=b.safetensors;LoraLoader=l.safetensors");
}

/* Each to the digit: the last seed there is, and numbers that no version of the parser may round. */
static void
test_long_numbers (void)
{
  static const struct
  {
    const char *number;
    const char *lost;
    guint64     seed;
  } cases[] = {
    { "9223372036854775807", "", G_MAXINT64 },
    { "9223372036854775808", "seed=9223372036854775808", 0 },
    { "18446744073709551616", "seed=18446744073709551616", 0 },
    { "-1", "seed=-1", 0 },
    { "-9223372036854775809", "seed=-9223372036854775809", 0 },
    { "0.12345678901234567890", "seed=0.123456789012", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *graph = g_strdup_printf (
        "{\"1\":{\"class_type\":\"KSampler\",\"inputs\":{\"seed\":%s}}}", cases[i].number);
      g_autoptr (CasSettings) s = read_texts (&(CasSettingsText) { "prompt", graph }, 1);
      g_autofree char *lost = describe_lost (s);

      g_assert_cmpstr (lost, ==, cases[i].lost);
      g_assert_cmpuint (s->metadata.seed, ==, cases[i].seed);
      g_assert_cmpint ((s->fields & CAS_SETTING_SEED) != 0, ==, *cases[i].lost == '\0');
    }
}

/* A seed and a text from nodes of their own, a second pass, a picture to begin with, a loop. */
static void
test_comfyui_graph (void)
{
  const CasSettingsText text = {
    "prompt",
    "{\"1\":{\"class_type\":\"KSamplerAdvanced\",\"inputs\":{\"noise_seed\":[\"5\",0],\"steps\":30,"
    "\"cfg\":7,\"sampler_name\":\"euler\",\"scheduler\":\"karras\",\"positive\":[\"2\",0],"
    "\"negative\":[\"3\",0],\"latent_image\":[\"4\",0],\"model\":[\"1\",0]}},"
    "\"2\":{\"class_type\":\"ControlNetApply\",\"inputs\":{\"conditioning\":[\"6\",0]}},"
    "\"3\":{\"class_type\":\"CLIPTextEncode\",\"inputs\":{\"text\":[\"7\",0]}},"
    "\"4\":{\"class_type\":\"VAEEncode\",\"inputs\":{\"pixels\":[\"8\",0]}},"
    "\"5\":{\"class_type\":\"PrimitiveNode\",\"inputs\":{\"value\":18446744073709551615}},"
    "\"6\":{\"class_type\":\"CLIPTextEncodeSDXL\",\"inputs\":{\"text_g\":\"a cat\",\"text_l\":\"b\"}},"
    "\"7\":{\"class_type\":\"Text\",\"inputs\":{\"string\":\"dogs\"}},"
    "\"8\":{\"class_type\":\"LoadImage\",\"inputs\":{\"image\":\"in.png\"}},"
    "\"9\":{\"class_type\":\"KSampler\",\"inputs\":{\"latent_image\":[\"1\",0],\"seed\":1}}}",
  };
  g_autoptr (CasSettings) s = read_texts (&text, 1);
  g_autofree char *lost = describe_lost (s);

  g_assert_cmpstr (s->metadata.prompt, ==, "a cat");
  g_assert_cmpstr (s->metadata.negative_prompt, ==, "dogs");
  g_assert_cmpuint (s->metadata.steps, ==, 30);
  g_assert_cmpuint (s->fields & (CAS_SETTING_SEED | CAS_SETTING_SAMPLER | CAS_SETTING_WIDTH), ==, 0);
  g_assert_cmpstr (lost, ==, "Further sampler=KSampler;image=in.png;noise_seed=18446744073709551615;"
                             "sampler_name=euler;scheduler=karras;ControlNetApply=;VAEEncode=;"
                             "Text=");
}

static void
test_comfyui_workflow (void)
{
  const CasSettingsText text = {
    "workflow",
    "{\"nodes\":[{\"id\":3,\"type\":\"KSampler\",\"widgets_values\":[5,\"randomize\",12,3.5,\"ddim\","
    "\"simple\",1],\"inputs\":[{\"name\":\"positive\",\"link\":4},{\"name\":\"latent_image\","
    "\"link\":2},{\"name\":\"negative\",\"link\":null}]},{\"id\":6,\"type\":\"CLIPTextEncode\","
    "\"widgets_values\":[\"a bird\"]},{\"id\":5,\"type\":\"EmptyLatentImage\","
    "\"widgets_values\":[512,640,1]}],\"links\":[[4,6,0,3,1,\"CONDITIONING\"],[2,5,0,3,3,\"LATENT\"]]}",
  };
  g_autoptr (CasSettings) s = read_texts (&text, 1);

  g_assert_cmpstr (s->metadata.prompt, ==, "a bird");
  g_assert_cmpuint (s->metadata.seed, ==, 5);
  g_assert_cmpuint (s->metadata.steps, ==, 12);
  g_assert_cmpfloat (s->metadata.cfg, ==, 3.5);
  g_assert_cmpstr (s->metadata.sampler, ==, "ddim");
  g_assert_cmpuint (s->metadata.width, ==, 512);
  g_assert_cmpuint (s->metadata.height, ==, 640);
}

/* --- the others ---------------------------------------------------------------------------- */

static const struct
{
  CasSettingsForm form;
  CasSettingsText texts[2];
  const char     *program, *prompt, *negative;
  guint           width, height;
  guint64         seed;
  guint           steps;
  double          cfg;
  const char     *lost;
} others[] = {
  { CAS_SETTINGS_INVOKEAI,
    { { "invokeai_metadata",
        "{\"generation_mode\":\"txt2img\",\"positive_prompt\":\"an owl (eyes)1.2\","
        "\"negative_prompt\":\"\",\"width\":512,\"height\":768,\"seed\":12345,\"cfg_scale\":7.5,"
        "\"steps\":30,\"scheduler\":\"euler\",\"clip_skip\":0,\"model\":{\"name\":\"m\"},"
        "\"loras\":[],\"vae\":null,\"app_version\":\"5.0.0\"}" },
      { "invokeai_graph", "{}" } },
    "InvokeAI 5.0.0", "an owl (eyes)1.2", "", 512, 768, 12345, 30, 7.5,
    "scheduler=euler;clip_skip=0;model={\"name\":\"m\"};prompt weights=)1.2" },
  { CAS_SETTINGS_INVOKEAI,
    { { "sd-metadata",
        "{\"model\":\"stable diffusion\",\"app_version\":\"2.3.5\",\"image\":{\"prompt\":[{"
        "\"prompt\":\"an owl\",\"weight\":1}],\"steps\":50,\"cfg_scale\":7,\"seed\":9,\"width\":512,"
        "\"height\":512,\"sampler\":\"k_lms\",\"type\":\"txt2img\"}}" },
      { "Dream", "x" } },
    "InvokeAI 2.3.5", "an owl", NULL, 512, 512, 9, 50, 7, "sampler=k_lms" },
  { CAS_SETTINGS_SWARMUI,
    { { "parameters",
        "{\n\"sui_image_params\": {\"prompt\":\"a <random:red,blue> kite\",\"negativeprompt\":\"\","
        "\"model\":\"cascade_c\",\"images\":1,\"seed\":55,\"steps\":20,\"cfgscale\":4.0,"
        "\"aspectratio\":\"1:1\",\"width\":1024,\"height\":1024,\"cascadelatentcompression\":32,"
        "\"swarm_version\":\"0.9.3\"},\"sui_extra_data\":{\"date\":\"x\"}}" },
      { "other", "x" } },
    "SwarmUI 0.9.3", "a <random:red,blue> kite", "", 1024, 1024, 55, 20, 4,
    "Prompt tag=<random:red,blue>;model=cascade_c;cascadelatentcompression=32" },
  { CAS_SETTINGS_FOOOCUS,
    { { "parameters",
        "{\"adm_guidance\":\"(1.5, 0.8, 0.3)\",\"base_model\":\"base\",\"full_prompt\":[\"a\",\"b\"],"
        "\"guidance_scale\":4.5,\"loras\":[[\"l.safetensors\",0.1]],\"metadata_scheme\":\"fooocus\","
        "\"negative_prompt\":\"people\",\"performance\":\"Speed\",\"prompt\":\"a castle\","
        "\"refiner_model\":\"\",\"resolution\":\"(1152, 896)\",\"sampler\":\"ddim\","
        "\"seed\":\"123456\",\"steps\":30,\"version\":\"Fooocus v2.5.0\"}" },
      { "fooocus_scheme", "fooocus" } },
    "Fooocus v2.5.0", "a castle", "people", 1152, 896, 123456, 30, 4.5,
    "adm_guidance=(1.5, 0.8, 0.3);base_model=base;loras=[[\"l.safetensors\",0.10000000000000001]];"
    "performance=Speed" },
};

static void
test_others (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (CasSettings) s = read_texts (others[i].texts, 2);
      g_autofree char *lost = describe_lost (s);

      g_assert_cmpint (s->form, ==, others[i].form);
      g_assert_cmpstr (s->program, ==, others[i].program);
      g_assert_cmpstr (s->metadata.prompt, ==, others[i].prompt);
      g_assert_cmpstr (s->metadata.negative_prompt, ==, others[i].negative);
      g_assert_cmpuint (s->metadata.width, ==, others[i].width);
      g_assert_cmpuint (s->metadata.height, ==, others[i].height);
      g_assert_cmpuint (s->metadata.seed, ==, others[i].seed);
      g_assert_cmpuint (s->metadata.steps, ==, others[i].steps);
      g_assert_cmpfloat (s->metadata.cfg, ==, others[i].cfg);
      g_assert_cmpstr (lost, ==, others[i].lost);
    }
}

/* Ours comes before all, and nothing is nothing. */
static void
test_order (void)
{
  const CasMetadata m = { .prompt = (char *) "ours", .width = 64, .height = 64, .steps = 1,
                          .decoder_steps = 1, .cfg = 4, .shift = 2, .decoder_cfg = 1 };
  g_autofree char *json = cas_metadata_to_json (&m);
  const CasSettingsText texts[] = {
    { "parameters", "theirs" }, { "prompt", CASCADE_GRAPH }, { "weir", json },
  };
  g_autoptr (CasSettings) own = read_texts (texts, 3);
  g_autoptr (CasSettings) theirs = read_texts (texts, 2);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (own->form, ==, CAS_SETTINGS_WEIR);
  g_assert_cmpstr (own->metadata.prompt, ==, "ours");
  g_assert_cmpint (theirs->form, ==, CAS_SETTINGS_A1111);
  g_assert_null (cas_settings_from_texts (NULL, 0, "the picture", &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_NO_SETTINGS);
  g_assert_cmpstr (error->message, ==, "the picture has no settings in it that Weir can read.");
}

/* --- whatever else ------------------------------------------------------------------------- */

/* Accepted or refused with a sentence, nothing else. */
static void
try_text (const char *key,
          const char *text)
{
  const CasSettingsText texts[] = { { key, text } };
  g_autoptr (GError) error = NULL;
  g_autoptr (CasSettings) s = cas_settings_from_texts (texts, 1, "the picture", &error);

  if (!s && !g_error_matches (error, CAS_ERROR, CAS_ERROR_NO_SETTINGS))
    g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE);
  for (guint i = 0; s && i < s->lost->len; i++)
    g_assert_true (g_utf8_validate (s->lost->pdata[i], -1, NULL));
}

static void
test_truncated (void)
{
  const struct { const char *key, *text; } corpus[] = {
    { "parameters",
      "a\nNegative prompt: b\nSteps: 3, X: \"a\\\"b\", Size: 1x2, Seed: 5, Version: Weir 1" },
    { "parameters", others[2].texts[0].text },
    { "parameters", others[3].texts[0].text },
    { "invokeai_metadata", others[0].texts[0].text },
    { "sd-metadata", others[1].texts[0].text },
    { "prompt", CASCADE_GRAPH },
    { "workflow", "{\"nodes\":[{\"id\":3,\"type\":\"KSampler\",\"widgets_values\":[5,\"x\",12,3]}]}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (corpus); i++)
    {
      g_autofree char *text = g_strdup (corpus[i].text);
      const gsize length = strlen (text);

      for (gsize at = 0; at < length; at++) /* a bit of each byte */
        {
          text[at] ^= (char) (1 << at % 7);
          try_text (corpus[i].key, text);
          text[at] ^= (char) (1 << at % 7);
        }
      for (gsize n = length; n-- > 0;)
        {
          text[n] = '\0';
          try_text (corpus[i].key, text);
        }
    }
}

static void
test_hostile (void)
{
  static const char *const graphs[] = {
    "{\"1\":{\"class_type\":\"KSampler\",\"inputs\":{\"positive\":[\"1\",0],\"seed\":[\"1\",0]}}}",
    "{\"1\":{\"class_type\":\"KSampler\",\"inputs\":[]},\"2\":[],\"3\":null,\"4\":{\"class_type\":7}}",
    "{\"1\":{\"class_type\":\"KSampler\",\"inputs\":{\"positive\":[\"x\",0],\"negative\":[],"
    "\"steps\":{},\"cfg\":\"a\",\"latent_image\":[[],{}]}}}",
    "{\"1\":{\"class_type\":\"KSampler\",\"inputs\":{\"positive\":[\"2\",0]}},"
    "\"2\":{\"class_type\":\"A\",\"inputs\":{\"conditioning\":[\"3\",0]}},"
    "\"3\":{\"class_type\":\"A\",\"inputs\":{\"conditioning\":[\"2\",0]}}}",
    "{\"a\":\"\\ud800\\u0000\"}",
  };
  g_autofree char *deep = g_strnfill (100000, '[');
  g_autoptr (GString) wide = g_string_new ("{\"a\":[0");
  g_autoptr (GString) samplers = g_string_new ("{");
  g_autoptr (GString) pairs = g_string_new ("a\nSteps: 1");
  g_autoptr (GString) tags = g_string_new ("");

  for (guint i = 0; i < G_N_ELEMENTS (graphs); i++)
    {
      try_text ("prompt", graphs[i]);
      try_text ("workflow", graphs[i]);
      try_text ("parameters", graphs[i]);
    }

  memcpy (deep, "{\"a\":", 5);
  for (guint i = 0; i < 300000; i++)
    g_string_append (wide, ",0");
  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (samplers,
                            "%s\"%u\":{\"class_type\":\"KSampler\",\"inputs\":{\"model\":[\"%u\",0]}}",
                            i > 0 ? "," : "", i, (i * 7919) % 20000);
  g_string_append_c (samplers, '}');
  for (guint i = 0; i < 100000; i++)
    {
      g_string_append (pairs, ", X: y");
      g_string_append (tags, "<a:b><");
    }
  try_text ("prompt", deep);
  try_text ("prompt", wide->str);
  try_text ("prompt", samplers->str);
  try_text ("parameters", pairs->str);
  try_text ("parameters", tags->str);
}

/* What the parser reads and JSON does not have, so that brackets are not seen as they are. */
static void
test_hidden_brackets (void)
{
  static const struct { const char *begin, *sentence; } rows[] = {
    { "{\"a\":/*\"*/", "there is a “/” outside of the texts" },
    { "{\"a\"://\"\n", "there is a “/” outside of the texts" },
    { "{\"a\":'\"',\"b\":", "there is a “'” outside of the texts" },
    { "{\"a\":\"\\u1\"x\",\"b\":", "an escape in a text is not whole" },
    { "{\"a\":\"\\u\"x\",\"b\":", "an escape in a text is not whole" },
    { "{\"a\":\"\\ud83d\"x\",\"b\":", "an escape in a text is not whole" },
    { "{\"a\":\"\\uDC36\\\"x\",\"b\":", "an escape in a text is not whole" },
    { "{\"a\":\"\\ud83d\\ud\"x\",\"b\":", "an escape in a text is not whole" },
    { "{\"a\":\"\\ud83d\\udc36\\\"\\\\\",\"b\":", "brackets nest deeper than" },
    { "{\"a\":\"'/[[\\/\",\"b\":", "brackets nest deeper than" },
  };
  static const char *const keys[] = { "weir", "prompt", "workflow", "invokeai_metadata" };
  g_autofree char *deep = g_strnfill (400000, '[');

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      {
        g_autofree char *text = g_strconcat (rows[i].begin, deep, NULL);
        const CasSettingsText texts[] = { { keys[k], text } };
        g_autoptr (GError) error = NULL;

        g_assert_null (cas_settings_from_texts (texts, 1, "the picture", &error));
        g_test_message ("%s: %s", rows[i].begin, error->message);
        g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE);
        g_assert_nonnull (strstr (error->message, rows[i].sentence));
      }
}

/* The file on disk, with the texts where a picture has them. */
static void
test_png (void)
{
  static const guint8 pixels[3] = { 1, 2, 3 };
  const CasPngText text = {
    (char *) "parameters", (char *) "한 boat\nSteps: 7, Seed: 3, Size: 64x64", FALSE,
  };
  g_autoptr (GBytes) png = cas_png_encode (pixels, 1, 1, 3, &text, 1, NULL);
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "weir-settings-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkstemp (path), >=, 0);
  g_file_set_contents (path, g_bytes_get_data (png, NULL), (gssize) g_bytes_get_size (png), &error);
  g_assert_no_error (error);

  g_autoptr (CasSettings) s = cas_settings_read (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (s->metadata.prompt, ==, "한 boat");
  g_assert_cmpuint (s->metadata.steps, ==, 7);
  g_unlink (path);

  g_assert_null (cas_settings_read (path, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/settings/a1111", test_a1111);
  g_test_add_func ("/settings/a1111-shapes", test_a1111_shapes);
  g_test_add_func ("/settings/own-infotext", test_own_infotext);
  g_test_add_func ("/settings/comfyui-cascade", test_comfyui_cascade);
  g_test_add_func ("/settings/long-numbers", test_long_numbers);
  g_test_add_func ("/settings/comfyui-graph", test_comfyui_graph);
  g_test_add_func ("/settings/comfyui-workflow", test_comfyui_workflow);
  g_test_add_func ("/settings/others", test_others);
  g_test_add_func ("/settings/order", test_order);
  g_test_add_func ("/settings/truncated", test_truncated);
  g_test_add_func ("/settings/hostile", test_hostile);
  g_test_add_func ("/settings/hidden-brackets", test_hidden_brackets);
  g_test_add_func ("/settings/png", test_png);
  return g_test_run ();
}
