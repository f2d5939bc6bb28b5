#include "bench/sqlite.h"

#include <cstdio>
#include <cstdlib>

namespace relata::bench {

SqliteStatement::SqliteStatement(sqlite3* db, std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v2(db, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  statement_.reset(statement);
  if (code == SQLITE_OK) return;
  std::fprintf(stderr, "%s: %.*s\n", sqlite3_errmsg(db), static_cast<int>(sql.size()), sql.data());
  std::abort();
}

void SqliteStatement::Die() const {
  std::fprintf(stderr, "%s: %s\n", sqlite3_errmsg(sqlite3_db_handle(statement_.get())),
               sqlite3_sql(statement_.get()));
  std::abort();
}

SqliteDb::SqliteDb(const std::string& tables, const std::string& path) {
  sqlite3* db = nullptr;
  const int code = sqlite3_open(path.c_str(), &db);
  db_.reset(db);
  if (code != SQLITE_OK) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), sqlite3_errmsg(db));
    std::abort();
  }
  Execute("PRAGMA foreign_keys = ON");
  Execute(tables);
}

void SqliteDb::Execute(const std::string& sql) {
  if (sqlite3_exec(get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return;
  std::fprintf(stderr, "%s: %s\n", sqlite3_errmsg(get()), sql.c_str());
  std::abort();
}

}  // namespace relata::bench
