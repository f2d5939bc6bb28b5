// What the tests of drafts share: a store, sound at the end of each, and short ways to look into
// it. Every model has a unique name.
#ifndef RELATA_TESTS_NESTED_WORLD_H_
#define RELATA_TESTS_NESTED_WORLD_H_

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "relata/relata.h"
#include "tests/status_testing.h"

namespace relata::testing {

class NestedWorld : public ::testing::Test {
 protected:
  using Strings = std::vector<std::string>;

  ~NestedWorld() override { EXPECT_TRUE(IsOk(store_->CheckInvariants())); }
  void Build(SchemaBuilder builder) {
    schema_ = Must(std::move(builder).Build());
    store_.emplace(schema_);
  }

  Store& store() { return *store_; }
  std::string Name(Instance instance) {
    return *Must(store().Get(instance, "name")).get_if<std::string>();
  }
  Strings Names(Instance instance, Association association) {
    Strings names;
    for (const Instance target : store().Linked(instance, association)) {
      names.push_back(Name(target));
    }
    return names;
  }
  Value Get(Instance instance, std::string_view attribute) {
    return Must(store().Get(instance, attribute));
  }

  Schema schema_;
  std::optional<Store> store_;
};

}  // namespace relata::testing

#endif  // RELATA_TESTS_NESTED_WORLD_H_
