// OO7 with SQLite.
#ifndef RELATA_BENCH_OO7_SQLITE_H_
#define RELATA_BENCH_OO7_SQLITE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/oo7.h"
#include "bench/sqlite.h"

namespace relata::bench::oo7 {

class Sqlite {
 public:
  void Fill(const Design& design) {
    db_.Prepare("INSERT INTO manual VALUES (1, ?)").Bind(1, design.manual).Run();
    SqliteStatement complex = db_.Prepare("INSERT INTO complex VALUES (?, ?, ?)");
    SqliteStatement base = db_.Prepare("INSERT INTO base VALUES (?, ?, ?)");
    db_.Execute("BEGIN");
    for (const Assembly& a : design.complex_assemblies) {
      complex.Bind(1, a.id).Bind(2, a.date);
      BindOrNull(complex, 3, a.super);
      complex.Run();
    }
    for (const Assembly& a : design.base_assemblies) {
      base.Bind(1, a.id).Bind(2, a.date).Bind(3, a.super).Run();
    }
    db_.Execute("COMMIT");
    Insert(design);
  }
  void Insert(const Design& design) {
    SqliteStatement composite = db_.Prepare("INSERT INTO composite VALUES (?, ?)");
    SqliteStatement component = db_.Prepare("INSERT INTO component VALUES (?, ?)");
    SqliteStatement document = db_.Prepare("INSERT INTO document VALUES (?, ?, ?, ?)");
    SqliteStatement atomic = db_.Prepare("INSERT INTO atomic VALUES (?, ?, ?, ?, ?, ?, ?)");
    SqliteStatement connection = db_.Prepare("INSERT INTO connection VALUES (?, ?, ?, ?)");
    db_.Execute("BEGIN");
    for (const Composite& c : design.composites) composite.Bind(1, c.id).Bind(2, c.date).Run();
    for (const Component& c : design.components) {
      component.Bind(1, c.base).Bind(2, c.composite).Run();
    }
    for (const Document& d : design.documents) {
      document.Bind(1, d.id).Bind(2, std::string_view(d.title)).Bind(3, std::string_view(d.text));
      document.Bind(4, d.composite).Run();
    }
    for (const Atomic& a : design.atomics) {
      atomic.Bind(1, a.id).Bind(2, a.date).Bind(3, a.x).Bind(4, a.y).Bind(5, a.document);
      atomic.Bind(6, a.composite);
      BindOrNull(atomic, 7, a.root ? a.composite : 0);
      atomic.Run();
    }
    for (const Connection& c : design.connections) {
      connection.Bind(1, c.id).Bind(2, c.length).Bind(3, c.from).Bind(4, c.to).Run();
    }
    db_.Execute("COMMIT");
  }
  void DeleteComposites(std::span<const std::int64_t> ids) {
    SqliteStatement remove = db_.Prepare("DELETE FROM composite WHERE id = ?");
    db_.Execute("BEGIN");
    for (const std::int64_t id : ids) remove.Bind(1, id).Run();
    db_.Execute("COMMIT");
  }

  Visits Traverse(Change change, Of of) {
    Visits visits;
    db_.Execute("BEGIN");
    VisitAssembly(1, [&](std::int64_t composite) {
      ++epoch_;
      const std::int64_t root = root_.Bind(1, composite).One();
      stack_.assign(1, root);
      Mark(root);
      while (!stack_.empty()) {
        const std::int64_t part = stack_.back();
        stack_.pop_back();
        Visit(part, change, of != Of::kRoots || part == root, of == Of::kAllFourTimes ? 4 : 1,
              visits);
        targets_.Bind(1, part);
        while (targets_.Step()) {
          if (Mark(targets_.Integer(0))) stack_.push_back(targets_.Integer(0));
        }
        targets_.Reset();
      }
    });
    db_.Execute("COMMIT");
    return visits;
  }
  Visits TraverseRoots() {
    Visits visits;
    VisitAssembly(1, [&](std::int64_t composite) {
      Visit(root_.Bind(1, composite).One(), Change::kNothing, false, 0, visits);
    });
    return visits;
  }
  std::int64_t CountInManual(char c) {
    manual_.Step();
    const std::string_view text = manual_.Text(0);
    const std::int64_t count = std::count(text.begin(), text.end(), c);
    manual_.Reset();
    return count;
  }
  bool ManualEndsAsItBegins() {
    manual_.Step();
    const bool same = manual_.Text(0).front() == manual_.Text(0).back();
    manual_.Reset();
    return same;
  }
  std::uint64_t Lookup(std::span<const std::int64_t> ids) {
    std::uint64_t sum = 0;
    for (const std::int64_t id : ids) sum += static_cast<std::uint64_t>(lookup_.Bind(1, id).One());
    return sum;
  }
  std::uint64_t SumFrom(std::int64_t date) {
    return static_cast<std::uint64_t>(sum_from_.Bind(1, date).One());
  }
  std::uint64_t UsesOfTitles(std::span<const std::string> titles) {
    std::uint64_t sum = 0;
    for (const std::string& title : titles) {
      uses_.Bind(1, std::string_view(title));
      while (uses_.Step()) sum += static_cast<std::uint64_t>(uses_.Integer(0));
      uses_.Reset();
    }
    return sum;
  }
  std::int64_t NewerThanAssembly() { return newer_.One(); }
  std::uint64_t SumAll() { return static_cast<std::uint64_t>(sum_all_.One()); }
  std::int64_t PairsWithDocument() { return pairs_.One(); }
  std::int64_t RowCount() {
    std::int64_t count = 0;
    for (const char* table :
         {"complex", "base", "composite", "component", "document", "atomic", "connection"}) {
      count += db_.Prepare(std::string("SELECT count(*) FROM ") + table).One();
    }
    return count;
  }

 private:
  static void BindOrNull(SqliteStatement& statement, int place, std::int64_t id) {
    if (id == 0) {
      statement.BindNull(place);
    } else {
      statement.Bind(place, id);
    }
  }
  // Whether it was not marked yet.
  bool Mark(std::int64_t part) {
    const auto at = static_cast<std::size_t>(part);
    if (at >= seen_.size()) seen_.resize(2 * at);
    if (seen_[at] == epoch_) return false;
    seen_[at] = epoch_;
    return true;
  }
  static std::vector<std::int64_t> List(SqliteStatement& statement, std::int64_t id) {
    std::vector<std::int64_t> list;
    statement.Bind(1, id);
    while (statement.Step()) list.push_back(statement.Integer(0));
    statement.Reset();
    return list;
  }
  template <typename F>
  void VisitAssembly(std::int64_t complex, const F& visit_composite) {
    for (const std::int64_t sub : List(subs_, complex)) VisitAssembly(sub, visit_composite);
    for (const std::int64_t composite : List(parts_, complex)) visit_composite(composite);
  }
  void Visit(std::int64_t part, Change change, bool changed, int times, Visits& visits) {
    ++visits.parts;
    read_.Bind(1, part).Step();
    visits.sum +=
        static_cast<std::uint64_t>(read_.Integer(0) + 2 * read_.Integer(1) + 3 * read_.Integer(2));
    read_.Reset();
    if (change == Change::kNothing || !changed) return;
    SqliteStatement& update = change == Change::kSwap ? swap_ : date_;
    for (int i = 0; i < times; ++i) {
      ++visits.changes;
      update.Bind(1, part).Run();
    }
  }

  SqliteDb db_{
      "CREATE TABLE manual (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"
      "CREATE TABLE complex (id INTEGER PRIMARY KEY, buildDate INTEGER NOT NULL,"
      " superId INTEGER REFERENCES complex ON DELETE CASCADE ON UPDATE CASCADE) STRICT;"
      "CREATE INDEX complex_super ON complex (superId);"
      "CREATE TABLE base (id INTEGER PRIMARY KEY, buildDate INTEGER NOT NULL,"
      " superId INTEGER NOT NULL REFERENCES complex ON DELETE CASCADE ON UPDATE CASCADE) STRICT;"
      "CREATE INDEX base_super ON base (superId);"
      "CREATE TABLE composite (id INTEGER PRIMARY KEY, buildDate INTEGER NOT NULL) STRICT;"
      "CREATE TABLE component ("
      " baseId INTEGER NOT NULL REFERENCES base ON DELETE CASCADE ON UPDATE CASCADE,"
      " compositeId INTEGER NOT NULL REFERENCES composite ON DELETE CASCADE ON UPDATE CASCADE,"
      " PRIMARY KEY (baseId, compositeId)) STRICT, WITHOUT ROWID;"
      "CREATE INDEX component_composite ON component (compositeId);"
      "CREATE TABLE document (id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE,"
      " text TEXT NOT NULL,"
      " compositeId INTEGER NOT NULL REFERENCES composite ON DELETE CASCADE ON UPDATE CASCADE)"
      " STRICT;"
      "CREATE INDEX document_composite ON document (compositeId);"
      "CREATE TABLE atomic (id INTEGER PRIMARY KEY, buildDate INTEGER NOT NULL,"
      " x INTEGER NOT NULL, y INTEGER NOT NULL, docId INTEGER NOT NULL,"
      " compositeId INTEGER NOT NULL REFERENCES composite ON DELETE CASCADE ON UPDATE CASCADE,"
      " rootOfId INTEGER REFERENCES composite ON DELETE CASCADE ON UPDATE CASCADE) STRICT;"
      "CREATE INDEX atomic_composite ON atomic (compositeId);"
      "CREATE INDEX atomic_root ON atomic (rootOfId);"
      "CREATE INDEX atomic_date ON atomic (buildDate);"
      "CREATE TABLE connection (id INTEGER PRIMARY KEY, length INTEGER NOT NULL,"
      " fromId INTEGER NOT NULL REFERENCES atomic ON DELETE CASCADE ON UPDATE CASCADE,"
      " toId INTEGER NOT NULL REFERENCES atomic ON DELETE CASCADE ON UPDATE CASCADE) STRICT;"
      "CREATE INDEX connection_from ON connection (fromId);"
      "CREATE INDEX connection_to ON connection (toId)"};
  SqliteStatement subs_ = db_.Prepare("SELECT id FROM complex WHERE superId = ?");
  SqliteStatement parts_ = db_.Prepare(
      "SELECT compositeId FROM base CROSS JOIN component ON baseId = base.id WHERE superId = ?");
  SqliteStatement root_ = db_.Prepare("SELECT id FROM atomic WHERE rootOfId = ?");
  SqliteStatement targets_ = db_.Prepare("SELECT toId FROM connection WHERE fromId = ?");
  SqliteStatement read_ = db_.Prepare("SELECT x, y, buildDate FROM atomic WHERE id = ?");
  SqliteStatement swap_ = db_.Prepare("UPDATE atomic SET x = y, y = x WHERE id = ?");
  SqliteStatement date_ = db_.Prepare(
      "UPDATE atomic SET buildDate = buildDate + iif(buildDate % 2, 1, -1) WHERE id = ?");
  SqliteStatement manual_ = db_.Prepare("SELECT text FROM manual");
  SqliteStatement lookup_ = db_.Prepare("SELECT x FROM atomic WHERE id = ?");
  SqliteStatement sum_from_ = db_.Prepare("SELECT sum(x) FROM atomic WHERE buildDate >= ?");
  SqliteStatement uses_ = db_.Prepare(
      "SELECT baseId FROM document CROSS JOIN component"
      " ON component.compositeId = document.compositeId WHERE title = ?");
  SqliteStatement newer_ = db_.Prepare(
      "SELECT count(*) FROM base WHERE EXISTS (SELECT 1 FROM component JOIN composite ON"
      " composite.id = compositeId WHERE baseId = base.id AND composite.buildDate >"
      " base.buildDate)");
  SqliteStatement sum_all_ = db_.Prepare("SELECT sum(x) FROM atomic");
  SqliteStatement pairs_ =
      db_.Prepare("SELECT count(*) FROM atomic CROSS JOIN document ON document.id = atomic.docId");
  std::vector<std::uint32_t> seen_;
  std::uint32_t epoch_ = 0;
  std::vector<std::int64_t> stack_;
};

}  // namespace relata::bench::oo7

#endif  // RELATA_BENCH_OO7_SQLITE_H_
