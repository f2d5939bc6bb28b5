// What users of other libraries complain about when they read what is associated, and what relata
// does instead; and the edge cases of reading that scenarios cannot say. manual_coverage.txt says
// which test answers what.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "relata/query.h"
#include "relata/schema_builder.h"
#include "relata/store.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;

// Bands with songs, and halls in which they play: three bands, of which the second has no songs.
class ReadingComplaintsTest : public ::testing::Test {
 protected:
  ReadingComplaintsTest() {
    SchemaBuilder builder;
    band_ = builder.Define("band", {{"name", Text()}});
    song_ = builder.Define("song", {{"title", Text()}, {"length", Integer()}});
    hall_ = builder.Define("hall", {{"name", Text()}});
    builder.Define("gig", {{"year", Integer()}});
    songs_ = builder.HasMany(band_, song_);
    its_band_ = builder.BelongsTo(song_, band_);
    halls_ = builder.BelongsToMany(band_, hall_, {.through = "gig"});
    schema_ = Must(std::move(builder).Build());
    gig_ = schema_[halls_].through;
    store_.emplace(schema_);
    a_ = Must(store().Create(band_, {{"name", "a"}}));
    b_ = Must(store().Create(band_, {{"name", "b"}}));
    c_ = Must(store().Create(band_, {{"name", "c"}}));
    for (int i = 1; i <= 4; ++i) Sing(a_, "a" + std::to_string(i), i);
    for (int i = 1; i <= 3; ++i) Sing(c_, "c" + std::to_string(i), 10 * i);
    old_ = Must(store().Create(a_, halls_, {{"name", "old"}}, {{"year", 1999}}));
    new_ = Must(store().Create(hall_, {{"name", "new"}}));
    Check(store().Add(a_, halls_, new_, {{"year", 2020}}));
    Check(store().Add(c_, halls_, new_, {{"year", 2010}}));
  }
  ~ReadingComplaintsTest() override { EXPECT_TRUE(IsOk(store().CheckInvariants())); }

  static void Check(const absl::Status& status) { EXPECT_TRUE(IsOk(status)); }
  void Sing(Instance band, const std::string& title, int length) {
    Must(store().Create(band, songs_, {{"title", title}, {"length", length}}));
  }

  const Store& store() const { return *store_; }
  Store& store() { return *store_; }

  // "a(a1 a2) b()": the rows of a query, and what its first include shows of each.
  std::string Shown(const Query& query) {
    const Rows rows = Must(store().Select(query));
    std::string text;
    for (const Row& row : rows) {
      text += TextOf(row) + "(";
      for (const Row& inner : row.Included(0)) text += TextOf(inner) + " ";
      if (text.back() == ' ') text.pop_back();
      text += ") ";
    }
    if (!text.empty()) text.pop_back();
    return text;
  }
  std::string TextOf(const Instance& instance) {
    const char* attribute = instance.of() == song_ ? "title" : "name";
    return *Must(store().Get(instance, attribute)).get_if<std::string>();
  }

  Model band_, song_, hall_, gig_;
  Association songs_, its_band_, halls_;
  Schema schema_;
  std::optional<Store> store_;
  Instance a_, b_, c_, old_, new_;
};

TEST_F(ReadingComplaintsTest, ALimitCountsTheRowsAskedForWhateverIsIncludedOrFilteredBelow) {
  EXPECT_EQ(Shown(Query(band_).Include(songs_).Limit(2)), "a(a1 a2 a3 a4) b()");
  EXPECT_EQ(Shown(Query(band_).Include(Include(songs_).Required()).Limit(1).Offset(1)),
            "c(c1 c2 c3)");
  // A condition on an associated row, with a limit.
  EXPECT_EQ(Shown(Query(song_).Include(its_band_).Where(its_band_["name"] == "c").Limit(2)),
            "c1(c) c2(c)");
  // And on one of many.
  EXPECT_EQ(Shown(Query(band_).Include(songs_).Where(Exists(songs_, song_["length"] > 3)).Limit(1)),
            "a(a1 a2 a3 a4)");
  EXPECT_EQ(Shown(Query(band_)
                      .Include(songs_)
                      .Where(Exists(songs_, song_["length"] > 3))
                      .OrderBy(band_["name"], kDescending)
                      .Limit(1)),
            "c(c1 c2 c3)");
}

TEST_F(ReadingComplaintsTest, CountCountsTheRowsAskedForAndNeverJoinedOnes) {
  EXPECT_EQ(Must(store().Count(Query(band_).Include(songs_).Include(halls_))), 3u);
  EXPECT_EQ(Must(store().Count(Query(band_).Include(Include(songs_).Required()))), 2u);
  EXPECT_EQ(Must(store().Count(Query(song_).Include(its_band_))), 7u);
}

TEST_F(ReadingComplaintsTest, SeveralListsDoNotMultiplyAndEachHasItsOwnOrderAndLimit) {
  const Rows rows = Must(
      store().Select(Query(band_)
                         .Where(band_["name"] == "a")
                         .Include(Include(songs_).OrderBy(song_["length"], kDescending).Limit(2))
                         .Include(Include(halls_).OrderBy(hall_["name"]).Limit(1))));
  const Row row = *rows.First();
  EXPECT_EQ(row.Included(songs_).Count(), 2u);
  EXPECT_EQ(TextOf(*row.Included(songs_).First()), "a4");
  EXPECT_EQ(row.Included(halls_).Instances(), std::vector<Instance>{new_});
}

TEST_F(ReadingComplaintsTest, OrderLimitAndOffsetOfAnIncludeAreForEachParentAndDoNotMoveIt) {
  EXPECT_EQ(Shown(Query(band_).Include(
                Include(songs_).OrderBy(song_["length"], kDescending).Limit(2).Offset(1))),
            "a(a3 a2) b() c(c2 c1)");
  EXPECT_EQ(Shown(Query(band_).Include(Include(halls_).OrderBy(hall_["name"]).Limit(1))),
            "a(new) b() c(new)");
}

TEST_F(ReadingComplaintsTest, ALinkShowsOnlyWhenItsJoinRowAndItsTargetBothPass) {
  const Condition recent = gig_["year"] >= 2015;
  EXPECT_EQ(Shown(Query(band_).Include(Include(halls_).ThroughWhere(recent))), "a(new) b() c()");
  EXPECT_EQ(Shown(Query(band_).Include(
                Include(halls_).ThroughWhere(recent).Where(hall_["name"] == "old"))),
            "");
  EXPECT_EQ(Shown(Query(band_).Include(
                Include(halls_).ThroughWhere(recent).Where(hall_["name"] == "old").Optional())),
            "a() b() c()");
}

TEST_F(ReadingComplaintsTest, AnIncludeIsByNameAndAWrongOneIsToldTheRightOne) {
  EXPECT_EQ(Shown(Query(band_).Include("songs").Limit(1)), "a(a1 a2 a3 a4)");
  EXPECT_TRUE(FailsWith(store().Select(Query(band_).Include("song")), ErrorKind::kNotAssociated,
                        "did you mean 'songs'?"));
}

TEST_F(ReadingComplaintsTest, AnAssociationOfAnotherModelIsRefused) {
  EXPECT_TRUE(
      FailsWith(store().Select(Query(band_).Include(its_band_)), ErrorKind::kNotAssociated));
  EXPECT_TRUE(FailsWith(store().Select(Query(band_).Include(Include(songs_).Include(halls_))),
                        ErrorKind::kNotAssociated));
}

TEST_F(ReadingComplaintsTest, OneAssociationMayBeIncludedTwiceAndEachIsShownByItself) {
  const Rows rows = Must(store().Select(Query(band_)
                                            .Where(band_["name"] == "a")
                                            .Include(Include(songs_).Where(song_["length"] <= 1))
                                            .Include(Include(songs_).Where(song_["length"] >= 3))));
  EXPECT_EQ(rows.First()->Included(0).Count(), 1u);
  EXPECT_EQ(rows.First()->Included(1).Count(), 2u);
}

TEST_F(ReadingComplaintsTest, AGetterIsFilteredByItsJoinRows) {
  EXPECT_EQ(
      Must(store().Select(a_, halls_, Query(hall_).ThroughWhere(gig_["year"] < 2000))).Instances(),
      std::vector<Instance>{old_});
  EXPECT_EQ(Must(store().Count(a_, halls_, Query(hall_).ThroughWhere(gig_["year"] > 2000))), 1u);
}

TEST_F(ReadingComplaintsTest, ATargetIsNotOrderedByItsJoinRowAndTheJoinRowsAreOrderedThemselves) {
  EXPECT_FALSE(IsOk(store().Select(a_, halls_, Query(hall_).OrderBy(gig_["year"]))));
  const Rows gigs = Must(
      store().Select(Query(gig_).Where(gig_["bandId"] == 1).OrderBy(gig_["year"], kDescending)));
  EXPECT_EQ(Must(store().Get(*gigs.First(), "hallId")), Must(store().Get(new_, "id")));
}

TEST_F(ReadingComplaintsTest, RowsAreOrderedByWhatTheyBelongTo) {
  EXPECT_EQ(Shown(Query(song_)
                      .Include(its_band_)
                      .OrderBy(its_band_["name"], kDescending)
                      .OrderBy(song_["length"])
                      .Limit(4)),
            "c1(c) c2(c) c3(c) a1(a)");
}

}  // namespace
}  // namespace relata
