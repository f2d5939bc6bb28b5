// Memory for pages of equal size, many in one piece: a page costs no call of the allocator, pages
// that are used together lie together, and large runs are offered to the system for huge pages,
// which makes the first touch of fresh memory an order of magnitude cheaper.
//
// A page is zeros, behind a header of its own, and begins where a cache line does: rows of 64 bytes
// never lie in two. Pages are given back one by one, by any thread, and
// given out again; the run frees itself once it is closed and its last page has come back.
#ifndef RELATA_GRAPH_PAGE_RUN_H_
#define RELATA_GRAPH_PAGE_RUN_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace relata::internal {

// Right before every page.
struct PageHeader {
  std::atomic<std::uint32_t> references;  // chunks that hold the page (graph/pages.h)
  std::uint32_t place;                    // in its run
  std::uint64_t owner;                    // relata::internal::OwnerOfPage
};
static_assert(sizeof(PageHeader) == 16);

inline PageHeader* HeaderOf(char* page) { return reinterpret_cast<PageHeader*>(page) - 1; }
inline const PageHeader* HeaderOf(const char* page) {
  return reinterpret_cast<const PageHeader*>(page) - 1;
}

class PageRun {
 public:
  // A run of as many pages, open. Memory that is not given out is not touched. Throws bad_alloc.
  static PageRun* Make(std::size_t page_bytes, std::size_t count);
  // The run that a page is of.
  static PageRun* Of(char* page, std::size_t page_bytes);

  // A page of zeros with its place in the header, or nullptr when all are in use.
  char* Take();
  // REQUIRES: no one uses the page any more.
  void Return(char* page);
  // No page that was never in use will be taken any more. The run is gone when none is in use.
  void Close();

  PageRun(const PageRun&) = delete;
  PageRun& operator=(const PageRun&) = delete;

 private:
  PageRun(std::size_t page_bytes, std::size_t count) : page_bytes_(page_bytes), count_(count) {}
  static constexpr std::size_t kCacheLine = 64;
  // Where the first page begins, behind the run itself and its own header.
  static constexpr std::size_t kFirstPage = 2 * kCacheLine;
  static std::size_t Stride(std::size_t page_bytes);
  char* PageAt(std::size_t place);
  void Free();

  const std::size_t page_bytes_;
  const std::size_t count_;
  std::mutex mutex_;
  std::size_t given_out_ = 0;  // from the first on, in use or returned
  bool open_ = true;
  std::vector<std::uint32_t> returned_;
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_PAGE_RUN_H_
