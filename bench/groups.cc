#include "bench/groups.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "bench/groups_worlds.h"
#include "bench/implementation.h"
#include "bench/workloads.h"

namespace relata::bench {
namespace groups {

Input::Input(std::int64_t memberships)
    : size(memberships), users(size / 5), groups(std::max<std::int64_t>(size / 50, 2)) {
  std::mt19937_64 random(7);
  absl::flat_hash_set<std::pair<std::int64_t, std::int64_t>> taken;
  // The k-th largest group has about k^(-2/3) of the members of the largest one.
  const auto draw = [&] {
    const double u = static_cast<double>(random() >> 11) * 0x1.0p-53;
    const auto rank = static_cast<std::int64_t>(static_cast<double>(groups) * std::pow(u, 3.0));
    return Membership{1 + Below(random, users), 1 + std::min(rank, groups - 1)};
  };
  const auto draw_new = [&](std::vector<Membership>& list, std::int64_t count) {
    while (static_cast<std::int64_t>(list.size()) < count) {
      const Membership pair = draw();
      if (taken.emplace(pair.user, pair.group).second) list.push_back(pair);
    }
  };
  draw_new(rows, size);
  draw_new(more, size / 10);
  for (std::int64_t i = 0; i < size / 5; ++i) {
    asked.push_back(i % 2 == 0 ? rows[random() % rows.size()] : draw());
  }
  for (std::int64_t group = 1; group <= std::min<std::int64_t>(groups, 20); ++group) {
    large.push_back(group);
  }
}

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
