// What changes of links do beyond linking: values for join rows, a second link, what becomes of
// what is unlinked, join rows as instances, and what they answer (rules R14, R15).
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "relata/relata.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;

class LinksTest : public ::testing::Test {
 protected:
  LinksTest() {
    SchemaBuilder builder;
    club_ = builder.Define("club", {{"name", Text()}});
    member_ = builder.Define("member", {{"name", Text()}, {"kind", Text()}});
    badge_ = builder.Define("badge", {{"text", Text()}});
    room_ = builder.Define("room", {{"name", Text()}});
    visit_ = builder.Define(
        "visit",
        {{"id", Integer().PrimaryKey().AutoIncrement()}, {"day", Integer()}, {"note", Text()}});
    builder.Define("membership", {{"since", Integer()}, {"role", Text()}});
    members_ = builder.BelongsToMany(club_, member_, {.through = "membership"});
    chiefs_ = builder.BelongsToMany(
        club_, member_,
        {.as = "chiefs", .through = Through("membership", std::nullopt, {{"role", "chief"}})});
    visitors_ = builder.BelongsToMany(club_, member_,
                                      {.as = "visitors", .through = Through("visit", false)});
    friends_ = builder.HasMany(club_, member_, {.as = "friends"});
    juniors_ = builder.HasMany(club_, member_, {.as = "juniors", .scope = {{"kind", "junior"}}});
    rooms_ = builder.HasMany(club_, room_, {.foreign_key = KeyColumns("clubId").NotNull()});
    badge_of_ = builder.HasOne(member_, badge_);
    favourite_ = builder.BelongsTo(member_, club_, {.as = "favourite", .constraints = false});
    schema_ = Must(std::move(builder).Build());
    store_.emplace(schema_);
    for (const char* name : {"a", "b"})
      clubs_.push_back(Must(store().Create(club_, {{"name", name}})));
    for (int i = 0; i < 6; ++i) {
      all_.push_back(Must(store().Create(member_, {{"name", std::string(1, char('p' + i))}})));
    }
  }
  ~LinksTest() override { EXPECT_TRUE(IsOk(store_->CheckInvariants())); }

  Store& store() { return *store_; }
  Value Get(Instance instance, std::string_view attribute) {
    return Must(store().Get(instance, attribute));
  }
  Value OfJoin(Instance club, Instance member, std::string_view attribute) {
    return Get(Must(store().JoinRow(club, members_, member)).value(), attribute);
  }

  Model club_, member_, badge_, room_, visit_;
  Association members_, chiefs_, visitors_, friends_, juniors_, rooms_, badge_of_, favourite_;
  Schema schema_;
  std::optional<Store> store_;
  std::vector<Instance> clubs_, all_;
};

TEST_F(LinksTest, ATargetsOwnValuesWinOverThoseForAllTargetsAttributeByAttribute) {
  const Instance club = clubs_[0];
  ASSERT_TRUE(IsOk(store().Add(
      club, members_, {With(all_[0], {{"since", 1996}}), all_[1], With(3, {{"role", "x"}})},
      {{"since", 2000}, {"role", "y"}})));
  EXPECT_EQ(OfJoin(club, all_[0], "since"), Value(1996));
  EXPECT_EQ(OfJoin(club, all_[0], "role"), Value("y"));
  EXPECT_EQ(OfJoin(club, all_[1], "since"), Value(2000));
  EXPECT_EQ(OfJoin(club, all_[2], "since"), Value(2000));
  EXPECT_EQ(OfJoin(club, all_[2], "role"), Value("x"));
  // Of links that are kept, too; null is a value.
  ASSERT_TRUE(IsOk(store().Set(club, members_, {With(all_[0], {{"since", nullptr}}), all_[1]})));
  EXPECT_EQ(OfJoin(club, all_[0], "since"), Value());
  EXPECT_EQ(OfJoin(club, all_[1], "since"), Value(2000));
  // Given twice, a target counts once, and the values given last win.
  const LinkResult twice =
      store().Add(club, members_,
                  {With(all_[4], {{"since", 1}, {"role", "r"}}), With(5, {{"since", 2}}), all_[4]});
  ASSERT_TRUE(twice.ok());
  EXPECT_EQ(twice.counts(), (LinkCounts{.added = 1}));
  EXPECT_EQ(OfJoin(club, all_[4], "since"), Value(2));
  EXPECT_EQ(OfJoin(club, all_[4], "role"), Value("r"));
}

TEST_F(LinksTest, AScopeOfTheJoinRowAndThePairItselfWinOverATargetsOwnValues) {
  ASSERT_TRUE(IsOk(store().Add(clubs_[0], chiefs_,
                               With(all_[0], {{"role", "guest"}, {"clubId", 2}, {"since", 7}}))));
  EXPECT_EQ(Must(store().Get(clubs_[0], chiefs_)), std::vector<Instance>{all_[0]});
  EXPECT_EQ(OfJoin(clubs_[0], all_[0], "role"), Value("chief"));
  EXPECT_EQ(OfJoin(clubs_[0], all_[0], "since"), Value(7));
  EXPECT_EQ(Must(store().Count(clubs_[1], members_)), 0u);
}

TEST_F(LinksTest, ValuesForAJoinRowAreRefusedWhereThereIsNone) {
  EXPECT_TRUE(FailsWith(store().Add(clubs_[0], friends_, With(all_[0], {{"since", 1}})).status(),
                        absl::StatusCode::kInvalidArgument, "friends is a hasMany and has none"));
  EXPECT_TRUE(FailsWith(store().Add(clubs_[0], members_, With(all_[0], {{"snice", 1}})).status(),
                        absl::StatusCode::kInvalidArgument, "did you mean 'since'?"));
  EXPECT_TRUE(FailsWith(store().Remove(clubs_[0], members_, With(all_[0], {{"since", 1}})).status(),
                        absl::StatusCode::kInvalidArgument, "mean nothing here"));
  EXPECT_TRUE(FailsWith(store().Has(clubs_[0], members_, With(all_[0], {{"since", 1}})),
                        absl::StatusCode::kInvalidArgument, "mean nothing here"));
  EXPECT_EQ(Must(store().Count(clubs_[0], members_)), 0u);
}

TEST_F(LinksTest, AJoinRowIsAnInstanceToReadAndWriteAndIsFoundByItsPair) {
  ASSERT_TRUE(IsOk(store().Add(clubs_[0], members_, {all_[0], all_[1]}, {{"since", 1}})));
  const Instance join = Must(store().JoinRow(clubs_[0], members_, 1)).value();
  ASSERT_TRUE(IsOk(store().Set(join, "since", 5)));
  EXPECT_EQ(OfJoin(clubs_[0], all_[0], "since"), Value(5));
  EXPECT_EQ(OfJoin(clubs_[0], all_[1], "since"), Value(1));
  EXPECT_EQ(Must(store().JoinRow(clubs_[0], members_, all_[2])), std::nullopt);
  EXPECT_EQ(Must(store().JoinRow(clubs_[0], chiefs_, all_[0])), std::nullopt) << "out of scope";
  ASSERT_TRUE(IsOk(store().Set(join, "role", "chief")));
  EXPECT_EQ(Must(store().JoinRow(clubs_[0], chiefs_, all_[0])), join);
  EXPECT_TRUE(FailsWith(store().JoinRow(clubs_[0], friends_, all_[0]),
                        absl::StatusCode::kInvalidArgument, "only a belongsToMany has"));
  EXPECT_TRUE(FailsWith(store().JoinRow(clubs_[0], members_, 99), ErrorKind::kForeignKey));
  ASSERT_TRUE(IsOk(store().Delete(join)));
  EXPECT_EQ(Must(store().Get(clubs_[0], members_)), std::vector<Instance>{all_[1]});
}

TEST_F(LinksTest, AppendLinksAPairAgainWhereTheThroughModelAllowsIt) {
  const LinkResult first =
      store().Append(clubs_[0], visitors_, {With(all_[0], {{"day", 1}}), all_[0], all_[1]},
                     {{"day", 2}, {"note", "n"}});
  ASSERT_TRUE(first.ok()) << first.message();
  EXPECT_EQ(first.counts(), (LinkCounts{.added = 3}));
  const auto days = [&](Instance member) {
    std::vector<Value> found;
    for (const Instance join : Must(store().JoinRows(clubs_[0], visitors_, member))) {
      found.push_back(Get(join, "day"));
    }
    return found;
  };
  EXPECT_EQ(days(all_[0]), (std::vector<Value>{1, 2}));
  EXPECT_EQ(days(all_[1]), (std::vector<Value>{2}));
  EXPECT_EQ(Must(store().Get(clubs_[0], visitors_)),
            (std::vector<Instance>{all_[0], all_[0], all_[1]}));
  // Add finds the link and changes the first one; Set keeps one; Remove takes all.
  EXPECT_EQ(store().Add(clubs_[0], visitors_, all_[0], {{"day", 9}}).counts(),
            (LinkCounts{.updated = 1}));
  EXPECT_EQ(days(all_[0]), (std::vector<Value>{9, 2}));
  EXPECT_EQ(store().Set(clubs_[0], visitors_, all_[0]).counts(), (LinkCounts{.removed = 2}));
  EXPECT_EQ(days(all_[0]), (std::vector<Value>{9}));
  EXPECT_EQ(store().Append(clubs_[0], visitors_, all_[0]).counts(), (LinkCounts{.added = 1}));
  EXPECT_EQ(store().Remove(clubs_[0], visitors_, all_[0]).counts(), (LinkCounts{.removed = 2}));
  EXPECT_EQ(store().Count(visit_), 0u);
}

TEST_F(LinksTest, LinkingToAHubWithRepeatedLinksDoesNotWalkAllOfThem) {
  std::vector<Target> many;
  for (int i = 0; i < 20000; ++i) many.emplace_back(Must(store().Create(member_)));
  // A walk over all links for each would be 400 million steps.
  ASSERT_TRUE(IsOk(store().Add(clubs_[0], visitors_, many)));
  EXPECT_EQ(store().Add(clubs_[0], visitors_, many).counts(), LinkCounts());
  EXPECT_EQ(Must(store().Count(clubs_[0], visitors_)), many.size());
}

TEST_F(LinksTest, TheFirstOfSeveralLinksIsFoundFromWhicheverSideIsShorter) {
  ASSERT_TRUE(IsOk(store().Append(clubs_[0], visitors_, all_)));  // the source has more links
  ASSERT_TRUE(IsOk(store().Append(clubs_[0], visitors_, all_[2], {{"day", 2}})));
  const Instance first = Must(store().JoinRow(clubs_[0], visitors_, all_[2])).value();
  EXPECT_EQ(Get(first, "day"), Value());
  // Moved away and back, it is the last of the source's links, but still the target's first.
  for (const Instance club : {clubs_[1], clubs_[0]}) {
    ASSERT_TRUE(IsOk(store().Set(first, "clubId", Must(store().Get(club, "id")))));
  }
  EXPECT_EQ(Get(Must(store().JoinRow(clubs_[0], visitors_, all_[2])).value(), "day"), Value(2));
  EXPECT_FALSE(Must(store().JoinRow(clubs_[1], visitors_, all_[2])).has_value());
}

TEST_F(LinksTest, AppendIsRefusedWhereAPairIsLinkedOnce) {
  EXPECT_TRUE(FailsWith(store().Append(clubs_[0], members_, all_[0]).status(),
                        absl::StatusCode::kInvalidArgument, "`unique` false"));
  EXPECT_TRUE(FailsWith(store().Append(clubs_[0], friends_, all_[0]).status(),
                        absl::StatusCode::kInvalidArgument, "only a belongsToMany"));
  EXPECT_TRUE(FailsWith(store().Append(clubs_[0], visitors_, {all_[0], 99}).status(),
                        ErrorKind::kForeignKey));
  EXPECT_EQ(store().Count(visit_), 0u);
}

TEST_F(LinksTest, UnlinkingClearsTheKeyByDefaultAndIsRefusedWhereItCannotBeNull) {
  ASSERT_TRUE(IsOk(store().Set(clubs_[0], juniors_, {all_[0], all_[1]})));
  EXPECT_EQ(store().Set(clubs_[0], juniors_, all_[1]).counts(), (LinkCounts{.removed = 1}));
  EXPECT_EQ(Get(all_[0], "clubId"), Value());
  EXPECT_EQ(Get(all_[0], "kind"), Value("junior"));  // and nothing else
  const Instance r = Must(store().Create(clubs_[0], rooms_, {{"name", "r"}}));
  const Instance s = Must(store().Create(clubs_[0], rooms_, {{"name", "s"}}));
  for (const LinkResult& refused :
       {store().Remove(clubs_[0], rooms_, r), store().Clear(clubs_[0], rooms_),
        store().Set(clubs_[0], rooms_, s)}) {
    EXPECT_TRUE(FailsWith(refused.status(), ErrorKind::kNotNull, "room 1 cannot be unlinked"));
    EXPECT_EQ(refused.counts(), LinkCounts());
  }
  EXPECT_EQ(Must(store().Get(clubs_[0], rooms_)), (std::vector<Instance>{r, s}));
}

TEST_F(LinksTest, UnlinkedRowsAreDeletedOnRequestWithTheirCascades) {
  SchemaBuilder builder;
  const Model house = builder.Define("house", {{"name", Text()}});
  const Model room = builder.Define("room", {{"name", Text()}});
  const Model lamp = builder.Define("lamp", {{"name", Text()}});
  const Model key = builder.Define("key", {{"name", Text()}});
  const Association rooms =
      builder.HasMany(house, room, {.foreign_key = KeyColumns("houseId").NotNull()});
  builder.HasMany(room, lamp, {.foreign_key = KeyColumns("roomId").NotNull()});
  const Association key_of = builder.HasOne(room, key);
  const Association its_house = builder.BelongsTo(room, house);
  Store store(Must(std::move(builder).Build()));
  const Instance h = Must(store.Create(
      house, {{"name", "h"},
              {"rooms",
               {{{"name", "r"}, {"lamps", {{{"name", "x"}}}}, {"key", {{"name", "k"}}}},
                {{"name", "s"}, {"lamps", {{{"name", "y"}}}}}}}}));
  const std::vector<Instance> before = Must(store.Get(h, rooms));

  // Replacing to one deletes what is replaced.
  ASSERT_TRUE(IsOk(
      store.Set(before[0], key_of, Must(store.Create(key, {{"name", "l"}})), {}, Unlink::kDelete)));
  EXPECT_EQ(store.Count(key), 1u);
  EXPECT_TRUE(FailsWith(store.Clear(before[0], its_house, Unlink::kDelete).status(),
                        absl::StatusCode::kInvalidArgument, "the key is in room itself"));

  EXPECT_EQ(store.Set(h, rooms, before[1], {}, Unlink::kDelete).counts(),
            (LinkCounts{.removed = 1}));
  EXPECT_FALSE(store.Contains(before[0]));
  EXPECT_EQ(store.Count(lamp), 1u);
  EXPECT_EQ(Must(store.Get(Must(store.Find(key, 2)), "roomId")), Value());
  EXPECT_EQ(store.Remove(h, rooms, before[1], Unlink::kDelete).counts(),
            (LinkCounts{.removed = 1}));
  EXPECT_EQ(store.Count(room) + store.Count(lamp), 0u);
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

TEST_F(LinksTest, UnlinkingIsRefusedOnRequest) {
  ASSERT_TRUE(IsOk(store().Set(clubs_[0], friends_, {all_[0], all_[1]})));
  EXPECT_TRUE(
      FailsWith(store().Set(clubs_[0], friends_, {all_[1], all_[2]}, {}, Unlink::kRefuse).status(),
                absl::StatusCode::kFailedPrecondition,
                "1 link of club 1 would be undone, the first to member 1"));
  EXPECT_EQ(Must(store().Get(clubs_[0], friends_)), (std::vector<Instance>{all_[0], all_[1]}));
  EXPECT_EQ(
      store().Set(clubs_[0], friends_, {all_[0], all_[1], all_[2]}, {}, Unlink::kRefuse).counts(),
      (LinkCounts{.added = 1}));
  ASSERT_TRUE(IsOk(store().Set(all_[0], favourite_, clubs_[0], {}, Unlink::kRefuse)));
  EXPECT_TRUE(IsOk(store().Set(all_[0], favourite_, clubs_[0], {}, Unlink::kRefuse)));
  EXPECT_TRUE(FailsWith(store().Set(all_[0], favourite_, clubs_[1], {}, Unlink::kRefuse).status(),
                        absl::StatusCode::kFailedPrecondition, "would be undone"));
  EXPECT_TRUE(IsOk(store().Clear(clubs_[1], friends_, Unlink::kRefuse)));
}

TEST_F(LinksTest, ADeleteThatTakesAlongWhatIsToBeLinkedIsRefused) {
  SchemaBuilder builder;
  const Model node = builder.Define("node", {{"name", Text()}});
  const Model owner = builder.Define("owner", {{"name", Text()}});
  const Association children = builder.HasMany(
      node, node, {.as = "children", .foreign_key = "parentId", .on_delete = Action::kCascade});
  const Association nodes = builder.HasMany(owner, node);
  Store store(Must(std::move(builder).Build()));
  const Instance o = Must(store.Create(owner, {{"nodes", {{{"name", "a"}}}}}));
  const Instance a = *store.Linked(o, nodes).begin();
  const Instance b = Must(store.Create(a, children, {{"name", "b"}}));
  EXPECT_TRUE(FailsWith(store.Set(o, nodes, b, {}, Unlink::kDelete).status(),
                        absl::StatusCode::kFailedPrecondition, "take along"));
  EXPECT_TRUE(store.Contains(a));
  EXPECT_TRUE(store.Contains(b));
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

TEST_F(LinksTest, AResultGoesWhereverAStatusDoes) {
  const absl::Status status = store().Add(clubs_[0], friends_, all_[0]);
  EXPECT_TRUE(status.ok());
  EXPECT_TRUE(IsOk(store().Transact([&] { return store().Remove(clubs_[0], friends_, 1); })));
  const auto as_status_or = [&]() -> absl::StatusOr<int> {
    const LinkResult result = store().Add(clubs_[0], friends_, 99);
    if (!result.ok()) return result.status();
    return 1;
  };
  EXPECT_TRUE(FailsWith(as_status_or(), ErrorKind::kForeignKey));
}

// Counts and join rows against sets and maps, on every kind of association.
TEST_F(LinksTest, RandomChangesAnswerWhatComparingBeforeAndAfterTells) {
  constexpr unsigned kSeed = 20240613;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  const std::vector<Association> associations = {members_, chiefs_, visitors_, friends_, juniors_};
  using Pairs = std::multiset<Instance>;
  std::map<std::pair<Instance, Instance>, Value> since;  // of memberships
  for (int step = 0; step < 1500; ++step) {
    const Association association = associations[random() % associations.size()];
    const Instance club = clubs_[random() % clubs_.size()];
    const bool joined = association == members_ || association == chiefs_;
    std::vector<Target> targets;
    std::map<Instance, Value> own;
    for (std::size_t i = random() % 4; i > 0; --i) {
      const Instance member = all_[random() % all_.size()];
      if (joined && random() % 2 == 0) {
        own[member] = Value(static_cast<int>(random() % 100));
        targets.push_back(With(member, {{"since", own[member]}}));
      } else {
        targets.push_back(member);
      }
    }
    const bool defaults = joined && random() % 2 == 0;
    const Values through = defaults ? Values{{"since", step}} : Values{};
    const auto linked = [&] {
      const std::vector<Instance> list = Must(store().Get(club, association));
      return Pairs(list.begin(), list.end());
    };
    const Pairs before = linked();
    LinkResult result = absl::UnknownError("not run");
    const unsigned op = random() % 4;
    if (op == 0) result = store().Set(club, association, targets, through);
    if (op == 1) result = store().Add(club, association, targets, through);
    if (op == 2) {
      for (Target& target : targets) target = Target(target.instance());
      result = store().Remove(club, association, targets);
    }
    if (op == 3) {
      result = association == visitors_ ? store().Append(club, association, targets)
                                        : store().Clear(club, association);
    }
    if (!result.ok()) {
      // A membership that is there already, but not as a chief's.
      ASSERT_EQ(association, chiefs_) << result.message();
      ASSERT_TRUE(FailsWith(result.status(), ErrorKind::kUnique));
      ASSERT_EQ(linked(), before);
      continue;
    }
    const Pairs after = linked();
    Pairs added, removed;
    std::set_difference(after.begin(), after.end(), before.begin(), before.end(),
                        std::inserter(added, added.end()));
    std::set_difference(before.begin(), before.end(), after.begin(), after.end(),
                        std::inserter(removed, removed.end()));
    EXPECT_EQ(result.counts().added, added.size()) << step;
    EXPECT_EQ(result.counts().removed, removed.size()) << step;
    std::size_t updated = 0;
    if (joined) {
      for (const Instance& gone : removed) since.erase({club, gone});
      std::set<Instance> wanted;
      if (op < 2) {
        for (const Target& target : targets) wanted.insert(target.instance());
      }
      for (const Instance& member : wanted) {
        const bool given = defaults || own.contains(member);
        updated += given && before.contains(member);
        if (!given) since.try_emplace({club, member});
        if (defaults) since[{club, member}] = Value(step);
        if (own.contains(member)) since[{club, member}] = own[member];
      }
    }
    EXPECT_EQ(result.counts().updated, updated) << step;
    for (const Instance& member : std::set<Instance>(after.begin(), after.end())) {
      const auto joins =
          joined ? Must(store().JoinRows(club, association, member)) : std::vector<Instance>();
      if (joined) {
        ASSERT_EQ(joins.size(), 1u);
        EXPECT_EQ(Must(store().JoinRow(club, association, member)), joins[0]);
        const Value expected = since[{club, member}];
        EXPECT_EQ(Get(joins[0], "since"), expected) << step;
      }
    }
    ASSERT_TRUE(IsOk(store().CheckInvariants()));
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace relata
