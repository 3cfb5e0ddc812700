/* SPDX-License-Identifier: GPL-3.0-or-later */

/* New tokens: their names and rules out of a LoRA file, and their rows. */

#include "model/lora_tokens.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "io/json-cursor.h"

#define MAX_REMARK_BYTES 65536
#define MAX_NAME_BYTES   128
#define MAX_RULE_BYTES   256
/* A rule that needs more to say no at one place in a token is one that never ends. */
#define RULE_LIMIT       "(*LIMIT_MATCH=10000)"
#define RULES_US         (2 * G_TIME_SPAN_SECOND) /* for all rules of a file */

static gboolean
fail (const char *file,
      GError    **error,
      const char *format,
      ...) G_GNUC_PRINTF (3, 4);

static gboolean
fail (const char *file,
      GError    **error,
      const char *format,
      ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *sentence = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL, "%s: %s.", file, sentence);
  return FALSE;
}

/* --- what the file says ---------------------------------------------------------------------- */

/* [name] and <name> are new; anything else chooses tokens that are there. */
static gboolean
is_new (const char *token)
{
  const gsize n = strlen (token);

  return n > 2 && ((*token == '[' && token[n - 1] == ']')
                   || (*token == '<' && token[n - 1] == '>'));
}

/* Both are shown to people. */
static gboolean
is_printable (const char *text,
              gsize       max_bytes)
{
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    if (g_unichar_iscntrl (g_utf8_get_char (c)))
      return FALSE;

  return strlen (text) <= max_bytes;
}

/* [["[name]", "rule"], …] */
static gboolean
parse_names (CasLora    *lora,
             const char *text)
{
  g_autofree char *copy = g_strdup (text);
  CasJsonCursor cursor;
  char *name, *rule;

  cas_json_cursor_init (&cursor, copy, strlen (copy));
  if (!cas_json_cursor_expect (&cursor, '['))
    return FALSE;
  if (cas_json_cursor_take (&cursor, ']'))
    return cas_json_cursor_at_end (&cursor);

  do
    {
      if (!cas_json_cursor_expect (&cursor, '[') || !cas_json_cursor_string (&cursor, &name)
          || !cas_json_cursor_expect (&cursor, ',') || !cas_json_cursor_string (&cursor, &rule)
          || !cas_json_cursor_expect (&cursor, ']') || !is_printable (name, MAX_NAME_BYTES)
          || !is_printable (rule, MAX_RULE_BYTES))
        return FALSE;
      if (is_new (name))
        {
          g_ptr_array_add (lora->tokens, g_strdup (name));
          g_ptr_array_add (lora->tokens, g_strdup (rule));
        }
    }
  while (cas_json_cursor_take (&cursor, ','));
  return cas_json_cursor_expect (&cursor, ']') && cas_json_cursor_at_end (&cursor);
}

static gboolean
read_names (CasLora        *lora,
            CasSafetensors *file,
            GError        **error)
{
  const char *text = cas_safetensors_lookup_metadata (file, "train_tokens");

  if (text == NULL)
    return TRUE;
  if (strlen (text) > MAX_REMARK_BYTES || !g_utf8_validate (text, -1, NULL))
    return fail (cas_weights_get_file (lora->weights), error,
                 _("its remark “train_tokens” is no text of at most %d bytes"), MAX_REMARK_BYTES);
  if (!parse_names (lora, text))
    return fail (cas_weights_get_file (lora->weights), error,
                 _("its remark “train_tokens” is no list of pairs such as [[\"[name]\", "
                   "\"^word</w>\"]]"));
  return TRUE;
}

static gboolean
read_indices (CasLora        *lora,
              CasSafetensors *file,
              GError        **error)
{
  static const char name[] = "embeddings.indices";
  const CasSafetensorsEntry *entry = cas_safetensors_lookup (file, name);
  const char *shown = cas_weights_get_file (lora->weights);

  if (entry == NULL)
    return fail (shown, error, _("tensor “%s” is missing"), name);
  if (entry->dtype != CAS_I64 || entry->n_dims != 1 || entry->dims[0] != lora->n_rows)
    return fail (shown, error, _("tensor “%s” is not %u numbers of type I64"), name, lora->n_rows);

  lora->indices = g_new (gint64, lora->n_rows);
  if (!cas_safetensors_read (file, entry, 0, lora->indices, lora->n_rows * sizeof (gint64), error))
    return FALSE;

  for (guint i = 0; i < lora->n_rows; i++)
    {
      lora->indices[i] = GINT64_FROM_LE (lora->indices[i]);
      for (guint j = 0; j < i; j++)
        if (lora->indices[j] == lora->indices[i])
          return fail (shown, error, _("tensor “%s” names token %" PRId64 " twice"), name,
                       lora->indices[i]);
    }
  return TRUE;
}

gboolean
cas_lora_read_tokens (CasLora        *lora,
                      CasSafetensors *file,
                      GError        **error)
{
  const char *name = "embeddings.embeddings";
  const gboolean is_official = cas_weights_peek (lora->weights, "%s", name) != NULL;

  if (!is_official)
    name = "clip_g";
  if (cas_weights_peek (lora->weights, "%s", name) == NULL)
    return TRUE;

  const CasWeight *rows = cas_weights_get (lora->weights, CAS_DIMS (0, 0), "%s", name);
  if (!cas_weights_check (lora->weights, error))
    return FALSE;
  if (rows->dims[0] > CAS_LORA_MAX_ROWS)
    return fail (cas_weights_get_file (lora->weights), error,
                 _("tensor “%s” has %u rows of tokens, and it may have %d at most"), name,
                 (guint) rows->dims[0], CAS_LORA_MAX_ROWS);

  lora->rows = rows;
  lora->n_rows = (guint) rows->dims[0];
  if (is_official)
    return read_indices (lora, file, error) && read_names (lora, file, error);

  g_ptr_array_add (lora->tokens, g_strconcat ("embedding:", lora->name, NULL));
  g_ptr_array_add (lora->tokens, g_strdup (""));
  return TRUE;
}

/* --- rows ------------------------------------------------------------------------------------ */

typedef struct
{
  char    *name;
  char    *file;  /* as messages call it */
  guint    first; /* of the new rows */
  guint    n;
  gboolean is_word;
} Token;

struct _CasLoraRows
{
  const CasClipText  *text;
  const CasTokenizer *tokenizer;
  GArray             *replaced;        /* gint32 */
  GArray             *replaced_values; /* float, a row for each */
  GArray             *new_values;      /* float */
  GArray             *tokens;          /* Token */
  float              *values;          /* both, once they are put on */
  CasWeight           weight;          /* of these */
};

static void
clear_token (gpointer data)
{
  Token *token = data;

  g_free (token->name);
  g_free (token->file);
}

CasLoraRows *
cas_lora_rows_new (const CasClipText  *text,
                   const CasTokenizer *tokenizer)
{
  CasLoraRows *rows = g_new0 (CasLoraRows, 1);

  rows->text = text;
  rows->tokenizer = tokenizer;
  rows->replaced = g_array_new (FALSE, FALSE, sizeof (gint32));
  rows->replaced_values = g_array_new (FALSE, FALSE, sizeof (float));
  rows->new_values = g_array_new (FALSE, FALSE, sizeof (float));
  rows->tokens = g_array_new (FALSE, FALSE, sizeof (Token));
  g_array_set_clear_func (rows->tokens, clear_token);
  return rows;
}

void
cas_lora_rows_free (CasLoraRows *rows)
{
  if (rows == NULL)
    return;

  g_array_unref (rows->replaced);
  g_array_unref (rows->replaced_values);
  g_array_unref (rows->new_values);
  g_array_unref (rows->tokens);
  g_free (rows->values);
  g_free (rows);
}

typedef struct
{
  CasLoraRows *rows;
  const char  *file;
  GRegex      *rule;
  double      *sum;
  float       *row;
  guint        n;
  gint64       deadline;
  gboolean     is_late;
  GError      *error; /* the first */
} Mean;

static void
add_to_mean (const char *token,
             gint32      id,
             gpointer    data)
{
  Mean *mean = data;
  const CasClipText *text = mean->rows->text;

  mean->is_late = mean->is_late || g_get_monotonic_time () > mean->deadline;
  if (mean->is_late || mean->error != NULL || id < 0 || (guint32) id >= text->n_vocabulary
      || !g_regex_match_full (mean->rule, token, -1, 0, 0, NULL, &mean->error))
    return;
  if (!cas_weight_read_f32 (text->tokens, (guint64) id * text->c, mean->row, text->c, &mean->error))
    return;

  for (guint32 i = 0; i < text->c; i++)
    mean->sum[i] += mean->row[i];
  mean->n++;
}

/* What a new token starts from: the mean of the tokens that the rule matches, zeros for none. */
static gboolean
start_row (CasLoraRows *rows,
           const char  *file,
           const char  *rule,
           gint64       deadline,
           float       *row,
           GError     **error)
{
  g_autofree char *pattern = g_strconcat (RULE_LIMIT, rule, NULL);
  g_autoptr (GRegex) regex = NULL;
  const guint32 c = rows->text->c;

  memset (row, 0, c * sizeof (float));
  if (*rule == '\0')
    return TRUE;
  if (strlen (rule) > MAX_RULE_BYTES)
    return fail (file, error, _("a rule for tokens is longer than %d bytes"), MAX_RULE_BYTES);
  if (g_str_has_prefix (rule, "(*"))
    return fail (file, error, _("the rule “%s” for tokens begins with “(*”, and none may"), rule);
  regex = g_regex_new (pattern, 0, 0, NULL);
  if (regex == NULL)
    return fail (file, error, _("the rule “%s” for tokens is no regular expression"), rule);

  g_autofree double *sum = g_new0 (double, c);
  g_autofree float *one = g_new (float, c);
  Mean mean = {
    .rows = rows, .file = file, .rule = regex, .sum = sum, .row = one, .deadline = deadline,
  };

  cas_tokenizer_foreach (rows->tokenizer, add_to_mean, &mean);
  if (mean.is_late || (mean.error != NULL && mean.error->domain == G_REGEX_ERROR))
    {
      g_clear_error (&mean.error);
      return fail (file, error, _("the rule “%s” for tokens takes too long to follow"), rule);
    }
  if (mean.error != NULL)
    {
      g_propagate_error (error, mean.error);
      return FALSE;
    }
  for (guint32 i = 0; i < c && mean.n > 0; i++)
    row[i] = (float) (sum[i] / mean.n);
  return TRUE;
}

static gboolean
check_name (const char *file,
            const char *name,
            GError    **error)
{
  if (*name != '\0' && g_utf8_validate (name, -1, NULL) && is_printable (name, MAX_NAME_BYTES))
    return TRUE;
  return fail (file, error, _("the name of a token is empty, longer than %d bytes or cannot be "
                              "printed"), MAX_NAME_BYTES);
}

/* row += weight · delta */
static gboolean
add_delta (const CasLora *lora,
           float         *row,
           const float   *delta,
           double         weight,
           guint32        c,
           GError       **error)
{
  for (guint32 i = 0; i < c; i++)
    {
      row[i] = (float) (row[i] + weight * delta[i]);
      if (!isfinite (row[i]))
        return fail (cas_weights_get_file (lora->weights), error,
                     _("tensor “%s” at weight %g gives numbers that are not finite"),
                     lora->rows->name, weight);
    }
  return TRUE;
}

static void
append_token (CasLoraRows   *rows,
              const CasLora *lora,
              const char    *name,
              guint          n,
              gboolean       is_word)
{
  Token token = {
    .name = g_strdup (name),
    .file = g_strdup (cas_weights_get_file (lora->weights)),
    .first = rows->new_values->len / rows->text->c,
    .n = n,
    .is_word = is_word,
  };

  g_array_append_val (rows->tokens, token);
}

/* A token of the vocabulary; two files may change the same one. */
static gboolean
replace_row (CasLoraRows   *rows,
             const CasLora *lora,
             gint32         id,
             const float   *delta,
             double         weight,
             GError       **error)
{
  const CasClipText *text = rows->text;

  for (guint i = 0; i < rows->replaced->len; i++)
    if (g_array_index (rows->replaced, gint32, i) == id)
      return add_delta (lora, &g_array_index (rows->replaced_values, float, i * text->c), delta,
                        weight, text->c, error);

  g_autofree float *row = g_new (float, text->c);

  if (!cas_weight_read_f32 (text->tokens, (guint64) id * text->c, row, text->c, error)
      || !add_delta (lora, row, delta, weight, text->c, error))
    return FALSE;
  g_array_append_val (rows->replaced, id);
  g_array_append_vals (rows->replaced_values, row, text->c);
  return TRUE;
}

/* The name and rule of new token number nth, or of the next of names; FALSE for none. */
static gboolean
find_name (const CasLora      *lora,
           guint64             nth,
           const char *const **names,
           char              **name,
           char              **rule)
{
  if (nth < lora->tokens->len / 2)
    {
      *name = g_strdup (lora->tokens->pdata[2 * nth]);
      *rule = g_strdup (lora->tokens->pdata[2 * nth + 1]);
      return TRUE;
    }
  if (names == NULL || *names == NULL || **names == NULL)
    return FALSE;

  const char *text = *(*names)++;
  const char *equals = strchr (text, '=');

  *name = equals != NULL ? g_strndup (text, equals - text) : g_strdup (text);
  *rule = g_strdup (equals != NULL ? equals + 1 : "");
  return TRUE;
}

static gboolean
add_official (CasLoraRows        *rows,
              const CasLora      *lora,
              guint               i,
              const float        *delta,
              double              weight,
              gint64              deadline,
              const char *const **names,
              guint              *n_nameless,
              GError            **error)
{
  const char *file = cas_weights_get_file (lora->weights);
  const gint64 index = lora->indices[i];
  const gint64 n_known = cas_tokenizer_get_n_ids (rows->tokenizer);
  g_autofree char *name = NULL, *rule = NULL;

  if (index < 0 || index >= n_known + CAS_LORA_MAX_ROWS)
    return fail (file, error, _("tensor “embeddings.indices” names token %" PRId64 ", and the "
                                "model's new tokens begin with %" PRId64), index, n_known);
  if (index < n_known)
    return replace_row (rows, lora, (gint32) index, delta, weight, error);
  if (!find_name (lora, (guint64) (index - n_known), names, &name, &rule))
    {
      (*n_nameless)++;
      return TRUE;
    }

  g_autofree float *row = g_new (float, rows->text->c);

  if (!check_name (file, name, error) || !start_row (rows, file, rule, deadline, row, error)
      || !add_delta (lora, row, delta, weight, rows->text->c, error))
    return FALSE;
  append_token (rows, lora, name, 1, FALSE);
  g_array_append_vals (rows->new_values, row, rows->text->c);
  return TRUE;
}

gboolean
cas_lora_rows_add (CasLoraRows        *rows,
                   const CasLora      *lora,
                   double              weight,
                   const char *const **names,
                   guint              *n_nameless,
                   GError            **error)
{
  const guint32 c = rows->text->c;
  const gint64 deadline = g_get_monotonic_time () + RULES_US;

  *n_nameless = 0;
  if (lora->rows == NULL)
    return TRUE;
  if (lora->rows->dims[1] != c)
    return fail (cas_weights_get_file (lora->weights), error,
                 _("tensor “%s” has rows of %u numbers, and the model's tokens are %u wide: it is "
                   "for another model"), lora->rows->name, (guint) lora->rows->dims[1], c);

  g_autofree float *values = cas_lora_dup_values (lora->rows, error);

  if (values == NULL)
    return FALSE;
  if (lora->indices == NULL)
    {
      append_token (rows, lora, lora->tokens->pdata[0], lora->n_rows, TRUE);
      g_array_append_vals (rows->new_values, values, lora->n_rows * c);
      return TRUE;
    }
  for (guint i = 0; i < lora->n_rows; i++)
    if (!add_official (rows, lora, i, values + (gsize) i * c, weight, deadline, names, n_nameless,
                       error))
      return FALSE;
  return TRUE;
}

guint
cas_lora_rows_get_n (CasLoraRows *rows)
{
  return rows->replaced->len + rows->new_values->len / rows->text->c;
}

/* --- on and off ------------------------------------------------------------------------------ */

static gboolean
read_values (const CasWeight *weight,
             guint64          offset,
             void            *dst,
             gsize            size,
             GError         **error)
{
  memcpy (dst, (const char *) weight->source + offset, size);
  return TRUE;
}

static gboolean
add_tokens (CasLoraRows  *rows,
            CasTokenizer *tokenizer,
            GError      **error)
{
  const gint32 first = (gint32) (rows->text->n_vocabulary + rows->replaced->len);

  for (guint i = 0; i < rows->tokens->len; i++)
    {
      const Token *token = &g_array_index (rows->tokens, Token, i);
      const gint32 id = first + (gint32) token->first;

      if (cas_tokenizer_is_added (tokenizer, token->name, strlen (token->name)))
        return fail (token->file, error, _("its new token “%s” is another's already, and a prompt "
                                           "cannot mean both"), token->name);
      if (!(token->is_word ? cas_tokenizer_add_word (tokenizer, token->name, id, token->n, error)
                           : cas_tokenizer_add (tokenizer, token->name, id, error)))
        return FALSE;
    }
  return TRUE;
}

void
cas_lora_rows_take_off (CasClipText  *text,
                        CasTokenizer *tokenizer)
{
  cas_tokenizer_drop_added (tokenizer, 0);
  cas_clip_text_set_extra (text, NULL, NULL, 0);
}

gboolean
cas_lora_rows_put_on (CasLoraRows  *rows,
                      CasClipText  *text,
                      CasTokenizer *tokenizer,
                      GError      **error)
{
  const gsize n_replaced = rows->replaced_values->len, n_new = rows->new_values->len;

  cas_lora_rows_take_off (text, tokenizer);
  if (!add_tokens (rows, tokenizer, error))
    {
      cas_lora_rows_take_off (text, tokenizer);
      return FALSE;
    }
  if (n_replaced + n_new == 0)
    return TRUE;

  g_free (rows->values);
  rows->values = g_new (float, n_replaced + n_new);
  memcpy (rows->values, rows->replaced_values->data, n_replaced * sizeof (float));
  memcpy (rows->values + n_replaced, rows->new_values->data, n_new * sizeof (float));
  rows->weight = (CasWeight) {
    .name = "new tokens",
    .file = text->tokens->file,
    .dtype = CAS_F32,
    .n_dims = 2,
    .dims = { (n_replaced + n_new) / text->c, text->c },
    .read = read_values,
    .source = rows->values,
    .is_temporary = TRUE,
  };
  cas_clip_text_set_extra (text, &rows->weight, (const gint32 *) rows->replaced->data,
                           rows->replaced->len);
  return TRUE;
}
