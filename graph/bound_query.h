// A query made ready to run on one store: every level with its filters, its walk and its order.
#ifndef RELATA_GRAPH_BOUND_QUERY_H_
#define RELATA_GRAPH_BOUND_QUERY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/access_path.h"
#include "graph/condition_binder.h"
#include "graph/row_filter.h"
#include "graph/store_state.h"
#include "relata/query.h"

namespace relata::internal {

struct OrderTerm {
  std::vector<ScopedWalk> path;
  CellLayout cell;
  bool descending = false;
  std::string name;
  std::uint32_t attribute = 0;  // of the model at the end of the path
};

struct BoundLevel {
  static constexpr std::size_t kNoLimit = SIZE_MAX;

  Model model;
  const TableView* table = nullptr;
  Association association;  // of an include
  ScopedWalk walk;          // by which rows are reached from a parent row, if they are
  RowFilter where;
  RowFilter through_where;
  std::size_t asked_order = 0;        // how many of the terms were asked for
  std::vector<OrderTerm> order;       // empty: as they come; otherwise primary keys come last
  std::vector<OrderTerm> join_order;  // by the primary keys of join rows, among equals
  std::size_t limit = kNoLimit;
  std::size_t offset = 0;
  std::vector<std::uint32_t> attributes;
  Model join_model;
  std::vector<std::uint32_t> join_attributes;
  bool required = false;
  std::vector<BoundLevel> includes;
  // Includes of which at least one must show something: from, and up to, a position in includes.
  struct Required {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };
  std::vector<Required> required_includes;
};

struct BoundQuery {
  const StoreState* state = nullptr;
  BoundLevel root;
  AccessPath access;
  // Of a getter: the row whose links are asked for.
  const char* source = nullptr;
  std::string source_name;
};

// One row of a list of rows or candidates.
struct SelectedSlot {
  std::uint64_t prefix = 0;  // of its place in the order
  std::uint32_t slot = 0;
  std::uint32_t join = kNoSlot;
};

struct QueryAccess {
  template <typename Level>
  static const LevelSpec& Spec(const Level& level) {
    return level.spec_;
  }
  static const AssociationRef& AssociationOf(const Inclusion& inclusion) {
    return inclusion.association_;
  }
  static std::optional<OneOf> OneOfOf(const Inclusion& inclusion) { return inclusion.one_of_; }
  static std::optional<bool> RequiredOf(const Inclusion& inclusion) { return inclusion.required_; }
  // The rows of a query.
  static Rows Result(BoundQuery query);
};

absl::StatusOr<BoundQuery> BindQuery(const StoreState& state, const Query& query);
// What is linked to `instance` by `association`, as a getter.
absl::StatusOr<BoundQuery> BindQuery(const StoreState& state, Instance instance,
                                     Association association, const Query& query);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_BOUND_QUERY_H_
