#include "graph/row_filter.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <string_view>

#include "graph/cell_order.h"
#include "graph/cells.h"

namespace relata::internal {
namespace {

bool InRange(const TextRange& range, std::string_view text) {
  if (range.has_low) {
    const int order = text.compare(range.low);
    if (order < 0 || (order == 0 && range.low_open)) return false;
  }
  if (range.has_high) {
    const int order = text.compare(range.high);
    if (order > 0 || (order == 0 && range.high_open)) return false;
  }
  return true;
}

template <typename List, typename T>
bool Contains(const List& sorted, const T& value) {
  return std::binary_search(sorted.begin(), sorted.end(), value, std::less<>());
}

}  // namespace

const char* FollowPath(const std::vector<ScopedWalk>& path, const char* row) {
  for (const ScopedWalk& step : path) {
    const char* next = nullptr;
    ForLinks(step, row, [&](const LinkedRow& linked) {
      next = linked.row;
      return false;
    });
    if (next == nullptr) return nullptr;
    row = next;
  }
  return row;
}

RowFilter::RowFilter() = default;
RowFilter::RowFilter(RowFilter&&) noexcept = default;
RowFilter& RowFilter::operator=(RowFilter&&) noexcept = default;
RowFilter::~RowFilter() = default;

bool RowFilter::Run(const RowTest& test, const char* row) const {
  const char* at = row;
  if (test.path != UINT32_MAX) [[unlikely]] {
    at = FollowPath(paths_[test.path], row);
    if (at == nullptr) return test.if_null;
  }
  if ((static_cast<std::uint8_t>(at[test.null_byte]) & test.null_mask) != 0) return test.if_null;
  const char* cell = at + test.offset;
  switch (test.kind) {
    case TestKind::kNotNull:
      return !test.negated;
    case TestKind::kInteger: {
      const auto value = LoadAs<std::int64_t>(cell);
      return (test.low <= value && value <= test.high) != test.negated;
    }
    case TestKind::kReal: {
      const auto value = LoadAs<double>(cell);
      return (std::bit_cast<double>(test.low) <= value &&
              value <= std::bit_cast<double>(test.high)) != test.negated;
    }
    case TestKind::kBoolean: {
      const auto value = static_cast<std::int64_t>(*cell != 0);
      return (test.low <= value && value <= test.high) != test.negated;
    }
    case TestKind::kCell:
      return (LoadAs<std::int64_t>(cell) == test.low &&
              LoadAs<std::int64_t>(cell + sizeof(test.low)) == test.high) != test.negated;
    case TestKind::kIntegerSet:
      return Contains(integers_[test.operand], IntegerIn(cell, test.type)) != test.negated;
    case TestKind::kRealSet:
      return Contains(reals_[test.operand], LoadAs<double>(cell)) != test.negated;
    case TestKind::kText:
    case TestKind::kTextSet:
    case TestKind::kLike:
      return RunText(test, cell) != test.negated;
    case TestKind::kAttributes:
      return RunPair(pairs_[test.operand], row);
    case TestKind::kExists: {
      const ExistsTest& exists = exists_[test.operand];
      bool found = false;
      ForLinks(exists.walk, row, [&](const LinkedRow& linked) {
        found = exists.target.Holds(linked.row) &&
                (linked.join_row == nullptr || exists.join.Holds(linked.join_row));
        return !found;
      });
      return found != test.negated;
    }
    case TestKind::kLinked: {
      const LinkedTest& wanted = linked_[test.operand];
      bool found = false;
      ForLinks(wanted.walk, row, [&](const LinkedRow& linked) {
        found = linked.slot == wanted.slot;
        return !found;
      });
      return found != test.negated;
    }
  }
  return false;
}

bool RowFilter::RunText(const RowTest& test, const char* cell) const {
  if (test.kind == TestKind::kText) {
    return InRange(ranges_[test.operand], TextIn(cell, test.type));
  }
  if (test.kind == TestKind::kTextSet) {
    return Contains(texts_[test.operand], TextIn(cell, test.type));
  }
  // The text of a UUID is what a database holds.
  if (test.type == Type::kUuid) {
    return likes_[test.operand].Matches(LoadAs<UuidValue>(cell).ToString());
  }
  return likes_[test.operand].Matches(TextOf(cell));
}

bool RowFilter::RunPair(const AttributePair& pair, const char* row) const {
  const char* a = pair.a_path == UINT32_MAX ? row : FollowPath(paths_[pair.a_path], row);
  const char* b = pair.b_path == UINT32_MAX ? row : FollowPath(paths_[pair.b_path], row);
  const bool a_null = a == nullptr || IsNull(a, pair.a);
  const bool b_null = b == nullptr || IsNull(b, pair.b);
  if (a_null || b_null) {
    if (pair.comparison == Comparison::kIs) return a_null && b_null;
    return pair.comparison == Comparison::kIsNot && a_null != b_null;
  }
  const int order = CompareCells(a + pair.a.offset, pair.a.type, b + pair.b.offset, pair.b.type);
  switch (pair.comparison) {
    case Comparison::kEqual:
    case Comparison::kIs:
      return order == 0;
    case Comparison::kNotEqual:
    case Comparison::kIsNot:
      return order != 0;
    case Comparison::kLess:
      return order < 0;
    case Comparison::kGreaterEqual:
      return order >= 0;
    case Comparison::kGreater:
      return order > 0;
    case Comparison::kLessEqual:
      return order <= 0;
    default:
      return false;
  }
}

}  // namespace relata::internal
