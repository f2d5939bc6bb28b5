#include "graph/pages.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "graph/stamps.h"

namespace relata::internal {
namespace {

// Owners are drawn one at a time and seldom, on any thread.
std::uint64_t NewOwner() {
  thread_local Stamps stamps;
  return stamps.Next();
}

}  // namespace

PagedArray::PagedArray(std::size_t page_bytes, const PageContents* contents)
    : page_bytes_(page_bytes), contents_(contents), owner_(NewOwner()) {}

PagedArray::PagedArray(PagedArray&& other) noexcept
    : page_bytes_(other.page_bytes_),
      contents_(other.contents_),
      owner_(other.owner_),
      pages_(std::exchange(other.pages_, {})),
      chunks_(std::exchange(other.chunks_, {})),
      others_(std::exchange(other.others_, 0)),
      run_(std::exchange(other.run_, nullptr)),
      last_run_(std::exchange(other.last_run_, 0)),
      reserved_(std::exchange(other.reserved_, 0)) {}

PagedArray& PagedArray::operator=(PagedArray&& other) noexcept {
  if (this == &other) return *this;
  Clear();
  page_bytes_ = other.page_bytes_;
  contents_ = other.contents_;
  owner_ = other.owner_;
  pages_ = std::exchange(other.pages_, {});
  chunks_ = std::exchange(other.chunks_, {});
  others_ = std::exchange(other.others_, 0);
  run_ = std::exchange(other.run_, nullptr);
  last_run_ = std::exchange(other.last_run_, 0);
  reserved_ = std::exchange(other.reserved_, 0);
  return *this;
}

PagedArray::~PagedArray() { Clear(); }

void PagedArray::Clear() {
  for (Chunk* chunk : chunks_) ReleaseChunk(chunk);
  chunks_.clear();
  pages_.clear();
  if (run_ != nullptr) std::exchange(run_, nullptr)->Close();
}

char* PagedArray::Owned(char* page) const {
  HeaderOf(page)->references.store(1, std::memory_order_relaxed);
  HeaderOf(page)->owner = owner_;
  return page;
}

// A page from the run that is open, or from a new one: of all that is reserved, or else twice as
// large as the last.
char* PagedArray::FromRun() {
  constexpr std::size_t kLargest = std::size_t{32} << 20;
  char* page = run_ == nullptr ? nullptr : run_->Take();
  if (page != nullptr) return page;
  const std::size_t wanted = pages_.size() < reserved_ ? reserved_ - pages_.size()
                                                       : std::max(2 * last_run_, std::size_t{1});
  const std::size_t most = std::max(kLargest / page_bytes_, std::size_t{1});
  PageRun* run = PageRun::Make(page_bytes_, std::min(wanted, most));
  if (run_ != nullptr) run_->Close();
  run_ = run;
  last_run_ = std::min(wanted, most);
  return run_->Take();
}

void PagedArray::ReleasePage(char* page) const {
  if (HeaderOf(page)->references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  if (contents_ != nullptr) contents_->Freed(page);
  PageRun::Of(page, page_bytes_)->Return(page);
}

void PagedArray::ReleaseChunk(Chunk* chunk) const {
  if (chunk->references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  for (std::uint32_t i = 0; i < chunk->count; ++i) ReleasePage(chunk->pages[i]);
  delete chunk;
}

PagedArray::Chunk* PagedArray::OwnChunk(std::size_t chunk) {
  Chunk* shared = chunks_[chunk];
  if (shared->references.load(std::memory_order_acquire) == 1) return shared;
  auto* own = new Chunk;
  own->count = shared->count;
  for (std::uint32_t i = 0; i < shared->count; ++i) {
    own->pages[i] = shared->pages[i];
    HeaderOf(own->pages[i])->references.fetch_add(1, std::memory_order_relaxed);
  }
  chunks_[chunk] = own;
  ReleaseChunk(shared);
  return own;
}

char* PagedArray::MakeOwn(std::size_t page) {
  Chunk* chunk = OwnChunk(page / kChunkPages);
  char* bytes = pages_[page];
  --others_;
  if (HeaderOf(bytes)->references.load(std::memory_order_acquire) == 1) {
    HeaderOf(bytes)->owner = owner_;
    return bytes;
  }
  char* copy = PageRun::Of(bytes, page_bytes_)->Take();
  if (copy == nullptr) {
    PageRun* single = PageRun::Make(page_bytes_, 1);
    copy = single->Take();
    single->Close();
  }
  Owned(copy);
  std::memcpy(copy, bytes, page_bytes_);
  if (contents_ != nullptr) contents_->Copied(copy);
  chunk->pages[page % kChunkPages] = copy;
  pages_[page] = copy;
  ReleasePage(bytes);
  return copy;
}

void PagedArray::Add() {
  const std::size_t page = pages_.size();
  if (page % kChunkPages == 0) chunks_.push_back(new Chunk);
  Chunk* chunk = OwnChunk(page / kChunkPages);
  char* bytes = Owned(FromRun());
  chunk->pages[chunk->count++] = bytes;
  pages_.push_back(bytes);
}

PagedArray PagedArray::Fork() {
  PagedArray fork(page_bytes_, contents_);
  fork.pages_ = pages_;
  fork.chunks_ = chunks_;
  for (Chunk* chunk : chunks_) chunk->references.fetch_add(1, std::memory_order_relaxed);
  owner_ = NewOwner();
  fork.others_ = others_ = pages_.size();
  return fork;
}

std::size_t PagedArray::NextUnshared(const PagedArray& other, std::size_t page) const {
  const std::size_t common = std::min(size(), other.size());
  while (page < common && pages_[page] == other.pages_[page]) {
    const std::size_t chunk = page / kChunkPages;
    page = chunks_[chunk] == other.chunks_[chunk] ? (chunk + 1) * kChunkPages : page + 1;
  }
  return std::min(page, size());
}

std::size_t PagedArray::SharedPages() const {
  std::size_t shared = 0;
  for (const Chunk* chunk : chunks_) {
    const bool whole = chunk->references.load(std::memory_order_acquire) > 1;
    for (std::uint32_t i = 0; i < chunk->count; ++i) {
      shared += whole || HeaderOf(chunk->pages[i])->references.load(std::memory_order_acquire) > 1;
    }
  }
  return shared;
}

}  // namespace relata::internal
