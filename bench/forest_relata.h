// The forest with relata.
#ifndef RELATA_BENCH_FOREST_RELATA_H_
#define RELATA_BENCH_FOREST_RELATA_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "bench/forest.h"
#include "bench/must.h"
#include "relata/relata.h"

namespace relata::bench::forest {

class Relata {
 public:
  explicit Relata(OnDelete on_delete) : store_(MakeSchema(on_delete)) {
    id_ = Must(store_.schema().FieldOf<std::int64_t>(node_, "id"));
    parent_ = Must(store_.schema().FieldOf<std::optional<std::int64_t>>(node_, "parentId"));
  }

  void Build(std::span<const std::int64_t> parents) {
    Loader loader(store_.schema());
    loader.Reserve(node_, parents.size());
    for (std::size_t i = 0; i < parents.size(); ++i) {
      Must(loader.Append(
          node_, std::array<ValueView, 2>{static_cast<std::int64_t>(i + 1),
                                          parents[i] == 0 ? ValueView() : ValueView(parents[i])}));
    }
    store_ = Must(std::move(loader).Finish());
  }
  void Delete(std::int64_t id) { Must(store_.Delete(Must(store_.TryFind(id_, id)))); }
  std::int64_t Plan(std::int64_t id) const {
    return static_cast<std::int64_t>(PlanOf(id).deletions().size());
  }
  void Unlink(std::span<const std::int64_t> ids) {
    for (const std::int64_t id : ids) {
      Must(store_.Set(Must(store_.TryFind(id_, id)), parent_, std::nullopt));
    }
  }
  std::int64_t RowCount() const { return static_cast<std::int64_t>(store_.Count(node_)); }
  std::int64_t RootCount() const {
    std::int64_t count = 0;
    for (const LiveInstance node : store_.All(node_))
      count += !store_.Get(node, parent_).has_value();
    return count;
  }

  // What only relata does: a plan that is kept, and carried out later.
  relata::Plan PlanOf(std::int64_t id) const {
    return Must(store_.PlanDelete(Must(store_.TryFind(id_, id))));
  }
  void Apply(const relata::Plan& plan) { Must(store_.Apply(plan)); }

 private:
  Schema MakeSchema(OnDelete on_delete) {
    SchemaBuilder builder;
    node_ = builder.Define("node", {{"id", Integer().PrimaryKey()}});
    builder.HasMany(
        node_, node_,
        {.as = Alias("child", "children"),
         .foreign_key = "parentId",
         .on_delete = on_delete == OnDelete::kCascade ? Action::kCascade : Action::kSetNull});
    return Must(std::move(builder).Build());
  }

  Model node_;
  Field<std::int64_t> id_;
  Field<std::optional<std::int64_t>> parent_;
  Store store_;
};

}  // namespace relata::bench::forest

#endif  // RELATA_BENCH_FOREST_RELATA_H_
