// A name with a value, as cereal's is: relata asks no more of what a serialize hands over.
#ifndef RELATA_TESTS_NAMED_PAIR_H_
#define RELATA_TESTS_NAMED_PAIR_H_

namespace relata::testing {

template <typename T>
struct Pair {
  const char* name;
  T& value;
};
template <typename T>
Pair(const char*, T&) -> Pair<T>;

}  // namespace relata::testing

#endif  // RELATA_TESTS_NAMED_PAIR_H_
