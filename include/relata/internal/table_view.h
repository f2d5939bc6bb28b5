// What the inline accessors of Store need of a table: where its rows are. Not part of the public
// API; everything here may change.
#ifndef RELATA_INTERNAL_TABLE_VIEW_H_
#define RELATA_INTERNAL_TABLE_VIEW_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "relata/handle.h"
#include "relata/value.h"

namespace relata::internal {

inline constexpr std::uint32_t kNoSlot = UINT32_MAX;            // nothing linked
inline constexpr std::uint32_t kDanglingSlot = UINT32_MAX - 1;  // a key that no row has

template <typename T>
inline T LoadAs(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

inline std::uint64_t StampOf(const char* row) { return LoadAs<std::uint64_t>(row); }

// Rows lie in pages, as many in each for every model, so that a row is found with constants. A
// page is what a fork copies when one of its rows is first written: 10 KiB of rows of 80 bytes.
inline constexpr std::uint32_t kPageShift = 7;
inline constexpr std::uint32_t kPageRows = 1u << kPageShift;

// Before a page of rows lies the number of the store that alone may write to it (graph/pages.h).
inline std::uint64_t OwnerOfPage(const char* page) {
  return LoadAs<std::uint64_t>(page - sizeof(std::uint64_t));
}

// A row begins with the stamp of its instance, 0 when the slot is free.
struct alignas(64) TableView {
  const char* const* pages = nullptr;
  std::uint32_t slots = 0;   // slots in use or free, from 0
  std::uint32_t stride = 0;  // bytes of a row
  // Every page is the store's own: a row can be written where it lies. Otherwise one whose page
  // names `owner` can (OwnerOfPage), and of any other the page is copied first.
  bool own = true;
  std::uint64_t owner = 0;
  // A row whose primary key is one integer is at home in slot `key - first_key`: it is found there
  // without a hash, and only those that are elsewhere are entered in the identity map.
  std::uint64_t first_key = 0;

  const char* Page(std::uint32_t slot) const { return pages[slot >> kPageShift]; }
  bool Owns(std::uint32_t slot) const { return own || OwnerOfPage(Page(slot)) == owner; }
  const char* Row(std::uint32_t slot) const {
    return Page(slot) + static_cast<std::size_t>(slot % kPageRows) * stride;
  }
  // The row at home by a key whose cell is at `offset`, or kNoSlot.
  std::uint32_t FindAtHome(std::int64_t key, std::uint32_t offset) const {
    const std::uint64_t home = static_cast<std::uint64_t>(key) - first_key;
    if (home >= slots) return kNoSlot;
    const char* row = Row(static_cast<std::uint32_t>(home));
    if (StampOf(row) == 0 || LoadAs<std::int64_t>(row + offset) != key) return kNoSlot;
    return static_cast<std::uint32_t>(home);
  }
};

// A text or bytes cell: 16 bytes. Up to 15 bytes lie in the cell, the last byte of which is their
// number; longer contents lie in a shared block, and the last byte is kLongText.
inline constexpr std::size_t kTextCellSize = 16;
inline constexpr std::uint8_t kLongText = 0xff;
struct LongTextHeader {
  std::uint64_t size;
  std::uint64_t references;  // an atomic, touched only by graph/text_cell.cc
};

inline std::string_view TextOf(const char* cell) {
  const auto tag = static_cast<std::uint8_t>(cell[kTextCellSize - 1]);
  if (tag != kLongText) return {cell, tag};
  const char* block = LoadAs<const char*>(cell);
  return {block + sizeof(LongTextHeader), LoadAs<std::uint64_t>(block)};
}

template <typename T>
inline T ReadCell(const char* cell) {
  return LoadAs<T>(cell);
}
template <>
inline bool ReadCell<bool>(const char* cell) {
  return *cell != 0;
}
template <>
inline std::string_view ReadCell<std::string_view>(const char* cell) {
  return TextOf(cell);
}
template <>
inline BytesView ReadCell<BytesView>(const char* cell) {
  const std::string_view text = TextOf(cell);
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

// The links of a row, at offsets that the layout gives. For each foreign key of its model: its
// parent, and its neighbours among the parent's children. For each foreign key that refers to its
// model: its children.
struct ChildLink {
  std::uint32_t parent;
  std::uint32_t next;
  std::uint32_t prev;
};
struct ParentLink {
  std::uint32_t first;
  std::uint32_t last;
  std::uint32_t count;
};

// How to walk an association: where in a row of its source the first slot to visit lies, and where
// in each visited row the next one does.
struct Walk {
  std::uint32_t source = UINT32_MAX;  // models
  std::uint32_t target = 0;
  std::uint32_t walked = 0;        // whose rows are visited: the target's, or the join model's
  std::uint32_t first_offset = 0;  // of a slot; one that dangles counts as none
  std::uint32_t next_offset = 0;   // 0: there is none, it is a belongsTo
  std::uint32_t count_offset = 0;  // of the number of children; 0: there is none
  std::uint32_t hop_offset = 0;    // of the target's slot in a join row
  bool through = false;
  bool scoped = false;  // not every row that is threaded is shown
  bool one = false;     // to one: the first that is shown is the only one
  bool plain = false;   // to many, and not scoped
};

class StoreState;
struct WriteGate;

// A walk in the rows of one store.
struct StoreWalk : Walk {
  // The first slot from `slot` on whose target and join row are in scope and exist, or kNoSlot.
  std::uint32_t SkipOutOfScope(std::uint32_t slot) const;
  // The same, if the source is in scope itself.
  std::uint32_t FirstInScope(std::uint32_t source_slot, std::uint32_t slot) const;

  const TableView* walked_rows = nullptr;
  const TableView* target_rows = nullptr;
  const StoreState* state = nullptr;
  const WriteGate* gate = nullptr;
  std::uint32_t association = 0;
};

[[noreturn]] void DieOfStaleHandle(Model model);
[[noreturn]] void DieOfForeignAssociation(std::uint32_t index, std::uint32_t count);

}  // namespace relata::internal

#endif  // RELATA_INTERNAL_TABLE_VIEW_H_
