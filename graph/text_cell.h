// The 16-byte cells of text and bytes (relata/internal/table_view.h has their form). Contents of
// more than 15 bytes lie in an immutable block that every copy of the cell shares and counts.
#ifndef RELATA_GRAPH_TEXT_CELL_H_
#define RELATA_GRAPH_TEXT_CELL_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "relata/internal/table_view.h"

namespace relata::internal {

// Fills a cell with at most 15 bytes, whatever it held: nothing that it refers to is released.
inline void MakeShortText(char* cell, std::string_view text) {
  constexpr std::size_t kHalf = kTextCellSize / 2;
  const std::size_t size = text.size();
  std::memset(cell, 0, kTextCellSize);
  if (size >= kHalf) {  // two halves that may overlap
    char last[kHalf];
    std::memcpy(last, text.data() + size - kHalf, kHalf);
    std::memcpy(cell, text.data(), kHalf);
    std::memcpy(cell + size - kHalf, last, kHalf);
  } else if (size > 0) {
    std::memcpy(cell, text.data(), size);
  }
  cell[kTextCellSize - 1] = static_cast<char>(size);
}
// Whether a cell holds at most 15 bytes, and these are ASCII.
inline bool IsShortAscii(const char* cell) {
  const auto first = LoadAs<std::uint64_t>(cell);
  const auto second = LoadAs<std::uint64_t>(cell + sizeof(first));
  return ((first | second) & 0x8080808080808080u) == 0;
}

// Fills a cell whose old contents, if any, have been released or moved away.
void MakeText(char* cell, std::string_view text);
inline bool IsLongText(const char* cell) {
  return static_cast<std::uint8_t>(cell[kTextCellSize - 1]) == kLongText;
}
// A copy of the cell has been made, or is about to go. Thread-safe.
void RetainText(const char* cell);
void ReleaseLongText(const char* cell);
inline void ReleaseText(const char* cell) {
  if (IsLongText(cell)) ReleaseLongText(cell);
}
// The bytes allocated for a cell's block; 0 for a short one.
std::size_t TextBlockBytes(const char* cell);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_TEXT_CELL_H_
