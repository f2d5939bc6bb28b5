#include "bench/oo7.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bench/oo7_handwritten.h"
#include "bench/oo7_relata.h"
#include "bench/oo7_sqlite.h"
#include "bench/workloads.h"
#include "bench/worlds.h"

namespace relata::bench {
namespace oo7 {
namespace {

template <World W>
struct Filled {
  Filled(const std::string& group, std::int64_t size) : input(Shared<Input>(group, size)) {
    world.Fill(input.design);
  }
  const Input& input;
  W world;
};

template <World W>
class Benchmarks {
 public:
  Benchmarks(std::string implementation, std::int64_t size)
      : implementation_(std::move(implementation)), size_(size) {}

  void RegisterAll() const {
    // T1 and T6: the time of a visit to an atomic part.
    Add("T1", [](const Input&, W& world, Stopwatch& watch) {
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
    Add("T6", [](const Input&, W& world, Stopwatch& watch) {
      const Visits visits = watch.Time([&] { return world.TraverseRoots(); });
      return Measured{visits.parts, Mix(visits.parts, visits.sum)};
    });
    // T8: of a character.
    Add("T8", [](const Input& input, W& world, Stopwatch& watch) {
      const std::int64_t count = watch.Time([&] { return world.CountInManual('I'); });
      return Measured{static_cast<std::int64_t>(input.design.manual.size()), Mix(count)};
    });
    Add("T9", [](const Input&, W& world, Stopwatch& watch) {
      std::int64_t same = 0;
      watch.Time([&] {
        for (int i = 0; i < kTimes; ++i) same += world.ManualEndsAsItBegins();
      });
      return Measured{kTimes, Mix(same)};
    });
    // Q1: of a part found. Q2, Q3, Q7, Q8: of an atomic part of the world. Q4: of a title.
    // Q5: of a base assembly.
    Add("Q1", [](const Input& input, W& world, Stopwatch& watch) {
      const std::uint64_t sum = watch.Time([&] { return world.Lookup(input.ids); });
      return Measured{static_cast<std::int64_t>(input.ids.size()), sum};
    });
    AddRange("Q2", kDates / 100);
    AddRange("Q3", kDates / 10);
    Add("Q4", [](const Input& input, W& world, Stopwatch& watch) {
      const std::uint64_t sum = watch.Time([&] { return world.UsesOfTitles(input.titles); });
      return Measured{static_cast<std::int64_t>(input.titles.size()), sum};
    });
    Add("Q5", [](const Input& input, W& world, Stopwatch& watch) {
      const std::int64_t count = watch.Time([&] { return world.NewerThanAssembly(); });
      return Measured{static_cast<std::int64_t>(input.design.base_assemblies.size()), Mix(count)};
    });
    Add("Q7", [](const Input& input, W& world, Stopwatch& watch) {
      const std::uint64_t sum = watch.Time([&] { return world.SumAll(); });
      return Measured{static_cast<std::int64_t>(input.design.atomics.size()), sum};
    });
    Add("Q8", [](const Input& input, W& world, Stopwatch& watch) {
      const std::int64_t count = watch.Time([&] { return world.PairsWithDocument(); });
      return Measured{static_cast<std::int64_t>(input.design.atomics.size()), Mix(count)};
    });
    // Structural inserts and deletes: of a row.
    Add("insert", [](const Input& input, W& world, Stopwatch& watch) {
      watch.Time([&] { world.Insert(input.inserted); });
      const std::uint64_t checksum = Mix(world.RowCount(), world.TraverseRoots().sum);
      world.DeleteComposites(input.inserted_ids);
      return Measured{input.inserted.row_count(), checksum};
    });
    Add("delete", [](const Input& input, W& world, Stopwatch& watch) {
      world.Insert(input.inserted);
      watch.Time([&] { world.DeleteComposites(input.inserted_ids); });
      return Measured{input.inserted.row_count(), Mix(world.RowCount(), world.TraverseRoots().sum)};
    });
  }

 private:
  static constexpr int kTimes = 1000;

  // The time of a visit, with its changes. The second run puts back what the first one changed.
  void AddChanges(const std::string& operation, Change change, Of of) const {
    Add(operation, [change, of](const Input&, W& world, Stopwatch& watch) {
      const Visits first = watch.Time([&] { return world.Traverse(change, of); });
      const Visits second = watch.Time([&] { return world.Traverse(change, of); });
      return Measured{first.parts + second.parts,
                      Mix(first.parts, first.changes, first.sum, second.sum)};
    });
  }
  // The latest dates.
  void AddRange(const std::string& operation, std::int64_t dates) const {
    Add(operation, [dates](const Input& input, W& world, Stopwatch& watch) {
      const std::uint64_t sum =
          watch.Time([&] { return world.SumFrom(kFirstDate + kDates - dates); });
      return Measured{static_cast<std::int64_t>(input.design.atomics.size()), sum};
    });
  }
  template <typename F>
  void Add(const std::string& operation, F work) const {
    Register({"OO7", operation, implementation_, size_},
             [work, group = absl::StrCat("OO7/", size_), size = size_](Stopwatch& watch) {
               auto& filled = Shared<Filled<W>>(group, group, size);
               return work(filled.input, filled.world, watch);
             });
  }

  std::string implementation_;
  std::int64_t size_;
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
