/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A list of tensors being written: a line of name and shape each, for
 * cas_weights_new_from_list(). */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _CasTensorList CasTensorList;

CasTensorList *cas_tensor_list_new        (void);
void           cas_tensor_list_free       (CasTensorList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasTensorList, cas_tensor_list_free)

/* Free with g_free(). */
char          *cas_tensor_list_dup_text   (CasTensorList *list);

/* Names begin with this from now on: "down_blocks.0.2." or "". */
void           cas_tensor_list_scope      (CasTensorList *list,
                                           const char    *format,
                                           ...) G_GNUC_PRINTF (2, 3);

/* "NAME 16x2048x1x1" */
void           cas_tensor_list_add        (CasTensorList *list,
                                           const char    *format,
                                           ...) G_GNUC_PRINTF (2, 3);

/* Weight and bias of NAME. */
void           cas_tensor_list_linear     (CasTensorList *list,
                                           const char    *name,
                                           guint          n_out,
                                           guint          n_in);
void           cas_tensor_list_conv       (CasTensorList *list,
                                           const char    *name,
                                           guint          n_out,
                                           guint          n_in,
                                           guint          kernel);
void           cas_tensor_list_depthwise  (CasTensorList *list,
                                           const char    *name,
                                           guint          c);

/* A weight of a × b × kernel × kernel and its bias; prefix is "" or ends in a dot. */
void           cas_tensor_list_add_conv   (CasTensorList *list,
                                           const char    *prefix,
                                           guint          a,
                                           guint          b,
                                           guint          kernel,
                                           guint          n_bias);

void           cas_tensor_list_batch_norm (CasTensorList *list,
                                           const char    *name,
                                           guint          c);

G_END_DECLS
