// Random calls of the accessors of associations of all four kinds, scoped ones included, and nested
// creates, on a store and on its naive twin.
#ifndef RELATA_TESTS_RANDOM_ACCESSORS_H_
#define RELATA_TESTS_RANDOM_ACCESSORS_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace relata::testing {

struct AccessorReport {
  std::size_t steps = 0;
  std::size_t done = 0;
  std::size_t refused = 0;
  std::size_t nested = 0;  // drafts of several rows that were created
  // What differs, after which call of which seed; empty when nothing does.
  std::string failure;
};

AccessorReport RunAccessorsAtRandom(std::uint64_t seed, std::size_t steps);

}  // namespace relata::testing

#endif  // RELATA_TESTS_RANDOM_ACCESSORS_H_
