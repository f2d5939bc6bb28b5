// OO1 with SQLite.
#ifndef RELATA_BENCH_OO1_SQLITE_H_
#define RELATA_BENCH_OO1_SQLITE_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bench/oo1.h"
#include "bench/sqlite.h"

namespace relata::bench::oo1 {

class Sqlite {
 public:
  void Insert(const Rows& rows) {
    SqliteStatement part = db_.Prepare("INSERT INTO part VALUES (?, ?, ?, ?, ?)");
    SqliteStatement connection = db_.Prepare("INSERT INTO connection VALUES (?, ?, ?, ?, ?)");
    db_.Execute("BEGIN");
    for (const Part& p : rows.parts) {
      part.Bind(1, p.id).Bind(2, View(p.type)).Bind(3, p.x).Bind(4, p.y).Bind(5, p.build).Run();
    }
    for (const Connection& c : rows.connections) {
      connection.Bind(1, c.id).Bind(2, c.from).Bind(3, c.to);
      connection.Bind(4, View(c.type)).Bind(5, c.length).Run();
    }
    db_.Execute("COMMIT");
  }
  // The indexes are made when all rows are there, which is what SQLite is fastest with.
  void Bulk(const Rows& rows) {
    db_.Execute("DROP INDEX connection_from; DROP INDEX connection_to");
    Insert(rows);
    db_.Execute(
        "CREATE INDEX connection_from ON connection (fromId);"
        "CREATE INDEX connection_to ON connection (toId)");
  }
  void Delete(std::span<const std::int64_t> ids) {
    SqliteStatement part = db_.Prepare("DELETE FROM part WHERE id = ?");
    db_.Execute("BEGIN");
    for (const std::int64_t id : ids) part.Bind(1, id).Run();
    db_.Execute("COMMIT");
  }

  void Lookup(std::span<const std::int64_t> ids, Visits& visits) {
    for (const std::int64_t id : ids) {
      find_.Bind(1, id).Step();
      visits.Add(find_.Integer(0), find_.Integer(1), find_.Text(2));
      find_.Reset();
    }
  }
  void Traverse(std::int64_t root, int depth, Visits& visits) {
    Walk(out_, "fromId = ?", "toId", root, depth, visits);
  }
  void Reverse(std::int64_t root, int depth, Visits& visits) {
    Walk(in_, "toId = ?", "fromId", root, depth, visits);
  }
  std::int64_t RowCount() {
    return db_.Prepare("SELECT (SELECT count(*) FROM part) + (SELECT count(*) FROM connection)")
        .One();
  }

  void Hold(std::span<const std::int64_t> ids) { held_.assign(ids.begin(), ids.end()); }
  std::uint64_t ReadHeld() {
    std::uint64_t sum = 0;
    for (const std::int64_t id : held_) sum += static_cast<std::uint64_t>(read_.Bind(1, id).One());
    return sum;
  }
  void WriteHeld(std::span<const std::int64_t> values) {
    std::size_t i = 0;
    for (const std::int64_t id : held_) write_.Bind(1, values[i++]).Bind(2, id).Run();
  }
  void WriteHeldInTransaction(std::span<const std::int64_t> values) {
    db_.Execute("BEGIN");
    WriteHeld(values);
    db_.Execute("COMMIT");
  }

 private:
  // A statement for each depth: one is still stepping while the next one is used.
  void Walk(std::vector<SqliteStatement>& levels, const std::string& near, const std::string& far,
            std::int64_t root, int depth, Visits& visits) {
    while (levels.size() < static_cast<std::size_t>(depth)) {
      levels.push_back(
          db_.Prepare("SELECT x, y, part.type, part.id FROM connection JOIN part ON"
                      " part.id = " +
                      far + " WHERE " + near));
    }
    find_.Bind(1, root).Step();
    visits.Add(find_.Integer(0), find_.Integer(1), find_.Text(2));
    find_.Reset();
    if (depth > 0) WalkFrom(levels, root, depth, visits);
  }
  static void WalkFrom(std::vector<SqliteStatement>& levels, std::int64_t id, int depth,
                       Visits& visits) {
    SqliteStatement& next = levels[static_cast<std::size_t>(depth - 1)];
    next.Bind(1, id);
    while (next.Step()) {
      visits.Add(next.Integer(0), next.Integer(1), next.Text(2));
      if (depth > 1) WalkFrom(levels, next.Integer(3), depth - 1, visits);
    }
    next.Reset();
  }

  SqliteDb db_{
      "CREATE TABLE part (id INTEGER PRIMARY KEY, type TEXT NOT NULL, x INTEGER NOT NULL,"
      " y INTEGER NOT NULL, build INTEGER NOT NULL) STRICT;"
      "CREATE TABLE connection (id INTEGER PRIMARY KEY,"
      " fromId INTEGER NOT NULL REFERENCES part ON DELETE CASCADE ON UPDATE CASCADE,"
      " toId INTEGER NOT NULL REFERENCES part ON DELETE CASCADE ON UPDATE CASCADE,"
      " type TEXT NOT NULL, length INTEGER NOT NULL) STRICT;"
      "CREATE INDEX connection_from ON connection (fromId);"
      "CREATE INDEX connection_to ON connection (toId)"};
  SqliteStatement find_ = db_.Prepare("SELECT x, y, type FROM part WHERE id = ?");
  SqliteStatement read_ = db_.Prepare("SELECT x FROM part WHERE id = ?");
  SqliteStatement write_ = db_.Prepare("UPDATE part SET x = ? WHERE id = ?");
  std::vector<SqliteStatement> out_;
  std::vector<SqliteStatement> in_;
  std::vector<std::int64_t> held_;
};

}  // namespace relata::bench::oo1

#endif  // RELATA_BENCH_OO1_SQLITE_H_
