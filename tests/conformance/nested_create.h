// Creates a row together with what hangs on it (rule R17): parents first, then the row, then its
// children, each level by the same rule.
//
// A nested value is an object (created), or the name of an instance or {"pk": key} (connected). An
// object under a belongsToMany may hold the join row's values under the join model's name.
#ifndef RELATA_TESTS_CONFORMANCE_NESTED_CREATE_H_
#define RELATA_TESTS_CONFORMANCE_NESTED_CREATE_H_

#include <functional>

#include "absl/status/statusor.h"
#include "relata/store.h"
#include "tests/conformance/scenario.h"

namespace relata::conformance {

struct NestedResult {
  Instance row;
  Json shown;  // the row, with what was created or connected inside it
};

// The existing instance of a model that a nested value stands for.
using Connect = std::function<absl::StatusOr<Instance>(Model, const Json&)>;

// REQUIRES: a transaction of `store` is open; on an error it has to be rolled back.
absl::StatusOr<NestedResult> CreateNested(Store& store, Model model, const Json& values,
                                          const Json& includes, const Connect& connect);

// The values of an object, by the attributes of `model`. Unknown names are passed on, for the
// library to refuse.
Values ReadValues(const Schema& schema, Model model, const Json& object);

}  // namespace relata::conformance

#endif  // RELATA_TESTS_CONFORMANCE_NESTED_CREATE_H_
