/* SPDX-License-Identifier: GPL-3.0-or-later */

/* weir-cli devices */

#include "cli/command.h"

#include <stdio.h>

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

#include "cascade/device.h"
#include "cli/options.h"

static void
print_for_person (guint            number,
                  const CasDevice *device)
{
  g_autofree char *kernels = g_strjoinv (", ", device->kernels);
  g_autofree char *memory = g_format_size_full (device->memory_bytes, G_FORMAT_SIZE_IEC_UNITS);

  gboolean is_default = device->is_default && !g_getenv ("CAS_DEVICE");

  g_print ("%u  %s%s\n", number, device->name, is_default ? _("  (taken by default)") : "");
  g_print (_("   %s · %s · Vulkan %u.%u.%u · %s\n"), cas_device_kind_get_name (device->kind), memory,
           device->vulkan_major, device->vulkan_minor, device->vulkan_patch, device->driver);
  if (device->unusable)
    g_print (_("   cannot be used: %s\n"), device->unusable);
  else
    g_print (_("   kernels: %s\n"), kernels);
}

static void
print_json (guint            number,
            const CasDevice *device)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonArray) kernels = json_array_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *version = g_strdup_printf ("%u.%u.%u", device->vulkan_major,
                                              device->vulkan_minor, device->vulkan_patch);

  json_object_set_int_member (object, "number", number);
  json_object_set_string_member (object, "name", device->name);
  json_object_set_string_member (object, "driver", device->driver);
  json_object_set_string_member (object, "kind", cas_device_kind_get_id (device->kind));
  json_object_set_int_member (object, "memory_bytes", device->memory_bytes);
  json_object_set_string_member (object, "vulkan", version);
  json_object_set_boolean_member (object, "default", device->is_default);
  for (char **kernel = device->kernels; *kernel; kernel++)
    json_array_add_string_element (kernels, *kernel);
  json_object_set_array_member (object, "kernels", g_steal_pointer (&kernels));
  if (device->unusable)
    json_object_set_string_member (object, "unusable", device->unusable);
  json_node_set_object (node, object);

  g_autofree char *line = json_to_string (node, FALSE);

  puts (line);
}

CliExit
cli_devices (int           argc,
             char        **argv,
             GCancellable *cancellable)
{
  gboolean is_json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &is_json, N_("One JSON object a line"), NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &(gboolean) { FALSE }, N_("Say more on the way"), NULL },
    G_OPTION_ENTRY_NULL
  };
  const CliOptions options = {
    .usage = "",
    .summary = _("Lists the devices that could do the work, the best first."),
    .description = _("A device's number, or part of its name, is what --device and CAS_DEVICE take.\n"),
    .entries = entries,
  };

  if (!cli_options_parse (&options, &argc, &argv))
    return CLI_EXIT_USAGE;

  g_autoptr (CliReport) report = cli_report_new (is_json);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) devices = NULL;

  if (argc > 1)
    {
      g_set_error (&error, CLI_ERROR, CLI_ERROR_USAGE, _("devices takes no “%s”."), argv[1]);
      return cli_report_error (report, error);
    }

  devices = cas_device_list (&error);
  if (!devices)
    return cli_report_error (report, error);

  for (guint i = 0; i < devices->len; i++)
    (is_json ? print_json : print_for_person) (i, g_ptr_array_index (devices, i));
  if (!is_json && g_getenv ("CAS_DEVICE"))
    g_print (_("CAS_DEVICE is set: “%s” is taken by default.\n"), g_getenv ("CAS_DEVICE"));
  return CLI_EXIT_OK;
}
