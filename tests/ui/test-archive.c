/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Zip files of strangers: what is whole in them is read, and nothing else; none takes more time,
 * memory or files than its size allows. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create */
#endif

#include "project/archive.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#define N_PARTS 3

static const WeirArchivePart wanted[N_PARTS] = {
  { .name = "a.json", .max_size = 1 << 16, .is_text = TRUE },
  { .name = "b.json", .max_size = 1 << 16, .is_text = TRUE },
  { .name = "c.png", .max_size = 1 << 20 },
};

static GBytes *
new_content (guint i)
{
  GString *text = g_string_new (NULL);

  for (guint k = 0; k < 60; k++)
    g_string_append_printf (text, "%u and %u, ", i, k * k * k);
  return g_string_free_to_bytes (text);
}

static GBytes *
pack_wanted (void)
{
  WeirArchivePart parts[N_PARTS];
  GBytes *zip;

  memcpy (parts, wanted, sizeof parts);
  for (guint i = 0; i < N_PARTS; i++)
    parts[i].bytes = new_content (i);
  zip = weir_archive_pack (parts, N_PARTS, NULL);
  weir_archive_clear (parts, N_PARTS);
  return zip;
}

/* Damage may give a part the name of another one. */
static gboolean
is_content (GBytes *bytes)
{
  gboolean is_one = FALSE;

  for (guint i = 0; i < N_PARTS; i++)
    {
      g_autoptr (GBytes) content = new_content (i);

      is_one |= g_bytes_equal (bytes, content);
    }
  return is_one;
}

/* Which parts of a file with these bytes are read, as bits. Each is as one was packed. */
static guint
read_zip (const void  *bytes,
          gsize        size,
          GError     **error)
{
  const int fd = memfd_create ("zip", MFD_CLOEXEC);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  WeirArchivePart parts[N_PARTS];
  guint has = 0;

  g_assert_cmpint (write (fd, bytes, size), ==, size);
  memcpy (parts, wanted, sizeof parts);
  weir_archive_read (path, parts, N_PARTS, NULL, error);
  for (guint i = 0; i < N_PARTS; i++)
    if (parts[i].bytes)
      {
        has |= 1u << i;
        g_assert_true (is_content (parts[i].bytes));
        g_assert_false (parts[i].is_damaged);
      }
  weir_archive_clear (parts, N_PARTS);
  close (fd);
  return has;
}

static guint
count_bits (guint bits)
{
  return (bits & 1) + (bits >> 1 & 1) + (bits >> 2 & 1);
}

/* --- damage ---------------------------------------------------------------------------------- */

/* Cut off at every byte: what comes before stays. */
static void
test_truncated (void)
{
  g_autoptr (GBytes) zip = pack_wanted ();
  gsize size;
  const char *bytes = g_bytes_get_data (zip, &size);
  guint before = 0;

  g_assert_cmpuint (read_zip (bytes, size, NULL), ==, 7);
  for (gsize n = 0; n < size; n++)
    {
      g_autoptr (GError) error = NULL;
      const guint has = read_zip (bytes, n, &error);

      g_assert_cmpuint (has & before, ==, before);
      g_assert_cmpint (has == 0, ==, error != NULL);
      before = has;
    }
  g_assert_cmpuint (before, ==, 7);
}

/* Each bit of each byte: a part that is read is the one that was packed, and most are. */
static void
test_bits (void)
{
  g_autoptr (GBytes) zip = pack_wanted ();
  gsize size, n_read = 0;
  g_autofree char *bytes = g_memdup2 (g_bytes_get_data (zip, &size), g_bytes_get_size (zip));

  size = g_bytes_get_size (zip);
  for (gsize i = 0; i < 8 * size; i++)
    {
      bytes[i / 8] ^= (char) (1 << i % 8);
      n_read += count_bits (read_zip (bytes, size, NULL));
      bytes[i / 8] ^= (char) (1 << i % 8);
    }
  g_test_message ("%zu files, %.1f %% of the parts read", 8 * size,
                  100.0 * (double) n_read / (double) (8 * size * N_PARTS));
  g_assert_cmpuint (n_read, >, 8 * size * (N_PARTS - 1));
}

/* Numbers, pieces and rubbish in any place, several of them. */
static void
test_changed (void)
{
  static const guint32 numbers[] = { 0, 1, G_MAXUINT32, 1u << 31, 0x7fffffff, 0xffff, 0x04034b50,
                                     0x02014b50, 0x06054b50, 0x08074b50, 0x06064b50 };
  g_autoptr (GBytes) zip = pack_wanted ();
  const gsize size = g_bytes_get_size (zip);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  gsize n_read = 0;

  for (guint i = 0; i < 5000; i++)
    {
      g_autofree char *bytes = g_memdup2 (g_bytes_get_data (zip, NULL), size);

      for (guint k = 0; k <= i % 4; k++)
        {
          char *place = bytes + g_rand_int_range (random, 0, (int) size - 64);

          if (i % 3 == 0)
            memcpy (place, &numbers[g_rand_int_range (random, 0, G_N_ELEMENTS (numbers))], 4);
          else if (i % 3 == 1)
            memmove (place, bytes + g_rand_int_range (random, 0, (int) size - 64),
                     (gsize) g_rand_int_range (random, 1, 64));
          else
            *place = (char) g_rand_int (random);
        }
      n_read += count_bits (read_zip (bytes, size, NULL));
    }
  g_assert_cmpuint (n_read, >, 5000);
}

/* --- hostile --------------------------------------------------------------------------------- */

typedef struct
{
  const char *name;
  const char *text;     /* NULL: zeros */
  gsize       size;     /* of zeros */
  int         type;     /* 0: a file */
} Entry;

static GByteArray *
build_zip (const Entry *entries,
           guint        n_entries,
           const char  *options)
{
  static const char zeros[1 << 16];
  GByteArray *zip = g_byte_array_new ();
  struct archive *archive = archive_write_new ();
  size_t used;

  g_byte_array_set_size (zip, 1 << 20);
  archive_write_set_format_zip (archive);
  g_assert_cmpint (archive_write_set_options (archive, options), ==, ARCHIVE_OK);
  archive_write_set_passphrase (archive, "secret");
  archive_write_set_bytes_in_last_block (archive, 1);
  archive_write_open_memory (archive, zip->data, zip->len, &used);
  for (guint i = 0; i < n_entries; i++)
    {
      const Entry *e = &entries[i];
      const gsize size = e->text ? strlen (e->text) : e->size;
      struct archive_entry *entry = archive_entry_new ();

      archive_entry_set_pathname (entry, e->name);
      archive_entry_set_filetype (entry, e->type ? (guint) e->type : AE_IFREG);
      if (e->type == AE_IFLNK)
        archive_entry_set_symlink (entry, "/etc/passwd");
      archive_entry_set_size (entry, (la_int64_t) size);
      g_assert_cmpint (archive_write_header (archive, entry), ==, ARCHIVE_OK);
      for (gsize n = 0; n < size; n += sizeof zeros)
        archive_write_data (archive, e->text ? e->text : zeros, MIN (size - n, sizeof zeros));
      archive_entry_free (entry);
    }
  g_assert_cmpint (archive_write_close (archive), ==, ARCHIVE_OK);
  archive_write_free (archive);
  g_byte_array_set_size (zip, (guint) used);
  return zip;
}

static const struct
{
  const char *what;
  Entry       entries[3];
  const char *options;
  const char *read;    /* what each part then has; "-": it is damaged */
} hostile[] = {
  { "whole", { { "a.json", "A" }, { "b.json", "B" } }, "", "AB" },
  { "none of ours", { { "word/document.xml", "A" }, { "c", "B" } }, "", "" },
  { "upwards", { { "../a.json", "A" }, { "../../b.json", "B" }, { "b.json", "b" } }, "", " b" },
  { "from the root", { { "/a.json", "A" }, { "./b.json", "B" }, { "b.json", "b" } }, "", " b" },
  { "twice", { { "a.json", "A" }, { "a.json", "B" } }, "", "A" },
  { "empty", { { "a.json", "" }, { "b.json", "B" } }, "", "-B" },
  { "a folder", { { "a.json/", "", 0, AE_IFDIR }, { "b.json", "B" } }, "", " B" },
  { "a link", { { "a.json", "", 0, AE_IFLNK }, { "b.json", "B" } }, "", "-B" },
  { "encrypted", { { "a.json", "A" }, { "b.json", "B" } }, "zip:encryption=traditional", "" },
  { "AES", { { "a.json", "A" }, { "b.json", "B" } }, "zip:encryption=aes256", "" },
  { "a bomb", { { "a.json", "A" }, { "b.json", NULL, 100 << 20 } }, "", "A-" },
  { "a part that is too large", { { "a.json", "A" }, { "b.json", NULL, (1 << 16) + 1 } }, "", "A-" },
  { "the largest part", { { "a.json", "A" }, { "b.json", NULL, 1 << 16 } }, "", "A0" },
  { "a bomb aside", { { "a.json", "A" }, { "x", NULL, 100 << 20 }, { "b.json", "B" } }, "", "A" },
  { "something aside", { { "x", NULL, 1 << 20 }, { "b.json", "B" } }, "", " B" },
};

static void
check_hostile (guint i)
{
  g_autoptr (GByteArray) zip = NULL;
  g_autoptr (GError) error = NULL;
  WeirArchivePart parts[N_PARTS];
  const int fd = memfd_create ("zip", MFD_CLOEXEC);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  const char *read = hostile[i].read;
  guint n = 0;

  g_test_message ("%s", hostile[i].what);
  while (n < G_N_ELEMENTS (hostile[i].entries) && hostile[i].entries[n].name)
    n++;
  zip = build_zip (hostile[i].entries, n, hostile[i].options);
  g_assert_cmpint (write (fd, zip->data, zip->len), ==, zip->len);
  memcpy (parts, wanted, sizeof parts);
  g_assert_cmpint (weir_archive_read (path, parts, N_PARTS, NULL, &error), ==, *read != '\0');
  if (!*read)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  for (guint k = 0; *read && k < N_PARTS; k++)
    {
      const char found = k < strlen (read) ? read[k] : ' ';
      const char *text = parts[k].bytes ? g_bytes_get_data (parts[k].bytes, NULL) : NULL;

      g_assert_cmpint (parts[k].is_damaged, ==, found == '-');
      g_assert_cmpint (parts[k].bytes != NULL, ==, found != ' ' && found != '-');
      if (parts[k].bytes && found != '0')
        g_assert_cmpint (text[0], ==, found);
    }
  weir_archive_clear (parts, N_PARTS);
  close (fd);
}

static void
test_hostile (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    check_hostile (i);
}

/* More entries than any project has. */
static void
test_many (void)
{
  g_autofree Entry *entries = g_new0 (Entry, 1001);
  g_autoptr (GByteArray) zip = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 1000; i++)
    entries[i] = (Entry) { "x", "" };
  entries[1000] = (Entry) { "a.json", "A" };
  zip = build_zip (entries, 1001, "");
  g_assert_cmpuint (read_zip (zip->data, zip->len, &error), ==, 0);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

static void
test_no_zip (void)
{
  static const char *const texts[] = { "", "P", "PK\3\4", "PK\5\6", "\211PNG\r\n\032\n", "hello" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpuint (read_zip (texts[i], strlen (texts[i]), &error), ==, 0);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/archive/truncated", test_truncated);
  g_test_add_func ("/archive/bits", test_bits);
  g_test_add_func ("/archive/changed", test_changed);
  g_test_add_func ("/archive/hostile", test_hostile);
  g_test_add_func ("/archive/many", test_many);
  g_test_add_func ("/archive/no-zip", test_no_zip);
  return g_test_run ();
}
