// Persistence: OO1's parts and connections to a file and back. Size counts parts.
//
//   snapshot_save, snapshot_load   all rows, as a snapshot
//   flush_all, load                all rows, to and from a SQLite file
//   flush_one                      one part that has changed
//
// Handwritten are the SQLite statements that a program would run for its structs, on tables with
// the same constraints and indexes. The time is that of one row (flush_one: of one flush), and
// leaves out what the disk takes, since that is the same for both.
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "bench/must.h"
#include "bench/oo1.h"
#include "bench/oo1_handwritten.h"
#include "bench/oo1_relata.h"
#include "bench/sqlite.h"
#include "bench/workloads.h"
#include "bench/worlds.h"
#include "relata/persistence/snapshot.h"
#include "relata/persistence/sqlite.h"

namespace relata::bench {
namespace persistence {
namespace {

using oo1::Connection;
using oo1::Input;
using oo1::Part;
using oo1::TypeName;
using oo1::View;

constexpr std::int64_t kFlushes = 50;

// A path in the folder for temporary files; whatever is there is removed, now and at the end.
class TemporaryPath {
 public:
  TemporaryPath()
      : path_(std::filesystem::temp_directory_path() /
              absl::StrCat("relata_bench.", getpid(), ".db")) {
    std::filesystem::remove(path_);
  }
  TemporaryPath(const TemporaryPath&) = delete;
  TemporaryPath& operator=(const TemporaryPath&) = delete;
  ~TemporaryPath() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  std::string get() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

std::int64_t RowsOf(const Input& input) {
  return static_cast<std::int64_t>(input.rows.parts.size() + input.rows.connections.size());
}

// Of a file, by what it holds.
std::uint64_t DigestOfFile(const std::string& path) {
  SqliteDb db("", path);
  const auto one = [&db](const char* sql) { return db.Prepare(sql).One(); };
  return Mix(one("SELECT count(*) FROM parts"), one("SELECT sum(x * 3 + y) FROM parts"),
             one("SELECT count(*) FROM connections"),
             one("SELECT sum(fromId * 3 + toId * 5 + length) FROM connections"));
}

struct Filled {
  Filled(const std::string& group, std::int64_t size) : input(Shared<Input>(group, size)) {
    relata.Bulk(input.rows);
  }
  const Input& input;
  oo1::Relata relata;
};

// ----- relata

Measured SnapshotSave(Filled& filled, Stopwatch& watch) {
  const TemporaryPath path;
  watch.Time([&] { Must(SaveSnapshot(filled.relata.store(), path.get())); });
  return Measured{RowsOf(filled.input), Mix(filled.input.size)};
}

Measured SnapshotLoad(Filled& filled, Stopwatch& watch) {
  const TemporaryPath path;
  Must(SaveSnapshot(filled.relata.store(), path.get()));
  const Store store =
      watch.Time([&] { return Must(LoadSnapshot(filled.relata.store().schema(), path.get())); });
  return Measured{RowsOf(filled.input), Mix(store.Stats().rows, store.Stats().links)};
}

Measured FlushAll(Filled& filled, Stopwatch& watch) {
  const TemporaryPath path;
  {
    auto db = Must(SqliteDatabase::Open(path.get(), filled.relata.store().schema()));
    watch.Time([&] { Must(db.Flush(filled.relata.store())); });
  }
  return Measured{RowsOf(filled.input), DigestOfFile(path.get())};
}

Measured FlushOne(Filled& filled, Stopwatch& watch) {
  Store& store = filled.relata.store();
  const TemporaryPath path;
  std::uint64_t checksum = 0;
  {
    auto db = Must(SqliteDatabase::Open(path.get(), store.schema()));
    Must(db.Flush(store));
    for (std::int64_t id = 1; id <= kFlushes; ++id) {
      Must(store.Set(filled.relata.PartAt(id), filled.relata.x(), -id));
      watch.Time([&] { Must(db.Flush(store)); });
    }
    checksum = DigestOfFile(path.get());
  }
  for (std::int64_t id = 1; id <= kFlushes; ++id) {
    const Part& part = filled.input.rows.parts[static_cast<std::size_t>(id - 1)];
    Must(store.Set(filled.relata.PartAt(id), filled.relata.x(), part.x));
  }
  return Measured{kFlushes, checksum};
}

Measured Load(Filled& filled, Stopwatch& watch) {
  const TemporaryPath path;
  auto db = Must(SqliteDatabase::Open(path.get(), filled.relata.store().schema()));
  Must(db.Flush(filled.relata.store()));
  const Store store = watch.Time([&] { return Must(db.Load()); });
  return Measured{RowsOf(filled.input),
                  Mix(store.Stats().rows, static_cast<std::uint64_t>(store.Stats().links))};
}

// ----- by hand

// The tables that relata would make, so that both write to the same.
SqliteDb EmptyFile(const std::string& path, const Schema& schema) {
  std::string tables = "PRAGMA synchronous = FULL; BEGIN;";
  for (const std::string& statement : SqliteCreateStatements(schema)) {
    absl::StrAppend(&tables, statement, ";");
  }
  return SqliteDb(tables + "COMMIT", path);
}

void InsertAll(SqliteDb& db, const Input& input) {
  SqliteStatement part =
      db.Prepare("INSERT INTO parts (id, type, x, y, build) VALUES (?, ?, ?, ?, ?)");
  SqliteStatement connection =
      db.Prepare("INSERT INTO connections (id, fromId, toId, type, length) VALUES (?, ?, ?, ?, ?)");
  db.Execute("BEGIN");
  for (const Part& p : input.rows.parts) {
    part.Bind(1, p.id).Bind(2, View(p.type)).Bind(3, p.x).Bind(4, p.y).Bind(5, p.build).Run();
  }
  for (const Connection& c : input.rows.connections) {
    connection.Bind(1, c.id).Bind(2, c.from).Bind(3, c.to);
    connection.Bind(4, View(c.type)).Bind(5, c.length).Run();
  }
  db.Execute("COMMIT");
}

Measured FlushAllByHand(Filled& filled, Stopwatch& watch) {
  const TemporaryPath path;
  {
    SqliteDb db = EmptyFile(path.get(), filled.relata.store().schema());
    watch.Time([&] { InsertAll(db, filled.input); });
  }
  return Measured{RowsOf(filled.input), DigestOfFile(path.get())};
}

Measured FlushOneByHand(Filled& filled, Stopwatch& watch) {
  const TemporaryPath path;
  SqliteDb db = EmptyFile(path.get(), filled.relata.store().schema());
  InsertAll(db, filled.input);
  SqliteStatement update = db.Prepare("UPDATE parts SET x = ? WHERE id = ?");
  for (std::int64_t id = 1; id <= kFlushes; ++id) {
    watch.Time([&] {
      db.Execute("BEGIN");
      update.Bind(1, -id).Bind(2, id).Run();
      db.Execute("COMMIT");
    });
  }
  return Measured{kFlushes, DigestOfFile(path.get())};
}

TypeName TypeOf(std::string_view text) {
  TypeName type;
  text.copy(type.data(), type.size());
  return type;
}

Measured LoadByHand(Filled& filled, Stopwatch& watch) {
  const TemporaryPath path;
  SqliteDb db = EmptyFile(path.get(), filled.relata.store().schema());
  InsertAll(db, filled.input);
  oo1::Handwritten world;
  watch.Time([&] {
    world.Reserve(static_cast<std::size_t>(db.Prepare("SELECT count(*) FROM parts").One()),
                  static_cast<std::size_t>(db.Prepare("SELECT count(*) FROM connections").One()));
    SqliteStatement part = db.Prepare("SELECT id, type, x, y, build FROM parts");
    while (part.Step()) {
      world.AddPart(Part{part.Integer(0), TypeOf(part.Text(1)), part.Integer(2), part.Integer(3),
                         part.Integer(4)});
    }
    SqliteStatement connection =
        db.Prepare("SELECT id, fromId, toId, type, length FROM connections");
    while (connection.Step()) {
      world.AddConnection(Connection{connection.Integer(0), connection.Integer(1),
                                     connection.Integer(2), TypeOf(connection.Text(3)),
                                     connection.Integer(4)});
    }
  });
  const auto links = static_cast<std::uint64_t>(2 * filled.input.rows.connections.size());
  return Measured{RowsOf(filled.input), Mix(world.RowCount(), links)};
}

void Add(const std::string& operation, const std::string& implementation, std::int64_t size,
         Measured (*work)(Filled&, Stopwatch&)) {
  Register({"Persistence", operation, implementation, size},
           [work, group = absl::StrCat("Persistence/", size), size](Stopwatch& watch) {
             return work(Shared<Filled>(group, group, size), watch);
           });
}

}  // namespace
}  // namespace persistence

void RegisterPersistence(Scale scale) {
  using persistence::Add;
  for (const std::int64_t size : SizesFor(scale, 1000, {100'000})) {
    Add("snapshot_save", "relata", size, persistence::SnapshotSave);
    Add("snapshot_load", "relata", size, persistence::SnapshotLoad);
    Add("flush_all", "relata", size, persistence::FlushAll);
    Add("flush_one", "relata", size, persistence::FlushOne);
    Add("load", "relata", size, persistence::Load);
    Add("flush_all", "handwritten", size, persistence::FlushAllByHand);
    Add("flush_one", "handwritten", size, persistence::FlushOneByHand);
    Add("load", "handwritten", size, persistence::LoadByHand);
  }
}

}  // namespace relata::bench
