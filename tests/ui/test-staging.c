/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Candidates: which is shown, and what keeping and discarding leave. */

#include "canvas/staging.h"

#include <string.h>

#define NONE G_MAXUINT

typedef struct
{
  WeirDocument *document;
  WeirStaging  *staging;
  WeirPicture  *pictures[4];
  guint         n_items;    /* as the list model's signals tell it */
  GString      *notified;   /* names of properties */
} Fixture;

static WeirPicture *
new_picture (void)
{
  g_autoptr (CasImage) image = cas_image_new (4, 4, NULL);

  return weir_picture_new (image, NULL);
}

static void
items_changed (GListModel *model,
               guint       position,
               guint       n_removed,
               guint       n_added,
               Fixture    *f)
{
  g_assert_cmpuint (position + n_removed, <=, f->n_items);
  f->n_items += n_added - n_removed;
  g_assert_cmpuint (f->n_items, ==, g_list_model_get_n_items (model));
}

static void
setup (Fixture      *f,
       gconstpointer data)
{
  f->document = weir_document_new ();
  f->staging = weir_staging_new (f->document);
  f->notified = g_string_new (NULL);
  g_signal_connect (f->staging, "items-changed", G_CALLBACK (items_changed), f);
  for (guint i = 0; i < G_N_ELEMENTS (f->pictures); i++)
    {
      f->pictures[i] = new_picture ();
      weir_staging_add (f->staging, f->pictures[i]);
    }
}

static void
teardown (Fixture      *f,
          gconstpointer data)
{
  gpointer left[6] = { f->document, f->staging };

  for (guint i = 0; i < G_N_ELEMENTS (f->pictures); i++)
    left[2 + i] = f->pictures[i];
  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    g_object_add_weak_pointer (left[i], &left[i]);
  for (guint i = 0; i < G_N_ELEMENTS (f->pictures); i++)
    g_object_unref (f->pictures[i]);
  g_object_unref (f->staging);
  g_object_unref (f->document);
  g_string_free (f->notified, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    g_assert_null (left[i]);
}

/* Which candidate is shown (NONE: none), of how many, and in what words. */
static void
assert_shows (Fixture    *f,
              guint       picture,
              guint       n,
              const char *words)
{
  gboolean has_candidates, has_selected;
  g_autofree char *label = NULL;
  g_autoptr (WeirPicture) shown = NULL;

  g_object_get (f->staging, "picture", &shown, "has-candidates", &has_candidates,
                "has-selected", &has_selected, "position-label", &label, NULL);
  g_assert_true (shown == (picture == NONE ? NULL : f->pictures[picture]));
  g_assert_true (shown == weir_staging_get_picture (f->staging));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->staging)), ==, n);
  g_assert_true (has_candidates == (n > 0));
  g_assert_true (has_selected == (picture != NONE));
  g_assert_cmpstr (label, ==, words);
}

static void
flips (Fixture      *f,
       gconstpointer data)
{
  assert_shows (f, 0, 4, "1 of 4");
  weir_staging_next (f->staging);
  assert_shows (f, 1, 4, "2 of 4");
  weir_staging_previous (f->staging);
  weir_staging_previous (f->staging);
  assert_shows (f, 3, 4, "4 of 4");
  weir_staging_next (f->staging);
  assert_shows (f, 0, 4, "1 of 4");
  weir_staging_set_selected (f->staging, NONE);
  assert_shows (f, NONE, 4, "4 results");
  weir_staging_next (f->staging);
  assert_shows (f, 0, 4, "1 of 4");
  weir_staging_set_selected (f->staging, 17);
  weir_staging_previous (f->staging);
  assert_shows (f, 3, 4, "4 of 4");
}

/* Where older ones waited unseen while it grew, the new one is shown. */
static void
adds (Fixture      *f,
      gconstpointer data)
{
  weir_staging_add (f->staging, f->pictures[0]);
  assert_shows (f, 0, 5, "1 of 5");
  weir_staging_make_room (f->staging);
  weir_staging_add (f->staging, f->pictures[0]);
  assert_shows (f, 0, 6, "6 of 6");
}

/* Who looks at the document instead goes on to until there is something to choose anew. */
static void
stays_away (Fixture      *f,
            gconstpointer data)
{
  weir_staging_set_selected (f->staging, NONE);
  weir_staging_add (f->staging, f->pictures[0]);
  assert_shows (f, NONE, 5, "5 results");
  weir_staging_show_again (f->staging);
  assert_shows (f, NONE, 5, "5 results");
  weir_staging_make_room (f->staging);
  weir_staging_show_again (f->staging);
  assert_shows (f, 0, 5, "5 of 5");
  weir_staging_set_selected (f->staging, NONE);
  weir_staging_discard_all (f->staging);
  weir_staging_add (f->staging, f->pictures[1]);
  assert_shows (f, 1, 1, "1 of 1");
}

static gboolean
say_busy (WeirStaging *staging,
          gboolean    *is_busy)
{
  return *is_busy;
}

/* What came while someone was busy is not selected, nor is what comes after it. */
static void
waits (Fixture      *f,
       gconstpointer data)
{
  gboolean is_busy = TRUE;

  g_signal_connect (f->staging, "is-busy", G_CALLBACK (say_busy), &is_busy);
  weir_staging_make_room (f->staging);
  weir_staging_show_again (f->staging);
  assert_shows (f, NONE, 4, "4 results");
  weir_staging_make_room (f->staging);
  weir_staging_add (f->staging, f->pictures[0]);
  is_busy = FALSE;
  weir_staging_add (f->staging, f->pictures[1]);
  assert_shows (f, NONE, 6, "6 results");
  weir_staging_make_room (f->staging);
  weir_staging_add (f->staging, f->pictures[2]);
  assert_shows (f, 2, 7, "7 of 7");
}

static void
keeps (Fixture      *f,
       gconstpointer data)
{
  weir_staging_next (f->staging);
  weir_staging_keep (f->staging);
  assert_shows (f, NONE, 0, "");
  g_assert_true (weir_document_get_picture (f->document) == f->pictures[1]);
  weir_document_undo (f->document);
  g_assert_null (weir_document_get_picture (f->document));
  assert_shows (f, 1, 4, "2 of 4");
  weir_document_redo (f->document);
  g_assert_true (weir_document_get_picture (f->document) == f->pictures[1]);
  assert_shows (f, NONE, 0, "");

  /* there is nothing to keep, and nothing happens */
  weir_staging_keep (f->staging);
  g_assert_true (weir_document_get_picture (f->document) == f->pictures[1]);
}

static void
refused (WeirStaging *staging,
         const char  *sentence,
         GString     *said)
{
  g_string_append (said, sentence);
}

/* A part goes to its place, wherever that is by now, through its mask; and to no other picture. */
/* What else happens to the document and the strip between. */
static void
undoes_keep (Fixture      *f,
             gconstpointer data)
{
  g_autoptr (WeirPicture) other = new_picture ();

  /* one that is emptied is not what it was before */
  weir_staging_keep (f->staging);
  weir_document_set_picture (f->document, NULL);
  assert_shows (f, NONE, 0, "");
  weir_document_undo (f->document);
  assert_shows (f, NONE, 0, "");
  weir_document_undo (f->document);
  assert_shows (f, 0, 4, "1 of 4");

  /* what was discarded meanwhile stays so */
  weir_staging_discard (f->staging);
  assert_shows (f, 1, 3, "1 of 3");
  weir_document_redo (f->document);
  assert_shows (f, NONE, 0, "");
  weir_document_undo (f->document);
  assert_shows (f, 1, 3, "1 of 3");

  /* another is kept instead, on the same picture */
  weir_staging_next (f->staging);
  weir_staging_keep (f->staging);
  assert_shows (f, NONE, 0, "");
  weir_document_undo (f->document);
  assert_shows (f, 2, 3, "2 of 3");
  weir_staging_keep (f->staging);
  assert_shows (f, NONE, 0, "");

  /* newer ones are not mixed with them */
  weir_staging_add (f->staging, f->pictures[0]);
  weir_document_undo (f->document);
  assert_shows (f, 0, 1, "1 of 1");
  g_assert_null (weir_document_get_picture (f->document));
  weir_document_redo (f->document);
  assert_shows (f, 0, 1, "1 of 1");

  /* all are thrown away after the undo */
  weir_document_set_picture (f->document, other);
  weir_staging_keep (f->staging);
  weir_document_undo (f->document);
  assert_shows (f, 0, 1, "1 of 1");
  weir_staging_discard_all (f->staging);
  weir_document_redo (f->document);
  weir_document_undo (f->document);
  assert_shows (f, NONE, 0, "");
}

static void
keeps_part (Fixture      *f,
            gconstpointer data)
{
  const GdkRectangle area = { 2, 1, 2, 2 };
  g_autoptr (CasImage) image = cas_image_new (3, 3, NULL); /* more than the place has */
  g_autoptr (WeirPicture) part = weir_picture_new (image, NULL);
  g_autoptr (WeirMask) mask = weir_mask_new (2, 2);
  g_autoptr (CasImage) large = cas_image_new (8, 8, NULL);
  g_autoptr (WeirPicture) other = weir_picture_new (large, NULL);
  WeirPlace place;
  GdkRectangle frame;
  CasImage *kept;

  memset (cas_image_get_pixels (image), 200, 27);
  weir_mask_write (mask, (const guint8[]) { 255, 0, 1, 255 }, 2);
  weir_staging_discard_all (f->staging);
  weir_document_begin (f->document, f->pictures[0]);
  place = weir_document_get_place (f->document, &area);
  weir_staging_add_at (f->staging, part, &place, mask);
  g_assert_cmpuint (cas_image_get_width (weir_picture_get_image
                                           (weir_staging_get_picture (f->staging))), ==, 2);

  weir_document_set_picture (f->document, other);
  g_assert_false (weir_staging_get_frame (f->staging, &frame));
  g_signal_connect (f->staging, "refused", G_CALLBACK (refused), f->notified);
  weir_staging_keep (f->staging);
  g_assert_cmpuint (f->notified->len, >, 0);
  g_assert_true (weir_document_get_picture (f->document) == other);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->staging)), ==, 1);

  weir_document_undo (f->document);
  g_assert_true (weir_document_place (f->document, f->pictures[1],
                                      &(GdkRectangle) { -1, 0, 4, 4 }));
  g_assert_true (weir_staging_get_frame (f->staging, &frame));
  g_assert_true (gdk_rectangle_equal (&frame, &(GdkRectangle) { 3, 1, 2, 2 }));
  weir_staging_keep (f->staging);
  kept = weir_picture_get_image (weir_document_get_picture (f->document));
  g_assert_cmpuint (cas_image_get_width (kept), ==, 5);
  for (guint y = 0; y < 4; y++)
    for (guint x = 0; x < 5; x++)
      g_assert_cmpuint (cas_image_get_pixels (kept)[15 * y + 3 * x], ==,
                        (x == 3 && y == 1) || (y == 2 && x >= 3) ? 200 : 0);
}

static void
discards (Fixture      *f,
          gconstpointer data)
{
  weir_staging_next (f->staging);
  weir_staging_discard (f->staging);
  assert_shows (f, 2, 3, "2 of 3");
  weir_staging_next (f->staging);
  weir_staging_discard (f->staging);
  assert_shows (f, 2, 2, "2 of 2");
  weir_staging_set_selected (f->staging, NONE);
  weir_staging_discard (f->staging);
  assert_shows (f, NONE, 2, "2 results");
  weir_staging_next (f->staging);
  weir_staging_discard (f->staging);
  weir_staging_discard (f->staging);
  assert_shows (f, NONE, 0, "");
  weir_staging_next (f->staging);
  weir_staging_previous (f->staging);
  weir_staging_discard (f->staging);
  assert_shows (f, NONE, 0, "");
  g_assert_null (weir_document_get_picture (f->document));
}

static void
discards_all (Fixture      *f,
              gconstpointer data)
{
  weir_staging_discard_all (f->staging);
  assert_shows (f, NONE, 0, "");
  weir_staging_discard_all (f->staging);
  weir_staging_add (f->staging, f->pictures[2]);
  assert_shows (f, 2, 1, "1 of 1");
}

static gboolean
can_compare (Fixture *f)
{
  gboolean is_so;

  g_object_get (f->staging, "can-compare", &is_so, NULL);
  return is_so;
}

/* There must be something before, and something after. */
static void
compares (Fixture      *f,
          gconstpointer data)
{
  g_assert_false (can_compare (f));
  weir_document_set_picture (f->document, f->pictures[3]);
  g_assert_true (can_compare (f));
  weir_staging_set_selected (f->staging, NONE);
  g_assert_false (can_compare (f));
  weir_staging_next (f->staging);
  g_assert_true (can_compare (f));
  weir_document_undo (f->document);
  g_assert_false (can_compare (f));
}

static void
note (GObject    *object,
      GParamSpec *pspec,
      Fixture    *f)
{
  g_string_append_printf (f->notified, "%s ", pspec->name);
}

static void
notifies (Fixture      *f,
          gconstpointer data)
{
  g_signal_connect (f->staging, "notify::picture", G_CALLBACK (note), f);
  g_signal_connect (f->staging, "notify::position-label", G_CALLBACK (note), f);
  weir_staging_set_selected (f->staging, 0);
  g_assert_cmpstr (f->notified->str, ==, "");
  g_object_set (f->staging, "selected", 2, NULL);
  g_assert_nonnull (strstr (f->notified->str, "picture "));
  g_assert_nonnull (strstr (f->notified->str, "position-label "));
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/ui/staging/flips", flips },
    { "/ui/staging/adds", adds },
    { "/ui/staging/stays-away", stays_away },
    { "/ui/staging/waits", waits },
    { "/ui/staging/keeps", keeps },
    { "/ui/staging/undoes-keep", undoes_keep },
    { "/ui/staging/keeps-part", keeps_part },
    { "/ui/staging/discards", discards },
    { "/ui/staging/discards-all", discards_all },
    { "/ui/staging/compares", compares },
    { "/ui/staging/notifies", notifies },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, setup, tests[i].test, teardown);
  return g_test_run ();
}
