#include "graph/huge_pages.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace relata::internal {

void OfferHugePages(void* begin, std::size_t size) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t skipped = (page - reinterpret_cast<std::uintptr_t>(begin) % page) % page;
  if (skipped >= size) return;
  static_cast<void>(
      madvise(static_cast<char*>(begin) + skipped, (size - skipped) / page * page, MADV_HUGEPAGE));
}

}  // namespace relata::internal
