/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names and shapes as text. */

#include "bench/tensor-list.h"

struct _CasTensorList
{
  GString *text;
  GString *scope;
};

CasTensorList *
cas_tensor_list_new (void)
{
  CasTensorList *list = g_new0 (CasTensorList, 1);

  list->text = g_string_new (NULL);
  list->scope = g_string_new (NULL);
  return list;
}

void
cas_tensor_list_free (CasTensorList *list)
{
  if (list == NULL)
    return;

  g_string_free (list->text, TRUE);
  g_string_free (list->scope, TRUE);
  g_free (list);
}

char *
cas_tensor_list_dup_text (CasTensorList *list)
{
  return g_strdup (list->text->str);
}

void
cas_tensor_list_scope (CasTensorList *list,
                       const char    *format,
                       ...)
{
  va_list args;

  va_start (args, format);
  g_string_vprintf (list->scope, format, args);
  va_end (args);
}

void
cas_tensor_list_add (CasTensorList *list,
                     const char    *format,
                     ...)
{
  va_list args;

  g_string_append (list->text, list->scope->str);
  va_start (args, format);
  g_string_append_vprintf (list->text, format, args);
  va_end (args);
  g_string_append_c (list->text, '\n');
}

void
cas_tensor_list_linear (CasTensorList *list,
                        const char    *name,
                        guint          n_out,
                        guint          n_in)
{
  cas_tensor_list_add (list, "%s.weight %ux%u", name, n_out, n_in);
  cas_tensor_list_add (list, "%s.bias %u", name, n_out);
}

void
cas_tensor_list_add_conv (CasTensorList *list,
                          const char    *prefix,
                          guint          a,
                          guint          b,
                          guint          kernel,
                          guint          n_bias)
{
  cas_tensor_list_add (list, "%sweight %ux%ux%ux%u", prefix, a, b, kernel, kernel);
  cas_tensor_list_add (list, "%sbias %u", prefix, n_bias);
}

void
cas_tensor_list_conv (CasTensorList *list,
                      const char    *name,
                      guint          n_out,
                      guint          n_in,
                      guint          kernel)
{
  g_autofree char *prefix = g_strconcat (name, ".", NULL);

  cas_tensor_list_add_conv (list, prefix, n_out, n_in, kernel, n_out);
}

void
cas_tensor_list_depthwise (CasTensorList *list,
                           const char    *name,
                           guint          c)
{
  g_autofree char *prefix = g_strconcat (name, ".", NULL);

  cas_tensor_list_add_conv (list, prefix, c, 1, 3, c);
}

void
cas_tensor_list_batch_norm (CasTensorList *list,
                            const char    *name,
                            guint          c)
{
  static const char *const vectors[] = { "weight", "bias", "running_mean", "running_var" };

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    cas_tensor_list_add (list, "%s.%s %u", name, vectors[i], c);
  cas_tensor_list_add (list, "%s.num_batches_tracked scalar", name);
}
