// Pages of equal size, shared between stores and copied on write.
//
// Reading goes through one flat array of page addresses. Owning goes through chunks of pages, both
// counted: a fork shares every chunk and copies only the flat array, so its cost is a few bytes for
// each page. Each page names its owner; a page that names another one than this array is copied
// before it is first written to (or taken over, when no one else is left), and its chunk with it.
// New pages come from runs (graph/page_run.h) that grow with the array; copies take the place of
// pages that are gone, or stand by themselves.
//
// Promises: a page whose owner is this array is reachable from no other one. Thread-compatible; two
// arrays that share pages may be used from two threads.
#ifndef RELATA_GRAPH_PAGES_H_
#define RELATA_GRAPH_PAGES_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "graph/page_run.h"

namespace relata::internal {

// What else a page's bytes hold references to, if anything.
class PageContents {
 public:
  virtual ~PageContents() = default;
  // A copy of the page's bytes has been made.
  virtual void Copied(const char* page) const = 0;
  // The page's bytes are about to be freed.
  virtual void Freed(const char* page) const = 0;
};

class PagedArray {
 public:
  // `contents` may be null; otherwise it outlives this array and every array forked from it.
  PagedArray(std::size_t page_bytes, const PageContents* contents);
  PagedArray(PagedArray&& other) noexcept;
  PagedArray& operator=(PagedArray&& other) noexcept;
  PagedArray(const PagedArray&) = delete;
  PagedArray& operator=(const PagedArray&) = delete;
  ~PagedArray();

  std::size_t size() const { return pages_.size(); }
  std::size_t page_bytes() const { return page_bytes_; }
  // The addresses of all pages; moves when a page is added, its elements change when one is copied.
  char* const* pages() const { return pages_.data(); }
  // What stands as the owner in the headers of pages that are this array's own; another one once
  // it has been forked.
  std::uint64_t owner() const { return owner_; }
  const char* Read(std::size_t page) const { return pages_[page]; }
  // Whether every page is this array's own: Write gives what Read does.
  bool all_own() const { return others_ == 0; }
  char* Write(std::size_t page) {
    char* bytes = pages_[page];
    return others_ == 0 || HeaderOf(bytes)->owner == owner_ ? bytes : MakeOwn(page);
  }

  // A page of zeros at the end.
  void Add();
  // So many are about to be there: what is missing is added from as few runs as possible.
  void Reserve(std::size_t pages) { reserved_ = pages; }

  // Another array of the same pages. Neither owns them any more.
  PagedArray Fork();

  // The first page from `page` on that `other` does not hold in the same place, or the size. Chunks
  // that both share are skipped as a whole.
  std::size_t NextUnshared(const PagedArray& other, std::size_t page) const;

  // How many pages another array holds as well.
  std::size_t SharedPages() const;

 private:
  static constexpr std::size_t kChunkPages = 256;
  struct Chunk {
    std::atomic<std::uint64_t> references{1};  // arrays that hold the chunk
    std::uint32_t count = 0;
    char* pages[kChunkPages];
  };

  char* FromRun();
  char* Owned(char* page) const;
  char* MakeOwn(std::size_t page);
  Chunk* OwnChunk(std::size_t chunk);
  void ReleasePage(char* page) const;
  void ReleaseChunk(Chunk* chunk) const;
  void Clear();

  std::size_t page_bytes_;
  const PageContents* contents_;
  std::uint64_t owner_;
  std::vector<char*> pages_;
  std::vector<Chunk*> chunks_;
  std::size_t others_ = 0;    // pages whose owner is not this array
  PageRun* run_ = nullptr;    // open, for the next pages to be added
  std::size_t last_run_ = 0;  // pages
  std::size_t reserved_ = 0;  // pages there are to be
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_PAGES_H_
