// A condition made ready to run on the rows of one store: names are offsets, literals are bounds in
// the attribute's own type, and the logic is a graph of tests, each of which says where to go when
// it holds and where when it does not. Negations have been pushed down to the tests, so that
// unknown counts as false everywhere and two values are enough.
//
// Running it allocates nothing and copies no value.
#ifndef RELATA_GRAPH_ROW_FILTER_H_
#define RELATA_GRAPH_ROW_FILTER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "graph/condition_node.h"
#include "graph/layout.h"
#include "graph/like.h"
#include "graph/link_walk.h"

namespace relata::internal {

// What a test looks at.
enum class TestKind : std::uint8_t {
  kNotNull,     // nothing but the null bit
  kInteger,     // low <= cell <= high, as INTEGER or TIMESTAMP
  kReal,        // the same of DOUBLE
  kBoolean,     // the same of 0 and 1
  kCell,        // 16 bytes equal low and high: a UUID or a short text
  kText,        // against texts[operand]
  kIntegerSet,  // one of integers[operand]
  kRealSet,     // one of reals[operand]
  kTextSet,     // one of texts[operand]
  kLike,        // likes[operand]
  kAttributes,  // pairs[operand]
  kExists,      // exists[operand]
  kLinked,      // linked[operand]
};

struct RowTest {
  TestKind kind = TestKind::kNotNull;
  Type type = Type::kInteger;
  bool negated = false;
  bool if_null = false;  // the outcome when the attribute is null, or its row is not there
  std::uint8_t null_mask = 0;
  std::uint32_t null_byte = 0;
  std::uint32_t offset = 0;
  std::uint32_t path = UINT32_MAX;  // to the attribute's row, if it is another one
  std::uint32_t operand = 0;
  std::uint32_t on_true = 0;
  std::uint32_t on_false = 0;
  std::int64_t low = 0;  // of kReal: the bits of a double; of kCell: its first half
  std::int64_t high = 0;
};

// Text between two bounds.
struct TextRange {
  std::string low;
  std::string high;
  bool has_low = false;
  bool has_high = false;
  bool low_open = false;  // the bound itself is out
  bool high_open = false;
};

class RowFilter;

// An association, through its scope.
struct ScopedWalk {
  LinkWalk walk;
  // Null when there is no scope.
  std::shared_ptr<const RowFilter> scope;
  std::shared_ptr<const RowFilter> join_scope;
  std::shared_ptr<const RowFilter>
      source_scope;  // on where the walk begins; nullptr when there is none
};

// The row that associations to one lead to, or null.
const char* FollowPath(const std::vector<ScopedWalk>& path, const char* row);

struct AttributePair {
  Comparison comparison = Comparison::kEqual;
  CellLayout a;
  CellLayout b;
  std::uint32_t a_path = UINT32_MAX;
  std::uint32_t b_path = UINT32_MAX;
};

struct ExistsTest;
struct LinkedTest {
  ScopedWalk walk;
  std::uint32_t slot = 0;
};

class RowFilter {
 public:
  static constexpr std::uint32_t kTrue = UINT32_MAX;
  static constexpr std::uint32_t kFalse = UINT32_MAX - 1;

  RowFilter();
  RowFilter(RowFilter&&) noexcept;
  RowFilter& operator=(RowFilter&&) noexcept;
  ~RowFilter();

  bool always() const { return entry_ == kTrue; }
  bool never() const { return entry_ == kFalse; }
  bool Holds(const char* row) const {
    std::uint32_t at = entry_;
    while (at < kFalse) {
      const RowTest& test = tests_[at];
      const bool holds = test.kind == TestKind::kInteger && test.path == UINT32_MAX
                             ? RunInteger(test, row)
                             : Run(test, row);
      at = holds ? test.on_true : test.on_false;
    }
    return at == kTrue;
  }

 private:
  friend class ConditionBinder;
  // The commonest test of all, of an attribute of the row itself.
  static bool RunInteger(const RowTest& test, const char* row) {
    if ((static_cast<std::uint8_t>(row[test.null_byte]) & test.null_mask) != 0) return test.if_null;
    const auto value = LoadAs<std::int64_t>(row + test.offset);
    return (test.low <= value && value <= test.high) != test.negated;
  }
  bool Run(const RowTest& test, const char* row) const;
  bool RunText(const RowTest& test, const char* cell) const;
  bool RunPair(const AttributePair& pair, const char* row) const;

  std::uint32_t entry_ = kTrue;
  std::vector<RowTest> tests_;
  std::vector<std::vector<ScopedWalk>> paths_;
  std::vector<TextRange> ranges_;
  std::vector<std::vector<std::int64_t>> integers_;  // each sorted
  std::vector<std::vector<double>> reals_;
  std::vector<std::vector<std::string>> texts_;
  std::vector<LikePattern> likes_;
  std::vector<AttributePair> pairs_;
  std::vector<ExistsTest> exists_;
  std::vector<LinkedTest> linked_;
};

struct ExistsTest {
  ScopedWalk walk;
  RowFilter target;
  RowFilter join;
};

inline bool InWalkScope(const ScopedWalk& walk, const LinkedRow& linked) {
  return (walk.join_scope == nullptr || walk.join_scope->Holds(linked.join_row)) &&
         (walk.scope == nullptr || walk.scope->Holds(linked.row));
}

// The first row that is threaded from `source`, if that is in scope itself.
inline std::uint32_t FirstOf(const ScopedWalk& walk, const char* source) {
  if (walk.source_scope != nullptr && !walk.source_scope->Holds(source)) return kNoSlot;
  return walk.walk.First(source);
}

// Visits what is linked in scope, until `visit` returns false.
template <typename Visit>
void ForLinks(const ScopedWalk& walk, const char* source, const Visit& visit) {
  LinkedRow linked;
  for (std::uint32_t slot = FirstOf(walk, source); slot != kNoSlot; slot = walk.walk.Next(slot)) {
    if (!walk.walk.Resolve(slot, linked) || !InWalkScope(walk, linked)) continue;
    if (!visit(linked) || walk.walk.to_one()) return;
  }
}

}  // namespace relata::internal

#endif  // RELATA_GRAPH_ROW_FILTER_H_
