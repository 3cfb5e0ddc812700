/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Running a compiled graph, and what the host writes to it, reads from it and asks about it. */

#include "ops/program.h"

#include <string.h>

gboolean
cas_graph_run (CasGraph     *g,
               GCancellable *cancellable,
               GError      **error)
{
  CasProgram *program = g->program;
  gint64 start = g_get_monotonic_time ();

  g_return_val_if_fail (program != NULL, FALSE);

  for (guint i = 0; i < program->commands->len; i++)
    if (g_cancellable_set_error_if_cancelled (cancellable, error)
        || !cas_commands_run (program->commands->pdata[i], error))
      return FALSE;

  program->seconds = (g_get_monotonic_time () - start) / (double) G_USEC_PER_SEC;
  cas_gpu_learn_speed (program->gpu, program->flop, program->seconds);

  return TRUE;
}

static CasTensorRecord *
find_named (CasGraph   *g,
            CasStore    store,
            const char *name)
{
  for (guint32 id = 1; id <= g->tensors->len; id++)
    {
      CasTensorRecord *record = cas_graph_record (g, id);

      if (record->store == store && record->name != NULL && strcmp (record->name, name) == 0)
        return record;
    }

  return NULL;
}

void
cas_graph_write (CasGraph   *g,
                 const char *name,
                 const void *data)
{
  CasTensorRecord *record = find_named (g, CAS_STORE_INPUT, name);

  g_return_if_fail (g->program != NULL && record != NULL);

  memcpy ((char *) cas_buffer_get_host (g->program->inputs) + record->address
              - cas_buffer_get_address (g->program->inputs),
          data, cas_record_size (record));
}

void
cas_graph_read (CasGraph   *g,
                const char *name,
                void       *data)
{
  CasTensorRecord *record = find_named (g, CAS_STORE_OUTPUT, name);

  g_return_if_fail (g->program != NULL && record != NULL);

  memcpy (data,
          (char *) cas_buffer_get_host (g->program->outputs) + record->address
              - cas_buffer_get_address (g->program->outputs),
          cas_record_size (record));
}

double
cas_graph_get_seconds (CasGraph *g)
{
  return g->program != NULL ? g->program->seconds : 0.0;
}

void
cas_graph_profile (CasGraph      *g,
                   CasProfileFunc func,
                   gpointer       data)
{
  CasProgram *program = g->program;

  g_return_if_fail (program != NULL && program->profile);

  for (guint i = 0; i < program->dispatches->len; i++)
    {
      const CasDispatch *d = &g_array_index (program->dispatches, CasDispatch, i);
      CasCommands *commands = program->commands->pdata[d->commands];
      double seconds = cas_commands_get_time (commands, d->timestamp)
                       - cas_commands_get_time (commands, d->timestamp - 1);

      func (d->kernel, d->family, d->scope, seconds, d->flop, d->bytes, data);
    }
}

void
cas_graph_foreach_kernel (CasGraph *g,
                          void    (*func) (const char *kernel,
                                           gpointer    data),
                          gpointer  data)
{
  GHashTableIter iter;
  gpointer name;

  g_return_if_fail (g->program != NULL);

  g_hash_table_iter_init (&iter, g->program->kernels);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    func (name, data);
}
