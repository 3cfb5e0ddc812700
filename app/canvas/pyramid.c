/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Smaller copies by averages of four pixels, and the part of one of them that is drawn. */

#include "canvas/pyramid.h"

#include <math.h>

/* Images of more pixels than this get their smaller copies in a thread: 8 ms on one core. */
#define MAX_PIXELS_AT_ONCE (1 << 21)

/* The smallest copy is not larger than this. */
#define SMALLEST 32
#define MAX_LEVELS 16

/* What goes to the renderer begins and ends at multiples of this many pixels, so that panning
 * seldom brings anything new. */
#define PART 1024

/* Above this the pixels are squares. */
#define SQUARES_ABOVE 2.0

/* Of the checkerboard, in pixels of the screen. */
#define CHECK 8

typedef struct
{
  guint       width, height;
  gsize       stride;
  GBytes     *pixels;
  GdkTexture *texture; /* of the part; nullable */
  int         part[4]; /* x, y, width, height */
} Level;

typedef struct
{
  Level           levels[MAX_LEVELS];
  guint           n_levels;
  GdkMemoryFormat format;
  guint           n_channels;
} Levels;

struct _WeirPyramid
{
  GObject parent;

  CasImage *image;
  Levels    own;
  gboolean  is_ready;
  Level     rough;     /* instead of a copy that is not made yet */
  guint     rough_log2;
};

G_DEFINE_FINAL_TYPE (WeirPyramid, weir_pyramid, G_TYPE_OBJECT)

enum
{
  PROP_READY = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
clear_level (Level *level)
{
  g_clear_pointer (&level->pixels, g_bytes_unref);
  g_clear_object (&level->texture);
}

static void
clear_levels (Levels *levels)
{
  for (guint i = 0; i < levels->n_levels; i++)
    clear_level (&levels->levels[i]);
  levels->n_levels = 0;
}

static void
free_levels (gpointer levels)
{
  clear_levels (levels);
  g_free (levels);
}

/* --- the copies: any thread ----------------------------------------------------------------- */

static void
add_level (Levels *levels,
           guint   width,
           guint   height,
           GBytes *pixels)
{
  levels->levels[levels->n_levels++] = (Level) {
    .width = width,
    .height = height,
    .stride = (gsize) width * levels->n_channels,
    .pixels = pixels,
  };
}

/* Colours times alpha, so that averages are right and the renderer need not multiply. */
static GBytes *
premultiplied (CasImage *image)
{
  const gsize n = (gsize) cas_image_get_width (image) * cas_image_get_height (image);
  const guint8 *rgb = cas_image_get_pixels (image), *alpha = cas_image_get_alpha (image);
  guint8 *pixels = g_try_malloc_n (n, 4);

  if (!pixels)
    return NULL;
  for (gsize i = 0; i < n; i++)
    {
      for (guint c = 0; c < 3; c++)
        pixels[4 * i + c] = (rgb[3 * i + c] * alpha[i] + 127) / 255;
      pixels[4 * i + 3] = alpha[i];
    }
  return g_bytes_new_take (pixels, 4 * n);
}

/* Half the size, rounded up: what a last odd row or column lacks is a repetition of it. */
static GBytes *
halved (const Level *large,
        guint        n_channels)
{
  const guint width = (large->width + 1) / 2, height = (large->height + 1) / 2;
  const guint8 *src = g_bytes_get_data (large->pixels, NULL);
  guint8 *pixels = g_try_malloc_n ((gsize) width * n_channels, height), *dst = pixels;

  if (!pixels)
    return NULL;
  for (guint y = 0; y < height; y++)
    {
      const guint8 *upper = src + (gsize) 2 * y * large->stride;
      const guint8 *lower = 2 * y + 1 < large->height ? upper + large->stride : upper;

      for (guint x = 0; x < width; x++)
        {
          const gsize left = (gsize) 2 * x * n_channels;
          const gsize right = 2 * x + 1 < large->width ? left + n_channels : left;

          for (guint c = 0; c < n_channels; c++)
            *dst++ = (upper[left + c] + upper[right + c] +
                      lower[left + c] + lower[right + c] + 2) / 4;
        }
    }
  return g_bytes_new_take (pixels, (gsize) width * height * n_channels);
}

/* As many as memory allows. */
static Levels *
make_levels (CasImage *image)
{
  const guint width = cas_image_get_width (image), height = cas_image_get_height (image);
  const gboolean has_alpha = cas_image_get_alpha (image) != NULL;
  Levels *levels = g_new0 (Levels, 1);
  GBytes *pixels;

  levels->format = has_alpha ? GDK_MEMORY_R8G8B8A8_PREMULTIPLIED : GDK_MEMORY_R8G8B8;
  levels->n_channels = has_alpha ? 4 : 3;
  if (has_alpha)
    pixels = premultiplied (image);
  else
    pixels = g_bytes_new_with_free_func (cas_image_get_pixels (image),
                                         cas_image_get_stride (image) * height,
                                         (GDestroyNotify) cas_image_unref, cas_image_ref (image));
  if (pixels)
    add_level (levels, width, height, pixels);
  while (pixels && levels->n_levels < MAX_LEVELS)
    {
      const Level *last = &levels->levels[levels->n_levels - 1];

      if (MAX (last->width, last->height) <= SMALLEST)
        break;
      pixels = halved (last, levels->n_channels);
      if (pixels)
        add_level (levels, (last->width + 1) / 2, (last->height + 1) / 2, pixels);
    }
  return levels;
}

static void
make_levels_in_thread (GTask        *task,
                       gpointer      source,
                       gpointer      image,
                       GCancellable *cancellable)
{
  g_task_return_pointer (task, make_levels (image), free_levels);
}

static void
take_levels (WeirPyramid *self,
             Levels      *levels)
{
  clear_levels (&self->own);
  clear_level (&self->rough);
  self->own = *levels;
  g_free (levels);
  self->is_ready = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_READY]);
}

static void
levels_made (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  take_levels (WEIR_PYRAMID (source), g_task_propagate_pointer (G_TASK (result), NULL));
}

/* --- the object ----------------------------------------------------------------------------- */

static void
weir_pyramid_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  if (id == PROP_READY)
    g_value_set_boolean (value, WEIR_PYRAMID (object)->is_ready);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_pyramid_finalize (GObject *object)
{
  WeirPyramid *self = WEIR_PYRAMID (object);

  clear_levels (&self->own);
  clear_level (&self->rough);
  g_clear_pointer (&self->image, cas_image_unref);
  G_OBJECT_CLASS (weir_pyramid_parent_class)->finalize (object);
}

static void
weir_pyramid_class_init (WeirPyramidClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = weir_pyramid_get_property;
  object_class->finalize = weir_pyramid_finalize;
  properties[PROP_READY] = g_param_spec_boolean ("ready", NULL, NULL, FALSE,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
weir_pyramid_init (WeirPyramid *self)
{
}

/* What can be drawn before the copies are made: the image as it is, if that needs no work. */
static void
begin_with_image (WeirPyramid *self)
{
  const gsize size = cas_image_get_stride (self->image) * cas_image_get_height (self->image);

  if (cas_image_get_alpha (self->image))
    return;
  self->own.format = GDK_MEMORY_R8G8B8;
  self->own.n_channels = 3;
  add_level (&self->own, weir_pyramid_get_width (self), weir_pyramid_get_height (self),
             g_bytes_new_with_free_func (cas_image_get_pixels (self->image), size,
                                         (GDestroyNotify) cas_image_unref,
                                         cas_image_ref (self->image)));
}

WeirPyramid *
weir_pyramid_new (CasImage *image)
{
  WeirPyramid *self = g_object_new (WEIR_TYPE_PYRAMID, NULL);
  g_autoptr (GTask) task = NULL;

  self->image = cas_image_ref (image);
  if ((guint64) cas_image_get_width (image) * cas_image_get_height (image) <= MAX_PIXELS_AT_ONCE)
    {
      take_levels (self, make_levels (image));
      return self;
    }
  begin_with_image (self);
  task = g_task_new (self, NULL, levels_made, NULL);
  g_task_set_task_data (task, cas_image_ref (image), (GDestroyNotify) cas_image_unref);
  g_task_run_in_thread (task, make_levels_in_thread);
  return self;
}

gboolean
weir_pyramid_is_ready (WeirPyramid *self)
{
  g_return_val_if_fail (WEIR_IS_PYRAMID (self), FALSE);

  return self->is_ready;
}

guint
weir_pyramid_get_width (WeirPyramid *self)
{
  g_return_val_if_fail (WEIR_IS_PYRAMID (self), 0);

  return cas_image_get_width (self->image);
}

guint
weir_pyramid_get_height (WeirPyramid *self)
{
  g_return_val_if_fail (WEIR_IS_PYRAMID (self), 0);

  return cas_image_get_height (self->image);
}

/* --- drawing -------------------------------------------------------------------------------- */

/* A texture of a part, which shares the level's pixels. */
static GdkTexture *
texture_of (const Levels *levels,
            const Level  *level,
            const int     part[4])
{
  const gsize begin = part[1] * level->stride + (gsize) part[0] * levels->n_channels;
  const gsize size = (part[3] - 1) * level->stride + (gsize) part[2] * levels->n_channels;
  g_autoptr (GBytes) pixels = g_bytes_new_from_bytes (level->pixels, begin, size);

  return gdk_memory_texture_new (part[2], part[3], levels->format, pixels, level->stride);
}

/* The part of a level that is within seen, when a pixel of the level is step ones of the screen,
 * grown to multiples of grain pixels. */
static void
seen_part (const Level           *level,
           const graphene_rect_t *place,
           const graphene_rect_t *seen,
           double                 step[2],
           int                    grain,
           int                    part[4])
{
  const double begin[2] = { seen->origin.x - place->origin.x, seen->origin.y - place->origin.y };
  const double size[2] = { seen->size.width, seen->size.height };
  const int whole[2] = { level->width, level->height };

  for (guint i = 0; i < 2; i++)
    {
      /* one more on either side: for the renderer's interpolation */
      const int first = (int) floor (begin[i] / step[i]) - 1;
      const int end = (int) ceil ((begin[i] + size[i]) / step[i]) + 1;

      part[i] = MAX (first, 0) / grain * grain;
      part[2 + i] = MIN ((MIN (end, whole[i]) + grain - 1) / grain * grain, whole[i]) - part[i];
    }
}

static void
draw_squares (WeirPyramid           *self,
              GtkSnapshot           *snapshot,
              const graphene_rect_t *place,
              const graphene_rect_t *seen)
{
  const Level *level = &self->own.levels[0];
  double step[2] = { place->size.width / level->width, place->size.height / level->height };
  g_autoptr (GdkTexture) texture = NULL;
  cairo_surface_t *surface;
  cairo_t *cr;
  int part[4];

  seen_part (level, place, seen, step, 1, part);
  texture = texture_of (&self->own, level, part);
  surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, part[2], part[3]);
  gdk_texture_download (texture, cairo_image_surface_get_data (surface),
                        cairo_image_surface_get_stride (surface));
  cairo_surface_mark_dirty (surface);

  cr = gtk_snapshot_append_cairo (snapshot, seen);
  cairo_rectangle (cr, seen->origin.x, seen->origin.y, seen->size.width, seen->size.height);
  cairo_translate (cr, place->origin.x, place->origin.y);
  cairo_scale (cr, step[0], step[1]);
  cairo_set_source_surface (cr, surface, part[0], part[1]);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_fill (cr);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

/* One pixel of many: a small part of a frame's work, where the copies take a tenth of a second. */
static GBytes *
sampled (const Level *large,
         guint        log2)
{
  const guint width = ((large->width - 1) >> log2) + 1, height = ((large->height - 1) >> log2) + 1;
  const guint8 *src = g_bytes_get_data (large->pixels, NULL);
  guint8 *pixels = g_try_malloc_n ((gsize) width * 3, height), *dst = pixels;

  if (!pixels)
    return NULL;
  for (guint y = 0; y < height; y++)
    {
      const guint8 *row = src + ((gsize) y << log2) * large->stride;

      for (guint x = 0; x < width; x++, dst += 3)
        memcpy (dst, row + ((gsize) x << log2) * 3, 3);
    }
  return g_bytes_new_take (pixels, (gsize) width * height * 3);
}

/* What stands in for the copy of this number; NULL if there is no memory for it. */
static Level *
rough_level (WeirPyramid *self,
             guint        log2)
{
  const Level *large = &self->own.levels[0];

  if (!self->rough.pixels || self->rough_log2 != log2)
    {
      clear_level (&self->rough);
      self->rough_log2 = log2;
      self->rough = (Level) {
        .width = ((large->width - 1) >> log2) + 1,
        .height = ((large->height - 1) >> log2) + 1,
        .stride = (((large->width - 1) >> log2) + 1) * (gsize) 3,
        .pixels = sampled (large, log2),
      };
    }
  return self->rough.pixels ? &self->rough : NULL;
}

/* The smallest copy that is at least as large as what is seen: the renderer interpolates between
 * four pixels, so that it must not take less than half of them. step: of the image, becomes the
 * copy's. */
static Level *
choose_level (WeirPyramid *self,
              double       step[2])
{
  guint log2 = 0;
  Level *rough;

  while (MAX (step[0], step[1]) <= 0.5 && (!self->is_ready || log2 + 1 < self->own.n_levels))
    {
      log2++;
      step[0] *= 2;
      step[1] *= 2;
    }
  if (self->is_ready || log2 == 0)
    return &self->own.levels[log2];
  /* half of what is seen: a quarter of the work, and no one looks at it for long */
  rough = rough_level (self, log2 + 1);
  if (rough)
    {
      step[0] *= 2;
      step[1] *= 2;
      return rough;
    }
  step[0] = ldexp (step[0], -(int) log2);
  step[1] = ldexp (step[1], -(int) log2);
  return &self->own.levels[0];
}

static void
draw_smooth (WeirPyramid           *self,
             GtkSnapshot           *snapshot,
             const graphene_rect_t *place,
             const graphene_rect_t *seen)
{
  double step[2] = { place->size.width / self->own.levels[0].width,
                     place->size.height / self->own.levels[0].height };
  Level *level = choose_level (self, step);
  int part[4];

  seen_part (level, place, seen, step, PART, part);
  if (!level->texture || memcmp (level->part, part, sizeof part) != 0)
    {
      g_clear_object (&level->texture);
      level->texture = texture_of (&self->own, level, part);
      memcpy (level->part, part, sizeof part);
    }

  gtk_snapshot_push_clip (snapshot, seen);
  gtk_snapshot_append_texture (snapshot, level->texture,
                               &GRAPHENE_RECT_INIT (place->origin.x + part[0] * step[0],
                                                    place->origin.y + part[1] * step[1],
                                                    part[2] * step[0], part[3] * step[1]));
  gtk_snapshot_pop (snapshot);
}

static void
draw_checkerboard (GtkSnapshot           *snapshot,
                   const graphene_rect_t *place,
                   const graphene_rect_t *seen)
{
  static const GdkRGBA light = { 0.6f, 0.6f, 0.6f, 1 }, dark = { 0.4f, 0.4f, 0.4f, 1 };
  const float x = place->origin.x, y = place->origin.y;

  gtk_snapshot_push_repeat (snapshot, seen, &GRAPHENE_RECT_INIT (x, y, 2 * CHECK, 2 * CHECK));
  gtk_snapshot_append_color (snapshot, &light, &GRAPHENE_RECT_INIT (x, y, 2 * CHECK, 2 * CHECK));
  gtk_snapshot_append_color (snapshot, &dark, &GRAPHENE_RECT_INIT (x + CHECK, y, CHECK, CHECK));
  gtk_snapshot_append_color (snapshot, &dark, &GRAPHENE_RECT_INIT (x, y + CHECK, CHECK, CHECK));
  gtk_snapshot_pop (snapshot);
}

void
weir_pyramid_snapshot (WeirPyramid           *self,
                       GtkSnapshot           *snapshot,
                       const graphene_rect_t *place,
                       const graphene_rect_t *seen,
                       gboolean               is_smooth)
{
  graphene_rect_t drawn;

  g_return_if_fail (WEIR_IS_PYRAMID (self));

  if (self->own.n_levels == 0 || !graphene_rect_intersection (place, seen, &drawn) ||
      drawn.size.width < 1 || drawn.size.height < 1)
    return;
  if (self->own.n_channels == 4)
    draw_checkerboard (snapshot, place, &drawn);
  if (!is_smooth && place->size.width > SQUARES_ABOVE * self->own.levels[0].width)
    draw_squares (self, snapshot, place, &drawn);
  else
    draw_smooth (self, snapshot, place, &drawn);
}
