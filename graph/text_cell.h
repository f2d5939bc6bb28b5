// The 16-byte cells of text and bytes (relata/internal/table_view.h has their form). Contents of
// more than 15 bytes lie in an immutable block that every copy of the cell shares and counts.
#ifndef RELATA_GRAPH_TEXT_CELL_H_
#define RELATA_GRAPH_TEXT_CELL_H_

#include <cstddef>
#include <string_view>

namespace relata::internal {

// Fills a cell whose old contents, if any, have been released or moved away.
void MakeText(char* cell, std::string_view text);
// A copy of the cell has been made, or is about to go. Thread-safe.
void RetainText(const char* cell);
void ReleaseText(const char* cell);
// The bytes allocated for a cell's block; 0 for a short one.
std::size_t TextBlockBytes(const char* cell);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_TEXT_CELL_H_
