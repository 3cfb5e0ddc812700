/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of troubles. */

#include "trouble.h"

#include <glib/gi18n.h>

#include <cascade/error.h>

/* Where a text is NULL the error's own sentence stands. */
typedef struct
{
  WeirTroublePlace  place;
  const char       *icon_name;
  const char       *title;
  const char       *description;
  WeirTroubleButton buttons[WEIR_TROUBLE_MAX_BUTTONS];
} Words;

#define TRY_AGAIN     { N_("_Try Again"), "win.try-again" }
#define LOWER_SIZE    { N_("_Lower Size"), "win.lower-size" }
#define USE_CPU       { N_("_Use Processor (Slow)"), "win.use-cpu" }
#define CHOOSE_DEVICE { N_("_Choose Device…"), "app.preferences" }
#define CHOOSE_MODEL  { N_("_Choose Model…"), "app.models" }
#define USE_DEMO      { N_("Use _Demo Model"), "win.use-demo-model" }
#define HOW_TO        { N_("_How to Install…"), "app.install-driver" }

static const Words of_errors[] = {
  [CAS_ERROR_NO_DEVICE] = {
    WEIR_TROUBLE_IN_PAGE, "video-display-symbolic", N_("No Graphics Driver"),
    N_("No graphics driver for Vulkan was found. Weir makes images with it, on a graphics card or on "
       "the processor."),
    { TRY_AGAIN, HOW_TO },
  },
  [CAS_ERROR_UNSUPPORTED_DEVICE] = {
    WEIR_TROUBLE_IN_PAGE, "video-display-symbolic", N_("This Device Cannot Be Used"), NULL,
    { CHOOSE_DEVICE, USE_CPU },
  },
  [CAS_ERROR_OUT_OF_DEVICE_MEMORY] = {
    WEIR_TROUBLE_IN_BANNER, NULL, N_("The GPU ran out of memory. Closing other programs may help."), NULL,
    { LOWER_SIZE, TRY_AGAIN },
  },
  [CAS_ERROR_OUT_OF_HOST_MEMORY] = {
    WEIR_TROUBLE_IN_BANNER, NULL, N_("The computer ran out of memory. Closing other programs may help."),
    NULL, { LOWER_SIZE, TRY_AGAIN },
  },
  [CAS_ERROR_DEVICE_LOST] = {
    WEIR_TROUBLE_IN_BANNER, NULL, N_("The GPU stopped answering. Your work is safe."), NULL,
    { TRY_AGAIN },
  },
  [CAS_ERROR_BAD_MODEL] = {
    WEIR_TROUBLE_IN_PAGE, "dialog-warning-symbolic", N_("The Model Is Damaged"), NULL,
    { CHOOSE_MODEL, TRY_AGAIN, USE_DEMO },
  },
  [CAS_ERROR_MISSING_MODEL] = {
    WEIR_TROUBLE_IN_PAGE, "dialog-warning-symbolic", N_("The Model Is Not Complete"), NULL,
    { CHOOSE_MODEL, TRY_AGAIN, USE_DEMO },
  },
  [CAS_ERROR_BAD_IMAGE] = { WEIR_TROUBLE_IN_TOAST },
  [CAS_ERROR_BAD_PARAMETER] = { WEIR_TROUBLE_IN_BANNER },
  [CAS_ERROR_NOT_FINITE] = {
    WEIR_TROUBLE_IN_BANNER, NULL, N_("The image came out broken and was not kept."), NULL,
    { TRY_AGAIN },
  },
  [CAS_ERROR_WORKER_DIED] = {
    WEIR_TROUBLE_IN_BANNER, NULL, N_("The engine stopped before the image was done. Your work is safe."),
    NULL, { TRY_AGAIN },
  },
  [CAS_ERROR_PROTOCOL] = {
    WEIR_TROUBLE_IN_BANNER, NULL, N_("The engine said something that cannot be. Your work is safe."), NULL,
    { TRY_AGAIN },
  },
  [CAS_ERROR_BAD_CHECKPOINT] = {
    WEIR_TROUBLE_IN_BANNER, NULL, N_("The unfinished image cannot be continued."), NULL,
    { TRY_AGAIN },
  },
  [CAS_ERROR_NO_SETTINGS] = { WEIR_TROUBLE_IN_TOAST },
};

/* Of anything else, a full disk before all: the sentence alone. */
static const Words of_others = { WEIR_TROUBLE_IN_BANNER };

static const Words of_restart = {
  WEIR_TROUBLE_IN_BANNER, NULL, N_("The engine stopped and was restarted. Your work is safe."), NULL,
  { { NULL } },
};

/* Below the error's own sentence. */
static const Words of_stop = {
  WEIR_TROUBLE_IN_PAGE, "dialog-error-symbolic", N_("The Engine Does Not Run"),
  N_("Your work is safe. On the processor it is slow, but does not depend on the graphics driver."),
  { USE_CPU, TRY_AGAIN },
};

/* Until they are saved; the sentence says how many, and why. */
static const Words of_unsaved = {
  WEIR_TROUBLE_IN_BANNER, NULL, NULL, NULL,
  { { N_("Choose Another _Folder…"), "win.save-elsewhere" }, { N_("_Try Again"), "win.save-again" } },
};

static const Words of_processor = {
  WEIR_TROUBLE_IN_BANNER, NULL, N_("No GPU found, using the processor. Images can take minutes."), NULL,
  { CHOOSE_DEVICE },
};

/* Both may be NULL. */
static char *
join_lines (const char *sentence,
            const char *details)
{
  if (sentence && details && *details)
    return g_strconcat (sentence, "\n\n", details, NULL);
  return g_strdup (sentence ? sentence : details);
}

/* sentence stands where the table has none; what is shown nowhere else goes to the details. */
static WeirTrouble *
make (const Words *words,
      const char  *sentence,
      const char  *details)
{
  WeirTrouble *trouble = g_new0 (WeirTrouble, 1);
  gboolean is_said = FALSE;

  trouble->place = words->place;
  trouble->icon_name = words->icon_name;
  is_said = !words->title || (words->place == WEIR_TROUBLE_IN_PAGE && !words->description);
  trouble->title = g_strdup (words->title ? _(words->title) : sentence);
  if (words->place == WEIR_TROUBLE_IN_PAGE)
    trouble->description = g_strdup (words->description ? _(words->description) : sentence);
  trouble->details = join_lines (is_said ? NULL : sentence, details);
  for (guint i = 0; i < WEIR_TROUBLE_MAX_BUTTONS; i++)
    trouble->buttons[i] = words->buttons[i];
  return trouble;
}

WeirTrouble *
weir_trouble_new_for_error (const GError *error,
                            const char   *details)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return NULL;
  if (error->domain == CAS_ERROR && error->code >= 0 && error->code < (int) G_N_ELEMENTS (of_errors))
    return make (&of_errors[error->code], error->message, details);
  return make (&of_others, error->message, details);
}

WeirTrouble *
weir_trouble_new_for_job (const GError *error,
                          const char   *details)
{
  WeirTrouble *trouble = weir_trouble_new_for_error (error, details);

  if (!trouble || trouble->place != WEIR_TROUBLE_IN_PAGE)
    return trouble;
  trouble->place = WEIR_TROUBLE_IN_BANNER;
  g_clear_pointer (&trouble->description, g_free);
  g_free (trouble->title);
  trouble->title = g_strdup (error->message);
  g_free (trouble->details);
  trouble->details = g_strdup (details);
  return trouble;
}

WeirTrouble *
weir_trouble_new_for_restart (const char *sentence,
                              const char *details)
{
  return make (&of_restart, sentence, details);
}

WeirTrouble *
weir_trouble_new_for_stop (const GError *error,
                           const char   *details)
{
  WeirTrouble *trouble;

  g_return_val_if_fail (error != NULL, NULL);

  trouble = make (&of_stop, NULL, details);
  g_free (trouble->description);
  trouble->description = g_strjoin ("\n\n", error->message, _(of_stop.description), NULL);
  return trouble;
}

WeirTrouble *
weir_trouble_new_for_processor (const char *device)
{
  return make (&of_processor, device, NULL);
}

WeirTrouble *
weir_trouble_new_for_unsaved (guint       n_pictures,
                              const char *reason)
{
  /* Translators: why follows, as a sentence */
  g_autofree char *sentence = g_strdup_printf (ngettext ("%u image is not saved: %s",
                                                         "%u images are not saved: %s", n_pictures),
                                               n_pictures, reason);
  WeirTrouble *trouble = make (&of_unsaved, sentence, NULL);

  trouble->stays = TRUE;
  return trouble;
}

void
weir_trouble_free (WeirTrouble *trouble)
{
  if (!trouble)
    return;

  g_free (trouble->title);
  g_free (trouble->description);
  g_free (trouble->details);
  g_free (trouble);
}
