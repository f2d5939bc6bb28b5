// Targets as values, without a store (relata/target.h).
#include "relata/target.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace relata {
namespace {

const Instance kAnn{1, 2, 3};
const Instance kBob{1, 4, 5};

TEST(TargetTest, AnInstanceIsBareUntilItHasValues) {
  Target ann = kAnn;
  EXPECT_TRUE(ann.is_bare());
  EXPECT_FALSE(ann.is_key());
  EXPECT_EQ(ann.instance(), kAnn);
  EXPECT_TRUE(ann.key().parts().empty());
  EXPECT_TRUE(ann.through().empty());
  ann.Through({{"since", 1996}}).Through({{"role", "chief"}});
  EXPECT_FALSE(ann.is_bare());
  EXPECT_FALSE(ann.is_key());
  EXPECT_EQ(ann.instance(), kAnn);
  ASSERT_EQ(ann.through().size(), 2u);
  EXPECT_EQ(ann.through()[0].name, "since");
  EXPECT_EQ(ann.through()[1].value, Value("chief"));
}

TEST(TargetTest, AKeyIsNeverBareAndKeepsItsPartsNextToValues) {
  const Target one = 7;
  EXPECT_TRUE(one.is_key());
  EXPECT_FALSE(one.is_bare());
  EXPECT_EQ(one.key(), Key(7));
  const Target several = With(Key{1, "x"}, {{"since", 1996}});
  EXPECT_TRUE(several.is_key());
  EXPECT_EQ(several.key(), (Key{1, "x"}));
  EXPECT_EQ(several.through().size(), 1u);
  EXPECT_EQ(several.instance(), Instance());
}

TEST(TargetTest, ACopyDoesNotGetTheValuesThatTheOriginalIsGiven) {
  Target original = With(kAnn, {{"since", 1996}});
  const Target copy = original;
  original.Through({{"role", "chief"}});
  EXPECT_EQ(original.through().size(), 2u);
  EXPECT_EQ(copy.through().size(), 1u);
  EXPECT_EQ(copy.instance(), kAnn);
}

TEST(TargetTest, OneOrAListIsListedInOrder) {
  EXPECT_EQ(Targets(kAnn).list().size(), 1u);
  EXPECT_EQ(Targets(kAnn).list()[0].instance(), kAnn);
  EXPECT_EQ(Targets(7).list()[0].key(), Key(7));
  EXPECT_TRUE(Targets(std::vector<Target>()).list().empty());
  const Targets list = {kBob, 7, With(kAnn, {{"since", 1996}})};
  ASSERT_EQ(list.list().size(), 3u);
  EXPECT_EQ(list.list()[0].instance(), kBob);
  EXPECT_TRUE(list.list()[1].is_key());
  EXPECT_EQ(list.list()[2].through().size(), 1u);
  const Targets instances = std::vector<Instance>{kAnn, kBob};
  ASSERT_EQ(instances.list().size(), 2u);
  EXPECT_EQ(instances.list()[1].instance(), kBob);
}

TEST(TargetTest, TargetsAreCopiedAndMovedWithWhatTheyHold) {
  Targets one = kAnn;
  const Targets copy = one;
  one = Targets(std::vector<Instance>{kAnn, kBob});
  EXPECT_EQ(copy.list().size(), 1u);
  EXPECT_EQ(one.list().size(), 2u);
  const Targets moved = std::move(one);
  ASSERT_EQ(moved.list().size(), 2u);
  EXPECT_EQ(moved.list()[1].instance(), kBob);
}

}  // namespace
}  // namespace relata
