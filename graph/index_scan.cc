#include "graph/index_scan.h"

#include <cassert>
#include <utility>
#include <variant>

#include "absl/container/inlined_vector.h"

namespace relata::internal {
namespace {

// A descending scan steps back to the first of equal rows, or searches for it when there are more.
constexpr int kStepsBeforeSearch = 16;

// Where a range begins and ends; an empty one begins where it ends.
IndexSpan SpanOf(const OrderedIndex& index, const IndexedRows& rows, const IndexRange& range) {
  assert(range.equal.size() <= rows.width());
  absl::InlinedVector<ValueView, 4> values(range.equal.begin(), range.equal.end());
  const auto seek = [&](const std::optional<IndexRange::Bound>& bound, bool after) {
    if (!bound.has_value()) return index.Seek(rows, values, after);
    assert(values.size() < rows.width());
    values.push_back(bound->value);
    const OrderedIndex::Position at = index.Seek(rows, values, after == bound->inclusive);
    values.pop_back();
    return at;
  };
  if (range.lower.has_value() && range.upper.has_value()) {
    const int order = CompareViews(range.lower->value, range.upper->value);
    const bool both = range.lower->inclusive && range.upper->inclusive;
    if (order > 0 || (order == 0 && !both)) return {.index = &index};
  }
  const OrderedIndex::Position begin = seek(range.lower, false);
  const OrderedIndex::Position end = seek(range.upper, true);
  return {&index, begin.leaf, begin.at, end.leaf, end.at};
}

}  // namespace

std::uint32_t IndexCursor::NextRun() {
  if (hashed_ != nullptr) return NextHashed();
  if (next_ == end_ && !(descending_ && NextGroup())) return kNoSlot;
  const std::span<const std::uint32_t> run = ordered_->Run(next_, end_);
  next_ = ordered_->Next({next_.leaf, next_.at + static_cast<std::uint32_t>(run.size()) - 1});
  at_ = run.data();
  run_end_ = at_ + run.size();
  return *at_++;
}

std::uint32_t IndexCursor::NextHashed() {
  const std::uint32_t slot = next_slot_;
  if (slot != kNoSlot) next_slot_ = slot == tail_ ? kNoSlot : hashed_->After(slot);
  return slot;
}

bool IndexCursor::NextGroup() {
  if (group_ == begin_) return false;
  // The rows before the group that is done, as far as they are equal to the last of them.
  end_ = group_;
  const OrderedIndex::Position last = ordered_->Previous(group_);
  group_ = last;
  for (int steps = 0; group_ != begin_; ++steps) {
    const OrderedIndex::Position before = ordered_->Previous(group_);
    if (!ordered_->EqualAt(rows_, before, last)) break;
    group_ = before;
    if (steps == kStepsBeforeSearch) {
      group_ = ordered_->FirstEqual(rows_, ordered_->SlotAt(last));
      break;
    }
  }
  next_ = group_;
  return true;
}

IndexCursor ScanIndex(const StoreState& state, std::uint32_t m, std::uint32_t index,
                      const IndexRange& range, ScanOrder order) {
  IndexCursor cursor;
  cursor.rows_ = state.RowsOf(m, index);
  const SecondaryIndex& secondary = state.table(m).indexes[index];
  if (const auto* hashed = std::get_if<HashedIndex>(&secondary)) {
    const HashedIndex::List list = hashed->Find(cursor.rows_, range.equal);
    cursor.hashed_ = hashed;
    cursor.next_slot_ = list.head;
    cursor.tail_ = list.tail;
    return cursor;
  }
  cursor.ordered_ = &std::get<OrderedIndex>(secondary);
  cursor.descending_ = order == ScanOrder::kDescending;
  const IndexSpan span = SpanOf(*cursor.ordered_, cursor.rows_, range);
  cursor.end_ = {span.end_leaf, span.end_at};
  if (cursor.descending_) {
    cursor.begin_ = {span.leaf, span.at};
    cursor.group_ = cursor.end_;
    cursor.next_ = cursor.end_;
  } else {
    cursor.next_ = {span.leaf, span.at};
  }
  return cursor;
}

std::uint64_t EstimateInIndex(const StoreState& state, std::uint32_t m, std::uint32_t index,
                              const IndexRange& range) {
  const IndexedRows rows = state.RowsOf(m, index);
  const SecondaryIndex& secondary = state.table(m).indexes[index];
  if (const auto* hashed = std::get_if<HashedIndex>(&secondary)) {
    return hashed->Find(rows, range.equal).size;
  }
  const auto& ordered = std::get<OrderedIndex>(secondary);
  const IndexSpan span = SpanOf(ordered, rows, range);
  return ordered.Estimate(rows, {span.leaf, span.at}, {span.end_leaf, span.end_at});
}

IndexSpan SpanInIndex(const StoreState& state, std::uint32_t m, std::uint32_t index,
                      const IndexRange& range) {
  return SpanOf(std::get<OrderedIndex>(state.table(m).indexes[index]), state.RowsOf(m, index),
                range);
}

}  // namespace relata::internal
