/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes safetensors files. */

#include "base/file.h"
#include "cascade/error.h"
#include "io/json-text.h"
#include "io/safetensors.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

static gboolean
get_size (const CasSafetensorsTensor *tensor,
          guint64                    *size)
{
  if (tensor->n_dims > CAS_SAFETENSORS_MAX_DIMS)
    return FALSE;

  *size = cas_dtype_size (tensor->dtype);
  for (guint i = 0; i < tensor->n_dims; i++)
    if (!g_uint64_checked_mul (size, *size, tensor->dims[i]))
      return FALSE;
  return *size <= G_MAXSSIZE;
}

/* Names that our own reader would refuse are not written. */
static gboolean
is_good_name (const char *name)
{
  if (strlen (name) > 1024 || !g_utf8_validate (name, -1, NULL))
    return FALSE;
  for (const char *c = name; *c != '\0'; c = g_utf8_next_char (c))
    if (g_unichar_iscntrl (g_utf8_get_char (c)))
      return FALSE;
  return TRUE;
}

static void
append_separator (GString *header)
{
  if (header->len > 1)
    g_string_append_c (header, ',');
}

static gboolean
append_metadata (GString           *header,
                 const char *const *metadata,
                 GError           **error)
{
  if (metadata == NULL || metadata[0] == NULL)
    return TRUE;

  g_string_append (header, "\"__metadata__\":{");
  for (guint i = 0; metadata[i] != NULL; i += 2)
    {
      const char *key = metadata[i], *value = metadata[i + 1];

      g_return_val_if_fail (value != NULL, FALSE);
      if (!is_good_name (key) || !g_utf8_validate (value, -1, NULL))
        {
          g_set_error_literal (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                               _("The metadata of a model file are not UTF-8 text."));
          return FALSE;
        }
      if (i > 0)
        g_string_append_c (header, ',');
      cas_json_append_string (header, key);
      g_string_append_c (header, ':');
      cas_json_append_string (header, value);
    }
  g_string_append_c (header, '}');
  return TRUE;
}

static gboolean
append_tensor (GString                    *header,
               const CasSafetensorsTensor *tensor,
               guint64                    *offset,
               GError                    **error)
{
  guint64 size, end;

  if (!is_good_name (tensor->name) || strcmp (tensor->name, "__metadata__") == 0)
    {
      g_set_error_literal (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                           _("A tensor has a name that no model file may hold."));
      return FALSE;
    }
  if (!get_size (tensor, &size) || !g_uint64_checked_add (&end, *offset, size))
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                   _("Tensor “%s” is too large for a file."), tensor->name);
      return FALSE;
    }

  append_separator (header);
  cas_json_append_string (header, tensor->name);
  g_string_append_printf (header, ":{\"dtype\":\"%s\",\"shape\":[", cas_dtype_name (tensor->dtype));
  for (guint i = 0; i < tensor->n_dims; i++)
    g_string_append_printf (header, "%s%" PRIu64, i > 0 ? "," : "", tensor->dims[i]);
  g_string_append_printf (header, "],\"data_offsets\":[%" PRIu64 ",%" PRIu64 "]}", *offset, end);
  *offset = end;
  return TRUE;
}

static gboolean
check_names (const CasSafetensorsTensor *tensors,
             guint                       n_tensors,
             GError                    **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < n_tensors; i++)
    if (!g_hash_table_add (names, (gpointer) tensors[i].name))
      {
        g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                     _("Tensor “%s” is there twice."), tensors[i].name);
        return FALSE;
      }
  return TRUE;
}

gboolean
cas_safetensors_write (const char                 *path,
                       const CasSafetensorsTensor *tensors,
                       guint                       n_tensors,
                       const char *const          *metadata,
                       GError                    **error)
{
  g_autoptr (GString) header = g_string_new ("{");
  guint64 n_data_bytes = 0;

  if (!check_names (tensors, n_tensors, error) || !append_metadata (header, metadata, error))
    return FALSE;
  for (guint i = 0; i < n_tensors; i++)
    if (!append_tensor (header, &tensors[i], &n_data_bytes, error))
      return FALSE;
  g_string_append_c (header, '}');
  while (header->len % 8 != 0)
    g_string_append_c (header, ' ');

  guint64 length = GUINT64_TO_LE ((guint64) header->len);
  g_autoptr (CasFileWriter) writer
    = cas_file_writer_new (path, 8 + header->len + n_data_bytes, TRUE, error);
  if (writer == NULL
      || !cas_file_writer_append (writer, &length, sizeof length, error)
      || !cas_file_writer_append (writer, header->str, header->len, error))
    return FALSE;
  for (guint i = 0; i < n_tensors; i++)
    {
      guint64 size = 0;

      get_size (&tensors[i], &size);
      if (!cas_file_writer_append (writer, tensors[i].data, (gsize) size, error))
        return FALSE;
    }
  return cas_file_writer_commit (writer, error);
}
