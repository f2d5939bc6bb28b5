// What a store holds and what it costs in memory (Store::Stats).
#ifndef RELATA_STORE_STATS_H_
#define RELATA_STORE_STATS_H_

#include <cstddef>
#include <vector>

#include "relata/handle.h"

namespace relata {

// A snapshot of the figures; a value of its own.
struct StoreStats {
  struct ModelStats {
    Model model;
    std::size_t rows = 0;
    std::size_t row_bytes = 0;    // pages, free slots included; not what is reserved for more
    std::size_t index_bytes = 0;  // identity map, other unique keys and secondary indexes
  };
  std::vector<ModelStats> models;  // by index
  std::size_t rows = 0;
  std::size_t links = 0;         // resolved foreign keys
  std::size_t text_bytes = 0;    // long text and bytes, each shared block once
  std::size_t bytes = 0;         // all of it; pages shared with forks are counted in full
  std::size_t shared_bytes = 0;  // of which pages that another store holds as well
};

}  // namespace relata

#endif  // RELATA_STORE_STATS_H_
