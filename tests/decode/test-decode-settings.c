/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Settings in EXIF and XMP, as other programs put them into JPEG and WebP: what is read of them, and
 * what is said of those that cannot be. */

#include "cascade/error.h"
#include "cascade/metadata.h"

#include <glib/gstdio.h>
#include <string.h>

/* --- files --------------------------------------------------------------------------------- */

typedef enum
{
  ASCII = 2,
  SHORT = 3,
  LONG = 4,
  UNDEFINED = 7,
} Type;

typedef struct
{
  guint16       number;
  Type          type;
  const guint8 *data; /* as it is in the file */
  guint32       size;
} Tag;

#define EXIF_IFD     0x8769
#define USER_COMMENT 0x9286

static void
put (GByteArray *out,
     guint       size,
     guint32     value,
     gboolean    is_big)
{
  for (guint i = 0; i < size; i++)
    {
      const guint8 byte = (guint8) (value >> 8 * (is_big ? size - 1 - i : i));

      g_byte_array_append (out, &byte, 1);
    }
}

/* A list of tags, whose longer values follow it. */
static void
put_tags (GByteArray *out,
          const Tag  *tags,
          guint       n,
          gboolean    is_big)
{
  g_autoptr (GByteArray) values = g_byte_array_new ();
  const guint start = out->len + 2 + 12 * n + 4;

  put (out, 2, n, is_big);
  for (guint i = 0; i < n; i++)
    {
      const guint32 size_of_one = tags[i].type == SHORT ? 2 : tags[i].type == LONG ? 4 : 1;
      guint8 four[4] = { 0 };

      put (out, 2, tags[i].number, is_big);
      put (out, 2, tags[i].type, is_big);
      put (out, 4, tags[i].size / size_of_one, is_big);
      if (tags[i].size > sizeof four)
        {
          put (out, 4, start + values->len, is_big);
          g_byte_array_append (values, tags[i].data, tags[i].size);
          if (values->len % 2)
            g_byte_array_append (values, four, 1);
        }
      else
        {
          memcpy (four, tags[i].data, tags[i].size);
          g_byte_array_append (out, four, sizeof four);
        }
    }
  put (out, 4, 0, is_big);
  g_byte_array_append (out, values->data, values->len);
}

/* EXIF with one tag: a user comment is in a list of its own, if it is where it belongs. */
static GByteArray *
new_exif (const Tag *tag,
          gboolean   is_in_own_list,
          gboolean   is_big)
{
  enum { LIST = 8, ONE_TAG = 2 + 12 + 4 };
  GByteArray *exif = g_byte_array_new ();
  g_autoptr (GByteArray) place = g_byte_array_new ();

  g_byte_array_append (exif, (const guint8 *) (is_big ? "MM" : "II"), 2);
  put (exif, 2, 42, is_big);
  put (exif, 4, LIST, is_big);
  put (place, 4, LIST + ONE_TAG, is_big);
  if (is_in_own_list)
    put_tags (exif, &(Tag) { EXIF_IFD, LONG, place->data, place->len }, 1, is_big);
  put_tags (exif, tag, 1, is_big);
  return exif;
}

static GByteArray *
read_data (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", name, NULL);
  g_autoptr (GError) error = NULL;
  char *data;
  gsize size;

  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  return g_byte_array_new_take ((guint8 *) data, size);
}

/* A picture with a segment more. kind_size: with the NUL at its end. */
static GByteArray *
new_jpeg (const char       *kind,
          guint             kind_size,
          const GByteArray *data)
{
  g_autoptr (GByteArray) plain = read_data ("progressive.jpg");
  GByteArray *jpeg = g_byte_array_new ();

  g_byte_array_append (jpeg, plain->data, 2);
  put (jpeg, 2, 0xffe1, TRUE);
  put (jpeg, 2, 2 + kind_size + data->len, TRUE);
  g_byte_array_append (jpeg, (const guint8 *) kind, kind_size);
  g_byte_array_append (jpeg, data->data, data->len);
  g_byte_array_append (jpeg, plain->data + 2, plain->len - 2);
  return jpeg;
}

static void
put_chunk (GByteArray   *out,
           const char   *type,
           const guint8 *data,
           guint         size)
{
  g_byte_array_append (out, (const guint8 *) type, 4);
  put (out, 4, size, FALSE);
  g_byte_array_append (out, data, size);
  if (size % 2)
    put (out, 1, 0, FALSE);
}

/* type: "EXIF" or "XMP ". */
static GByteArray *
new_webp (const char       *type,
          const GByteArray *data)
{
  static const guint8 head[10] = { [0] = 0x0c, [4] = 31, [7] = 15 }; /* has either; 32×16 */
  g_autoptr (GByteArray) plain = read_data ("quadrants.webp");
  GByteArray *webp = g_byte_array_new ();
  const guint8 *picture = plain->data + 12;

  g_assert_cmpmem (picture, 3, "VP8", 3);
  g_assert_cmpint (picture[3], !=, 'X');
  g_byte_array_append (webp, plain->data, 12);
  put_chunk (webp, "VP8X", head, sizeof head);
  g_byte_array_append (webp, picture, plain->len - 12);
  put_chunk (webp, type, data->data, data->len);

  const guint32 size = GUINT32_TO_LE (webp->len - 8);

  memcpy (webp->data + 4, &size, sizeof size);
  return webp;
}

/* Both kinds of file are tried with everything. */
static GByteArray *
new_picture (const GByteArray *exif,
             gboolean          is_webp)
{
  return is_webp ? new_webp ("EXIF", exif) : new_jpeg ("Exif\0", sizeof "Exif\0", exif);
}

typedef struct
{
  char *folder, *path;
} Fixture;

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("weir-settings-XXXXXX", &error);
  g_assert_no_error (error);
  f->path = g_build_filename (f->folder, "picture", NULL);
}

static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  g_unlink (f->path);
  g_rmdir (f->folder);
  g_free (f->path);
  g_free (f->folder);
}

static CasSettings *
read_settings (const Fixture    *f,
               const GByteArray *file,
               GError          **error)
{
  g_assert_true (g_file_set_contents (f->path, (const char *) file->data, (gssize) file->len, NULL));
  return cas_settings_read (f->path, NULL, error);
}

static void
check_sentence (const Fixture *f,
                const GError  *error,
                const char    *words)
{
  g_test_message ("%s", error->message);
  if (strstr (error->message, "no settings in it"))
    g_assert_error (error, CAS_ERROR, CAS_ERROR_NO_SETTINGS);
  else
    g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE);
  g_assert_nonnull (strstr (error->message, f->path));
  if (!strstr (error->message, words))
    g_error ("“%s” lacks “%s”", error->message, words);
}

/* --- comments ------------------------------------------------------------------------------ */

#define PROMPT   "a red house — 붉은 집 🏠"
#define SETTINGS "\nSteps: 20, Seed: 7, Size: 64x48"

typedef struct
{
  const char *what;
  const char *code; /* 8 bytes, or none */
  const char *encoding, *text;
  const char *prompt; /* wanted, or */
  const char *words;  /* of a sentence */
  gboolean    is_padded;
} Comment;

static const Comment comments[] = {
  { "big end first", "UNICODE\0", "UTF-16BE", PROMPT SETTINGS, PROMPT, NULL },
  { "little end first", "UNICODE\0", "UTF-16LE", PROMPT SETTINGS, PROMPT, NULL },
  { "marked, big end", "UNICODE\0", "UTF-16BE", "\ufeff" PROMPT SETTINGS, PROMPT, NULL },
  { "marked, little end", "UNICODE\0", "UTF-16LE", "\ufeff" PROMPT SETTINGS, PROMPT, NULL },
  { "NULs at the end", "UNICODE\0", "UTF-16LE", "a house" SETTINGS, "a house", NULL, TRUE },
  { "ASCII", "ASCII\0\0\0", "UTF-8", "a house" SETTINGS, "a house", NULL },
  { "UTF-8 as ASCII", "ASCII\0\0\0", "UTF-8", PROMPT SETTINGS, PROMPT, NULL },
  { "not named", "\0\0\0\0\0\0\0\0", "UTF-8", PROMPT SETTINGS, PROMPT, NULL },
  { "no prefix", NULL, "UTF-8", PROMPT SETTINGS, PROMPT, NULL },
  { "lines as on Windows", "ASCII\0\0\0", "UTF-8", "a house\r\nSteps: 20, Seed: 7, Size: 64x48\r\n",
    "a house", NULL },
  { "JIS", "JIS\0\0\0\0\0", "ISO-2022-JP", "家" SETTINGS, NULL, "in JIS characters" },
  { "Latin-1 as ASCII", "ASCII\0\0\0", "ISO-8859-1", "é" SETTINGS, NULL, "that it names" },
  { "somebody's words", "ASCII\0\0\0", "UTF-8", "Grandma and the house", NULL, "no settings" },
  { "somebody's object", "ASCII\0\0\0", "UTF-8", "{\"a\": 1}", NULL, "no settings" },
  { "somebody's steps", "ASCII\0\0\0", "UTF-8", "Grandma's house\nSteps: up, then left, then down",
    NULL, "no settings" },
  { "somebody's recipe", "ASCII\0\0\0", "UTF-8", "Pie\nSteps: 3, Eggs: 2, Flour: 100 g", NULL,
    "no settings" },
  { "few steps", "ASCII\0\0\0", "UTF-8", "The stairs\nSteps: 20", NULL, "no settings" },
  { "nothing", "ASCII\0\0\0", "UTF-8", "", NULL, "no settings" },
};

static GByteArray *
new_comment (const Comment *comment)
{
  GByteArray *bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  gsize size;
  g_autofree char *text = g_convert (comment->text, -1, comment->encoding, "UTF-8", NULL, &size,
                                     &error);

  g_assert_no_error (error);
  if (comment->code)
    g_byte_array_append (bytes, (const guint8 *) comment->code, 8);
  g_byte_array_append (bytes, (const guint8 *) text, size);
  if (comment->is_padded)
    put (bytes, 4, 0, FALSE);
  return bytes;
}

static void
check_comment (const Fixture *f,
               const Comment *comment,
               gboolean       is_in_place,
               gboolean       is_big,
               gboolean       is_webp)
{
  g_autoptr (GByteArray) bytes = new_comment (comment);
  const Tag tag = { USER_COMMENT, UNDEFINED, bytes->data, bytes->len };
  g_autoptr (GByteArray) exif = new_exif (&tag, is_in_place, is_big);
  g_autoptr (GByteArray) file = new_picture (exif, is_webp);
  g_autoptr (GError) error = NULL;
  g_autoptr (CasSettings) settings = read_settings (f, file, &error);

  g_test_message ("%s%s, %s, %s", comment->what, is_in_place ? "" : " beside its place",
                  is_big ? "MM" : "II", is_webp ? "WebP" : "JPEG");
  if (!comment->prompt)
    {
      g_assert_null (settings);
      check_sentence (f, error, comment->words);
      return;
    }
  g_assert_no_error (error);
  g_assert_cmpint (settings->form, ==, CAS_SETTINGS_A1111);
  g_assert_cmpstr (settings->metadata.prompt, ==, comment->prompt);
  g_assert_cmpuint (settings->metadata.steps, ==, 20);
  g_assert_cmpuint (settings->metadata.seed, ==, 7);
  g_assert_cmpuint (settings->metadata.height, ==, 48);
}

static void
test_comments (Fixture      *f,
               gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (comments); i++)
    for (guint way = 0; way < 8; way++)
      check_comment (f, &comments[i], way & 1, way & 2, way & 4);
}

/* Half a character. */
static void
test_broken_utf16 (Fixture      *f,
                   gconstpointer data)
{
  static const guint8 bytes[] = { 'U', 'N', 'I', 'C', 'O', 'D', 'E', 0, 0, 'a', 0xd8, 0x3d, 0, 'b' };
  const Tag tag = { USER_COMMENT, UNDEFINED, bytes, sizeof bytes };
  g_autoptr (GByteArray) exif = new_exif (&tag, TRUE, TRUE);
  g_autoptr (GByteArray) file = new_picture (exif, FALSE);
  g_autoptr (GError) error = NULL;

  g_assert_null (read_settings (f, file, &error));
  check_sentence (f, error, "that it names");
}

static void
test_too_long (Fixture      *f,
               gconstpointer data)
{
  const guint size = 9 << 20;
  g_autofree guint8 *bytes = g_malloc (size);
  const Tag tag = { USER_COMMENT, UNDEFINED, bytes, size };
  g_autoptr (GError) error = NULL;

  memset (bytes, 'x', size);
  memcpy (bytes, "ASCII\0\0\0", 8);
  g_autoptr (GByteArray) exif = new_exif (&tag, TRUE, FALSE);
  g_autoptr (GByteArray) file = new_picture (exif, TRUE);
  g_assert_null (read_settings (f, file, &error));
  check_sentence (f, error, "more text in it than the 8388608 bytes");
}

/* --- other forms --------------------------------------------------------------------------- */

#define GRAPH "{\"1\":{\"class_type\":\"KSampler\",\"inputs\":{\"seed\":7,\"steps\":20,\"cfg\":4," \
              "\"positive\":[\"2\",0]}}," \
              "\"2\":{\"class_type\":\"CLIPTextEncode\",\"inputs\":{\"text\":\"a house\"}}}"

static void
test_forms (Fixture      *f,
            gconstpointer data)
{
  static const struct
  {
    guint16         number;
    const char     *text;
    CasSettingsForm form;
  } rows[] = {
    { USER_COMMENT, "{\"metadata_scheme\": \"fooocus\", \"prompt\": \"a house\", \"seed\": \"7\", "
                    "\"steps\": 20, \"version\": \"Fooocus v2.5.5\"}", CAS_SETTINGS_FOOOCUS },
    { USER_COMMENT, "{\n \"sui_image_params\": {\n \"prompt\": \"a house\", \"seed\": 7, "
                    "\"steps\": 20 } }", CAS_SETTINGS_SWARMUI },
    { 0x010e, "a house" SETTINGS, CAS_SETTINGS_A1111 },
    { 0x0110, "prompt:" GRAPH, CAS_SETTINGS_COMFYUI },
    { 0x010f, "Prompt:" GRAPH, CAS_SETTINGS_COMFYUI },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint is_webp = 0; is_webp < 2; is_webp++)
      {
        const Tag tag = { rows[i].number, ASCII, (const guint8 *) rows[i].text,
                          strlen (rows[i].text) + 1 };
        g_autoptr (GByteArray) exif = new_exif (&tag, FALSE, FALSE);
        g_autoptr (GByteArray) file = new_picture (exif, is_webp);
        g_autoptr (GError) error = NULL;
        g_autoptr (CasSettings) settings = read_settings (f, file, &error);

        g_test_message ("%u", i);
        g_assert_no_error (error);
        g_assert_cmpint (settings->form, ==, rows[i].form);
        g_assert_cmpstr (settings->metadata.prompt, ==, "a house");
        g_assert_cmpuint (settings->metadata.steps, ==, 20);
        g_assert_cmpuint (settings->metadata.seed, ==, 7);
      }
}

#define XMP(description)                                                                        \
  "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"                                                      \
  "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"                         \
  "<rdf:Description rdf:about=\"\" xmlns:exif=\"http://ns.adobe.com/exif/1.0/\""                \
  " xmlns:dc=\"http://purl.org/dc/elements/1.1/\">" description                                 \
  "</rdf:Description></rdf:RDF></x:xmpmeta>"
#define ALT(text) "<rdf:Alt><rdf:li xml:lang=\"x-default\">" text "</rdf:li></rdf:Alt>"

static void
test_xmp (Fixture      *f,
          gconstpointer data)
{
  static const char *const packets[] = {
    XMP ("<exif:UserComment>" ALT (PROMPT SETTINGS) "</exif:UserComment>"),
    XMP ("<dc:description>" ALT (PROMPT SETTINGS) "</dc:description>"),
    XMP ("<dc:description>" ALT (PROMPT SETTINGS) "</dc:description>"
         "<exif:UserComment>" ALT ("{\"c\":\"another\"}") "</exif:UserComment>"),
  };
  static const char kind[] = "http://ns.adobe.com/xap/1.0/";

  for (guint i = 0; i < G_N_ELEMENTS (packets); i++)
    for (guint is_webp = 0; is_webp < 2; is_webp++)
      {
        g_autoptr (GByteArray) xmp = g_byte_array_new ();

        g_byte_array_append (xmp, (const guint8 *) packets[i], strlen (packets[i]));
        g_autoptr (GByteArray) file = is_webp ? new_webp ("XMP ", xmp)
                                              : new_jpeg (kind, sizeof kind, xmp);
        g_autoptr (GError) error = NULL;
        g_autoptr (CasSettings) settings = read_settings (f, file, &error);

        g_test_message ("%u, %s", i, is_webp ? "WebP" : "JPEG");
        g_assert_no_error (error);
        g_assert_cmpstr (settings->metadata.prompt, ==, PROMPT);
        g_assert_cmpuint (settings->metadata.steps, ==, 20);
      }
}

/* What is not in the characters that its place is for is not taken for nothing. */
static void
test_damaged_texts (Fixture      *f,
                    gconstpointer data)
{
  static const guint16 numbers[] = { 0x010e, 0x010f, 0x0110, 0x0131 };
  static const char text[] = "un \xe9t\xe9" SETTINGS; /* Latin-1 */

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    for (guint is_webp = 0; is_webp < 2; is_webp++)
      {
        const Tag tag = { numbers[i], ASCII, (const guint8 *) text, sizeof text };
        g_autoptr (GByteArray) exif = new_exif (&tag, FALSE, FALSE);
        g_autoptr (GByteArray) file = new_picture (exif, is_webp);
        g_autoptr (GError) error = NULL;

        g_assert_null (read_settings (f, file, &error));
        check_sentence (f, error, "that it names");
      }
}

/* --- damage -------------------------------------------------------------------------------- */

/* Settings or a sentence, whatever EXIF's numbers are. */
static void
test_hostile (Fixture      *f,
              gconstpointer data)
{
  static const guint8 values[] = { 0x00, 0x7f, 0xff, 0x08 }; /* the last: places of lists */
  g_autoptr (GByteArray) comment = new_comment (&comments[0]);
  const Tag tag = { USER_COMMENT, UNDEFINED, comment->data, comment->len };
  g_autoptr (GByteArray) exif = new_exif (&tag, TRUE, TRUE);
  const guint n_numbers = exif->len - comment->len;

  for (guint at = 0; at < n_numbers; at++)
    for (guint v = 0; v < G_N_ELEMENTS (values); v++)
      {
        const guint8 right = exif->data[at];
        g_autoptr (GError) error = NULL;

        exif->data[at] = values[v];
        g_autoptr (GByteArray) file = new_picture (exif, at % 2);
        exif->data[at] = right;
        g_autoptr (CasSettings) settings = read_settings (f, file, &error);
        if (!settings)
          check_sentence (f, error, ".");
      }
}

/* EXIF that ends too early, in a file that does not. */
static void
test_cut (Fixture      *f,
          gconstpointer data)
{
  g_autoptr (GByteArray) comment = new_comment (&comments[0]);
  const Tag tag = { USER_COMMENT, UNDEFINED, comment->data, comment->len };
  g_autoptr (GByteArray) exif = new_exif (&tag, TRUE, TRUE);

  for (guint length = exif->len; length > 0; g_byte_array_set_size (exif, --length))
    {
      g_autoptr (GByteArray) file = new_picture (exif, length % 2);
      g_autoptr (GError) error = NULL;
      g_autoptr (CasSettings) settings = read_settings (f, file, &error);

      if (!settings)
        check_sentence (f, error, ".");
    }
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *name;
    void      (*test) (Fixture *f, gconstpointer data);
  } tests[] = {
    { "comments", test_comments }, { "broken-utf16", test_broken_utf16 },
    { "too-long", test_too_long }, { "forms", test_forms }, { "xmp", test_xmp },
    { "damaged-texts", test_damaged_texts },
    { "hostile", test_hostile }, { "cut", test_cut },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/decode-settings/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
