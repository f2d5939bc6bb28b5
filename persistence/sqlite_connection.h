// One connection to a SQLite file and its statements. The .cc file is the only one of the library
// that sees sqlite3.h; everything else asks here.
//
// A failure is a status whose message begins with the path and ends with what SQLite said:
//   Unavailable        busy or locked, after 5 s of waiting
//   ResourceExhausted  the disk is full, out of memory, or a value beyond SQLite's limits
//   DataLoss           damaged, or not a database
//   PermissionDenied   read-only, or access denied
//   NotFound           cannot be opened
//   Aborted            the file was moved or deleted while it was open
//   Internal           anything else
#ifndef RELATA_PERSISTENCE_SQLITE_CONNECTION_H_
#define RELATA_PERSISTENCE_SQLITE_CONNECTION_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "relata/value.h"

struct sqlite3;
struct sqlite3_stmt;

#define RELATA_SQLITE_RETURN_IF_ERROR(expression)                                     \
  do {                                                                                \
    if (absl::Status relata_sqlite_status = (expression); !relata_sqlite_status.ok()) \
      return relata_sqlite_status;                                                    \
  } while (false)

namespace relata::sqlite {

class Connection;

// A compiled statement. Must not outlive its connection.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // Binds a parameter, from 1. Text and bytes are borrowed until the statement has been run. What
  // is wrong with a value is told by the next Step.
  void Bind(int parameter, const ValueView& value);
  // Runs to the next row: true; or to the end: false. The statement starts anew after an error.
  absl::StatusOr<bool> Step();
  // Runs to the end, passing over any rows, and starts anew.
  absl::Status Run();
  // Starts anew; what Read returned becomes invalid.
  void Reset();

  // A column of the current row, from 0, as a value of `type`; null is null. Nothing when it is
  // stored as something else. Valid until the next Step or Reset.
  std::optional<ValueView> Read(int column, Type type) const;
  // Integers and text of relata's own queries; 0 and "" where there is none.
  std::int64_t Integer(int column) const;
  std::string Text(int column) const;
  // What is stored in a column, for messages: "INTEGER", "REAL", "TEXT", "BLOB" or "NULL".
  std::string_view StorageClass(int column) const;

 private:
  friend class Connection;
  Statement(const Connection* connection, sqlite3_stmt* statement)
      : connection_(connection), statement_(statement) {}
  const Connection* connection_;
  sqlite3_stmt* statement_;
  int bind_error_ = 0;
};

class Connection {
 public:
  // Opens or creates a file; ":memory:" is a database that goes with the connection. Foreign keys
  // are on, and verified to be; double quotes never quote a string; triggers and views of the file
  // do not run; every commit is synced.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& path);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // Compiles exactly one statement. `persistent` promises that it will be run often.
  absl::StatusOr<Statement> Prepare(std::string_view sql, bool persistent = false);
  // Runs exactly one statement.
  absl::Status Execute(std::string_view sql);
  // The same for one that is run often: it is compiled once (see Cached). Not for a PRAGMA that
  // sets something, which SQLite carries out while it compiles.
  absl::Status ExecuteCached(std::string_view sql);
  // A statement that is compiled when it is first asked for, and kept. Whoever steps it to a row
  // resets it; its SQL is fixed or one of few. Valid until DropCached.
  absl::StatusOr<Statement*> Cached(std::string_view sql);
  void DropCached() { cached_.clear(); }
  std::size_t cached() const { return cached_.size(); }
  // The first column of the first row; DataLoss when there is none.
  absl::StatusOr<std::int64_t> QueryInteger(std::string_view sql);

  // Turns the enforcement of foreign keys on or off, and verifies it, unless it is known to be so.
  // Not inside a transaction.
  absl::Status SetForeignKeys(bool on);
  bool in_transaction() const;
  // Whether the open transaction owes a row to a reference that is checked at its end.
  bool references_are_broken() const;
  // Ends an open transaction, if any.
  absl::Status RollBack();
  // How many rows the last statement changed.
  std::int64_t changes() const;
  // Whether the last error says that a unique or primary key is taken; that another constraint of
  // a table is broken.
  bool failed_on_unique() const;
  bool failed_on_constraint() const;

  const std::string& path() const { return path_; }
  // A status with the path in front of its message.
  absl::Status Error(absl::StatusCode code, const std::string& message) const;

 private:
  friend class Statement;
  Connection(std::string path, sqlite3* db) : path_(std::move(path)), db_(db) {}
  absl::Status Configure();
  // The status for a result code of SQLite.
  absl::Status ErrorOf(int code, std::string_view doing) const;

  std::string path_;
  sqlite3* db_;
  std::map<std::string, Statement, std::less<>> cached_;
  std::optional<bool> foreign_keys_;  // as verified; nothing when that is unknown
  mutable int last_error_ = 0;
};

}  // namespace relata::sqlite

#endif  // RELATA_PERSISTENCE_SQLITE_CONNECTION_H_
