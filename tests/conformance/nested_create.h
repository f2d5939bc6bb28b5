// The nested creates of scenarios, as drafts (rule R17).
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

// The existing instance of a model, or its key, that a nested value stands for.
using Connect = std::function<absl::StatusOr<Target>(Model, const Json&)>;

// A nested value counts only if `includes` names it.
absl::StatusOr<NestedResult> CreateNested(Store& store, Model model, const Json& values,
                                          const Json& includes, const Connect& connect);

// InvalidArgument: a nested value that is not included.
absl::Status RequireFlat(const Schema& schema, Model model, const Json& values);

// The values of an object, by the attributes of `model`. Unknown names are passed on, for the
// library to refuse.
Values ReadValues(const Schema& schema, Model model, const Json& object);

}  // namespace relata::conformance

#endif  // RELATA_TESTS_CONFORMANCE_NESTED_CREATE_H_
