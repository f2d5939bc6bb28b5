// A SQLite database that holds a store's rows in tables with real constraints, generated from the
// schema.
//
//   auto db = relata::SqliteDatabase::Open("club.db", schema);    // creates the tables if new
//   auto store = db->Load();
//   ...
//   auto report = db->Flush(*store);                              // what changed since
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
// in dependency order. Every identifier is quoted. Pure.
std::vector<std::string> SqliteCreateStatements(const Schema& schema);

struct FlushReport {
  std::size_t created = 0;
  std::size_t updated = 0;
  std::size_t deleted = 0;
};

class SqliteDatabase {
 public:
  // Opens or creates `path` (":memory:" for a database that goes with this object), turns foreign
  // keys on and verifies that they are, and creates the tables in an empty database.
  //   FailedPrecondition  the file has other tables than the schema's; the message says which
  //                       table or column differs
  //   DataLoss            not a database, or damaged
  //   NotFound, PermissionDenied, Unavailable (busy), ResourceExhausted, Internal
  static absl::StatusOr<SqliteDatabase> Open(const std::string& path, const Schema& schema);
  SqliteDatabase(SqliteDatabase&&) noexcept;
  SqliteDatabase& operator=(SqliteDatabase&&) noexcept;
  ~SqliteDatabase();

  // A store with every row of the database, which the next Flush of that store is relative to.
  // DataLoss names the table and row that break what the schema promises.
  absl::StatusOr<Store> Load();

  // Brings the database from the state last loaded or flushed (at first: empty) to that of
  // `store`, in one transaction: all of it or nothing. Keeps a fork of `store` to know what
  // changes until the next flush. Aborted when the database no longer holds what was last loaded
  // or flushed; Unavailable when it is busy; ResourceExhausted when the disk is full. After any
  // error the database is as before, and Flush can be called again.
  absl::StatusOr<FlushReport> Flush(Store& store);
  // The same for a change set that a transaction yielded. The change sets of one store must come in
  // the order of their commits.
  absl::StatusOr<FlushReport> Flush(const ChangeSet& changes);

 private:
  struct State;
  explicit SqliteDatabase(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace relata

#endif  // RELATA_PERSISTENCE_SQLITE_H_
