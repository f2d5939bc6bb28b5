// Rows without links, for what is done to many rows at once: transactions and versions.
//
//   item(id, value)
#ifndef RELATA_BENCH_ITEMS_H_
#define RELATA_BENCH_ITEMS_H_

#include <concepts>
#include <cstdint>
#include <memory>
#include <vector>

#include "bench/harness.h"

namespace relata::bench::items {

struct Input {
  explicit Input(std::int64_t size);
  std::int64_t size;                   // ids from 1; the value of each is its id
  std::vector<std::int64_t> shuffled;  // all ids
};

// What an implementation does. Every row that is named exists (or, to be created, does not).
template <typename W>
concept World = std::default_initializable<W> &&
    requires(W world, std::int64_t id, std::int64_t value) {
  world.Fill(std::int64_t{});
  world.Begin();  // nests
  world.Commit();
  world.Rollback();
  world.Write(id, value);
  world.Create(id, value);
  world.Delete(id);
  { world.Sum() } -> std::convertible_to<std::uint64_t>;  // of Mix(id, value) over all rows
  { world.Copy() } -> std::same_as<std::unique_ptr<W>>;   // what Fork does
};

template <World W>
void FillWorld(W& world, const Input& input) {
  world.Fill(input.size);
}

}  // namespace relata::bench::items

#endif  // RELATA_BENCH_ITEMS_H_
