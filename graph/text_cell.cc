#include "graph/text_cell.h"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

#include "relata/internal/table_view.h"

namespace relata::internal {
namespace {

bool IsLong(const char* cell) {
  return static_cast<std::uint8_t>(cell[kTextCellSize - 1]) == kLongText;
}

LongTextHeader* BlockOf(const char* cell) { return LoadAs<LongTextHeader*>(cell); }

std::atomic_ref<std::uint64_t> References(LongTextHeader* block) {
  return std::atomic_ref<std::uint64_t>(block->references);
}

}  // namespace

void MakeText(char* cell, std::string_view text) {
  std::memset(cell, 0, kTextCellSize);
  if (text.size() < kTextCellSize) {
    if (!text.empty()) std::memcpy(cell, text.data(), text.size());
    cell[kTextCellSize - 1] = static_cast<char>(text.size());
    return;
  }
  auto* block = static_cast<LongTextHeader*>(std::malloc(sizeof(LongTextHeader) + text.size()));
  if (block == nullptr) throw std::bad_alloc();
  block->size = text.size();
  block->references = 1;
  std::memcpy(block + 1, text.data(), text.size());
  std::memcpy(cell, &block, sizeof(block));
  cell[kTextCellSize - 1] = static_cast<char>(kLongText);
}

void RetainText(const char* cell) {
  if (IsLong(cell)) References(BlockOf(cell)).fetch_add(1, std::memory_order_relaxed);
}

void ReleaseText(const char* cell) {
  if (!IsLong(cell)) return;
  LongTextHeader* block = BlockOf(cell);
  if (References(block).fetch_sub(1, std::memory_order_acq_rel) == 1) std::free(block);
}

std::size_t TextBlockBytes(const char* cell) {
  return IsLong(cell) ? sizeof(LongTextHeader) + BlockOf(cell)->size : 0;
}

}  // namespace relata::internal
