// Counts what a test program allocates by any means: how many bytes live at once, at most. Included
// by one file of a program only, since it stands in for malloc. A program with a sanitizer, which
// stands in for malloc itself, counts nothing.
#ifndef RELATA_TESTS_SNAPSHOT_ALLOCATIONS_H_
#define RELATA_TESTS_SNAPSHOT_ALLOCATIONS_H_

#include <malloc.h>

#include <algorithm>
#include <cstddef>

#include "tests/snapshot_world.h"

namespace relata {

inline constexpr bool kCountsAllocations = RELATA_SANITIZED == 0;

struct Allocations {
  std::size_t live = 0;
  std::size_t peak = 0;

  // What is live now counts as nothing from here on.
  void Restart() { live = peak = 0; }
  void* Grown(void* block) {
    if (block != nullptr) live += malloc_usable_size(block);
    peak = std::max(peak, live);
    return block;
  }
  // What was allocated before the restart may be freed after it.
  void Shrink(void* block) {
    if (block != nullptr) live -= std::min(live, malloc_usable_size(block));
  }
};
inline constinit Allocations allocations;

}  // namespace relata

#if !RELATA_SANITIZED
extern "C" {
// glibc's own, under the names that it keeps for this use.
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* block);

void* malloc(std::size_t size) noexcept { return relata::allocations.Grown(__libc_malloc(size)); }
void* calloc(std::size_t count, std::size_t size) noexcept {
  return relata::allocations.Grown(__libc_calloc(count, size));
}
void* realloc(void* block, std::size_t size) noexcept {
  relata::allocations.Shrink(block);
  return relata::allocations.Grown(__libc_realloc(block, size));
}
void* memalign(std::size_t alignment, std::size_t size) noexcept {
  return relata::allocations.Grown(__libc_memalign(alignment, size));
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  return memalign(alignment, size);
}
int posix_memalign(void** block, std::size_t alignment, std::size_t size) noexcept {
  *block = memalign(alignment, size);
  return *block == nullptr ? 12 : 0;  // ENOMEM
}
void free(void* block) noexcept {
  relata::allocations.Shrink(block);
  __libc_free(block);
}
}
#endif

#endif  // RELATA_TESTS_SNAPSHOT_ALLOCATIONS_H_
