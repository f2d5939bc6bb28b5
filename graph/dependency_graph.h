// Which model depends on which: a model depends on those that its constrained foreign keys refer
// to. A model that refers to itself does not depend on itself.
#ifndef RELATA_GRAPH_DEPENDENCY_GRAPH_H_
#define RELATA_GRAPH_DEPENDENCY_GRAPH_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "relata/schema.h"

namespace relata::internal {

struct Dependencies {
  // Every model after those that it depends on; the models of a cycle stand together, by index.
  // Where that leaves a choice, the least index goes first.
  std::vector<Model> order;
  // By model: two models have the same number when each depends on the other, however indirectly.
  std::vector<std::uint32_t> component;
  // For each component of several models the shortest cycle through its first model, beginning
  // there; each model depends on the one after it, and the last on the first.
  std::vector<std::vector<Model>> cycles;
};

Dependencies FindDependencies(std::size_t models, const std::vector<ForeignKeyInfo>& foreign_keys);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_DEPENDENCY_GRAPH_H_
