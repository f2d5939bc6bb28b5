// Items with each of the implementations.
#ifndef RELATA_BENCH_ITEMS_WORLDS_H_
#define RELATA_BENCH_ITEMS_WORLDS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "bench/items.h"
#include "bench/must.h"
#include "bench/pool.h"
#include "bench/sqlite.h"
#include "relata/relata.h"

namespace relata::bench::items {

class Relata {
 public:
  Relata() : store_(MakeSchema()) {
    id_ = Must(store_.schema().FieldOf<std::int64_t>(item_, "id"));
    value_ = Must(store_.schema().FieldOf<std::int64_t>(item_, "value"));
  }
  void Fill(std::int64_t size) {
    Loader loader(store_.schema());
    loader.Reserve(item_, static_cast<std::size_t>(size));
    for (std::int64_t id = 1; id <= size; ++id) {
      Must(loader.Append(item_, std::array<ValueView, 2>{id, id}));
    }
    store_ = Must(std::move(loader).Finish());
  }
  void Begin() { open_.push_back(std::make_unique<Transaction>(store_.Begin())); }
  void Commit() {
    Must(open_.back()->CommitQuietly());
    open_.pop_back();
  }
  std::size_t CommitCountingChanges() {
    const std::size_t changed = Must(open_.back()->Commit()).rows.size();
    open_.pop_back();
    return changed;
  }
  void Rollback() {
    Must(open_.back()->Rollback());
    open_.pop_back();
  }
  void Write(std::int64_t id, std::int64_t value) {
    Must(store_.Set(Must(store_.TryFind(id_, id)), value_, value));
  }
  void Create(std::int64_t id, std::int64_t value) {
    Must(store_.Create(item_, {id_(id), value_(value)}));
  }
  void Delete(std::int64_t id) { Must(store_.Delete(Must(store_.TryFind(id_, id)))); }
  std::uint64_t Sum() const {
    std::uint64_t sum = 0;
    for (const LiveInstance item : store_.All(item_)) {
      sum += Mix(store_.Get(item, id_), store_.Get(item, value_));
    }
    return sum;
  }
  std::unique_ptr<Relata> Copy() { return std::unique_ptr<Relata>(new Relata(*this)); }

 private:
  // Transactions stay where they are begun.
  Relata(Relata& other)
      : item_(other.item_),
        id_(other.id_),
        value_(other.value_),
        store_(Must(other.store_.Fork())) {}
  Schema MakeSchema() {
    SchemaBuilder builder;
    item_ =
        builder.Define("item", {{"id", Integer().PrimaryKey()}, {"value", Integer().NotNull()}});
    return Must(std::move(builder).Build());
  }
  Model item_;
  Field<std::int64_t> id_, value_;
  Store store_;
  std::vector<std::unique_ptr<Transaction>> open_;
};

// Undoes by a log of what rows were.
class Handwritten {
 public:
  void Fill(std::int64_t size) {
    rows_.Reserve(static_cast<std::size_t>(size));
    ids_.reserve(static_cast<std::size_t>(size));
    for (std::int64_t id = 1; id <= size; ++id) ids_.emplace(id, rows_.Add(Item{id, id}));
  }
  void Begin() { open_.push_back(log_.size()); }
  void Commit() {
    open_.pop_back();
    if (open_.empty()) log_.clear();
  }
  std::size_t CommitCountingChanges() {
    // The outermost transaction alone is asked. What it changed, a row once.
    changes_.clear();
    absl::flat_hash_map<std::uint32_t, std::size_t> known;
    for (const Undo& undo : log_) {
      const auto [entry, is_new] = known.try_emplace(undo.row, changes_.size());
      if (is_new) changes_.push_back({undo.before.id, undo.before.value, 0});
      changes_[entry->second].after = rows_[undo.row].value;
    }
    Commit();
    return changes_.size();
  }
  void Rollback() {
    for (; log_.size() > open_.back(); log_.pop_back()) {
      const Undo& undo = log_.back();
      switch (undo.kind) {
        case Undo::kWrite:
          rows_[undo.row].value = undo.before.value;
          break;
        case Undo::kCreate:
          ids_.erase(rows_[undo.row].id);
          rows_.Remove(undo.row);
          break;
        case Undo::kDelete:
          ids_.emplace(undo.before.id, rows_.Add(undo.before));
          break;
      }
    }
    open_.pop_back();
  }
  void Write(std::int64_t id, std::int64_t value) {
    const std::uint32_t row = ids_.find(id)->second;
    Log({Undo::kWrite, row, rows_[row]});
    rows_[row].value = value;
  }
  void Create(std::int64_t id, std::int64_t value) {
    const auto [entry, is_new] = ids_.try_emplace(id);
    if (!is_new) return;
    entry->second = rows_.Add(Item{id, value});
    Log({Undo::kCreate, entry->second, {}});
  }
  void Delete(std::int64_t id) {
    const auto found = ids_.find(id);
    Log({Undo::kDelete, found->second, rows_[found->second]});
    rows_.Remove(found->second);
    ids_.erase(found);
  }
  std::uint64_t Sum() const {
    std::uint64_t sum = 0;
    for (const auto& [id, row] : ids_) sum += Mix(id, rows_[row].value);
    return sum;
  }
  std::unique_ptr<Handwritten> Copy() const { return std::make_unique<Handwritten>(*this); }

 private:
  struct Item {
    std::int64_t id = 0;
    std::int64_t value = 0;
  };
  struct Undo {
    enum Kind { kWrite, kCreate, kDelete } kind;
    std::uint32_t row;
    Item before;
  };
  void Log(const Undo& undo) {
    if (!open_.empty()) log_.push_back(undo);
  }
  Pool<Item> rows_;
  absl::flat_hash_map<std::int64_t, std::uint32_t> ids_;
  std::vector<Undo> log_;
  struct Change {
    std::int64_t id, before, after;
  };
  std::vector<Change> changes_;    // of the last transaction
  std::vector<std::size_t> open_;  // where the log was when each transaction began
};

class Sqlite {
 public:
  void Fill(std::int64_t size) {
    db_.Execute("BEGIN");
    for (std::int64_t id = 1; id <= size; ++id) Create(id, id);
    db_.Execute("COMMIT");
  }
  void Begin() {
    if (depth_ == 0) {
      begin_.Run();
    } else {
      savepoint_.Run();
    }
    ++depth_;
  }
  void Commit() {
    --depth_;
    if (depth_ == 0) {
      commit_.Run();
    } else {
      release_.Run();
    }
  }
  void Rollback() {
    --depth_;
    if (depth_ == 0) {
      rollback_.Run();
    } else {
      rollback_to_.Run();
      release_.Run();
    }
  }
  void Write(std::int64_t id, std::int64_t value) { write_.Bind(1, value).Bind(2, id).Run(); }
  void Create(std::int64_t id, std::int64_t value) { create_.Bind(1, id).Bind(2, value).Run(); }
  void Delete(std::int64_t id) { delete_.Bind(1, id).Run(); }
  std::uint64_t Sum() {
    std::uint64_t sum = 0;
    SqliteStatement all = db_.Prepare("SELECT id, value FROM item");
    while (all.Step()) sum += Mix(all.Integer(0), all.Integer(1));
    return sum;
  }
  std::unique_ptr<Sqlite> Copy() {
    auto copy = std::make_unique<Sqlite>();
    sqlite3_backup* backup = sqlite3_backup_init(copy->db_.get(), "main", db_.get(), "main");
    if (backup == nullptr || sqlite3_backup_step(backup, -1) != SQLITE_DONE ||
        sqlite3_backup_finish(backup) != SQLITE_OK) {
      std::abort();
    }
    return copy;
  }

 private:
  SqliteDb db_{"CREATE TABLE item (id INTEGER PRIMARY KEY, value INTEGER NOT NULL) STRICT"};
  SqliteStatement begin_ = db_.Prepare("BEGIN");
  SqliteStatement commit_ = db_.Prepare("COMMIT");
  SqliteStatement rollback_ = db_.Prepare("ROLLBACK");
  SqliteStatement savepoint_ = db_.Prepare("SAVEPOINT inner_one");
  SqliteStatement release_ = db_.Prepare("RELEASE inner_one");
  SqliteStatement rollback_to_ = db_.Prepare("ROLLBACK TO inner_one");
  SqliteStatement write_ = db_.Prepare("UPDATE item SET value = ? WHERE id = ?");
  SqliteStatement create_ = db_.Prepare("INSERT INTO item VALUES (?, ?)");
  SqliteStatement delete_ = db_.Prepare("DELETE FROM item WHERE id = ?");
  int depth_ = 0;
};

}  // namespace relata::bench::items

#endif  // RELATA_BENCH_ITEMS_WORLDS_H_
