#include "graph/text_cell.h"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

#include "relata/internal/table_view.h"

namespace relata::internal {
namespace {

LongTextHeader* BlockOf(const char* cell) { return LoadAs<LongTextHeader*>(cell); }

std::atomic_ref<std::uint64_t> References(LongTextHeader* block) {
  return std::atomic_ref<std::uint64_t>(block->references);
}

}  // namespace

void MakeText(char* cell, std::string_view text) {
  if (text.size() < kTextCellSize) {
    MakeShortText(cell, text);
    return;
  }
  std::memset(cell, 0, kTextCellSize);
  auto* block = static_cast<LongTextHeader*>(std::malloc(sizeof(LongTextHeader) + text.size()));
  if (block == nullptr) throw std::bad_alloc();
  block->size = text.size();
  block->references = 1;
  std::memcpy(block + 1, text.data(), text.size());
  std::memcpy(cell, &block, sizeof(block));
  cell[kTextCellSize - 1] = static_cast<char>(kLongText);
}

void RetainText(const char* cell) {
  if (IsLongText(cell)) References(BlockOf(cell)).fetch_add(1, std::memory_order_relaxed);
}

void ReleaseLongText(const char* cell) {
  LongTextHeader* block = BlockOf(cell);
  if (References(block).fetch_sub(1, std::memory_order_acq_rel) == 1) std::free(block);
}

std::size_t TextBlockBytes(const char* cell) {
  return IsLongText(cell) ? sizeof(LongTextHeader) + BlockOf(cell)->size : 0;
}

}  // namespace relata::internal
