/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The published models by the names and shapes of their tensors. */

#include "names.h"

char *
test_names_read (const char *name)
{
  g_autofree char *file = g_strconcat (name, ".txt", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", file, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static CasWeights *
load (const char *text)
{
  g_autoptr (GError) error = NULL;
  CasWeights *ws = cas_weights_new_from_list (text, "model.safetensors", &error);

  g_assert_no_error (error);
  return ws;
}

CasWeights *
test_names_load (const char *name)
{
  g_autofree char *text = test_names_read (name);

  return load (text);
}

CasWeights *
test_names_load_as (const char *name,
                    const char *from,
                    const char *to)
{
  g_autofree char *text = test_names_read (name);
  g_autoptr (GString) edited = g_string_new (text);

  g_assert_cmpuint (g_string_replace (edited, from, to, 0), >, 0);
  return load (edited->str);
}
