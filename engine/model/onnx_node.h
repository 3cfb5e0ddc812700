/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A node of an ONNX network while it is appended to a graph: its inputs, its attributes, what it
 * gives. The first refusal sticks to the graph; then inputs are empty and outputs ignored. */

#pragma once

#include "model/onnx_network.h"

G_BEGIN_DECLS

#define CAS_ONNX_MAX_FEW 16 /* whole numbers that the host computes with: shapes, axes */

typedef enum
{
  CAS_ONNX_IS_TENSOR,   /* known when the graph runs */
  CAS_ONNX_IS_CONSTANT, /* floats of the file */
  CAS_ONNX_IS_FEW,      /* whole numbers that are known already, of n_dims 0 or 1 */
} CasOnnxThingKind;

/* What has a name in an ONNX network. */
typedef struct
{
  CasOnnxThingKind     kind;
  guint                n_dims;
  guint64              dims[CAS_ONNX_MAX_DIMS];
  CasTensor            tensor;
  gboolean             is_image; /* dims [n, c, h, w], tensor [n, h, w, c]; else as dims say */
  const CasOnnxTensor *constant;
  gint64               few[CAS_ONNX_MAX_FEW];
  guint                n_few;
} CasOnnxThing;

typedef struct
{
  CasGraph          *g;
  CasOnnxNetwork    *m;
  const CasOnnxNode *node;
  guint              index;
  GHashTable        *things; /* by name */
} CasOnnxScope;

static inline gboolean
cas_onnx_has_failed (const CasOnnxScope *s)
{
  return cas_graph_get_error (s->g) != NULL;
}

/* The graph fails: "FILE: node “NAME” (OPERATOR) …". */
void                cas_onnx_refuse       (CasOnnxScope        *s,
                                           const char          *format,
                                           ...) G_GNUC_PRINTF (2, 3);

/* --- inputs; NULL where one is left out or the graph has failed ----------------------------- */

const CasOnnxThing *cas_onnx_input        (CasOnnxScope        *s,
                                           guint                i);
/* Fails unless it is there and of that kind. */
const CasOnnxThing *cas_onnx_input_tensor (CasOnnxScope        *s,
                                           guint                i);
const CasOnnxThing *cas_onnx_input_image  (CasOnnxScope        *s,
                                           guint                i,
                                           CasOnnxThing        *image);
const CasOnnxThing *cas_onnx_input_few    (CasOnnxScope        *s,
                                           guint                i);
const CasWeight    *cas_onnx_input_weight (CasOnnxScope        *s,
                                           guint                i);

/* --- weights, which live as long as the network --------------------------------------------- */

const CasWeight    *cas_onnx_weight            (CasOnnxScope        *s,
                                                const CasOnnxTensor *tensor);
/* The one number of tensor, n times; tensor itself if it has n. NULL if the graph has failed. */
const CasWeight    *cas_onnx_weight_repeated   (CasOnnxScope        *s,
                                                const CasOnnxTensor *tensor,
                                                guint64              n);
/* [a, b] as [b, a]. */
const CasWeight    *cas_onnx_weight_transposed (CasOnnxScope        *s,
                                                const CasOnnxTensor *tensor);
/* All numbers of a tensor of at most CAS_ONNX_MAX_FEW. */
gboolean            cas_onnx_read_floats       (CasOnnxScope        *s,
                                                const CasOnnxTensor *tensor,
                                                float               *numbers);

/* --- attributes; of another kind they are refused -------------------------------------------- */

gint64              cas_onnx_int          (CasOnnxScope        *s,
                                           const char          *name,
                                           gint64               otherwise);
float               cas_onnx_float        (CasOnnxScope        *s,
                                           const char          *name,
                                           float                otherwise);
const char         *cas_onnx_string       (CasOnnxScope        *s,
                                           const char          *name,
                                           const char          *otherwise);
/* How many there are: 0 where it is missing, at most max. */
guint               cas_onnx_ints         (CasOnnxScope        *s,
                                           const char          *name,
                                           gint64              *ints,
                                           guint                max);

CasOnnxThing       *cas_onnx_thing_new_constant (const CasOnnxTensor *tensor);

/* --- what the node gives -------------------------------------------------------------------- */

void                cas_onnx_give         (CasOnnxScope        *s,
                                           const CasOnnxThing  *thing);
void                cas_onnx_give_image   (CasOnnxScope        *s,
                                           CasTensor            x);
/* x holds dense numbers in the order of dims. */
void                cas_onnx_give_dense   (CasOnnxScope        *s,
                                           CasTensor            x,
                                           guint                n_dims,
                                           const guint64       *dims);
/* As thing, with other numbers. */
void                cas_onnx_give_like    (CasOnnxScope        *s,
                                           const CasOnnxThing  *thing,
                                           CasTensor            x);
void                cas_onnx_give_few     (CasOnnxScope        *s,
                                           guint                n_dims,
                                           const gint64        *few,
                                           guint                n);

/* Numbers of thing in the order of its dims. */
CasTensor           cas_onnx_to_dense     (CasOnnxScope        *s,
                                           const CasOnnxThing  *thing);
guint64             cas_onnx_count        (const guint64       *dims,
                                           guint                n_dims);
/* FALSE, and the graph fails, for what is empty or larger than any network of faces has it. */
gboolean            cas_onnx_check_size   (CasOnnxScope        *s,
                                           guint                n_dims,
                                           const guint64       *dims);

/* --- operators ------------------------------------------------------------------------------ */

typedef void (*CasOnnxOperatorFunc) (CasOnnxScope *s);

typedef struct
{
  const char          *name;
  CasOnnxOperatorFunc  append;
  guint                min_inputs, max_inputs;
  const char          *attributes; /* those that are known, each between spaces */
} CasOnnxOperator;

extern const CasOnnxOperator cas_onnx_layers[]; /* up to one without a name */
extern const CasOnnxOperator cas_onnx_shapes[];

G_END_DECLS
