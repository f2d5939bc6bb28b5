// Transaction and Versions: what it takes to be able to go back.
//
// Transaction/empty .. change_set   see the names; the time is that of one row changed, or of one
//                                   transaction where none is
// Transaction/forward, rollback     a large transaction: changing rows, and then undoing it
// Versions/fork, fork_write         a second world with the same rows; and 100 writes to it. Only
//                                   relata shares the rows: the handwritten one copies them all,
//                                   and SQLite backs its database up into another.
#include <memory>
#include <random>
#include <string>
#include <type_traits>
#include <utility>

#include "bench/implementation.h"
#include "bench/items.h"
#include "bench/items_worlds.h"
#include "bench/workloads.h"

namespace relata::bench {
namespace items {

Input::Input(std::int64_t rows) : size(rows) {
  for (std::int64_t id = 1; id <= size; ++id) shuffled.push_back(id);
  std::mt19937_64 random(6);
  for (std::size_t i = shuffled.size() - 1; i > 0; --i) {
    std::swap(shuffled[i], shuffled[random() % (i + 1)]);
  }
}

namespace {

// Every other row is written, every fourth deleted, and as many come in their place.
template <World W>
void ChangeMany(const Input& input, W& world) {
  for (std::size_t i = 0; i + 4 <= input.shuffled.size(); i += 4) {
    world.Write(input.shuffled[i], -1);
    world.Write(input.shuffled[i + 1], -2);
    world.Delete(input.shuffled[i + 2]);
    world.Create(input.size + input.shuffled[i + 3], -3);
  }
}
std::int64_t ManyOf(const Input& input) { return input.size / 4 * 4; }

template <World W>
class Benchmarks : Implementation<Input, W> {
  using Implementation<Input, W>::Add;

 public:
  using Implementation<Input, W>::Implementation;

  void RegisterTransaction() const {
    Add("Transaction", "empty", [](const Input& input, W& world, Stopwatch& watch) {
      watch.Time([&] {
        for (std::int64_t i = 0; i < input.size; ++i) {
          world.Begin();
          world.Commit();
        }
      });
      return Measured{input.size, Mix(input.size)};
    });
    // Ten rows; the second run puts back what the first one wrote.
    Add("Transaction", "small_commit", [](const Input& input, W& world, Stopwatch& watch) {
      const auto run = [&](std::int64_t factor) {
        for (std::size_t i = 0; i < input.shuffled.size(); i += 10) {
          world.Begin();
          for (std::size_t j = i; j < i + 10; ++j) {
            world.Write(input.shuffled[j], factor * input.shuffled[j]);
          }
          world.Commit();
        }
      };
      watch.Time([&] { run(-1); });
      const std::uint64_t sum = world.Sum();
      watch.Time([&] { run(1); });
      return Measured{2 * input.size, sum};
    });
    Add("Transaction", "small_rollback", [](const Input& input, W& world, Stopwatch& watch) {
      watch.Time([&] {
        for (std::size_t i = 0; i < input.shuffled.size(); i += 10) {
          world.Begin();
          for (std::size_t j = i; j < i + 10; ++j) world.Write(input.shuffled[j], -1);
          world.Rollback();
        }
      });
      return Measured{input.size, world.Sum()};
    });
    Add("Transaction", "savepoint", [](const Input& input, W& world, Stopwatch& watch) {
      watch.Time([&] {
        world.Begin();
        for (std::size_t i = 0; i < input.shuffled.size(); ++i) {
          world.Begin();
          world.Write(input.shuffled[i], -1);
          if (i % 2 == 0) {
            world.Commit();
          } else {
            world.Rollback();
          }
        }
      });
      const std::uint64_t sum = world.Sum();
      world.Rollback();
      return Measured{input.size, sum};
    });
    Add("Transaction", "forward", [](const Input& input, W& world, Stopwatch& watch) {
      world.Begin();
      watch.Time([&] { ChangeMany(input, world); });
      const std::uint64_t sum = world.Sum();
      world.Rollback();
      return Measured{ManyOf(input), sum};
    });
    Add("Transaction", "rollback", [](const Input& input, W& world, Stopwatch& watch) {
      world.Begin();
      ChangeMany(input, world);
      watch.Time([&] { world.Rollback(); });
      return Measured{ManyOf(input), world.Sum()};
    });
    // SQLite has no word for what a transaction changed.
    if constexpr (!std::is_same_v<W, Sqlite>) {
      Add("Transaction", "change_set", [](const Input& input, W& world, Stopwatch& watch) {
        const std::size_t changed = input.shuffled.size() / 10;
        world.Begin();
        for (std::size_t i = 0; i < changed; ++i) world.Write(input.shuffled[i], -1);
        const std::size_t counted = watch.Time([&] { return world.CommitCountingChanges(); });
        const std::uint64_t sum = world.Sum();
        for (std::size_t i = 0; i < changed; ++i) {
          world.Write(input.shuffled[i], input.shuffled[i]);
        }
        return Measured{static_cast<std::int64_t>(changed), Mix(sum, counted)};
      });
    }
  }

  void RegisterVersions() const {
    Add("Versions", "fork", [](const Input& input, W& world, Stopwatch& watch) {
      const std::unique_ptr<W> fork = watch.Time([&] { return world.Copy(); });
      return Measured{1, Mix(input.size)};
    });
    Add("Versions", "fork_write", [](const Input& input, W& world, Stopwatch& watch) {
      std::unique_ptr<W> fork;
      watch.Time([&] {
        fork = world.Copy();
        for (std::size_t i = 0; i < 100; ++i) fork->Write(input.shuffled[i], -1);
      });
      return Measured{1, fork->Sum()};
    });
  }
};

}  // namespace
}  // namespace items

void RegisterVersions(Scale scale) {
  for (const std::int64_t size : SizesFor(scale, 1000, {100'000})) {
    items::Benchmarks<items::Relata>("relata", size).RegisterTransaction();
    items::Benchmarks<items::Handwritten>("handwritten", size).RegisterTransaction();
    items::Benchmarks<items::Sqlite>("sqlite", size).RegisterTransaction();
  }
  for (const std::int64_t size : SizesFor(scale, 1000, {10'000, 1'000'000})) {
    items::Benchmarks<items::Relata>("relata", size).RegisterVersions();
    items::Benchmarks<items::Handwritten>("handwritten", size).RegisterVersions();
    items::Benchmarks<items::Sqlite>("sqlite", size).RegisterVersions();
  }
}

}  // namespace relata::bench
