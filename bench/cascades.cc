// Tree, Chain, Star and Hub: what a delete takes with it, and what it leaves.
#include <string>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bench/forest.h"
#include "bench/forest_handwritten.h"
#include "bench/forest_relata.h"
#include "bench/forest_sqlite.h"
#include "bench/workloads.h"
#include "bench/worlds.h"

namespace relata::bench {
namespace forest {
namespace {

template <Input Make(std::int64_t)>
struct Made : Input {
  explicit Made(std::int64_t size) : Input(Make(size)) {}
};

template <World W>
Measured Left(W& world, std::int64_t operations) {
  return Measured{operations, Mix(world.RowCount(), world.RootCount())};
}

// Every operation changes most of the world, so each has a new one.
template <Input Make(std::int64_t), typename F>
void Add(const Name& name, F work) {
  Register(name, [=](Stopwatch& watch) {
    const Input& input = Shared<Made<Make>>(absl::StrCat(name.workload, "/", name.size), name.size);
    return work(input, watch);
  });
}

template <World W>
Measured DeleteRoot(const Input& input, OnDelete on_delete, Stopwatch& watch) {
  W world(on_delete);
  world.Build(input.parents);
  watch.Time([&] { world.Delete(1); });
  return Left(world, static_cast<std::int64_t>(input.parents.size()));
}

template <World W>
void RegisterTree(const std::string& implementation, std::int64_t size) {
  Add<Tree>({"Tree", "cascade", implementation, size}, [](const Input& input, Stopwatch& watch) {
    return DeleteRoot<W>(input, OnDelete::kCascade, watch);
  });
  Add<Tree>({"Tree", "plan", implementation, size}, [](const Input& input, Stopwatch& watch) {
    W world(OnDelete::kCascade);
    world.Build(input.parents);
    const std::int64_t planned = watch.Time([&] { return world.Plan(1); });
    return Measured{planned, Mix(planned)};
  });
  if constexpr (std::is_same_v<W, Relata>) {
    Add<Tree>({"Tree", "apply", implementation, size}, [](const Input& input, Stopwatch& watch) {
      W world(OnDelete::kCascade);
      world.Build(input.parents);
      const relata::Plan plan = world.PlanOf(1);
      watch.Time([&] { world.Apply(plan); });
      return Left(world, static_cast<std::int64_t>(plan.deletions().size()));
    });
  }
}

template <World W>
void RegisterChain(const std::string& implementation, std::int64_t size) {
  Add<Chain>({"Chain", "cascade", implementation, size}, [](const Input& input, Stopwatch& watch) {
    W world(OnDelete::kCascade);
    world.Build(input.parents);
    if constexpr (std::is_same_v<W, Sqlite>) {
      watch.Time([&] { world.DeleteDeep(1); });
    } else {
      watch.Time([&] { world.Delete(1); });
    }
    return Left(world, static_cast<std::int64_t>(input.parents.size()));
  });
}

template <World W>
void RegisterStarCascade(const std::string& implementation, std::int64_t size) {
  Add<Star>({"Star", "cascade", implementation, size}, [](const Input& input, Stopwatch& watch) {
    return DeleteRoot<W>(input, OnDelete::kCascade, watch);
  });
}

template <World W>
void RegisterStarSetNull(const std::string& implementation, std::int64_t size) {
  Add<Star>({"Star", "set_null", implementation, size}, [](const Input& input, Stopwatch& watch) {
    return DeleteRoot<W>(input, OnDelete::kSetNull, watch);
  });
}

template <World W>
void RegisterHub(const std::string& implementation, std::int64_t size) {
  Add<Star>({"Hub", "unlink", implementation, size}, [](const Input& input, Stopwatch& watch) {
    W world(OnDelete::kSetNull);
    world.Build(input.parents);
    watch.Time([&] { world.Unlink(input.shuffled); });
    return Left(world, static_cast<std::int64_t>(input.shuffled.size()));
  });
}

}  // namespace

}  // namespace forest

void RegisterCascades(Scale scale) {
  using forest::Handwritten;
  using forest::Relata;
  using forest::Sqlite;
  for (const std::int64_t size : SizesFor(scale, 1111, {111'111, 1'111'111})) {
    forest::RegisterTree<Relata>("relata", size);
    forest::RegisterTree<Handwritten>("handwritten", size);
    forest::RegisterTree<Sqlite>("sqlite", size);
  }
  for (const std::int64_t size : SizesFor(scale, 5000, {1'000'000})) {
    forest::RegisterChain<Relata>("relata", size);
    forest::RegisterChain<Handwritten>("handwritten", size);
    forest::RegisterChain<Sqlite>("sqlite", size);
  }
  for (const std::int64_t size : SizesFor(scale, 1001, {1'000'001})) {
    forest::RegisterStarCascade<Relata>("relata", size);
    forest::RegisterStarCascade<Handwritten>("handwritten", size);
    forest::RegisterStarCascade<Sqlite>("sqlite", size);
  }
  for (const std::int64_t size : SizesFor(scale, 1001, {100'001})) {
    forest::RegisterStarSetNull<Relata>("relata", size);
    forest::RegisterStarSetNull<Handwritten>("handwritten", size);
    forest::RegisterStarSetNull<Sqlite>("sqlite", size);
  }
  for (const std::int64_t size : SizesFor(scale, 1001, {200'001})) {
    forest::RegisterHub<Relata>("relata", size);
    forest::RegisterHub<Handwritten>("handwritten", size);
    forest::RegisterHub<Sqlite>("sqlite", size);
  }
}

}  // namespace relata::bench
