// Long runs of random operations on a store, its naive twin and, where they must agree, SQLite:
// compared row by row after every step. A run is a list of operations that name rows by their keys,
// so any part of it can be replayed, and a failing one is shrunk to the operations that matter.
#ifndef RELATA_TESTS_RANDOM_RUN_H_
#define RELATA_TESTS_RANDOM_RUN_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "relata/schema.h"
#include "relata/value.h"
#include "tests/model_store.h"

namespace relata::testing {

struct Operation {
  enum class Kind { kCreate, kUpdate, kDelete, kBegin, kCommit, kRollback, kFork, kSwitch };
  Kind kind = Kind::kCreate;
  Model model;
  std::vector<Key> keys;                   // of the rows to update or delete
  std::vector<ModelStore::Assign> values;  // for a new row, or for those to update
  std::size_t world = 0;                   // kSwitch: which fork goes on, modulo how many there are
};

// For people: "update m1 (2, 'b') set u = 3".
std::string ToString(const Operation& operation, const Schema& schema);

struct RunOptions {
  std::uint64_t seed = 1;
  std::size_t steps = 100;
  std::size_t rows = 10;  // of a model; when it has more, none are created
  // The statements that create a schema's tables in SQLite; without it, SQLite is left out and
  // schemas may do what it does differently.
  std::function<std::vector<std::string>(const Schema&)> create_statements{};
  ModelStore::Fault fault = ModelStore::Fault::kNone;
  bool shrink = true;
};

struct RunReport {
  std::size_t steps = 0;
  std::size_t done = 0;     // operations that succeeded, of those that create, update or delete
  std::size_t refused = 0;  // those that were refused
  // Of which SQLite refused some because it judges unique keys row by row, not at the end of the
  // statement; it is left out of the rest of such a run.
  std::size_t sqlite_parted = 0;
  // What went wrong, with the seed, the schema and the shortest run found that shows it; empty when
  // nothing did.
  std::string failure;

  void Add(const RunReport& other);
};

// One schema and one run of operations, both drawn from the seed.
RunReport RunAtRandom(const RunOptions& options);

// The environment's RELATA_SEED and RELATA_STEPS, or the defaults.
std::uint64_t SeedFromEnvironment(std::uint64_t otherwise);
std::size_t StepsFromEnvironment(std::size_t otherwise);

}  // namespace relata::testing

#endif  // RELATA_TESTS_RANDOM_RUN_H_
