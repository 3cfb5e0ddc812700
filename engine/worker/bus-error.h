/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Errors that cross from one process to the other. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Answers a call with an error. Takes invocation and error. Any thread. */
void    cas_bus_return_error (GDBusMethodInvocation *invocation,
                              GError                *error);

/* The error of a call: what the other process meant, in one of the engine's domains, else
 * CAS_ERROR_PROTOCOL for an answer that cannot be, and CAS_ERROR_WORKER_DIED for none. Takes error;
 * free what is returned. */
GError *cas_bus_read_error   (GError                *error);

G_END_DECLS
