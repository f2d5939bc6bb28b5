// Queries as a user writes them: the examples of relata/query.h and relata/condition.h, and what
// each part of a query means, on a few rows that can be checked by eye.
#include "relata/query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "relata/relata.h"
#include "tests/query_world.h"

namespace relata {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using QueryTest = QueryWorld;

// ----- the examples of the headers

TEST_F(QueryTest, TheExampleOfTheQueryHeaderRuns) {
  const Query scorers = Query(player_)
                            .Where(player_["goals"] > 100 && its_team_["name"] == "Arsenal")
                            .Include(Include(honours_).Where(honour_["year"] >= 2000).Optional())
                            .OrderBy(player_["goals"], kDescending)
                            .Limit(10);
  const auto rows = store_.Select(scorers);
  ASSERT_TRUE(rows.ok()) << rows.status();
  std::vector<std::string> lines;
  for (const Row& row : *rows) {
    lines.emplace_back(row.Get(name_));
    for (const Row& honour : row.Included(honours_)) {
      lines.push_back("  " + std::string(honour.Get(honour_title_)));
    }
  }
  EXPECT_THAT(lines, ElementsAre("Henry", "  League", "Wright", "Bergkamp", "  League"));

  EXPECT_EQ(*store_.Count(scorers), 3u);
  EXPECT_EQ(*store_.Max(scorers, player_["goals"]), Value(228));
  const auto by_team =
      store_.GroupBy(Query(player_), {player_["teamId"]}, {CountAll(), Average(player_["goals"])});
  ASSERT_TRUE(by_team.ok()) << by_team.status();
  ASSERT_EQ(by_team->size(), 3u);
  EXPECT_THAT((*by_team)[0].keys, ElementsAre(Value()));
  EXPECT_THAT((*by_team)[0].values, ElementsAre(Value(1), Value()));
  EXPECT_THAT((*by_team)[1].keys, ElementsAre(Value(1)));
  EXPECT_THAT((*by_team)[1].values, ElementsAre(Value(3), Value((228 + 120 + 185) / 3.0)));
  EXPECT_THAT((*by_team)[2].values, ElementsAre(Value(1), Value(190.0)));
  EXPECT_EQ(*store_.Delete(Query(player_).Where(player_["goals"].IsNull())), 1u);
  EXPECT_THAT(*store_.Explain(scorers), HasSubstr("player: all 4 rows; condition on each"));
}

TEST_F(QueryTest, TheExamplesOfTheConditionHeaderRun) {
  EXPECT_THAT(Where(player_["goals"] > 100 && player_["name"].Like("B%")), ElementsAre("Bergkamp"));
  EXPECT_THAT(Where(its_team_["name"] == "Arsenal"), ElementsAre("Henry", "Bergkamp", "Wright"));
  const auto busy = store_.Select(Query(team_).Where(Exists(players_, player_["goals"] >= 200) &&
                                                     !Exists(players_, player_["goals"] < 100)));
  ASSERT_TRUE(busy.ok()) << busy.status();
  EXPECT_THAT(busy->Instances(), ElementsAre(arsenal_));
  EXPECT_THAT(Where(player_["goals"] >= player_["assists"]),
              ElementsAre("Henry", "Bergkamp", "Wright", "Cruyff"));
  EXPECT_THAT(Where(goals_ > 100 && Between(assists_, 90, 110)), ElementsAre("Henry", "Bergkamp"));
}

// ----- conditions

TEST_F(QueryTest, AComparisonWithNullHoldsForNeitherItNorItsOpposite) {
  EXPECT_THAT(Where(goals_ > 0), ElementsAre("Henry", "Bergkamp", "Wright", "Cruyff"));
  EXPECT_THAT(Where(!(goals_ > 0)), IsEmpty());
  EXPECT_THAT(Where(!(goals_ > 0) || name_ == "Nobody"), ElementsAre("Nobody"));
}

TEST_F(QueryTest, ALiteralNullAsksForNull) {
  EXPECT_THAT(Where(player_["goals"] == nullptr), ElementsAre("Nobody"));
  EXPECT_THAT(Where(goals_ != nullptr), ElementsAre("Henry", "Bergkamp", "Wright", "Cruyff"));
  EXPECT_THAT(Where(IsNull(goals_)), ElementsAre("Nobody"));
  EXPECT_THAT(Where(player_["goals"] < nullptr), IsEmpty());
}

TEST_F(QueryTest, ListsFollowSqlWithNullsAndWithoutValues) {
  EXPECT_THAT(Where(In(goals_, {228, 190})), ElementsAre("Henry", "Cruyff"));
  EXPECT_THAT(Where(player_["goals"].In({228, nullptr})), ElementsAre("Henry"));
  EXPECT_THAT(Where(player_["goals"].NotIn({228, nullptr})), IsEmpty());
  EXPECT_THAT(Where(player_["goals"].NotIn({228, 120.5})),
              ElementsAre("Bergkamp", "Wright", "Cruyff"));
  EXPECT_THAT(Where(player_["goals"].In({})), IsEmpty());
  EXPECT_EQ(Where(player_["goals"].NotIn({})).size(), 5u);
}

TEST_F(QueryTest, AnIntegerIsComparedWithAFractionExactly) {
  EXPECT_THAT(Where(player_["goals"] > 189.5), ElementsAre("Henry", "Cruyff"));
  EXPECT_THAT(Where(player_["goals"] == 120.5), IsEmpty());
  EXPECT_EQ(Where(player_["goals"] != 120.5).size(), 4u);
  EXPECT_THAT(Where(player_["goals"] < 1e300 && player_["goals"] >= 228), ElementsAre("Henry"));
}

TEST_F(QueryTest, AnAttributeOfAnAssociatedRowIsNullWhenThereIsNone) {
  EXPECT_THAT(Where(its_team_["founded"] != 1886), ElementsAre("Cruyff"));
  EXPECT_THAT(Where(its_team_["founded"].IsNull()), ElementsAre("Nobody"));
  EXPECT_THAT(Where(its_team_[its_coach_["name"]] == "Wenger"),
              ElementsAre("Henry", "Bergkamp", "Wright"));
}

TEST_F(QueryTest, ExistsSeesTargetsAndJoinRowsTogether) {
  EXPECT_THAT(Where(Exists(honours_, honour_["title"] == "FA Cup")),
              ElementsAre("Henry", "Bergkamp", "Wright"));
  const Model win = *store_.schema().FindModel("win");
  EXPECT_THAT(Where(Exists(honours_, honour_["title"] == "FA Cup", win["started"] == true)),
              ElementsAre("Bergkamp"));
  EXPECT_THAT(Where(!Exists("honours")), ElementsAre("Cruyff", "Nobody"));
}

TEST_F(QueryTest, LinkedAsksForOneInstanceAndWalksItsLinks) {
  EXPECT_THAT(Where(Linked(its_team_, arsenal_)), ElementsAre("Henry", "Bergkamp", "Wright"));
  EXPECT_THAT(Where(!Linked(its_team_, arsenal_)), ElementsAre("Cruyff", "Nobody"));
  const Query query = Query(player_).Where(Linked(its_team_, arsenal_));
  EXPECT_THAT(*store_.Explain(query), HasSubstr("links of team 1 by team"));
}

template <typename A, typename B>
concept CanCompare = requires(const A& a, const B& b) {
  a > b;
};

TEST_F(QueryTest, FieldsAreComparedOnlyWithWhatTheyCanHold) {
  static_assert(CanCompare<Field<std::int64_t>, int>);
  static_assert(CanCompare<Field<std::int64_t>, double>);
  static_assert(CanCompare<Field<std::int64_t>, Field<std::optional<double>>>);
  static_assert(!CanCompare<Field<std::int64_t>, const char*>);
  static_assert(!CanCompare<Field<std::int64_t>, bool>);
  static_assert(!CanCompare<Field<std::int64_t>, Field<std::string_view>>);
  static_assert(CanCompare<Field<std::string_view>, std::string>);
  static_assert(!CanCompare<Field<std::string_view>, std::nullptr_t>);
  static_assert(!CanCompare<Field<std::string_view>, int>);
  EXPECT_THAT(Where(goals_ < assists_), IsEmpty());
}

// ----- includes

TEST_F(QueryTest, AnIncludeWithAConditionIsRequiredUnlessItIsOptional) {
  Query query = Query(player_).Include(Include(its_team_).Where(team_["founded"] >= 1900));
  EXPECT_THAT(Names(query), ElementsAre("Cruyff"));
  EXPECT_EQ(Names(Query(player_).Include(Include(its_team_).Where(team_["founded"] > 1).Optional()))
                .size(),
            5u);
  EXPECT_THAT(Names(Query(player_).Include(Include(its_team_).Required())),
              ElementsAre("Henry", "Bergkamp", "Wright", "Cruyff"));
}

TEST_F(QueryTest, ARequiredIncludeFiltersAtEveryDepth) {
  const Query query = Query(team_).Include(
      Include(players_).Required().Include(Include(honours_).Where(honour_["year"] > 2000)));
  const auto rows = store_.Select(query);
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_THAT(rows->Instances(), ElementsAre(arsenal_));
  std::vector<std::string> names;
  for (const Row& row : rows->First()->Included(players_)) names.emplace_back(row.Get(name_));
  EXPECT_THAT(names, ElementsAre("Henry", "Bergkamp"));
}

TEST_F(QueryTest, OrderLimitAndOffsetOfAnIncludeCountForEachParent) {
  const Query query = Query(team_).Include(
      Include(players_).OrderBy(player_["goals"], kDescending).Offset(1).Limit(1));
  const auto rows = store_.Select(query);
  ASSERT_TRUE(rows.ok()) << rows.status();
  std::vector<std::vector<Instance>> shown;
  for (const Row& row : *rows) shown.push_back(row.Included(players_).Instances());
  EXPECT_THAT(shown, ElementsAre(ElementsAre(wright_), IsEmpty(), IsEmpty()));
}

TEST_F(QueryTest, LimitWithARequiredIncludeCountsParents) {
  const Query query = Query(player_)
                          .Include(Include(honours_).Where(honour_["year"] > 1900))
                          .OrderBy(player_["name"])
                          .Limit(2);
  EXPECT_THAT(Names(query), ElementsAre("Bergkamp", "Henry"));
}

TEST_F(QueryTest, AConditionOnJoinRowsAndOneOnTargetsMustBothHoldForALink) {
  const Model win = *store_.schema().FindModel("win");
  const Query query = Query(player_).Include(
      Include(honours_).Where(honour_["title"] == "FA Cup").ThroughWhere(win["started"] == true));
  EXPECT_THAT(Names(query), ElementsAre("Bergkamp"));
}

TEST_F(QueryTest, ARowShowsTheAttributesAndTheJoinRowThatWereAskedFor) {
  const Query query = Query(player_)
                          .Where(name_ == "Henry")
                          .Attributes({"name", "id"})
                          .Include(Include(honours_).ThroughAttributes({"started"}));
  const auto rows = store_.Select(query);
  ASSERT_TRUE(rows.ok()) << rows.status();
  const Row henry = *rows->First();
  const Values values = henry.values();
  ASSERT_EQ(values.size(), 2u);
  EXPECT_EQ(values[0].name, "name");
  EXPECT_EQ(values[1].value, Value(henry_.slot + 1));
  EXPECT_EQ(henry.join(), std::nullopt);
  std::vector<Value> started;
  for (const Row& honour : henry.Included(honours_)) {
    started.push_back(*store_.Get(*honour.join(), "started"));
    EXPECT_EQ(honour.join_attributes().size(), 1u);
  }
  EXPECT_THAT(started, ElementsAre(Value(false), Value(true)));
  EXPECT_EQ(*henry.Get("goals"), Value(228));
  EXPECT_THAT(henry.Get("gaols").status().message(), HasSubstr("did you mean 'goals'?"));
}

TEST_F(QueryTest, AGetterTakesAQuery) {
  const auto rows = store_.Select(
      arsenal_, players_, Query(player_).Where(goals_ > 120).OrderBy(player_["assists"]).Limit(1));
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_THAT(rows->Instances(), ElementsAre(wright_));
  EXPECT_EQ(*store_.Count(arsenal_, players_, Query(player_).Where(goals_ > 120)), 2u);
  EXPECT_TRUE(store_.Select(empty_, players_, Query(player_))->empty());
}

// ----- order, limit, offset

TEST_F(QueryTest, OrderIsByAttributesAndThenByPrimaryKeyWithNullFirst) {
  EXPECT_THAT(Names(Query(player_).OrderBy(player_["goals"])),
              ElementsAre("Nobody", "Bergkamp", "Wright", "Cruyff", "Henry"));
  EXPECT_THAT(Names(Query(player_).OrderBy(player_["teamId"], kDescending)),
              ElementsAre("Cruyff", "Henry", "Bergkamp", "Wright", "Nobody"));
  EXPECT_THAT(Names(Query(player_)
                        .OrderBy(its_team_["founded"], kDescending)
                        .OrderBy(player_["name"], kDescending)),
              ElementsAre("Cruyff", "Wright", "Henry", "Bergkamp", "Nobody"));
}

TEST_F(QueryTest, ALimitWithoutAnOrderCountsByPrimaryKeyWhateverWasDeleted) {
  ASSERT_TRUE(store_.Delete(henry_).ok());
  Player("Vieira", 33, 40, 1);  // takes Henry's place in the store, and the key 6
  EXPECT_THAT(Names(Query(player_).Limit(2)), ElementsAre("Bergkamp", "Wright"));
  EXPECT_THAT(Names(Query(player_).Offset(3)), ElementsAre("Nobody", "Vieira"));
  EXPECT_EQ(*store_.First(Query(player_)), bergkamp_);
  EXPECT_THAT(Names(Query(player_).InAnyOrder().Limit(2)), ElementsAre("Vieira", "Bergkamp"));
}

TEST_F(QueryTest, LimitsAndOffsetsBeyondTheRowsAreHarmless) {
  EXPECT_THAT(Names(Query(player_).Limit(0)), IsEmpty());
  EXPECT_THAT(Names(Query(player_).Offset(5)), IsEmpty());
  EXPECT_EQ(Names(Query(player_).Offset(1).Limit(SIZE_MAX)).size(), 4u);
  EXPECT_EQ(*store_.First(Query(player_).Limit(0)), std::nullopt);
}

// An iterator must not outlive the rows that it walks.
template <typename R>
concept Walkable = requires(R&& rows) {
  std::forward<R>(rows).begin();
};
static_assert(Walkable<const Rows&>);
static_assert(!Walkable<Rows>);

// ----- aggregates

TEST_F(QueryTest, AggregatesLeaveNullAside) {
  const auto values =
      store_.Compute(Query(player_), {CountAll(), Count(player_["goals"]),
                                      CountDistinct(player_["teamId"]), Min(goals_), Max(name_),
                                      Sum(assists_), Average(goals_), Sum(player_["pace"])});
  ASSERT_TRUE(values.ok()) << values.status();
  EXPECT_THAT(*values, ElementsAre(Value(5), Value(4), Value(2), Value(120), Value("Wright"),
                                   Value(364), Value(723 / 4.0), Value()));
  EXPECT_EQ(*store_.CountDistinct(Query(player_), its_team_["name"]), 2u);
}

TEST_F(QueryTest, ASumThatIsNoIntegerIsAnError) {
  for (int i = 0; i < 3; ++i) Add(player_, {{"name", "X"}, {"assists", INT64_MAX}});
  EXPECT_EQ(store_.Sum(Query(player_), player_["assists"]).status().code(),
            absl::StatusCode::kOutOfRange);
  Add(player_, {{"name", "X"}, {"assists", INT64_MIN}});
  Add(player_, {{"name", "X"}, {"assists", INT64_MIN}});
  EXPECT_EQ(*store_.Sum(Query(player_).Where(name_ == "X"), player_["assists"]),
            Value(INT64_MAX - 2));
}

// ----- changing by query

TEST_F(QueryTest, UpdateChangesWhatIsSelectedAndCountsIt) {
  EXPECT_EQ(*store_.Update(Query(player_).OrderBy(player_["goals"], kDescending).Limit(2),
                           {{"number", 14}}),
            2u);
  EXPECT_THAT(Where(player_["number"] == 14), ElementsAre("Henry", "Cruyff"));
  EXPECT_EQ(*store_.Update(Query(player_).Where(goals_ > 1000), {{"number", 1}}), 0u);
  EXPECT_EQ(store_.Update(Query(player_).Where(goals_ > 1000), {{"number", "x"}}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(QueryTest, UpdateAndDeleteThatFailHaveChangedNothing) {
  EXPECT_FALSE(store_.Update(Query(team_), {{"name", "One"}}).ok());  // unique
  EXPECT_FALSE(store_.Update(Query(player_), {{"name", nullptr}}).ok());
  EXPECT_EQ(*store_.Count(Query(team_).Where(team_["name"] == "One")), 0u);
  ASSERT_TRUE(store_.CheckInvariants().ok());
}

// ----- one query, many stores

TEST_F(QueryTest, AQueryRunsOnAnyForkOfTheSchema) {
  const Query query = Query(player_).Where(goals_ > 150).OrderBy(player_["name"]);
  auto fork = store_.Fork();
  ASSERT_TRUE(fork.ok());
  ASSERT_TRUE(fork->Delete(henry_).ok());
  EXPECT_EQ(*fork->Count(query), 2u);
  EXPECT_EQ(*store_.Count(query), 3u);
}

// ----- mistakes (rule R12)

TEST_F(QueryTest, MistakesNameWhatIsWrongAndWhatWasExpected) {
  EXPECT_THAT(Message(Query(player_).Where(player_["gaols"] > 1)),
              HasSubstr("query on player: Where: model 'player' has no attribute 'gaols'; did you "
                        "mean 'goals'?"));
  EXPECT_THAT(Message(Query(player_).Where(player_["goals"] > "x")),
              HasSubstr("player.goals is INTEGER and cannot be compared with 'x' (TEXT)"));
  EXPECT_THAT(Message(Query(player_).Where(team_["name"] == "x")),
              HasSubstr("an attribute of player was expected, not team.name"));
  EXPECT_THAT(Message(Query(player_).Where(player_["goals"] == player_["name"])),
              HasSubstr("cannot be compared with player.name, which is TEXT"));
  EXPECT_THAT(Message(Query(player_).Where(player_["goals"].Like("1%"))),
              HasSubstr("Like matches"));
  EXPECT_THAT(Message(Query(team_).Where(players_["goals"] > 1)), HasSubstr("use Exists"));
  EXPECT_THAT(Message(Query(player_).OrderBy(player_["nmae"])), HasSubstr("'name'"));
  EXPECT_THAT(Message(Query(player_).Attributes({"nmae"})), HasSubstr("'name'"));
  EXPECT_THAT(Message(Query(player_).Include("tema")), HasSubstr("'team'"));
  EXPECT_THAT(Message(Query(player_).Include(players_)), HasSubstr("starts from team"));
  EXPECT_THAT(Message(Query(player_).ThroughWhere(goals_ > 1)), HasSubstr("join rows"));
  EXPECT_THAT(Message(Query(player_).Include(Include(its_team_).Include("nothing"))),
              HasSubstr("Include(team): Include: model 'team' has no association 'nothing'"));
  EXPECT_EQ(KindOf(store_.Select(Query(player_).Include(players_)).status()),
            ErrorKind::kNotAssociated);
  EXPECT_THAT(store_.Sum(Query(player_), name_).status().message(), HasSubstr("only INTEGERs"));
  EXPECT_FALSE(store_.Select(Query(Model())).ok());
  EXPECT_FALSE(store_.Select(arsenal_, players_, Query(team_)).ok());
}

}  // namespace
}  // namespace relata
