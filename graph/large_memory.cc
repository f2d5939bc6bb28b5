#include "relata/internal/large_memory.h"

#include <sys/mman.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

#include "graph/huge_pages.h"

namespace relata::internal {
namespace {

constexpr std::size_t kLarge = kHugePage / 2;
constexpr std::size_t kMostKept = std::size_t{64} << 20;

// A large block that was given back, whose first bytes are its size; or nullptr. Whoever takes it
// out has it alone.
std::atomic<void*> kept{nullptr};

std::size_t Rounded(std::size_t bytes) { return (bytes + kHugePage - 1) / kHugePage * kHugePage; }

std::size_t SizeOf(const void* block) {
  std::size_t size;
  std::memcpy(&size, block, sizeof(size));
  return size;
}

// Of two blocks the larger one stays: a vector that grows gives back small ones on its way.
void Keep(void* block) {
  void* const other = kept.exchange(nullptr, std::memory_order_acquire);
  if (other != nullptr && SizeOf(other) > SizeOf(block)) {
    std::free(block);
    block = other;
  } else {
    std::free(other);
  }
  std::free(kept.exchange(block, std::memory_order_acq_rel));
}

// The block that is kept, if it has that size, or is not much larger.
void* TakeKept(std::size_t size) {
  void* const block = kept.exchange(nullptr, std::memory_order_acquire);
  if (block == nullptr) return nullptr;
  if (SizeOf(block) >= size && SizeOf(block) / 2 <= size) return block;
  Keep(block);
  return nullptr;
}

}  // namespace

void* AllocateLarge(std::size_t bytes) {
  if (bytes < kLarge) return ::operator new(bytes);
  const std::size_t size = Rounded(bytes);
  if (void* const block = TakeKept(size); block != nullptr) return block;
  void* const memory = std::aligned_alloc(kHugePage, size);
  if (memory == nullptr) throw std::bad_alloc();
  OfferHugePages(memory, size);
  return memory;
}

void FreeLarge(void* memory, std::size_t bytes) {
  if (bytes < kLarge) return ::operator delete(memory);
  const std::size_t size = Rounded(bytes);
  if (size > kMostKept) return std::free(memory);
  // The system may have it back as soon as it is short of memory.
  static_cast<void>(madvise(memory, size, MADV_FREE));
  std::memcpy(memory, &size, sizeof(size));
  Keep(memory);
}

}  // namespace relata::internal
