/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What weir-decode and the process that started it say to each other.
 *
 * The picture is the helper's standard input; descriptor 3 is a socket of type SOCK_SEQPACKET on
 * which it sends one CasDecodedReply. With a picture comes a descriptor of sealed memory: a
 * CasDecodedHeader, the rows of R, G, B from the top without gaps, the rows of alpha if there is
 * any, and the texts, each a key and a value with a NUL after either.
 *
 * With the argument CAS_ENCODED_ARGUMENT it writes a picture instead: its standard input is sealed
 * memory of a CasEncodedRequest, rows of R, G, B, a comment and an XMP packet, both UTF-8; the sealed
 * memory that it answers with is the file. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CAS_DECODED_MAGIC          0x52494557 /* "WEIR" */
#define CAS_DECODED_VERSION        3

#define CAS_DECODED_SOCKET         3
#define CAS_DECODED_SECONDS        20

/* What is read, for a person. */
#define CAS_DECODED_FORMATS        "PNG, JPEG, WebP, TIFF, AVIF, HEIF, GIF, BMP, PNM, TGA"

/* Where XMP has our own settings, as weir:settings; exiv2 calls it by the second. */
#define CAS_DECODED_XMP_SPACE      "https://weir.github.io/ns/1.0/"
#define CAS_DECODED_XMP_SETTINGS   "Xmp.weir.settings"

#define CAS_DECODED_MAX_FILE_BYTES (1 << 30)
#define CAS_DECODED_MAX_SIDE       65535
#define CAS_DECODED_MAX_PIXELS     (1 << 28)
#define CAS_DECODED_MAX_TEXTS      32
#define CAS_DECODED_MAX_TEXT_BYTES (8 << 20) /* of all texts and their keys */

typedef enum
{
  CAS_DECODED_PICTURE,
  CAS_DECODED_TOO_LARGE, /* the reply has its size */
  CAS_DECODED_NO_LOADER, /* one of CAS_DECODED_FORMATS that this system has no loader for */
  CAS_DECODED_DAMAGED,
  CAS_DECODED_NO_MEMORY, /* the reply has its size, if that is known */
  CAS_DECODED_FAILED,    /* nothing that the picture did */
  CAS_DECODED_OTHER_FORMAT, /* format is empty if it is not known */
  CAS_DECODED_TEXTS_TOO_LONG, /* for the format that is to be written */
} CasDecodedResult;

typedef struct
{
  guint32 magic;
  guint32 version;
  guint32 result; /* CasDecodedResult */
  guint32 width;
  guint32 height;
  char    format[20];  /* gdk-pixbuf's name for it: "jpeg" */
  char    detail[472]; /* what the decoder says of it, in the person's language where it can */
} CasDecodedReply;

typedef enum
{
  CAS_DECODED_NO_PROFILE,
  CAS_DECODED_PROFILE_APPLIED,
  CAS_DECODED_PROFILE_LEFT_OUT, /* damaged, or of another kind than the pixels */
} CasDecodedProfile;

/* Why a text is not among those that come along: the first one. */
typedef enum
{
  CAS_DECODED_NO_TROUBLE,
  CAS_DECODED_TEXT_JIS,     /* a user comment in JIS characters */
  CAS_DECODED_TEXT_DAMAGED, /* a text that is not in the characters that it names */
  CAS_DECODED_TEXT_TOO_LONG,
} CasDecodedTrouble;

typedef struct
{
  guint32 magic;
  guint32 version;
  guint32 width;  /* upright */
  guint32 height;
  guint32 has_alpha; /* 0 if every pixel is opaque */
  guint32 profile;   /* CasDecodedProfile */
  guint32 n_texts;
  guint32 text_bytes;
  guint32 trouble; /* CasDecodedTrouble */
} CasDecodedHeader;

/* --- writing ------------------------------------------------------------------------------- */

#define CAS_ENCODED_ARGUMENT       "encode"
#define CAS_ENCODED_SECONDS        120 /* WebP takes its time over a large picture */
#define CAS_ENCODED_MAX_TEXT_BYTES (2 << 20) /* of both texts; whoever reads them has room for more */

typedef struct
{
  guint32 magic;
  guint32 version;
  char    format[8]; /* gdk-pixbuf's name for it: "jpeg" or "webp" */
  guint32 quality;   /* 1 … 100 */
  guint32 width;
  guint32 height;
  guint32 comment_bytes; /* 0: no comment */
  guint32 xmp_bytes;     /* 0: none */
} CasEncodedRequest;

G_STATIC_ASSERT (sizeof (CasEncodedRequest) == 36);
G_STATIC_ASSERT (sizeof (CasDecodedReply) == 512);
G_STATIC_ASSERT (sizeof (CasDecodedHeader) == 36);

G_END_DECLS
