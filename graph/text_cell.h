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

// Copies at least sizeof(T) bytes and at most twice as many, as two parts that may overlap. A byte
// of what is returned has its highest bit where one of those at its place has it.
template <typename T>
inline T CopyHalves(char* to, std::string_view text) {
  const std::size_t last = text.size() - sizeof(T);
  const auto a = LoadAs<T>(text.data());
  const auto b = LoadAs<T>(text.data() + last);
  std::memcpy(to, &a, sizeof(T));
  std::memcpy(to + last, &b, sizeof(T));
  return static_cast<T>(a | b);
}

// Fills a cell with at most 15 bytes, whatever it held: nothing that it refers to is released.
// Whether they are ASCII, which is known on the way: to read the cell again has to wait until it is
// put together.
inline bool MakeShortText(char* cell, std::string_view text) {
  const std::size_t size = text.size();
  std::uint64_t bits = 0;
  std::memset(cell, 0, kTextCellSize);
  if (size >= sizeof(std::uint64_t)) {
    bits = CopyHalves<std::uint64_t>(cell, text);
  } else if (size >= sizeof(std::uint32_t)) {
    bits = CopyHalves<std::uint32_t>(cell, text);
  } else if (size >= sizeof(std::uint16_t)) {
    bits = CopyHalves<std::uint16_t>(cell, text);
  } else if (size > 0) {
    bits = static_cast<std::uint8_t>(*cell = text[0]);
  }
  cell[kTextCellSize - 1] = static_cast<char>(size);
  return (bits & 0x8080808080808080u) == 0;
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
