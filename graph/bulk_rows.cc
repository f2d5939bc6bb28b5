// The primitive changes for many rows at once, of stores that are being loaded: the same as row
// after row, without what is the same for all of them.
//
// A model's rows are walked page by page, so that everything about a row is done while its page is
// in the cache. Keys and references that are at home (TableView::first_key) take no hash.
#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "graph/store_state.h"

namespace relata::internal {
namespace {

// How many children ahead of the one that is linked its neighbour to be is fetched.
constexpr std::uint32_t kChildrenAhead = 16;

// Into the cache, to be written.
void Fetch(const char* at) { __builtin_prefetch(at, 1); }

void Save(char* at, std::uint32_t value) { std::memcpy(at, &value, sizeof(value)); }

// Rows of a table that owns all its pages, to be written without a look at who does.
class RawRows {
 public:
  RawRows(const TableView& view, const PagedArray& pages) : view_(view), pages_(pages.pages()) {}
  char* Row(std::uint32_t slot) const {
    return pages_[slot >> kPageShift] + static_cast<std::size_t>(slot % kPageRows) * view_.stride;
  }

 private:
  const TableView view_;
  char* const* pages_;
};

}  // namespace

absl::StatusOr<StoreState::NewRows> StoreState::AddRows(std::uint32_t m, std::size_t most,
                                                        const char* bytes) {
  Table& table = tables_[m];
  TableView& view = views_[m];
  assert(table.free_head == kNoSlot && !logging());
  if (view.slots == kMaxSlots) return FullError(m);
  if (view.slots == 0) view.first_key = kNoFirstKey;
  if (PageOf(view.slots) == table.pages.size()) AddPage(m);
  const std::size_t room = std::min(kPageRows - view.slots % kPageRows, kMaxSlots - view.slots);
  const NewRows rows{view.slots, static_cast<std::uint32_t>(std::min(most, room)),
                     WriteRow(m, view.slots)};
  const RowLayout& row_layout = layout(m);
  const std::size_t cells = row_layout.nulls_offset + row_layout.nulls_size;
  char* row = rows.first;
  // Behind the null bits a slot that was never used holds zeros.
  for (std::uint32_t i = 0; i < rows.count; ++i, row += view.stride) {
    const std::uint64_t stamp = stamps_.Next();
    std::memcpy(row, &stamp, sizeof(stamp));
    std::memcpy(row + sizeof(stamp), bytes + sizeof(stamp), cells - sizeof(stamp));
  }
  view.slots += rows.count;
  table.rows += rows.count;
  return rows;
}

// The row before a new one that has the same key. The rows after it may be at home already, but are
// in no index.
std::uint32_t StoreState::FindBefore(std::uint32_t m, std::uint32_t key, std::uint32_t slot) const {
  const char* row = Row(m, slot);
  if (const std::uint32_t cell = layout(m).home_cell; key == 0 && cell != 0) {
    const std::uint32_t home = views_[m].FindAtHome(LoadAs<std::int64_t>(row + cell), cell);
    if (home < slot) return home;
  }
  if (tables_[m].keys[key].size() == 0) return kNoSlot;
  const KeyViews views = Views(m, slot, model(m).keys[key].attributes);
  const std::optional<std::uint32_t> hash = HashKey(views);
  return hash.has_value() ? FindHashed(m, key, *hash, views) : kNoSlot;
}

std::uint32_t StoreState::IndexNewRows(std::uint32_t m, std::uint32_t key, const NewRows& rows) {
  std::uint32_t i = 0;
  if (const std::uint32_t cell = layout(m).home_cell; key == 0 && cell != 0) {
    if (rows.slot == 0 && rows.count > 0) IndexKey(m, key, rows.slot);
    // While all are at home, no two have the same key.
    if (tables_[m].keys[key].size() == 0) {
      const std::uint64_t expected = views_[m].first_key + rows.slot;
      const char* at = rows.first + cell;
      while (i < rows.count && LoadAs<std::uint64_t>(at) == expected + i) {
        ++i;
        at += views_[m].stride;
      }
    } else if (rows.slot == 0) {
      i = 1;
    }
  }
  for (; i < rows.count; ++i) {
    if (FindBefore(m, key, rows.slot + i) != kNoSlot) break;
    IndexKey(m, key, rows.slot + i);
  }
  return i;
}

// Links are made in the order of the rows, so those that are made already are of the first rows.
std::uint32_t StoreState::Linked(ForeignKey f, std::uint32_t end, std::uint32_t begin) const {
  while (end > begin && Child(f, end - 1).parent == kNoSlot) --end;
  return end;
}

void StoreState::LinkNewRows(std::uint32_t m, const NewRows& rows) {
  for (const ForeignKey f : model(m).foreign_keys) {
    // Rows before these may wait for their parents, and are first in line.
    const std::uint32_t before = rows.slot - std::min(rows.slot, kPageRows);
    const std::uint32_t linked = Linked(f, rows.slot, before);
    if (linked == before && before > 0) continue;
    const CellLayout& cell = layout(m).cells[foreign_key(f).attributes[0]];
    bool waiting = false;
    for (std::uint32_t slot = linked; slot < rows.slot; ++slot) {
      waiting = waiting || !IsNull(Row(m, slot), cell);
    }
    if (!waiting) LinkSome(f, rows.slot, rows.count, /*dangle=*/false);
  }
}

void StoreState::LinkRows(std::uint32_t m) {
  const TableView& view = views_[m];
  std::vector<std::uint32_t> linked;
  for (const ForeignKey f : model(m).foreign_keys) linked.push_back(Linked(f, view.slots, 0));
  for (std::uint32_t begin = 0; begin < view.slots;) {
    const std::uint32_t end = begin + std::min(kPageRows, view.slots - begin);
    for (std::size_t i = 0; i < linked.size(); ++i) {
      const std::uint32_t from = std::max(begin, linked[i]);
      if (from < end) LinkSome(model(m).foreign_keys[i], from, end - from, /*dangle=*/true);
    }
    begin = end;
  }
}

// Links rows of one page; stops at one that refers to no row, unless it is to dangle.
void StoreState::LinkSome(ForeignKey f, std::uint32_t begin, std::uint32_t count, bool dangle) {
  const ForeignKeyInfo& info = foreign_key(f);
  const std::uint32_t m = info.owner.index;
  const std::uint32_t target = info.target.index;
  const std::uint32_t home_cell = info.target_key == 0 ? layout(target).home_cell : 0;
  const auto link_by_key = [&](std::uint32_t child) {
    const std::uint32_t parent = FindParent(f, child);
    if (parent != kNoSlot || dangle) Link(f, child, parent);
    return parent != kNoSlot || dangle || !HashKey(Views(m, child, info.attributes)).has_value();
  };
  if (home_cell == 0) {
    for (std::uint32_t i = 0; i < count && link_by_key(begin + i);) ++i;
    return;
  }
  const LinkLayout& at = link(f);
  const CellLayout cell = layout(m).cells[info.attributes[0]];
  const RawRows parents(views_[target], tables_[target].pages);
  const RawRows children(views_[m], tables_[m].pages);
  const std::size_t stride = views_[m].stride;
  const std::uint64_t first_key = views_[target].first_key;
  const std::uint32_t slots = views_[target].slots;
  char* const first_child = children.Row(begin);
  // The parents that are at home, and where. What is written on the way changes neither.
  std::array<char*, kPageRows> rows;
  std::array<std::uint32_t, kPageRows> homes;
  const char* from = first_child;
  for (std::uint32_t i = 0; i < count; ++i, from += stride) {
    const std::uint64_t home = LoadAs<std::uint64_t>(from + cell.offset) - first_key;
    rows[i] = nullptr;
    if (home >= slots || IsNull(from, cell)) continue;
    homes[i] = static_cast<std::uint32_t>(home);
    rows[i] = parents.Row(homes[i]);
    Fetch(rows[i] + at.parent_offset);
    Fetch(rows[i] + home_cell);
  }
  char* row = first_child;
  for (std::uint32_t i = 0; i < count; ++i, row += stride) {
    if (const std::uint32_t next = i + kChildrenAhead; next < count && rows[next] != nullptr) {
      const auto last =
          LoadAs<std::uint32_t>(rows[next] + at.parent_offset + offsetof(ParentLink, last));
      if (last != kNoSlot) Fetch(children.Row(last) + at.child_offset);
    }
    char* parent = rows[i];
    if (parent == nullptr ||
        LoadAs<std::uint64_t>(parent + home_cell) != LoadAs<std::uint64_t>(row + cell.offset)) {
      if (!IsNull(row, cell) && !link_by_key(begin + i)) return;
      continue;
    }
    // Each member by itself: read as a whole, what was just written in parts would stall.
    const std::uint32_t child = begin + i;
    parent += at.parent_offset;
    const auto last = LoadAs<std::uint32_t>(parent + offsetof(ParentLink, last));
    const auto siblings = LoadAs<std::uint32_t>(parent + offsetof(ParentLink, count));
    Save(row + at.child_offset + offsetof(ChildLink, parent), homes[i]);
    Save(row + at.child_offset + offsetof(ChildLink, prev), last);
    if (last == kNoSlot) {
      Save(parent + offsetof(ParentLink, first), child);
    } else {
      Save(children.Row(last) + at.child_offset + offsetof(ChildLink, next), child);
    }
    Save(parent + offsetof(ParentLink, last), child);
    Save(parent + offsetof(ParentLink, count), siblings + 1);
  }
}

}  // namespace relata::internal
