/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The results of weir-cli bench, each printed when it is there. */

#include "cli/bench-report.h"

#include <glib/gi18n-lib.h>

#include "cli/columns.h"
#include "cli/event.h"

typedef enum
{
  SECTION_NONE,
  SECTION_CEILINGS,
  SECTION_KERNELS,
  SECTION_NETWORKS,
  SECTION_PICTURES,
} Section;

struct _CliBenchReport
{
  gboolean is_json;
  gboolean is_processor;
  Section  section; /* whose heading was printed last */
};

CliBenchReport *
cli_bench_report_new (gboolean is_json)
{
  CliBenchReport *self = g_new0 (CliBenchReport, 1);

  self->is_json = is_json;
  return self;
}

void
cli_bench_report_free (CliBenchReport *self)
{
  g_free (self);
}

static const char *
unit_name (CasBenchUnit unit)
{
  return unit == CAS_BENCH_BYTES ? "GB" : "GFLOP";
}

/* --- for a program ------------------------------------------------------------------------- */

static void
device_json (const CasGpuInfo *info)
{
  g_autoptr (GString) event = cli_event_begin ("device");

  cli_event_add_string (event, "name", info->name);
  cli_event_add_string (event, "driver", info->driver);
  cli_event_add_string (event, "driver_version", info->driver_info);
  cli_event_add_boolean (event, "is_processor", info->kind == CAS_GPU_CPU);
  cli_event_add_integer (event, "memory_bytes", info->memory_bytes);
  cli_event_end (event);
}

static void
ceiling_json (const CasBenchCeiling *ceiling)
{
  g_autoptr (GString) event = cli_event_begin ("ceiling");

  cli_event_add_string (event, "name", ceiling->name);
  cli_event_add_string (event, "unit", unit_name (ceiling->unit));
  cli_event_add_measure (event, "per_second", ceiling->per_second / 1e9);
  cli_event_end (event);
}

static void
shape_json (const CasBenchShapeResult *result,
            const char                *name,
            double                     share)
{
  g_autoptr (GString) event = cli_event_begin ("kernel");

  cli_event_add_string (event, "name", name);
  cli_event_add_string (event, "part", result->shape->part);
  cli_event_add_string (event, "kernel", result->kernel);
  cli_event_add_integer (event, "rows", result->rows);
  cli_event_add_integer (event, "rows_wanted", result->shape->h);
  cli_event_add_measure (event, "seconds", result->seconds);
  cli_event_add_string (event, "unit", unit_name (result->unit));
  cli_event_add_measure (event, "per_second", result->per_second / 1e9);
  cli_event_add_measure (event, "share", share);
  cli_event_add_integer (event, "flop", result->flop);
  cli_event_add_integer (event, "bytes", result->bytes);
  if (result->cpu_seconds > 0)
    cli_event_add_measure (event, "cpu_seconds", result->cpu_seconds);
  cli_event_end (event);
}

static void
part_json (const CasBenchNetwork *network,
           const CasBenchPart    *part)
{
  g_autoptr (GString) event = cli_event_begin ("part");

  cli_event_add_string (event, "network", network->name);
  cli_event_add_string (event, "family", part->family);
  cli_event_add_measure (event, "seconds", part->seconds);
  cli_event_add_measure (event, "ideal_seconds", part->ideal_seconds);
  cli_event_add_integer (event, "flop", part->flop);
  cli_event_add_integer (event, "bytes", part->bytes);
  cli_event_add_integer (event, "dispatches", part->n_dispatches);
  cli_event_end (event);
}

static void
network_json (const CasBenchNetworkResult *result)
{
  g_autoptr (GString) event = cli_event_begin ("network");

  cli_event_add_string (event, "name", result->network->name);
  cli_event_add_string (event, "title", result->network->title);
  cli_event_add_boolean (event, "is_short", result->is_short);
  cli_event_add_integer (event, "side", result->side);
  cli_event_add_measure (event, "seconds", result->seconds);
  cli_event_add_measure (event, "ideal_seconds", result->sum.ideal_seconds);
  cli_event_add_measure (event, "ratio", result->seconds / result->sum.ideal_seconds);
  cli_event_add_measure (event, "device_seconds", result->sum.seconds);
  cli_event_add_measure (event, "host_seconds", result->host_seconds);
  if (result->cpu_seconds > 0)
    cli_event_add_measure (event, "cpu_seconds", result->cpu_seconds);
  cli_event_add_integer (event, "dispatches", result->sum.n_dispatches);
  cli_event_add_integer (event, "flop", result->sum.flop);
  cli_event_add_integer (event, "bytes", result->sum.bytes);
  cli_event_add_integer (event, "weight_bytes", result->weight_bytes);
  cli_event_add_integer (event, "memory_bytes", result->memory_bytes);
  cli_event_end (event);

  for (guint i = 0; i < result->parts->len; i++)
    part_json (result->network, &g_array_index (result->parts, CasBenchPart, i));
}

static void
picture_json (const CasBenchPicture *picture,
              const CasBenchStep    *sum)
{
  g_autoptr (GString) event = cli_event_begin ("picture");
  g_autofree char *terms = cas_bench_picture_dup_terms (picture);

  cli_event_add_string (event, "name", picture->name);
  cli_event_add_string (event, "sum_of", terms);
  cli_event_add_measure (event, "seconds", sum->seconds);
  cli_event_add_measure (event, "ideal_seconds", sum->ideal_seconds);
  cli_event_add_measure (event, "ratio", sum->seconds / sum->ideal_seconds);
  cli_event_end (event);
}

static void
skipped_json (const char *name,
              const char *reason)
{
  g_autoptr (GString) event = cli_event_begin ("skipped");

  cli_event_add_string (event, "name", name);
  cli_event_add_string (event, "reason", reason);
  cli_event_end (event);
}

/* --- for a person -------------------------------------------------------------------------- */

/* Of a table's columns, each as wide as in the rows below it. */
typedef struct
{
  const char *title;
  int         width;
} Heading;

static void
print_headings (const Heading *headings,
                guint          n)
{
  g_autoptr (GString) line = g_string_new ("\n");

  for (guint i = 0; i < n; i++)
    {
      g_string_append (line, i > 0 ? " " : "");
      cli_columns_append (line, headings[i].title, headings[i].width);
    }
  g_print ("%s\n", line->str);
}

static void
begin_section (CliBenchReport *self,
               Section         section)
{
  const Heading kernels[] = {
    { _("Kernels"), -32 }, { _("of"), -13 }, { _("time"), 13 }, { _("speed"), 16 },
    { _("of ceiling"), 12 }, { _("in a CPU-second"), 17 }, { "", 0 }, { _("rows"), 0 },
  };
  const Heading pictures[] = {
    { _("Pictures, added up"), -22 }, { _("time"), 13 }, { _("ideal"), 13 }, { _("ratio"), 8 },
    { "", 0 }, { _("of the steps above"), 0 },
  };
  const Heading networks[] = {
    { _("Networks, one step"), -22 }, { _("time"), 13 }, { _("ideal"), 13 }, { _("ratio"), 8 },
    { _("speed"), 16 }, { _("host"), 11 }, { _("dispatches"), 10 }, { _("moved"), 11 },
    { _("memory"), 10 },
  };

  if (self->section == section)
    return;

  self->section = section;
  if (section == SECTION_CEILINGS)
    g_print ("\n%s\n", _("Ceilings"));
  else if (section == SECTION_KERNELS)
    print_headings (kernels, self->is_processor ? G_N_ELEMENTS (kernels) : 5);
  else if (section == SECTION_PICTURES)
    print_headings (pictures, G_N_ELEMENTS (pictures));
  else
    print_headings (networks, G_N_ELEMENTS (networks));
}

static void
device_text (CliBenchReport   *self,
             const CasGpuInfo *info)
{
  g_print ("%s\n%s %s\n", info->name, info->driver, info->driver_info);
  if (self->is_processor)
    g_print (_("This is a software driver: kernels get fewer rows where all would take long, and "
               "networks one\nblock a level and a smaller picture. Only the speeds can be compared "
               "with other devices,\nand no times of whole pictures are added up.\n"));
}

static void
shape_text (CliBenchReport            *self,
            const CasBenchShapeResult *result,
            const char                *name,
            double                     share)
{
  const double work = (double) (result->unit == CAS_BENCH_BYTES ? result->bytes : result->flop);
  const char *unit = unit_name (result->unit);
  g_autofree char *speed = g_strdup_printf ("%.1f %s/s", result->per_second / 1e9, unit);

  g_print ("%-32s %-13s %10.4f ms %16s %10.1f %%", name, result->shape->part, 1e3 * result->seconds,
           speed, 100 * share);
  if (self->is_processor)
    {
      g_autofree char *in_cpu = g_strdup_printf ("%.2f %s", work / 1e9 / result->cpu_seconds, unit);

      g_print (" %17s  ", in_cpu);
      if (result->rows == result->shape->h)
        g_print ("%u", result->rows);
      else
        g_print (_("%u of %u"), result->rows, result->shape->h);
    }
  g_print ("\n");
}

/* Nothing where there is no arithmetic worth counting. */
static char *
dup_speed (guint64 flop,
           double  seconds)
{
  return flop == 0 || seconds <= 0
           ? g_strdup ("")
           : g_strdup_printf ("%.1f GFLOP/s", (double) flop / 1e9 / seconds);
}

static void
part_text (const CasBenchNetworkResult *result,
           const CasBenchPart          *part)
{
  g_autofree char *speed = dup_speed (part->flop, part->seconds);

  g_print ("  %-20s %10.3f ms %10.3f ms %6.1f × %16s %9.1f %% %10u %8.2f GB\n", part->family,
           1e3 * part->seconds, 1e3 * part->ideal_seconds,
           part->seconds / MAX (part->ideal_seconds, 1e-12), speed,
           100 * part->seconds / MAX (result->sum.seconds, 1e-12), part->n_dispatches,
           (double) part->bytes / 1e9);
}

static void
network_text (const CasBenchNetworkResult *result)
{
  g_autofree char *speed = dup_speed (result->sum.flop, result->seconds);

  g_print ("%-22s %10.3f ms %10.3f ms %6.1f × %16s %8.3f ms %10u %8.2f GB %6.2f GiB\n",
           result->network->name, 1e3 * result->seconds, 1e3 * result->sum.ideal_seconds,
           result->seconds / MAX (result->sum.ideal_seconds, 1e-12), speed,
           1e3 * result->host_seconds, result->sum.n_dispatches, (double) result->sum.bytes / 1e9,
           (double) result->memory_bytes / 0x1p30);
  for (guint i = 0; i < result->parts->len; i++)
    part_text (result, &g_array_index (result->parts, CasBenchPart, i));
}

static void
picture_text (const CasBenchPicture *picture,
              const CasBenchStep    *sum)
{
  g_autofree char *terms = cas_bench_picture_dup_terms (picture);

  g_print ("%-22s %10.3f s  %10.3f s  %6.1f ×  %s\n", picture->name, sum->seconds,
           sum->ideal_seconds, sum->seconds / MAX (sum->ideal_seconds, 1e-12), terms);
}

/* --- either --------------------------------------------------------------------------------- */

static void
on_device (const CasGpuInfo *info,
           gpointer          data)
{
  CliBenchReport *self = data;

  self->is_processor = info->kind == CAS_GPU_CPU;
  if (self->is_json)
    device_json (info);
  else
    device_text (self, info);
}

static void
on_ceiling (const CasBenchCeiling *ceiling,
            gpointer               data)
{
  CliBenchReport *self = data;
  g_autoptr (GString) title = g_string_new (NULL);

  if (self->is_json)
    {
      ceiling_json (ceiling);
      return;
    }

  begin_section (self, SECTION_CEILINGS);
  cli_columns_append (title, ceiling->title, -34);
  g_print ("%s %11.1f %s/s\n", title->str, ceiling->per_second / 1e9, unit_name (ceiling->unit));
}

static void
on_shape (const CasBenchShapeResult *result,
          const char                *name,
          double                     share,
          gpointer                   data)
{
  CliBenchReport *self = data;

  if (self->is_json)
    {
      shape_json (result, name, share);
      return;
    }

  begin_section (self, SECTION_KERNELS);
  shape_text (self, result, name, share);
}

static void
on_network (const CasBenchNetworkResult *result,
            gpointer                     data)
{
  CliBenchReport *self = data;

  if (self->is_json)
    {
      network_json (result);
      return;
    }

  begin_section (self, SECTION_NETWORKS);
  network_text (result);
}

static void
on_picture (const CasBenchPicture *picture,
            const CasBenchStep    *sum,
            gpointer               data)
{
  CliBenchReport *self = data;

  if (self->is_json)
    {
      picture_json (picture, sum);
      return;
    }

  begin_section (self, SECTION_PICTURES);
  picture_text (picture, sum);
}

static void
on_skipped (const char *name,
            const char *reason,
            gpointer    data)
{
  CliBenchReport *self = data;

  if (self->is_json)
    skipped_json (name, reason);
  else
    g_print (_("%s is left out. %s\n"), name, reason);
}

static const CasBenchCallbacks callbacks = {
  .device = on_device,
  .ceiling = on_ceiling,
  .shape = on_shape,
  .network = on_network,
  .picture = on_picture,
  .skipped = on_skipped,
};

const CasBenchCallbacks *
cli_bench_report_get_callbacks (CliBenchReport *self)
{
  return &callbacks;
}
