/* SPDX-License-Identifier: GPL-3.0-or-later */

/* weir-cli devices */

#include "cli/command.h"

#include <math.h>
#include <stdio.h>

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

#include "cascade/device.h"
#include "cli/options.h"

/* "tile   right · 12000 GFLOP/s · relative error 6e-07  (taken by default)" */
static void
print_kernels (const CasDeviceKernels *kernels)
{
  g_autoptr (GString) line = g_string_new (NULL);

  switch (kernels->state)
    {
    case CAS_KERNELS_UNTRIED:
      g_string_append (line, _("not tried"));
      break;
    case CAS_KERNELS_RIGHT:
      g_string_append (line, _("right"));
      break;
    case CAS_KERNELS_SLOW:
      g_string_append (line, _("not used by default: less than half as fast as others"));
      break;
    case CAS_KERNELS_WRONG:
      g_string_append (line, _("not used by default: its results are wrong"));
      break;
    case CAS_KERNELS_FAILED:
      g_string_append_printf (line, _("not used by default: %s"), kernels->message);
      break;
    case CAS_KERNELS_CRASHED:
      g_string_append (line, _("not used by default: the program ended when they were tried"));
      break;
    }
  if (kernels->speed > 0)
    g_string_append_printf (line, _(" · %.4g GFLOP/s"), kernels->speed / 1e9);
  if (kernels->error > 0)
    g_string_append_printf (line, _(" · relative error %.2g"), kernels->error);
  if (kernels->is_off)
    g_string_append (line, _("  (turned off)"));
  if (kernels->is_default)
    g_string_append (line, _("  (taken by default)"));
  g_print ("     %-12s  %s\n", kernels->name, line->str);
}

static void
print_for_person (guint            number,
                  const CasDevice *device)
{
  g_autofree char *memory = g_format_size_full (device->memory_bytes, G_FORMAT_SIZE_IEC_UNITS);

  gboolean is_default = device->is_default && !g_getenv ("CAS_DEVICE");

  g_print ("%u  %s%s\n", number, device->name, is_default ? _("  (taken by default)") : "");
  g_print (_("   %s · %s · Vulkan %u.%u.%u · %s\n"), cas_device_kind_get_name (device->kind), memory,
           device->vulkan_major, device->vulkan_minor, device->vulkan_patch, device->driver);
  if (device->unusable)
    {
      g_print (_("   cannot be used: %s\n"), device->unusable);
      return;
    }

  g_print (_("   kernels:\n"));
  for (guint i = 0; i < device->kernels->len; i++)
    print_kernels (device->kernels->pdata[i]);
}

static JsonObject *
kernels_to_json (const CasDeviceKernels *kernels)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "name", kernels->name);
  json_object_set_string_member (object, "state", cas_kernels_state_get_id (kernels->state));
  if (kernels->speed > 0)
    {
      json_object_set_double_member (object, "flop_per_second", kernels->speed);
      if (isfinite (kernels->error))
        json_object_set_double_member (object, "relative_error", kernels->error);
    }
  if (kernels->message)
    json_object_set_string_member (object, "message", kernels->message);
  json_object_set_boolean_member (object, "off", kernels->is_off);
  json_object_set_boolean_member (object, "default", kernels->is_default);
  return object;
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
  for (guint i = 0; i < device->kernels->len; i++)
    json_array_add_object_element (kernels, kernels_to_json (device->kernels->pdata[i]));
  json_object_set_array_member (object, "kernels", g_steal_pointer (&kernels));
  if (device->unusable)
    json_object_set_string_member (object, "unusable", device->unusable);
  json_node_set_object (node, object);

  g_autofree char *line = json_to_string (node, FALSE);

  puts (line);
}

static gboolean
check_all (const GPtrArray *devices,
           GError         **error)
{
  for (guint i = 0; i < devices->len; i++)
    {
      const CasDevice *device = devices->pdata[i];
      g_autofree char *number = g_strdup_printf ("%u", i);

      if (!device->unusable && !cas_device_check (number, error))
        return FALSE;
    }
  return TRUE;
}

CliExit
cli_devices (int           argc,
             char        **argv,
             GCancellable *cancellable)
{
  gboolean is_json = FALSE, is_check = FALSE;
  const GOptionEntry entries[] = {
    { "check", 0, 0, G_OPTION_ARG_NONE, &is_check,
      N_("First try all kernels of all devices, which takes seconds to minutes"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &is_json, N_("One JSON object a line"), NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &(gboolean) { FALSE }, N_("Say more on the way"), NULL },
    G_OPTION_ENTRY_NULL
  };
  const CliOptions options = {
    .usage = "",
    .summary = _("Lists the devices that could do the work, the best first."),
    .description = _("A device's number, part of its name, or “cpu” is what --device and CAS_DEVICE take.\n"
                     "Where no kernels are named, a graphics card tries its own once and then takes the\n"
                     "best that are right.\n"),
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
  if (devices && is_check && check_all (devices, &error))
    {
      g_clear_pointer (&devices, g_ptr_array_unref);
      devices = cas_device_list (&error);
    }
  if (error)
    return cli_report_error (report, error);

  for (guint i = 0; i < devices->len; i++)
    (is_json ? print_json : print_for_person) (i, g_ptr_array_index (devices, i));
  if (!is_json && g_getenv ("CAS_DEVICE"))
    g_print (_("CAS_DEVICE is set: “%s” is asked for by default.\n"), g_getenv ("CAS_DEVICE"));
  return CLI_EXIT_OK;
}
