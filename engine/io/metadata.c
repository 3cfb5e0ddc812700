/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes what a picture was made with. */

#include "io/metadata.h"

#include "base/decoded.h"
#include "io/json-text.h"
#include "io/metadata-pictures.h"

#include <string.h>

static const char xmp[] =
  "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
  "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
  " <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
  "  <rdf:Description rdf:about=\"\"\n"
  "    xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\"%s>\n"
  "   <Iptc4xmpExt:DigitalSourceType>"
  "http://cv.iptc.org/newscodes/digitalsourcetype/%s"
  "</Iptc4xmpExt:DigitalSourceType>\n"
  "%s"
  "  </rdf:Description>\n"
  " </rdf:RDF>\n"
  "</x:xmpmeta>\n"
  "<?xpacket end=\"r\"?>";

/* IPTC's NewsCodes of 2024-09-17 (https://cv.iptc.org/newscodes/digitalsourcetype/) have one term
 * for what was “created algorithmically” by a trained model, and one for “augmentation, correction
 * or enhancement” by a generative one, “such as with inpainting or outpainting operations”. The
 * latter are pictures of which a part is another's still, and those that are another made larger. A
 * whole picture that was only begun from, or that steers, is in the result in no pixel: created. */
static const char *
get_source_type (const CasMetadata *m)
{
  gboolean is_edited = m != NULL && cas_metadata_is_outpaint (m);

  for (guint i = 0; m != NULL && i < m->n_pictures; i++)
    is_edited |= m->pictures[i].is_small || strcmp (m->pictures[i].role, "mask") == 0;
  return is_edited ? "compositeWithTrainedAlgorithmicMedia" : "trainedAlgorithmicMedia";
}

/* JSON in one line as what stands between two tags. What no XML may hold, JSON has other words for. */
static char *
dup_xml (const char *json)
{
  g_autoptr (GString) text = g_string_new (json);

  g_string_replace (text, "\ufffe", "\\ufffe", 0);
  g_string_replace (text, "\uffff", "\\uffff", 0);
  return g_markup_escape_text (text->str, -1);
}

char *
cas_metadata_to_xmp (const CasMetadata *m,
                     const char        *json)
{
  g_autofree char *settings = NULL;

  if (json != NULL)
    {
      g_autofree char *escaped = dup_xml (json);

      settings = g_strdup_printf ("   <weir:settings>%s</weir:settings>\n", escaped);
    }
  return g_strdup_printf (xmp, json != NULL ? "\n    xmlns:weir=\"" CAS_DECODED_XMP_SPACE "\"" : "",
                          get_source_type (m), settings != NULL ? settings : "");
}

void
cas_metadata_clear (CasMetadata *m)
{
  for (guint i = 0; i < m->n_parts; i++)
    {
      g_free (m->parts[i].role);
      g_free (m->parts[i].file);
      g_free (m->parts[i].sha256);
    }
  for (guint i = 0; i < m->n_loras; i++)
    {
      g_free (m->loras[i].name);
      g_free (m->loras[i].sha256);
    }
  for (guint i = 0; i < m->n_pictures; i++)
    {
      g_free (m->pictures[i].role);
      g_free (m->pictures[i].sha256);
    }
  g_free (m->parts);
  g_free (m->pictures);
  g_free (m->loras);
  g_strfreev (m->lora_tokens);
  g_free (m->prompt);
  g_free (m->negative_prompt);
  g_free (m->drawn_prompt);
  g_free (m->drawn_negative_prompt);
  g_free (m->sampler);
  g_free (m->model);
  g_free (m->kernels);
  g_free (m->version);
  memset (m, 0, sizeof *m);
}

static const char *
get_version (const CasMetadata *m)
{
  return m->version != NULL ? m->version : WEIR_VERSION;
}

/* “, Name: value”, quoted where a reader could not tell where it ends. */
static void
append_info (GString    *text,
             const char *name,
             const char *value)
{
  g_string_append_printf (text, ", %s: ", name);
  if (strpbrk (value, ",:\n\"") != NULL)
    cas_json_append_string (text, value);
  else
    g_string_append (text, value);
}

static void
append_info_double (GString    *text,
                    const char *name,
                    double      value)
{
  g_string_append_printf (text, ", %s: ", name);
  cas_json_append_double (text, value);
}

/* As A1111 lists them, by the first digits of a hash, and how much of each. */
static void
append_info_loras (GString           *text,
                   const CasMetadata *m)
{
  GString *hashes = g_string_new (NULL), *weights = g_string_new (NULL);

  for (guint i = 0; i < m->n_loras; i++)
    {
      const CasMetadataLora *lora = &m->loras[i];
      const char *comma = i > 0 ? ", " : "";

      g_string_append_printf (hashes, "%s%s: %.12s", comma, lora->name,
                              lora->sha256 != NULL ? lora->sha256 : "");
      g_string_append_printf (weights, "%s%s: ", comma, lora->name);
      cas_json_append_double (weights, lora->weight);
    }
  if (m->n_loras > 0)
    {
      append_info (text, "Lora hashes", hashes->str);
      append_info (text, "Lora weights", weights->str);
    }
  g_string_free (hashes, TRUE);
  g_string_free (weights, TRUE);
}

char *
cas_metadata_to_infotext (const CasMetadata *m)
{
  const char *negative = m->drawn_negative_prompt ? m->drawn_negative_prompt : m->negative_prompt;
  GString *text = g_string_new (m->drawn_prompt ? m->drawn_prompt : m->prompt);

  if (negative != NULL && *negative != '\0')
    g_string_append_printf (text, "\nNegative prompt: %s", negative);

  g_string_append_printf (text, "\nSteps: %u", m->steps);
  if (m->sampler != NULL)
    {
      g_autofree char *sampler = g_ascii_strup (m->sampler, -1);
      append_info (text, "Sampler", sampler);
    }
  append_info_double (text, "CFG scale", m->cfg);
  g_string_append_printf (text, ", Seed: %" G_GUINT64_FORMAT, m->seed);
  g_string_append_printf (text, ", Size: %ux%u", m->width, m->height);
  if (m->model != NULL)
    append_info (text, "Model", m->model);
  append_info_double (text, "Shift", m->shift);
  g_string_append_printf (text, ", Decoder steps: %u", m->decoder_steps);
  append_info_double (text, "Decoder CFG", m->decoder_cfg);
  for (guint i = 0; i < m->n_pictures; i++)
    if (strcmp (m->pictures[i].role, "init") == 0)
      append_info_double (text, "Denoising strength", m->pictures[i].weight);
  append_info_loras (text, m);
  if (m->drawn_prompt != NULL)
    append_info (text, "Template", m->prompt);
  if (m->drawn_negative_prompt != NULL)
    append_info (text, "Negative Template", m->negative_prompt);
  if (m->restores_mean)
    append_info (text, "Weights", "restore mean");
  g_autofree char *version = g_strconcat ("Weir ", get_version (m), NULL);
  append_info (text, "Version", version);
  return g_string_free (text, FALSE);
}

static void
append_name (GString    *json,
             const char *name)
{
  char last = json->str[json->len - 1];

  if (last != '{' && last != '[')
    g_string_append_c (json, ',');
  cas_json_append_string (json, name);
  g_string_append_c (json, ':');
}

/* Nothing at all for NULL. */
static void
append_string (GString    *json,
               const char *name,
               const char *value)
{
  if (value == NULL)
    return;
  append_name (json, name);
  cas_json_append_string (json, value);
}

static void
append_integer (GString    *json,
                const char *name,
                guint64     value)
{
  append_name (json, name);
  g_string_append_printf (json, "%" G_GUINT64_FORMAT, value);
}

static void
append_double (GString    *json,
               const char *name,
               double      value)
{
  append_name (json, name);
  cas_json_append_double (json, value);
}

static void
append_parts (GString           *json,
              const CasMetadata *m)
{
  if (m->n_parts == 0)
    return;

  append_name (json, "parts");
  g_string_append_c (json, '[');
  for (guint i = 0; i < m->n_parts; i++)
    {
      g_string_append (json, i > 0 ? ",{" : "{");
      append_string (json, "role", m->parts[i].role);
      append_string (json, "file", m->parts[i].file);
      append_string (json, "sha256", m->parts[i].sha256);
      g_string_append_c (json, '}');
    }
  g_string_append_c (json, ']');
}

static void
append_loras (GString           *json,
              const CasMetadata *m)
{
  if (m->n_loras > 0)
    {
      append_name (json, "loras");
      g_string_append_c (json, '[');
      for (guint i = 0; i < m->n_loras; i++)
        {
          g_string_append (json, i > 0 ? ",{" : "{");
          append_string (json, "name", m->loras[i].name);
          append_string (json, "sha256", m->loras[i].sha256);
          append_double (json, "weight", m->loras[i].weight);
          g_string_append_c (json, '}');
        }
      g_string_append_c (json, ']');
    }
  if (m->lora_tokens != NULL && m->lora_tokens[0] != NULL)
    {
      append_name (json, "lora_tokens");
      g_string_append_c (json, '[');
      for (guint i = 0; m->lora_tokens[i] != NULL; i++)
        {
          g_string_append (json, i > 0 ? "," : "");
          cas_json_append_string (json, m->lora_tokens[i]);
        }
      g_string_append_c (json, ']');
    }
}

char *
cas_metadata_to_json (const CasMetadata *m)
{
  GString *json = g_string_new ("{");

  append_integer (json, "schema", 1);
  append_string (json, "program", "Weir");
  append_string (json, "version", get_version (m));
  append_string (json, "prompt", m->prompt);
  append_string (json, "negative_prompt", m->negative_prompt);
  append_string (json, "drawn_prompt", m->drawn_prompt);
  append_string (json, "drawn_negative_prompt", m->drawn_negative_prompt);
  if (m->restores_mean)
    {
      append_name (json, "restore_mean");
      g_string_append (json, "true");
    }
  append_integer (json, "width", m->width);
  append_integer (json, "height", m->height);
  append_integer (json, "seed", m->seed);
  append_string (json, "sampler", m->sampler);
  append_integer (json, "steps", m->steps);
  append_double (json, "cfg", m->cfg);
  append_double (json, "shift", m->shift);
  append_integer (json, "decoder_steps", m->decoder_steps);
  append_double (json, "decoder_cfg", m->decoder_cfg);
  append_string (json, "model", m->model);
  append_parts (json, m);
  append_loras (json, m);
  cas_metadata_append_pictures (json, m);
  append_string (json, "kernels", m->kernels);
  g_string_append_c (json, '}');
  return g_string_free (json, FALSE);
}
