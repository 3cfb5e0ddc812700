/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From an error to the exit code. */

#include "cli/exit-code.h"

#include <gio/gio.h>

#include "cascade/error.h"

G_DEFINE_QUARK (cli-error-quark, cli_error)

static CliExit
from_engine (CasError code)
{
  switch (code)
    {
    case CAS_ERROR_NO_DEVICE:
    case CAS_ERROR_UNSUPPORTED_DEVICE:
      return CLI_EXIT_DEVICE;

    case CAS_ERROR_MISSING_MODEL:
    case CAS_ERROR_BAD_MODEL:
      return CLI_EXIT_MODEL;

    case CAS_ERROR_OUT_OF_DEVICE_MEMORY:
    case CAS_ERROR_OUT_OF_HOST_MEMORY:
      return CLI_EXIT_MEMORY;

    case CAS_ERROR_BAD_PARAMETER:
      return CLI_EXIT_USAGE;

    case CAS_ERROR_DEVICE_LOST:
    case CAS_ERROR_BAD_IMAGE:
    case CAS_ERROR_NOT_FINITE:
    case CAS_ERROR_WORKER_DIED:
    case CAS_ERROR_PROTOCOL:
    case CAS_ERROR_BAD_CHECKPOINT:
    case CAS_ERROR_NO_SETTINGS:
      break;
    }
  return CLI_EXIT_FAILED;
}

CliExit
cli_exit_from_error (const GError *error)
{
  if (error->domain == CAS_ERROR)
    return from_engine (error->code);
  if (error->domain == G_OPTION_ERROR || g_error_matches (error, CLI_ERROR, CLI_ERROR_USAGE))
    return CLI_EXIT_USAGE;
  if (g_error_matches (error, CLI_ERROR, CLI_ERROR_OUTPUT))
    return CLI_EXIT_OUTPUT;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return CLI_EXIT_CANCELLED;
  if (error->domain == G_IO_ERROR) /* what else is read or written has its own code */
    return CLI_EXIT_MODEL;
  return CLI_EXIT_FAILED;
}

gboolean
cli_exit_fail_input (GError  *cause,
                     GError **error)
{
  if (cause->domain == G_IO_ERROR && cause->code != G_IO_ERROR_CANCELLED)
    {
      cause->domain = CLI_ERROR;
      cause->code = CLI_ERROR_INPUT;
    }
  g_propagate_error (error, cause);
  return FALSE;
}
