// The links of one foreign key in rows that can be written as they lie: pages that are a store's
// own, of which nothing is logged.
//
// It keeps copies of where everything is. What is written through a pointer to bytes cannot change
// those, so that a compiler need not read them again after each number that it writes. Valid until
// a table grows or a page is copied.
#ifndef RELATA_GRAPH_OPEN_LINKS_H_
#define RELATA_GRAPH_OPEN_LINKS_H_

#include <cstddef>
#include <cstdint>

#include "graph/cells.h"
#include "graph/layout.h"
#include "relata/internal/table_view.h"

namespace relata::internal {

class OpenLinks {
 public:
  OpenLinks(const TableView& owners, const TableView& targets, const LinkLayout& at)
      : owner_pages_(owners.pages),
        target_pages_(targets.pages),
        owner_stride_(owners.stride),
        target_stride_(targets.stride),
        child_offset_(at.child_offset),
        parent_offset_(at.parent_offset) {}

  // The ChildLink, and the ParentLink, of a row.
  char* Child(std::uint32_t slot) const {
    return At(owner_pages_, owner_stride_, slot) + child_offset_;
  }
  char* Parent(std::uint32_t slot) const {
    return At(target_pages_, target_stride_, slot) + parent_offset_;
  }
  // Takes a child out of the list of a parent. What it knows of its place is left as it was.
  void CutOut(const char* child) const {
    const auto next = LoadAs<std::uint32_t>(child + offsetof(ChildLink, next));
    const auto prev = LoadAs<std::uint32_t>(child + offsetof(ChildLink, prev));
    char* const up = Parent(LoadAs<std::uint32_t>(child + offsetof(ChildLink, parent)));
    char* const before = prev == kNoSlot ? up + offsetof(ParentLink, first)
                                         : Child(prev) + offsetof(ChildLink, next);
    char* const after =
        next == kNoSlot ? up + offsetof(ParentLink, last) : Child(next) + offsetof(ChildLink, prev);
    // Neighbours often are far apart, and a processor stores in order: to wait for both at once
    // takes half as long.
    __builtin_prefetch(before, 1);
    __builtin_prefetch(after, 1);
    // Number by number here and below, as StoreState::LinkNew.
    StoreAs(up + offsetof(ParentLink, count),
            LoadAs<std::uint32_t>(up + offsetof(ParentLink, count)) - 1);
    StoreAs(before, next);
    StoreAs(after, prev);
  }
  // The same, and leaves the child nobody's, with a null for a key.
  void Drop(char* child, const CellLayout& key) const {
    char& nulls = child[key.null_byte - child_offset_];  // which come after all links
    nulls = static_cast<char>(nulls | key.null_mask);
    CutOut(child);
    StoreAs(child + offsetof(ChildLink, parent), kNoSlot);
    StoreAs(child + offsetof(ChildLink, next), kNoSlot);
    StoreAs(child + offsetof(ChildLink, prev), kNoSlot);
  }
  // Links a child, whose slot is given as well, as the last one of a parent.
  void Append(std::uint32_t slot, char* child, std::uint32_t parent) const {
    char* const up = Parent(parent);
    const auto last = LoadAs<std::uint32_t>(up + offsetof(ParentLink, last));
    StoreAs(child + offsetof(ChildLink, parent), parent);
    StoreAs(child + offsetof(ChildLink, next), kNoSlot);
    StoreAs(child + offsetof(ChildLink, prev), last);
    StoreAs(last == kNoSlot ? up + offsetof(ParentLink, first)
                            : Child(last) + offsetof(ChildLink, next),
            slot);
    StoreAs(up + offsetof(ParentLink, last), slot);
    StoreAs(up + offsetof(ParentLink, count),
            LoadAs<std::uint32_t>(up + offsetof(ParentLink, count)) + 1);
  }

 private:
  static char* At(const char* const* pages, std::uint32_t stride, std::uint32_t slot) {
    return const_cast<char*>(pages[slot >> kPageShift]) +
           static_cast<std::size_t>(slot % kPageRows) * stride;
  }

  const char* const* owner_pages_;
  const char* const* target_pages_;
  std::uint32_t owner_stride_;
  std::uint32_t target_stride_;
  std::uint32_t child_offset_;
  std::uint32_t parent_offset_;
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_OPEN_LINKS_H_
