/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Parses and checks a safetensors header. The file may come from anywhere: every number is
 * checked before it is used, every list has a limit, and the tensors must cover the data
 * exactly, so that no byte has two meanings or none. */

#include "io/safetensors-header.h"

#include "cascade/error.h"
#include "io/json-cursor.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TENSORS    100000
#define MAX_REMARKS    100000
#define MAX_NAME_BYTES 1024

typedef struct
{
  CasSafetensorsHeader *header;
  CasJsonCursor         cursor;
  guint                 n_entries_allocated;
  guint                 n_remarks_allocated;
  guint64               data_offset;
  guint64               data_size;
  gboolean              has_metadata;
  const char           *file;
  GError              **error;
} Parser;

static gboolean fail (Parser     *p,
                      const char *format,
                      ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (Parser     *p,
      const char *format,
      ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *sentence = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (p->error, CAS_ERROR, CAS_ERROR_BAD_MODEL, "%s: %s.", p->file, sentence);
  return FALSE;
}

static gboolean
fail_syntax (Parser *p)
{
  return fail (p, _("the header is damaged at byte %" PRIu64 ": %s"),
               (guint64) (8 + p->cursor.p - p->cursor.start), p->cursor.problem);
}

/* A string of the file that is not known to be harmless, for a message. */
static char *
dup_shown (const char *string)
{
  GString *shown = g_string_new (NULL);

  for (guint i = 0; *string != '\0' && i < 64; i++, string = g_utf8_next_char (string))
    {
      gunichar c = g_utf8_get_char (string);

      g_string_append_unichar (shown, g_unichar_iscntrl (c) ? 0xfffd : c);
    }
  if (*string != '\0')
    g_string_append (shown, "…");
  return g_string_free (shown, FALSE);
}

static gboolean
take_name (Parser *p,
           char  **name)
{
  if (!cas_json_cursor_string (&p->cursor, name))
    return fail_syntax (p);

  if (strlen (*name) > MAX_NAME_BYTES)
    {
      g_autofree char *shown = dup_shown (*name);
      return fail (p, _("the name “%s” is longer than %d bytes"), shown, MAX_NAME_BYTES);
    }
  for (const char *c = *name; *c != '\0'; c = g_utf8_next_char (c))
    if (g_unichar_iscntrl (g_utf8_get_char (c)))
      {
        g_autofree char *shown = dup_shown (*name);
        return fail (p, _("the name “%s” holds a control character"), shown);
      }
  return TRUE;
}

/* Room for one more item; the array doubles. */
static gboolean
grow (Parser   *p,
      gpointer *items,
      guint     n_items,
      guint    *n_allocated,
      gsize     item_size)
{
  if (n_items < *n_allocated)
    return TRUE;

  guint n_wanted = MAX (64, *n_allocated * 2);
  gpointer grown = g_try_realloc_n (*items, n_wanted, item_size);
  if (grown == NULL)
    {
      g_set_error (p->error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("%s: there is no memory for the list of its tensors."), p->file);
      return FALSE;
    }
  *items = grown;
  *n_allocated = n_wanted;
  return TRUE;
}

static gboolean
take_metadata (Parser *p)
{
  CasSafetensorsHeader *header = p->header;

  if (p->has_metadata)
    return fail (p, _("“__metadata__” is there twice"));
  p->has_metadata = TRUE;

  if (!cas_json_cursor_expect (&p->cursor, '{'))
    return fail_syntax (p);
  if (cas_json_cursor_take (&p->cursor, '}'))
    return TRUE;
  do
    {
      char *key, *value;

      if (!take_name (p, &key))
        return FALSE;
      if (!cas_json_cursor_expect (&p->cursor, ':')
          || !cas_json_cursor_string (&p->cursor, &value))
        return fail_syntax (p);
      if (header->n_remarks == MAX_REMARKS)
        return fail (p, _("“__metadata__” has more than %d entries"), MAX_REMARKS);
      if (!grow (p, (gpointer *) &header->remarks, header->n_remarks, &p->n_remarks_allocated,
                 sizeof *header->remarks))
        return FALSE;
      header->remarks[header->n_remarks++] = (CasSafetensorsRemark) { key, value };
    }
  while (cas_json_cursor_take (&p->cursor, ','));

  return cas_json_cursor_expect (&p->cursor, '}') || fail_syntax (p);
}

static gboolean
take_dtype (Parser              *p,
            CasSafetensorsEntry *entry)
{
  char *name;

  if (!cas_json_cursor_string (&p->cursor, &name))
    return fail_syntax (p);
  if (cas_dtype_from_name (name, &entry->dtype))
    return TRUE;

  g_autofree char *shown = dup_shown (name);
  return fail (p, _("tensor “%s” has the number type “%s”, which is not known"),
               entry->name, shown);
}

static gboolean
take_shape (Parser              *p,
            CasSafetensorsEntry *entry)
{
  if (!cas_json_cursor_expect (&p->cursor, '['))
    return fail_syntax (p);
  if (cas_json_cursor_take (&p->cursor, ']'))
    return TRUE;
  do
    {
      if (entry->n_dims == CAS_SAFETENSORS_MAX_DIMS)
        return fail (p, _("tensor “%s” has more than %d dimensions"),
                     entry->name, CAS_SAFETENSORS_MAX_DIMS);
      if (!cas_json_cursor_u64 (&p->cursor, &entry->dims[entry->n_dims]))
        return fail_syntax (p);
      entry->n_dims++;
    }
  while (cas_json_cursor_take (&p->cursor, ','));

  return cas_json_cursor_expect (&p->cursor, ']') || fail_syntax (p);
}

static gboolean
take_offsets (Parser              *p,
              CasSafetensorsEntry *entry)
{
  CasJsonCursor *cursor = &p->cursor;
  guint64 begin, end;

  if (!cas_json_cursor_expect (cursor, '[') || !cas_json_cursor_u64 (cursor, &begin))
    return fail_syntax (p);
  if (!cas_json_cursor_take (cursor, ','))
    return fail (p, _("“data_offsets” of tensor “%s” has one number, wanted two"), entry->name);
  if (!cas_json_cursor_u64 (cursor, &end) || !cas_json_cursor_expect (cursor, ']'))
    return fail_syntax (p);

  if (begin > end)
    return fail (p, _("tensor “%s” ends at %" PRIu64 ", before its begin at %" PRIu64),
                 entry->name, end, begin);
  entry->offset = begin;
  entry->size = end - begin;
  return TRUE;
}

static const struct
{
  const char *name;
  gboolean  (*take) (Parser *p, CasSafetensorsEntry *entry);
} fields[] = {
  { "dtype", take_dtype },
  { "shape", take_shape },
  { "data_offsets", take_offsets },
};

static gboolean
take_field (Parser              *p,
            CasSafetensorsEntry *entry,
            gboolean             seen[G_N_ELEMENTS (fields)])
{
  char *name;

  if (!cas_json_cursor_string (&p->cursor, &name))
    return fail_syntax (p);
  if (!cas_json_cursor_expect (&p->cursor, ':'))
    return fail_syntax (p);

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (strcmp (name, fields[i].name) == 0)
      {
        if (seen[i])
          return fail (p, _("tensor “%s” has “%s” twice"), entry->name, name);
        seen[i] = TRUE;
        return fields[i].take (p, entry);
      }

  g_autofree char *shown = dup_shown (name);
  return fail (p, _("tensor “%s” has “%s”, which is not known"), entry->name, shown);
}

static gboolean
check_size (Parser                    *p,
            const CasSafetensorsEntry *entry)
{
  guint64 wanted = cas_dtype_size (entry->dtype);

  for (guint i = 0; i < entry->n_dims; i++)
    if (!g_uint64_checked_mul (&wanted, wanted, entry->dims[i]))
      return fail (p, _("tensor “%s” is larger than any file"), entry->name);

  if (entry->size != wanted)
    return fail (p, _("tensor “%s” has %" PRIu64 " bytes, wanted %" PRIu64 " for its shape"),
                 entry->name, entry->size, wanted);
  return TRUE;
}

static gboolean
take_entry (Parser     *p,
            const char *name)
{
  CasSafetensorsHeader *header = p->header;
  CasSafetensorsEntry entry = { .name = name };
  gboolean seen[G_N_ELEMENTS (fields)] = { FALSE };

  if (header->n_entries == MAX_TENSORS)
    return fail (p, _("the file has more than %d tensors"), MAX_TENSORS);
  if (!cas_json_cursor_expect (&p->cursor, '{'))
    return fail_syntax (p);
  if (!cas_json_cursor_take (&p->cursor, '}'))
    {
      do
        if (!take_field (p, &entry, seen))
          return FALSE;
      while (cas_json_cursor_take (&p->cursor, ','));
      if (!cas_json_cursor_expect (&p->cursor, '}'))
        return fail_syntax (p);
    }

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (!seen[i])
      return fail (p, _("tensor “%s” has no “%s”"), name, fields[i].name);
  if (!check_size (p, &entry)
      || !grow (p, (gpointer *) &header->entries, header->n_entries, &p->n_entries_allocated,
                sizeof *header->entries))
    return FALSE;
  header->entries[header->n_entries++] = entry;
  return TRUE;
}

static gboolean
take_header (Parser *p)
{
  CasJsonCursor *cursor = &p->cursor;

  if (!cas_json_cursor_expect (cursor, '{'))
    return fail_syntax (p);
  if (!cas_json_cursor_take (cursor, '}'))
    {
      do
        {
          char *name;

          if (!take_name (p, &name))
            return FALSE;
          if (!cas_json_cursor_expect (cursor, ':'))
            return fail_syntax (p);
          if (!(strcmp (name, "__metadata__") == 0 ? take_metadata (p) : take_entry (p, name)))
            return FALSE;
        }
      while (cas_json_cursor_take (cursor, ','));
      if (!cas_json_cursor_expect (cursor, '}'))
        return fail_syntax (p);
    }

  for (; cursor->p < cursor->end; cursor->p++)
    if (*cursor->p != ' ')
      return fail (p, _("something other than spaces follows the header's JSON"));
  return TRUE;
}

static int
compare_offsets (const void *a,
                 const void *b)
{
  const CasSafetensorsEntry *x = a, *y = b;

  if (x->offset != y->offset)
    return x->offset < y->offset ? -1 : 1;
  if (x->size != y->size)
    return x->size < y->size ? -1 : 1; /* an empty tensor before what begins at its place */
  return strcmp (x->name, y->name);
}

static int
compare_names (const void *a,
               const void *b)
{
  const CasSafetensorsEntry *const *x = a, *const *y = b;

  return strcmp ((*x)->name, (*y)->name);
}

static int
compare_keys (const void *a,
              const void *b)
{
  const CasSafetensorsRemark *x = a, *y = b;

  return strcmp (x->key, y->key);
}

/* Sorts the entries by offset, and lists everything by name. */
static gboolean
sort_and_index (Parser *p)
{
  CasSafetensorsHeader *header = p->header;

  if (header->n_remarks > 0)
    qsort (header->remarks, header->n_remarks, sizeof *header->remarks, compare_keys);
  for (guint i = 1; i < header->n_remarks; i++)
    if (strcmp (header->remarks[i - 1].key, header->remarks[i].key) == 0)
      return fail (p, _("“__metadata__” has “%s” twice"), header->remarks[i].key);

  if (header->n_entries == 0)
    return TRUE;
  qsort (header->entries, header->n_entries, sizeof *header->entries, compare_offsets);
  header->by_name = g_try_new (const CasSafetensorsEntry *, header->n_entries);
  if (header->by_name == NULL)
    {
      g_set_error (p->error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("%s: there is no memory for the list of its tensors."), p->file);
      return FALSE;
    }
  for (guint i = 0; i < header->n_entries; i++)
    header->by_name[i] = &header->entries[i];
  qsort (header->by_name, header->n_entries, sizeof *header->by_name, compare_names);
  for (guint i = 1; i < header->n_entries; i++)
    if (strcmp (header->by_name[i - 1]->name, header->by_name[i]->name) == 0)
      return fail (p, _("tensor “%s” is there twice"), header->by_name[i]->name);
  return TRUE;
}

/* Each tensor, by offset, must begin where the one before it ends. */
static gboolean
check_layout (Parser *p)
{
  CasSafetensorsHeader *header = p->header;
  guint64 end = 0;

  for (guint i = 0; i < header->n_entries; i++)
    {
      CasSafetensorsEntry *entry = &header->entries[i];

      if (entry->offset < end)
        return fail (p, _("tensors “%s” and “%s” overlap"), entry[-1].name, entry->name);
      if (entry->offset > end)
        return fail (p, _("%" PRIu64 " bytes before tensor “%s” belong to no tensor"),
                     entry->offset - end, entry->name);
      end += entry->size; /* both end within what a u64 holds: begin + size was one */
    }

  if (end > p->data_size)
    return fail (p, _("a truncated download: the file has %" PRIu64 " bytes, wanted %" PRIu64),
                 p->data_offset + p->data_size,
                 end > G_MAXUINT64 - p->data_offset ? G_MAXUINT64 : p->data_offset + end);
  if (end < p->data_size)
    return fail (p, _("%" PRIu64 " bytes after the last tensor belong to no tensor"),
                 p->data_size - end);

  for (guint i = 0; i < header->n_entries; i++)
    header->entries[i].offset += p->data_offset;
  return TRUE;
}

gboolean
cas_safetensors_header_parse (CasSafetensorsHeader *header,
                              char                 *text,
                              gsize                 length,
                              guint64               data_offset,
                              guint64               file_size,
                              const char           *file,
                              GError              **error)
{
  Parser p = { .header = header, .data_offset = data_offset, .file = file, .error = error };
  const char *valid_end;

  *header = (CasSafetensorsHeader) { .text = text };
  p.data_size = file_size - data_offset;
  if (length == 0 || text[0] != '{')
    return fail (&p, _("this is no safetensors file: its header does not begin with “{”"));
  if (!g_utf8_validate_len (text, length, &valid_end))
    return fail (&p, _("the header is not UTF-8 at byte %" PRIu64),
                 (guint64) (8 + valid_end - text));

  cas_json_cursor_init (&p.cursor, text, length);
  return take_header (&p) && sort_and_index (&p) && check_layout (&p);
}

void
cas_safetensors_header_clear (CasSafetensorsHeader *header)
{
  g_clear_pointer (&header->text, g_free);
  g_clear_pointer (&header->entries, g_free);
  g_clear_pointer (&header->by_name, g_free);
  g_clear_pointer (&header->remarks, g_free);
  header->n_entries = 0;
  header->n_remarks = 0;
}
