#include "bench/oo1.h"

#include <algorithm>
#include <string>
#include <utility>

#include "bench/implementation.h"
#include "bench/oo1_handwritten.h"
#include "bench/oo1_relata.h"
#include "bench/oo1_sqlite.h"
#include "bench/workloads.h"

namespace relata::bench {
namespace oo1 {
namespace {

std::int64_t RowsOf(const Rows& rows) {
  return static_cast<std::int64_t>(rows.parts.size() + rows.connections.size());
}

// Of the number of rows, and of what lies around some parts.
template <World W>
std::uint64_t Digest(W& world, std::span<const std::int64_t> around) {
  Visits visits;
  for (const std::int64_t id : around.first(std::min(around.size(), Input::kSampled))) {
    world.Traverse(id, 2, visits);
    world.Reverse(id, 2, visits);
  }
  return Mix(world.RowCount(), visits.count, visits.sum);
}

template <World W>
class Benchmarks : Implementation<Input, W> {
  using Implementation<Input, W>::Add;
  using Implementation<Input, W>::AddBuild;

 public:
  using Implementation<Input, W>::Implementation;

  void RegisterOo1() const {
    AddBuild("OO1", "build", [](const Input& input, Stopwatch& watch) {
      W world;
      watch.Time([&] { world.Insert(input.rows); });
      return Measured{RowsOf(input.rows), Digest(world, input.deleted_ids.front())};
    });
    AddBuild("OO1", "bulk_build", [](const Input& input, Stopwatch& watch) {
      W world;
      watch.Time([&] { world.Bulk(input.rows); });
      return Measured{RowsOf(input.rows), Digest(world, input.deleted_ids.front())};
    });
    AddBuild("OO1", "bytes", [](const Input& input, Stopwatch& watch) {
      const std::size_t before = AllocatedBytes();
      W world;
      watch.Time([&] { world.Bulk(input.rows); });
      const auto bytes = static_cast<double>(AllocatedBytes() - before);
      return Measured{RowsOf(input.rows), Digest(world, input.deleted_ids.front()),
                      bytes / static_cast<double>(RowsOf(input.rows))};
    });
    Add("OO1", "lookup", [](const Input& input, W& world, Stopwatch& watch) {
      Visits visits;
      watch.Time([&] { world.Lookup(input.lookups, visits); });
      return Measured{visits.count, visits.sum};
    });
    Add("OO1", "traverse", [](const Input& input, W& world, Stopwatch& watch) {
      Visits visits;
      watch.Time([&] {
        // A visit of depth 7 sees 3,280 parts: one root in four makes as much work as a reversal.
        for (std::size_t i = 0; i < input.roots.size(); i += 4) {
          world.Traverse(input.roots[i], 7, visits);
        }
      });
      return Measured{visits.count, visits.sum};
    });
    Add("OO1", "reverse", [](const Input& input, W& world, Stopwatch& watch) {
      Visits visits;
      watch.Time([&] {
        for (const std::int64_t root : input.roots) world.Reverse(root, 5, visits);
      });
      return Measured{visits.count, visits.sum};
    });
    Add("OO1", "insert", [](const Input& input, W& world, Stopwatch& watch) {
      std::int64_t rows = 0;
      for (const Rows& batch : input.inserted) {
        watch.Time([&] { world.Insert(batch); });
        rows += RowsOf(batch);
      }
      const std::uint64_t checksum = Digest(world, input.inserted_ids.back());
      for (const auto& ids : input.inserted_ids) world.Delete(ids);
      return Measured{rows, checksum};
    });
    Add("OO1", "delete", [](const Input& input, W& world, Stopwatch& watch) {
      for (const auto& ids : input.deleted_ids) watch.Time([&] { world.Delete(ids); });
      const std::uint64_t checksum = Digest(world, input.neighbours);
      world.Insert(input.deleted);
      return Measured{RowsOf(input.deleted), checksum};
    });
  }

  void RegisterAttribute() const {
    Add("Attribute", "read", [](const Input& input, W& world, Stopwatch& watch) {
      world.Hold(input.held);
      const std::uint64_t sum = watch.Time([&] { return world.ReadHeld(); });
      return Measured{static_cast<std::int64_t>(input.held.size()), sum};
    });
    Add("Attribute", "write", [](const Input& input, W& world, Stopwatch& watch) {
      world.Hold(input.held);
      watch.Time([&] { world.WriteHeld(input.other_x); });
      const std::uint64_t sum = world.ReadHeld();
      watch.Time([&] { world.WriteHeld(input.held_x); });
      return Measured{2 * static_cast<std::int64_t>(input.held.size()), sum};
    });
    Add("Attribute", "write_in_transaction", [](const Input& input, W& world, Stopwatch& watch) {
      world.Hold(input.held);
      watch.Time([&] { world.WriteHeldInTransaction(input.other_x); });
      const std::uint64_t sum = world.ReadHeld();
      watch.Time([&] { world.WriteHeldInTransaction(input.held_x); });
      return Measured{2 * static_cast<std::int64_t>(input.held.size()), sum};
    });
  }
};

}  // namespace
}  // namespace oo1

void RegisterOo1(Scale scale) {
  const auto sizes = SizesFor(scale, 1000, {20'000, 200'000, 2'000'000});
  for (const std::int64_t size : sizes) {
    oo1::Benchmarks<oo1::Relata>("relata", size).RegisterOo1();
    oo1::Benchmarks<oo1::Handwritten>("handwritten", size).RegisterOo1();
    oo1::Benchmarks<oo1::Sqlite>("sqlite", size).RegisterOo1();
  }
  for (const std::int64_t size : sizes) {
    oo1::Benchmarks<oo1::Relata>("relata", size).RegisterAttribute();
    oo1::Benchmarks<oo1::Handwritten>("handwritten", size).RegisterAttribute();
    oo1::Benchmarks<oo1::Sqlite>("sqlite", size).RegisterAttribute();
  }
}

}  // namespace relata::bench
