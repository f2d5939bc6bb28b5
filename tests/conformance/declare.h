// Declares a scenario's models and associations to the library, as a program would.
#ifndef RELATA_TESTS_CONFORMANCE_DECLARE_H_
#define RELATA_TESTS_CONFORMANCE_DECLARE_H_

#include "absl/status/statusor.h"
#include "relata/schema.h"
#include "tests/conformance/scenario.h"

namespace relata::conformance {

// The finished schema, or what the library has against it. Throws Malformed for what cannot be
// declared at all.
absl::StatusOr<Schema> BuildSchema(const Scenario& scenario);

}  // namespace relata::conformance

#endif  // RELATA_TESTS_CONFORMANCE_DECLARE_H_
