/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a picture was made with: enough to make it again. It is stored in the picture. */

#pragma once

#include <gio/gio.h>

#include <cascade/export.h>

G_BEGIN_DECLS

/* Roles of the ONNX files that find faces and say whose they are. */
#define CAS_METADATA_FACE_DETECTOR   "face_detector"
#define CAS_METADATA_FACE_RECOGNISER "face_recogniser"

/* A file of the model, or one that worked with it. */
typedef struct
{
  char *role;   /* "stage_c" and the like */
  char *file;   /* its path in the model's folder: "text_encoder/model.safetensors"; of any other
                 * the name alone */
  char *sha256; /* of the file; nullable */
} CasMetadataPart;

/* A LoRA or embedding file. */
typedef struct
{
  char  *name;   /* the file's, without folder and ending */
  char  *sha256; /* of the file; nullable */
  double weight;
} CasMetadataLora;

/* A picture that steered the one that was made. */
typedef struct
{
  char  *role;       /* "init", "mask", "prompt", or the kind of a ControlNet: "canny" … */
  char  *sha256;     /* of its pixels, as of cas_image_dup_hash(); NULL: of a mask not found yet */
  double weight;     /* the strength of "init" and of ControlNets; of a mask 1 */
  double start, end; /* of a ControlNet: its part of the steps */
  guint  low, high;  /* of "canny": thresholds */
  double threshold;  /* of a mask that was found and not given; 0: it was given */
  gboolean is_small; /* of "super_resolution": as of CasJobControl */
} CasMetadataPicture;

/* Plain data that owns its strings, which are UTF-8 and nullable. There is no date and no place
 * among the pictures of a job, so that the same picture has the same bytes however it was asked
 * for. */
typedef struct
{
  char            *prompt; /* as it was typed */
  char            *negative_prompt;
  char            *drawn_prompt; /* where there were wildcards: with those that were drawn */
  char            *drawn_negative_prompt;
  gboolean         restores_mean; /* as of CasJobParams */
  guint            width;
  guint            height;
  guint64          seed; /* of this picture, up to 2⁶³ − 1 */
  char            *sampler; /* "ddpm" */
  guint            steps;
  double           cfg;
  double           shift;
  guint            decoder_steps;
  double           decoder_cfg;
  char            *model;
  CasMetadataPart *parts;
  guint            n_parts;
  CasMetadataLora *loras;
  guint            n_loras;
  char           **lora_tokens; /* NAME=RULE of what no file names, NULL at the end; nullable */
  CasMetadataPicture *pictures;
  guint            n_pictures;
  guint            outpaint[4]; /* pixels added: left, top, right, bottom */
  char            *kernels; /* the kernel path; NULL in pictures that do not say */
  char            *version; /* of the program; when written, NULL is this one */
} CasMetadata;

/* Frees what is in it and leaves it empty. */
CAS_EXPORT
void     cas_metadata_clear       (CasMetadata       *m);

/* Copies m, with all that is in it, to copy, whatever was there. */
CAS_EXPORT
void     cas_metadata_copy        (const CasMetadata *m,
                                   CasMetadata       *copy);

/* The text that galleries read, in the form of A1111; free with g_free(). */
CAS_EXPORT
char    *cas_metadata_to_infotext (const CasMetadata *m);

/* Our own JSON, one line, schema 1; free with g_free(). */
CAS_EXPORT
char    *cas_metadata_to_json     (const CasMetadata *m);

/* Reads the JSON, whoever wrote it. Members that are not known are left aside. On failure m is
 * empty. Errors: CAS_ERROR_BAD_IMAGE. */
CAS_EXPORT
gboolean cas_metadata_parse_json  (const char        *json,
                                   CasMetadata       *m,
                                   GError           **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CasMetadata, cas_metadata_clear)

/* --- settings found in pictures ------------------------------------------------------------ */

/* In whose form they are. */
typedef enum
{
  CAS_SETTINGS_WEIR,
  CAS_SETTINGS_A1111,
  CAS_SETTINGS_COMFYUI,
  CAS_SETTINGS_INVOKEAI,
  CAS_SETTINGS_SWARMUI,
  CAS_SETTINGS_FOOOCUS,
  CAS_N_SETTINGS_FORMS
} CasSettingsForm;

/* A word for programs: "weir", "a1111", … */
CAS_EXPORT
const char  *cas_settings_form_get_id (CasSettingsForm form);

/* What of CasMetadata was there. */
typedef enum
{
  CAS_SETTING_PROMPT        = 1 << 0,
  CAS_SETTING_NEGATIVE      = 1 << 1,
  CAS_SETTING_WIDTH         = 1 << 2,
  CAS_SETTING_HEIGHT        = 1 << 3,
  CAS_SETTING_SEED          = 1 << 4,
  CAS_SETTING_SAMPLER       = 1 << 5,
  CAS_SETTING_STEPS         = 1 << 6,
  CAS_SETTING_CFG           = 1 << 7,
  CAS_SETTING_SHIFT         = 1 << 8,
  CAS_SETTING_DECODER_STEPS = 1 << 9,
  CAS_SETTING_DECODER_CFG   = 1 << 10,
  CAS_SETTING_MODEL         = 1 << 11,
} CasSettingsFields;

/* A text in a picture and the name under which it stands. UTF-8. */
typedef struct
{
  const char *key;
  const char *text;
} CasSettingsText;

typedef struct
{
  CasSettingsForm   form;
  char             *program;  /* who wrote them, as far as they say: "Fooocus v2.5.0" */
  CasMetadata       metadata; /* what Weir can use of them */
  CasSettingsFields fields;
  GPtrArray        *lost;     /* names and values (char *) in turn: what it cannot */
} CasSettings;

/* From the texts of a picture, of whatever file format: "parameters", "prompt", … The first form
 * that is there is taken, ours before all. Another program's prompt comes in our syntax where what
 * it means there is known. Nothing that the texts name is opened.
 * Errors: CAS_ERROR_NO_SETTINGS for none, CAS_ERROR_BAD_IMAGE for damaged ones; name is what
 * messages call the picture. */
CAS_EXPORT
CasSettings *cas_settings_from_texts (const CasSettingsText *texts,
                                      guint                  n_texts,
                                      const char            *name,
                                      GError               **error);

/* From a PNG file, or from EXIF or XMP in any other that cas_image_load() reads; as there, a process
 * of its own looks at it. Errors: CAS_ERROR_NO_SETTINGS, CAS_ERROR_BAD_IMAGE,
 * CAS_ERROR_OUT_OF_HOST_MEMORY, those of cas_image_load(). */
CAS_EXPORT
CasSettings *cas_settings_read       (const char            *path,
                                      GCancellable          *cancellable,
                                      GError               **error);

CAS_EXPORT
void         cas_settings_free       (CasSettings           *settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasSettings, cas_settings_free)

G_END_DECLS
