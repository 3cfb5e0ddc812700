/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures through the public API. */

#include "picture/picture.h"

CasSession *
picture_open_session (const char *model)
{
  g_autoptr (GError) error = NULL;
  CasSession *session = cas_session_new (&(CasSessionParams) { .model = model }, &error);

  g_assert_no_error (error);
  return session;
}

static gboolean
on_picture (const CasPicture *picture,
            gpointer          user_data,
            GError          **error)
{
  g_ptr_array_add (user_data, cas_image_ref (picture->image));
  return TRUE;
}

GPtrArray *
picture_run (CasSession         *session,
             const CasJobParams *params)
{
  const CasJobCallbacks callbacks = { .picture = on_picture };
  GPtrArray *images = g_ptr_array_new_with_free_func ((GDestroyNotify) cas_image_unref);
  g_autoptr (GError) error = NULL;
  g_autoptr (CasJob) job = cas_job_new (params, &error);

  g_assert_no_error (error);
  cas_session_run (session, job, &callbacks, images, NULL, &error);
  g_assert_no_error (error);
  return images;
}
