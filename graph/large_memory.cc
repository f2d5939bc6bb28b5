#include "relata/internal/large_memory.h"

#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace relata::internal {
namespace {

constexpr std::size_t kLarge = std::size_t{1} << 20;
constexpr std::size_t kPage = std::size_t{1} << 21;

}  // namespace

void* AllocateLarge(std::size_t bytes) {
  if (bytes < kLarge) return ::operator new(bytes);
  const std::size_t rounded = (bytes + kPage - 1) / kPage * kPage;
  void* const memory = std::aligned_alloc(kPage, rounded);
  if (memory == nullptr) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
  static_cast<void>(madvise(memory, rounded, MADV_HUGEPAGE));  // advice: it may be declined
#endif
  return memory;
}

void FreeLarge(void* memory, std::size_t bytes) {
  bytes < kLarge ? ::operator delete(memory) : std::free(memory);
}

}  // namespace relata::internal
