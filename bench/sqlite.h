// SQLite as the benchmarks use it: a database in memory with foreign keys on, prepared statements,
// and an end with a message for any error.
#ifndef RELATA_BENCH_SQLITE_H_
#define RELATA_BENCH_SQLITE_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace relata::bench {

class SqliteStatement {
 public:
  SqliteStatement(sqlite3* db, std::string_view sql);

  SqliteStatement& Bind(int place, std::int64_t value) {
    sqlite3_bind_int64(statement_.get(), place, value);
    return *this;
  }
  SqliteStatement& Bind(int place, double value) {
    sqlite3_bind_double(statement_.get(), place, value);
    return *this;
  }
  // The text must last until the statement is reset.
  SqliteStatement& Bind(int place, std::string_view value) {
    sqlite3_bind_text(statement_.get(), place, value.data(), static_cast<int>(value.size()),
                      SQLITE_STATIC);
    return *this;
  }
  SqliteStatement& BindNull(int place) {
    sqlite3_bind_null(statement_.get(), place);
    return *this;
  }
  // Whether there is a row.
  bool Step() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) Die();
    return false;
  }
  std::int64_t Integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
  double Double(int column) const { return sqlite3_column_double(statement_.get(), column); }
  // Valid until the next step.
  std::string_view Text(int column) const {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
    return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
  }
  void Reset() { sqlite3_reset(statement_.get()); }
  void Run() {
    while (Step()) {
    }
    Reset();
  }
  // The first column of the only row.
  std::int64_t One() {
    if (!Step()) Die();
    const std::int64_t value = Integer(0);
    Reset();
    return value;
  }

 private:
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  [[noreturn]] void Die() const;
  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

class SqliteDb {
 public:
  // Runs the statements that make its tables.
  explicit SqliteDb(const std::string& tables, const std::string& path = ":memory:");
  void Execute(const std::string& sql);
  SqliteStatement Prepare(std::string_view sql) { return SqliteStatement(get(), sql); }
  sqlite3* get() { return db_.get(); }

 private:
  struct Closer {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
  };
  std::unique_ptr<sqlite3, Closer> db_;
};

}  // namespace relata::bench

#endif  // RELATA_BENCH_SQLITE_H_
