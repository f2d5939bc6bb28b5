// Creates several rows of a model as one operation, as one INSERT of all of them would.
#ifndef RELATA_TESTS_CONFORMANCE_BULK_CREATE_H_
#define RELATA_TESTS_CONFORMANCE_BULK_CREATE_H_

#include <vector>

#include "absl/status/status.h"
#include "relata/store.h"

namespace relata::conformance {

// All of the rows or none. References among them are judged when all are there, so that a row may
// refer to a later one, also in a ring (of keys that may be null). Generated keys are drawn in the
// order of the rows.
absl::Status CreateTogether(Store& store, Model model, std::vector<Values> rows);

}  // namespace relata::conformance

#endif  // RELATA_TESTS_CONFORMANCE_BULK_CREATE_H_
