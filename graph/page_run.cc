#include "graph/page_run.h"

#include <cassert>
#include <cstdlib>
#include <cstring>
#include <new>

#include "graph/huge_pages.h"

namespace relata::internal {
namespace {

// From this size on one huge page at least lies within, wherever the run begins.
constexpr std::size_t kLargeRun = 2 * kHugePage;

}  // namespace

std::size_t PageRun::Stride(std::size_t page_bytes) {
  return (sizeof(PageHeader) + page_bytes + kCacheLine - 1) / kCacheLine * kCacheLine;
}

char* PageRun::PageAt(std::size_t place) {
  return reinterpret_cast<char*>(this) + kFirstPage + place * Stride(page_bytes_);
}

PageRun* PageRun::Make(std::size_t page_bytes, std::size_t count) {
  static_assert(sizeof(PageRun) + sizeof(PageHeader) <= kFirstPage);
  assert(count > 0);
  const std::size_t size = kFirstPage + count * Stride(page_bytes);
  auto* bytes = static_cast<char*>(std::aligned_alloc(kCacheLine, size));
  if (bytes == nullptr) throw std::bad_alloc();
  if (size >= kLargeRun) OfferHugePages(bytes, size);
  return new (bytes) PageRun(page_bytes, count);
}

PageRun* PageRun::Of(char* page, std::size_t page_bytes) {
  return reinterpret_cast<PageRun*>(page - HeaderOf(page)->place * Stride(page_bytes) - kFirstPage);
}

char* PageRun::Take() {
  char* page;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!returned_.empty()) {
      page = PageAt(returned_.back());
      returned_.pop_back();
    } else {
      if (!open_ || given_out_ == count_) return nullptr;
      page = PageAt(given_out_);
      new (HeaderOf(page)) PageHeader{0, static_cast<std::uint32_t>(given_out_), 0};
      ++given_out_;
    }
  }
  // Not all at once for the whole run, which may never need the rest: and what is about to be
  // written is in the cache now.
  std::memset(page, 0, page_bytes_);
  return page;
}

void PageRun::Return(char* page) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    returned_.push_back(HeaderOf(page)->place);
    if (open_ || returned_.size() < given_out_) return;
  }
  Free();
}

void PageRun::Close() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    open_ = false;
    if (returned_.size() < given_out_) return;
  }
  Free();
}

void PageRun::Free() {
  this->~PageRun();
  std::free(this);
}

}  // namespace relata::internal
