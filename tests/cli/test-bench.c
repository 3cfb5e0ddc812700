/* SPDX-License-Identifier: GPL-3.0-or-later */

/* weir-cli bench says what it says it says. How fast anything is, is no test's business. */

#include "cli/program.h"

#include <string.h>

#include <json-glib/json-glib.h>

#define MAX_FIELDS 20

/* "NAME:TYPE", of string, number or boolean; fields that a processor alone has are optional */
typedef struct
{
  const char *event;
  guint       n_lines; /* wanted */
  const char *fields[MAX_FIELDS];
} Event;

static gboolean
has_type (JsonNode   *node,
          const char *type)
{
  GType found = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;

  switch (type[0])
    {
    case 's':
      return found == G_TYPE_STRING && *json_node_get_string (node) != '\0';
    case 'b':
      return found == G_TYPE_BOOLEAN;
    default:
      return (found == G_TYPE_INT64 || found == G_TYPE_DOUBLE) && json_node_get_double (node) >= 0;
    }
}

static void
check_fields (JsonObject        *object,
              const char *const *fields)
{
  for (guint i = 0; fields[i] != NULL; i++)
    {
      g_auto (GStrv) field = g_strsplit (fields[i], ":", 2);
      JsonNode *node = json_object_get_member (object, field[0]);

      g_test_message ("%s is a %s", field[0], field[1]);
      g_assert_nonnull (node);
      g_assert_true (has_type (node, field[1]));
    }
}

/* Every line is one of the events, with all their fields, as often as wanted; the objects of the
 * last event are left in last. */
static void
check_output (const char  *only,
              const Event *events,
              guint        n_events)
{
  g_autofree char *folder = program_new_folder ();
  g_auto (ProgramResult) result = { 0 };
  g_auto (GStrv) lines = NULL;
  guint n_found[8] = { 0 };

  program_run (&result, folder, (const char *[]) { "bench", "--json", "--only", only, NULL });
  g_test_message ("%s", result.err);
  g_assert_cmpint (result.exit_code, ==, 0);

  lines = g_strsplit (g_strstrip (result.out), "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (JsonParser) parser = json_parser_new ();
      g_autoptr (GError) error = NULL;
      JsonObject *object;
      guint k = 0;

      json_parser_load_from_data (parser, lines[i], -1, &error);
      g_assert_no_error (error);
      object = json_node_get_object (json_parser_get_root (parser));
      g_test_message ("%s", lines[i]);
      while (k < n_events
             && !g_str_equal (json_object_get_string_member (object, "event"), events[k].event))
        k++;
      g_assert_cmpuint (k, <, n_events);
      n_found[k]++;
      check_fields (object, events[k].fields);
    }

  for (guint k = 0; k < n_events; k++)
    if (events[k].n_lines > 0)
      g_assert_cmpuint (n_found[k], ==, events[k].n_lines);
  program_free_folder (g_steal_pointer (&folder));
}

static const Event device = {
  "device", 1, { "name:string", "driver:string", "driver_version:string", "is_processor:boolean",
                 "memory_bytes:number" },
};
static const Event ceiling = {
  "ceiling", 3, { "name:string", "unit:string", "per_second:number" },
};

static void
test_kernel (void)
{
  const Event events[] = {
    device, ceiling,
    { "kernel", 1, { "name:string", "part:string", "kernel:string", "rows:number",
                     "rows_wanted:number", "seconds:number", "unit:string", "per_second:number",
                     "share:number", "flop:number", "bytes:number" } },
  };

  check_output ("attention-77x77x1280", events, G_N_ELEMENTS (events));
}

static void
test_network (void)
{
  const Event events[] = {
    device, ceiling,
    { "network", 1, { "name:string", "title:string", "is_short:boolean", "side:number",
                      "seconds:number", "ideal_seconds:number", "ratio:number",
                      "device_seconds:number", "host_seconds:number", "dispatches:number",
                      "flop:number", "bytes:number", "weight_bytes:number",
                      "memory_bytes:number" } },
    { "part", 0, { "network:string", "family:string", "seconds:number", "ideal_seconds:number",
                   "flop:number", "bytes:number", "dispatches:number" } },
  };

  check_output ("previewer", events, G_N_ELEMENTS (events));
}

/* For a person: what was asked for and nothing else, each under its heading. */
static void
test_tables (void)
{
  g_autofree char *folder = program_new_folder ();
  g_auto (ProgramResult) result = { 0 };

  program_run (&result, folder,
               (const char *[]) { "bench", "--only", "layer-norm-576x2048", NULL });
  g_test_message ("%s%s", result.out, result.err);
  g_assert_cmpint (result.exit_code, ==, 0);
  g_assert_cmpstr (result.err, ==, "");
  g_assert_nonnull (strstr (result.out, "\nCeilings\n"));
  g_assert_nonnull (strstr (result.out, "\nKernels "));
  g_assert_nonnull (strstr (result.out, "\nlayer-norm-576x2048 "));
  g_assert_null (strstr (result.out, "linear"));
  g_assert_null (strstr (result.out, "Networks,"));
  program_free_folder (g_steal_pointer (&folder));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bench/kernel", test_kernel);
  g_test_add_func ("/bench/network", test_network);
  g_test_add_func ("/bench/tables", test_tables);

  return g_test_run ();
}
