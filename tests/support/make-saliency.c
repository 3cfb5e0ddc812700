/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes a saliency network, for tests that have no engine within: make-saliency PATH. */

#include "support/model.h"

int
main (int    argc,
      char **argv)
{
  g_autofree char *folder = g_path_get_dirname (argv[argc - 1]);

  test_model_add_saliency (folder);
  return 0;
}
