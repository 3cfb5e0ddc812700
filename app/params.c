/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The parameters of the next job. */

#include "params.h"

#include "panels/aspect.h"

struct _WeirParams
{
  GObject parent;

  char    *prompt, *negative, *style;
  guint    width, height;
  guint    count;
  guint    steps, detail_steps;
  double   cfg, detail_cfg;
  gboolean random_seed;
  guint64  seed;
  double   strength;

  WeirDefaults defaults;
  gboolean     changes_itself;
};

/* Of Stable Cascade as it was published. */
static const WeirDefaults published = {
  .width = 1024, .height = 1024, .steps = 20, .cfg = 4, .detail_steps = 10, .detail_cfg = 1.1,
};

G_DEFINE_FINAL_TYPE (WeirParams, weir_params, G_TYPE_OBJECT)

static WeirDefaults *
defaults_copy (WeirDefaults *defaults)
{
  return g_memdup2 (defaults, sizeof *defaults);
}

static void
defaults_free (WeirDefaults *defaults)
{
  g_free (defaults);
}

G_DEFINE_BOXED_TYPE (WeirDefaults, weir_defaults, defaults_copy, defaults_free)

gboolean
weir_defaults_is_same (const WeirDefaults *a,
                       const WeirDefaults *b)
{
  return a->width == b->width && a->height == b->height && a->steps == b->steps &&
         a->detail_steps == b->detail_steps && a->cfg == b->cfg && a->detail_cfg == b->detail_cfg;
}

enum
{
  PROP_PROMPT = 1,
  PROP_NEGATIVE,
  PROP_STYLE,
  PROP_WIDTH,
  PROP_HEIGHT,
  PROP_COUNT,
  PROP_STEPS,
  PROP_CFG,
  PROP_DETAIL_STEPS,
  PROP_DETAIL_CFG,
  PROP_RANDOM_SEED,
  PROP_SEED,
  PROP_STRENGTH,
  PROP_DEFAULTS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gboolean
set_text (char      **field,
          const char *text)
{
  if (g_strcmp0 (*field, text ? text : "") == 0)
    return FALSE;
  g_free (*field);
  *field = g_strdup (text ? text : "");
  return TRUE;
}

/* Which sizes are of the model's proportions is another matter then. */
static gboolean
set_defaults (WeirParams         *self,
              const WeirDefaults *defaults)
{
  if (!defaults || weir_defaults_is_same (defaults, &self->defaults))
    return FALSE;
  self->defaults = *defaults;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WIDTH]);
  return TRUE;
}

#define SET(field, value) \
  ((field) != (value) ? ((field) = (value), TRUE) : FALSE)

static void
weir_params_set_property (GObject      *object,
                          guint         id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  WeirParams *self = WEIR_PARAMS (object);
  gboolean is_new = FALSE;

  switch (id)
    {
    case PROP_PROMPT:
      is_new = set_text (&self->prompt, g_value_get_string (value));
      break;
    case PROP_NEGATIVE:
      is_new = set_text (&self->negative, g_value_get_string (value));
      break;
    case PROP_STYLE:
      is_new = set_text (&self->style, g_value_get_string (value));
      break;
    case PROP_WIDTH:
      is_new = SET (self->width, g_value_get_uint (value));
      break;
    case PROP_HEIGHT:
      is_new = SET (self->height, g_value_get_uint (value));
      break;
    case PROP_COUNT:
      is_new = SET (self->count, g_value_get_uint (value));
      break;
    case PROP_STEPS:
      is_new = SET (self->steps, g_value_get_uint (value));
      break;
    case PROP_CFG:
      is_new = SET (self->cfg, g_value_get_double (value));
      break;
    case PROP_DETAIL_STEPS:
      is_new = SET (self->detail_steps, g_value_get_uint (value));
      break;
    case PROP_DETAIL_CFG:
      is_new = SET (self->detail_cfg, g_value_get_double (value));
      break;
    case PROP_RANDOM_SEED:
      is_new = SET (self->random_seed, g_value_get_boolean (value));
      break;
    case PROP_SEED:
      is_new = SET (self->seed, g_value_get_uint64 (value));
      break;
    case PROP_STRENGTH:
      is_new = SET (self->strength, g_value_get_double (value));
      break;
    case PROP_DEFAULTS:
      is_new = set_defaults (self, g_value_get_boxed (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
  if (is_new)
    g_object_notify_by_pspec (object, pspec);
}

static void
weir_params_get_property (GObject    *object,
                          guint       id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  WeirParams *self = WEIR_PARAMS (object);

  switch (id)
    {
    case PROP_PROMPT:
      g_value_set_string (value, self->prompt);
      break;
    case PROP_NEGATIVE:
      g_value_set_string (value, self->negative);
      break;
    case PROP_STYLE:
      g_value_set_string (value, self->style);
      break;
    case PROP_WIDTH:
      g_value_set_uint (value, self->width);
      break;
    case PROP_HEIGHT:
      g_value_set_uint (value, self->height);
      break;
    case PROP_COUNT:
      g_value_set_uint (value, self->count);
      break;
    case PROP_STEPS:
      g_value_set_uint (value, self->steps);
      break;
    case PROP_CFG:
      g_value_set_double (value, self->cfg);
      break;
    case PROP_DETAIL_STEPS:
      g_value_set_uint (value, self->detail_steps);
      break;
    case PROP_DETAIL_CFG:
      g_value_set_double (value, self->detail_cfg);
      break;
    case PROP_RANDOM_SEED:
      g_value_set_boolean (value, self->random_seed);
      break;
    case PROP_SEED:
      g_value_set_uint64 (value, self->seed);
      break;
    case PROP_STRENGTH:
      g_value_set_double (value, self->strength);
      break;
    case PROP_DEFAULTS:
      g_value_set_boxed (value, &self->defaults);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_params_finalize (GObject *object)
{
  WeirParams *self = WEIR_PARAMS (object);

  g_clear_pointer (&self->prompt, g_free);
  g_clear_pointer (&self->negative, g_free);
  g_clear_pointer (&self->style, g_free);
  G_OBJECT_CLASS (weir_params_parent_class)->finalize (object);
}

static void
weir_params_class_init (WeirParamsClass *class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_EXPLICIT_NOTIFY |
                            G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->set_property = weir_params_set_property;
  object_class->get_property = weir_params_get_property;
  object_class->finalize = weir_params_finalize;

  properties[PROP_PROMPT] = g_param_spec_string ("prompt", NULL, NULL, "", flags);
  properties[PROP_NEGATIVE] = g_param_spec_string ("negative", NULL, NULL, "", flags);
  properties[PROP_STYLE] = g_param_spec_string ("style", NULL, NULL, "", flags);
  properties[PROP_WIDTH] = g_param_spec_uint ("width", NULL, NULL, 0, G_MAXUINT16, published.width, flags);
  properties[PROP_HEIGHT] = g_param_spec_uint ("height", NULL, NULL, 0, G_MAXUINT16, published.height, flags);
  properties[PROP_COUNT] = g_param_spec_uint ("count", NULL, NULL, 1, CAS_JOB_MAX_IMAGES, 1, flags);
  properties[PROP_STEPS] = g_param_spec_uint ("steps", NULL, NULL, 1, CAS_JOB_MAX_STEPS, published.steps, flags);
  properties[PROP_CFG] = g_param_spec_double ("cfg", NULL, NULL, 0, CAS_JOB_MAX_CFG, published.cfg, flags);
  properties[PROP_DETAIL_STEPS] =
    g_param_spec_uint ("detail-steps", NULL, NULL, 1, CAS_JOB_MAX_STEPS, published.detail_steps, flags);
  properties[PROP_DETAIL_CFG] =
    g_param_spec_double ("detail-cfg", NULL, NULL, 0, CAS_JOB_MAX_CFG, published.detail_cfg, flags);
  properties[PROP_RANDOM_SEED] = g_param_spec_boolean ("random-seed", NULL, NULL, TRUE, flags);
  properties[PROP_SEED] = g_param_spec_uint64 ("seed", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_STRENGTH] = g_param_spec_double ("strength", NULL, NULL, 0, 1, 1, flags);
  properties[PROP_DEFAULTS] = g_param_spec_boxed ("defaults", NULL, NULL, WEIR_TYPE_DEFAULTS,
                                                  flags & ~(GParamFlags) G_PARAM_CONSTRUCT);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
weir_params_init (WeirParams *self)
{
  self->defaults = published;
}

WeirParams *
weir_params_new (void)
{
  return g_object_new (WEIR_TYPE_PARAMS, NULL);
}

static void
adopt_numbers (WeirParams         *self,
               const WeirDefaults *old,
               const WeirDefaults *defaults)
{
  if (self->steps == old->steps)
    g_object_set (self, "steps", defaults->steps, NULL);
  if (self->cfg == old->cfg)
    g_object_set (self, "cfg", defaults->cfg, NULL);
  if (self->detail_steps == old->detail_steps)
    g_object_set (self, "detail-steps", defaults->detail_steps, NULL);
  if (self->detail_cfg == old->detail_cfg)
    g_object_set (self, "detail-cfg", defaults->detail_cfg, NULL);
}

void
weir_params_adopt (WeirParams         *self,
                   const WeirDefaults *defaults)
{
  const WeirDefaults old = self->defaults;

  g_return_if_fail (WEIR_IS_PARAMS (self));

  self->changes_itself = TRUE;
  g_object_set (self, "defaults", defaults, NULL);
  if (defaults->width != old.width || defaults->height != old.height)
    {
      const WeirSize size = weir_aspect_get_size ((WeirSize) { defaults->width, defaults->height },
                                                  MAX (self->width, 1), MAX (self->height, 1));

      g_object_set (self, "width", size.width, "height", size.height, NULL);
    }
  adopt_numbers (self, &old, defaults);
  self->changes_itself = FALSE;
}

void
weir_params_draw_seed (WeirParams *self,
                       guint64     seed)
{
  g_return_if_fail (WEIR_IS_PARAMS (self));

  self->changes_itself = TRUE;
  g_object_set (self, "seed", seed, NULL);
  self->changes_itself = FALSE;
}

gboolean
weir_params_get_changes_itself (WeirParams *self)
{
  g_return_val_if_fail (WEIR_IS_PARAMS (self), FALSE);

  return self->changes_itself;
}

const WeirDefaults *
weir_params_get_defaults (WeirParams *self)
{
  g_return_val_if_fail (WEIR_IS_PARAMS (self), NULL);

  return &self->defaults;
}

void
weir_params_fill (WeirParams   *self,
                  CasJobParams *params)
{
  params->prompt = self->prompt;
  params->negative = self->negative;
  params->width = self->width;
  params->height = self->height;
  params->n_images = self->count;
  params->steps = self->steps;
  params->cfg = self->cfg;
  params->has_cfg = TRUE;
  params->decoder_steps = self->detail_steps;
  params->decoder_cfg = self->detail_cfg;
  params->has_decoder_cfg = TRUE;
  params->has_seed = !self->random_seed;
  params->seed = self->random_seed ? 0 : self->seed;
}
