// Large pieces of fresh memory: the system hands them out page by page at the first touch, which
// for memory that is written once costs more than the writing, unless its pages are huge.
#ifndef RELATA_GRAPH_HUGE_PAGES_H_
#define RELATA_GRAPH_HUGE_PAGES_H_

#include <cstddef>

namespace relata::internal {

inline constexpr std::size_t kHugePage = std::size_t{2} << 20;  // on x86-64, and by default on ARM

// Says that huge pages are welcome from `begin` on. Where the system has none to give, nothing
// changes.
void OfferHugePages(void* begin, std::size_t size);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_HUGE_PAGES_H_
