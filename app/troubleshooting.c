/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Versions, the device, the model, and the last lines. */

#include "troubleshooting.h"

#include <adwaita.h>

static void
append (GString    *text,
        const char *name,
        const char *value)
{
  g_string_append_printf (text, "%s: %s\n", name, value && *value ? value : "not known");
}

static void
append_version (GString    *text,
                const char *name,
                guint       major,
                guint       minor,
                guint       micro)
{
  g_string_append_printf (text, "%s: %u.%u.%u\n", name, major, minor, micro);
}

static void
append_lines (GString    *text,
              const char *title,
              const char *lines)
{
  if (lines && *lines)
    g_string_append_printf (text, "\n%s\n%s%s", title, lines, g_str_has_suffix (lines, "\n") ? "" : "\n");
}

char *
weir_troubleshooting_dup_text (const WeirTroubleshooting *facts)
{
  GString *text = g_string_new (NULL);
  GdkDisplay *display = gdk_display_get_default ();
  g_autofree char *os = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);

  /* the engine is built with the program and has its version */
  append (text, "Weir", WEIR_VERSION);
  append_version (text, "GTK", gtk_get_major_version (), gtk_get_minor_version (),
                  gtk_get_micro_version ());
  append_version (text, "libadwaita", adw_get_major_version (), adw_get_minor_version (),
                  adw_get_micro_version ());
  append_version (text, "GLib", glib_major_version, glib_minor_version, glib_micro_version);
  append (text, "System", os);
  append (text, "Display", display ? G_OBJECT_TYPE_NAME (display) : NULL);
  append (text, "Device", facts->device);
  append (text, "Driver", facts->driver);
  if (facts->memory_bytes > 0)
    {
      g_autofree char *size = g_strdup_printf ("%.1f GiB", (double) facts->memory_bytes / (1 << 30));

      append (text, "Memory", size);
    }
  append (text, "Model", facts->model);
  append_lines (text, "The engine’s last end:", facts->details);
  append_lines (text, "Last log lines:", facts->log);
  return g_string_free (text, FALSE);
}
