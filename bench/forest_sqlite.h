// The forest with SQLite.
#ifndef RELATA_BENCH_FOREST_SQLITE_H_
#define RELATA_BENCH_FOREST_SQLITE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bench/forest.h"
#include "bench/sqlite.h"

namespace relata::bench::forest {

class Sqlite {
 public:
  explicit Sqlite(OnDelete on_delete)
      : db_(std::string("CREATE TABLE node (id INTEGER PRIMARY KEY,"
                        " parentId INTEGER REFERENCES node ON UPDATE CASCADE ON DELETE ") +
            (on_delete == OnDelete::kCascade ? "CASCADE" : "SET NULL") + ") STRICT") {}

  void Build(std::span<const std::int64_t> parents) {
    SqliteStatement insert = db_.Prepare("INSERT INTO node VALUES (?, ?)");
    db_.Execute("BEGIN");
    for (std::size_t i = 0; i < parents.size(); ++i) {
      insert.Bind(1, static_cast<std::int64_t>(i + 1));
      if (parents[i] == 0) {
        insert.BindNull(2);
      } else {
        insert.Bind(2, parents[i]);
      }
      insert.Run();
    }
    db_.Execute("COMMIT");
    db_.Execute("CREATE INDEX node_parent ON node (parentId)");
  }
  void Delete(std::int64_t id) { db_.Prepare("DELETE FROM node WHERE id = ?").Bind(1, id).Run(); }
  // SQLite's own cascade ends 1,000 rows deep: a deeper delete goes row by row from the bottom.
  void DeleteDeep(std::int64_t id) {
    SqliteStatement walk = db_.Prepare(Below("SELECT id FROM doomed"));
    std::vector<std::int64_t> doomed;
    for (walk.Bind(1, id); walk.Step();) doomed.push_back(walk.Integer(0));
    walk.Reset();
    std::reverse(doomed.begin(), doomed.end());
    SqliteStatement remove = db_.Prepare("DELETE FROM node WHERE id = ?");
    db_.Execute("BEGIN");
    for (const std::int64_t row : doomed) remove.Bind(1, row).Run();
    db_.Execute("COMMIT");
  }
  std::int64_t Plan(std::int64_t id) {
    return db_.Prepare(Below("SELECT count(*) FROM doomed")).Bind(1, id).One();
  }
  void Unlink(std::span<const std::int64_t> ids) {
    SqliteStatement unlink = db_.Prepare("UPDATE node SET parentId = NULL WHERE id = ?");
    db_.Execute("BEGIN");
    for (const std::int64_t id : ids) unlink.Bind(1, id).Run();
    db_.Execute("COMMIT");
  }
  std::int64_t RowCount() { return db_.Prepare("SELECT count(*) FROM node").One(); }
  std::int64_t RootCount() {
    return db_.Prepare("SELECT count(*) FROM node WHERE parentId IS NULL").One();
  }

 private:
  // A node and all that is below it, breadth first.
  static std::string Below(const std::string& query) {
    return "WITH RECURSIVE doomed (id) AS (VALUES (?) UNION ALL SELECT node.id FROM doomed"
           " JOIN node ON node.parentId = doomed.id) " +
           query;
  }
  SqliteDb db_;
};

}  // namespace relata::bench::forest

#endif  // RELATA_BENCH_FOREST_SQLITE_H_
