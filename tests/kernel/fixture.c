/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Opening the device, running trials, saying where numbers differ. */

#include "kernel/fixture.h"

#include <locale.h>
#include <math.h>
#include <string.h>

#include "gpu/memory.h"
#include "ops/path.h"

struct _Fixture
{
  CasGpu    *gpu;
  CasGpuInfo info; /* as the device is */
};

typedef struct
{
  CasTensor tensor;
  char     *name;
  gpointer  values;  /* as written */
  Numbers  *numbers; /* of floats */
} Input;

struct _Trial
{
  Fixture   *fixture;
  const char *path; /* the name of one */
  char      *name;
  CasGraph  *g;
  CasParams *params;
  GArray    *inputs;  /* Input */
  GPtrArray *weights; /* CasWeight */
  gboolean   has_run;
};

/* --- fixture --- */

Fixture *
fixture_new (void)
{
  Fixture *f = g_new0 (Fixture, 1);
  g_autoptr (GError) error = NULL;

  setlocale (LC_CTYPE, ""); /* messages are not ASCII */
  g_test_set_nonfatal_assertions (); /* a failing row does not hide the others */
  f->gpu = cas_gpu_new (&(CasGpuParams) { .validate = TRUE }, &error);
  if (f->gpu == NULL)
    g_error ("%s", error->message);
  f->info = *cas_gpu_get_info (f->gpu);
  return f;
}

int
fixture_run (Fixture *f)
{
  int status = g_test_run ();

  g_assert_cmpuint (cas_gpu_get_n_validation_messages (f->gpu), ==, 0);
  for (guint i = 0; i < CAS_N_MEMORY_PURPOSES; i++)
    if (i != CAS_MEMORY_TRANSFER) /* staging lives as long as the device */
      g_assert_cmpuint (cas_gpu_get_bytes_held (f->gpu, i), ==, 0);
  cas_gpu_free (f->gpu);
  g_free (f);

  return status;
}

CasGpu *
fixture_get_gpu (Fixture *f)
{
  return f->gpu;
}

void
fixture_pretend (Fixture          *f,
                 const CasGpuInfo *info)
{
  *(CasGpuInfo *) cas_gpu_get_info (f->gpu) = info != NULL ? *info : f->info;
}

void
fixture_add (Fixture    *f,
             const char *path,
             void      (*test) (gconstpointer fixture))
{
  g_test_add_data_func (path, f, test);
}

static void
check_rows (Fixture       *f,
            CasPath        path,
            gconstpointer  rows,
            gsize          row_size,
            guint          n_rows,
            CheckFunc      check)
{
  for (guint i = 0; i < n_rows && cas_path_is_offered (path, cas_gpu_get_info (f->gpu)); i++)
    {
      g_autoptr (Trial) t = trial_new (f, cas_path_get_name (path));

      check (t, (const char *) rows + i * row_size);
    }
}

void
fixture_check_rows (Fixture       *f,
                    gconstpointer  rows,
                    gsize          row_size,
                    guint          n_rows,
                    CheckFunc      check)
{
  for (CasPath path = 0; path < CAS_N_PATHS; path++)
    check_rows (f, path, rows, row_size, n_rows, check);
}

void
fixture_check_matrix_rows (Fixture       *f,
                           gconstpointer  rows,
                           gsize          row_size,
                           guint          n_rows,
                           CheckFunc      check)
{
  check_rows (f, CAS_PATH_MATRIX_F16, rows, row_size, n_rows, check);
  check_rows (f, CAS_PATH_MATRIX_BF16, rows, row_size, n_rows, check);
}

/* --- building --- */

static void
input_clear (Input *input)
{
  g_free (input->name);
  g_free (input->values);
  g_clear_pointer (&input->numbers, numbers_free);
}

Trial *
trial_new (Fixture    *f,
           const char *path)
{
  Trial *t = g_new0 (Trial, 1);

  t->fixture = f;
  t->path = path;
  t->name = g_strdup ("trial");
  t->g = cas_graph_new ("trial");
  t->params = cas_params_new (f->gpu);
  t->inputs = g_array_new (FALSE, FALSE, sizeof (Input));
  g_array_set_clear_func (t->inputs, (GDestroyNotify) input_clear);
  t->weights = g_ptr_array_new_with_free_func ((GDestroyNotify) test_weight_free);

  return t;
}

Trial *
trial_new_like (Trial *t)
{
  return trial_new (t->fixture, t->path);
}

void
trial_free (Trial *t)
{
  g_clear_pointer (&t->g, cas_graph_free);
  g_clear_pointer (&t->params, cas_params_free);
  g_array_unref (t->inputs);
  g_ptr_array_unref (t->weights);
  g_free (t->name);
  g_free (t);
}

CasGraph *
trial_graph (Trial *t)
{
  return t->g;
}

void
trial_name (Trial      *t,
            const char *format,
            ...)
{
  va_list args;

  va_start (args, format);
  g_free (t->name);
  t->name = g_strdup_vprintf (format, args);
  va_end (args);
}

CasTensor
trial_input_values (Trial      *t,
                    const char *name,
                    CasDtype    dtype,
                    CasShape    shape,
                    const void *values)
{
  gsize n = (gsize) shape.n * shape.h * shape.w * shape.c;
  Input input = {
    .tensor = cas_graph_input (t->g, name, dtype, shape),
    .name = g_strdup (name),
    .values = g_memdup2 (values, n * cas_dtype_size (dtype)),
  };

  if (dtype == CAS_F32)
    {
      input.numbers = numbers_new (shape);
      for (gsize i = 0; i < n; i++)
        input.numbers->v[i] = ((const float *) values)[i];
    }
  g_array_append_val (t->inputs, input);
  return input.tensor;
}

CasTensor
trial_input (Trial      *t,
             const char *name,
             CasShape    shape)
{
  gsize n = (gsize) shape.n * shape.h * shape.w * shape.c;
  g_autofree float *values = test_numbers (g_str_hash (name), n);

  return trial_input_values (t, name, CAS_F32, shape, values);
}

const Numbers *
trial_numbers (Trial     *t,
               CasTensor  tensor)
{
  for (guint i = 0; i < t->inputs->len; i++)
    {
      const Input *input = &g_array_index (t->inputs, Input, i);

      if (input->tensor.id == tensor.id)
        return input->numbers;
    }
  g_assert_not_reached ();
}

const CasWeight *
trial_weight (Trial         *t,
              const char    *name,
              CasDtype       dtype,
              float          scale,
              guint          n_dims,
              const guint64 *dims)
{
  CasWeight *weight = test_weight_new (name, dtype, scale, n_dims, dims);

  g_ptr_array_add (t->weights, weight);
  return weight;
}

const CasWeight *
trial_vector (Trial      *t,
              const char *name,
              float       scale,
              guint32     n)
{
  return trial_weight (t, name, CAS_F32, scale, 1, (guint64[]) { n });
}

/* --- running and comparing --- */

void
trial_fail (Trial      *t,
            const char *format,
            ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_test_message ("%s, %s: %s", t->name, t->path, what);
  g_test_fail ();
}

static gboolean
run (Trial   *t,
     gboolean profile)
{
  g_autoptr (GError) error = NULL;
  CasCompileParams params = {
    .gpu = t->fixture->gpu,
    .params = t->params,
    .kernels = t->path,
    .profile = profile,
  };
  gboolean ok = cas_graph_compile (t->g, &params, &error);

  for (guint i = 0; ok && i < t->inputs->len; i++)
    {
      const Input *input = &g_array_index (t->inputs, Input, i);

      cas_graph_write (t->g, input->name, input->values);
    }
  t->has_run = ok && cas_graph_run (t->g, NULL, &error);
  if (!t->has_run)
    trial_fail (t, "%s", error->message);

  return t->has_run;
}

gboolean
trial_run (Trial *t)
{
  return run (t, FALSE);
}

gboolean
trial_run_profiled (Trial *t)
{
  return run (t, TRUE);
}

float *
trial_read (Trial      *t,
            const char *name)
{
  CasShape shape = cas_graph_get_shape (t->g, name);
  float *values = g_new (float, (gsize) shape.n * shape.h * shape.w * shape.c);

  cas_graph_read (t->g, name, values);
  return values;
}

Numbers *
trial_read_numbers (Trial      *t,
                    const char *name)
{
  g_autofree float *values = trial_read (t, name);
  Numbers *x = numbers_new (cas_graph_get_shape (t->g, name));

  for (guint64 i = 0; i < numbers_n_elements (x); i++)
    x->v[i] = values[i];
  return x;
}

static void
add_kernel (const char *kernel,
            gpointer    text)
{
  g_string_append_printf (text, " %s", kernel);
}

static void
say_where (Trial         *t,
           const Numbers *wanted,
           const float   *found,
           guint64        worst,
           double         error,
           double         allowed)
{
  g_autoptr (GString) kernels = g_string_new (NULL);
  CasShape shape = wanted->shape;

  cas_graph_foreach_kernel (t->g, add_kernel, kernels);
  trial_fail (t,
        "relative error %.3g of kernels%s, at most %.3g is allowed; worst at [%u, %u, %u, %u] of "
        "[%u, %u, %u, %u]: %.9g, wanted %.9g",
        error, kernels->str, allowed, (guint) (worst / shape.c / shape.w / shape.h),
        (guint) (worst / shape.c / shape.w % shape.h), (guint) (worst / shape.c % shape.w),
        (guint) (worst % shape.c), shape.n, shape.h, shape.w, shape.c, found[worst],
        wanted->v[worst]);
}

/* Kernels for matrix units round what they multiply. */
static double
tolerance (Trial   *t,
           guint64  n_products)
{
  g_autoptr (GString) kernels = g_string_new (NULL);
  double allowed = n_products == 0 ? 0.0 : MAX (1e-6, 0x1p-24 * sqrt (n_products));

  cas_graph_foreach_kernel (t->g, add_kernel, kernels);
  if (strstr (kernels->str, "_matrix") != NULL)
    allowed = strstr (kernels->str, "_bf16") != NULL ? 0x1p-6 : 0x1p-9;

  return allowed;
}

void
trial_compare (Trial         *t,
               const char    *name,
               const Numbers *wanted,
               guint64        n_products)
{
  g_autofree float *found = trial_read (t, name);
  CasShape shape = cas_graph_get_shape (t->g, name);
  double difference = 0.0, norm = 0.0, largest = -1.0, error, allowed;
  guint64 worst = 0;

  g_assert_cmpmem (&shape, sizeof shape, &wanted->shape, sizeof shape);
  for (guint64 i = 0; i < numbers_n_elements (wanted); i++)
    {
      double d = fabs (found[i] - wanted->v[i]);

      difference += d * d;
      norm += wanted->v[i] * wanted->v[i];
      if (!isnan (largest) && !(d <= largest)) /* NaN is the worst */
        {
          largest = d;
          worst = i;
        }
    }

  error = norm > 0.0 ? sqrt (difference / norm) : sqrt (difference);
  allowed = tolerance (t, n_products);
  if (!(error <= allowed))
    say_where (t, wanted, found, worst, error, allowed);
}

void
trial_check (Trial         *t,
             CasTensor      y,
             const Numbers *wanted,
             guint64        n_products)
{
  cas_graph_output (t->g, "y", y);
  if (trial_run (t))
    trial_compare (t, "y", wanted, n_products);
}

void
trial_expect (Trial      *t,
              const char *words)
{
  g_autofree char *text = cas_graph_print (t->g);

  if (t->has_run && strstr (text, words) == NULL)
    trial_fail (t, "no “%s” in\n%s", words, text);
}

void
trial_expect_kernel (Trial      *t,
                     const char *kernel)
{
  g_autoptr (GString) kernels = g_string_new (NULL);
  gboolean is_matrix = g_str_has_prefix (t->path, "matrix");
  g_autofree char *wanted = g_strdup_printf (" %s_%s", kernel, is_matrix ? "tile" : t->path);
  g_autofree char *matrix = g_strdup_printf (" %s_matrix", kernel);

  if (!t->has_run)
    return;
  cas_graph_foreach_kernel (t->g, add_kernel, kernels);
  if (strstr (kernels->str, wanted) == NULL
      && !(is_matrix && strstr (kernels->str, matrix) != NULL))
    trial_fail (t, "kernels%s, wanted%s", kernels->str, wanted);
}
