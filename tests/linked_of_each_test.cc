// Store::LinkedOfEach against Store::Linked, source by source.
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "relata/relata.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::IsOk;

// People who belong to a town, are friends of each other, and have pets, some of them cats.
struct Town {
  Town() : store(MakeSchema()) {}
  Schema MakeSchema() {
    SchemaBuilder builder;
    town = builder.Define("town", {});
    person = builder.Define("person", {});
    pet = builder.Define("pet", {{"kind", Text()}});
    builder.Define("friendship", {{"id", Integer().PrimaryKey().AutoIncrement()}});
    home = builder.BelongsTo(person, town);
    people = builder.HasMany(town, person);
    friends = builder.BelongsToMany(
        person, person, {.as = "friends", .through = Through("friendship", /*is_unique=*/false)});
    pets = builder.HasMany(person, pet);
    cats = builder.HasMany(person, pet, {.as = "cats", .scope = {{"kind", "cat"}}});
    chosen = builder.HasOne(person, pet, {.as = "chosen", .foreign_key = "chosenById"});
    return *std::move(builder).Build();
  }
  void Fill(unsigned seed, int size) {
    std::mt19937 random(seed);
    const auto any = [&](const std::vector<Instance>& of) { return of[random() % of.size()]; };
    std::vector<Instance> towns, persons;
    for (int i = 0; i < 3; ++i) towns.push_back(*store.Create(town));
    for (int i = 0; i < size; ++i) {
      persons.push_back(*store.Create(person));
      if (random() % 4 != 0) {
        EXPECT_TRUE(IsOk(store.Set(persons.back(), home, any(towns))));
      }
      for (unsigned pets_left = random() % 4; pets_left > 0; --pets_left) {
        const char* kind = random() % 2 == 0 ? "cat" : "dog";
        const Instance one = *store.Create(persons.back(), pets, {{"kind", kind}});
        if (random() % 3 == 0) {
          EXPECT_TRUE(IsOk(store.Set(any(persons), chosen, one)));
        }
      }
      for (unsigned links = random() % 6; links > 0; --links) {
        EXPECT_TRUE(IsOk(store.Append(any(persons), friends, any(persons))));
      }
    }
    for (int i = 0; i < size / 4; ++i) EXPECT_TRUE(IsOk(store.Delete(*store.All(pet).begin())));
  }
  Model town, person, pet;
  Association home, people, friends, pets, cats, chosen;
  Store store;
};

std::vector<LiveInstance> AllOf(const Store& store, Model model) {
  std::vector<LiveInstance> all;
  for (const LiveInstance one : store.All(model)) all.push_back(one);
  return all;
}

void ExpectAsOneByOne(const Store& store, const std::vector<LiveInstance>& sources,
                      Association association) {
  std::vector<Instance> expected;
  std::vector<std::uint32_t> expected_counts;
  for (const LiveInstance& source : sources) {
    const std::size_t before = expected.size();
    for (const Instance target : store.Linked(source, association)) expected.push_back(target);
    expected_counts.push_back(static_cast<std::uint32_t>(expected.size() - before));
  }
  std::vector<LiveInstance> targets(5);  // what the vector held is gone
  std::vector<std::uint32_t> counts(7);
  store.LinkedOfEach(sources, association, targets, &counts);
  EXPECT_EQ(std::vector<Instance>(targets.begin(), targets.end()), expected);
  EXPECT_EQ(counts, expected_counts);
  for (const LiveInstance& target : targets) EXPECT_TRUE(store.Contains(target));
  store.LinkedOfEach(sources, association, targets);
  EXPECT_EQ(targets.size(), expected.size());
}

TEST(LinkedOfEachTest, EveryKindOfAssociationGivesWhatLinkedGivesOneByOne) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE(seed);
    Town t;
    t.Fill(seed, 60);
    const auto persons = AllOf(t.store, t.person);
    for (const Association of : {t.home, t.friends, t.pets, t.cats, t.chosen}) {
      SCOPED_TRACE(t.store.schema().Describe(of));
      ExpectAsOneByOne(t.store, persons, of);
    }
    ExpectAsOneByOne(t.store, AllOf(t.store, t.town), t.people);
  }
}

TEST(LinkedOfEachTest, AnInstanceGivenTwiceGivesItsTargetsTwice) {
  Town t;
  t.Fill(1, 20);
  auto persons = AllOf(t.store, t.person);
  persons.insert(persons.end(), persons.begin(), persons.begin() + 5);
  ExpectAsOneByOne(t.store, persons, t.friends);
}

TEST(LinkedOfEachTest, NoInstancesGiveNoTargets) {
  Town t;
  ExpectAsOneByOne(t.store, {}, t.friends);
}

TEST(LinkedOfEachTest, AForkReadsItsOwnLinks) {
  Town t;
  t.Fill(2, 40);
  Store fork = *t.store.Fork();
  EXPECT_TRUE(IsOk(fork.Delete(*fork.All(t.person).begin())));
  ExpectAsOneByOne(fork, AllOf(fork, t.person), t.friends);
  ExpectAsOneByOne(t.store, AllOf(t.store, t.person), t.friends);
}

TEST(LinkedOfEachDeathTest, AStaleInstanceEndsTheProcess) {
  Town t;
  t.Fill(3, 10);
  const auto persons = AllOf(t.store, t.person);
  EXPECT_TRUE(IsOk(t.store.Delete(persons[4])));
  std::vector<LiveInstance> targets;
  EXPECT_DEATH(t.store.LinkedOfEach(persons, t.friends, targets), "stale handle");
  EXPECT_DEATH(t.store.LinkedOfEach(persons, t.home, targets), "stale handle");
}

TEST(LinkedOfEachDeathTest, AnInstanceOfAnotherModelEndsTheProcess) {
  Town t;
  t.Fill(3, 10);
  std::vector<LiveInstance> targets;
  EXPECT_DEATH(t.store.LinkedOfEach(AllOf(t.store, t.town), t.friends, targets), "stale handle");
}

}  // namespace
}  // namespace relata
