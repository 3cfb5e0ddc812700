/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The way through an ONNX network: nodes in the order of the file, values by name. */

#include "model/onnx_network.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "cascade/error.h"
#include "model/onnx_node.h"

#define MAX_REPEATED 65536 /* channels of one number */
#define MIN_OPSET 7 /* before, sums had a rule of their own for unequal shapes */

struct _CasOnnxNetwork
{
  CasOnnx            *onnx;
  const CasOnnxValue *input;
  GHashTable         *weights;     /* CasOnnxTensor → CasWeight */
  GHashTable         *transposed;  /* the same */
  GPtrArray          *own_weights; /* with numbers of their own */
};

/* --- the file --------------------------------------------------------------------------------- */

static const CasOnnxOperator *
find_operator (const char *name)
{
  const CasOnnxOperator *const tables[] = { cas_onnx_layers, cas_onnx_shapes };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    for (const CasOnnxOperator *o = tables[i]; o->name != NULL; o++)
      if (strcmp (o->name, name) == 0)
        return o;

  return NULL;
}

static gboolean
is_known (const CasOnnxOperator *operator,
          const char            *attribute)
{
  g_autofree char *word = g_strdup_printf (" %s ", attribute);

  return *attribute != '\0' && strchr (attribute, ' ') == NULL
         && strstr (operator->attributes, word) != NULL;
}

static gboolean
check_node (const CasOnnx     *onnx,
            const CasOnnxNode *node,
            guint              index,
            GError           **error)
{
  gboolean is_own = *node->domain == '\0' || strcmp (node->domain, "ai.onnx") == 0;
  const CasOnnxOperator *operator = is_own ? find_operator (node->operator) : NULL;

  if (operator == NULL)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                   _("%s: node %u “%s” is the operator “%s%s%s”, which is not known here."),
                   onnx->file, index, node->name, node->domain, *node->domain != '\0' ? "." : "",
                   node->operator);
      return FALSE;
    }
  if (node->inputs->len < operator->min_inputs || node->inputs->len > operator->max_inputs
      || node->outputs->len == 0)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                   _("%s: node %u “%s” (%s) has %u inputs and %u outputs, wanted %u to %u inputs."),
                   onnx->file, index, node->name, node->operator, node->inputs->len,
                   node->outputs->len, operator->min_inputs, operator->max_inputs);
      return FALSE;
    }

  for (guint i = 0; i < node->attributes->len; i++)
    {
      const char *name = g_array_index (node->attributes, CasOnnxAttribute, i).name;

      if (!is_known (operator, name))
        {
          g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                       _("%s: node %u “%s” (%s) has the attribute “%s”, which is not known here."),
                       onnx->file, index, node->name, node->operator, name);
          return FALSE;
        }
    }
  return TRUE;
}

/* The one input that is no tensor of the file. */
static gboolean
find_input (CasOnnxNetwork *m,
            GError        **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_inputs = 0;

  for (guint i = 0; i < m->onnx->tensors->len; i++)
    g_hash_table_add (names, (gpointer) g_array_index (m->onnx->tensors, CasOnnxTensor, i).name);
  for (guint i = 0; i < m->onnx->inputs->len; i++)
    {
      const CasOnnxValue *value = &g_array_index (m->onnx->inputs, CasOnnxValue, i);

      if (g_hash_table_contains (names, value->name))
        continue;
      m->input = value;
      n_inputs++;
    }

  if (n_inputs != 1 || m->onnx->outputs->len == 0)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                   _("%s has %u inputs and %u outputs, a network of faces has one input, a "
                     "picture, and at least one output."), m->onnx->file, n_inputs,
                   m->onnx->outputs->len);
      return FALSE;
    }
  return TRUE;
}

CasOnnxNetwork *
cas_onnx_network_new (CasOnnx *onnx,
                      GError **error)
{
  g_autoptr (CasOnnxNetwork) m = g_new0 (CasOnnxNetwork, 1);

  m->onnx = onnx;
  m->weights = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  m->transposed = g_hash_table_new (NULL, NULL);
  m->own_weights = g_ptr_array_new_with_free_func (g_free);

  if (onnx->opset < MIN_OPSET)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                   _("%s is for version %" PRId64 " of ONNX's operators, at least %d is "
                     "wanted."), onnx->file, onnx->opset, MIN_OPSET);
      return NULL;
    }
  if (!find_input (m, error))
    return NULL;
  for (guint i = 0; i < onnx->nodes->len; i++)
    if (!check_node (onnx, &g_array_index (onnx->nodes, CasOnnxNode, i), i, error))
      return NULL;

  return g_steal_pointer (&m);
}

CasOnnxNetwork *
cas_onnx_network_open (const char *path,
                       GError    **error)
{
  CasOnnx *onnx = cas_onnx_open (path, error);

  return onnx != NULL ? cas_onnx_network_new (onnx, error) : NULL;
}

void
cas_onnx_network_free (CasOnnxNetwork *m)
{
  if (m == NULL)
    return;

  g_clear_pointer (&m->weights, g_hash_table_unref);
  g_clear_pointer (&m->transposed, g_hash_table_unref);
  g_clear_pointer (&m->own_weights, g_ptr_array_unref);
  g_clear_pointer (&m->onnx, cas_onnx_free);
  g_free (m);
}

const char *
cas_onnx_network_get_file (CasOnnxNetwork *m)
{
  return m->onnx->file;
}

guint
cas_onnx_network_get_n_outputs (CasOnnxNetwork *m)
{
  return m->onnx->outputs->len;
}

/* --- weights ---------------------------------------------------------------------------------- */

static gboolean
read_tensor (const CasWeight *weight,
             guint64          offset,
             void            *dst,
             gsize            size,
             GError         **error)
{
  const CasOnnxTensor *tensor = weight->source;

  memcpy (dst, tensor->data + offset, size);
  return TRUE;
}

const CasWeight *
cas_onnx_weight (CasOnnxScope        *s,
                 const CasOnnxTensor *tensor)
{
  CasWeight *weight = g_hash_table_lookup (s->m->weights, tensor);

  if (weight != NULL)
    return weight;

  weight = g_new0 (CasWeight, 1);
  weight->name = tensor->name;
  weight->file = s->m->onnx->file;
  weight->dtype = tensor->dtype;
  weight->n_dims = tensor->n_dims;
  memcpy (weight->dims, tensor->dims, sizeof tensor->dims);
  weight->read = read_tensor;
  weight->source = (gpointer) tensor;
  g_hash_table_insert (s->m->weights, (gpointer) tensor, weight);
  return weight;
}

typedef struct
{
  CasWeight weight; /* first, so that it is what is freed */
  float     v[];
} OwnWeight;

static gboolean
read_own (const CasWeight *weight,
          guint64          offset,
          void            *dst,
          gsize            size,
          GError         **error)
{
  memcpy (dst, (const char *) ((const OwnWeight *) weight)->v + offset, size);
  return TRUE;
}

/* A weight in f32 whose numbers the caller writes; NULL, and the graph fails, if there is no
 * memory. */
static OwnWeight *
add_own (CasOnnxScope  *s,
         const char    *name,
         guint          n_dims,
         const guint64 *dims)
{
  gsize size = sizeof (OwnWeight) + cas_onnx_count (dims, n_dims) * sizeof (float);
  OwnWeight *own = g_try_malloc0 (size);

  if (own == NULL)
    {
      cas_graph_fail (s->g, CAS_ERROR_OUT_OF_HOST_MEMORY,
                      _("%s: there is no memory to read tensor “%s”."), s->m->onnx->file, name);
      return NULL;
    }

  own->weight.name = name;
  own->weight.file = s->m->onnx->file;
  own->weight.n_dims = n_dims;
  memcpy (own->weight.dims, dims, n_dims * sizeof *dims);
  own->weight.read = read_own;
  g_ptr_array_add (s->m->own_weights, own);
  return own;
}

gboolean
cas_onnx_read_floats (CasOnnxScope        *s,
                      const CasOnnxTensor *tensor,
                      float               *numbers)
{
  g_autoptr (GError) error = NULL;

  if (!cas_weight_read_f32 (cas_onnx_weight (s, tensor), 0, numbers, tensor->n_elements, &error))
    cas_graph_fail (s->g, error->code, "%s", error->message);
  return !cas_onnx_has_failed (s);
}

const CasWeight *
cas_onnx_weight_repeated (CasOnnxScope        *s,
                          const CasOnnxTensor *tensor,
                          guint64              n)
{
  float number;

  if (tensor->n_elements == n)
    return cas_onnx_weight (s, tensor);
  if (n > MAX_REPEATED)
    {
      cas_onnx_refuse (s, _("has one number for more channels than %d"), MAX_REPEATED);
      return NULL;
    }
  if (!cas_onnx_read_floats (s, tensor, &number))
    return NULL;

  OwnWeight *own = add_own (s, tensor->name, 1, &n);
  for (guint64 i = 0; own != NULL && i < n; i++)
    own->v[i] = number;
  return own != NULL ? &own->weight : NULL;
}

const CasWeight *
cas_onnx_weight_transposed (CasOnnxScope        *s,
                            const CasOnnxTensor *tensor)
{
  const CasWeight *weight = cas_onnx_weight (s, tensor);
  guint64 n_rows = tensor->dims[0], n_columns = tensor->dims[1];
  OwnWeight *own = g_hash_table_lookup (s->m->transposed, tensor);

  if (own != NULL)
    return &own->weight;

  own = add_own (s, tensor->name, 2, (guint64[]) { n_columns, n_rows });
  g_autofree float *row = g_try_new (float, MAX (n_columns, 1));
  g_autoptr (GError) error = NULL;

  if (own == NULL || row == NULL)
    {
      cas_graph_fail (s->g, CAS_ERROR_OUT_OF_HOST_MEMORY,
                      _("%s: there is no memory to read tensor “%s”."), s->m->onnx->file,
                      tensor->name);
      return NULL;
    }

  for (guint64 i = 0; i < n_rows; i++)
    {
      if (!cas_weight_read_f32 (weight, i * n_columns, row, n_columns, &error))
        {
          cas_graph_fail (s->g, error->code, "%s", error->message);
          return NULL;
        }
      for (guint64 j = 0; j < n_columns; j++)
        own->v[j * n_rows + i] = row[j];
    }
  g_hash_table_insert (s->m->transposed, (gpointer) tensor, own);
  return &own->weight;
}

/* --- forward ---------------------------------------------------------------------------------- */

static void
define (CasOnnxScope *s,
        const char   *name,
        CasOnnxThing *thing) /* taken */
{
  if (g_hash_table_contains (s->things, name))
    cas_graph_fail (s->g, CAS_ERROR_BAD_MODEL, _("%s: “%s” is there twice."), s->m->onnx->file,
                    name);
  g_hash_table_replace (s->things, (gpointer) name, thing);
}

static void
define_input (CasOnnxScope *s,
              CasTensor     x)
{
  const CasOnnxValue *input = s->m->input;
  const gint64 found[] = { x.shape.n, x.shape.c, x.shape.h, x.shape.w };
  CasOnnxThing *thing = g_new0 (CasOnnxThing, 1);
  gboolean fits = input->n_dims == 4;

  thing->tensor = x;
  thing->is_image = TRUE;
  thing->n_dims = 4;
  for (guint i = 0; i < 4; i++)
    {
      fits = fits && (input->dims[i] == -1 || input->dims[i] == found[i]);
      thing->dims[i] = found[i];
    }
  if (!fits)
    {
      g_autoptr (GString) wanted = g_string_new (NULL);

      for (guint i = 0; i < input->n_dims; i++)
        g_string_append_printf (wanted, "%s%" PRId64, i > 0 ? ", " : "", input->dims[i]);
      cas_graph_fail (s->g, CAS_ERROR_BAD_MODEL,
                      _("%s: the input “%s” is [%s], where −1 is any number; it has to take "
                        "[%u, %u, %u, %u]."), s->m->onnx->file, input->name, wanted->str, x.shape.n,
                      x.shape.c, x.shape.h, x.shape.w);
    }
  define (s, input->name, thing);
}

static void
take_output (CasOnnxScope  *s,
             const char    *name,
             CasOnnxOutput *output)
{
  const CasOnnxThing *thing = g_hash_table_lookup (s->things, name);

  *output = (CasOnnxOutput) { 0 };
  if (cas_onnx_has_failed (s))
    return;
  if (thing == NULL || thing->kind != CAS_ONNX_IS_TENSOR)
    {
      cas_graph_fail (s->g, CAS_ERROR_BAD_MODEL, _("%s: no node gives the output “%s”."),
                      s->m->onnx->file, name);
      return;
    }

  output->n_dims = thing->n_dims;
  memcpy (output->dims, thing->dims, sizeof output->dims);
  output->tensor = cas_onnx_to_dense (s, thing);
}

void
cas_onnx_network_forward (CasGraph       *g,
                          CasOnnxNetwork *m,
                          CasTensor       x,
                          CasOnnxOutput  *outputs)
{
  g_autoptr (GHashTable) things = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  CasOnnxScope s = { .g = g, .m = m, .things = things };

  define_input (&s, x);
  for (guint i = 0; i < m->onnx->tensors->len; i++)
    {
      const CasOnnxTensor *tensor = &g_array_index (m->onnx->tensors, CasOnnxTensor, i);

      define (&s, tensor->name, cas_onnx_thing_new_constant (tensor));
    }

  for (guint i = 0; i < m->onnx->nodes->len && !cas_onnx_has_failed (&s); i++)
    {
      s.node = &g_array_index (m->onnx->nodes, CasOnnxNode, i);
      s.index = i;
      cas_graph_push_scope (g, "%u", i);
      find_operator (s.node->operator)->append (&s);
      cas_graph_pop_scope (g);
    }

  for (guint i = 0; i < m->onnx->outputs->len; i++)
    take_output (&s, g_array_index (m->onnx->outputs, CasOnnxValue, i).name, &outputs[i]);
}

void
cas_onnx_give (CasOnnxScope       *s,
               const CasOnnxThing *thing)
{
  CasOnnxThing *copy;

  if (cas_onnx_has_failed (s))
    return;

  for (guint i = 1; i < s->node->outputs->len; i++)
    if (*(const char *) s->node->outputs->pdata[i] != '\0'
        && strcmp (s->node->operator, "Dropout") != 0)
      {
        cas_onnx_refuse (s, _("has more than one output"));
        return;
      }
  copy = g_new (CasOnnxThing, 1);
  *copy = *thing;
  define (s, s->node->outputs->pdata[0], copy);
}

void
cas_onnx_refuse (CasOnnxScope *s,
                 const char   *format,
                 ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *why = g_strdup_vprintf (format, args);
  va_end (args);
  cas_graph_fail (s->g, CAS_ERROR_BAD_MODEL, _("%s: node %u “%s” (%s) %s."), s->m->onnx->file,
                  s->index, s->node->name, s->node->operator, why);
}
