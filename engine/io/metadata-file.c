/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Settings in a file: those of PNG in texts of its own, those of all other formats where EXIF and
 * XMP have room for them. */

#include "cascade/metadata.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "cascade/error.h"
#include "io/metadata.h"
#include "io/picture-file.h"
#include "io/png.h"

static GArray *
new_texts (void)
{
  return g_array_new (FALSE, FALSE, sizeof (CasSettingsText));
}

static void
add (GArray     *texts,
     const char *key,
     const char *text)
{
  const CasSettingsText item = { key, text };

  g_array_append_val (texts, item);
}

static CasSettings *
read_png (const char *path,
          const char *name,
          GError    **error)
{
  g_autoptr (CasPng) png = cas_png_read_texts (path, error);

  if (!png)
    return NULL;

  g_autoptr (GArray) texts = new_texts ();

  for (guint i = 0; i < png->n_texts; i++)
    add (texts, png->texts[i].key, png->texts[i].text);
  return cas_settings_from_texts ((const CasSettingsText *) texts->data, texts->len, name, error);
}

/* --- EXIF and XMP -------------------------------------------------------------------------- */

/* What would be in a PNG's text “parameters”. Anybody's comment on a photograph is no prompt:
 * A1111's form has a line that begins with the number of steps and says more that is known,
 * SwarmUI's and Fooocus' objects say whose they are. */
static gboolean
is_infotext (const char *text)
{
  static const CasSettingsFields others
    = CAS_SETTING_SEED | CAS_SETTING_SAMPLER | CAS_SETTING_CFG | CAS_SETTING_WIDTH;
  const CasSettingsText alone = { CAS_METADATA_INFOTEXT_KEY, text };
  g_autoptr (CasSettings) settings = NULL;

  if (text[strspn (text, " \n")] == '{')
    return strstr (text, "\"sui_image_params\"") || strstr (text, "\"metadata_scheme\"");
  if (!g_str_has_prefix (text, "Steps: ") && !strstr (text, "\nSteps: "))
    return FALSE;
  settings = cas_settings_from_texts (&alone, 1, "", NULL);
  return settings && (settings->fields & CAS_SETTING_STEPS) && (settings->fields & others);
}

/* Lines may end as on Windows. */
static char *
dup_without_returns (const char *text)
{
  char *copy = g_strdup (text), *out = copy;

  for (const char *p = copy; *p != '\0'; p++)
    if (p[0] != '\r' || p[1] != '\n')
      *out++ = *p;
  *out = '\0';
  return copy;
}

/* A1111, Forge and SwarmUI take EXIF's comment, Fooocus the same beside its place; Draw Things takes
 * XMP, to which other programs copy what was in EXIF. The text that was added, or NULL. */
static char *
add_infotext (GArray               *texts,
              const CasPictureFile *picture)
{
  static const char *const keys[] = {
    "Exif.Photo.UserComment", "Exif.Image.0x9286", "Xmp.exif.UserComment", "Xmp.dc.description",
    "Exif.Image.ImageDescription",
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const char *found = cas_picture_file_lookup_text (picture, keys[i]);
      g_autofree char *text = found ? dup_without_returns (found) : NULL;

      if (text && is_infotext (text))
        {
          add (texts, CAS_METADATA_INFOTEXT_KEY, text);
          return g_steal_pointer (&text);
        }
    }
  return NULL;
}

/* ComfyUI has “prompt:{…}” for its model of camera and “workflow:{…}” for the maker; some of its
 * nodes write other tags, and capitals. */
static void
add_graphs (GArray               *texts,
            const CasPictureFile *picture)
{
  static const char *const keys[] = {
    "Exif.Image.Model", "Exif.Image.Make", "Exif.Image.ImageDescription",
  };
  static const char *const names[] = { "prompt", "workflow" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    for (guint n = 0; n < G_N_ELEMENTS (names); n++)
      {
        const char *text = cas_picture_file_lookup_text (picture, keys[i]);
        const gsize length = strlen (names[n]);

        if (text && g_ascii_strncasecmp (text, names[n], length) == 0
            && g_str_has_prefix (text + length, ":{"))
          add (texts, names[n], text + length + 1);
      }
}

/* FALSE with a sentence, where there might be settings in what could not be read. */
static gboolean
check_trouble (const CasPictureFile *picture,
               const char           *name,
               GError              **error)
{
  switch (picture->trouble)
    {
    case CAS_DECODED_NO_TROUBLE:
      return TRUE;
    case CAS_DECODED_TEXT_JIS:
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
                   _("%s has a comment in JIS characters, which Weir does not read, and no other "
                     "settings."), name);
      return FALSE;
    case CAS_DECODED_TEXT_TOO_LONG:
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
                   _("%s has more text in it than the %d bytes that Weir reads, and no other "
                     "settings."), name, CAS_DECODED_MAX_TEXT_BYTES);
      return FALSE;
    case CAS_DECODED_TEXT_DAMAGED:
    default:
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
                   _("%s has a text that is not in the characters that it names, and no other "
                     "settings."), name);
      return FALSE;
    }
}

static CasSettings *
read_other (const char   *path,
            const char   *name,
            GCancellable *cancellable,
            GError      **error)
{
  g_autoptr (CasPictureFile) picture = cas_picture_file_read (path, NULL, cancellable, error);

  if (!picture)
    return NULL;

  g_autoptr (GArray) texts = new_texts ();
  g_autofree char *infotext = add_infotext (texts, picture);
  const char *json = cas_picture_file_lookup_text (picture, CAS_DECODED_XMP_SETTINGS);

  if (json)
    add (texts, CAS_METADATA_JSON_KEY, json);
  add_graphs (texts, picture);
  if (texts->len == 0 && !check_trouble (picture, name, error))
    return NULL;
  return cas_settings_from_texts ((const CasSettingsText *) texts->data, texts->len, name, error);
}

/* --- either -------------------------------------------------------------------------------- */

/* What cannot be read is not known to be one; who tries says why. */
static gboolean
is_png (const char *path)
{
  static const char signature[] = "\x89PNG";
  char start[sizeof signature - 1] = { 0 };
  const int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);

  if (fd < 0)
    return FALSE;

  const ssize_t n = pread (fd, start, sizeof start, 0);

  close (fd);
  return n == (ssize_t) sizeof start && memcmp (start, signature, sizeof start) == 0;
}

CasSettings *
cas_settings_read (const char   *path,
                   GCancellable *cancellable,
                   GError      **error)
{
  g_autofree char *name = g_filename_display_name (path);

  return is_png (path) ? read_png (path, name, error) : read_other (path, name, cancellable, error);
}
