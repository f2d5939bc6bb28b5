// How the rows of a query are found: by keys, links and indexes, and in which order they come then.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "relata/query.h"
#include "relata/relata.h"
#include "tests/query_world.h"

namespace relata {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using QueryAccessTest = QueryWorld;

TEST_F(QueryAccessTest, EqualityOnKeysAndForeignKeysUsesTheIdentityMapAndTheLinks) {
  const auto explain = [&](const Condition& condition) {
    return *store_.Explain(Query(player_).Where(condition));
  };
  EXPECT_THAT(explain(player_["id"] == 3), HasSubstr("primary key id = 3"));
  EXPECT_THAT(Where(player_["id"] == 3), ElementsAre("Wright"));
  EXPECT_THAT(explain(player_["id"].In({3, 1, 3, 77})), HasSubstr("primary key id in 4 values"));
  EXPECT_THAT(Where(player_["id"].In({3, 1, 3, 77})), ElementsAre("Wright", "Henry"));
  EXPECT_THAT(explain(player_["teamId"] == 1 && goals_ > 150),
              HasSubstr("children by foreign key teamId = 1; condition on each"));
  EXPECT_THAT(Where(player_["teamId"] == 1 && goals_ > 150), ElementsAre("Henry", "Wright"));
  EXPECT_THAT(Where(player_["teamId"].In({2, 1})),
              ElementsAre("Cruyff", "Henry", "Bergkamp", "Wright"));
  EXPECT_THAT(explain(player_["id"] == 3 || goals_ > 150), HasSubstr("all 5 rows"));
  EXPECT_THAT(explain(player_["id"] == 3 || player_["teamId"] == 2),
              HasSubstr("any of: primary key id = 3 | children by foreign key teamId = 2"));
  EXPECT_THAT(Where(player_["teamId"] == 2 || player_["id"] == 3), ElementsAre("Wright", "Cruyff"));
  EXPECT_THAT(explain(player_["goals"].In({})), HasSubstr("the condition never holds"));
  EXPECT_THAT(*store_.Explain(Query(team_).Where(team_["name"] == "Ajax")),
              HasSubstr("unique key name = 'Ajax'"));
}

// A thousand rows with an index of either kind, and one over two attributes.
class IndexedQueryTest : public ::testing::Test {
 protected:
  IndexedQueryTest() : store_(MakeSchema()) {
    for (int i = 0; i < 1000; ++i) {
      Values values = {
          {"day", i % 100}, {"kind", "k" + std::to_string(i % 250)}, {"size", i / 2.0}};
      if (i % 10 == 0) values[0].value = nullptr;
      EXPECT_TRUE(store_.Create(event_, values).ok());
    }
  }
  Schema MakeSchema() {
    SchemaBuilder builder;
    event_ = builder.Define(
        "event",
        {{"day", Integer()}, {"kind", Text().Index(IndexKind::kHashed)}, {"size", Double()}},
        {.indexes = {{.attributes = {"day", "size"}}}});
    return *std::move(builder).Build();
  }
  std::string Explain(const Query& query) const { return *store_.Explain(query); }
  std::vector<std::uint32_t> Slots(const Query& query) const {
    std::vector<std::uint32_t> slots;
    const auto rows = store_.Select(query);
    EXPECT_TRUE(rows.ok()) << rows.status();
    for (const Row& row : *rows) slots.push_back(row.instance().slot);
    return slots;
  }

  Model event_;
  Store store_;
};

TEST_F(IndexedQueryTest, EqualityUsesAHashedIndex) {
  const Query query = Query(event_).Where(event_["kind"] == "k7");
  EXPECT_THAT(Explain(query), HasSubstr("kind = 'k7'"));
  EXPECT_THAT(Explain(query), HasSubstr("index"));
  EXPECT_THAT(Slots(query), ElementsAre(7, 257, 507, 757));
  EXPECT_EQ(*store_.Count(Query(event_).Where(event_["kind"].In({"k7", "k8", "k7"}))), 8u);
}

TEST_F(IndexedQueryTest, RangesUseAnOrderedIndexAndLeaveNullOut) {
  const Query query = Query(event_).Where(event_["day"] < 3);
  EXPECT_THAT(Explain(query), HasSubstr("day in a range"));
  EXPECT_THAT(Slots(Query(event_).Where(event_["day"] == 42 && event_["size"] > 300.0)),
              ElementsAre(642, 742, 842, 942));
  EXPECT_EQ(*store_.Count(query), 20u);
  EXPECT_THAT(Explain(Query(event_).Where(event_["day"] >= 0)), HasSubstr("all 1000 rows"));
}

TEST_F(IndexedQueryTest, AnOrderWithALimitComesFromAnOrderedIndexWithoutASort) {
  const Query last = Query(event_).OrderBy(event_["day"], kDescending).Limit(3);
  EXPECT_THAT(Explain(last), HasSubstr("in the order asked for"));
  EXPECT_THAT(Slots(last), ElementsAre(99, 199, 299));  // equal ones by primary key
  const Query within =
      Query(event_).Where(event_["day"] == 5).OrderBy(event_["size"], kDescending).Limit(2);
  EXPECT_THAT(Slots(within), ElementsAre(905, 805));
  EXPECT_THAT(Slots(Query(event_).OrderBy(event_["day"]).Offset(100).Limit(2)),
              ElementsAre(1, 101));
}

TEST_F(IndexedQueryTest, RowsThatAnIndexHoldsEqualComeByPrimaryKeyNotByPlace) {
  ASSERT_TRUE(store_.Delete(*store_.Find(event_, 100)).ok());
  ASSERT_TRUE(store_.Create(event_, {{"day", 99}}).ok());  // takes place 99, with the last key
  const Query last = Query(event_).OrderBy(event_["day"], kDescending).Limit(3);
  EXPECT_THAT(Explain(last), HasSubstr("in the order asked for"));
  EXPECT_THAT(Slots(last), ElementsAre(199, 299, 399));
}

TEST_F(IndexedQueryTest, AnOrOfWhatIsServedIsServedInTheOrderOfAScan) {
  const Condition served = event_["id"] == 900 || event_["kind"] == "k7" ||
                           (event_["day"] == 42 && event_["size"] > 300.0);
  EXPECT_THAT(Explain(Query(event_).Where(served)),
              HasSubstr("any of: primary key id = 900 | hashed index events_kind_hash: kind = 'k7' "
                        "| ordered index events_day_size: day = 42, size in a range; condition"));
  EXPECT_THAT(Slots(Query(event_).Where(served)),
              ElementsAre(7, 257, 507, 642, 742, 757, 842, 899, 942));
  // A row of several parts comes once.
  const Condition twice = event_["id"] == 8 || event_["kind"] == "k7" || event_["id"].In({8, 9});
  EXPECT_THAT(Slots(Query(event_).Where(twice)), ElementsAre(7, 8, 257, 507, 757));
  EXPECT_EQ(*store_.Count(Query(event_).Where(twice)), 5u);
  EXPECT_THAT(Slots(Query(event_).Where(twice).OrderBy(event_["id"], kDescending).Limit(2)),
              ElementsAre(757, 507));
  // One part that nothing serves, and so many rows that a scan is better.
  EXPECT_THAT(Explain(Query(event_).Where(served || event_["size"] == 7.0)),
              HasSubstr("all 1000 rows"));
  EXPECT_THAT(Explain(Query(event_).Where(event_["id"] == 8 || event_["day"] >= 0)),
              HasSubstr("all 1000 rows"));
  // By De Morgan the opposite of an AND, within an AND, and in itself.
  EXPECT_THAT(Slots(Query(event_).Where(!(event_["id"] != 8 && event_["kind"] != "k7"))),
              ElementsAre(7, 257, 507, 757));
  EXPECT_THAT(Slots(Query(event_).Where(event_["size"] > 100.0 && (event_["id"] == 1 || twice))),
              ElementsAre(257, 507, 757));
  EXPECT_THAT(Explain(Query(event_).Where(!served)), HasSubstr("all 1000 rows"));
}

// Whatever way is chosen, the rows are those of a scan, in its order where an OR is served.
TEST_F(IndexedQueryTest, RandomOrsGiveWhatAScanGives) {
  std::mt19937_64 random(7);
  const auto below = [&](std::uint64_t n) { return static_cast<int>(random() % n); };
  const auto leaf = [&]() -> Condition {
    switch (below(5)) {
      case 0:
        return event_["id"] == below(1100);
      case 1:
        return event_["kind"] == "k" + std::to_string(below(260));
      case 2:
        return event_["day"] == below(100);
      case 3:
        return event_["id"].In({below(1100), below(1100), nullptr});
      default:
        return event_["day"] == below(100) && event_["size"] < below(500);
    }
  };
  int unions = 0;
  for (int i = 0; i < 300; ++i) {
    Condition condition = leaf();
    for (int parts = 1 + below(3); parts > 0; --parts) {
      condition = below(4) == 0 ? (condition && leaf()) || leaf() : condition || leaf();
    }
    const Query query = Query(event_).Where(condition);
    unions += Explain(query).find("any of: ") != std::string::npos;
    // One part more that nothing serves and no row satisfies, and all rows are looked at.
    const Query scan = Query(event_).Where(condition || event_["size"] == -1.0);
    ASSERT_NE(Explain(scan).find("all 1000 rows"), std::string::npos);
    ASSERT_EQ(Slots(query), Slots(scan)) << i << ": " << Explain(query);
  }
  EXPECT_GT(unions, 150);
}

}  // namespace
}  // namespace relata
