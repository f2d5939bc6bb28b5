// Runs one scenario from its schema to its database, and says where it first went wrong.
#ifndef RELATA_TESTS_CONFORMANCE_RUNNER_H_
#define RELATA_TESTS_CONFORMANCE_RUNNER_H_

#include <optional>
#include <string>

#include "tests/conformance/scenario.h"

namespace relata::conformance {

struct RunOptions {
  // For database files; one at a time, deleted when its scenario has passed or failed.
  std::string folder;
  // Flush after every step that succeeds, too, so that flushes of single changes are put to the
  // test.
  bool flush_each_step = false;
};

// Nothing when the scenario passes. Otherwise what failed, in one line: the step and its number
// (from 1), what was expected and what came.
//
// Every step must do what the scenario says of it, leave the store's invariants whole, and when it
// fails leave the store as it was. At the end a fresh SQLite file, written from the store, must
// hold the schema's tables and the same rows.
//
// Throws Malformed for a scenario that makes no sense.
std::optional<std::string> RunScenario(const Scenario& scenario, const RunOptions& options);

}  // namespace relata::conformance

#endif  // RELATA_TESTS_CONFORMANCE_RUNNER_H_
