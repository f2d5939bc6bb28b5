// The contender that this is about.
#ifndef RELATA_BENCH_RELATA_WORLD_H_
#define RELATA_BENCH_RELATA_WORLD_H_

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "bench/world.h"
#include "relata/relata.h"

namespace relata::bench {

// Ends the program when an operation fails: its time would mean nothing.
template <typename T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) {
    std::fprintf(stderr, "%s\n", result.status().ToString().c_str());
    std::abort();
  }
  return *std::move(result);
}
inline void Must(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::abort();
}

struct RelataWorld {
  Model parent;
  Model child;
  Association children;
  Schema schema;
  Field<std::int64_t> goals;
  Store store;

  static RelataWorld Make(const WorldSize& size) {
    RelataWorld world = Empty();
    world.Fill(size);
    return world;
  }

  static RelataWorld Empty() {
    SchemaBuilder builder;
    const Model parent =
        builder.Define("parent", {{"id", Integer().PrimaryKey()}, {"name", Text()}});
    const Model child =
        builder.Define("child", {{"id", Integer().PrimaryKey()}, {"goals", Integer().NotNull()}});
    const Association children = builder.HasMany(parent, child,
                                                 {.as = Alias("child", "children"),
                                                  .foreign_key = "parentId",
                                                  .on_delete = Action::kCascade});
    Schema schema = Must(std::move(builder).Build());
    const auto goals = Must(schema.FieldOf<std::int64_t>(child, "goals"));
    return RelataWorld{parent, child, children, schema, goals, Store(schema)};
  }

  void Fill(const WorldSize& size) {
    for (std::int64_t id = 1; id <= size.parents; ++id) {
      Must(store.Create(parent, {{"id", id}, {"name", "a parent"}}));
    }
    for (std::int64_t id = 1; id <= size.children; ++id) {
      Must(store.Create(child,
                        {{"id", id}, {"parentId", size.ParentOf(id)}, {"goals", GoalsOf(id)}}));
    }
  }
};

}  // namespace relata::bench

#endif  // RELATA_BENCH_RELATA_WORLD_H_
