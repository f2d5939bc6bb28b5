#include "relata/internal/large_memory.h"

#include <cstdlib>
#include <new>

#include "graph/huge_pages.h"

namespace relata::internal {
namespace {

constexpr std::size_t kLarge = kHugePage / 2;

}  // namespace

void* AllocateLarge(std::size_t bytes) {
  if (bytes < kLarge) return ::operator new(bytes);
  const std::size_t rounded = (bytes + kHugePage - 1) / kHugePage * kHugePage;
  void* const memory = std::aligned_alloc(kHugePage, rounded);
  if (memory == nullptr) throw std::bad_alloc();
  OfferHugePages(memory, rounded);
  return memory;
}

void FreeLarge(void* memory, std::size_t bytes) {
  bytes < kLarge ? ::operator delete(memory) : std::free(memory);
}

}  // namespace relata::internal
