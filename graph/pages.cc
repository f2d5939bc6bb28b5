#include "graph/pages.h"

#include <cstdlib>
#include <cstring>
#include <new>
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
      pages_(std::move(other.pages_)),
      chunks_(std::move(other.chunks_)) {
  other.pages_.clear();
  other.chunks_.clear();
}

PagedArray& PagedArray::operator=(PagedArray&& other) noexcept {
  if (this == &other) return *this;
  Clear();
  page_bytes_ = other.page_bytes_;
  contents_ = other.contents_;
  owner_ = other.owner_;
  pages_ = std::move(other.pages_);
  chunks_ = std::move(other.chunks_);
  other.pages_.clear();
  other.chunks_.clear();
  return *this;
}

PagedArray::~PagedArray() { Clear(); }

void PagedArray::Clear() {
  for (Chunk* chunk : chunks_) ReleaseChunk(chunk);
  chunks_.clear();
  pages_.clear();
}

char* PagedArray::NewPage() const {
  // calloc, for zeros that the system often has at hand.
  auto* bytes = static_cast<char*>(std::calloc(1, sizeof(Header) + page_bytes_));
  if (bytes == nullptr) throw std::bad_alloc();
  new (bytes) Header{{1}, owner_};
  return bytes + sizeof(Header);
}

void PagedArray::ReleasePage(char* page) const {
  if (HeaderOf(page)->references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  if (contents_ != nullptr) contents_->Freed(page);
  std::free(HeaderOf(page));
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
  if (HeaderOf(bytes)->references.load(std::memory_order_acquire) == 1) {
    HeaderOf(bytes)->owner = owner_;
    return bytes;
  }
  char* copy = NewPage();
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
  char* bytes = NewPage();
  chunk->pages[chunk->count++] = bytes;
  pages_.push_back(bytes);
}

PagedArray PagedArray::Fork() {
  PagedArray fork(page_bytes_, contents_);
  fork.pages_ = pages_;
  fork.chunks_ = chunks_;
  for (Chunk* chunk : chunks_) chunk->references.fetch_add(1, std::memory_order_relaxed);
  owner_ = NewOwner();
  return fork;
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
