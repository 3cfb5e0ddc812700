/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Jobs between two processes. Numbers go by a table; texts, pictures and lists by hand. File names
 * are bytes, as they are on the disk. */

#include "worker/job-variant.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cascade/error.h"
#include "worker/sealed.h"

#define PROMPTS_TYPE  "a(" CAS_SEALED_IMAGE_TYPE "d)"
#define CONTROLS_TYPE "a(s" CAS_SEALED_IMAGE_TYPE "ddduub)"
#define LORAS_TYPE    "a(ayd)"
#define OUTPAINT_TYPE "(uuuu)"

typedef struct
{
  const char *name;
  char        type; /* 'b', 'u', 't' or 'd' */
  gsize       offset;
} Number;

#define NUMBER(type, field) { #field, type, G_STRUCT_OFFSET (CasJobParams, field) }

static const Number numbers[] = {
  NUMBER ('b', restores_mean), NUMBER ('u', width),         NUMBER ('u', height),
  NUMBER ('u', n_images),      NUMBER ('u', steps),         NUMBER ('d', cfg),
  NUMBER ('b', has_cfg),       NUMBER ('d', shift),         NUMBER ('u', decoder_steps),
  NUMBER ('d', decoder_cfg),   NUMBER ('b', has_decoder_cfg), NUMBER ('t', seed),
  NUMBER ('b', has_seed),      NUMBER ('d', strength),      NUMBER ('b', mask_is_automatic),
  NUMBER ('d', mask_threshold),
};

/* --- writing ------------------------------------------------------------------------------- */

static void
add_number (GVariantDict       *dict,
            const Number       *number,
            const CasJobParams *params)
{
  const void *field = G_STRUCT_MEMBER_P (params, number->offset);
  GVariant *value = NULL;

  switch (number->type)
    {
    case 'b':
      value = *(const gboolean *) field ? g_variant_new_boolean (TRUE) : NULL;
      break;
    case 'u':
      value = *(const guint *) field ? g_variant_new_uint32 (*(const guint *) field) : NULL;
      break;
    case 't':
      value = *(const guint64 *) field ? g_variant_new_uint64 (*(const guint64 *) field) : NULL;
      break;
    case 'd':
      value = *(const double *) field != 0 ? g_variant_new_double (*(const double *) field) : NULL;
      break;
    default:
      g_assert_not_reached ();
    }
  if (value)
    g_variant_dict_insert_value (dict, number->name, value);
}

GVariant *
cas_job_numbers_to_variant (const CasJobParams *params)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    add_number (&dict, &numbers[i], params);
  if (params->is_doubled)
    g_variant_dict_insert (&dict, "is_doubled", "b", TRUE);
  return g_variant_dict_end (&dict);
}

static void
add_texts (GVariantDict       *dict,
           const CasJobParams *params)
{
  const guint *out = params->outpaint;
  const char *sampler = cas_sampler_name (params->sampler);

  if (params->prompt)
    g_variant_dict_insert (dict, "prompt", "s", params->prompt);
  if (params->negative)
    g_variant_dict_insert (dict, "negative", "s", params->negative);
  if (params->face_detector)
    g_variant_dict_insert (dict, "face_detector", "^ay", params->face_detector);
  if (params->face_recogniser)
    g_variant_dict_insert (dict, "face_recogniser", "^ay", params->face_recogniser);
  if (params->lora_tokens)
    g_variant_dict_insert (dict, "lora_tokens", "^as", params->lora_tokens);
  if (params->sampler != 0)
    g_variant_dict_insert (dict, "sampler", "s", sampler);
  if (params->previews != CAS_PREVIEW_NONE)
    g_variant_dict_insert (dict, "previews", "u", params->previews);
  if (out[0] > 0 || out[1] > 0 || out[2] > 0 || out[3] > 0)
    g_variant_dict_insert (dict, "outpaint", OUTPAINT_TYPE, out[0], out[1], out[2], out[3]);
}

static GVariant *
image_to_variant (CasImage    *image,
                  GUnixFDList *fds,
                  GError     **error)
{
  return fds ? cas_sealed_from_image (image, fds, error) : cas_sealed_from_size (image);
}

static gboolean
add_image (GVariantDict *dict,
           const char   *name,
           CasImage     *image,
           GUnixFDList  *fds,
           GError      **error)
{
  GVariant *value = image ? image_to_variant (image, fds, error) : NULL;

  if (value)
    g_variant_dict_insert_value (dict, name, value);
  return value || !image;
}

static gboolean
add_prompts (GVariantDict       *dict,
             const CasJobParams *params,
             GUnixFDList        *fds,
             GError            **error)
{
  g_auto (GVariantBuilder) list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE (PROMPTS_TYPE));

  for (guint i = 0; i < params->n_image_prompts; i++)
    {
      GVariant *image = image_to_variant (params->image_prompts[i].image, fds, error);

      if (!image)
        return FALSE;
      g_variant_builder_add (&list, "(@" CAS_SEALED_IMAGE_TYPE "d)", image,
                             params->image_prompts[i].weight);
    }
  if (params->n_image_prompts > 0)
    g_variant_dict_insert_value (dict, "image_prompts", g_variant_builder_end (&list));
  return TRUE;
}

static gboolean
add_controls (GVariantDict       *dict,
              const CasJobParams *params,
              GUnixFDList        *fds,
              GError            **error)
{
  g_auto (GVariantBuilder) list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE (CONTROLS_TYPE));

  for (guint i = 0; i < params->n_controls; i++)
    {
      const CasJobControl *control = &params->controls[i];
      GVariant *image = image_to_variant (control->image, fds, error);

      if (!image)
        return FALSE;
      g_variant_builder_add (&list, "(s@" CAS_SEALED_IMAGE_TYPE "ddduub)",
                             cas_control_kind_get_name (control->kind), image, control->strength,
                             control->start, control->end, control->canny_low, control->canny_high,
                             control->is_small);
    }
  if (params->n_controls > 0)
    g_variant_dict_insert_value (dict, "controls", g_variant_builder_end (&list));
  return TRUE;
}

static void
add_loras (GVariantDict       *dict,
           const CasJobParams *params)
{
  g_auto (GVariantBuilder) list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE (LORAS_TYPE));

  for (guint i = 0; i < params->n_loras; i++)
    g_variant_builder_add (&list, "(^ayd)", params->loras[i].path, params->loras[i].weight);
  if (params->n_loras > 0)
    g_variant_dict_insert_value (dict, "loras", g_variant_builder_end (&list));
}

GVariant *
cas_job_to_variant (const CasJobParams *params,
                    GUnixFDList        *fds,
                    GError            **error)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    add_number (&dict, &numbers[i], params);
  add_texts (&dict, params);
  add_loras (&dict, params);
  if (!add_image (&dict, "init", params->init, fds, error)
      || !add_image (&dict, "mask", params->mask, fds, error)
      || !add_prompts (&dict, params, fds, error) || !add_controls (&dict, params, fds, error))
    return NULL;
  return g_variant_dict_end (&dict);
}

/* --- reading ------------------------------------------------------------------------------- */

/* What the parameters borrow until the job has its own. The first trouble sticks, and nothing more
 * is read after it. */
typedef struct
{
  GVariant     *variant;
  GUnixFDList  *fds;
  gboolean      is_blank; /* of pictures there are the sizes */
  GError       *trouble;
  gsize         n_read; /* members that were there and known */
  CasJobParams  params;
  GPtrArray    *held;   /* values of the variant, whose texts are not copied */
  GPtrArray    *images;
  CasJobImage   prompts[CAS_JOB_MAX_IMAGE_PROMPTS];
  CasJobControl controls[CAS_JOB_MAX_CONTROLS];
  CasJobLora    loras[CAS_JOB_MAX_LORAS];
  const char  **tokens;
} Reading;

static void
reading_init (Reading     *r,
              GVariant    *variant,
              GUnixFDList *fds)
{
  *r = (Reading) {
    .variant = variant,
    .fds = fds,
    .held = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref),
    .images = g_ptr_array_new_with_free_func ((GDestroyNotify) cas_image_unref),
  };
}

static void
reading_clear (Reading *r)
{
  g_clear_error (&r->trouble);
  g_ptr_array_unref (r->held);
  g_ptr_array_unref (r->images);
  g_free (r->tokens);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, reading_clear)

static void
fail (Reading    *r,
      const char *name,
      const char *trouble)
{
  if (!r->trouble)
    g_set_error (&r->trouble, CAS_ERROR, CAS_ERROR_PROTOCOL, _("A job came whose “%s” %s."), name,
                 trouble);
}

/* A member's value, owned by r; NULL if there is none, or none that can be used. */
static GVariant *
find (Reading    *r,
      const char *name,
      const char *type)
{
  GVariant *value = r->trouble ? NULL : g_variant_lookup_value (r->variant, name, NULL);

  if (!value)
    return NULL;
  g_ptr_array_add (r->held, value);
  r->n_read++;
  if (g_variant_is_of_type (value, G_VARIANT_TYPE (type)))
    return value;
  fail (r, name, _("is of a wrong type"));
  return NULL;
}

static void
read_numbers (Reading *r)
{
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      const char type[] = { numbers[i].type, '\0' };
      GVariant *value = find (r, numbers[i].name, type);

      if (value)
        g_variant_get (value, type, G_STRUCT_MEMBER_P (&r->params, numbers[i].offset));
    }
}

static const char *
read_text (Reading    *r,
           const char *name)
{
  GVariant *value = find (r, name, "s");

  return value ? g_variant_get_string (value, NULL) : NULL;
}

static const char *
read_path (Reading    *r,
           const char *name)
{
  GVariant *value = find (r, name, "ay");

  return value ? g_variant_get_bytestring (value) : NULL;
}

static void
read_texts (Reading *r)
{
  const char *sampler = read_text (r, "sampler");
  guint *out = r->params.outpaint;
  GVariant *outpaint = find (r, "outpaint", OUTPAINT_TYPE);
  GVariant *previews = find (r, "previews", "u");

  r->params.prompt = read_text (r, "prompt");
  r->params.negative = read_text (r, "negative");
  r->params.face_detector = read_path (r, "face_detector");
  r->params.face_recogniser = read_path (r, "face_recogniser");
  if (sampler && !cas_sampler_from_name (sampler, &r->params.sampler))
    fail (r, "sampler", _("is none"));
  if (outpaint)
    g_variant_get (outpaint, OUTPAINT_TYPE, &out[0], &out[1], &out[2], &out[3]);
  if (previews && g_variant_get_uint32 (previews) > CAS_PREVIEW_EVERY_STEP)
    fail (r, "previews", _("is none"));
  else if (previews)
    r->params.previews = g_variant_get_uint32 (previews);
}

/* A list with no more members than the most; NULL if there is none. */
static GVariant *
find_list (Reading    *r,
           const char *name,
           const char *type,
           guint       most,
           guint      *n)
{
  GVariant *list = find (r, name, type);

  *n = 0;
  if (list && g_variant_n_children (list) > most)
    {
      fail (r, name, _("has too many members"));
      return NULL;
    }
  *n = list ? (guint) g_variant_n_children (list) : 0;
  return list;
}

static void
read_loras (Reading *r)
{
  GVariant *list = find_list (r, "loras", LORAS_TYPE, CAS_JOB_MAX_LORAS, &r->params.n_loras);
  guint n_tokens;
  GVariant *tokens = find_list (r, "lora_tokens", "as", CAS_JOB_MAX_LORA_TOKENS, &n_tokens);

  for (guint i = 0; i < r->params.n_loras; i++)
    {
      GVariant *lora = g_variant_get_child_value (list, i);

      g_ptr_array_add (r->held, lora);
      g_variant_get (lora, "(^&ayd)", &r->loras[i].path, &r->loras[i].weight);
    }
  r->params.loras = r->loras;
  if (tokens)
    r->params.lora_tokens = r->tokens = g_variant_get_strv (tokens, NULL);
}

static CasImage *
take_image (Reading  *r,
            GVariant *value)
{
  CasImage *image = NULL;

  if (!r->trouble && r->is_blank)
    image = cas_sealed_to_blank (value, &r->trouble);
  else if (!r->trouble)
    image = cas_sealed_to_image (value, r->fds, &r->trouble);
  if (image)
    g_ptr_array_add (r->images, image);
  return image;
}

static CasImage *
read_image (Reading    *r,
            const char *name)
{
  GVariant *value = find (r, name, CAS_SEALED_IMAGE_TYPE);

  return value ? take_image (r, value) : NULL;
}

static void
read_prompts (Reading *r)
{
  GVariant *list = find_list (r, "image_prompts", PROMPTS_TYPE, CAS_JOB_MAX_IMAGE_PROMPTS,
                              &r->params.n_image_prompts);

  for (guint i = 0; i < r->params.n_image_prompts; i++)
    {
      g_autoptr (GVariant) image = NULL;

      g_variant_get_child (list, i, "(@" CAS_SEALED_IMAGE_TYPE "d)", &image, &r->prompts[i].weight);
      r->prompts[i].image = take_image (r, image);
    }
  r->params.image_prompts = r->prompts;
}

static void
read_controls (Reading *r)
{
  GVariant *list = find_list (r, "controls", CONTROLS_TYPE, CAS_JOB_MAX_CONTROLS,
                              &r->params.n_controls);

  for (guint i = 0; i < r->params.n_controls; i++)
    {
      CasJobControl *control = &r->controls[i];
      g_autoptr (GVariant) image = NULL;
      g_autofree char *kind = NULL;

      g_variant_get_child (list, i, "(s@" CAS_SEALED_IMAGE_TYPE "ddduub)", &kind, &image,
                           &control->strength, &control->start, &control->end,
                           &control->canny_low, &control->canny_high, &control->is_small);
      if (!cas_control_kind_from_name (kind, &control->kind))
        fail (r, "controls", _("has a kind that is none"));
      control->image = take_image (r, image);
    }
  r->params.controls = r->controls;
}

static void
check_all_read (Reading *r)
{
  if (!r->trouble && r->n_read != g_variant_n_children (r->variant))
    g_set_error_literal (&r->trouble, CAS_ERROR, CAS_ERROR_PROTOCOL,
                         _("A job came with members that are not known, or there twice."));
}

static CasJob *
read_job (Reading *r,
          GError **error)
{
  read_numbers (r);
  read_texts (r);
  read_loras (r);
  r->params.init = read_image (r, "init");
  r->params.mask = read_image (r, "mask");
  read_prompts (r);
  read_controls (r);
  check_all_read (r);
  if (!r->trouble)
    return cas_job_new (&r->params, error);
  g_propagate_error (error, g_steal_pointer (&r->trouble));
  return NULL;
}

CasJob *
cas_job_from_variant (GVariant    *variant,
                      GUnixFDList *fds,
                      GError     **error)
{
  g_auto (Reading) r = { 0 };

  reading_init (&r, variant, fds);
  return read_job (&r, error);
}

CasJob *
cas_job_from_blank_variant (GVariant *variant,
                            GError  **error)
{
  g_auto (Reading) r = { 0 };

  reading_init (&r, variant, NULL);
  r.is_blank = TRUE;
  return read_job (&r, error);
}

gboolean
cas_job_numbers_from_variant (GVariant     *variant,
                              CasJobParams *params,
                              GError      **error)
{
  g_auto (Reading) r = { 0 };
  GVariant *doubled;

  reading_init (&r, variant, NULL);
  read_numbers (&r);
  doubled = find (&r, "is_doubled", "b");
  check_all_read (&r);
  if (r.trouble)
    {
      g_propagate_error (error, g_steal_pointer (&r.trouble));
      return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    memcpy (G_STRUCT_MEMBER_P (params, numbers[i].offset),
            G_STRUCT_MEMBER_P (&r.params, numbers[i].offset),
            strchr ("td", numbers[i].type) ? sizeof (guint64) : sizeof (guint));
  params->is_doubled = doubled && g_variant_get_boolean (doubled);
  return TRUE;
}
