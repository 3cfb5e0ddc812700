/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A program of a stranger's, built against the installed library: makes one picture, at the path
 * given, and reads it. */

#include <cascade/cascade.h>

static gboolean
save (const CasPicture *picture, gpointer path, GError **error)
{
  return cas_image_save_png (picture->image, path, picture->metadata, FALSE, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasJob) job = cas_job_new (&(CasJobParams) {
      .prompt = "a red house", .width = 64, .height = 64, .steps = 1, .decoder_steps = 1 }, &error);
  g_autoptr (CasSession) session = cas_session_new (&(CasSessionParams) { 0 }, &error);

  if (!session || !cas_session_run (session, job, &(CasJobCallbacks) { .picture = save }, argv[1],
                                    NULL, &error))
    g_error ("%s", error->message);

  g_autoptr (CasImage) image = cas_image_load (argv[1], NULL, &error);

  if (!image || cas_image_get_width (image) != 64)
    g_error ("%s", error ? error->message : "The picture that was read is not the one made.");
  return 0;
}
