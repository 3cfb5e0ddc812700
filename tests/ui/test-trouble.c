/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every error has words and something to do, and the last log lines are kept. */

#include "trouble.h"

#include <string.h>

#include <cascade/error.h>

#include "log.h"
#include "troubleshooting.h"

static void
errors (void)
{
  static const struct
  {
    int code;
    WeirTroublePlace place;
    const char *part;    /* of the title */
    const char *action;  /* of the first button; NULL: there is none */
  } cases[] = {
    { CAS_ERROR_NO_DEVICE, WEIR_TROUBLE_IN_PAGE, "No Graphics Driver", "win.try-again" },
    { CAS_ERROR_UNSUPPORTED_DEVICE, WEIR_TROUBLE_IN_PAGE, "Cannot Be Used", "app.preferences" },
    { CAS_ERROR_OUT_OF_DEVICE_MEMORY, WEIR_TROUBLE_IN_BANNER, "GPU ran out", "win.lower-size" },
    { CAS_ERROR_OUT_OF_HOST_MEMORY, WEIR_TROUBLE_IN_BANNER, "computer ran out", "win.lower-size" },
    { CAS_ERROR_DEVICE_LOST, WEIR_TROUBLE_IN_BANNER, "stopped answering", "win.try-again" },
    { CAS_ERROR_BAD_MODEL, WEIR_TROUBLE_IN_PAGE, "Damaged", "app.models" },
    { CAS_ERROR_MISSING_MODEL, WEIR_TROUBLE_IN_PAGE, "Not Complete", "app.models" },
    { CAS_ERROR_BAD_IMAGE, WEIR_TROUBLE_IN_TOAST, "the sentence", NULL },
    { CAS_ERROR_BAD_PARAMETER, WEIR_TROUBLE_IN_BANNER, "the sentence", NULL },
    { CAS_ERROR_NOT_FINITE, WEIR_TROUBLE_IN_BANNER, "broken", "win.try-again" },
    { CAS_ERROR_WORKER_DIED, WEIR_TROUBLE_IN_BANNER, "stopped", "win.try-again" },
    { CAS_ERROR_PROTOCOL, WEIR_TROUBLE_IN_BANNER, "cannot be", "win.try-again" },
    { CAS_ERROR_BAD_CHECKPOINT, WEIR_TROUBLE_IN_BANNER, "continued", "win.try-again" },
    { CAS_ERROR_NO_SETTINGS, WEIR_TROUBLE_IN_TOAST, "the sentence", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (CAS_ERROR, cases[i].code, "the sentence");
      g_autoptr (WeirTrouble) trouble = weir_trouble_new_for_error (error, "a line");
      g_autofree char *all = NULL;

      g_test_message ("code %d: %s", cases[i].code, trouble->title);
      g_assert_cmpint (trouble->place, ==, cases[i].place);
      g_assert_nonnull (strstr (trouble->title, cases[i].part));
      g_assert_cmpstr (trouble->buttons[0].action, ==, cases[i].action);
      g_assert_cmpint (trouble->place == WEIR_TROUBLE_IN_PAGE, ==, trouble->description != NULL);
      g_assert_cmpint (trouble->place == WEIR_TROUBLE_IN_PAGE, ==, trouble->icon_name != NULL);

      /* what the engine said is somewhere, and once */
      all = g_strjoin ("|", trouble->title, trouble->description ? trouble->description : "",
                       trouble->details, NULL);
      g_assert_nonnull (strstr (all, "the sentence"));
      g_assert_null (strstr (strstr (all, "the sentence") + 1, "the sentence"));
      g_assert_nonnull (strstr (trouble->details, "a line"));
    }
}

static void
other_errors (void)
{
  g_autoptr (GError) cancelled = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "x");
  g_autoptr (GError) full = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "The disk is full.");
  g_autoptr (WeirTrouble) trouble = weir_trouble_new_for_error (full, NULL);

  g_assert_null (weir_trouble_new_for_error (cancelled, NULL));
  g_assert_cmpstr (trouble->title, ==, "The disk is full.");
  g_assert_null (trouble->details);
  g_assert_null (trouble->buttons[0].label);
}

/* What stops the engine is a page; of a job it is a banner, since the canvas is still good. */
static void
jobs (void)
{
  g_autoptr (GError) missing =
    g_error_new_literal (CAS_ERROR, CAS_ERROR_MISSING_MODEL, "The model has no previewer.");
  g_autoptr (GError) cancelled = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "x");
  g_autoptr (WeirTrouble) trouble = weir_trouble_new_for_job (missing, "a line");

  g_assert_null (weir_trouble_new_for_job (cancelled, NULL));
  g_assert_cmpint (trouble->place, ==, WEIR_TROUBLE_IN_BANNER);
  g_assert_cmpstr (trouble->title, ==, "The model has no previewer.");
  g_assert_null (trouble->description);
  g_assert_cmpstr (trouble->details, ==, "a line");
  g_assert_cmpstr (trouble->buttons[0].action, ==, "app.models");
}

/* What was mended is tried without another folder being chosen. */
static void
models (void)
{
  static const int codes[] = { CAS_ERROR_BAD_MODEL, CAS_ERROR_MISSING_MODEL };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (CAS_ERROR, codes[i], "the sentence");
      g_autoptr (WeirTrouble) trouble = weir_trouble_new_for_error (error, NULL);

      g_assert_cmpstr (trouble->buttons[1].action, ==, "win.try-again");
      g_assert_cmpstr (trouble->buttons[2].action, ==, "win.use-demo-model");
    }
}

/* Why there is no engine is what the error says. */
static void
stop (void)
{
  g_autoptr (GError) error =
    g_error_new_literal (CAS_ERROR, CAS_ERROR_WORKER_DIED, "weir-worker is not installed.");
  g_autoptr (WeirTrouble) trouble = weir_trouble_new_for_stop (error, "a line");

  g_assert_cmpint (trouble->place, ==, WEIR_TROUBLE_IN_PAGE);
  g_assert_true (g_str_has_prefix (trouble->description, "weir-worker is not installed.\n\nYour"));
  g_assert_cmpstr (trouble->details, ==, "a line");
}

static void
processor (void)
{
  g_autoptr (WeirTrouble) trouble = weir_trouble_new_for_processor ("llvmpipe");

  g_assert_cmpint (trouble->place, ==, WEIR_TROUBLE_IN_BANNER);
  g_assert_cmpstr (trouble->details, ==, "llvmpipe");
  g_assert_cmpstr (trouble->buttons[0].action, ==, "app.preferences");
}

/* Three hundred lines go in; the last two hundred come out in order. */
static void
log_ring (void)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autofree char *empty = weir_log_dup_text (log);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_cmpstr (empty, ==, "");
  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *line = g_strdup_printf ("line %u", i);

      weir_log_add (log, line);
    }
  text = weir_log_dup_text (log);
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, WEIR_LOG_MAX_LINES + 1);
  g_assert_cmpstr (lines[0], ==, "line 100");
  g_assert_cmpstr (lines[WEIR_LOG_MAX_LINES - 1], ==, "line 299");
}

/* In a process of its own, since a writer stays for good. */
static void
log_writer (void)
{
  WeirLog *log;
  g_autofree char *text = NULL;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, 0);
      g_test_trap_assert_passed ();
      return;
    }
  log = weir_log_new ();
  weir_log_install (log);
  g_message ("the canvas is %s", "wide");
  g_debug ("a secret");
  text = weir_log_dup_text (log);
  g_assert_nonnull (strstr (text, "weir: the canvas is wide\n"));
  g_assert_null (strstr (text, "a secret"));
}

static void
troubleshooting (void)
{
  static const char *const wanted[] = {
    "Weir: " WEIR_VERSION "\n", "\nGTK: 4.", "\nlibadwaita: 1.", "\nGLib: 2.", "\nSystem: ",
    "\nDevice: Card\n", "\nDriver: Driver 1.2\n", "\nMemory: 8.0 GiB\n", "\nModel: not known\n",
    "\nLast log lines:\nx: y\n",
  };
  g_autofree char *text = weir_troubleshooting_dup_text (&(WeirTroubleshooting) {
    .device = "Card",
    .driver = "Driver 1.2",
    .memory_bytes = G_GUINT64_CONSTANT (8) << 30,
    .log = "x: y",
  });

  g_test_message ("%s", text);
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    if (!strstr (text, wanted[i]))
      g_error ("“%s” is not in the text", wanted[i]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/trouble/errors", errors);
  g_test_add_func ("/ui/trouble/other-errors", other_errors);
  g_test_add_func ("/ui/trouble/jobs", jobs);
  g_test_add_func ("/ui/trouble/models", models);
  g_test_add_func ("/ui/trouble/stop", stop);
  g_test_add_func ("/ui/trouble/processor", processor);
  g_test_add_func ("/ui/trouble/log-ring", log_ring);
  g_test_add_func ("/ui/trouble/log-writer", log_writer);
  g_test_add_func ("/ui/trouble/troubleshooting", troubleshooting);
  return g_test_run ();
}
