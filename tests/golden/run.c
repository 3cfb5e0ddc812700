/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One graph of one case: transposing in, running, transposing out. */

#include "golden/device.h"

#include <string.h>

/* A tensor of the graph and the numbers that belong to it. */
typedef struct
{
  char         *name;
  GoldenLayout  layout;
  CasDtype      dtype;
  CasShape      shape;
  gpointer      values; /* of an input, in the graph's order */
} Port;

struct _GoldenRun
{
  GoldenCase *c;
  CasGraph   *graph;
  CasParams  *params;
  CasWeights *weights;
  GPtrArray  *inputs;  /* Port */
  GPtrArray  *outputs; /* Port */
};

static void
port_free (Port *port)
{
  g_free (port->name);
  g_free (port->values);
  g_free (port);
}

static Port *
port_new (GPtrArray   *ports,
          const char  *name,
          GoldenLayout layout,
          CasShape     shape)
{
  Port *port = g_new0 (Port, 1);

  port->name = g_strdup (name);
  port->layout = layout;
  port->shape = shape;
  g_ptr_array_add (ports, port);
  return port;
}

GoldenRun *
golden_run_new (GoldenCase *c,
                const char *role,
                GError    **error)
{
  g_autoptr (GoldenRun) run = g_new0 (GoldenRun, 1);

  run->c = c;
  run->graph = cas_graph_new (c->name);
  run->inputs = g_ptr_array_new_with_free_func ((GDestroyNotify) port_free);
  run->outputs = g_ptr_array_new_with_free_func ((GDestroyNotify) port_free);
  if (role)
    {
      CasSafetensors *file = golden_case_get_file (c, role, error);
      if (!file)
        return NULL;
      run->weights = cas_weights_new (file, NULL, error);
      if (!run->weights)
        return NULL;
    }
  return g_steal_pointer (&run);
}

void
golden_run_free (GoldenRun *run)
{
  g_clear_pointer (&run->graph, cas_graph_free);
  g_clear_pointer (&run->params, cas_params_free); /* after the graph, which uses it */
  g_clear_pointer (&run->weights, cas_weights_unref);
  g_ptr_array_unref (run->inputs);
  g_ptr_array_unref (run->outputs);
  g_free (run);
}

CasGraph *
golden_run_get_graph (GoldenRun *run)
{
  return run->graph;
}

CasWeights *
golden_run_get_weights (GoldenRun *run)
{
  return run->weights;
}

static gsize
count_elements (CasShape shape)
{
  return (gsize) shape.n * shape.h * shape.w * shape.c;
}

/* Where element (n, h, w, c) of the graph's order lies in the case's. */
static gsize
index_in_case (GoldenLayout layout,
               CasShape     s,
               guint32      n,
               guint32      h,
               guint32      w,
               guint32      c)
{
  if (layout == GOLDEN_NCHW)
    return (((gsize) n * s.c + c) * s.h + h) * s.w + w;
  return (((gsize) n * s.h + h) * s.w + w) * s.c + c;
}

typedef enum
{
  TO_GRAPH,
  TO_CASE,
} Direction;

static void
transpose (float       *in_graph,
           float       *in_case,
           GoldenLayout layout,
           CasShape     s,
           Direction    direction)
{
  gsize i = 0;

  for (guint32 n = 0; n < s.n; n++)
    for (guint32 h = 0; h < s.h; h++)
      for (guint32 w = 0; w < s.w; w++)
        for (guint32 c = 0; c < s.c; c++, i++)
          {
            float *other = &in_case[index_in_case (layout, s, n, h, w, c)];
            if (direction == TO_GRAPH)
              in_graph[i] = *other;
            else
              *other = in_graph[i];
          }
}

static guint
count_dims (GoldenLayout layout)
{
  static const guint n_dims[] = {
    [GOLDEN_NCHW] = 4, [GOLDEN_NHWC] = 4, [GOLDEN_TOKENS] = 3,
    [GOLDEN_ROWS] = 2, [GOLDEN_VECTOR] = 1,
  };

  return n_dims[layout];
}

static CasShape
shape_from_dims (GoldenLayout   layout,
                 const guint64 *dims)
{
  switch (layout)
    {
    case GOLDEN_NCHW:
      return CAS_SHAPE (dims[0], dims[2], dims[3], dims[1]);
    case GOLDEN_TOKENS:
      return CAS_SHAPE (dims[0], 1, dims[1], dims[2]);
    case GOLDEN_ROWS:
      return CAS_SHAPE (dims[0], 1, 1, dims[1]);
    case GOLDEN_VECTOR:
      return CAS_SHAPE (1, 1, 1, dims[0]);
    case GOLDEN_NHWC:
    default:
      return CAS_SHAPE (dims[0], dims[1], dims[2], dims[3]);
    }
}

static void
dims_from_shape (GoldenLayout layout,
                 CasShape     s,
                 guint64      dims[4])
{
  const guint64 by_layout[][4] = {
    [GOLDEN_NCHW] = { s.n, s.c, s.h, s.w },
    [GOLDEN_NHWC] = { s.n, s.h, s.w, s.c },
    [GOLDEN_TOKENS] = { s.n, s.w, s.c },
    [GOLDEN_ROWS] = { s.n, s.c },
    [GOLDEN_VECTOR] = { s.c },
  };

  memcpy (dims, by_layout[layout], sizeof by_layout[layout]);
}

CasTensor
golden_run_input (GoldenRun   *run,
                  const char  *name,
                  GoldenLayout layout)
{
  g_autoptr (GError) error = NULL;
  const GoldenTensor *tensor = golden_case_get_input (run->c, name, &error);

  if (!tensor)
    {
      cas_graph_fail (run->graph, CAS_ERROR_BAD_PARAMETER, "%s", error->message);
      return CAS_NO_TENSOR;
    }
  if (!tensor->f32 || tensor->n_dims != count_dims (layout))
    {
      g_autofree char *shape = golden_tensor_dup_shape (tensor);
      cas_graph_fail (run->graph, CAS_ERROR_BAD_PARAMETER,
                      "input “%s” has shape %s, wanted %u dimensions of real numbers",
                      name, shape, count_dims (layout));
      return CAS_NO_TENSOR;
    }

  CasShape shape = shape_from_dims (layout, tensor->dims);
  Port *port = port_new (run->inputs, name, layout, shape);
  port->values = g_new (float, count_elements (shape));
  transpose (port->values, tensor->f32, layout, shape, TO_GRAPH);
  return cas_graph_input (run->graph, name, CAS_F32, shape);
}

CasTensor
golden_run_values (GoldenRun  *run,
                   const char *name,
                   CasDtype    dtype,
                   CasShape    shape,
                   const void *values)
{
  Port *port = port_new (run->inputs, name, GOLDEN_NHWC, shape);

  port->values = g_memdup2 (values, count_elements (shape) * cas_dtype_size (dtype));
  return cas_graph_input (run->graph, name, dtype, shape);
}

void
golden_run_output (GoldenRun   *run,
                   const char  *name,
                   CasTensor    x,
                   GoldenLayout layout)
{
  port_new (run->outputs, name, layout, x.shape)->dtype = x.dtype;
  cas_graph_output (run->graph, name, x);
}

/* Whole numbers keep the graph's order. */
static gboolean
read_output (GoldenRun  *run,
             const Port *port,
             GError    **error)
{
  const gsize n = count_elements (port->shape);
  g_autofree float *values = g_new (float, n);
  guint64 dims[4];

  G_STATIC_ASSERT (sizeof (gint32) == sizeof (float));

  dims_from_shape (port->layout, port->shape, dims);
  GoldenTensor *output = golden_case_add_output (run->c, port->name,
                                                 port->dtype == CAS_I32 ? CAS_I64 : CAS_F32,
                                                 count_dims (port->layout), dims, error);
  if (!output)
    return FALSE;

  cas_graph_read (run->graph, port->name, values);
  for (gsize i = 0; output->i64 && i < n; i++)
    output->i64[i] = ((const gint32 *) values)[i];
  if (output->f32)
    transpose (values, output->f32, port->layout, port->shape, TO_CASE);
  return TRUE;
}

gboolean
golden_run_finish (GoldenRun *run,
                   GError   **error)
{
  CasCompileParams compile;
  CasRun watch;

  if (run->weights && !cas_weights_check (run->weights, error))
    return FALSE;
  if (!golden_device_prepare (run->c->device, &compile, &watch, error))
    return FALSE;
  run->params = compile.params;
  if (!cas_graph_compile (run->graph, &compile, error))
    return FALSE;

  for (guint i = 0; i < run->inputs->len; i++)
    {
      const Port *port = run->inputs->pdata[i];
      cas_graph_write (run->graph, port->name, port->values);
    }
  if (!cas_run_graph (&watch, run->c->name, run->graph, error))
    return FALSE;

  for (guint i = 0; i < run->outputs->len; i++)
    if (!read_output (run, run->outputs->pdata[i], error))
      return FALSE;
  return TRUE;
}
