// OO1 with relata.
#ifndef RELATA_BENCH_OO1_RELATA_H_
#define RELATA_BENCH_OO1_RELATA_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "bench/must.h"
#include "bench/oo1.h"
#include "relata/relata.h"

namespace relata::bench::oo1 {

class Relata {
 public:
  Relata() : store_(MakeSchema()) {
    const Schema& schema = store_.schema();
    id_ = Must(schema.FieldOf<std::int64_t>(part_, "id"));
    type_ = Must(schema.FieldOf<std::string_view>(part_, "type"));
    x_ = Must(schema.FieldOf<std::int64_t>(part_, "x"));
    y_ = Must(schema.FieldOf<std::int64_t>(part_, "y"));
    build_ = Must(schema.FieldOf<std::int64_t>(part_, "build"));
    connection_id_ = Must(schema.FieldOf<std::int64_t>(connection_, "id"));
    from_ = Must(schema.FieldOf<std::int64_t>(connection_, "fromId"));
    to_ = Must(schema.FieldOf<std::int64_t>(connection_, "toId"));
    connection_type_ = Must(schema.FieldOf<std::string_view>(connection_, "type"));
    length_ = Must(schema.FieldOf<std::int64_t>(connection_, "length"));
  }

  void Insert(const Rows& rows) {
    for (const Part& part : rows.parts) {
      Must(store_.Create(part_, {id_(part.id), type_(View(part.type)), x_(part.x), y_(part.y),
                                 build_(part.build)}));
    }
    for (const Connection& connection : rows.connections) {
      Must(store_.Create(connection_,
                         {connection_id_(connection.id), from_(connection.from), to_(connection.to),
                          connection_type_(View(connection.type)), length_(connection.length)}));
    }
  }
  // For what other workloads do with the same rows.
  Store& store() { return store_; }
  const Field<std::int64_t>& x() const { return x_; }
  Instance PartAt(std::int64_t id) const { return Must(store_.TryFind(id_, id)); }

  void Bulk(const Rows& rows) {
    Loader loader(store_.schema());
    loader.Reserve(part_, rows.parts.size());
    loader.Reserve(connection_, rows.connections.size());
    for (const Part& part : rows.parts) {
      Must(loader.Append(
          part_, std::array<ValueView, 5>{part.id, View(part.type), part.x, part.y, part.build}));
    }
    for (const Connection& connection : rows.connections) {
      Must(loader.Append(connection_,
                         std::array<ValueView, 5>{connection.id, connection.from, connection.to,
                                                  View(connection.type), connection.length}));
    }
    store_ = Must(std::move(loader).Finish());
  }
  void Delete(std::span<const std::int64_t> ids) {
    for (const std::int64_t id : ids) Must(store_.Delete(Must(store_.TryFind(id_, id))));
  }

  void Lookup(std::span<const std::int64_t> ids, Visits& visits) const {
    for (const std::int64_t id : ids) Visit(LivePart(id), visits);
  }
  void Traverse(std::int64_t root, int depth, Visits& visits) const {
    Walk(LivePart(root), connected_to_, depth, visits);
  }
  void Reverse(std::int64_t root, int depth, Visits& visits) const {
    Walk(LivePart(root), connected_from_, depth, visits);
  }
  std::int64_t RowCount() const {
    return static_cast<std::int64_t>(store_.Count(part_) + store_.Count(connection_));
  }

  void Hold(std::span<const std::int64_t> ids) {
    held_.clear();
    for (const std::int64_t id : ids) held_.push_back(LivePart(id));
  }
  std::uint64_t ReadHeld() const {
    std::uint64_t sum = 0;
    for (const LiveInstance& part : held_) sum += static_cast<std::uint64_t>(store_.Get(part, x_));
    return sum;
  }
  void WriteHeld(std::span<const std::int64_t> values) {
    std::size_t i = 0;
    for (const LiveInstance& part : held_) Must(store_.Set(part, x_, values[i++]));
  }
  void WriteHeldInTransaction(std::span<const std::int64_t> values) {
    Transaction transaction = store_.Begin();
    WriteHeld(values);
    Must(transaction.CommitQuietly());
  }

 private:
  Schema MakeSchema() {
    SchemaBuilder builder;
    part_ = builder.Define("part", {{"id", Integer().PrimaryKey()},
                                    {"type", Text().NotNull()},
                                    {"x", Integer().NotNull()},
                                    {"y", Integer().NotNull()},
                                    {"build", Integer().NotNull()}});
    connection_ = builder.Define("connection", {{"id", Integer().PrimaryKey()},
                                                {"fromId", Integer().NotNull()},
                                                {"toId", Integer().NotNull()},
                                                {"type", Text().NotNull()},
                                                {"length", Integer().NotNull()}});
    connected_to_ = builder.BelongsToMany(part_, part_,
                                          {.as = Alias("target", "targets"),
                                           .foreign_key = "fromId",
                                           .other_key = "toId",
                                           .through = Through("connection", false)});
    connected_from_ = builder.BelongsToMany(part_, part_,
                                            {.as = Alias("origin", "origins"),
                                             .foreign_key = "toId",
                                             .other_key = "fromId",
                                             .through = Through("connection", false)});
    return Must(std::move(builder).Build());
  }
  LiveInstance LivePart(std::int64_t id) const { return Must(store_.TryFind(id_, id)); }
  void Visit(const LiveInstance& part, Visits& visits) const {
    visits.Add(store_.Get(part, x_), store_.Get(part, y_), store_.Get(part, type_));
  }
  // Level by level: the parts of a level are read in one go, and so are their connections.
  void Walk(const LiveInstance& root, Association association, int depth, Visits& visits) const {
    level_.assign(1, root);
    for (;; --depth) {
      for (const LiveInstance& part : level_) Visit(part, visits);
      if (depth == 0) return;
      store_.LinkedOfEach(level_, association, next_level_);
      level_.swap(next_level_);
    }
  }

  Model part_;
  Model connection_;
  Association connected_to_;
  Association connected_from_;
  Field<std::int64_t> id_, x_, y_, build_;
  Field<std::string_view> type_;
  Field<std::int64_t> connection_id_, from_, to_, length_;
  Field<std::string_view> connection_type_;
  Store store_;
  std::vector<LiveInstance> held_;
  mutable std::vector<LiveInstance> level_, next_level_;
};

}  // namespace relata::bench::oo1

#endif  // RELATA_BENCH_OO1_RELATA_H_
