/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Errors as answers to calls: GLib writes domain and code into their names. */

#include "worker/bus-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cascade/error.h"

#define LAST_CODE CAS_ERROR_NO_SETTINGS

void
cas_bus_return_error (GDBusMethodInvocation *invocation,
                      GError                *error)
{
  g_autofree char *message = g_utf8_make_valid (error->message, -1);

  g_dbus_method_invocation_return_error_literal (invocation, error->domain, error->code, message);
  g_error_free (error);
}

GError *
cas_bus_read_error (GError *error)
{
  g_autoptr (GError) taken = error;

  /* G_IO_ERROR_DBUS_ERROR is GLib's word for a name that says nothing to it; who answers that it
   * died has not */
  if (g_dbus_error_strip_remote_error (taken)
      && ((taken->domain == CAS_ERROR && taken->code >= 0 && taken->code <= LAST_CODE
           && taken->code != CAS_ERROR_WORKER_DIED)
          || (taken->domain == G_IO_ERROR && taken->code != G_IO_ERROR_DBUS_ERROR)))
    return g_steal_pointer (&taken);
  if (g_error_matches (taken, G_IO_ERROR, G_IO_ERROR_CLOSED)
      || g_error_matches (taken, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_new_literal (CAS_ERROR, CAS_ERROR_WORKER_DIED,
                                _("The engine ended before it answered."));
  if (g_str_has_suffix (taken->message, "."))
    taken->message[strlen (taken->message) - 1] = '\0';
  return g_error_new (CAS_ERROR, CAS_ERROR_PROTOCOL,
                      _("The engine's answer cannot be understood: %s."), taken->message);
}
