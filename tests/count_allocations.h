// Counts what a test program allocates, by operators new and delete of its own: for one file of a
// program.
#ifndef RELATA_TESTS_COUNT_ALLOCATIONS_H_
#define RELATA_TESTS_COUNT_ALLOCATIONS_H_

#include <cstddef>
#include <cstdlib>
#include <new>

namespace relata::testing {
inline std::size_t allocations = 0;
}  // namespace relata::testing

// Out of line: inlined, g++ takes malloc and free for mismatched.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++relata::testing::allocations;
  if (void* block = std::malloc(size == 0 ? 1 : size)) return block;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* block) noexcept { std::free(block); }
[[gnu::noinline]] void operator delete(void* block, std::size_t) noexcept { std::free(block); }

#endif  // RELATA_TESTS_COUNT_ALLOCATIONS_H_
