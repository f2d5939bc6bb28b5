// OO7, the benchmark of Carey, DeWitt and Naughton (SIGMOD 1993), as far as it is about objects and
// references: a module with a manual and a tree of assemblies, at whose leaves composite parts are
// used, each with a document and a graph of atomic parts, the links of which are instances.
//
//   manual(id, text)                                   of the module
//   complex_assembly(id, buildDate, superId -> complex_assembly)
//   base_assembly(id, buildDate, superId -> complex_assembly)
//   component(baseId -> base_assembly, compositeId -> composite_part)      n:m
//   composite_part(id, buildDate)
//   document(id, title, text, compositeId -> composite_part)
//   atomic_part(id, buildDate, x, y, docId, compositeId -> composite_part, rootOfId ->
//               composite_part)
//   connection(id, length, fromId -> atomic_part, toId -> atomic_part)
//
// All references are ON DELETE CASCADE. Titles are unique, and build dates of atomic parts are in
// an ordered index. Left out is what none of the operations here looks at: the types, and the
// shared components of base assemblies. The size of a world is the number of its atomic parts:
// 10,000 for the paper's small configuration and 100,000 for its medium one, with three connections
// each.
#ifndef RELATA_BENCH_OO7_H_
#define RELATA_BENCH_OO7_H_

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/harness.h"

namespace relata::bench::oo7 {

struct Assembly {
  std::int64_t id;
  std::int64_t date;
  std::int64_t super;  // 0: the root
};
struct Component {
  std::int64_t base;
  std::int64_t composite;
};
struct Composite {
  std::int64_t id;
  std::int64_t date;
};
struct Document {
  std::int64_t id;
  std::int64_t composite;
  std::string title;
  std::string text;
};
struct Atomic {
  std::int64_t id;
  std::int64_t date;
  std::int64_t x;
  std::int64_t y;
  std::int64_t document;  // at random, for Q8
  std::int64_t composite;
  bool root;
};
struct Connection {
  std::int64_t id;
  std::int64_t length;
  std::int64_t from;
  std::int64_t to;
};

struct Design {
  std::string manual;
  std::vector<Assembly> complex_assemblies;  // a super assembly before its parts
  std::vector<Assembly> base_assemblies;
  std::vector<Composite> composites;
  std::vector<Component> components;
  std::vector<Document> documents;
  std::vector<Atomic> atomics;
  std::vector<Connection> connections;
  std::int64_t row_count() const;
};

inline constexpr std::int64_t kFirstDate = 1000;  // of atomic parts and assemblies
inline constexpr std::int64_t kDates = 1000;

struct Input {
  explicit Input(std::int64_t size);
  Design design;
  Design inserted;  // five composite parts, each used by ten base assemblies
  std::vector<std::int64_t> inserted_ids;
  std::vector<std::int64_t> ids;    // ten atomic parts (Q1), many times
  std::vector<std::string> titles;  // a hundred (Q4)
};

enum class Change { kNothing, kSwap, kDate };
enum class Of { kRoots, kAll, kAllFourTimes };

struct Visits {
  std::int64_t parts = 0;
  std::int64_t changes = 0;
  std::uint64_t sum = 0;
};

// What T3 does to a date: it comes back by doing it again.
inline std::int64_t OtherDate(std::int64_t date) { return date % 2 != 0 ? date + 1 : date - 1; }

// What an implementation does.
template <typename W>
concept World = std::default_initializable<W> &&
    requires(W world, const Design& design, std::span<const std::int64_t> ids,
             std::span<const std::string> titles, std::int64_t date) {
  world.Fill(design);
  world.Insert(design);  // composite parts and what goes with them, one row at a time
  world.DeleteComposites(ids);
  // T1, T2, T3: down the assemblies, and depth first through the atomic parts of each composite
  // part. The sum is of x + 2y + 3 dates, as found.
  { world.Traverse(Change{}, Of{}) } -> std::same_as<Visits>;
  { world.TraverseRoots() } -> std::same_as<Visits>;                     // T6
  { world.CountInManual('I') } -> std::convertible_to<std::int64_t>;     // T8
  { world.ManualEndsAsItBegins() } -> std::convertible_to<bool>;         // T9
  { world.Lookup(ids) } -> std::convertible_to<std::uint64_t>;           // Q1: the sum of x
  { world.SumFrom(date) } -> std::convertible_to<std::uint64_t>;         // Q2, Q3: from a date on
  { world.UsesOfTitles(titles) } -> std::convertible_to<std::uint64_t>;  // Q4: the sum of ids
  { world.NewerThanAssembly() } -> std::convertible_to<std::int64_t>;    // Q5: how many assemblies
  { world.SumAll() } -> std::convertible_to<std::uint64_t>;              // Q7
  { world.PairsWithDocument() } -> std::convertible_to<std::int64_t>;    // Q8
  { world.RowCount() } -> std::convertible_to<std::int64_t>;
};

template <World W>
void FillWorld(W& world, const Input& input) {
  world.Fill(input.design);
}

}  // namespace relata::bench::oo7

#endif  // RELATA_BENCH_OO7_H_
