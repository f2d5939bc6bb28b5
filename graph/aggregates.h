// Counts, extremes, sums and averages over rows, and groups of rows.
#ifndef RELATA_GRAPH_AGGREGATES_H_
#define RELATA_GRAPH_AGGREGATES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/bound_query.h"

namespace relata::internal {

struct ViewHash {
  std::size_t operator()(const ValueView& view) const;
};
struct ViewEqual {
  bool operator()(const ValueView& a, const ValueView& b) const { return Equal(a, b); }
};

struct BoundAggregate {
  Aggregate::Kind kind = Aggregate::Kind::kCountAll;
  BoundAttribute of;  // unless kCountAll
};

// InvalidArgument for an attribute that is not of the model, or that cannot be summed.
absl::StatusOr<std::vector<BoundAggregate>> BindAggregates(
    const StoreState& state, Model model, const std::vector<Aggregate>& aggregates);

// The value of an attribute of a row, or of the row that it leads to.
ValueView ReadBound(const BoundAttribute& attribute, const char* row);

// One aggregate of one group, while rows come in. Borrows from the rows.
class Accumulator {
 public:
  void Add(const BoundAggregate& aggregate, const char* row);
  // OutOfRange when a sum of INTEGERs is no INTEGER.
  absl::StatusOr<Value> Finish(const BoundAggregate& aggregate) const;

 private:
  void AddInteger(std::int64_t value);
  void AddReal(double value);

  std::int64_t count_ = 0;
  ValueView best_;  // kMin, kMax
  // A sum of INTEGERs, 128 bits wide; of DOUBLEs, with what rounding has lost.
  std::int64_t high_ = 0;
  std::uint64_t low_ = 0;
  double sum_ = 0;
  double lost_ = 0;
  absl::flat_hash_set<ValueView, ViewHash, ViewEqual> seen_;  // kCountDistinct
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_AGGREGATES_H_
