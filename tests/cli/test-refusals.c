/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Everything that cannot be done is refused with a sentence, an exit code, and nothing written. */

#define _GNU_SOURCE /* memmem() */

#include "cli/program.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "cascade/image.h"

#define MAX_ARGS 10

/* --- the command line ---------------------------------------------------------------------- */

static void
test_usage (void)
{
  static const struct
  {
    const char *args[MAX_ARGS];
    const char *sentence; /* a part of it */
  } cases[] = {
    { { NULL }, "A command is missing" },
    { { "draw", "x" }, "no command “draw”" },
    { { "generate" }, "prompt is missing" },
    { { "generate", "a", "b" }, "several prompts" },
    { { "generate", "a", "--no-such" }, "--no-such" },
    { { "generate", "a", "--steps", "0" }, "--steps is “0”, and it may be a whole number from 1 to 1000" },
    { { "generate", "a", "--steps", "1000000" }, "from 1 to 1000" },
    { { "generate", "a", "--decoder-steps", "-3" }, "--decoder-steps is “-3”" },
    { { "generate", "a", "--cfg", "much" }, "--cfg is “much”" },
    { { "generate", "a", "--decoder-cfg", "nan" }, "--decoder-cfg is “nan”" },
    { { "generate", "a", "--shift", "0" }, "--shift is “0”" },
    { { "generate", "a", "--sampler", "euler" }, "ddpm, ddim or lcm" },
    { { "generate", "a", "--seed", "-1" }, "--seed is “-1”" },
    { { "generate", "a", "--seed", "9223372036854775808" }, "9223372036854775807" },
    { { "generate", "a", "--seed", "9223372036854775807", "--count", "2" }, "no room for 2 pictures:" },
    { { "generate", "a", "--count", "0" }, "--count is “0”" },
    { { "generate", "a", "--width", "0" }, "64" },
    { { "generate", "a", "--width", "65" }, "72" },
    { { "generate", "a", "--height", "1000000" }, "The height is 1000000" },
    { { "generate", "a", "--width", "wide" }, "--width is “wide”" },
    { { "generate", "a", "-o", "" }, "--output is an empty name." },
    { { "generate", "a", "-o", "a.jpg" }, "PNG" },
    { { "generate", "a", "-o", "{colour}.png" },
      "has “{colour}”, and it may have {seed}, {index}, {prompt}" },
    { { "generate", "a", "-o", "a.png", "--kernels", "fast" }, "“fast”" },
    { { "generate", "a", "-o", "a.png", "--model", "" }, "an empty name" },
    { { "generate", "\xff\xfe" }, "neither UTF-8" },
    { { "generate", "a", "--lora", "x:much" }, "The weight of --lora is “much”" },
    { { "generate", "a", "--lora-token", "[a]=b" }, "--lora-token is of no use without --lora FILE." },
    { { "generate", "a", "--width", "-1" }, "may be a multiple of 8 from 64 up." },
    { { "generate", "a", "--lora", "x:11" }, "from -10 to 10" },
    { { "generate", "a", "--lora", "" }, "an empty name" },
    { { "help", "draw" }, "There is no command “draw”." },
    { { "devices", "x" }, "devices takes no “x”" },
    { { "inspect" }, "Which file?" },
    { { "bench", "x" }, "bench takes no “x”" },
    { { "bench", "--only", "nothing" }, "nothing called “nothing”" },
    { { "bench", "--kernels", "fast" }, "“fast”" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (ProgramResult) result = { 0 };
      g_autofree char *folder = program_new_folder ();

      program_run (&result, folder, cases[i].args);

      g_autofree char *files = program_list_folder (folder);

      g_test_message ("%u: %s", i, result.err);
      g_assert_cmpint (result.exit_code, ==, 2);
      g_assert_nonnull (strstr (result.err, cases[i].sentence));
      g_assert_cmpstr (result.out, ==, "");
      g_assert_cmpstr (files, ==, "");
      program_free_folder (g_steal_pointer (&folder));
    }
}

/* Where the locale knows ASCII alone, everything is said in it, and a path stays what it is. */
static void
test_ascii (void)
{
  static const struct
  {
    const char *args[MAX_ARGS];
    int         exit_code;
    const char *part; /* of what is said on either channel */
  } cases[] = {
    { { NULL }, 2, "weir-cli: A command is missing. \"weir-cli --help\" shows them.\n" },
    { { "draw" }, 2, "no command \"draw\"" },
    { { "--help" }, 0, "COMMAND [OPTION...]" },
    { { "generate", "--help" }, 0, "-1, -2, ... are added" },
    { { "generate", "a", "--steps", "0" }, 2, "--steps is \"0\"" },
    { { "devices" }, 0, " - Vulkan 1." },
    { { "inspect", "no such file" }, 4, "no such file" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (ProgramResult) result = { 0 };
      g_autofree char *folder = program_new_folder ();
      g_autoptr (GSubprocessLauncher) launcher = program_launcher (folder);

      g_subprocess_launcher_setenv (launcher, "LC_ALL", "C", TRUE);
      program_run_with (&result, launcher, cases[i].args);
      g_test_message ("%u: %s%s", i, result.out, result.err);
      g_assert_cmpint (result.exit_code, ==, cases[i].exit_code);
      g_assert_true (strstr (result.out, cases[i].part) || strstr (result.err, cases[i].part));
      g_assert_true (g_str_is_ascii (result.out) && g_str_is_ascii (result.err));
      g_assert_null (strchr (result.err, '?'));
      program_free_folder (g_steal_pointer (&folder));
    }
}

static void
test_ascii_path (void)
{
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();
  g_autofree char *wanted = g_strdup_printf ("%s/é 한.png\n", folder);
  g_autofree char *refusal = g_strdup_printf ("\"%s/é 한.png\" exists.", folder);
  g_autoptr (GSubprocessLauncher) launcher = program_launcher (folder);
  const char *const args[] = {
    "generate", "a", "--seed", "1", "--width", "64", "--height", "64", "--steps", "1",
    "--decoder-steps", "1", "-o", "é 한.png", NULL
  };

  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C", TRUE);
  program_run_with (&result, launcher, args);
  g_test_message ("%s", result.err);
  g_assert_cmpint (result.exit_code, ==, 0);
  g_assert_cmpstr (result.out, ==, wanted);

  program_run_with (&result, launcher, args);
  g_test_message ("%s", result.err);
  g_assert_cmpint (result.exit_code, ==, 6);
  g_assert_nonnull (strstr (result.err, refusal));

  program_run_with (&result, launcher, (const char *[]) { "inspect", "é 한.png", NULL });
  wanted[strlen (wanted) - 1] = '\0';
  g_assert_cmpint (result.exit_code, ==, 0);
  g_assert_true (g_str_has_prefix (result.out, wanted));
  program_free_folder (g_steal_pointer (&folder));
}

static void
test_long_prompt (void)
{
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();
  g_autofree char *prompt = g_strnfill (100000, 'a');

  program_run (&result, folder, (const char *[]) { "generate", prompt, "-o", "a.png", NULL });

  g_autofree char *files = program_list_folder (folder);

  g_assert_cmpint (result.exit_code, ==, 2);
  g_assert_nonnull (strstr (result.err, "100000 bytes"));
  g_assert_nonnull (strstr (result.err, "65536"));
  g_assert_cmpstr (files, ==, "");
  program_free_folder (g_steal_pointer (&folder));
}

/* --- models -------------------------------------------------------------------------------- */

/* A copy of the demo model of links, in folder/model, in which one file can be another. */
static void
link_model (const char *from,
            const char *to)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (from, 0, &error);
  const char *name;

  g_assert_no_error (error);
  g_assert_cmpint (g_mkdir (to, 0777), ==, 0);
  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *source = g_build_filename (from, name, NULL);
      g_autofree char *target = g_build_filename (to, name, NULL);

      if (g_file_test (source, G_FILE_TEST_IS_DIR))
        link_model (source, target);
      else
        g_assert_cmpint (symlink (source, target), ==, 0);
    }
}

static void
cut_in_half (GByteArray *file)
{
  g_byte_array_set_size (file, file->len / 2);
}

static void
cut_in_header (GByteArray *file)
{
  g_byte_array_set_size (file, 20);
}

static void
empty (GByteArray *file)
{
  g_byte_array_set_size (file, 0);
}

static char *
find (GByteArray *file,
      const char *text)
{
  char *place = memmem (file->data, file->len, text, strlen (text));

  g_assert_nonnull (place);
  return place;
}

static void
change_type (GByteArray *file)
{
  memcpy (find (file, "\"dtype\":\"") + strlen ("\"dtype\":\""), "X", 1);
}

/* "clf.1.weight" of [a, b, …] becomes [b, a, …]: as large, but of another shape. */
static void
swap_shape (GByteArray *file)
{
  char *shape = strstr (find (file, "\"clf.1.weight\""), "\"shape\":[") + strlen ("\"shape\":[");
  char *comma = strchr (shape, ','), *end = strchr (comma + 1, ',');
  g_autofree char *a = g_strndup (shape, comma - shape);
  g_autofree char *b = g_strndup (comma + 1, end - comma - 1);
  g_autofree char *swapped = g_strdup_printf ("%s,%s", b, a);

  g_assert_cmpstr (a, !=, b);
  memcpy (shape, swapped, strlen (swapped));
}

/* Another token than the tokenizer's. */
static void
change_eos (GByteArray *file)
{
  static const char name[] = "\"eos_token_id\":";
  guint8 *digit = memmem (file->data, file->len, name, strlen (name));

  g_assert_nonnull (digit);
  digit += strlen (name) - 1;
  do
    digit++;
  while (digit < file->data + file->len && *digit == ' ');
  g_assert_true (digit < file->data + file->len && g_ascii_isdigit (*digit));
  *digit = *digit == '3' ? '4' : '3';
}

static void
break_json (GByteArray *file)
{
  memcpy (file->data, "x", 1);
}

static void
test_models (void)
{
  static const struct
  {
    const char *file;
    void      (*spoil) (GByteArray *file); /* NULL: it is not there */
    const char *sentence[3];               /* parts of it */
  } cases[] = {
    { "stage_c_bf16.safetensors", NULL, { "Stage C" } },
    { "stage_b_bf16.safetensors", NULL, { "Stage B" } },
    { "stage_a.safetensors", NULL, { "Stage A" } },
    { "text_encoder/model.safetensors", NULL, { "text" } },
    { "tokenizer/vocab.json", NULL, { "vocab.json" } },
    { "tokenizer/merges.txt", NULL, { "merges.txt" } },
    { "stage_c_bf16.safetensors", cut_in_half, { "stage_c_bf16.safetensors", "truncated" } },
    { "stage_a.safetensors", cut_in_header, { "stage_a.safetensors" } },
    { "stage_b_bf16.safetensors", empty, { "stage_b_bf16.safetensors" } },
    { "stage_b_bf16.safetensors", change_type, { "stage_b_bf16.safetensors", "“X" } },
    { "stage_c_bf16.safetensors", swap_shape, { "stage_c_bf16.safetensors", "clf.1.weight", "wanted" } },
    { "tokenizer/vocab.json", break_json, { "vocab.json" } },
    { "model.json", break_json, { "model.json" } },
    { "text_encoder/config.json", break_json, { "config.json" } },
    { "text_encoder/config.json", change_eos, { "eos_token_id", "the tokenizer ends a text with" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (ProgramResult) result = { 0 };
      g_autofree char *folder = program_new_folder ();
      g_autofree char *model = g_build_filename (folder, "model", NULL);
      g_autofree char *path = g_build_filename (model, cases[i].file, NULL);
      g_autoptr (GByteArray) file = g_byte_array_new ();
      g_autofree char *data = NULL;
      gsize size;

      link_model (g_getenv ("WEIR_DEMO_MODEL"), model);
      data = program_read_file (model, cases[i].file, &size);
      g_byte_array_append (file, (const guint8 *) data, size);
      g_assert_cmpint (g_unlink (path), ==, 0);
      if (cases[i].spoil)
        {
          cases[i].spoil (file);
          g_assert_true (g_file_set_contents (path, (char *) file->data, file->len, NULL));
        }

      program_run (&result, folder,
                   (const char *[]) { "generate", "a", "-o", "a.png", "--model", "model", NULL });

      g_autofree char *files = program_list_folder (folder);

      g_test_message ("%s: %s", cases[i].file, result.err);
      g_assert_cmpint (result.exit_code, ==, 4);
      for (guint j = 0; j < G_N_ELEMENTS (cases[i].sentence) && cases[i].sentence[j]; j++)
        g_assert_nonnull (strstr (result.err, cases[i].sentence[j]));
      g_assert_cmpstr (files, ==, "model");

      g_auto (ProgramResult) inspected = { 0 };

      program_run (&inspected, folder, (const char *[]) { "inspect", "model", NULL });
      g_assert_cmpint (inspected.exit_code, ==, 4);
      g_assert_true (*inspected.err || strstr (inspected.out, "\nMissing\n"));
      program_free_folder (g_steal_pointer (&folder));
    }
}

/* A weight of numbers so large that nothing can be computed with them, though each is a number:
 * the engine says where it went wrong and saves nothing. */
static void
blow_up (GByteArray *file,
         const char *tensor)
{
  static const char mark[] = "\"data_offsets\":[";
  g_autofree char *key = g_strdup_printf ("\"%s\"", tensor);
  char *offsets = strstr (find (file, key), mark) + strlen (mark);
  guint64 header, begin, end;

  memcpy (&header, file->data, sizeof header);
  begin = g_ascii_strtoull (offsets, &offsets, 10);
  end = g_ascii_strtoull (offsets + 1, NULL, 10);
  memset (file->data + 8 + GUINT64_FROM_LE (header) + begin, 0x7f, end - begin); /* 3.4e38 */
}

static void
test_not_finite (void)
{
  static const struct
  {
    const char *file;
    const char *tensor;
    const char *sentence[2];
  } cases[] = {
    { "stage_c_bf16.safetensors", "down_blocks.1.0.channelwise.0.weight",
      { "Stage C, step 1 of 1", "down_blocks.1.0" } },
    { "stage_b_bf16.safetensors", "up_blocks.1.0.channelwise.0.weight",
      { "Stage B, step 1 of 1", "up_blocks.1.0" } },
    { "stage_b_bf16.safetensors", "clf.1.weight", { "Stage B, step 1 of 1", "clf.1.weight" } },
    { "stage_a.safetensors", "up_blocks.1.channelwise.0.weight", { "Stage A", "up_blocks.1" } },
    { "text_encoder/model.safetensors", "text_model.encoder.layers.0.mlp.fc2.weight",
      { "text encoder", "not finite" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (ProgramResult) result = { 0 };
      g_autofree char *folder = program_new_folder ();
      g_autofree char *model = g_build_filename (folder, "model", NULL);
      g_autofree char *path = g_build_filename (model, cases[i].file, NULL);
      g_autoptr (GByteArray) file = g_byte_array_new ();
      g_autofree char *data = NULL;
      gsize size;

      link_model (g_getenv ("WEIR_DEMO_MODEL"), model);
      data = program_read_file (model, cases[i].file, &size);
      g_byte_array_append (file, (const guint8 *) data, size);
      blow_up (file, cases[i].tensor);
      g_assert_cmpint (g_unlink (path), ==, 0);
      g_assert_true (g_file_set_contents (path, (char *) file->data, file->len, NULL));

      program_run (&result, folder,
                   (const char *[]) { "generate", "a", "--seed", "1", "--width", "64", "--height",
                                      "64", "--steps", "1", "--decoder-steps", "1", "-o", "a.png",
                                      "--model", "model", NULL });

      g_autofree char *files = program_list_folder (folder);

      g_test_message ("%s: %s", cases[i].tensor, result.err);
      g_assert_cmpint (result.exit_code, ==, 1);
      for (guint j = 0; j < G_N_ELEMENTS (cases[i].sentence); j++)
        g_assert_nonnull (strstr (result.err, cases[i].sentence[j]));
      g_assert_cmpstr (files, ==, "model");
      program_free_folder (g_steal_pointer (&folder));
    }
}

static void
test_no_model (void)
{
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();

  program_run (&result, folder,
               (const char *[]) { "generate", "a", "-o", "a.png", "--model", "nowhere", NULL });
  g_assert_cmpint (result.exit_code, ==, 4);
  g_assert_nonnull (strstr (result.err, "nowhere"));

  program_run (&result, folder, (const char *[]) { "inspect", "nowhere", NULL });
  g_assert_cmpint (result.exit_code, ==, 4);
  g_assert_nonnull (strstr (result.err, "nowhere"));
  program_free_folder (g_steal_pointer (&folder));
}

/* What is neither a model nor a picture is called that. */
static void
test_inspect (void)
{
  static const struct
  {
    const char *name;
    const char *content; /* NULL: a folder; "|": a named pipe */
    const char *sentence;
  } cases[] = {
    { "folder", NULL, "is no model folder: there is no safetensors file in it" },
    { "empty", "", "is no safetensors file, and no picture that can be read: PNG" },
    { "short", "{}", "is no safetensors file, and no picture that can be read: PNG" },
    { "text", "Some words, as people write them.", "is no safetensors file, and no picture that can be read: PNG" },
    { "text.safetensors", "Some words, as people write them.", "this is no safetensors file" },
    { "empty.safetensors", "", "0 bytes, wanted 10 or more" },
    { "cut", "\x10\x27\x01\x01\x01\x01\x01\x01{", "this is no safetensors file" },
    { "pipe", "|", "pipe is not a file" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (ProgramResult) result = { 0 };
      g_autofree char *folder = program_new_folder ();
      g_autofree char *path = g_build_filename (folder, cases[i].name, NULL);

      if (!cases[i].content)
        g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
      else if (g_str_equal (cases[i].content, "|"))
        g_assert_cmpint (mkfifo (path, 0600), ==, 0);
      else
        g_assert_true (g_file_set_contents (path, cases[i].content, -1, NULL));
      program_run (&result, folder, (const char *[]) { "inspect", cases[i].name, NULL });

      g_test_message ("%s", result.err);
      g_assert_cmpint (result.exit_code, ==, 4);
      g_assert_nonnull (strstr (result.err, cases[i].name));
      g_assert_nonnull (strstr (result.err, cases[i].sentence));
      g_assert_cmpstr (result.out, ==, "");
      program_free_folder (g_steal_pointer (&folder));
    }
}

/* --- output -------------------------------------------------------------------------------- */

static void
test_output (void)
{
  static const struct
  {
    const char *output;
    const char *sentence;
  } cases[] = {
    { "there.png", "--overwrite" },
    { "-", "standard output" },
    { "/dev/null", "neither a file nor a folder" },
    { "no-such-folder/a.png", "no-such-folder" },
    { "/proc/a.png", "/proc" },
    { "there.png/a.png", "there.png" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (ProgramResult) result = { 0 };
      g_autofree char *folder = program_new_folder ();
      g_autofree char *there = g_build_filename (folder, "there.png", NULL);
      g_autofree char *content = NULL;
      gsize size;

      g_assert_true (g_file_set_contents (there, "mine", 4, NULL));
      program_run (&result, folder,
                   (const char *[]) { "generate", "a", "-o", cases[i].output, NULL });

      g_autofree char *files = program_list_folder (folder);

      g_test_message ("%s: %s", cases[i].output, result.err);
      g_assert_cmpint (result.exit_code, ==, 6);
      g_assert_nonnull (strstr (result.err, cases[i].sentence));
      g_assert_cmpstr (files, ==, "there.png");
      content = program_read_file (folder, "there.png", &size);
      g_assert_cmpmem (content, size, "mine", 4);
      program_free_folder (g_steal_pointer (&folder));
    }
}

static void
limit_file_size (gpointer data)
{
  const struct rlimit limit = { 512, 512 };

  setrlimit (RLIMIT_FSIZE, &limit);
}

static const char *const small_picture[] = {
  "generate", "a", "--seed", "1", "--width", "64", "--height", "64", "--steps", "1",
  "--decoder-steps", "1", "-o", "a.png", NULL
};

static void
test_file_size_limit (void)
{
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();
  g_autoptr (GSubprocessLauncher) launcher = program_launcher (folder);

  g_subprocess_launcher_set_child_setup (launcher, limit_file_size, NULL, NULL);
  program_run_with (&result, launcher, small_picture);

  g_autofree char *files = program_list_folder (folder);

  g_test_message ("%s", result.err);
  g_assert_cmpint (result.exit_code, ==, 6);
  g_assert_nonnull (strstr (result.err, "a.png"));
  g_assert_cmpstr (files, ==, "");
  program_free_folder (g_steal_pointer (&folder));
}

#define GENERATE "generate a --width 64 --height 64 --steps 1 --decoder-steps 1 "

/* Runs a command on a file system of its own, after a command has
 * prepared it; FALSE where the system lets its users mount none. */
static gboolean
run_on_small_disk (const char    *size,
                   const char    *prepare,
                   const char    *command,
                   const char    *folder,
                   ProgramResult *result)
{
  g_autofree char *script
    = g_strdup_printf ("mkdir -p disk && mount -t tmpfs -o size=%s tmpfs disk || exit 77; cd disk; "
                       "%s; exec '%s' %s",
                       size, prepare, g_getenv ("WEIR_CLI"), command);
  g_autoptr (GSubprocessLauncher) launcher = program_launcher (folder);
  g_autoptr (GSubprocess) process
    = g_subprocess_launcher_spawn (launcher, NULL, "unshare", "-rm", "sh", "-c", script, NULL);

  g_assert_nonnull (process);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &result->out, &result->err, NULL);
  g_test_message ("%s", result->err);
  result->exit_code = g_subprocess_get_exit_status (process);
  if (result->exit_code != 77 && !strstr (result->err, "unshare:"))
    return TRUE;

  g_test_skip ("this system lets no one mount a small file system");
  return FALSE;
}

/* Known before any work. */
static void
test_full_disk (void)
{
  static const char job[] = "{\"prompt\":\"a\",\"width\":64,\"height\":64,\"output\":\"a.png\"}\n";
  static const struct
  {
    const char *command;
    int         exit_code;
  } rows[] = {
    { GENERATE "--seed 1 -o a.png", 6 },
    { "upscale ../small.png -o a.png", 6 },
    { "batch ../jobs", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *folder = program_new_folder ();
      g_autofree char *wanted = g_strdup_printf ("The folder “%s/disk” has", folder);
      g_autofree char *jobs = g_build_filename (folder, "jobs", NULL);
      g_autofree char *small = g_build_filename (folder, "small.png", NULL);
      g_autoptr (CasImage) image = cas_image_new (32, 32, NULL);
      g_auto (ProgramResult) result = { 0 };

      g_assert_true (g_file_set_contents (jobs, job, -1, NULL));
      g_assert_true (cas_image_save_png (image, small, NULL, FALSE, NULL));
      if (run_on_small_disk ("8k", ":", rows[i].command, folder, &result))
        {
          g_assert_cmpint (result.exit_code, ==, rows[i].exit_code);
          g_assert_nonnull (strstr (result.err, wanted));
          g_assert_nonnull (strstr (result.err, "kB free, and 1 picture may need 2"));
          g_assert_cmpstr (result.out, ==, "");
        }
      program_free_folder (g_steal_pointer (&folder));
    }
}

/* Two pictures may need 49 KiB, and 32 are free: room for one beside those that are replaced. */
static void
test_replacing_on_small_disk (void)
{
  static const char prepare[] = "head -c 28672 /dev/zero >1.png; cp 1.png 2.png";
  g_autofree char *folder = program_new_folder ();
  g_auto (ProgramResult) result = { 0 };
  g_auto (ProgramResult) refused = { 0 };

  if (run_on_small_disk ("88k", prepare, GENERATE "--seed 1 --count 2 -o {seed}.png --overwrite", folder,
                         &result))
    {
      g_assert_cmpint (result.exit_code, ==, 0);
      run_on_small_disk ("88k", prepare, GENERATE "--seed 4 --count 2 -o {seed}.png", folder,
                         &refused);
      g_assert_cmpint (refused.exit_code, ==, 6);
      g_assert_nonnull (strstr (refused.err, "and 2 pictures may need"));
    }
  program_free_folder (g_steal_pointer (&folder));
}

/* A program that asked for JSON gets its error too when the command line itself is wrong. */
static void
test_json_usage (void)
{
  static const char *const commands[][MAX_ARGS] = {
    { "generate", "--json" },
    { "generate", "a", "--json", "--no-such" },
    { "generate", "a", "--json", "--steps", "0" },
    { "devices", "--no-such", "--json" },
    { "inspect", "--json" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_auto (ProgramResult) result = { 0 };
      g_autofree char *folder = program_new_folder ();

      program_run (&result, folder, commands[i]);
      g_assert_cmpint (result.exit_code, ==, 2);
      g_assert_true (g_str_has_prefix (result.out, "{\"event\":\"error\",\"message\":"));
      g_assert_true (g_str_has_suffix (result.out, ",\"exit_code\":2}\n"));
      program_free_folder (g_steal_pointer (&folder));
    }
}

/* Standard output that takes nothing, or is not there; a reader that leaves early is content. */
static void
test_standard_output (void)
{
  static const struct
  {
    const char *script;
    int         exit_code;
  } rows[] = {
    { "\"$0\" --help >/dev/full", 6 },
    { "\"$0\" devices --json >/dev/full", 6 },
    { "\"$0\" generate >/dev/full", 2 },
    { "\"$0\" --help >&-", 6 },
    { "set -o pipefail; \"$0\" --help | true", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *folder = program_new_folder ();
      g_autoptr (GSubprocessLauncher) launcher = program_launcher (folder);
      g_autoptr (GSubprocess) process
        = g_subprocess_launcher_spawn (launcher, NULL, "bash", "-c", rows[i].script,
                                       g_getenv ("WEIR_CLI"), NULL);
      g_autofree char *err = NULL;

      g_assert_nonnull (process);
      g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &err, NULL);
      g_test_message ("%s: %s", rows[i].script, err);
      g_assert_cmpint (g_subprocess_get_exit_status (process), ==, rows[i].exit_code);
      g_assert_true (rows[i].exit_code != 6 || strstr (err, "standard output"));
      program_free_folder (g_steal_pointer (&folder));
    }
}

/* --- devices ------------------------------------------------------------------------------- */

static void
test_no_driver (void)
{
  static const char *const commands[][MAX_ARGS] = {
    { "generate", "a", "-o", "a.png" },
    { "devices" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_auto (ProgramResult) result = { 0 };
      g_autofree char *folder = program_new_folder ();
      g_autoptr (GSubprocessLauncher) launcher = program_launcher (folder);

      g_subprocess_launcher_setenv (launcher, "VK_ICD_FILENAMES", "/nonexistent.json", TRUE);
      g_subprocess_launcher_setenv (launcher, "VK_DRIVER_FILES", "/nonexistent.json", TRUE);
      program_run_with (&result, launcher, commands[i]);

      g_autofree char *files = program_list_folder (folder);

      g_test_message ("%s", result.err);
      g_assert_cmpint (result.exit_code, ==, 3);
      g_assert_nonnull (strstr (result.err, "Vulkan"));
      g_assert_cmpstr (files, ==, "");
      program_free_folder (g_steal_pointer (&folder));
    }
}

/* What needs more memory than there can be is known before the first step. */
static void
test_too_large (void)
{
  static const struct
  {
    const char *width, *height;
    int         exit_code;
    const char *sentence;
  } cases[] = {
    { "65536", "65536", 5, "A picture of 65536×65536 does not fit." },
    { "32768", "32768", 5, "A picture of 32768×32768 does not fit." },
    { "1000000", "256", 2, "The width is 1000000" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (ProgramResult) result = { 0 };
      g_autofree char *folder = program_new_folder ();

      program_run (&result, folder, (const char *[]) { "generate", "a", "--width", cases[i].width,
                                                       "--height", cases[i].height, NULL });

      g_autofree char *files = program_list_folder (folder);

      g_test_message ("%s", result.err);
      g_assert_cmpint (result.exit_code, ==, cases[i].exit_code);
      g_assert_nonnull (strstr (result.err, cases[i].sentence));
      g_assert_nonnull (strstr (result.err, "that work are"));
      g_assert_cmpstr (result.out, ==, "");
      g_assert_cmpstr (files, ==, "");
      program_free_folder (g_steal_pointer (&folder));
    }
}

static void
test_no_such_device (void)
{
  g_auto (ProgramResult) result = { 0 };
  g_autofree char *folder = program_new_folder ();

  program_run (&result, folder, (const char *[]) { "generate", "a", "-o", "a.png", "--device",
                                                   "no such device", NULL });
  g_assert_cmpint (result.exit_code, ==, 3);
  g_assert_nonnull (strstr (result.err, "no such device"));
  program_free_folder (g_steal_pointer (&folder));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cli/refusals/usage", test_usage);
  g_test_add_func ("/cli/refusals/ascii", test_ascii);
  g_test_add_func ("/cli/refusals/ascii-path", test_ascii_path);
  g_test_add_func ("/cli/refusals/long-prompt", test_long_prompt);
  g_test_add_func ("/cli/refusals/models", test_models);
  g_test_add_func ("/cli/refusals/not-finite", test_not_finite);
  g_test_add_func ("/cli/refusals/no-model", test_no_model);
  g_test_add_func ("/cli/refusals/inspect", test_inspect);
  g_test_add_func ("/cli/refusals/output", test_output);
  g_test_add_func ("/cli/refusals/file-size-limit", test_file_size_limit);
  g_test_add_func ("/cli/refusals/full-disk", test_full_disk);
  g_test_add_func ("/cli/refusals/replacing-on-small-disk", test_replacing_on_small_disk);
  g_test_add_func ("/cli/refusals/json-usage", test_json_usage);
  g_test_add_func ("/cli/refusals/standard-output", test_standard_output);
  g_test_add_func ("/cli/refusals/no-driver", test_no_driver);
  g_test_add_func ("/cli/refusals/too-large", test_too_large);
  g_test_add_func ("/cli/refusals/no-such-device", test_no_such_device);
  return g_test_run ();
}
