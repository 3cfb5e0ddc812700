/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the window's own files share. */

#pragma once

#include "window.h"

#include "canvas/canvas.h"
#include "canvas/drag-handle.h"
#include "canvas/drop-zones.h"
#include "canvas/progress-line.h"
#include "canvas/staging-bar.h"
#include "canvas/staging.h"
#include "canvas/tool-column.h"
#include "canvas/tool-options.h"
#include "canvas/tools.h"
#include "canvas/zoom-bar.h"
#include "dialogs/dialogs.h"
#include "external-edit.h"
#include "library/history-panel.h"
#include "panels/banner.h"
#include "panels/guidance-panel.h"
#include "panels/image-panel.h"
#include "panels/lora-panel.h"
#include "panels/panes.h"
#include "panels/prompt-panel.h"
#include "panels/reference-panel.h"
#include "panels/trouble-page.h"
#include "queue/notices.h"
#include "queue/queue-popover.h"
#include "size-check.h"
#include "state.h"
#include "work.h"

G_BEGIN_DECLS

struct _WeirWindow
{
  AdwApplicationWindow parent;

  WeirApplication *app; /* outlives the window */
  WeirDocument    *document;
  WeirStaging     *staging;
  WeirTools       *tools;
  WeirParams      *params;
  GListStore      *references;
  GListStore      *guides;
  WeirLoraList    *loras;
  WeirPicture     *compared;    /* a picture of the history, while it is beside another */
  WeirWork        *work;
  WeirState       *state;
  WeirSizeCheck   *size_check;
  WeirExternalEdit *external_edit;
  GQueue           mask_filters; /* that are to be done; the first one is being done */
  GCancellable    *cancellable; /* of what a closed window no longer wants */
  GTask           *reading;     /* of the tokenizer that was asked for last; not owned */
  GSignalGroup    *worker_signals;
  GSignalGroup    *model_signals;
  GSignalGroup    *job_signals; /* of the job that runs */
  GSignalGroup    *mask_signals; /* of the document's mask */
  GSignalGroup    *subject_signals; /* of the model, which may find subjects */
  GCancellable    *subject;      /* of the one that is being found; NULL: none is */
  gboolean         has_trouble; /* that nothing can be made before it is gone */
  gboolean         has_preview;
  gboolean         may_close;   /* though there are jobs */
  guint            n_given_up;  /* images that are not saved, of which a person was told */
  gboolean         repeat_is_due; /* with Keep Generating, when nothing waits any more */
  AdwToast        *paused_toast;  /* weak; while it is shown */
  AdwToast        *subject_toast; /* the same, while a subject is being found */
  WeirNotices     *notices; /* of the engine, that were said */
  guint            inhibit_cookie;
  GtkWidget       *focus_before;  /* weak; in the window itself, last */
  GtkWidget       *focus_popover; /* weak; that has it now */
  gint64           asked_at; /* when the button or its key was pressed last, in µs */

  AdwToastOverlay    *toasts;
  AdwWindowTitle     *title;
  WeirPanes          *panes;
  WeirPromptPanel    *prompt_panel;
  WeirImagePanel     *image_panel;
  WeirReferencePanel *reference_panel;
  WeirGuidancePanel  *guidance_panel;
  WeirLoraPanel      *lora_panel;
  AdwSplitButton     *generate_button;
  WeirDropZones      *drop_zones;
  GtkStack           *content_stack;
  GtkLabel           *device_line;
  WeirCanvas         *canvas;
  WeirToolColumn     *tool_column;
  WeirToolOptions    *tool_options;
  WeirStagingBar     *staging_bar;
  WeirProgressLine   *progress_line;
  WeirDragHandle     *drag_handle;
  WeirZoomBar        *zoom_bar;
  WeirHistoryPanel   *history;
  WeirBanner         *banner;
  WeirBanner         *unsaved_banner;
  WeirTroublePage    *trouble_page;
  GtkMenuButton      *menu_button;
  GtkMenuButton      *queue_button;
  WeirQueuePopover   *queue_popover;
};

/* Adds the actions of the prefix “win” (window-actions.c). */
void weir_window_add_actions  (WeirWindow *self);

/* Reads the model's tokenizer, and counts by it when it is there. */
void weir_window_load_reader  (WeirWindow *self);

/* Offers to take a picture back from the trash. */
void weir_window_tell_trashed (WeirWindow *self,
                               const char *path);

/* --- window-project.c ----------------------------------------------------------------------- */

/* The work with its actions, as the last run left it. */
void     weir_window_add_project  (WeirWindow *self);

/* By the file's name. */
gboolean weir_window_is_project   (const char *path);

/* Both asynchronous; what is wrong is said in the window. */
void     weir_window_open_project (WeirWindow *self,
                                   const char *path);
void     weir_window_save_as      (WeirWindow *self,
                                   const char *path);

/* --- window-guides.c ------------------------------------------------------------------------ */

void weir_window_add_guides    (WeirWindow *self);

/* Says so if there are too many already. */
gboolean weir_window_may_add_guide (WeirWindow *self);

/* Adds one that the next picture follows the edges of, and shows it in its panel. */
void weir_window_guide         (WeirWindow  *self,
                                WeirPicture *picture,
                                const char  *name);

/* --- window-references.c -------------------------------------------------------------------- */

/* Says so if there are too many already. */
gboolean weir_window_may_add_reference (WeirWindow *self);

void weir_window_add_reference (WeirWindow  *self,
                                WeirPicture *picture,
                                const char  *name);

/* It takes the place of all references, which a toast takes back, and it is said what the button
 * makes now. */
void weir_window_vary          (WeirWindow  *self,
                                WeirPicture *picture,
                                const char  *name);

/* --- window-drops.c ------------------------------------------------------------------------- */

void weir_window_add_drops     (WeirWindow *self);

/* The folder, as soon as its files are read, and if they are a model; says so either way. */
void weir_window_use_model     (WeirWindow *self,
                                const char *path);

/* --- window-restore.c ----------------------------------------------------------------------- */

/* What is used is chosen in a sheet that says what cannot be. */
void weir_window_offer_settings (WeirWindow        *self,
                                 const CasSettings *settings,
                                 gboolean           is_recalled);

/* --- window-loras.c ------------------------------------------------------------------------- */

/* The files there are, for the model that is used, and the actions on them. */
void weir_window_add_loras    (WeirWindow *self);

void weir_window_add_lora     (WeirWindow *self,
                               const char *path);

/* --- window-dialogs.c ----------------------------------------------------------------------- */

/* For any kind of picture. */
WeirFileQuestion weir_window_picture_question (const char *title);

void weir_window_ask_file      (WeirWindow             *self,
                                const WeirFileQuestion *question,
                                void                  (*use) (WeirWindow *self,
                                                              const char *path));

/* Ask for a file and do something with it. */
void weir_window_ask_open      (WeirWindow *self);
void weir_window_ask_save      (WeirWindow *self);
void weir_window_ask_reference (WeirWindow *self);
void weir_window_ask_lora      (WeirWindow *self);
void weir_window_ask_batch     (WeirWindow *self);

/* Whether the window may not close now, as jobs are not done: a person is asked first, once. */
gboolean weir_window_asks_to_stay (WeirWindow *self);

/* --- window-export.c ------------------------------------------------------------------------ */

/* In which format, then where. */
void weir_window_ask_export    (WeirWindow *self);

/* What GIMP saves comes back as long as the window is there. */
void weir_window_edit_in_gimp      (WeirWindow *self);
void weir_window_add_external_edit (WeirWindow *self);

/* --- window-jobs.c -------------------------------------------------------------------------- */

/* Listens to the queue and the worker, until the window is gone. */
void weir_window_watch_jobs   (WeirWindow *self);

/* Takes trouble and says it where it is to be said. NULL: there is none. */
void weir_window_tell_trouble (WeirWindow  *self,
                               WeirTrouble *trouble);

/* Asks for what the window shows, and returns whether it was taken. Says so in the window if that
 * cannot be. */
gboolean weir_window_submit   (WeirWindow *self,
                               gboolean    to_front);

/* The same with a seed of its own and behind the others, and nothing in the window moves for it. */
gboolean weir_window_submit_again (WeirWindow *self);

/* The button's word, and whether the canvas or the first page is shown. */
void weir_window_update_verb  (WeirWindow *self);
void weir_window_update_page  (WeirWindow *self);

/* What the window is called: the project, and the model. */
void weir_window_update_title (WeirWindow *self);

/* --- window-focus.c ------------------------------------------------------------------------- */

/* What a popover takes the focus from has it again when that closes; until the window goes. */
void weir_window_watch_focus  (WeirWindow *self);
void weir_window_forget_focus (WeirWindow *self);

/* --- window-unsaved.c ----------------------------------------------------------------------- */

/* Says which pictures are not saved as long as there are such. */
void weir_window_watch_saving (WeirWindow *self);

/* --- window-batch.c ------------------------------------------------------------------------- */

/* Adds the jobs of a file of JSON lines to the queue, or says what is wrong with them. */
void weir_window_run_batch    (WeirWindow *self,
                               const char *path);

/* --- window-repeat.c ------------------------------------------------------------------------ */

/* Whether what is done is asked for again; the state of win.keep-generating. */
gboolean weir_window_keeps_generating (WeirWindow *self);
void     weir_window_keep_generating  (WeirWindow *self,
                                       gboolean    is_on);

/* A job ended. */
void     weir_window_repeat           (WeirWindow *self,
                                       WeirJob    *job);

/* --- window-compare.c ----------------------------------------------------------------------- */

/* Shows one picture beside the document, or two beside each other; asynchronous. */
void weir_window_compare_paths   (WeirWindow        *self,
                                  const char *const *paths);

/* When the canvas compares, or does not any more: what came for it goes with it. */
void weir_window_compare_changed (WeirWindow        *self);

/* --- window-tools.c ------------------------------------------------------------------------- */

/* The tools, their keys, and the actions on the mask and the frame. */
void weir_window_add_tools    (WeirWindow *self);

/* --- window-mask-filters.c ------------------------------------------------------------------ */

typedef enum
{
  WEIR_MASK_GROW,
  WEIR_MASK_SHRINK,
  WEIR_MASK_SOFTEN,
  WEIR_N_MASK_FILTERS
} WeirMaskFilter;

/* One step to undo, asynchronously and after those that were asked for before. Where the mask is
 * changed while it is done, that stays, and it is said that it was not done. */
void weir_window_filter_mask  (WeirWindow     *self,
                               WeirMaskFilter  filter,
                               guint           n_pixels);

/* --- window-mask-files.c -------------------------------------------------------------------- */

/* Ask for a file. */
void weir_window_ask_load_mask (WeirWindow *self);
void weir_window_ask_save_mask (WeirWindow *self);

/* White is masked, or where a picture is transparent in part, what is not. It is scaled to the
 * document's; without one it is said that there is nothing to mask. */
void weir_window_load_mask     (WeirWindow *self,
                                const char *path);
void weir_window_load_mask_texture (WeirWindow *self,
                                    GdkTexture *texture);

/* As PNG: to a name that ends as such, or with that added, and then never over another file. */
void weir_window_save_mask     (WeirWindow *self,
                                const char *path);

/* --- window-subject.c ----------------------------------------------------------------------- */

/* Select Subject, which makes what the picture is of the mask. */
void weir_window_add_subject  (WeirWindow *self);

/* None is wanted any more, as the window goes. */
void weir_window_drop_subject (WeirWindow *self);

/* --- window-pictures.c ---------------------------------------------------------------------- */

/* From a picture's path, all of them asynchronous; a project is opened as well. */
void weir_window_open_path    (WeirWindow *self,
                               const char *path);
void weir_window_add_reference_path (WeirWindow *self,
                                     const char *path);
void weir_window_vary_path    (WeirWindow *self,
                               const char *path);
void weir_window_guide_path   (WeirWindow *self,
                               const char *path);
void weir_window_upscale_path (WeirWindow *self,
                               const char *path);
/* Which of the picture's settings. */
typedef enum
{
  WEIR_USE_PROMPT = 1 << 0,
  WEIR_USE_SEED = 1 << 1,
  WEIR_USE_ALL = (1 << 2) - 1,
} WeirUse;
void weir_window_use_settings (WeirWindow *self,
                               const char *path,
                               WeirUse     use);
void weir_window_copy         (WeirWindow *self);
void weir_window_paste        (WeirWindow *self);
void weir_window_take_texture (WeirWindow *self,
                               const char *action,
                               GdkTexture *texture);

/* What is shown: the selected candidate, else the document's picture; nullable. */
WeirPicture *weir_window_get_shown (WeirWindow *self);

G_END_DECLS
