/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ONNX operators that compute nothing: they lay numbers out otherwise, or work on shapes, which are
 * known here when the graph is built. */

#include "model/onnx_node.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

/* An axis of n_dims, which may count from the last. */
static gboolean
read_axis (CasOnnxScope *s,
           gint64        axis,
           guint         n_dims,
           guint        *place)
{
  if (axis < 0)
    axis += n_dims;
  if (axis < 0 || axis >= n_dims)
    {
      cas_onnx_refuse (s, _("has an axis that its input has not"));
      return FALSE;
    }

  *place = (guint) axis;
  return TRUE;
}

/* --- tensors ---------------------------------------------------------------------------------- */

static void
append_flatten (CasOnnxScope *s)
{
  const CasOnnxThing *x = cas_onnx_input_tensor (s, 0);
  gint64 axis = cas_onnx_int (s, "axis", 1);

  if (x == NULL || cas_onnx_has_failed (s))
    return;
  if (axis < 0)
    axis += x->n_dims;
  if (axis < 0 || axis > x->n_dims)
    {
      cas_onnx_refuse (s, _("has an axis that its input has not"));
      return;
    }

  guint64 n_rows = cas_onnx_count (x->dims, axis);
  guint64 n_columns = cas_onnx_count (x->dims + axis, x->n_dims - axis);

  cas_onnx_give_dense (s, cas_onnx_to_dense (s, x), 2, (guint64[]) { n_rows, n_columns });
}

/* What 0 (as the input has it) and −1 (what is left) stand for. */
static gboolean
find_dims (CasOnnxScope       *s,
           const CasOnnxThing *x,
           const CasOnnxThing *wanted,
           guint64            *dims)
{
  guint64 n = cas_onnx_count (x->dims, x->n_dims), n_known = 1;
  int open = -1;
  gboolean fits = wanted->n_few <= CAS_ONNX_MAX_DIMS;

  for (guint i = 0; fits && i < wanted->n_few; i++)
    {
      gint64 dim = wanted->few[i];

      if (dim == 0 && i < x->n_dims)
        dim = (gint64) x->dims[i];
      if (dim == -1 && open < 0)
        open = (int) i;
      else
        fits = dim > 0 && g_uint64_checked_mul (&n_known, n_known, dim);
      dims[i] = (guint64) dim;
    }
  if (fits && open >= 0)
    {
      dims[open] = n / n_known;
      n_known *= dims[open];
    }
  if (!fits || n_known != n)
    cas_onnx_refuse (s, _("has a shape that its input does not fit"));
  return fits && n_known == n;
}

static void
append_reshape (CasOnnxScope *s)
{
  const CasOnnxThing *x = cas_onnx_input (s, 0), *wanted = cas_onnx_input_few (s, 1);
  guint64 dims[CAS_ONNX_MAX_DIMS];

  if (cas_onnx_int (s, "allowzero", 0) != 0)
    cas_onnx_refuse (s, _("allows sides of 0, which are not known here"));
  if (x != NULL && x->kind == CAS_ONNX_IS_FEW && wanted != NULL && wanted->n_few <= 1)
    {
      if (find_dims (s, x, wanted, dims))
        cas_onnx_give_few (s, wanted->n_few, x->few, x->n_few);
      return;
    }

  x = cas_onnx_input_tensor (s, 0);
  if (x != NULL && wanted != NULL && find_dims (s, x, wanted, dims))
    cas_onnx_give_dense (s, cas_onnx_to_dense (s, x), wanted->n_few, dims);
}

static gboolean
is_order (const gint64 *order,
          guint         n,
          const gint64 *wanted,
          guint         n_wanted)
{
  return n == n_wanted && memcmp (order, wanted, n * sizeof *order) == 0;
}

/* The last two axes change places, all others stay. */
static void
swap_last (CasOnnxScope       *s,
           const CasOnnxThing *x)
{
  guint n = x->n_dims;
  guint64 rows = x->dims[n - 2], columns = x->dims[n - 1];
  guint64 dims[CAS_ONNX_MAX_DIMS];
  CasShape shape = CAS_SHAPE ((guint32) cas_onnx_count (x->dims, n - 2), 1, (guint32) rows,
                              (guint32) columns);
  CasTensor dense = cas_tensor_reshape (s->g, cas_onnx_to_dense (s, x), shape);

  memcpy (dims, x->dims, n * sizeof *dims);
  dims[n - 2] = columns;
  dims[n - 1] = rows;
  cas_onnx_give_dense (s, cas_op_transpose (s->g, dense), n, dims);
}

static gboolean
is_swap_of_last (const gint64 *order,
                 guint         n)
{
  for (guint i = 0; i + 2 < n; i++)
    if (order[i] != i)
      return FALSE;

  return n >= 2 && order[n - 2] == n - 1 && order[n - 1] == n - 2;
}

static void
append_transpose (CasOnnxScope *s)
{
  static const gint64 to_last[] = { 0, 2, 3, 1 }, to_first[] = { 0, 3, 1, 2 };
  static const gint64 same[] = { 0, 1, 2, 3, 4, 5 };
  const CasOnnxThing *x = cas_onnx_input_tensor (s, 0);
  gint64 order[CAS_ONNX_MAX_DIMS];
  guint n = cas_onnx_ints (s, "perm", order, CAS_ONNX_MAX_DIMS);

  if (x == NULL || cas_onnx_has_failed (s))
    return;
  for (; cas_onnx_node_lookup (s->node, "perm") == NULL && n < x->n_dims; n++)
    order[n] = x->n_dims - 1 - n;

  if (is_order (order, n, same, x->n_dims))
    cas_onnx_give (s, x);
  else if (x->is_image && is_order (order, n, to_last, 4))
    cas_onnx_give_dense (s, x->tensor, 4,
                         (guint64[]) { x->dims[0], x->dims[2], x->dims[3], x->dims[1] });
  else if (!x->is_image && x->n_dims == 4 && is_order (order, n, to_first, 4))
    cas_onnx_give_image (s, cas_tensor_reshape (s->g, x->tensor,
                                                CAS_SHAPE (x->dims[0], x->dims[1], x->dims[2],
                                                           x->dims[3])));
  else if (n == x->n_dims && is_swap_of_last (order, n))
    swap_last (s, x);
  else
    cas_onnx_refuse (s, _("changes the order of axes in a way that is not known here"));
}

/* a and b one after another along an axis, as rows of what lies behind it. */
static CasTensor
join (CasOnnxScope       *s,
      CasTensor           a,
      const CasOnnxThing *b,
      guint               axis)
{
  guint64 n_rows = cas_onnx_count (b->dims, axis);
  guint64 n_columns = cas_onnx_count (b->dims + axis, b->n_dims - axis);
  CasTensor x = cas_tensor_reshape (s->g, cas_onnx_to_dense (s, b),
                                    CAS_SHAPE (1, 1, (guint32) n_rows, (guint32) n_columns));

  return cas_tensor_is_set (a) ? cas_op_concat (s->g, a, x) : x;
}

static gboolean
fits_beside (const CasOnnxThing *a,
             const CasOnnxThing *b,
             guint               axis)
{
  for (guint i = 0; i < MIN (a->n_dims, b->n_dims); i++)
    if (i != axis && a->dims[i] != b->dims[i])
      return FALSE;

  return a->n_dims == b->n_dims;
}

static void
concat_tensors (CasOnnxScope *s)
{
  const CasOnnxThing *first = cas_onnx_input_tensor (s, 0);
  CasTensor y = CAS_NO_TENSOR;
  CasOnnxThing sum;
  guint axis;
  gboolean are_channels;

  if (first == NULL || !read_axis (s, cas_onnx_int (s, "axis", G_MAXINT64), first->n_dims, &axis))
    return;

  sum = *first;
  sum.dims[axis] = 0;
  are_channels = first->is_image && axis == 1;
  for (guint i = 0; i < s->node->inputs->len; i++)
    {
      const CasOnnxThing *x = cas_onnx_input_tensor (s, i);

      if (x == NULL)
        return;
      if (!fits_beside (first, x, axis) || x->dims[axis] > G_MAXINT32)
        {
          cas_onnx_refuse (s, _("has inputs of shapes that do not fit"));
          return;
        }
      sum.dims[axis] += x->dims[axis];
      are_channels = are_channels && x->is_image;
    }
  if (!cas_onnx_check_size (s, sum.n_dims, sum.dims))
    return;

  for (guint i = 0; i < s->node->inputs->len && !cas_onnx_has_failed (s); i++)
    {
      const CasOnnxThing *x = cas_onnx_input_tensor (s, i);

      if (!are_channels)
        y = join (s, y, x, axis);
      else
        y = i > 0 ? cas_op_concat (s->g, y, x->tensor) : x->tensor;
    }
  if (are_channels)
    cas_onnx_give_image (s, y);
  else
    cas_onnx_give_dense (s, y, sum.n_dims, sum.dims);
}

/* --- shapes ----------------------------------------------------------------------------------- */

static void
concat_few (CasOnnxScope *s)
{
  gint64 few[CAS_ONNX_MAX_FEW];
  guint n = 0;

  cas_onnx_int (s, "axis", 0);
  for (guint i = 0; i < s->node->inputs->len; i++)
    {
      const CasOnnxThing *x = cas_onnx_input_few (s, i);

      if (x == NULL)
        return;
      if (x->n_dims != 1 || n + x->n_few > CAS_ONNX_MAX_FEW)
        {
          cas_onnx_refuse (s, _("puts together what is no row of at most %d whole numbers"),
                           CAS_ONNX_MAX_FEW);
          return;
        }
      memcpy (few + n, x->few, x->n_few * sizeof *few);
      n += x->n_few;
    }
  cas_onnx_give_few (s, 1, few, n);
}

static void
append_concat (CasOnnxScope *s)
{
  const CasOnnxThing *x = cas_onnx_input (s, 0);

  if (x != NULL && x->kind == CAS_ONNX_IS_FEW)
    concat_few (s);
  else
    concat_tensors (s);
}

static void
append_constant (CasOnnxScope *s)
{
  const CasOnnxAttribute *tensor = cas_onnx_node_lookup (s->node, "value");
  const CasOnnxAttribute *number = cas_onnx_node_lookup (s->node, "value_int");
  gint64 few[CAS_ONNX_MAX_FEW];

  if (tensor != NULL && tensor->kind == CAS_ONNX_TENSOR && number == NULL)
    {
      g_autofree CasOnnxThing *thing = cas_onnx_thing_new_constant (tensor->tensor);

      cas_onnx_give (s, thing);
    }
  else if (number != NULL && tensor == NULL)
    cas_onnx_give_few (s, 0, (gint64[]) { cas_onnx_int (s, "value_int", 0) }, 1);
  else if (cas_onnx_node_lookup (s->node, "value_ints") != NULL)
    {
      guint n = cas_onnx_ints (s, "value_ints", few, CAS_ONNX_MAX_FEW);

      cas_onnx_give_few (s, 1, few, n);
    }
  else
    cas_onnx_refuse (s, _("has no value"));
}

static void
append_shape (CasOnnxScope *s)
{
  const CasOnnxThing *x = cas_onnx_input_tensor (s, 0);
  gint64 few[CAS_ONNX_MAX_DIMS];

  if (x == NULL)
    return;
  for (guint i = 0; i < x->n_dims; i++)
    few[i] = (gint64) x->dims[i];
  cas_onnx_give_few (s, 1, few, x->n_dims);
}

static void
append_gather (CasOnnxScope *s)
{
  const CasOnnxThing *x = cas_onnx_input_few (s, 0), *places = cas_onnx_input_few (s, 1);
  gint64 few[CAS_ONNX_MAX_FEW];

  if (x == NULL || places == NULL)
    return;
  if (cas_onnx_int (s, "axis", 0) != 0 || x->n_dims != 1)
    cas_onnx_refuse (s, _("looks up something else than numbers of a row"));

  for (guint i = 0; i < places->n_few && !cas_onnx_has_failed (s); i++)
    {
      guint place;

      if (read_axis (s, places->few[i], x->n_few, &place))
        few[i] = x->few[place];
    }
  if (!cas_onnx_has_failed (s))
    cas_onnx_give_few (s, places->n_dims, few, places->n_few);
}

/* Numbers of the attribute, or of input i in files of later versions. */
static guint
read_few (CasOnnxScope *s,
          const char   *name,
          guint         i,
          gint64       *few)
{
  const CasOnnxThing *thing;

  if (cas_onnx_node_lookup (s->node, name) != NULL || cas_onnx_input (s, i) == NULL)
    return cas_onnx_ints (s, name, few, CAS_ONNX_MAX_FEW);
  thing = cas_onnx_input_few (s, i);
  if (thing == NULL)
    return 0;

  memcpy (few, thing->few, thing->n_few * sizeof *few);
  return thing->n_few;
}

static guint
clamp_place (gint64 place,
             guint  n)
{
  if (place < 0)
    place += n;
  return (guint) CLAMP (place, 0, n);
}

static void
append_slice (CasOnnxScope *s)
{
  const CasOnnxThing *x = cas_onnx_input_few (s, 0);
  gint64 starts[CAS_ONNX_MAX_FEW], ends[CAS_ONNX_MAX_FEW];
  gint64 axes[CAS_ONNX_MAX_FEW] = { 0 }, steps[CAS_ONNX_MAX_FEW] = { 1 };
  guint n_starts = read_few (s, "starts", 1, starts), n_ends = read_few (s, "ends", 2, ends);
  guint n_axes = read_few (s, "axes", 3, axes), n_steps = read_few (s, "steps", 4, steps);

  if (x == NULL || cas_onnx_has_failed (s))
    return;
  if (x->n_dims != 1 || n_starts != 1 || n_ends != 1 || n_axes > 1 || n_steps > 1
      || (axes[0] != 0 && axes[0] != -1) || steps[0] != 1)
    {
      cas_onnx_refuse (s, _("takes something else than a part of a row"));
      return;
    }

  guint first = clamp_place (starts[0], x->n_few), end = clamp_place (ends[0], x->n_few);
  cas_onnx_give_few (s, 1, x->few + first, end > first ? end - first : 0);
}

/* Between one number and a row of one. */
static void
append_unsqueeze (CasOnnxScope *s)
{
  const CasOnnxThing *x = cas_onnx_input_few (s, 0);
  gint64 axes[CAS_ONNX_MAX_FEW];
  guint n_axes = read_few (s, "axes", 1, axes);

  if (x == NULL || cas_onnx_has_failed (s))
    return;
  if (x->n_dims != 0 || n_axes != 1 || (axes[0] != 0 && axes[0] != -1))
    cas_onnx_refuse (s, _("makes something else than a row of one number"));
  else
    cas_onnx_give_few (s, 1, x->few, x->n_few);
}

static void
append_squeeze (CasOnnxScope *s)
{
  const CasOnnxThing *x = cas_onnx_input_few (s, 0);
  gint64 axes[CAS_ONNX_MAX_FEW] = { 0 };
  guint n_axes = read_few (s, "axes", 1, axes);

  if (x == NULL || cas_onnx_has_failed (s))
    return;
  if (x->n_dims != 1 || x->n_few != 1 || n_axes > 1 || (axes[0] != 0 && axes[0] != -1))
    cas_onnx_refuse (s, _("takes something else than the one number of a row"));
  else
    cas_onnx_give_few (s, 0, x->few, x->n_few);
}

static void
append_cast (CasOnnxScope *s)
{
  const CasOnnxThing *x = cas_onnx_input_few (s, 0);
  gint64 type = cas_onnx_int (s, "to", 0);

  if (x == NULL || cas_onnx_has_failed (s))
    return;
  if (type != 6 && type != 7) /* int32, int64 */
    cas_onnx_refuse (s, _("makes whole numbers into others of type %" PRId64
                          ", known are 6 (int32) and 7 (int64)"), type);
  else
    cas_onnx_give (s, x);
}

const CasOnnxOperator cas_onnx_shapes[] = {
  { "Cast", append_cast, 1, 1, " to " },
  { "Concat", append_concat, 1, CAS_ONNX_MAX_TIES, " axis " },
  { "Constant", append_constant, 0, 0, " value value_int value_ints " },
  { "Flatten", append_flatten, 1, 1, " axis " },
  { "Gather", append_gather, 2, 2, " axis " },
  { "Reshape", append_reshape, 2, 2, " allowzero " },
  { "Shape", append_shape, 1, 1, "" },
  { "Slice", append_slice, 1, 5, " starts ends axes steps " },
  { "Squeeze", append_squeeze, 1, 2, " axes " },
  { "Transpose", append_transpose, 1, 1, " perm " },
  { "Unsqueeze", append_unsqueeze, 1, 2, " axes " },
  { NULL },
};
