/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Networks that come to the device for one piece of work. */

#include "session/visit.h"

#include "cascade/error.h"

static gboolean
try_it (const CasVisit *self,
        CasVisitFunc    func,
        gpointer        data,
        GError        **error)
{
  g_autoptr (CasParams) params = cas_params_new (self->compile->gpu);
  CasCompileParams compile = *self->compile;

  compile.params = params;
  compile.cancellable = self->run->cancellable;
  return func (&compile, data, error);
}

gboolean
cas_visit_do (const CasVisit *self,
              CasVisitFunc    func,
              gpointer        data,
              GError        **error)
{
  g_autoptr (GError) problem = NULL;

  if (try_it (self, func, data, &problem))
    return TRUE;
  if (!g_error_matches (problem, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  cas_residency_clear (self->residency, NULL);
  return try_it (self, func, data, error);
}
