// Which values of an attribute a comparison with a number holds for: a range in the attribute's own
// type, so that nothing is converted when rows are looked at. Exact: an INTEGER that is greater
// than 1.5 is 2 or more.
#ifndef RELATA_GRAPH_LITERAL_RANGE_H_
#define RELATA_GRAPH_LITERAL_RANGE_H_

#include <cstdint>
#include <limits>

#include "graph/condition_node.h"
#include "relata/value.h"

namespace relata::internal {

struct IntegerRange {
  std::int64_t low = std::numeric_limits<std::int64_t>::min();
  std::int64_t high = std::numeric_limits<std::int64_t>::max();
  bool empty() const { return low > high; }
};

struct RealRange {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool empty() const { return !(low <= high); }
};

// REQUIRES: `number` is an INTEGER or a DOUBLE that is not NaN; `comparison` is one of =, <, <=, >
// and >=.
IntegerRange IntegersThat(Comparison comparison, const ValueView& number);
RealRange RealsThat(Comparison comparison, const ValueView& number);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_LITERAL_RANGE_H_
