// The contender that is a database: SQLite in memory, foreign keys on, an index on the foreign key,
// prepared statements, everything in one transaction.
#ifndef RELATA_BENCH_SQLITE_WORLD_H_
#define RELATA_BENCH_SQLITE_WORLD_H_

#include <sqlite3.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "bench/world.h"

namespace relata::bench {

class SqliteStatement {
 public:
  SqliteStatement(sqlite3* db, const char* sql) {
    if (sqlite3_prepare_v2(db, sql, -1, &statement_, nullptr) != SQLITE_OK) {
      std::fprintf(stderr, "%s: %s\n", sqlite3_errmsg(db), sql);
      std::abort();
    }
  }
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;
  ~SqliteStatement() { sqlite3_finalize(statement_); }

  SqliteStatement& Bind(int place, std::int64_t value) {
    sqlite3_bind_int64(statement_, place, value);
    return *this;
  }
  SqliteStatement& Bind(int place, const char* value) {
    sqlite3_bind_text(statement_, place, value, -1, SQLITE_STATIC);
    return *this;
  }
  // Whether there is a row.
  bool Step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    std::fprintf(stderr, "%s\n", sqlite3_errmsg(sqlite3_db_handle(statement_)));
    std::abort();
  }
  std::int64_t Column(int column) const { return sqlite3_column_int64(statement_, column); }
  void Reset() { sqlite3_reset(statement_); }
  void Run() {
    while (Step()) {
    }
    Reset();
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

class SqliteWorld {
 public:
  SqliteWorld() {
    sqlite3* db = nullptr;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK) std::abort();
    db_.reset(db);
    Execute("PRAGMA foreign_keys = ON");
  }

  static std::unique_ptr<SqliteWorld> Empty() {
    auto world = std::make_unique<SqliteWorld>();
    world->Execute("CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT) STRICT");
    world->Execute(
        "CREATE TABLE child (id INTEGER PRIMARY KEY, goals INTEGER NOT NULL, parentId INTEGER "
        "REFERENCES parent ON DELETE CASCADE ON UPDATE CASCADE) STRICT");
    world->Execute("CREATE INDEX child_parent ON child (parentId)");
    world->Execute("BEGIN");
    return world;
  }
  static std::unique_ptr<SqliteWorld> Make(const WorldSize& size) {
    auto world = Empty();
    world->Fill(size);
    return world;
  }

  void Fill(const WorldSize& size) {
    SqliteStatement parent(db(), "INSERT INTO parent (id, name) VALUES (?, ?)");
    for (std::int64_t id = 1; id <= size.parents; ++id) {
      parent.Bind(1, id).Bind(2, "a parent").Run();
    }
    SqliteStatement child(db(), "INSERT INTO child (id, parentId, goals) VALUES (?, ?, ?)");
    for (std::int64_t id = 1; id <= size.children; ++id) {
      child.Bind(1, id).Bind(2, size.ParentOf(id)).Bind(3, GoalsOf(id)).Run();
    }
  }
  // What a fork costs with SQLite: a backup into another database in memory.
  std::unique_ptr<SqliteWorld> Copy() {
    auto copy = std::make_unique<SqliteWorld>();
    sqlite3_backup* backup = sqlite3_backup_init(copy->db(), "main", db(), "main");
    if (backup == nullptr || sqlite3_backup_step(backup, -1) != SQLITE_DONE ||
        sqlite3_backup_finish(backup) != SQLITE_OK) {
      std::fprintf(stderr, "the backup failed: %s\n", sqlite3_errmsg(copy->db()));
      std::abort();
    }
    return copy;
  }
  void Execute(const std::string& sql) {
    if (sqlite3_exec(db(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return;
    std::fprintf(stderr, "%s: %s\n", sqlite3_errmsg(db()), sql.c_str());
    std::abort();
  }
  sqlite3* db() { return db_.get(); }

 private:
  struct Closer {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
  };
  std::unique_ptr<sqlite3, Closer> db_;
};

}  // namespace relata::bench

#endif  // RELATA_BENCH_SQLITE_WORLD_H_
