// OO1, the benchmark of Cattell and Skeen ("Object Operations Benchmark", 1992): parts, each with
// three connections to others, nine of ten of them to one of the nearest 1% of parts. Connections
// are instances with a key of their own.
//
//   part(id, type, x, y, build)   connection(id, fromId -> part, toId -> part, type, length)
//
// Both references are NOT NULL and ON DELETE CASCADE: a deleted part takes the connections on
// both sides with it.
#ifndef RELATA_BENCH_OO1_H_
#define RELATA_BENCH_OO1_H_

#include <array>
#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "bench/harness.h"

namespace relata::bench::oo1 {

using TypeName = std::array<char, 10>;

inline std::string_view View(const TypeName& type) { return {type.data(), type.size()}; }

struct Part {
  std::int64_t id;
  TypeName type;
  std::int64_t x;
  std::int64_t y;
  std::int64_t build;
};

struct Connection {
  std::int64_t id;
  std::int64_t from;
  std::int64_t to;
  TypeName type;
  std::int64_t length;
};

struct Rows {
  std::vector<Part> parts;
  std::vector<Connection> connections;
};

// What all operations are given, drawn at random from a fixed seed.
struct Input {
  static constexpr int kConnectionsOfAPart = 3;
  static constexpr std::int64_t kBatch = 100;   // parts inserted or deleted at once
  static constexpr std::int64_t kMost = 200;    // batches: a tenth of the parts, if that is less
  static constexpr std::size_t kSampled = 200;  // parts looked at for a checksum

  explicit Input(std::int64_t size);

  std::int64_t size;
  Rows rows;                          // ids from 1; connections in the order of their parts
  std::vector<std::int64_t> lookups;  // ids of parts, at random
  std::vector<std::int64_t> roots;    // of traversals, at random
  std::vector<std::int64_t> held;     // all ids of parts, shuffled
  std::vector<std::int64_t> held_x;   // their x
  std::vector<std::int64_t> other_x;  // others

  std::vector<Rows> inserted;  // batches of new parts, with connections to old ones
  std::vector<std::vector<std::int64_t>> inserted_ids;
  std::vector<std::vector<std::int64_t>> deleted_ids;  // batches of old parts
  Rows deleted;                                        // all that goes with them
  std::vector<std::int64_t> neighbours;                // of what goes, and staying
};

struct Visits {
  std::int64_t count = 0;
  std::uint64_t sum = 0;  // of what was read

  void Add(std::int64_t x, std::int64_t y, std::string_view type) {
    ++count;
    sum += static_cast<std::uint64_t>(x + y + type.back());
  }
};

// What an implementation does.
template <typename W>
concept World = std::default_initializable<W> &&
    requires(W world, const Rows& rows, std::span<const std::int64_t> ids,
             std::span<const std::int64_t> values, Visits& visits) {
  world.Insert(rows);  // one by one: parts, then connections
  world.Bulk(rows);    // all at once, into an empty world
  world.Delete(ids);   // parts by key, one by one
  // Each reads x, y and type of every part that it comes to.
  world.Lookup(ids, visits);
  world.Traverse(std::int64_t{}, int{}, visits);  // a part, and on to what it is connected to
  world.Reverse(std::int64_t{}, int{}, visits);   // against the connections
  { world.RowCount() } -> std::convertible_to<std::int64_t>;
  // Attributes by handle: those of the parts with these ids are kept, and then used in their order.
  world.Hold(ids);
  { world.ReadHeld() } -> std::convertible_to<std::uint64_t>;  // the sum of all x
  world.WriteHeld(values);                                     // to each its x
  world.WriteHeldInTransaction(values);
};

// The world that all operations but builds work on.
template <World W>
void FillWorld(W& world, const Input& input) {
  world.Bulk(input.rows);
}

}  // namespace relata::bench::oo1

#endif  // RELATA_BENCH_OO1_H_
