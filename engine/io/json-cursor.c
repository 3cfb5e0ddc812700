/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Strict JSON, read in place. */

#include "io/json-cursor.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
fail (CasJsonCursor *cursor,
      const char    *problem)
{
  cursor->problem = problem;
  return FALSE;
}

void
cas_json_cursor_init (CasJsonCursor *cursor,
                      char          *text,
                      gsize          length)
{
  *cursor = (CasJsonCursor) { .start = text, .p = text, .end = text + length, .line = 1 };
}

static void
skip_space (CasJsonCursor *cursor)
{
  while (cursor->p < cursor->end)
    {
      char c = *cursor->p;

      if (c == '\n')
        cursor->line++;
      else if (c != ' ' && c != '\t' && c != '\r')
        return;
      cursor->p++;
    }
}

gboolean
cas_json_cursor_take (CasJsonCursor *cursor,
                      char           c)
{
  skip_space (cursor);
  if (cursor->p == cursor->end || *cursor->p != c)
    return FALSE;

  cursor->p++;
  return TRUE;
}

gboolean
cas_json_cursor_expect (CasJsonCursor *cursor,
                        char           c)
{
  if (cas_json_cursor_take (cursor, c))
    return TRUE;

  switch (c)
    {
    case '{':
      return fail (cursor, _("“{” is missing"));
    case '}':
      return fail (cursor, _("“}” or “,” is missing"));
    case '[':
      return fail (cursor, _("“[” is missing"));
    case ']':
      return fail (cursor, _("“]” or “,” is missing"));
    case ':':
      return fail (cursor, _("“:” is missing"));
    default:
      return fail (cursor, _("a character is missing"));
    }
}

static gboolean
take_hex4 (CasJsonCursor *cursor,
           gunichar      *value)
{
  if (cursor->end - cursor->p < 4)
    return FALSE;

  *value = 0;
  for (guint i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (*cursor->p++);

      if (digit < 0)
        return FALSE;
      *value = *value << 4 | (guint) digit;
    }
  return TRUE;
}

/* After "\u". Six characters become three bytes at most, twelve become four, so that what is
 * written never overtakes what is read. */
static gboolean
take_code_point (CasJsonCursor *cursor,
                 char         **out)
{
  gunichar c, low;

  if (!take_hex4 (cursor, &c))
    return fail (cursor, _("“\\u” is not followed by four hexadecimal digits"));

  if (c >= 0xd800 && c < 0xdc00 && cursor->end - cursor->p >= 6
      && cursor->p[0] == '\\' && cursor->p[1] == 'u')
    {
      cursor->p += 2;
      if (!take_hex4 (cursor, &low) || low < 0xdc00 || low > 0xdfff)
        return fail (cursor, _("a surrogate has no second half"));
      c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    }
  if (c >= 0xd800 && c < 0xe000)
    return fail (cursor, _("a surrogate has no second half"));
  if (c == 0)
    return fail (cursor, _("a string holds the character NUL"));

  *out += g_unichar_to_utf8 (c, *out);
  return TRUE;
}

static gboolean
take_escape (CasJsonCursor *cursor,
             char         **out)
{
  static const char from[] = "\"\\/bfnrt";
  static const char to[] = "\"\\/\b\f\n\r\t";

  cursor->p++;
  if (cursor->p == cursor->end)
    return fail (cursor, _("a string does not end"));

  char c = *cursor->p++;
  if (c == 'u')
    return take_code_point (cursor, out);

  for (guint i = 0; i < sizeof from - 1; i++)
    if (c == from[i])
      {
        *(*out)++ = to[i];
        return TRUE;
      }
  return fail (cursor, _("an unknown character follows “\\” in a string"));
}

gboolean
cas_json_cursor_string (CasJsonCursor *cursor,
                        char         **string)
{
  if (!cas_json_cursor_take (cursor, '"'))
    return fail (cursor, _("a string in quotation marks is missing"));

  char *out = cursor->p;
  *string = out;
  while (cursor->p < cursor->end)
    {
      if (*cursor->p == '"')
        {
          *out = '\0';
          cursor->p++;
          return TRUE;
        }
      if ((guchar) *cursor->p < 0x20)
        return fail (cursor, _("a string holds a bare control character"));
      if (*cursor->p == '\\')
        {
          if (!take_escape (cursor, &out))
            return FALSE;
        }
      else
        *out++ = *cursor->p++;
    }
  return fail (cursor, _("a string does not end"));
}

gboolean
cas_json_cursor_u64 (CasJsonCursor *cursor,
                     guint64       *value)
{
  skip_space (cursor);
  if (cursor->p == cursor->end || !g_ascii_isdigit (*cursor->p))
    return fail (cursor, _("a whole number is missing"));
  if (*cursor->p == '0' && cursor->p + 1 < cursor->end && g_ascii_isdigit (cursor->p[1]))
    return fail (cursor, _("a number begins with 0"));

  *value = 0;
  while (cursor->p < cursor->end && g_ascii_isdigit (*cursor->p))
    {
      guint64 tens;

      if (!g_uint64_checked_mul (&tens, *value, 10)
          || !g_uint64_checked_add (value, tens, (guint64) (*cursor->p - '0')))
        return fail (cursor, _("a number is too large"));
      cursor->p++;
    }
  if (cursor->p < cursor->end && strchr (".eE", *cursor->p) != NULL)
    return fail (cursor, _("a number is not whole"));
  return TRUE;
}

gboolean
cas_json_cursor_at_end (CasJsonCursor *cursor)
{
  skip_space (cursor);
  return cursor->p == cursor->end || fail (cursor, _("something follows the end"));
}
