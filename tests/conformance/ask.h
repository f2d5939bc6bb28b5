// Between the query fields of a step and the queries of the library: JSON to a Query, and what it
// selects back to JSON.
#ifndef RELATA_TESTS_CONFORMANCE_ASK_H_
#define RELATA_TESTS_CONFORMANCE_ASK_H_

#include "absl/status/statusor.h"
#include "relata/query.h"
#include "relata/store.h"
#include "tests/conformance/scenario.h"

namespace relata::conformance {

// What a `where` asks of the rows of a model. Names are passed on, for the library to refuse.
// Throws Malformed for an unknown operator and for what is no condition at all.
relata::Condition ConditionOf(const Schema& schema, Model model, const Json& where);

// The query that `fields` ask for of `model`; members that are no query fields are left alone.
relata::Query QueryOf(const Schema& schema, Model model, const Json& fields);
// The same with `joinTableAttributes`: the getter of an association.
relata::Query GetterOf(const Schema& schema, Association association, const Json& fields);

// A row of a result with what was included, as a step must show it. `fields` are those that the
// query was made of.
Json RowOf(const Store& store, const Row& row, const Json& fields);
Json RowsOf(const Store& store, const Rows& rows, const Json& fields);

}  // namespace relata::conformance

#endif  // RELATA_TESTS_CONFORMANCE_ASK_H_
