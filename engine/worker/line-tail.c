/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A ring of lines. */

#include "worker/line-tail.h"

#include <string.h>

struct _CasLineTail
{
  GQueue   lines;   /* char *, UTF-8 */
  GString *current; /* the line that has no end yet, as it came */
};

CasLineTail *
cas_line_tail_new (void)
{
  CasLineTail *tail = g_new0 (CasLineTail, 1);

  g_queue_init (&tail->lines);
  tail->current = g_string_new (NULL);
  return tail;
}

void
cas_line_tail_free (CasLineTail *tail)
{
  if (!tail)
    return;

  g_queue_clear_full (&tail->lines, g_free);
  g_string_free (tail->current, TRUE);
  g_free (tail);
}

/* Nothing in it can move a cursor or colour a terminal. */
static char *
dup_clean (const GString *raw)
{
  char *line = g_utf8_make_valid (raw->str, (gssize) raw->len);

  for (char *c = line; *c; c++)
    if (g_ascii_iscntrl (*c))
      *c = ' ';
  return line;
}

static void
end_line (CasLineTail *tail)
{
  g_queue_push_tail (&tail->lines, dup_clean (tail->current));
  g_string_truncate (tail->current, 0);
  if (tail->lines.length > CAS_LINE_TAIL_MAX_LINES)
    g_free (g_queue_pop_head (&tail->lines));
}

void
cas_line_tail_add (CasLineTail *tail,
                   const char  *data,
                   gsize        size)
{
  for (gsize at = 0; at < size;)
    {
      const char *end = memchr (data + at, '\n', size - at);
      const gsize length = end ? (gsize) (end - data) - at : size - at;
      const gsize room = CAS_LINE_TAIL_MAX_BYTES - tail->current->len;

      g_string_append_len (tail->current, data + at, (gssize) MIN (length, room));
      at += length;
      if (end)
        {
          end_line (tail);
          at++;
        }
    }
}

char *
cas_line_tail_dup (CasLineTail *tail)
{
  GString *text = g_string_new (NULL);

  for (GList *l = tail->lines.head; l; l = l->next)
    g_string_append_printf (text, "%s\n", (const char *) l->data);
  if (tail->current->len > 0)
    {
      g_autofree char *last = dup_clean (tail->current);

      g_string_append_printf (text, "%s\n", last);
    }
  return g_string_free (text, FALSE);
}
