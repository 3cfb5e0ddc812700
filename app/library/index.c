/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The index in SQLite. Two tables: the files, and the settings by the hash of the pixels, which
 * outlive the files, so that a picture is known again after an editor took its settings out. */

#include "library/index.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#define VERSION 1

struct _WeirIndex
{
  GMutex   lock;
  char    *path;
  sqlite3 *db; /* NULL: there is none, not even in memory */
};

static gboolean
run (sqlite3    *db,
     const char *sql)
{
  return sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* The first column of the first row, which begins as text does. */
static gboolean
says (sqlite3    *db,
      const char *sql,
      const char *text)
{
  sqlite3_stmt *statement;
  gboolean is_so = FALSE;

  if (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) == SQLITE_OK
      && sqlite3_step (statement) == SQLITE_ROW)
    is_so = g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), text) == 0;
  sqlite3_finalize (statement);
  return is_so;
}

/* In one transaction, so that of two processes the second finds the first one's tables. */
static gboolean
make_tables (sqlite3 *db)
{
  static const char version_is[] = G_STRINGIFY (VERSION);

  if (says (db, "PRAGMA user_version", version_is))
    return TRUE;
  if (!run (db, "BEGIN IMMEDIATE"))
    return FALSE;
  if (says (db, "PRAGMA user_version", version_is))
    return run (db, "COMMIT");
  return run (db,
              "DROP TABLE IF EXISTS files;"
              "DROP TABLE IF EXISTS made;"
              "CREATE TABLE files (name TEXT PRIMARY KEY, size INTEGER, changed INTEGER,"
              " date INTEGER, width INTEGER, height INTEGER, settings TEXT, fields INTEGER,"
              " hash TEXT) WITHOUT ROWID;"
              "CREATE TABLE made (hash TEXT PRIMARY KEY, settings TEXT, fields INTEGER)"
              " WITHOUT ROWID;"
              "PRAGMA user_version = " G_STRINGIFY (VERSION) ";"
              "COMMIT");
}

/* Whether it is the file itself that is wrong. */
static gboolean
is_damage (int code)
{
  return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

/* NULL if there can be none there; then code says why. */
static sqlite3 *
open_at (const char *path,
         int        *code)
{
  sqlite3 *db;

  *code = sqlite3_open_v2 (path, &db,
                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
  if (*code == SQLITE_OK)
    {
      sqlite3_busy_timeout (db, 5000);
      run (db, "PRAGMA journal_mode = WAL");
      run (db, "PRAGMA synchronous = NORMAL");
      if (!make_tables (db))
        *code = sqlite3_errcode (db);
      else if (says (db, "PRAGMA quick_check (1)", "ok"))
        return db;
      else
        *code = SQLITE_CORRUPT;
    }
  sqlite3_close (db);
  return NULL;
}

static void
delete_files (const char *path)
{
  static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *file = g_strconcat (path, suffixes[i], NULL);

      g_unlink (file);
    }
}

/* Of a file that is damaged nothing is kept; one that only cannot be used now stays as it is, as on
 * a full disk or in a folder of somebody else's. */
static void
open_db (WeirIndex *self)
{
  int code;

  self->db = open_at (self->path, &code);
  if (!self->db && is_damage (code))
    {
      delete_files (self->path);
      self->db = open_at (self->path, &code);
    }
  if (self->db)
    return;
  g_message ("The index of the library cannot be kept at %s (%s); it is kept in memory.",
             self->path, sqlite3_errstr (code));
  self->db = open_at (":memory:", &code);
}

WeirIndex *
weir_index_new (const char *path)
{
  WeirIndex *self = g_new0 (WeirIndex, 1);
  g_autofree char *folder = g_path_get_dirname (path);

  g_mutex_init (&self->lock);
  self->path = g_strdup (path);
  g_mkdir_with_parents (folder, 0700);
  open_db (self);
  return self;
}

void
weir_index_free (WeirIndex *self)
{
  if (!self)
    return;

  sqlite3_close (self->db);
  g_mutex_clear (&self->lock);
  g_free (self->path);
  g_free (self);
}

/* After a call that failed: whether it is to be tried again, with an index that is empty now. */
static gboolean
mend (WeirIndex *self)
{
  const int code = self->db ? sqlite3_errcode (self->db) : SQLITE_OK;

  if (!is_damage (code))
    return FALSE;
  sqlite3_close (self->db);
  delete_files (self->path);
  open_db (self);
  return TRUE;
}

/* --- reading ------------------------------------------------------------------------------- */

static const char *
peek_text (sqlite3_stmt *row,
           int           column)
{
  const char *text = (const char *) sqlite3_column_text (row, column);

  return text && g_utf8_validate (text, -1, NULL) ? text : NULL;
}

/* NULL for a row that cannot be right. */
static WeirLibraryItem *
read_row (sqlite3_stmt *row,
          const char   *folder)
{
  const WeirLibraryFile file = {
    .name = peek_text (row, 0),
    .size_bytes = (guint64) sqlite3_column_int64 (row, 1),
    .changed_us = sqlite3_column_int64 (row, 2),
    .date_us = sqlite3_column_int64 (row, 3),
    .width = (guint) sqlite3_column_int64 (row, 4),
    .height = (guint) sqlite3_column_int64 (row, 5),
    .settings = peek_text (row, 6),
    .fields = (CasSettingsFields) sqlite3_column_int64 (row, 7),
    .hash = peek_text (row, 8),
  };

  if (!file.name || !*file.name || strchr (file.name, G_DIR_SEPARATOR))
    return NULL;
  return weir_library_item_new (folder, &file);
}

static gboolean
load (WeirIndex  *self,
      const char *folder,
      GPtrArray  *items)
{
  sqlite3_stmt *statement;
  int result;

  if (sqlite3_prepare_v2 (self->db,
                          "SELECT name, size, changed, date, width, height,"
                          " coalesce (files.settings, made.settings),"
                          " coalesce (files.fields, made.fields), files.hash"
                          " FROM files LEFT JOIN made ON files.hash = made.hash",
                          -1, &statement, NULL) != SQLITE_OK)
    return FALSE;
  while ((result = sqlite3_step (statement)) == SQLITE_ROW)
    {
      WeirLibraryItem *item = read_row (statement, folder);

      if (item)
        g_ptr_array_add (items, item);
    }
  return sqlite3_finalize (statement) == SQLITE_OK && result == SQLITE_DONE;
}

GPtrArray *
weir_index_load (WeirIndex  *self,
                 const char *folder)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->db && !load (self, folder, items) && mend (self))
    g_ptr_array_set_size (items, 0);
  return g_steal_pointer (&items);
}

char *
weir_index_find (WeirIndex         *self,
                 const char        *hash,
                 CasSettingsFields *fields)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  sqlite3_stmt *statement = NULL;
  char *settings = NULL;

  *fields = 0;
  if (self->db
      && sqlite3_prepare_v2 (self->db, "SELECT settings, fields FROM made WHERE hash = ?", -1,
                             &statement, NULL) == SQLITE_OK
      && sqlite3_bind_text (statement, 1, hash, -1, SQLITE_STATIC) == SQLITE_OK
      && sqlite3_step (statement) == SQLITE_ROW)
    {
      settings = g_strdup (peek_text (statement, 0));
      *fields = (CasSettingsFields) sqlite3_column_int64 (statement, 1);
    }
  sqlite3_finalize (statement);
  return settings;
}

/* --- writing ------------------------------------------------------------------------------- */

static gboolean
step_and_reset (sqlite3_stmt *statement)
{
  const gboolean done = sqlite3_step (statement) == SQLITE_DONE;

  sqlite3_reset (statement);
  return done;
}

static gboolean
put_file (sqlite3_stmt          *put,
          sqlite3_stmt          *put_made,
          const WeirLibraryFile *file)
{
  sqlite3_bind_text (put, 1, file->name, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (put, 2, (sqlite3_int64) file->size_bytes);
  sqlite3_bind_int64 (put, 3, file->changed_us);
  sqlite3_bind_int64 (put, 4, file->date_us);
  sqlite3_bind_int64 (put, 5, file->width);
  sqlite3_bind_int64 (put, 6, file->height);
  sqlite3_bind_text (put, 7, file->settings, -1, SQLITE_STATIC);
  if (file->settings)
    sqlite3_bind_int64 (put, 8, file->fields);
  else
    sqlite3_bind_null (put, 8);
  sqlite3_bind_text (put, 9, file->hash, -1, SQLITE_STATIC);
  if (!step_and_reset (put))
    return FALSE;
  if (!file->settings || !file->hash)
    return TRUE;

  sqlite3_bind_text (put_made, 1, file->hash, -1, SQLITE_STATIC);
  sqlite3_bind_text (put_made, 2, file->settings, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (put_made, 3, file->fields);
  return step_and_reset (put_made);
}

static gboolean
put_files (sqlite3   *db,
           GPtrArray *items)
{
  sqlite3_stmt *put = NULL, *put_made = NULL;
  gboolean done = sqlite3_prepare_v2 (db,
                                      "INSERT OR REPLACE INTO files VALUES (?,?,?,?,?,?,?,?,?)",
                                      -1, &put, NULL) == SQLITE_OK
                  && sqlite3_prepare_v2 (db, "INSERT OR REPLACE INTO made VALUES (?,?,?)", -1,
                                         &put_made, NULL) == SQLITE_OK;

  for (guint i = 0; done && i < items->len; i++)
    done = put_file (put, put_made, weir_library_item_get_file (g_ptr_array_index (items, i)));
  sqlite3_finalize (put);
  sqlite3_finalize (put_made);
  return done;
}

static gboolean
remove_files (sqlite3   *db,
              GPtrArray *names)
{
  sqlite3_stmt *statement = NULL;
  gboolean done = sqlite3_prepare_v2 (db, "DELETE FROM files WHERE name = ?", -1, &statement,
                                      NULL) == SQLITE_OK;

  for (guint i = 0; done && i < names->len; i++)
    done = sqlite3_bind_text (statement, 1, g_ptr_array_index (names, i), -1,
                              SQLITE_STATIC) == SQLITE_OK
           && step_and_reset (statement);
  sqlite3_finalize (statement);
  return done;
}

static gboolean
update (WeirIndex *self,
        GPtrArray *items,
        GPtrArray *gone)
{
  if (!run (self->db, "BEGIN IMMEDIATE"))
    return FALSE;
  if ((!items || put_files (self->db, items)) && (!gone || remove_files (self->db, gone))
      && run (self->db, "COMMIT"))
    return TRUE;

  /* what failed is asked for afterwards */
  const int code = sqlite3_errcode (self->db);

  if (!is_damage (code))
    run (self->db, "ROLLBACK");
  return FALSE;
}

void
weir_index_update (WeirIndex *self,
                   GPtrArray *items,
                   GPtrArray *gone)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->db && !update (self, items, gone) && mend (self) && self->db)
    update (self, items, gone);
}
