/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is asked for: a prompt, a size, a seed and how carefully to work. */

#pragma once

#include <gio/gio.h>

#include <cascade/control.h>
#include <cascade/export.h>
#include <cascade/image.h>
#include <cascade/sampler.h>

G_BEGIN_DECLS

#define CAS_JOB_MAX_STEPS  1000
#define CAS_JOB_MAX_CFG    100.0
#define CAS_JOB_MIN_SHIFT  0.01
#define CAS_JOB_MAX_SHIFT  100.0
#define CAS_JOB_MAX_IMAGES 10000
#define CAS_JOB_MAX_IMAGE_PROMPTS 16
#define CAS_JOB_MAX_CONTROLS      8
#define CAS_JOB_MAX_OUTPAINT      16384
#define CAS_JOB_MIN_MASK_THRESHOLD 0.01
#define CAS_JOB_MAX_MASK_THRESHOLD 0.99
#define CAS_JOB_MAX_PROMPT 65536 /* bytes of UTF-8 */
#define CAS_JOB_MAX_LORAS  16
#define CAS_JOB_MAX_LORA_WEIGHT 10.0 /* either way */
#define CAS_JOB_MAX_LORA_TOKENS 75

/* How often the unfinished picture is shown. */
typedef enum
{
  CAS_PREVIEW_NONE,
  CAS_PREVIEW_LIVE,       /* at most four a second, only while it costs little, and not the first
                           * step, which shows noise */
  CAS_PREVIEW_EVERY_STEP,
} CasPreviewRate;

/* A LoRA or embedding file that a picture is made with. */
typedef struct
{
  const char *path;   /* of a safetensors file */
  double      weight; /* 1: as it was trained; 0: new tokens alone; below 0: away from it */
} CasJobLora;

/* A picture whose subject and mood the new one shall have. */
typedef struct
{
  CasImage *image;
  double    weight; /* 1: as the model was trained; from −10 to 10 */
} CasJobImage;

/* A picture that a ControlNet is shown: its edges, its faces, … are found by the engine. It is scaled
 * to cover the new picture, and what is beyond that is left out. */
typedef struct
{
  CasControlKind kind;
  CasImage      *image;
  double         strength;              /* 0 is 1, as it was trained; up to 10 */
  double         start, end;            /* part of the steps, 0 to 1; end 0 is 1 */
  guint          canny_low, canny_high; /* thresholds of edges; 0: 100 and 200 */
  /* Super resolution: the picture is half the new one's size, and is not halved to be shown. A job
   * that gives neither width nor height, no mask and no outpaint draws it at twice its size, to the
   * pixel; a size that is given holds. */
  gboolean       is_small;
} CasJobControl;

/* Zero is each field's default, and where it says so the default is the model's own number
 * (model.json of its folder, or the published recipe). */
typedef struct
{
  const char    *prompt;        /* UTF-8; NULL is "". Weights and wildcards as the manual says */
  const char    *negative;      /* what to stay away from; NULL is "" */
  gboolean       restores_mean; /* weights keep the mean of the text's numbers */
  /* Pixels, multiples of 8 from 64 up; 0: the model's, or what the job's pictures leave. */
  guint          width, height;
  guint          n_images;      /* 0 is 1; picture i has seed + i */

  /* Stage C, which composes the picture. */
  guint          steps;         /* 0: the model's */
  double         cfg;           /* guidance scale; 0: the model's, unless has_cfg */
  gboolean       has_cfg;       /* cfg is meant, even if it is 0 */
  double         shift;         /* of the noise schedule, more for larger pictures; 0: the model's */

  /* Stage B, which adds the detail. */
  guint          decoder_steps; /* 0: the model's */
  double         decoder_cfg;   /* 0: the model's, unless has_decoder_cfg */
  gboolean       has_decoder_cfg;

  CasSampler     sampler;       /* of both stages */
  guint64        seed;          /* 0 … 2⁶³−1 */
  gboolean       has_seed;      /* FALSE and seed 0: one below 2³² is drawn */
  CasPreviewRate previews;

  const CasJobImage   *image_prompts;
  guint                n_image_prompts;
  const CasJobControl *controls; /* all at once; those of one kind and model add up */
  guint                n_controls;
  /* ONNX files that find faces and say whose they are, for CAS_CONTROL_IDENTITY: SCRFD and ArcFace */
  const char          *face_detector, *face_recogniser;

  /* The picture to begin from. It is scaled to cover width × height, and what is beyond is left out,
   * as much on either side. Where no size is given it is the picture's own with a mask or outpaint,
   * else the model's number of pixels in the picture's proportions. */
  CasImage            *init;
  double               strength; /* how much of it is made anew, 0 to 1; 0: 0.8, with a mask 1 */
  /* Of init's size: white is made anew, black stays to the bit, grey mixes. NULL: all of it. */
  CasImage            *mask;
  /* Instead of a mask: the model's saliency network finds what the eye goes to, and that is made
   * anew. It is where the network gives more than the threshold, 0.01 to 0.99; 0: 0.2. */
  gboolean             mask_is_automatic;
  double               mask_threshold;
  guint                outpaint[4]; /* pixels added to init: left, top, right, bottom */

  const CasJobLora  *loras;       /* on the model for this job alone, all at once */
  guint              n_loras;
  /* "NAME=RULE", NULL at the end; NULL: none. Names new tokens that their file does not name, in
   * order: “[fernando]=^dog</w>” starts from the tokens that the regular expression finds. */
  const char *const *lora_tokens;

  /* The session's to say: the picture is as large as the small one of super resolution twice, and
   * width and height are what is drawn for it. What a job asks here is left aside. */
  gboolean           is_doubled;
} CasJobParams;

typedef struct _CasJob CasJob;

/* Checks and copies what is asked, and draws the seed if none is given. Any thread; a job never
 * changes, and may be run more than once. The size is the session's to check, which knows what
 * fits.
 * Errors: CAS_ERROR_BAD_PARAMETER, naming the parameter, its value and what it may be. */
CAS_EXPORT
CasJob             *cas_job_new          (const CasJobParams *params,
                                          GError            **error);

/* Counting references is thread-safe. */
CAS_EXPORT
CasJob             *cas_job_ref          (CasJob             *job);

CAS_EXPORT
void                cas_job_unref        (CasJob             *job);

/* What is asked, with the seed and n_images that hold; owned by the job. Where the model decides
 * there is still 0. */
CAS_EXPORT
const CasJobParams *cas_job_get_params   (CasJob             *job);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasJob, cas_job_unref)

G_END_DECLS
