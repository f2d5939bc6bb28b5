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
#include "graph/store_state.h"

namespace relata::internal {

enum class AccessKind : std::uint8_t {
  kScan,  // every row of the model
  kKeys,  // the rows that have one of some keys: by the identity map or another unique key
  kWalk,  // what is linked to one row, or to each of some rows
  kNone,  // no row can be meant
};

struct AccessPath {
  AccessKind kind = AccessKind::kScan;
  std::size_t expected = 0;          // candidates, or more than there are
  std::vector<std::uint32_t> slots;  // kKeys, and kWalk from several rows: the candidates
  bool listed = false;               // they are in `slots`
  LinkWalk walk;                     // kWalk from one row
  const char* from = nullptr;        // that row
  std::string description;           // for Explain
};

// The way with the fewest candidates. `facts` hold of every row that is wanted. O(keys + foreign
// keys) and the candidates that are listed.
AccessPath ChooseAccess(const StoreState& state, Model model, const Facts& facts);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_ACCESS_PATH_H_
