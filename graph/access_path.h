// How the rows of a query are found: the ways that there are, and which one is taken. A way gives
// candidates, each at most once; the query's conditions are still run on every one, so that a way
// may give more rows than are wanted, never fewer.
//
// To add a way: an AccessKind, a case in the chooser that proposes it with the number of candidates
// that it expects, and a word for Explain.
#ifndef RELATA_GRAPH_ACCESS_PATH_H_
#define RELATA_GRAPH_ACCESS_PATH_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "graph/condition_binder.h"
#include "graph/index_scan.h"
#include "graph/store_state.h"

namespace relata::internal {

enum class AccessKind : std::uint8_t {
  kScan,   // every row of the model
  kKeys,   // the rows that have one of some keys: by the identity map or another unique key
  kWalk,   // what is linked to one row, or to each of some rows
  kIndex,  // a range of a secondary index, or the rows of several values in it
  kUnion,  // the rows that one or another of some ways gives, by slot
  kNone,   // no row can be meant
};

struct AccessPath {
  AccessKind kind = AccessKind::kScan;
  std::size_t expected = 0;          // candidates, or more than there are
  std::size_t cost = 0;              // in rows of a scan
  std::vector<std::uint32_t> slots;  // the candidates, where they are listed
  bool listed = false;
  LinkWalk walk;               // kWalk, not listed
  const char* from = nullptr;  // the row whose links are walked
  IndexCursor cursor;          // kIndex, not listed: at the first row
  bool in_order = false;    // they come in the order asked for, but for rows that are equal in it
  std::string description;  // for Explain
};

// What a query asks of the order of its rows, as far as an index could give it.
struct WantedOrder {
  struct Term {
    std::uint32_t attribute;
    bool descending;
  };
  std::vector<Term> terms;      // none: no order, or one that no index has
  std::size_t rows = SIZE_MAX;  // how many of the first rows are wanted
  bool all_match = false;       // every candidate is wanted
};

// The cheapest way. `facts` hold of every row that is wanted. O(keys + foreign keys + indexes), the
// logarithm of the rows for each ordered index, and the candidates that are listed.
AccessPath ChooseAccess(const StoreState& state, Model model, const Facts& facts,
                        const WantedOrder& order);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_ACCESS_PATH_H_
