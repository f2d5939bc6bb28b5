// Schemas drawn at random: a few models with all kinds of keys, and foreign keys between them with
// all kinds of actions, self-references and cycles included.
#ifndef RELATA_TESTS_RANDOM_SCHEMA_H_
#define RELATA_TESTS_RANDOM_SCHEMA_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

#include "absl/status/statusor.h"
#include "relata/schema.h"
#include "relata/value.h"

namespace relata::testing {

// The same numbers from the same seed with every standard library.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::size_t Below(std::size_t n) { return static_cast<std::size_t>(engine_() % n); }
  bool Chance(std::size_t percent) { return Below(100) < percent; }

 private:
  std::mt19937_64 engine_;
};

// One of about `domain` values of a type: few enough that they often meet.
Value RandomValue(Random& random, Type type, std::size_t domain = 9);

// `like_sqlite` leaves out what SQLite judges or orders in its own way: RESTRICT (which it judges
// at once, rule R10), and keys that are foreign keys themselves under other actions than CASCADE
// and NO ACTION (what comes of them in SQLite depends on the order in which its triggers fire).
absl::StatusOr<Schema> RandomSchema(std::uint64_t seed, bool like_sqlite);

// Models, attributes, keys and foreign keys, for people who look at a failure.
std::string Describe(const Schema& schema);

}  // namespace relata::testing

#endif  // RELATA_TESTS_RANDOM_SCHEMA_H_
