/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Does what each sanitizer has to report, to prove that it would.
 * usage: faults overflow|leak|shift */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
read_past_end (volatile int size)
{
  char *bytes = calloc (1, size);
  int sum = bytes != NULL ? ((volatile char *) bytes)[size] : 0;

  free (bytes);
  return sum;
}

/* So many that a pointer left over on the stack cannot hide them all. */
static int
leak (volatile int size)
{
  char *volatile block = NULL;

  for (int i = 0; i < 100; i++)
    block = malloc (size);

  return block == NULL;
}

static int
shift_too_far (volatile int by)
{
  return 1 << by;
}

int
main (int    argc,
      char **argv)
{
  const char *fault = argc > 1 ? argv[1] : "";
  int result = 0;

  if (strcmp (fault, "overflow") == 0)
    result = read_past_end (16);
  else if (strcmp (fault, "leak") == 0)
    result = leak (16);
  else if (strcmp (fault, "shift") == 0)
    result = shift_too_far (40);
  printf ("%d\n", result);

  return EXIT_SUCCESS;
}
