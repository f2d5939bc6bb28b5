// What every benchmark works on, the same for all three contenders: parents with ten children each.
//
//   parent(id INTEGER PRIMARY KEY, name TEXT)
//   child(id INTEGER PRIMARY KEY, parentId INTEGER REFERENCES parent ON DELETE CASCADE, goals
//         INTEGER NOT NULL)
//
// Children come in an order in which siblings are scattered, as they are after some time of use.
#ifndef RELATA_BENCH_WORLD_H_
#define RELATA_BENCH_WORLD_H_

#include <cstdint>

namespace relata::bench {

inline constexpr std::int64_t kChildrenOfAParent = 10;

struct WorldSize {
  explicit WorldSize(std::int64_t rows)
      : parents(rows / (kChildrenOfAParent + 1)), children(parents * kChildrenOfAParent) {}
  std::int64_t rows() const { return parents + children; }
  // The parent of a child, both from 1.
  std::int64_t ParentOf(std::int64_t child) const { return (child - 1) % parents + 1; }
  // A walk through the ids from 1 to `count` that jumps, yet visits each once: step i.
  static std::int64_t Shuffled(std::int64_t i, std::int64_t count) {
    // A prime that divides no count of rows in use here.
    return static_cast<std::int64_t>((static_cast<std::uint64_t>(i) * 2654435761u) %
                                     static_cast<std::uint64_t>(count)) +
           1;
  }

  std::int64_t parents;
  std::int64_t children;
};

inline std::int64_t GoalsOf(std::int64_t child) { return child % 97; }

}  // namespace relata::bench

#endif  // RELATA_BENCH_WORLD_H_
