/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes ONNX files for tests: what is asked for, right or wrong. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _OnnxWriter OnnxWriter;

/* A model for version 11 of the operators. */
OnnxWriter *onnx_writer_new    (void);
void        onnx_writer_free   (OnnxWriter    *w);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OnnxWriter, onnx_writer_free)

void        onnx_set_opset     (OnnxWriter    *w,
                                gint64         version);
/* −1 for a side that is given. */
void        onnx_add_input     (OnnxWriter    *w,
                                const char    *name,
                                guint          n_dims,
                                const gint64  *dims);
void        onnx_add_output    (OnnxWriter    *w,
                                const char    *name);
void        onnx_add_floats    (OnnxWriter    *w,
                                const char    *name,
                                guint          n_dims,
                                const gint64  *dims,
                                const float   *values);
/* The same as float_data, not raw_data. */
void        onnx_add_float_data (OnnxWriter   *w,
                                 const char   *name,
                                 guint         n_dims,
                                 const gint64 *dims,
                                 const float  *values);
/* A row of them, or one: n_dims 0. */
void        onnx_add_ints      (OnnxWriter    *w,
                                const char    *name,
                                guint          n_dims,
                                const gint64  *values,
                                guint          n);

/* Names between commas; the attributes that follow are its own. */
void        onnx_add_node      (OnnxWriter    *w,
                                const char    *name,
                                const char    *operator,
                                const char    *inputs,
                                const char    *outputs);
void        onnx_set_domain    (OnnxWriter    *w,
                                const char    *domain);
void        onnx_set_int       (OnnxWriter    *w,
                                const char    *name,
                                gint64         value);
void        onnx_set_ints      (OnnxWriter    *w,
                                const char    *name,
                                const gint64  *values,
                                guint          n);
void        onnx_set_float     (OnnxWriter    *w,
                                const char    *name,
                                float          value);
void        onnx_set_string    (OnnxWriter    *w,
                                const char    *name,
                                const char    *value);
/* The attribute “value” of a Constant: a row of whole numbers. */
void        onnx_set_value     (OnnxWriter    *w,
                                const gint64  *values,
                                guint          n);

/* Any field of the graph's message. */
void        onnx_add_raw       (OnnxWriter    *w,
                                guint          field,
                                const void    *data,
                                gsize          size);

GBytes     *onnx_writer_finish (OnnxWriter    *w);

G_END_DECLS
