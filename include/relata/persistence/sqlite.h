// A SQLite database that holds a store's rows in tables with real constraints, generated from the
// schema.
//
//   auto db = relata::SqliteDatabase::Open("club.db", schema);    // creates the tables if new
//   auto store = db->Load();
//   ...
//   auto report = db->Flush(*store);                              // what changed since
//
// A model is a STRICT table, an attribute a column: INTEGER, DOUBLE as REAL, BOOLEAN as INTEGER 0
// or 1, TEXT, BYTES as BLOB, UUID as TEXT in lower case, TIMESTAMP as INTEGER microseconds. Keys,
// defaults and constrained foreign keys are declared with their actions, and every foreign key has
// an index, so that other programs that write the file (with foreign keys on) are held to the same
// rules. They may: the next Flush notices, and refuses with Aborted until the rows are loaded anew.
// SQLite's triggers and views are left alone, but do not run for what relata does. One more table,
// relata_meta, says which schema and which flush the file is of.
#ifndef RELATA_PERSISTENCE_SQLITE_H_
#define RELATA_PERSISTENCE_SQLITE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "relata/change_set.h"
#include "relata/schema.h"
#include "relata/store.h"

namespace relata {

// The statements that create the schema's tables and indexes in SQLite's dialect, one each, tables
// in dependency order. Every identifier is quoted. Pure. A file made before an index was declared
// opens as it is; the index's statement, run in it once, speeds up other programs that read it.
std::vector<std::string> SqliteCreateStatements(const Schema& schema);

struct FlushReport {
  std::size_t created = 0;
  std::size_t updated = 0;
  std::size_t deleted = 0;
};

// Any function may fail with
//   Unavailable        another connection holds the database, for more than 5 s
//   ResourceExhausted  the disk is full, or a value is beyond SQLite's limits
//   DataLoss           damaged, or not a database
//   PermissionDenied   the file must not be read or written
//   NotFound           the file cannot be opened
//   Internal           any other error of SQLite or the disk
// and every message begins with the path. Thread-compatible: one thread at a time.
class SqliteDatabase {
 public:
  // Opens or creates `path` (":memory:" for a database that goes with this object), turns foreign
  // keys on and verifies that they are, and creates the tables in an empty database. Every commit
  // is synced to the disk (synchronous = FULL). A file that must not be written can be opened and
  // loaded.
  //   FailedPrecondition  the file has other tables than the schema's; the message says which
  //                       table or column differs
  //   InvalidArgument     a table has the prefix relata_; or the path is empty or holds a NUL
  static absl::StatusOr<SqliteDatabase> Open(const std::string& path, const Schema& schema);
  SqliteDatabase(SqliteDatabase&&) noexcept;
  SqliteDatabase& operator=(SqliteDatabase&&) noexcept;
  ~SqliteDatabase();

  // A store with every row of the database, which the next Flush is relative to. Rows are created
  // in the order of their primary keys. O(rows).
  // DataLoss names the table and row that break what the schema promises.
  absl::StatusOr<Store> Load();

  // Brings the database from the state last loaded or flushed (at first: empty) to that of
  // `store`, in one transaction: all of it or nothing. Keeps a fork of `store` to know what
  // changes until the next flush. Costs what changed, not what the tables hold. Does not touch the
  // file when nothing changed.
  //   Aborted             the database no longer holds what was last loaded or flushed: another
  //                       connection has written. Load it, and decide.
  //   FailedPrecondition  the database holds rows that this object never loaded; or a transaction
  //                       of the store is open; or a reference would dangle
  //   InvalidArgument     the store is of another schema
  // After any error the database is as before, and Flush can be called again. An error of the
  // disk may leave it unknown whether the transaction was committed; the database is then read
  // back, now or by the next Flush, which carries on from what it finds.
  absl::StatusOr<FlushReport> Flush(Store& store);
  // The same for a change set that a transaction yielded. The change sets of one store must come in
  // the order of their commits. Keeps no fork: the next Flush of a store reads the database first.
  // InvalidArgument also when the changes do not fit the schema.
  absl::StatusOr<FlushReport> Flush(const ChangeSet& changes);

  // The statements that Flush would run for the changes, in their order, with the values written
  // out: for people, not for running. InvalidArgument when the changes do not fit the schema.
  absl::StatusOr<std::vector<std::string>> ExplainFlush(const ChangeSet& changes) const;

  // Has SQLite check the whole file, and every reference in it. DataLoss names what is broken.
  // SQLite keeps no checksums: a flipped bit within a value is not found. O(size of the file).
  absl::Status Check();

 private:
  struct State;
  explicit SqliteDatabase(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace relata

#endif  // RELATA_PERSISTENCE_SQLITE_H_
