// Rows that refer to rows of their own model, in three shapes:
//
//   node(id, parentId -> node)
//
// a tree in which every node has ten children, a chain, and a star: one node with all the others as
// its children.
#ifndef RELATA_BENCH_FOREST_H_
#define RELATA_BENCH_FOREST_H_

#include <concepts>
#include <cstdint>
#include <span>
#include <vector>

#include "bench/harness.h"

namespace relata::bench::forest {

enum class OnDelete { kCascade, kSetNull };

// Ids are 1, 2, 3...; parents[i] is the parent of node i + 1, or 0. Node 1 is the root.
struct Input {
  std::vector<std::int64_t> parents;
  std::vector<std::int64_t> shuffled;  // all ids but the root's
};

Input Tree(std::int64_t size);
Input Chain(std::int64_t size);
Input Star(std::int64_t size);

// What an implementation does. Deleting a node does with its children as the world is told.
template <typename W>
concept World = std::constructible_from<W, OnDelete> &&
    requires(W world, std::int64_t id, std::span<const std::int64_t> ids) {
  world.Build(ids);  // the parents, see Input
  world.Delete(id);
  { world.Plan(id) } -> std::convertible_to<std::int64_t>;  // how many rows a delete would take
  world.Unlink(ids);                                        // one by one, from their parent
  { world.RowCount() } -> std::convertible_to<std::int64_t>;
  { world.RootCount() } -> std::convertible_to<std::int64_t>;  // rows without a parent
};

}  // namespace relata::bench::forest

#endif  // RELATA_BENCH_FOREST_H_
