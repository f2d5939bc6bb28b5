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

// Rows lie in pages of 2^shift rows. A row begins with the stamp of its instance, 0 when the slot
// is free.
struct TableView {
  const char* const* pages = nullptr;
  std::uint32_t slots = 0;  // slots in use or free, from 0
  std::uint32_t shift = 0;
  std::uint32_t mask = 0;
  std::uint32_t stride = 0;

  const char* Row(std::uint32_t slot) const {
    return pages[slot >> shift] + static_cast<std::size_t>(slot & mask) * stride;
  }
};

template <typename T>
inline T LoadAs(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

inline std::uint64_t StampOf(const char* row) { return LoadAs<std::uint64_t>(row); }

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

[[noreturn]] void DieOfStaleHandle(Model model);

}  // namespace relata::internal

#endif  // RELATA_INTERNAL_TABLE_VIEW_H_
