// Drafts drawn at random, and what they come to on the naive twin: the rows that a row belongs to,
// the row, then its children in the order given, each by an accessor (rule R17).
#ifndef RELATA_TESTS_RANDOM_DRAFTS_H_
#define RELATA_TESTS_RANDOM_DRAFTS_H_

#include <optional>
#include <string>
#include <vector>

#include "relata/draft.h"
#include "relata/store.h"
#include "tests/model_accessors.h"
#include "tests/model_store.h"
#include "tests/random_schema.h"

namespace relata::testing {

// A row of a draft, with what is nested in it.
struct RandomRow {
  struct Part {
    Association association;
    bool null = false;  // instead of rows
    std::vector<RandomRow> rows{};
  };
  Model model;
  std::optional<ModelStore::RowId> existing{};  // connected, and given the values
  ModelAccessors::Assigns values{};
  ModelAccessors::Assigns through{};  // of the join row by which it hangs on the row around it
  std::vector<Part> parts{};
};

// A new row of a model, nested `depth` deep at most.
RandomRow DrawRow(Random& random, const ModelStore& twin, Model model, int depth);

// The same for the store. REQUIRES: it holds what the twin holds.
Draft ToDraft(const Store& store, const ModelStore& twin, const RandomRow& row);
std::string ToString(const Schema& schema, const RandomRow& row);

// All of it or nothing.
ModelStore::Outcome CreateInTwin(ModelStore& twin, const RandomRow& row);

}  // namespace relata::testing

#endif  // RELATA_TESTS_RANDOM_DRAFTS_H_
