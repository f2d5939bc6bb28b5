// What the query fields of a step mean, worked out over the store's public reads.
//
// Rule R20: `limit` and `offset` count rows of the model asked for; conditions on the target and on
// the join row must both hold for a link to be shown; a row is left out when an include that is
// required shows nothing for it, at any depth. Where no order is asked for, and among equals, rows
// come in the order of their primary keys.
//
// Written to be obviously right, not fast: every row of the model is looked at. The scenarios are
// run on the library's own queries; this is the twin that random queries are compared with.
#ifndef RELATA_TESTS_CONFORMANCE_QUERY_H_
#define RELATA_TESTS_CONFORMANCE_QUERY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "relata/store.h"
#include "tests/conformance/condition.h"
#include "tests/conformance/scenario.h"

namespace relata::conformance {

// Attributes to show, by position; nullopt: all.
using Shown = std::optional<std::vector<std::uint32_t>>;

using Order = std::vector<std::pair<std::uint32_t, bool>>;  // attribute, descending

// Scenarios give no order, limit and offset of an include; random tests do.
struct Include {
  std::string name;
  Association association;
  Condition where;
  bool required = false;
  Shown attributes;
  Condition through_where;
  Shown through_attributes;
  std::vector<Include> includes;
  Order order;
  std::optional<std::size_t> limit;
  std::size_t offset = 0;
};

struct Query {
  Condition where;
  Shown attributes;
  std::vector<Include> includes;
  Order order;
  std::optional<std::size_t> limit;
  std::size_t offset = 0;
};

// The query that `fields` ask for of `model`; members that are no query fields are left alone.
// InvalidArgument for unknown names (kNotAssociated for an include of what is not associated);
// throws Malformed for what is no query at all.
absl::StatusOr<Query> ParseQuery(const Schema& schema, Model model, const Json& fields);

// Attributes of `model` by name; all of them for null.
absl::StatusOr<Shown> ParseAttributes(const Schema& schema, Model model, const Json& names);

// A row on its own. `join`, if there is one, is the join row through which it was reached.
struct Element {
  Instance row;
  std::optional<Instance> join;
};

// Every row of the model, in the order of primary keys.
std::vector<Element> AllOf(const Store& store, Model model);
// What is linked to `source`, likewise. REQUIRES: `source` is alive.
std::vector<Element> LinkedTo(const Store& store, Instance source, Association association);

// Which of `elements` the query's conditions admit, all order, limit and includes aside.
std::vector<Element> Matching(const Store& store, const std::vector<Element>& elements,
                              const Condition& where);

struct Selected {
  Instance row;
  Json shown;
};

// The rows that the query selects from `elements`, in its order. `join_attributes` are shown of
// join rows; an empty list shows no join row.
std::vector<Selected> Select(const Store& store, const std::vector<Element>& elements,
                             const Query& query, const Shown& join_attributes = std::nullopt);

// The attributes of one row.
Json RowOf(const Store& store, Instance row, const Shown& attributes = std::nullopt);

}  // namespace relata::conformance

#endif  // RELATA_TESTS_CONFORMANCE_QUERY_H_
