/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "cascade/json-check.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
is_unit (const char *at)
{
  for (guint i = 0; i < 6; i++)
    if (i < 2 ? at[i] != "\\u"[i] : !g_ascii_isxdigit (at[i]))
      return FALSE;
  return TRUE;
}

/* The first half of a character, or a second one, which the parser takes for a first. */
static gboolean
is_half (const char *unit)
{
  return (unit[2] == 'd' || unit[2] == 'D') && g_ascii_xdigit_value (unit[3]) >= 8;
}

/* The end of the escape that begins here; NULL if it is not whole. */
static const char *
skip_escape (const char *at)
{
  if (at[1] == '\0')
    return NULL;
  if (at[1] != 'u')
    return at + 2;
  if (!is_unit (at))
    return NULL;
  if (!is_half (at))
    return at + 6;
  return is_unit (at + 6) ? at + 12 : NULL;
}

/* The quote that ends the text which begins here, or the end of it all; NULL for a bad escape. */
static const char *
find_quote (const char *at)
{
  while (at != NULL && *at != '\0' && *at != '"')
    at = *at == '\\' ? skip_escape (at) : at + 1;
  return at;
}

char *
cas_json_dup_fault (const char *json,
                    guint       max_depth,
                    guint       max_values)
{
  guint depth = 0, n_values = 0;

  for (const char *c = json; *c != '\0'; c++)
    {
      if (*c == '"')
        {
          c = find_quote (c + 1);
          if (c == NULL)
            return g_strdup (_("an escape in a text is not whole"));
          if (*c == '\0')
            return g_strdup (_("a text does not end"));
          continue;
        }
      if (*c == '/' || *c == '\'')
        return g_strdup_printf (_("there is a “%c” outside of the texts"), *c);

      depth += *c == '{' || *c == '[';
      depth -= (*c == '}' || *c == ']') && depth > 0;
      n_values += *c == ',' || *c == '{' || *c == '[';
      if (depth > max_depth)
        return g_strdup_printf (_("brackets nest deeper than %u"), max_depth);
      if (n_values > max_values)
        return g_strdup_printf (_("there are more than %u values"), max_values);
    }
  return NULL;
}
