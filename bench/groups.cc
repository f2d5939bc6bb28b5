#include "bench/groups.h"

#include <string>
#include <utility>

#include "bench/groups_worlds.h"
#include "bench/implementation.h"
#include "bench/workloads.h"

namespace relata::bench {
namespace groups {

namespace {

template <World W>
class Benchmarks : Implementation<Input, W> {
  using Implementation<Input, W>::Add;

 public:
  using Implementation<Input, W>::Implementation;

  void RegisterAll() const {
    Add("Groups", "add", [](const Input& input, W& world, Stopwatch& watch) {
      watch.Time([&] { world.Add(input.more); });
      const std::uint64_t checksum = MembersOfAll(input, world);
      world.Remove(input.more);
      return Measured{static_cast<std::int64_t>(input.more.size()), checksum};
    });
    Add("Groups", "remove", [](const Input& input, W& world, Stopwatch& watch) {
      world.Add(input.more);
      watch.Time([&] { world.Remove(input.more); });
      return Measured{static_cast<std::int64_t>(input.more.size()), MembersOfAll(input, world)};
    });
    Add("Groups", "has", [](const Input& input, W& world, Stopwatch& watch) {
      const std::int64_t count = watch.Time([&] { return world.Has(input.asked); });
      return Measured{static_cast<std::int64_t>(input.asked.size()), Mix(count)};
    });
    // For each member that is come to.
    Add("Groups", "members", [](const Input& input, W& world, Stopwatch& watch) {
      const std::uint64_t sum = watch.Time([&] { return MembersOfAll(input, world); });
      return Measured{input.size, sum};
    });
    // For each pair of large groups.
    Add("Groups", "common", [](const Input& input, W& world, Stopwatch& watch) {
      std::int64_t count = 0;
      std::int64_t pairs = 0;
      watch.Time([&] {
        for (const std::int64_t a : input.large) {
          for (const std::int64_t b : input.large) {
            if (a >= b) continue;
            count += world.Common(a, b);
            ++pairs;
          }
        }
      });
      return Measured{pairs, Mix(count)};
    });
  }

 private:
  static std::uint64_t MembersOfAll(const Input& input, W& world) {
    std::uint64_t sum = 0;
    for (std::int64_t group = 1; group <= input.groups; ++group) sum += world.Members(group);
    return sum;
  }
};

}  // namespace
}  // namespace groups

void RegisterGroups(Scale scale) {
  for (const std::int64_t size : SizesFor(scale, 1000, {50'000, 500'000})) {
    groups::Benchmarks<groups::Relata>("relata", size).RegisterAll();
    groups::Benchmarks<groups::Handwritten>("handwritten", size).RegisterAll();
    groups::Benchmarks<groups::Sqlite>("sqlite", size).RegisterAll();
  }
}

}  // namespace relata::bench
