// Says how a store and its naive twin differ.
#ifndef RELATA_TESTS_MODEL_STORE_COMPARE_H_
#define RELATA_TESTS_MODEL_STORE_COMPARE_H_

#include <string>

#include "absl/status/status.h"
#include "relata/store.h"
#include "tests/model_store.h"

namespace relata::testing {

// The first difference in rows, values or generated keys to come, or the first broken invariant of
// the store; empty when there is none.
std::string Difference(const Store& store, const ModelStore& twin);

// The first instance whose linked targets are not what the twin finds by scanning, for every
// association; the same for Count, Has and GetOne. REQUIRES: Difference is empty.
std::string LinkDifference(const Store& store, const ModelStore& twin);

// How a verdict of the store differs from the twin's: one fails and the other does not, or the
// store gives a reason that the twin does not find.
std::string VerdictDifference(const absl::Status& status, const ModelStore::Outcome& outcome);

// The instance that a row of the twin is in the store. REQUIRES: there is one.
Instance InstanceOf(const Store& store, const ModelStore& twin, Model model,
                    const ModelStore::Row& row);

}  // namespace relata::testing

#endif  // RELATA_TESTS_MODEL_STORE_COMPARE_H_
