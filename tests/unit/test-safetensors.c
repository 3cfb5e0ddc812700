/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The safetensors reader: what it gives, and what it says about files that are broken. */

#include "cascade/error.h"
#include "io/safetensors-header.h"
#include "io/safetensors.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The engine is linked into this program, so that its pread is the one below. */
static gboolean pread_is_difficult;
static guint    n_preads;

ssize_t
pread (int    fd,
       void  *buf,
       size_t count,
       off_t  offset)
{
  if (pread_is_difficult)
    {
      if (n_preads++ % 2 == 0)
        {
          errno = EINTR;
          return -1;
        }
      count = MIN (count, 3);
    }
  return syscall (SYS_pread64, fd, buf, count, offset);
}

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("weir-safetensors-XXXXXX", &error);
  g_assert_no_error (error);
  f->path = g_build_filename (f->folder, "a.safetensors", NULL);
}

static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  g_remove (f->path);
  g_rmdir (f->folder);
  g_free (f->path);
  g_free (f->folder);
}

static GByteArray *
make_file (const char *header,
           gssize      header_length,
           gsize       n_data)
{
  GByteArray *file = g_byte_array_new ();
  guint64 length = header_length < 0 ? strlen (header) : (gsize) header_length;
  guint64 little_endian = GUINT64_TO_LE (length);

  g_byte_array_append (file, (const guint8 *) &little_endian, 8);
  g_byte_array_append (file, (const guint8 *) header, length);
  for (gsize i = 0; i < n_data; i++)
    {
      guint8 byte = (guint8) i;
      g_byte_array_append (file, &byte, 1);
    }
  return file;
}

static CasSafetensors *
open_bytes (Fixture      *f,
            const guint8 *bytes,
            gsize         size,
            GError      **error)
{
  g_autoptr (GError) local_error = NULL;

  g_file_set_contents (f->path, (const char *) bytes, (gssize) size, &local_error);
  g_assert_no_error (local_error);
  return cas_safetensors_open (f->path, error);
}

static CasSafetensors *
open_header (Fixture    *f,
             const char *header,
             gsize       n_data,
             GError    **error)
{
  g_autoptr (GByteArray) file = make_file (header, -1, n_data);

  return open_bytes (f, file->data, file->len, error);
}

#define VALID \
  "{\"__metadata__\":{\"format\":\"pt\",\"\\u00e9\":\"a\\n\\ud83d\\udc36\"}," \
  "\"b\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[2,26]}," \
  "\"a\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[0,2]}," \
  "\"empty\":{\"data_offsets\":[2,2],\"shape\":[4,0],\"dtype\":\"I64\"}}   "

static void
test_valid (Fixture      *f,
            gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasSafetensors) st = open_header (f, VALID, 26, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (cas_safetensors_get_path (st), ==, f->path);
  g_assert_cmpuint (cas_safetensors_get_n_entries (st), ==, 3);
  g_assert_cmpstr (cas_safetensors_get_entry (st, 0)->name, ==, "a");
  g_assert_cmpstr (cas_safetensors_get_entry (st, 1)->name, ==, "empty");
  g_assert_cmpstr (cas_safetensors_get_entry (st, 2)->name, ==, "b");

  const CasSafetensorsEntry *b = cas_safetensors_lookup (st, "b");
  g_assert_true (b == cas_safetensors_get_entry (st, 2));
  g_assert_cmpint (b->dtype, ==, CAS_F32);
  g_assert_cmpuint (b->n_dims, ==, 2);
  g_assert_cmpuint (b->dims[0], ==, 2);
  g_assert_cmpuint (b->dims[1], ==, 3);
  g_assert_cmpuint (b->offset, ==, 8 + strlen (VALID) + 2);
  g_assert_cmpuint (b->size, ==, 24);
  g_assert_cmpuint (cas_safetensors_lookup (st, "a")->n_dims, ==, 0);
  g_assert_cmpuint (cas_safetensors_lookup (st, "empty")->size, ==, 0);
  g_assert_null (cas_safetensors_lookup (st, "c"));
  g_assert_null (cas_safetensors_lookup (st, ""));

  g_assert_cmpuint (cas_safetensors_get_n_metadata (st), ==, 2);
  g_assert_cmpstr (cas_safetensors_get_metadata_key (st, 0), ==, "format");
  g_assert_cmpstr (cas_safetensors_get_metadata_key (st, 1), ==, "é");
  g_assert_cmpstr (cas_safetensors_lookup_metadata (st, "é"), ==, "a\n🐶");
  g_assert_null (cas_safetensors_lookup_metadata (st, "none"));
}

static void
test_no_tensors (Fixture      *f,
                 gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasSafetensors) st = open_header (f, "{}", 0, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (cas_safetensors_get_n_entries (st), ==, 0);
  g_assert_null (cas_safetensors_lookup (st, "a"));
}

static void
check_read (CasSafetensors *st)
{
  const CasSafetensorsEntry *b = cas_safetensors_lookup (st, "b");

  for (guint offset = 0; offset <= b->size; offset++)
    for (guint size = 0; offset + size <= b->size; size++)
      {
        g_autoptr (GError) error = NULL;
        guint8 got[25];

        memset (got, 0xee, sizeof got);
        g_assert_true (cas_safetensors_read (st, b, offset, got, size, &error));
        g_assert_no_error (error);
        for (guint i = 0; i < size; i++)
          g_assert_cmpuint (got[i], ==, 2 + offset + i);
        g_assert_cmpuint (got[size], ==, 0xee);
      }
}

static void
test_read (Fixture      *f,
           gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasSafetensors) st = open_header (f, VALID, 26, &error);

  g_assert_no_error (error);
  check_read (st);
}

static void
test_read_interrupted (Fixture      *f,
                       gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  pread_is_difficult = TRUE;
  g_autoptr (CasSafetensors) st = open_header (f, VALID, 26, &error);
  g_assert_no_error (error);
  check_read (st);
  pread_is_difficult = FALSE;
}

static void
test_read_beyond_end (Fixture      *f,
                      gconstpointer data)
{
  static const struct { guint64 offset; gsize size; } ranges[] = {
    { 0, 25 }, { 24, 1 }, { 25, 0 }, { G_MAXUINT64, 1 }, { G_MAXUINT64, 2 }, { 1, G_MAXSIZE },
  };
  g_autoptr (GError) open_error = NULL;
  g_autoptr (CasSafetensors) st = open_header (f, VALID, 26, &open_error);

  g_assert_no_error (open_error);
  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
    {
      g_autoptr (GError) error = NULL;
      guint8 got[32];

      g_assert_false (cas_safetensors_read (st, cas_safetensors_lookup (st, "b"),
                                            ranges[i].offset, got, ranges[i].size, &error));
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
    }
}

static void
test_file_shrinks (Fixture      *f,
                   gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasSafetensors) st = open_header (f, VALID, 26, &error);
  guint8 got[24];

  g_assert_no_error (error);
  g_assert_cmpint (truncate (f->path, (off_t) (8 + strlen (VALID) + 20)), ==, 0);
  g_assert_false (cas_safetensors_read (st, cas_safetensors_lookup (st, "b"), 0, got, 24, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
  g_assert_nonnull (strstr (error->message, "“b”"));
  g_assert_nonnull (strstr (error->message, "became shorter"));
}

#define T(fields) "{\"a\":{" fields "}}"
#define F32_1 "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]"

/* Each breaks one rule; the sentence must say so. */
static const struct
{
  const char *header;
  gsize       n_data;
  const char *says;
} broken[] = {
  { " {}", 0, "does not begin with “{”" },
  { "[]", 0, "does not begin with “{”" },
  { "{}\n", 0, "other than spaces" },
  { "{}{}", 0, "other than spaces" },
  { "{}x", 0, "other than spaces" },
  { "{ ", 0, "in quotation marks is missing" },
  { "{\"a", 0, "does not end" },
  { "{\"a\"  ", 0, "“:” is missing" },
  { "{\"a\":1}", 4, "“{” is missing" },
  { "{\"a\":null}", 4, "“{” is missing" },
  { "{\"a\":{" F32_1 "},}", 4, "in quotation marks is missing" },
  { "{\"a\":{" F32_1 "}", 4, "“}” or “,” is missing" },
  { T (F32_1 ","), 4, "in quotation marks is missing" },
  { "{\"\xff\":{" F32_1 "}}", 4, "is not UTF-8 at byte 10" },
  { "{\"\xc0\x80\":{" F32_1 "}}", 4, "is not UTF-8" },
  { "{\"\xed\xa0\x80\":{" F32_1 "}}", 4, "is not UTF-8" },
  { "{\"a\\u0000\":{" F32_1 "}}", 4, "NUL" },
  { "{\"a\\ud800\":{" F32_1 "}}", 4, "surrogate" },
  { "{\"a\\udc00\":{" F32_1 "}}", 4, "surrogate" },
  { "{\"a\\ud800\\u0041\":{" F32_1 "}}", 4, "surrogate" },
  { "{\"a\\u12g4\":{" F32_1 "}}", 4, "hexadecimal" },
  { "{\"a\\x\":{" F32_1 "}}", 4, "an unknown character follows" },
  { "{\"a\tb\":{" F32_1 "}}", 4, "bare control character" },
  { "{\"a\\tb\":{" F32_1 "}}", 4, "holds a control character" },
  { "{\"a\\u009b\":{" F32_1 "}}", 4, "holds a control character" },
  { "{\"a\":{" F32_1 "},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8,
    "“a” is there twice" },
  { "{\"a\":{" F32_1 "},\"\\u0061\":{" F32_1 "}}", 4, "“a” is there twice" },
  { "{\"__metadata__\":{},\"__metadata__\":{}}", 0, "“__metadata__” is there twice" },
  { "{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", 0, "“__metadata__” has “k” twice" },
  { "{\"__metadata__\":{\"k\":1}}", 0, "in quotation marks is missing" },
  { "{\"__metadata__\":{\"k\":{}}}", 0, "in quotation marks is missing" },
  { "{\"__metadata__\":[]}", 0, "“{” is missing" },
  { T (""), 0, "“a” has no “dtype”" },
  { T ("\"dtype\":\"F32\""), 0, "“a” has no “shape”" },
  { T ("\"dtype\":\"F32\",\"shape\":[0]"), 0, "“a” has no “data_offsets”" },
  { T (F32_1 ",\"dtype\":\"F32\""), 4, "“a” has “dtype” twice" },
  { T (F32_1 ",\"shape\":[1]"), 4, "“a” has “shape” twice" },
  { T (F32_1 ",\"strides\":[1]"), 4, "“strides”, which is not known" },
  { T ("\"dtype\":\"F4\",\"shape\":[8],\"data_offsets\":[0,4]"), 4,
    "“a” has the number type “F4”" },
  { T ("\"dtype\":\"f32\",\"shape\":[1],\"data_offsets\":[0,4]"), 4, "number type “f32”" },
  { T ("\"dtype\":32,\"shape\":[1],\"data_offsets\":[0,4]"), 4, "in quotation marks is missing" },
  { T ("\"dtype\":\"F32\",\"shape\":1,\"data_offsets\":[0,4]"), 4, "“[” is missing" },
  { T ("\"dtype\":\"F32\",\"shape\":[1,],\"data_offsets\":[0,4]"), 4, "whole number is missing" },
  { T ("\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]"), 4, "whole number is missing" },
  { T ("\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]"), 4, "not whole" },
  { T ("\"dtype\":\"F32\",\"shape\":[1e0],\"data_offsets\":[0,4]"), 4, "not whole" },
  { T ("\"dtype\":\"F32\",\"shape\":[01],\"data_offsets\":[0,4]"), 4, "begins with 0" },
  { T ("\"dtype\":\"F32\",\"shape\":[[1]],\"data_offsets\":[0,4]"), 4, "whole number is missing" },
  { T ("\"dtype\":\"F32\",\"shape\":[18446744073709551616],\"data_offsets\":[0,4]"), 4,
    "too large" },
  { T ("\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]"), 4,
    "more than 8 dimensions" },
  { T ("\"dtype\":\"F32\",\"shape\":[4611686018427387905],\"data_offsets\":[0,4]"), 4,
    "“a” is larger than any file" },
  { T ("\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]"), 0,
    "“a” is larger than any file" },
  { T ("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]"), 4,
    "“a” has 4 bytes, wanted 8" },
  { T ("\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[0,4]"), 4,
    "“a” has 4 bytes, wanted 2" },
  { T ("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]"), 4, "before its begin" },
  { T ("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4]"), 4, "one number, wanted two" },
  { T ("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]"), 4, "“]” or “,” is missing" },
  { T ("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]"), 8,
    "4 bytes before tensor “a” belong to no tensor" },
  { "{\"a\":{" F32_1 "},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}", 12,
    "4 bytes before tensor “b” belong to no tensor" },
  { "{\"a\":{" F32_1 "},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[2,6]}}", 6,
    "“a” and “b” overlap" },
  { "{\"a\":{" F32_1 "},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4,
    "“a” and “b” overlap" },
  { "{\"a\":{" F32_1 "},\"b\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[2,2]}}", 4,
    "“a” and “b” overlap" },
  { T (F32_1), 5, "1 bytes after the last tensor" },
  { "{}", 1, "1 bytes after the last tensor" },
  { T (F32_1), 3, "truncated download: the file has 65 bytes, wanted 66" },
  { T (F32_1), 0, "truncated download" },
  { T ("\"dtype\":\"U8\",\"shape\":[18446744073709551615],"
       "\"data_offsets\":[0,18446744073709551615]"), 1, "truncated download" },
};

static void
test_broken (Fixture      *f,
             gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CasSafetensors) st = open_header (f, broken[i].header, broken[i].n_data, &error);

      if (st != NULL)
        g_error ("header %u was accepted, wanted “%s”", i, broken[i].says);
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
      if (strstr (error->message, broken[i].says) == NULL)
        g_error ("header %u: “%s” does not say “%s”", i, error->message, broken[i].says);
      g_assert_true (g_str_has_prefix (error->message, f->path));
    }
}

static void
test_nul_in_header (Fixture      *f,
                    gconstpointer data)
{
  static const char header[] = "{\"a\0\":{" F32_1 "}}";
  g_autoptr (GByteArray) file = make_file (header, sizeof header - 1, 4);
  g_autoptr (GError) error = NULL;
  g_autoptr (CasSafetensors) st = open_bytes (f, file->data, file->len, &error);

  g_assert_null (st);
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
  g_assert_nonnull (strstr (error->message, "not UTF-8 at byte 11"));
}

static void
test_header_length (Fixture      *f,
                    gconstpointer data)
{
  static const struct { guint64 length; const char *says; } lengths[] = {
    { 0, "it does not begin with the length" },
    { 1, "it does not begin with the length" },
    { 3, "wanted 11 for the header alone" },
    { 100000000, "for the header alone" },
    { 100000001, "it does not begin with the length" },
    { G_GUINT64_CONSTANT (1) << 63, "it does not begin with the length" },
    { G_MAXUINT64 - 7, "it does not begin with the length" },
    { G_MAXUINT64, "it does not begin with the length" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      guint8 bytes[10] = { [8] = '{', [9] = '}' };
      guint64 little_endian = GUINT64_TO_LE (lengths[i].length);
      g_autoptr (GError) error = NULL;

      memcpy (bytes, &little_endian, 8);
      g_autoptr (CasSafetensors) st = open_bytes (f, bytes, sizeof bytes, &error);
      g_assert_null (st);
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
      g_assert_nonnull (strstr (error->message, lengths[i].says));
    }
}

static void
test_other_files (Fixture      *f,
                  gconstpointer data)
{
  static const struct { const char *bytes, *says; } files[] = {
    { "\x89PNG\r\n\x1a\n....", "by its beginning a PNG picture." },
    { "\xff\xd8\xff\xe0....", "a JPEG picture." },
    { "RIFF....WEBP", "a WebP picture." },
    { "....ftypavif", "an AVIF or HEIF picture." },
    { "PK\3\4........", "a file of PyTorch or a zip archive." },
    { "<!DOCTYPE html>", "a web page or other text" },
    { "Some words.", "it does not begin with the length of a header." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CasSafetensors) st
        = open_bytes (f, (const guint8 *) files[i].bytes, strlen (files[i].bytes), &error);

      g_assert_null (st);
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
      g_assert_nonnull (strstr (error->message, files[i].says));
    }
}

static void
test_long_names (Fixture      *f,
                 gconstpointer data)
{
  for (guint length = 1024; length <= 1025; length++)
    {
      g_autofree char *name = g_strnfill (length, 'n');
      g_autofree char *header = g_strdup_printf ("{\"%s\":{" F32_1 "}}", name);
      g_autoptr (GError) error = NULL;
      g_autoptr (CasSafetensors) st = open_header (f, header, 4, &error);

      if (length == 1024)
        {
          g_assert_no_error (error);
          g_assert_nonnull (cas_safetensors_lookup (st, name));
        }
      else
        {
          g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
          g_assert_nonnull (strstr (error->message, "longer than 1024 bytes"));
          g_assert_cmpuint (strlen (error->message), <, 400);
        }
    }
}

static void
test_many_tensors (Fixture      *f,
                   gconstpointer data)
{
  for (guint n = 100000; n <= 100001; n++)
    {
      g_autoptr (GString) header = g_string_new ("{");
      g_autoptr (GError) error = NULL;

      for (guint i = 0; i < n; i++)
        g_string_append_printf (header,
                                "%s\"%u\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}",
                                i > 0 ? "," : "", i);
      g_string_append_c (header, '}');
      g_autoptr (CasSafetensors) st = open_header (f, header->str, 0, &error);

      if (n == 100000)
        {
          g_assert_no_error (error);
          g_assert_nonnull (cas_safetensors_lookup (st, "99999"));
        }
      else
        {
          g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
          g_assert_nonnull (strstr (error->message, "more than 100000 tensors"));
        }
    }
}

static void
test_nested (Fixture      *f,
             gconstpointer data)
{
  g_autofree char *brackets = g_strnfill (1000000, '[');
  g_autofree char *header = g_strdup_printf ("{\"a\":{\"shape\":%s", brackets);
  g_autoptr (GError) error = NULL;
  g_autoptr (CasSafetensors) st = open_header (f, header, 0, &error);

  g_assert_null (st);
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
}

static void
test_truncated (Fixture      *f,
                gconstpointer data)
{
  g_autoptr (GByteArray) file = make_file (VALID, -1, 26);

  for (guint size = 0; size < file->len; size++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CasSafetensors) st = open_bytes (f, file->data, size, &error);

      g_assert_null (st);
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
      g_assert_nonnull (strstr (error->message, "truncated download"));
    }
}

/* Every value at every place of the header: it is accepted or refused, and says why. */
static void
test_flipped (Fixture      *f,
              gconstpointer data)
{
  gsize length = strlen (VALID);
  guint n_accepted = 0;

  for (gsize i = 0; i < length; i++)
    for (guint value = 0; value < 256; value++)
      {
        CasSafetensorsHeader header;
        g_autoptr (GError) error = NULL;
        char *text = g_memdup2 (VALID, length);

        text[i] = (char) value;
        if (cas_safetensors_header_parse (&header, text, length, 8 + length, 8 + length + 26,
                                          "f", &error))
          {
            g_assert_no_error (error);
            g_assert_cmpuint (header.n_entries, <=, 3);
            n_accepted++;
          }
        else
          {
            g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
            g_assert_true (g_utf8_validate (error->message, -1, NULL));
          }
        cas_safetensors_header_clear (&header);
      }
  g_assert_cmpuint (n_accepted, >=, length);
}

static void
test_flipped_length (Fixture      *f,
                     gconstpointer data)
{
  g_autoptr (GByteArray) file = make_file (VALID, -1, 26);

  for (guint i = 0; i < 64; i++)
    {
      g_autoptr (GError) error = NULL;

      file->data[i / 8] ^= (guint8) (1 << i % 8);
      g_autoptr (CasSafetensors) st = open_bytes (f, file->data, file->len, &error);
      file->data[i / 8] ^= (guint8) (1 << i % 8);
      g_assert_null (st);
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
    }
}

static void
test_not_a_file (Fixture      *f,
                 gconstpointer data)
{
  g_autoptr (GError) missing = NULL;
  g_autoptr (GError) folder = NULL;
  g_autoptr (GError) device = NULL;

  g_assert_null (cas_safetensors_open (f->path, &missing));
  g_assert_error (missing, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (missing->message, f->path));
  g_assert_null (cas_safetensors_open (f->folder, &folder));
  g_assert_error (folder, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  g_assert_null (cas_safetensors_open ("/dev/zero", &device));
  g_assert_error (device, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
}

static void
test_write (Fixture      *f,
            gconstpointer data)
{
  static const guint8 bytes[16] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };
  const CasSafetensorsTensor tensors[] = {
    { .name = "a.weight", .dtype = CAS_BF16, .n_dims = 3, .dims = { 1, 3, 2 }, .data = bytes },
    { .name = "empty", .dtype = CAS_F32, .n_dims = 2, .dims = { 0, 7 } },
    { .name = "é\"\\", .dtype = CAS_I64, .n_dims = 0, .data = bytes + 8 },
  };
  const char *const metadata[] = { "format", "pt", "note", "two\nlines \"quoted\" 🐶 \x01", NULL };
  g_autoptr (GError) error = NULL;

  for (guint round = 0; round < 2; round++) /* the second replaces the first */
    {
      cas_safetensors_write (f->path, tensors, G_N_ELEMENTS (tensors), metadata, &error);
      g_assert_no_error (error);
    }
  g_autoptr (CasSafetensors) st = cas_safetensors_open (f->path, &error);
  g_assert_no_error (error);

  g_assert_cmpuint (cas_safetensors_get_n_entries (st), ==, 3);
  g_assert_cmpstr (cas_safetensors_lookup_metadata (st, "format"), ==, metadata[1]);
  g_assert_cmpstr (cas_safetensors_lookup_metadata (st, "note"), ==, metadata[3]);
  g_assert_cmpuint (cas_safetensors_get_entry (st, 0)->offset % 8, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (tensors); i++)
    {
      const CasSafetensorsEntry *entry = cas_safetensors_get_entry (st, i);
      guint8 got[16];

      g_assert_cmpstr (entry->name, ==, tensors[i].name);
      g_assert_cmpint (entry->dtype, ==, tensors[i].dtype);
      g_assert_cmpuint (entry->n_dims, ==, tensors[i].n_dims);
      g_assert_cmpint (memcmp (entry->dims, tensors[i].dims, sizeof entry->dims), ==, 0);
      g_assert_true (cas_safetensors_read (st, entry, 0, got, entry->size, &error));
      g_assert_cmpmem (got, entry->size, tensors[i].data, entry->size);
    }
}

static void
test_write_refuses (Fixture      *f,
                    gconstpointer data)
{
  const CasSafetensorsTensor bad[][2] = {
    { { .name = "a\n", .data = "1234" }, { .name = "b", .data = "1234" } },
    { { .name = "\xff", .data = "1234" }, { .name = "b", .data = "1234" } },
    { { .name = "__metadata__", .data = "1234" }, { .name = "b", .data = "1234" } },
    { { .name = "a", .data = "1234" }, { .name = "a", .data = "1234" } },
    { { .name = "a", .data = "1234" },
      { .name = "b", .n_dims = 2, .dims = { G_MAXUINT32, G_MAXUINT32 } } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (cas_safetensors_write (f->path, bad[i], 2, NULL, &error));
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
      g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
    }
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *name;
    void      (*run) (Fixture *f, gconstpointer data);
  } tests[] = {
    { "/safetensors/valid", test_valid },
    { "/safetensors/no-tensors", test_no_tensors },
    { "/safetensors/read", test_read },
    { "/safetensors/read-interrupted", test_read_interrupted },
    { "/safetensors/read-beyond-end", test_read_beyond_end },
    { "/safetensors/file-shrinks", test_file_shrinks },
    { "/safetensors/broken", test_broken },
    { "/safetensors/nul-in-header", test_nul_in_header },
    { "/safetensors/header-length", test_header_length },
    { "/safetensors/other-files", test_other_files },
    { "/safetensors/long-names", test_long_names },
    { "/safetensors/many-tensors", test_many_tensors },
    { "/safetensors/nested", test_nested },
    { "/safetensors/truncated", test_truncated },
    { "/safetensors/flipped", test_flipped },
    { "/safetensors/flipped-length", test_flipped_length },
    { "/safetensors/not-a-file", test_not_a_file },
    { "/safetensors/write", test_write },
    { "/safetensors/write-refuses", test_write_refuses },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].run, tear_down);
  return g_test_run ();
}
