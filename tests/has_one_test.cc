// Several rows of one hasOne: what is created is linked beside the others, the first is the one,
// and setting unlinks that one only, whichever way the store is asked.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cereal/cereal.hpp"
#include "relata/relata.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;

struct Desk {
  std::string name;
  template <typename Archive>
  void serialize(Archive& archive) {
    archive(CEREAL_NVP(name));
  }
};

struct Lamp {
  std::string name;
  template <typename Archive>
  void serialize(Archive& archive) {
    archive(CEREAL_NVP(name));
  }
};

class HasOneTest : public ::testing::Test {
 protected:
  HasOneTest() {
    SchemaBuilder builder;
    const ModelOf<Desk> desk = builder.Define<Desk>("desk");
    const ModelOf<Lamp> lamp = builder.Define<Lamp>("lamp");
    lamp_of_ = builder.HasOne(desk, lamp);
    its_desk_ = builder.BelongsTo(lamp, desk);
    store_.emplace(Must(std::move(builder).Build()));
    lamp_ = lamp;
    desk_ = Must(store().Create(desk, {{"name", "d"}}));
  }
  ~HasOneTest() override { EXPECT_TRUE(IsOk(store_->CheckInvariants())); }

  Store& store() { return *store_; }
  Instance Linked(const char* name) {
    return Must(store().Create(desk_, lamp_of_, {{"name", name}}));
  }
  // The names of the lamps that refer to the desk, by primary key.
  std::string Referring() {
    std::string names;
    for (const Instance lamp : store().All(lamp_)) {
      if (store().One(lamp, its_desk_) == desk_)
        names += *Must(store().Get(lamp, "name")).get_if<std::string>();
    }
    return names;
  }

  Model lamp_;
  ToOne<Desk, Lamp> lamp_of_;
  Association its_desk_;
  std::optional<Store> store_;
  Instance desk_;
};

TEST_F(HasOneTest, EveryWayToCreateLinksBesideWhatIsLinked) {
  const Instance a = Must(store().Create(desk_, lamp_of_, Values{{"name", "a"}}));
  Must(store().Create(desk_, lamp_of_, {{"name", "b"}}));
  Must(store().Create(desk_, lamp_of_, Draft({{"name", "c"}})));
  Must(store().Create(desk_, lamp_of_, Lamp{"d"}));
  Must(store().Call(desk_, "createLamp", {{"name", "e"}}));
  EXPECT_EQ(Referring(), "abcde");
  EXPECT_EQ(store().One(desk_, lamp_of_), a);
  EXPECT_EQ(Must(store().Count(desk_, lamp_of_)), 1u);
}

TEST_F(HasOneTest, AnUpsertThatFindsItsRowLinksItBesideWhatIsLinked) {
  const Instance a = Linked("a");
  const Instance b = Must(store().Create(lamp_, {{"name", "b"}}));
  EXPECT_EQ(Must(store().Create(desk_, lamp_of_, Upsert({{"id", 2}, {"name", "B"}}))), b);
  EXPECT_EQ(Referring(), "aB");
  EXPECT_EQ(store().One(desk_, lamp_of_), a);
}

TEST_F(HasOneTest, EveryWayToSetUnlinksTheFirstOnly) {
  const Instance a = Linked("a");
  const Instance b = Linked("b");
  const Instance c = Linked("c");
  // The target is the one already.
  EXPECT_EQ(store().Set(desk_, lamp_of_, a).counts(), LinkCounts());
  EXPECT_EQ(Referring(), "abc");
  // The target is linked, but not the one.
  EXPECT_EQ(store().Set(desk_, lamp_of_, c).counts(), (LinkCounts{.removed = 1}));
  EXPECT_EQ(Referring(), "bc");
  EXPECT_EQ(store().One(desk_, lamp_of_), b);
  EXPECT_TRUE(Must(store().Has(desk_, lamp_of_, b)));
  EXPECT_FALSE(Must(store().Has(desk_, lamp_of_, c)));
  // It is not linked: it comes last.
  EXPECT_EQ(std::get<LinkCounts>(Must(store().Call(desk_, "setLamp", a))),
            (LinkCounts{.added = 1, .removed = 1}));
  EXPECT_EQ(Referring(), "ac");
  EXPECT_EQ(store().One(desk_, lamp_of_), c);
  EXPECT_EQ(store().Add(desk_, lamp_of_, b).counts(), (LinkCounts{.added = 1, .removed = 1}));
  EXPECT_EQ(Referring(), "ab");
}

TEST_F(HasOneTest, ClearingUnlinksTheFirstOnly) {
  Linked("a");
  const Instance b = Linked("b");
  EXPECT_EQ(store().Clear(desk_, lamp_of_).counts(), (LinkCounts{.removed = 1}));
  EXPECT_EQ(Referring(), "b");
  EXPECT_EQ(std::get<LinkCounts>(Must(store().Call(desk_, "setLamp", nullptr))),
            (LinkCounts{.removed = 1}));
  EXPECT_EQ(Referring(), "");
  EXPECT_TRUE(store().Contains(b));
}

TEST_F(HasOneTest, WhatBecomesOfTheUnlinkedConcernsTheFirstOnly) {
  const Instance a = Linked("a");
  Linked("b");
  const Instance c = Must(store().Create(lamp_, {{"name", "c"}}));
  EXPECT_TRUE(FailsWith(store().Set(desk_, lamp_of_, c, {}, Unlink::kRefuse).status(),
                        absl::StatusCode::kFailedPrecondition, "1 link of desk 1 would be undone"));
  EXPECT_TRUE(IsOk(store().Set(desk_, lamp_of_, a, {}, Unlink::kRefuse)));
  ASSERT_TRUE(IsOk(store().Set(desk_, lamp_of_, c, {}, Unlink::kDelete)));
  EXPECT_FALSE(store().Contains(a));
  EXPECT_EQ(Referring(), "bc");
}

TEST_F(HasOneTest, RemovingUnlinksWhatIsGivenWhetherFirstOrNot) {
  const Instance a = Linked("a");
  const Instance b = Linked("b");
  const Instance c = Linked("c");
  EXPECT_EQ(store().Remove(desk_, lamp_of_, b).counts(), (LinkCounts{.removed = 1}));
  EXPECT_EQ(Referring(), "ac");
  EXPECT_EQ(store().Remove(desk_, lamp_of_, {b, c}).counts(), (LinkCounts{.removed = 1}));
  EXPECT_EQ(store().One(desk_, lamp_of_), a);
}

TEST_F(HasOneTest, ANestedUpdateReplacesTheFirstOnly) {
  const Instance other = Must(store().Create(lamp_, {{"name", "x"}}));
  const std::vector<std::pair<DraftValue, std::string>> given = {
      {{{"name", "new"}}, "bcnew"},
      {Only({{{"name", "new"}}}), "bcnew"},
      {other, "xbc"},
      {Only({other}), "xbc"},
      {Draft(other, {{"name", "y"}}), "ybc"},
      {Upsert({{"id", 1}, {"name", "y"}}), "ybc"},
      {Value(1), "xbc"},
      {Value(3), "bc"},
      {nullptr, "bc"},
  };
  for (const char* name : {"a", "b", "c"}) Linked(name);
  for (const auto& [value, expected] : given) {
    SCOPED_TRACE(expected);
    Transaction trial = store().Begin();
    ASSERT_TRUE(IsOk(store().Update(desk_, {{"lamp", value}})));
    EXPECT_EQ(Referring(), expected);
    ASSERT_TRUE(IsOk(trial.Rollback()));
  }
}

TEST_F(HasOneTest, SettingTheOtherSideChangesItsOwnKeyOnly) {
  Linked("a");
  const Instance b = Must(store().Create(lamp_, {{"name", "b"}}));
  EXPECT_EQ(store().Set(b, its_desk_, desk_).counts(), (LinkCounts{.added = 1}));
  EXPECT_EQ(Referring(), "ab");
}

}  // namespace
}  // namespace relata
