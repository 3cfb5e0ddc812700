/* SPDX-License-Identifier: GPL-3.0-or-later */

/* weir-cli: the engine from the command line. Here: which command, and the overview. */

#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "cli/command.h"
#include "cli/console.h"
#include "cli/log.h"
#include "cli/signals.h"

typedef struct
{
  const char    *name;
  const char    *summary;
  CliCommandFunc run;
} CliCommand;

static const CliCommand commands[] = {
  { "generate", N_("Make pictures from a prompt"), cli_generate },
  { "upscale", N_("Draw a picture at twice its size"), cli_upscale },
  { "batch", N_("Make the pictures that a file of jobs asks for"), cli_batch },
  { "encode", N_("Make latents of pictures"), cli_encode },
  { "decode", N_("Make pictures of latents"), cli_decode },
  { "devices", N_("List the devices that could do the work"), cli_devices },
  { "inspect", N_("Say what a model file or folder is"), cli_inspect },
  { "show", N_("Print the settings that are in a picture"), cli_show },
  { "bench", N_("Measure what a device makes of the published networks"), cli_bench },
};

static const char overview[] = N_(
  "Examples:\n"
  "  weir-cli generate \"a red house on green hills at sunset\"\n"
  "      One picture from the demo model, in the pictures folder under Weir/.\n"
  "  weir-cli generate \"a white boat on the sea\" --seed 7 --count 4 -o boat.png\n"
  "      boat-1.png to boat-4.png, with the seeds 7 to 10.\n"
  "  weir-cli generate \"a fox\" --model ~/models/stable-cascade --width 1344 --height 768\n"
  "      With the published weights, and a size of your own.\n"
  "  weir-cli generate --help\n"
  "      All that can be chosen, explained.\n"
  "  weir-cli bench\n"
  "      How fast the published networks would be here; no model is needed.\n"
  "\n"
  "Each finished picture's path is a line of its own on standard output; everything else\n"
  "goes to standard error. The same prompt, seed and numbers make the same picture.\n"
  "\n"
  "Environment:\n"
  "  CAS_DEVICE       the device to use where --device is not given\n"
  "  CAS_WITHOUT_KERNELS=NAME,…  kernels not to use where --kernels is not given\n"
  "  WEIR_DEMO_MODEL  the model folder to use where --model is not given\n"
  "  CAS_VALIDATE=1   Vulkan's validation layer, for developers\n"
  "\n"
  "Exit codes:\n"
  "  0 done, 1 failed, also where a picture that goes in cannot be read, 2 wrong use,\n"
  "  3 no device, or one that cannot do it, 4 model missing or damaged, 5 out of memory,\n"
  "  6 picture cannot be written, 130 cancelled\n");

static void
print_overview (void)
{
  g_print (_("Usage: weir-cli COMMAND [OPTION…]\n\nPictures from words, by Stable Cascade, on "
             "any Vulkan device.\n\nCommands:\n"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-10s %s\n", commands[i].name, _(commands[i].summary));
  g_print ("  %-10s %s\n  %-10s %s\n\n%s", "--help", _("Show this, or with a command its options"),
           "--version", _("Show the version"), _(overview));
}

/* The log must exist before anything speaks, so before the options are parsed. */
static gboolean
has_verbose (int    argc,
             char **argv)
{
  for (int i = 1; i < argc && strcmp (argv[i], "--") != 0; i++)
    if (strcmp (argv[i], "--verbose") == 0 || strcmp (argv[i], "-v") == 0)
      return TRUE;
  return FALSE;
}

static const CliCommand *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (name, commands[i].name))
      return &commands[i];
  return NULL;
}

/* A reader that left early, as “head” does, has what it wanted. */
static gboolean
is_broken_pipe (void)
{
  struct pollfd output = { .fd = STDOUT_FILENO, .events = POLLOUT };

  return poll (&output, 1, 0) == 1 && output.revents & POLLERR;
}

/* A descriptor that was closed must not become a file of ours; writing to it fails all the same. */
static void
fill_descriptors (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) < 0)
      open ("/dev/null", O_RDONLY);
}

/* What was printed must have arrived. */
static CliExit
finish (CliExit code)
{
  if ((fflush (stdout) == 0 && !ferror (stdout)) || is_broken_pipe ())
    return code;

  g_printerr (_("weir-cli: Not everything could be written to standard output.\n"));
  return code == CLI_EXIT_OK ? CLI_EXIT_OUTPUT : code;
}

static CliExit
run (int           argc,
     char        **argv,
     GCancellable *cancellable)
{
  const char *name = argv[1];
  const gboolean is_help
    = g_str_equal (name, "--help") || g_str_equal (name, "-h") || g_str_equal (name, "help");
  const CliCommand *command = find_command (is_help && argc > 2 ? argv[2] : name);

  if (command && is_help)
    {
      char *arguments[] = { argv[2], (char *) "--help", NULL };

      return command->run (2, arguments, cancellable);
    }
  if (is_help && (argc < 3 || *argv[2] == '-'))
    print_overview ();
  else if (g_str_equal (name, "--version"))
    g_print ("weir-cli %s\n", WEIR_VERSION);
  else if (command)
    {
      cli_log_init (has_verbose (argc, argv));
      return command->run (argc - 1, argv + 1, cancellable);
    }
  else
    {
      g_printerr (_("weir-cli: There is no command “%s”. “weir-cli --help” shows them.\n"),
                  is_help ? argv[2] : name);
      return CLI_EXIT_USAGE;
    }
  return CLI_EXIT_OK;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GCancellable) cancellable = NULL;

  fill_descriptors ();
  cancellable = cli_signals_init ();
  setlocale (LC_ALL, "");
  setlocale (LC_NUMERIC, "C"); /* numbers are the same for scripts everywhere */
  bindtextdomain (GETTEXT_PACKAGE, WEIR_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  g_set_prgname ("weir-cli");
  cli_console_init ();

  if (argc < 2)
    {
      g_printerr (_("weir-cli: A command is missing. “weir-cli --help” shows them.\n"));
      return CLI_EXIT_USAGE;
    }
  return finish (run (argc, argv, cancellable));
}
