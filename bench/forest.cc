#include "bench/forest.h"

#include <cstddef>
#include <random>
#include <utility>

namespace relata::bench::forest {
namespace {

Input Finished(std::vector<std::int64_t> parents) {
  Input input;
  input.parents = std::move(parents);
  for (std::size_t id = 2; id <= input.parents.size(); ++id) {
    input.shuffled.push_back(static_cast<std::int64_t>(id));
  }
  std::mt19937_64 random(4);
  for (std::size_t i = input.shuffled.size() - 1; i > 0; --i) {
    std::swap(input.shuffled[i], input.shuffled[random() % (i + 1)]);
  }
  return input;
}

}  // namespace

Input Tree(std::int64_t size) {
  std::vector<std::int64_t> parents = {0};
  for (std::int64_t id = 2; id <= size; ++id) parents.push_back((id - 2) / 10 + 1);
  return Finished(std::move(parents));
}
Input Chain(std::int64_t size) {
  std::vector<std::int64_t> parents;
  for (std::int64_t id = 1; id <= size; ++id) parents.push_back(id - 1);
  return Finished(std::move(parents));
}
Input Star(std::int64_t size) {
  std::vector<std::int64_t> parents(static_cast<std::size_t>(size), 1);
  parents[0] = 0;
  return Finished(std::move(parents));
}

}  // namespace relata::bench::forest
