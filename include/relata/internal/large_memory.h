// Memory for a vector that may become very large. Not part of the public API; everything here may
// change.
//
// The system hands out fresh memory page by page, and for a vector that is written once that costs
// more than the writing. From a megabyte on it is asked for large pages instead, and one block of
// up to 64 MiB that was given back is kept for the next vector of about its size. What is in it is
// left to the system meanwhile, which takes it when it is short of memory.
//
// Thread-safe.
#ifndef RELATA_INTERNAL_LARGE_MEMORY_H_
#define RELATA_INTERNAL_LARGE_MEMORY_H_

#include <cstddef>

namespace relata::internal {

void* AllocateLarge(std::size_t bytes);
void FreeLarge(void* memory, std::size_t bytes);

template <typename T>
struct LargeAllocator {
  using value_type = T;
  LargeAllocator() = default;
  template <typename U>
  explicit LargeAllocator(const LargeAllocator<U>&) {}

  T* allocate(std::size_t count) { return static_cast<T*>(AllocateLarge(count * sizeof(T))); }
  void deallocate(T* memory, std::size_t count) { FreeLarge(memory, count * sizeof(T)); }
  friend bool operator==(const LargeAllocator&, const LargeAllocator&) { return true; }
};

}  // namespace relata::internal

#endif  // RELATA_INTERNAL_LARGE_MEMORY_H_
