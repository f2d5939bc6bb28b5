#include "bench/oo7.h"

#include <benchmark/benchmark.h>

#include <string>
#include <utility>

#include "bench/implementation.h"
#include "bench/oo7_handwritten.h"
#include "bench/oo7_relata.h"
#include "bench/oo7_sqlite.h"
#include "bench/workloads.h"

namespace relata::bench {
namespace oo7 {
namespace {

template <World W>
class Benchmarks : Implementation<Input, W> {
  using Implementation<Input, W>::Add;

 public:
  using Implementation<Input, W>::Implementation;

  void RegisterAll() const {
    // T1 and T6: the time of a visit to an atomic part.
    Add("OO7", "T1", [](const Input&, W& world, Stopwatch& watch) {
      const Visits visits =
          watch.Time([&] { return world.Traverse(Change::kNothing, Of::kRoots); });
      return Measured{visits.parts, Mix(visits.parts, visits.sum)};
    });
    AddChanges("T2a", Change::kSwap, Of::kRoots);
    AddChanges("T2b", Change::kSwap, Of::kAll);
    AddChanges("T2c", Change::kSwap, Of::kAllFourTimes);
    AddChanges("T3a", Change::kDate, Of::kRoots);
    AddChanges("T3b", Change::kDate, Of::kAll);
    AddChanges("T3c", Change::kDate, Of::kAllFourTimes);
    Add("OO7", "T6", [](const Input&, W& world, Stopwatch& watch) {
      const Visits visits = watch.Time([&] { return world.TraverseRoots(); });
      return Measured{visits.parts, Mix(visits.parts, visits.sum)};
    });
    // T8: of a character.
    Add("OO7", "T8", [](const Input& input, W& world, Stopwatch& watch) {
      const std::int64_t count = watch.Time([&] { return world.CountInManual('I'); });
      return Measured{static_cast<std::int64_t>(input.design.manual.size()), Mix(count)};
    });
    Add("OO7", "T9", [](const Input&, W& world, Stopwatch& watch) {
      std::int64_t same = 0;
      watch.Time([&] {
        for (int i = 0; i < kTimes; ++i) {
          same += world.ManualEndsAsItBegins();
          benchmark::ClobberMemory();  // or it is asked once
        }
      });
      return Measured{kTimes, Mix(same)};
    });
    // Q1: of a part found. Q2, Q3, Q7, Q8: of an atomic part of the world. Q4: of a title.
    // Q5: of a base assembly.
    Add("OO7", "Q1", [](const Input& input, W& world, Stopwatch& watch) {
      const std::uint64_t sum = watch.Time([&] { return world.Lookup(input.ids); });
      return Measured{static_cast<std::int64_t>(input.ids.size()), sum};
    });
    AddRange("Q2", kDates / 100);
    AddRange("Q3", kDates / 10);
    Add("OO7", "Q4", [](const Input& input, W& world, Stopwatch& watch) {
      const std::uint64_t sum = watch.Time([&] { return world.UsesOfTitles(input.titles); });
      return Measured{static_cast<std::int64_t>(input.titles.size()), sum};
    });
    Add("OO7", "Q5", [](const Input& input, W& world, Stopwatch& watch) {
      const std::int64_t count = watch.Time([&] { return world.NewerThanAssembly(); });
      return Measured{static_cast<std::int64_t>(input.design.base_assemblies.size()), Mix(count)};
    });
    Add("OO7", "Q7", [](const Input& input, W& world, Stopwatch& watch) {
      const std::uint64_t sum = watch.Time([&] { return world.SumAll(); });
      return Measured{static_cast<std::int64_t>(input.design.atomics.size()), sum};
    });
    Add("OO7", "Q8", [](const Input& input, W& world, Stopwatch& watch) {
      const std::int64_t count = watch.Time([&] { return world.PairsWithDocument(); });
      return Measured{static_cast<std::int64_t>(input.design.atomics.size()), Mix(count)};
    });
    // Structural inserts and deletes: of a row.
    Add("OO7", "insert", [](const Input& input, W& world, Stopwatch& watch) {
      watch.Time([&] { world.Insert(input.inserted); });
      const std::uint64_t checksum = Mix(world.RowCount(), world.TraverseRoots().sum);
      world.DeleteComposites(input.inserted_ids);
      return Measured{input.inserted.row_count(), checksum};
    });
    Add("OO7", "delete", [](const Input& input, W& world, Stopwatch& watch) {
      world.Insert(input.inserted);
      watch.Time([&] { world.DeleteComposites(input.inserted_ids); });
      return Measured{input.inserted.row_count(), Mix(world.RowCount(), world.TraverseRoots().sum)};
    });
  }

 private:
  static constexpr int kTimes = 1000;

  // The time of a visit, with its changes. The second run puts back what the first one changed.
  void AddChanges(const std::string& operation, Change change, Of of) const {
    Add("OO7", operation, [change, of](const Input&, W& world, Stopwatch& watch) {
      const Visits first = watch.Time([&] { return world.Traverse(change, of); });
      const Visits second = watch.Time([&] { return world.Traverse(change, of); });
      return Measured{first.parts + second.parts,
                      Mix(first.parts, first.changes, first.sum, second.sum)};
    });
  }
  // The latest dates.
  void AddRange(const std::string& operation, std::int64_t dates) const {
    Add("OO7", operation, [dates](const Input& input, W& world, Stopwatch& watch) {
      const std::uint64_t sum =
          watch.Time([&] { return world.SumFrom(kFirstDate + kDates - dates); });
      return Measured{static_cast<std::int64_t>(input.design.atomics.size()), sum};
    });
  }
};

}  // namespace
}  // namespace oo7

void RegisterOo7(Scale scale) {
  for (const std::int64_t size : SizesFor(scale, 100, {10'000, 100'000})) {
    oo7::Benchmarks<oo7::Relata>("relata", size).RegisterAll();
    oo7::Benchmarks<oo7::Handwritten>("handwritten", size).RegisterAll();
    oo7::Benchmarks<oo7::Sqlite>("sqlite", size).RegisterAll();
  }
}

}  // namespace relata::bench
