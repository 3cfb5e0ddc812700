/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Small pictures from start to end. Sizes and steps are the smallest there are: what pictures show
 * is the business of others. */

#include "cli/program.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <json-glib/json-glib.h>

#include "cascade/image.h"

#define SMALL "--width", "64", "--height", "64", "--steps", "2", "--decoder-steps", "1"

static void
check_run (ProgramResult     *result,
           const char        *folder,
           const char *const *args)
{
  program_run (result, folder, args);
  g_test_message ("%s", result->err);
  g_assert_cmpint (result->exit_code, ==, 0);
}

static void
check_same_bytes (const char *folder,
                  const char *a,
                  const char *b)
{
  gsize size_a, size_b;
  g_autofree char *data_a = program_read_file (folder, a, &size_a);
  g_autofree char *data_b = program_read_file (folder, b, &size_b);

  g_test_message ("%s and %s", a, b);
  g_assert_cmpmem (data_a, size_a, data_b, size_b);
}

/* Paths on stdout and nothing else, silence on stderr, the same job the same bytes. */
static void
test_same_seed (void)
{
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();
  g_autofree char *wanted = g_strdup_printf ("%s/a.png\n", folder);

  check_run (&result, folder, (const char *[]) { "generate", "a house", SMALL, "--seed", "1", "-o",
                                                 "a.png", NULL });
  g_assert_cmpstr (result.out, ==, wanted);
  g_assert_cmpstr (result.err, ==, "");

  check_run (&result, folder, (const char *[]) { "generate", "a house", SMALL, "--seed", "1", "-o",
                                                 "b.png", NULL });
  check_same_bytes (folder, "a.png", "b.png");

  check_run (&result, folder, (const char *[]) { "generate", "a house", SMALL, "--seed",
                                                 "4294967297", "-o", "a.png", "--overwrite", NULL });

  gsize size_a, size_b;
  g_autofree char *data_a = program_read_file (folder, "a.png", &size_a);
  g_autofree char *data_b = program_read_file (folder, "b.png", &size_b);

  /* the same picture, but its seed is what was asked for */
  g_assert_true (size_a != size_b || memcmp (data_a, data_b, size_a) != 0);
  program_free_folder (g_steal_pointer (&folder));
}

static void
test_count (void)
{
  static const char *const seeds[] = { "7", "8", "9", "10" };
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();

  check_run (&result, folder, (const char *[]) { "generate", "a car", SMALL, "--seed", "7",
                                                 "--count", "4", "-o", "all.png", NULL });
  for (guint i = 0; i < G_N_ELEMENTS (seeds); i++)
    {
      g_autofree char *all = g_strdup_printf ("all-%u.png", i + 1);

      check_run (&result, folder, (const char *[]) { "generate", "a car", SMALL, "--seed", seeds[i],
                                                     "-o", "one.png", "--overwrite", NULL });
      check_same_bytes (folder, all, "one.png");
    }
  program_free_folder (g_steal_pointer (&folder));
}

static void
test_default_place (void)
{
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();
  g_autofree char *wanted = g_strdup_printf ("%s/Pictures/Weir/a-car-3.png\n", folder);

  check_run (&result, folder, (const char *[]) { "generate", "a car", SMALL, "--seed", "3", NULL });
  g_assert_cmpstr (result.out, ==, wanted);
  program_free_folder (g_steal_pointer (&folder));
}

static void
test_drawn_seed (void)
{
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();
  guint64 seed;

  check_run (&result, folder, (const char *[]) { "generate", "a", SMALL, "-o", "{seed}", NULL });
  g_assert_true (g_str_has_prefix (result.err, "Seed "));
  seed = g_ascii_strtoull (result.err + strlen ("Seed "), NULL, 10);
  g_assert_cmpuint (seed, <=, G_MAXUINT32);

  g_autofree char *files = program_list_folder (folder);
  g_autofree char *wanted = g_strdup_printf ("%" G_GUINT64_FORMAT ".png", seed);

  g_assert_cmpstr (files, ==, wanted);
  program_free_folder (g_steal_pointer (&folder));
}

/* Up to 1200 tokens are read, then there is a warning. */
static void
test_long_prompt (void)
{
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();
  g_autoptr (GString) prompt = g_string_new (NULL);

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (prompt, "%u ", i % 10);
  check_run (&result, folder, (const char *[]) { "generate", prompt->str, SMALL, "--seed", "1",
                                                 "-o", "a.png", NULL });
  g_assert_cmpstr (result.err, ==, "");

  for (guint i = 0; i < 1105; i++)
    g_string_append_printf (prompt, "%u ", i % 10);
  check_run (&result, folder, (const char *[]) { "generate", prompt->str, SMALL, "--seed", "1",
                                                 "-o", "b.png", NULL });
  g_assert_nonnull (strstr (result.err, "1205 tokens and 1200 fit"));
  g_assert_nonnull (strstr (result.err, "from “0 1 2 3 4”"));
  program_free_folder (g_steal_pointer (&folder));
}

/* What is not supported is told, once for all pictures. */
static void
test_prompt_notices (void)
{
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();

  check_run (&result, folder, (const char *[]) { "generate", "a (red:1.2) [house] BREAK {a|b}",
                                                 "--negative", "[fog:rain:0.5]", SMALL, "--seed", "1",
                                                 "--count", "2", "-o", "a.png", NULL });

  g_auto (GStrv) lines = g_strsplit (g_strchomp (result.err), "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), ==, 2);
  g_assert_nonnull (strstr (lines[0], "“BREAK”"));
  g_assert_nonnull (strstr (lines[1], "“[fog:rain:0.5]”"));
  program_free_folder (g_steal_pointer (&folder));
}

/* Wildcards are each picture's own, and what was drawn is kept in it. */
static void
test_wildcards (void)
{
  static const char prompt[] = "a {red|blue|green|yellow} {car|boat}";
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();
  g_autoptr (GHashTable) drawn = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();

  check_run (&result, folder, (const char *[]) { "generate", prompt, SMALL, "--seed", "1", "--count",
                                                 "4", "-o", "all.png", NULL });
  check_run (&result, folder, (const char *[]) { "generate", prompt, SMALL, "--seed", "3", "-o",
                                                 "one.png", NULL });
  check_same_bytes (folder, "all-3.png", "one.png");

  check_run (&result, folder, (const char *[]) { "show", "--json", "all-1.png", "all-2.png",
                                                 "all-3.png", "all-4.png", NULL });

  g_auto (GStrv) lines = g_strsplit (g_strchomp (result.out), "\n", -1);

  for (guint i = 0; lines[i]; i++)
    {
      json_parser_load_from_data (parser, lines[i], -1, NULL);

      JsonObject *root = json_node_get_object (json_parser_get_root (parser));
      JsonObject *settings = json_object_get_object_member (root, "settings");

      g_assert_cmpstr (json_object_get_string_member (root, "form"), ==, "weir");
      g_assert_cmpstr (json_object_get_string_member (settings, "prompt"), ==, prompt);
      g_hash_table_add (drawn, g_strdup (json_object_get_string_member (settings, "drawn_prompt")));
    }
  g_assert_cmpuint (g_hash_table_size (drawn), >=, 2);
  program_free_folder (g_steal_pointer (&folder));
}

static void
test_show (void)
{
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();

  check_run (&result, folder, (const char *[]) { "generate", "a\nb\x1b[31m \\(c\\)", SMALL,
                                                 "--restore-mean", "--seed", "7", "-o", "a.png", NULL });
  check_run (&result, folder, (const char *[]) { "show", "a.png", NULL });
  g_assert_true (g_str_has_prefix (result.out, "a.png\n"));
  g_assert_nonnull (strstr (result.out, "  prompt                 a\n                         "
                                        "b\\x1b[31m \\(c\\)\n"));
  g_assert_nonnull (strstr (result.out, "  size                   64×64\n"));
  g_assert_nonnull (strstr (result.out, "  seed                   7\n"));
  g_assert_nonnull (strstr (result.out, "  weights                restore the mean\n"));
  g_assert_null (strstr (result.out, "cannot restore"));

  /* none, and no picture: the others are shown all the same */
  program_run (&result, folder, (const char *[]) { "show", "none.png", "a.png", "/", NULL });
  g_assert_cmpint (result.exit_code, ==, 1);
  g_assert_nonnull (strstr (result.err, "none.png"));
  g_assert_nonnull (strstr (result.out, "64×64"));
  program_run (&result, folder, (const char *[]) { "show", NULL });
  g_assert_cmpint (result.exit_code, ==, 2);
  program_free_folder (g_steal_pointer (&folder));
}

/* LoRAs and new tokens, for a person and for a program. */
static void
test_show_loras (void)
{
  CasMetadataLora loras[] = {
    { (char *) "lucky", (char *) "0123", 0.75 }, { (char *) "a\x1b", NULL, -1 },
  };
  char *tokens[] = { (char *) "[anna]=^woman</w>", NULL };
  const CasMetadata m = {
    .width = 64, .height = 64, .steps = 1, .decoder_steps = 1, .loras = loras, .n_loras = 2,
    .lora_tokens = tokens,
  };
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();
  g_autofree char *path = g_build_filename (folder, "a.png", NULL);
  g_autoptr (CasImage) image = cas_image_new (1, 1, NULL);

  g_assert_true (cas_image_save_png (image, path, &m, FALSE, NULL));
  check_run (&result, folder, (const char *[]) { "show", "a.png", NULL });
  g_assert_nonnull (strstr (result.out, "  LoRA                   lucky:0.75\n"
                                        "  LoRA                   a\\x1b:-1\n"
                                        "  new token              [anna]=^woman</w>\n"));
  check_run (&result, folder, (const char *[]) { "show", "--json", "a.png", NULL });
  g_assert_nonnull (strstr (result.out,
                            ",\"loras\":[{\"name\":\"lucky\",\"sha256\":\"0123\",\"weight\":0.75},"
                            "{\"name\":\"a\\u001b\",\"weight\":-1}],"
                            "\"lora_tokens\":[\"[anna]=^woman</w>\"],"));
  program_free_folder (g_steal_pointer (&folder));
}

static JsonObject *
parse_event (const char *line,
             JsonParser *parser)
{
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, line, -1, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

/* Every line an object; progress never goes back; the picture is told at the end. */
static void
test_json (void)
{
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();
  g_autoptr (JsonParser) parser = json_parser_new ();
  double fraction = 0;
  guint n_pictures = 0, n_previews = 0;

  check_run (&result, folder, (const char *[]) { "generate", "a", SMALL, "--seed", "5", "-o",
                                                 "a.png", "--preview", "steps", "--json", NULL });

  g_auto (GStrv) lines = g_strsplit (g_strchomp (result.out), "\n", -1);

  for (guint i = 0; lines[i]; i++)
    {
      JsonObject *event = parse_event (lines[i], parser);
      const char *name = json_object_get_string_member (event, "event");

      g_assert_cmpstr (name, !=, "error");
      if (i == 0)
        g_assert_cmpstr (name, ==, "start");
      if (g_str_equal (name, "progress"))
        {
          double next = json_object_get_double_member (event, "fraction");

          g_assert_cmpfloat (next, >=, fraction);
          g_assert_cmpfloat (next, <=, 1);
          fraction = next;
        }
      n_previews += g_str_equal (name, "preview");
      if (g_str_equal (name, "picture"))
        {
          n_pictures++;
          g_assert_cmpint (json_object_get_int_member (event, "seed"), ==, 5);
          g_assert_cmpint (json_object_get_int_member (event, "width"), ==, 64);
          g_assert_true (g_file_test (json_object_get_string_member (event, "path"),
                                      G_FILE_TEST_IS_REGULAR));
        }
    }
  g_assert_cmpuint (n_pictures, ==, 1);
  g_assert_cmpuint (n_previews, ==, 3); /* a step each */
  program_free_folder (g_steal_pointer (&folder));
}

static void
test_json_error (void)
{
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();
  g_autoptr (JsonParser) parser = json_parser_new ();

  program_run (&result, folder, (const char *[]) { "generate", "a", "--json", "--width", "65", NULL });
  g_assert_cmpint (result.exit_code, ==, 2);

  JsonObject *event = parse_event (result.out, parser);

  g_assert_cmpstr (json_object_get_string_member (event, "event"), ==, "error");
  g_assert_cmpint (json_object_get_int_member (event, "exit_code"), ==, 2);
  program_free_folder (g_steal_pointer (&folder));
}

/* Runs generate through a shell's command and sends it a signal in the middle of the steps. */
static void
check_signal (const char *shell,
              int         signal,
              const char *n_steps,
              int         exit_code,
              const char *wanted_files)
{
  g_autofree char *folder = program_new_folder ();
  g_autoptr (GSubprocessLauncher) launcher = program_launcher (folder);
  g_autoptr (GSubprocess) process
    = g_subprocess_launcher_spawn (launcher, NULL, "/bin/sh", "-c", shell, g_getenv ("WEIR_CLI"),
                                   "generate", "a", "--json", "--seed", "1", "--width", "64",
                                   "--height", "64", "--steps", n_steps, "-o", "a.png", NULL);
  g_autoptr (GDataInputStream) lines = NULL;
  gboolean is_told = FALSE;
  char *line;

  g_assert_nonnull (process);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  while ((line = g_data_input_stream_read_line (lines, NULL, NULL, NULL)))
    {
      if (!is_told && strstr (line, "\"composing\",\"step\":2"))
        {
          g_subprocess_send_signal (process, signal);
          is_told = TRUE;
        }
      g_free (line);
    }
  g_subprocess_wait (process, NULL, NULL);

  g_autofree char *files = program_list_folder (folder);

  g_assert_true (is_told);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, exit_code);
  g_assert_cmpstr (files, ==, wanted_files);
  program_free_folder (g_steal_pointer (&folder));
}

/* Ctrl-C. */
static void
test_cancel (void)
{
  check_signal ("exec \"$0\" \"$@\"", SIGINT, "1000", 130, "");
}

/* A terminal that is closed ends the work, unless that was started with nohup. */
static void
test_hangup (void)
{
  check_signal ("exec \"$0\" \"$@\"", SIGHUP, "1000", 130, "");
  check_signal ("trap '' HUP; exec \"$0\" \"$@\"", SIGHUP, "4", 0, "a.png");
}

/* What is stored in a picture is what it was made with. */
static void
test_metadata (void)
{
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();

  check_run (&result, folder, (const char *[]) { "generate", "a \"blue\" car", "--negative", "fog",
                                                 SMALL, "--seed", "11", "--cfg", "0", "-o", "a.png",
                                                 NULL });
  check_run (&result, folder, (const char *[]) { "inspect", "a.png", NULL });
  g_assert_nonnull (strstr (result.out, "\"prompt\":\"a \\\"blue\\\" car\""));
  g_assert_nonnull (strstr (result.out, "\"negative_prompt\":\"fog\""));
  g_assert_nonnull (strstr (result.out, "\"seed\":11"));
  g_assert_nonnull (strstr (result.out, "\"steps\":2"));
  g_assert_nonnull (strstr (result.out, "\"cfg\":0,"));
  g_assert_nonnull (strstr (result.out, "\"kernels\":\"")); /* which they were is the device's */
  g_assert_nonnull (strstr (result.out, "{\"role\":\"text_encoder\",\"file\":\"text_encoder/"));
  program_free_folder (g_steal_pointer (&folder));
}

/* Under --from a LoRA may be named as it was first; the weight is the picture's. */
static void
check_lora_again (const char *folder)
{
  static const struct
  {
    const char *lora;
    const char *sentence; /* NULL: none of weights */
  } rows[] = {
    { "so:called.safetensors", NULL },
    { "so:called.safetensors:0.5", NULL },
    { "so:called.safetensors:0.7",
      "“so:called.safetensors” is used at 0.5, as the picture has it, and not at 0.7." },
  };
  gsize size;
  g_autofree char *wanted = program_read_file (folder, "a.png", &size);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (ProgramResult) result = { 0 };
      g_autofree char *data = NULL;
      gsize size_again;

      check_run (&result, folder, (const char *[]) { "generate", "--from", "a.png", "--lora",
                                                     rows[i].lora, "-o", "b.png", "--overwrite",
                                                     NULL });
      data = program_read_file (folder, "b.png", &size_again);
      g_assert_cmpmem (data, size_again, wanted, size);
      if (rows[i].sentence)
        g_assert_nonnull (strstr (result.err, rows[i].sentence));
      else
        g_assert_null (strstr (result.err, "as the picture has it"));
    }
}

/* The demo's LoRA, under a name with a colon; its weight is behind the last. */
static void
test_lora (void)
{
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();
  g_autofree char *path = g_build_filename (folder, "so:called.safetensors", NULL);
  g_autofree char *lucky = g_build_filename (g_getenv ("WEIR_DEMO_MODEL"), "lora",
                                             "lucky.safetensors", NULL);

  g_assert_cmpint (symlink (lucky, path), ==, 0);
  check_run (&result, folder, (const char *[]) { "generate", "[lucky]", SMALL, "--seed", "1",
                                                 "--lora", "so:called.safetensors:0.5",
                                                 "-o", "a.png", NULL });
  g_assert_nonnull (strstr (result.err, "LoRA “so:called” at 0.5: "));
  g_assert_nonnull (strstr (result.err, "; it knows [lucky]."));

  check_run (&result, folder, (const char *[]) { "inspect", "a.png", NULL });
  g_assert_nonnull (strstr (result.out, "\"loras\":[{\"name\":\"so:called\",\"sha256\":\""));
  g_assert_nonnull (strstr (result.out, "\"weight\":0.5}]"));
  check_lora_again (folder);

  check_run (&result, folder, (const char *[]) { "inspect", "--json", "--model",
                                                 g_getenv ("WEIR_DEMO_MODEL"), lucky, NULL });
  g_assert_nonnull (strstr (result.out, "\"kind\":\"lora\""));
  g_assert_nonnull (strstr (result.out, "\"new tokens\":\"[lucky]"));
  g_assert_nonnull (strstr (result.out, "\"missing\":[],\"unused\":[]"));
  program_free_folder (g_steal_pointer (&folder));
}

static void
test_inspect_model (void)
{
  static const char *const kinds[] = { "stage_c", "stage_b", "stage_a", "text_encoder", "previewer" };
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();

  check_run (&result, folder, (const char *[]) { "inspect", "--json", g_getenv ("WEIR_DEMO_MODEL"),
                                                 NULL });
  g_assert_nonnull (strstr (result.out, "\"kind\":\"folder\""));
  g_assert_nonnull (strstr (result.out, "\"missing\":[]"));
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *kind = g_strdup_printf ("\"kind\":\"%s\"", kinds[i]);

      g_assert_nonnull (strstr (result.out, kind));
    }
  program_free_folder (g_steal_pointer (&folder));
}

/* A number and its noun agree. */
static void
test_inspect_plural (void)
{
  static const struct
  {
    const char *tensors;
    const char *wanted;
  } cases[] = {
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", "1 in 1 tensor\n" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
      "\"b\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[1,1]}}", "1 in 2 tensors\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (ProgramResult) result = { 0 };
      g_autofree char *folder = program_new_folder ();
      g_autofree char *path = g_build_filename (folder, "a.safetensors", NULL);
      g_autoptr (GString) file = g_string_new (NULL);

      g_string_append_len (file, (char[8]) { strlen (cases[i].tensors) }, 8);
      g_string_append (file, cases[i].tensors);
      g_string_append_c (file, 'x');
      g_assert_true (g_file_set_contents (path, file->str, file->len, NULL));
      check_run (&result, folder, (const char *[]) { "inspect", "a.safetensors", NULL });
      g_assert_nonnull (strstr (result.out, cases[i].wanted));
      program_free_folder (g_steal_pointer (&folder));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cli/generate/same-seed", test_same_seed);
  g_test_add_func ("/cli/generate/count", test_count);
  g_test_add_func ("/cli/generate/default-place", test_default_place);
  g_test_add_func ("/cli/generate/drawn-seed", test_drawn_seed);
  g_test_add_func ("/cli/generate/long-prompt", test_long_prompt);
  g_test_add_func ("/cli/generate/prompt-notices", test_prompt_notices);
  g_test_add_func ("/cli/generate/wildcards", test_wildcards);
  g_test_add_func ("/cli/generate/show", test_show);
  g_test_add_func ("/cli/generate/show-loras", test_show_loras);
  g_test_add_func ("/cli/generate/json", test_json);
  g_test_add_func ("/cli/generate/json-error", test_json_error);
  g_test_add_func ("/cli/generate/cancel", test_cancel);
  g_test_add_func ("/cli/generate/hangup", test_hangup);
  g_test_add_func ("/cli/generate/metadata", test_metadata);
  g_test_add_func ("/cli/generate/lora", test_lora);
  g_test_add_func ("/cli/generate/inspect-model", test_inspect_model);
  g_test_add_func ("/cli/generate/inspect-plural", test_inspect_plural);
  return g_test_run ();
}
