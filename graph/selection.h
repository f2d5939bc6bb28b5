// Runs a bound query: which rows are taken, and in which order.
#ifndef RELATA_GRAPH_SELECTION_H_
#define RELATA_GRAPH_SELECTION_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "graph/bound_query.h"

namespace relata::internal {

// Whether a row passes a level's conditions and everything that is required of it shows something;
// and the latter alone.
bool ShowsAllRequired(const BoundLevel& level, const char* row);
inline bool Admits(const BoundLevel& level, const LinkedRow& row) {
  return level.where.Holds(row.row) &&
         (row.join_row == nullptr || level.through_where.Holds(row.join_row)) &&
         (level.required_includes.empty() || ShowsAllRequired(level, row.row));
}

// Visits the rows of a level that are admitted, as they come, limits aside, until `visit` returns
// false. `source`: the row whose links are walked; null for the rows of a model, which are found by
// the access path.
template <typename Visit>
void ForAdmitted(const BoundLevel& level, const AccessPath* access, const char* source,
                 const Visit& visit) {
  const auto offer = [&](const LinkedRow& row) { return !Admits(level, row) || visit(row); };
  if (source != nullptr) {
    ForLinks(level.walk, source, offer);
    return;
  }
  LinkedRow row;
  const auto at = [&](std::uint32_t slot) -> const LinkedRow& {
    row.slot = slot;
    row.row = level.table->Row(slot);
    return row;
  };
  switch (access->kind) {
    case AccessKind::kNone:
      return;
    case AccessKind::kScan:
      for (std::uint32_t slot = 0; slot < level.table->slots; ++slot) {
        if (StampOf(at(slot).row) != 0 && !offer(row)) return;
      }
      return;
    case AccessKind::kKeys:
    case AccessKind::kWalk:
    case AccessKind::kIndex:
    case AccessKind::kUnion:
      if (access->listed) {
        for (const std::uint32_t slot : access->slots) {
          if (!offer(at(slot))) return;
        }
        return;
      }
      if (access->kind == AccessKind::kIndex) {
        IndexCursor cursor = access->cursor;
        for (std::uint32_t slot = cursor.Next(); slot != kNoSlot; slot = cursor.Next()) {
          if (!offer(at(slot))) return;
        }
        return;
      }
      for (std::uint32_t slot = access->walk.First(access->from); slot != kNoSlot;
           slot = access->walk.Next(slot)) {
        if (!offer(at(slot))) return;
      }
      return;
  }
}

// The same, but only those that the level's offset and limit leave. REQUIRES: no order is asked
// for, or the order does not matter.
template <typename Visit>
void ForSelected(const BoundLevel& level, const AccessPath* access, const char* source,
                 const Visit& visit) {
  std::size_t skip = level.offset;
  std::size_t left = level.limit;
  if (left == 0) return;
  ForAdmitted(level, access, source, [&](const LinkedRow& row) {
    if (skip > 0) {
      --skip;
      return true;
    }
    return visit(row) && --left > 0;
  });
}

// The rows of a level in its order, offset and limit applied. O(rows log(offset + limit)).
std::vector<SelectedSlot> SortedRows(const BoundLevel& level, const AccessPath* access,
                                     const char* source);

// Visits the rows of a whole query in order.
template <typename Visit>
void ForRows(const BoundQuery& query, const Visit& visit) {
  const BoundLevel& level = query.root;
  if (level.order.empty()) {
    ForSelected(level, &query.access, query.source, visit);
    return;
  }
  for (const SelectedSlot& selected : SortedRows(level, &query.access, query.source)) {
    LinkedRow row;
    row.slot = selected.slot;
    row.join = selected.join;
    row.row = level.table->Row(selected.slot);
    if (!visit(row)) return;
  }
}

// How many rows a whole query has.
std::size_t CountRows(const BoundQuery& query);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_SELECTION_H_
