/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finds comments, escapes and the brackets that belong together. */

#include "io/prompt-scan.h"

#include <string.h>

#define MAX_KINDS 4

static void
mark_comments_and_escapes (CasPromptScan *scan)
{
  const char *text = scan->text;
  gboolean is_comment = FALSE;

  for (gsize i = 0; i < scan->length; i++)
    {
      if (i == 0 || text[i - 1] == '\n')
        is_comment = text[i] == '#';

      if (is_comment)
        scan->roles[i] = CAS_PROMPT_COMMENT;
      else if (text[i] == '\\' && text[i + 1] != '\0' && strchr ("()[]{}|#\\", text[i + 1]))
        {
          scan->roles[i] = CAS_PROMPT_BACKSLASH;
          scan->roles[++i] = CAS_PROMPT_ESCAPED;
        }
    }
}

/* What is open. */
typedef struct
{
  guint   kind;
  guint32 at;
  guint32 last_bar; /* in it, or at itself */
} Open;

typedef struct
{
  CasPromptScan *scan;
  const char    *brackets;
  GArray        *stack;             /* Open */
  guint          n_open[MAX_KINDS];
} Pairing;

/* Which bracket of the list the byte is; below 0: none. */
static int
find_bracket (const Pairing *self,
              gsize          i)
{
  const char *found = strchr (self->brackets, self->scan->text[i]);

  return found && self->scan->roles[i] == CAS_PROMPT_TEXT ? (int) (found - self->brackets) : -1;
}

/* Closes a bracket of a kind, of which one is open. Those that were opened within and are still open
 * are text. */
static void
close_bracket (Pairing *self,
               guint    kind,
               guint32  at)
{
  Open top;

  do
    {
      top = g_array_index (self->stack, Open, self->stack->len - 1);
      g_array_set_size (self->stack, self->stack->len - 1);
      self->n_open[top.kind]--;
      if (top.kind == kind)
        {
          self->scan->partners[top.at] = at;
          self->scan->partners[at] = top.at;
          self->scan->bars[top.last_bar] = at;
        }
    }
  while (top.kind != kind);
}

static void
pair_brackets (CasPromptScan *scan,
               const char    *brackets)
{
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (Open));
  Pairing self = { .scan = scan, .brackets = brackets, .stack = stack };

  for (gsize i = 0; i < scan->length; i++)
    {
      const int bracket = find_bracket (&self, i);

      if (bracket >= 0 && bracket % 2 == 0)
        {
          const Open open = { .kind = (guint) bracket / 2,
                              .at = (guint32) i,
                              .last_bar = (guint32) i };

          g_array_append_val (stack, open);
          self.n_open[open.kind]++;
        }
      else if (bracket >= 0 && self.n_open[bracket / 2] > 0)
        close_bracket (&self, (guint) bracket / 2, (guint32) i);
      else if (scan->text[i] == '|' && scan->roles[i] == CAS_PROMPT_TEXT && stack->len > 0)
        {
          Open *top = &g_array_index (stack, Open, stack->len - 1);

          scan->bars[top->last_bar] = (guint32) i;
          top->last_bar = (guint32) i;
        }
    }
}

void
cas_prompt_scan_init (CasPromptScan *scan,
                      const char    *text,
                      const char    *brackets)
{
  g_return_if_fail (strlen (brackets) <= 2 * MAX_KINDS);

  scan->text = text;
  scan->length = strlen (text);
  scan->roles = g_new0 (guint8, scan->length + 1);
  scan->partners = g_new (guint32, scan->length + 1);
  scan->bars = g_new (guint32, scan->length + 1);
  memset (scan->partners, 0xff, (scan->length + 1) * sizeof *scan->partners);
  memset (scan->bars, 0xff, (scan->length + 1) * sizeof *scan->bars);
  mark_comments_and_escapes (scan);
  pair_brackets (scan, brackets);
}

void
cas_prompt_scan_clear (CasPromptScan *scan)
{
  g_clear_pointer (&scan->roles, g_free);
  g_clear_pointer (&scan->partners, g_free);
  g_clear_pointer (&scan->bars, g_free);
}
