/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What pictures are made by, undone and redone in one line with the document. */

#include <glib.h>

#include <cascade/image.h>

#include "reference.h"
#include "work.h"

typedef struct
{
  WeirDocument *document;
  WeirParams   *params;
  GListStore   *guides, *references;
  WeirWork     *work;
} Fixture;

static void
setup (Fixture      *f,
       gconstpointer data)
{
  f->document = weir_document_new ();
  f->params = weir_params_new ();
  f->guides = g_list_store_new (WEIR_TYPE_GUIDE);
  f->references = g_list_store_new (WEIR_TYPE_REFERENCE);
  f->work = weir_work_new (f->document, f->params, f->guides, f->references, NULL);
}

static void
teardown (Fixture      *f,
          gconstpointer data)
{
  g_object_unref (f->work);
  g_object_unref (f->document);
  g_object_unref (f->params);
  g_object_unref (f->guides);
  g_object_unref (f->references);
}

/* So that what comes is another event. */
static void
pass (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static char *
dump (Fixture *f)
{
  g_autoptr (WeirProject) project = weir_work_capture (f->work, FALSE);

  return json_to_string (project->params, TRUE);
}

static guint
undo_all (Fixture *f)
{
  gboolean can_undo = TRUE;
  guint n = 0;

  for (; can_undo && n < 100; n++)
    {
      g_object_get (f->document, "can-undo", &can_undo, NULL);
      if (!can_undo)
        return n;
      weir_document_undo (f->document);
      pass ();
    }
  return n;
}

static void
redo_all (Fixture *f)
{
  gboolean can_redo = TRUE;

  for (guint i = 0; can_redo && i < 100; i++)
    {
      weir_document_redo (f->document);
      g_object_get (f->document, "can-redo", &can_redo, NULL);
      pass ();
    }
}

static WeirPicture *
new_picture (void)
{
  g_autoptr (CasImage) image = cas_image_new (64, 64, NULL);

  return weir_picture_new (image, NULL);
}

static void
write_word (Fixture    *f,
            const char *word)
{
  g_autofree char *text = NULL;

  for (guint i = 1; word[i - 1]; i++)
    {
      g_free (text);
      text = g_strndup (word, i);
      g_object_set (f->params, "prompt", text, NULL);
      pass ();
    }
}

/* Letters and places of a slider are one step, two switches are two. */
static void
coalesce (Fixture      *f,
          gconstpointer data)
{
  g_autofree char *prompt = NULL;

  write_word (f, "a red fox");
  for (guint i = 1; i <= 10; i++)
    {
      g_object_set (f->params, "strength", 1 - i / 20.0, NULL);
      pass ();
    }
  for (guint i = 0; i < 3; i++)
    {
      g_object_set (f->params, "random-seed", i % 2 == 1, NULL);
      pass ();
    }
  g_assert_cmpuint (undo_all (f), ==, 5);
  g_object_get (f->params, "prompt", &prompt, NULL);
  g_assert_cmpstr (prompt, ==, "");
}

/* So do a pause, another focus, and a change of the document. */
static void
separate (Fixture      *f,
          gconstpointer data)
{
  g_autoptr (WeirPicture) picture = new_picture ();
  const gint64 end = g_get_monotonic_time () + (WEIR_RECIPE_PAUSE_MS + 200) * 1000;

  write_word (f, "one");
  weir_work_end_edit (f->work);
  write_word (f, "one two");
  weir_document_set_picture (f->document, picture);
  write_word (f, "one two three");
  while (g_get_monotonic_time () < end)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (10000);
    }
  write_word (f, "four");
  g_assert_cmpuint (undo_all (f), ==, 5);
  g_assert_null (weir_document_get_picture (f->document));
}

/* Nothing remains of a word that is deleted again. */
static void
nothing (Fixture      *f,
         gconstpointer data)
{
  write_word (f, "fox");
  g_object_set (f->params, "prompt", "", NULL);
  g_assert_cmpuint (undo_all (f), ==, 0);
}

/* What is drawn for each job, and what a model brings, is no step; the chosen seed comes back. */
static void
by_itself (Fixture      *f,
           gconstpointer data)
{
  guint64 seed;
  guint steps;

  g_object_set (f->params, "random-seed", FALSE, "seed", (guint64) 5, NULL);
  pass ();
  g_object_set (f->params, "random-seed", TRUE, NULL);
  pass ();
  for (guint i = 0; i < 20; i++)
    {
      weir_params_draw_seed (f->params, 100 + i);
      pass ();
    }
  weir_params_adopt (f->params, &(WeirDefaults) {
    .width = 256, .height = 256, .steps = 12, .detail_steps = 4, .cfg = 3, .detail_cfg = 2 });
  weir_document_undo (f->document);
  g_object_get (f->params, "seed", &seed, "steps", &steps, NULL);
  g_assert_cmpuint (seed, ==, 5);
  g_assert_cmpuint (steps, ==, 12);
  g_assert_cmpuint (undo_all (f), ==, 1);
}

static WeirGuide *
add_guide (Fixture *f)
{
  g_autoptr (WeirGuide) guide = weir_work_new_guide (f->work, CAS_CONTROL_CANNY);

  g_list_store_append (f->guides, guide);
  pass ();
  return guide;
}

static void
change_everything (Fixture *f)
{
  g_autoptr (WeirPicture) picture = new_picture ();
  g_autoptr (WeirPicture) other = new_picture ();
  g_autoptr (WeirReference) reference = weir_reference_new (other, "other.png");
  WeirGuide *guide;

  write_word (f, "a fox");
  weir_document_set_picture (f->document, picture);
  pass ();
  g_object_set (f->params, "width", 512u, "height", 768u, "style", "photo", NULL);
  pass ();
  guide = add_guide (f);
  weir_guide_set_picture (guide, other, "edges.png");
  pass ();
  g_object_set (guide, "end", 0.4, NULL);
  pass ();
  g_object_set (guide, "start", 0.7, NULL);
  pass ();
  g_list_store_append (f->references, reference);
  pass ();
  g_object_set (reference, "weight", 0.3, NULL);
  pass ();
  weir_document_set_frame (f->document, &(GdkRectangle) { 0, 0, 128, 64 });
  g_object_set (f->params, "random-seed", FALSE, NULL);
  pass ();
  g_object_set (f->params, "seed", (guint64) 99, "steps", 33u, "cfg", 7.25, NULL);
  pass ();
  g_list_store_remove (f->guides, 0);
  pass ();
}

static void
all_the_way (Fixture      *f,
             gconstpointer data)
{
  g_autofree char *first = dump (f);
  g_autofree char *last = NULL;
  g_autofree char *undone = NULL;
  g_autofree char *redone = NULL;

  change_everything (f);
  last = dump (f);
  g_assert_cmpstr (first, !=, last);
  g_assert_cmpuint (undo_all (f), ==, 12);
  undone = dump (f);
  g_assert_cmpstr (undone, ==, first);
  g_assert_null (weir_document_get_picture (f->document));
  redo_all (f);
  redone = dump (f);
  g_assert_cmpstr (redone, ==, last);
}

/* Each step back and forth again is the same, wherever one turns round. */
static void
step_by_step (Fixture      *f,
              gconstpointer data)
{
  change_everything (f);
  for (guint n = 1; n <= 12; n++)
    {
      g_autofree char *before = dump (f);

      for (guint i = 0; i < n; i++)
        weir_document_undo (f->document);
      for (guint i = 0; i < n; i++)
        weir_document_redo (f->document);

      g_autofree char *after = dump (f);

      g_assert_cmpstr (after, ==, before);
    }
}

/* A project comes as one step, with the numbers of its model. */
static void
open_project (Fixture      *f,
              gconstpointer data)
{
  g_autoptr (WeirProject) project = NULL;
  g_autofree char *kept = NULL;
  g_autofree char *first = NULL;
  g_autofree char *undone = NULL;
  g_autofree char *redone = NULL;

  change_everything (f);
  project = weir_work_capture (f->work, TRUE);
  kept = dump (f);
  undo_all (f);
  weir_params_adopt (f->params, &(WeirDefaults) {
    .width = 256, .height = 256, .steps = 12, .detail_steps = 4, .cfg = 3, .detail_cfg = 2 });
  first = dump (f);

  weir_document_begin_change (f->document);
  g_free (weir_work_take_settings (f->work, project->params, FALSE));
  weir_work_take_pictures (f->work, project, FALSE);
  weir_document_end_change (f->document);
  g_assert_cmpuint (undo_all (f), ==, 1);
  undone = dump (f);
  g_assert_cmpstr (undone, ==, first);
  redo_all (f);
  redone = dump (f);
  g_assert_cmpstr (redone, ==, kept);
}

/* What is of the last run has nothing before it. */
static void
first (Fixture      *f,
       gconstpointer data)
{
  g_autoptr (WeirProject) project = NULL;

  change_everything (f);
  project = weir_work_capture (f->work, TRUE);
  undo_all (f);
  weir_document_begin (f->document, project->picture);
  weir_document_set_picture (f->document, NULL);
  g_free (weir_work_take_settings (f->work, project->params, TRUE));
  weir_work_take_pictures (f->work, project, TRUE);
  g_assert_cmpuint (undo_all (f), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *path;
    void      (*run) (Fixture      *f,
                      gconstpointer data);
  } tests[] = {
    { "/ui/recipe/coalesce", coalesce },
    { "/ui/recipe/separate", separate },
    { "/ui/recipe/nothing", nothing },
    { "/ui/recipe/by-itself", by_itself },
    { "/ui/recipe/all-the-way", all_the_way },
    { "/ui/recipe/step-by-step", step_by_step },
    { "/ui/recipe/open-project", open_project },
    { "/ui/recipe/first", first },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, setup, tests[i].run, teardown);
  return g_test_run ();
}
