/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A device with a model on it, which runs jobs. */

#pragma once

#include <gio/gio.h>

#include <cascade/export.h>
#include <cascade/image.h>
#include <cascade/job.h>
#include <cascade/metadata.h>

G_BEGIN_DECLS

typedef struct
{
  const char *device;       /* NULL: $CAS_DEVICE, else the best; a number of cas_device_list(), part of a name, or "cpu" */
  const char *model;        /* folder; NULL: the demo model of cas_model_dup_demo() */
  const char *kernels;      /* NULL: the best for the device but for those in $CAS_WITHOUT_KERNELS; else one of CasDevice.kernels */
  const char *cache_folder; /* for compiled kernels; NULL: weir/ in the user's cache folder; "": none */
  gboolean    profile;      /* time every operation; costs a little speed */
  gboolean    validate;     /* Vulkan's validation layer, an error if it is not installed; $CAS_VALIDATE=1 too */
  /* NULL, or counted up, atomically, with every kernel that is compiled and every piece of work that
   * the device has done: another thread sees by it that things go on. */
  int        *pulse;
} CasSessionParams;

typedef struct _CasSession CasSession;

/* Where a job stands: cascade/checkpoint.h. */
typedef struct _CasCheckpoint CasCheckpoint;

/* Opens the device and looks through the model's folder; the parts are loaded when a job needs
 * them. A session belongs to one thread at a time.
 * Errors: CAS_ERROR_NO_DEVICE, CAS_ERROR_UNSUPPORTED_DEVICE, CAS_ERROR_MISSING_MODEL,
 * CAS_ERROR_BAD_MODEL, CAS_ERROR_BAD_PARAMETER, CAS_ERROR_OUT_OF_*_MEMORY. */
CAS_EXPORT
CasSession *cas_session_new             (const CasSessionParams *params,
                                         GError                **error);

CAS_EXPORT
void        cas_session_free            (CasSession             *session);

/* The device's name; owned by the session. */
CAS_EXPORT
const char *cas_session_get_device_name (CasSession             *session);

/* What the model calls itself, else its folder's name; owned by the session. */
CAS_EXPORT
const char *cas_session_get_model_name  (CasSession             *session);

/* --- jobs --------------------------------------------------------------------------------- */

typedef enum
{
  CAS_PHASE_LOADING,   /* weights from the files to the device */
  CAS_PHASE_COMPILING, /* kernels for this device: slow the first time, then kept */
  CAS_PHASE_READING,   /* the prompt */
  CAS_PHASE_COMPOSING, /* Stage C's steps */
  CAS_PHASE_DETAILING, /* Stage B's steps */
  CAS_PHASE_DECODING,  /* Stage A */
  CAS_PHASE_SAVING,    /* while the picture callback runs */
  CAS_N_PHASES
} CasPhase;

/* A word for programs: "loading", "compiling", "reading", "composing", … */
CAS_EXPORT
const char *cas_phase_get_id   (CasPhase phase);

/* Words for a person, in their language: "Compiling kernels", … */
CAS_EXPORT
const char *cas_phase_get_name (CasPhase phase);

typedef struct
{
  CasPhase phase;
  guint    step, n_steps;       /* steps done in this phase; 0 of 0 in a phase without steps */
  guint    picture, n_pictures; /* counted from 1 */
  double   fraction;            /* of the whole job, 0 … 1; never goes back */
  double   seconds_left;        /* of the whole job; below 0 while there is no telling */
} CasProgress;

/* A finished or unfinished picture; everything in it is valid during the callback only, but for
 * the image, which may be kept by cas_image_ref(). */
typedef struct
{
  CasImage          *image;
  guint              index;    /* of the picture in the job, from 0 */
  guint64            seed;     /* of this picture */
  const CasMetadata *metadata; /* what makes this picture again; NULL in a preview */
  CasPhase           phase;    /* a preview's: composing or detailing */
  guint              step;     /* a preview's: steps done in that phase */
  double             seconds;  /* a finished picture's: since the one before, or since the start */
} CasPicture;

/* What operations of one family took of the device in a job. */
typedef struct
{
  const char *network; /* "Stage C", … */
  const char *family;  /* "linear", "attention", … */
  double      seconds;
  guint64     flop;
  guint64     bytes;
} CasProfileEntry;

/* All are called on the thread of cas_session_run(), and each may be NULL. */
typedef struct
{
  void     (*progress) (const CasProgress *progress,
                        gpointer           user_data);
  void     (*preview)  (const CasPicture  *picture,
                        gpointer           user_data);
  /* What a ControlNet is shown of a picture: edges, a small picture, one with its holes; number index
   * of n. Before the first step. */
  void     (*control)  (CasControlKind      kind,
                        CasImage           *image,
                        guint               index,
                        guint               n,
                        gpointer            user_data);
  /* The mask that was found, where the job left that to the model, as large as the pictures will be.
   * Before the first step. */
  void     (*mask)     (CasImage           *mask,
                        gpointer            user_data);
  /* FALSE with an error set ends the job with that error. */
  gboolean (*picture)  (const CasPicture  *picture,
                        gpointer           user_data,
                        GError           **error);
  /* After each step of composing and detailing and after each picture: where the job stands now, to
   * go on from if this process should die. May be kept by cas_checkpoint_ref(). The last says that
   * all pictures are made. */
  void     (*checkpoint) (CasCheckpoint  *checkpoint,
                          gpointer        user_data);
  /* Something a person should know that stops nothing: a prompt that was cut. One sentence. */
  void     (*notice)   (const char        *sentence,
                        gpointer           user_data);
  /* The same of what is as it should be: a LoRA of which all belongs to the model. */
  void     (*remark)   (const char        *sentence,
                        gpointer           user_data);
  /* At the job's end, the longest first, if the session was made with profile. */
  void     (*profile)  (const CasProfileEntry *entry,
                        gpointer               user_data);
} CasJobCallbacks;

/* What the job asks, with the model's own numbers where it leaves them to the model; its texts stay
 * the job's. Fails if it cannot be done: of the model nothing is loaded for that, the memory is only
 * planned; the job's LoRAs are read, and its ONNX files hashed.
 * Errors: of a LoRA, CAS_ERROR_BAD_MODEL, CAS_ERROR_BAD_PARAMETER, G_IO_ERROR; of an ONNX file,
 * G_IO_ERROR; CAS_ERROR_BAD_PARAMETER for a size that is none, CAS_ERROR_OUT_OF_*_MEMORY for one
 * that does not fit, both naming the nearest two that work, or what a picture to be doubled may
 * have; CAS_ERROR_BAD_MODEL. */
CAS_EXPORT
gboolean    cas_session_resolve (CasSession            *session,
                                 CasJob                *job,
                                 CasJobParams          *params,
                                 GError               **error);

/* Of a size for which memory is short. */
typedef struct
{
  guint64 needed_bytes;    /* of the device's memory, at least; 0: that is not what is short */
  guint64 available_bytes; /* of it */
  guint   n_sizes;         /* that work instead, the nearest first */
  guint   sizes[2][2];     /* width and height of each */
} CasSizeAdvice;

/* As cas_session_resolve(), and what that says of sizes in numbers: all 0 unless the error is
 * CAS_ERROR_OUT_OF_*_MEMORY. */
CAS_EXPORT
gboolean    cas_session_advise  (CasSession            *session,
                                 CasJob                *job,
                                 CasJobParams          *params,
                                 CasSizeAdvice         *advice,
                                 GError               **error);

/* What the picture of this index (from 0) of a job will carry; params: resolved, and no other job
 * since. Clear it afterwards. A mask that is to be found has no hash yet. */
CAS_EXPORT
void        cas_session_describe (CasSession           *session,
                                  const CasJobParams   *params,
                                  guint                 index,
                                  CasMetadata          *metadata);

/* Makes the job's pictures one after another and returns when all are done. callbacks and
 * cancellable may be NULL. Cancelling is seen within a submit: 100 ms on a graphics card, up to
 * 10 s on a software driver. What is loaded and compiled is kept for the next job. Where the device
 * runs out of memory although the job fits, the job goes on once after its last step, with one part
 * of the model on the device at a time, and a notice says so.
 * Errors: those of cas_session_new() and cas_session_resolve(), CAS_ERROR_DEVICE_LOST (free the
 * session, open another), CAS_ERROR_NOT_FINITE, G_IO_ERROR_CANCELLED, and what the picture callback
 * says. */
CAS_EXPORT
gboolean    cas_session_run    (CasSession            *session,
                                CasJob                *job,
                                const CasJobCallbacks *callbacks,
                                gpointer               user_data,
                                GCancellable          *cancellable,
                                GError               **error);

/* The same, and a job that was broken off goes on after its last finished step. checkpoint: of the
 * same job, with the same seed, on the same model, device and kernels; how often it is previewed
 * does not matter. NULL is the job's beginning. Pictures that were made are not made again, and the
 * rest, with its metadata, is what it would have been without the break, to the byte. Notices, what
 * ControlNets are shown and a mask that is found are told again.
 * Errors: those of cas_session_run(); CAS_ERROR_BAD_CHECKPOINT if it is none of this job, model or
 * device, before anything is made: run the job from its beginning, or for the pictures that are
 * missing. */
CAS_EXPORT
gboolean    cas_session_run_from (CasSession            *session,
                                  CasJob                *job,
                                  CasCheckpoint         *checkpoint,
                                  const CasJobCallbacks *callbacks,
                                  gpointer               user_data,
                                  GCancellable          *cancellable,
                                  GError               **error);

/* --- questions ----------------------------------------------------------------------------- */

/* What the picture is of, by the model's saliency network, as a job's automatic mask would have it:
 * a byte for each pixel, row by row without gaps, 255 for what stands out and 0 for the rest.
 * threshold: as mask_threshold of CasJobParams, 0 for the published one. Not in a job's callback.
 * Cancelling is seen as in a job. Free with g_bytes_unref().
 * Errors: CAS_ERROR_MISSING_MODEL if the model has no such network, CAS_ERROR_BAD_MODEL;
 * CAS_ERROR_BAD_PARAMETER if nothing stands out or everything does, for a threshold that is none,
 * and for sides that a picture cannot be drawn with; CAS_ERROR_OUT_OF_*_MEMORY,
 * CAS_ERROR_DEVICE_LOST, CAS_ERROR_NOT_FINITE, G_IO_ERROR_CANCELLED. */
CAS_EXPORT
GBytes     *cas_session_find_subject (CasSession       *session,
                                      CasImage         *image,
                                      double            threshold,
                                      GCancellable     *cancellable,
                                      GError          **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasSession, cas_session_free)

G_END_DECLS
