/* SPDX-License-Identifier: GPL-3.0-or-later */

/* AdwAboutWindow has pages for the licence and for troubleshooting, whose text it copies and saves. */

#include "dialogs/about-dialog.h"

#include <adwaita.h>
#include <glib/gi18n.h>

GtkWindow *
weir_about_dialog_new (GtkWindow                 *parent,
                       const WeirTroubleshooting *facts)
{
  AdwAboutWindow *about = ADW_ABOUT_WINDOW (adw_about_window_new ());
  g_autofree char *text = weir_troubleshooting_dup_text (facts);

  gtk_window_set_transient_for (GTK_WINDOW (about), parent);
  gtk_window_set_modal (GTK_WINDOW (about), TRUE);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (about), TRUE);
  adw_about_window_set_application_name (about, _("Weir"));
  adw_about_window_set_application_icon (about, WEIR_APP_ID);
  adw_about_window_set_developer_name (about, _("The Weir developers"));
  adw_about_window_set_version (about, WEIR_VERSION);
  adw_about_window_set_comments (about, _("Images from words with Stable Cascade, made on your own "
                                          "computer by Vulkan."));
  adw_about_window_set_license_type (about, GTK_LICENSE_GPL_3_0);
  /* Translators: your names, one a line, are shown to those who use your language */
  adw_about_window_set_translator_credits (about, _("translator-credits"));
  adw_about_window_set_debug_info (about, text);
  adw_about_window_set_debug_info_filename (about, "weir-troubleshooting.txt");
  return GTK_WINDOW (about);
}
