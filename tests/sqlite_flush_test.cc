// What a flush writes, and that a load finds the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "tests/sqlite_test_util.h"

namespace relata {
namespace {

using testing::Built;
using testing::ClubSchema;
using testing::ContentsOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::kPlayer;
using testing::kTeam;
using testing::MessageOf;
using testing::Opened;
using testing::RawDatabase;
using testing::World;

TEST(SqliteFlushTest, RowsArriveChangeAndGo) {
  World w(ClubSchema());
  const Instance ajax = w.Create(kTeam, {{"name", "Ajax"}});
  const Instance psv = w.Create(kTeam, {{"name", "PSV"}, {"city", nullptr}});
  const Instance cruyff = w.Create(kPlayer, {{"name", "Cruyff"}, {"teamId", 1}});
  FlushReport report = w.Flush();
  EXPECT_EQ(report.created, 3U);
  EXPECT_EQ(report.updated + report.deleted, 0U);
  // The explicit null has not become the column's default.
  EXPECT_THAT(w.Query("SELECT name, city FROM teams ORDER BY id"),
              ElementsAre("Ajax|Berlin", "PSV|NULL"));

  ASSERT_TRUE(IsOk(w.store.Set(cruyff, "goals", 33)));
  ASSERT_TRUE(IsOk(w.store.Set(cruyff, "teamId", 2)));
  ASSERT_TRUE(IsOk(w.store.Delete(ajax)));
  report = w.Flush();
  EXPECT_EQ(report.created, 0U);
  EXPECT_EQ(report.updated, 1U);
  EXPECT_EQ(report.deleted, 1U);
  EXPECT_THAT(w.Query("SELECT name, goals, teamId FROM players"), ElementsAre("Cruyff|33|2"));

  ASSERT_TRUE(IsOk(w.store.Delete(psv)));
  report = w.Flush();
  EXPECT_EQ(report.deleted, 2U);
  EXPECT_THAT(w.Query("SELECT count(*) FROM players"), ElementsAre("0"));
}

TEST(SqliteFlushTest, NothingChangedTouchesNothing) {
  World w(ClubSchema());
  w.Create(kTeam, {{"name", "Ajax"}});
  w.Flush();
  const auto before = w.Query("SELECT value FROM relata_meta WHERE key = 'generation'");
  const FlushReport report = w.Flush();
  EXPECT_EQ(report.created + report.updated + report.deleted, 0U);
  EXPECT_EQ(w.Query("SELECT value FROM relata_meta WHERE key = 'generation'"), before);
  EXPECT_THAT(before, ElementsAre("1"));
}

TEST(SqliteFlushTest, EveryTypeKeepsItsExtremes) {
  SchemaBuilder builder;
  const Model model = builder.Define("thing", {{"i", Integer()},
                                               {"d", Double()},
                                               {"b", Boolean()},
                                               {"t", Text()},
                                               {"y", Bytes()},
                                               {"u", Uuid()},
                                               {"at", Timestamp()}});
  World w(Built(std::move(builder)));
  using I = std::numeric_limits<std::int64_t>;
  using D = std::numeric_limits<double>;
  UuidValue ones;
  ones.bytes.fill(0xff);
  BytesValue all_bytes;
  for (int i = 0; i < 256; ++i) all_bytes.push_back(static_cast<std::byte>(i));
  const std::vector<Values> rows = {
      {},
      {{"i", I::min()},
       {"d", D::lowest()},
       {"b", false},
       {"t", ""},
       {"y", BytesValue()},
       {"u", UuidValue()},
       {"at", TimestampValue::min()}},
      {{"i", I::max()},
       {"d", D::max()},
       {"b", true},
       {"t", std::string("\0a\0", 3)},
       {"y", all_bytes},
       {"u", ones},
       {"at", TimestampValue::max()}},
      {{"i", 0},
       {"d", D::denorm_min()},
       {"t", "\xF0\x9F\xA6\x89 '\"; --"},
       {"y", BytesValue(1 << 20, std::byte{1})}},
      {{"i", -1},
       {"d", D::infinity()},
       {"t", std::string(100000, 'x')},
       {"at", TimestampValue(std::chrono::microseconds(-1))}},
      {{"d", -D::infinity()}},
      {{"d", 0.1}},
      {{"d", 1e22}},
      {{"d", 3.0}},
      {{"d", std::nextafter(9007199254740993.0, 1e18)}},
  };
  for (const Values& values : rows) w.Create(model, values);
  w.Flush();
  EXPECT_THAT(w.Query("SELECT typeof(i), typeof(d), typeof(b), hex(t), hex(y), u, typeof(at) "
                      "FROM things WHERE id = 2"),
              ElementsAre("integer|real|integer|||00000000-0000-0000-0000-000000000000|integer"));
  EXPECT_THAT(w.Query("SELECT count(*) FROM things WHERE t = ''"), ElementsAre("1"));
  EXPECT_THAT(w.Query("SELECT count(*) FROM things WHERE id = 1 AND coalesce(i, d, b, t, y, u, at) "
                      "IS NULL"),
              ElementsAre("1"));
}

TEST(SqliteFlushTest, RandomDoublesComeBackBitForBit) {
  SchemaBuilder builder;
  const Model model = builder.Define("thing", {{"d", Double()}});
  World w(Built(std::move(builder)));
  std::mt19937_64 random(7);
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t bits = random();
    double d;
    std::memcpy(&d, &bits, sizeof(d));
    if (!std::isnan(d)) w.Create(model, {{"d", d}});
  }
  w.Flush();
}

TEST(SqliteFlushTest, HostileNamesAndKeysAreOnlyNamesAndKeys) {
  constexpr char kHostile[] = "a\"; drop table t; --";
  SchemaBuilder builder;
  const Model parent = builder.Define(
      "p", {{"k", Text().PrimaryKey().Column(kHostile)}, {"u", Text().Unique().Column("]`'")}},
      {.table = kHostile});
  const Model child = builder.Define("c", {{"order", Integer()}}, {.table = "select"});
  builder.HasMany(parent, child, {.foreign_key = "group"});
  World w(Built(std::move(builder)));
  const Instance row = w.Create(parent, {{"k", kHostile}, {"u", "'"}});
  w.Create(child, {{"group", kHostile}, {"order", 1}});
  w.Flush();
  ASSERT_TRUE(IsOk(w.store.Set(row, "k", "';--")));
  w.Flush();
  ASSERT_TRUE(IsOk(w.store.Set(row, "u", "\"")));
  w.Flush();
  ASSERT_TRUE(IsOk(w.store.Delete(row)));
  w.Flush();
}

TEST(SqliteFlushTest, UniqueValuesSwap) {
  World w(ClubSchema());
  const Instance a = w.Create(kTeam, {{"name", "a"}});
  const Instance b = w.Create(kTeam, {{"name", "b"}, {"city", "x"}});
  const Instance c = w.Create(kTeam, {{"name", "c"}});
  w.Create(kPlayer, {{"teamId", 1}});
  w.Flush();
  ASSERT_TRUE(IsOk(w.store.Set(a, "name", "t")));
  ASSERT_TRUE(IsOk(w.store.Set(b, "name", "a")));
  ASSERT_TRUE(IsOk(w.store.Set(c, "name", "b")));
  ASSERT_TRUE(IsOk(w.store.Set(a, "name", "c")));
  EXPECT_EQ(w.Flush().updated, 3U);
  EXPECT_THAT(w.Query("SELECT name, city FROM teams ORDER BY id"),
              ElementsAre("c|Berlin", "a|x", "b|Berlin"));
}

TEST(SqliteFlushTest, PrimaryKeysSwapAndTheirChildrenFollow) {
  World w(ClubSchema());
  const Instance a = w.Create(kTeam, {{"name", "a"}});
  const Instance b = w.Create(kTeam, {{"name", "b"}});
  for (int i = 0; i < 3; ++i) w.Create(kPlayer, {{"name", "of a"}, {"teamId", 1}});
  w.Create(kPlayer, {{"name", "of b"}, {"teamId", 2}});
  w.Flush();
  ASSERT_TRUE(IsOk(w.store.Set(a, "id", 99)));
  ASSERT_TRUE(IsOk(w.store.Set(b, "id", 1)));
  ASSERT_TRUE(IsOk(w.store.Set(a, "id", 2)));
  w.Flush();
  EXPECT_THAT(w.Query("SELECT p.name, t.name, count(*) FROM players p JOIN teams t ON t.id = "
                      "p.teamId GROUP BY 1, 2"),
              ElementsAre("of a|a|3", "of b|b|1"));
}

TEST(SqliteFlushTest, ADeletedKeyIsTakenByANewRowAndChildrenOfBoth) {
  World w(ClubSchema());
  const Instance old_team = w.Create(kTeam, {{"name", "old"}});
  const Instance other = w.Create(kTeam, {{"name", "other"}});
  const Instance kept = w.Create(kPlayer, {{"name", "kept"}, {"teamId", 1}});
  w.Create(kPlayer, {{"name", "lost"}, {"teamId", 1}});
  w.Flush();
  ASSERT_TRUE(IsOk(w.store.Set(kept, "teamId", 2)));
  ASSERT_TRUE(IsOk(w.store.Delete(old_team)));
  w.Create(kTeam, {{"id", 1}, {"name", "new"}});
  ASSERT_TRUE(IsOk(w.store.Set(kept, "teamId", 1)));
  ASSERT_TRUE(IsOk(w.store.Delete(other)));
  w.Flush();
  EXPECT_THAT(w.Query("SELECT p.name, t.name FROM players p JOIN teams t ON t.id = p.teamId"),
              ElementsAre("kept|new"));
}

TEST(SqliteFlushTest, KeysAreNotHandedOutAgainAfterALoad) {
  World w(ClubSchema());
  ASSERT_TRUE(IsOk(w.store.Delete(w.Create(kTeam, {{"name", "never seen"}}))));
  w.Flush();
  EXPECT_THAT(w.Query("SELECT seq FROM sqlite_sequence WHERE name = 'teams'"), ElementsAre("1"));
  absl::StatusOr<Store> again = w.db.Load();
  ASSERT_TRUE(IsOk(again));
  EXPECT_EQ(again->NextKey(kTeam), 2);
  // Nor by SQLite itself.
  RawDatabase raw(w.path);
  raw.Execute("INSERT INTO teams (name) VALUES ('by hand')");
  EXPECT_THAT(raw.Query("SELECT id FROM teams"), ElementsAre("2"));
}

TEST(SqliteFlushTest, TheLargestKeysSurvive) {
  World w(ClubSchema());
  w.Create(kTeam, {{"id", std::numeric_limits<std::int64_t>::max() - 1}, {"name", "last"}});
  w.Create(kTeam, {{"id", std::numeric_limits<std::int64_t>::min()}, {"name", "first"}});
  w.Flush();
}

TEST(SqliteFlushTest, WhenEveryKeyIsHandedOutTheDatabaseSaysSoToo) {
  World w(ClubSchema());
  w.Create(kTeam, {{"id", std::numeric_limits<std::int64_t>::max()}, {"name", "last"}});
  ASSERT_EQ(w.store.NextKey(kTeam), kNoNextKey);
  ASSERT_TRUE(IsOk(w.store.Delete(*w.store.Find(kTeam, std::numeric_limits<std::int64_t>::max()))));
  w.Flush();
  EXPECT_THAT(w.Query("SELECT seq FROM sqlite_sequence WHERE name = 'teams'"),
              ElementsAre("9223372036854775807"));
  const absl::StatusOr<Store> again = w.db.Load();
  ASSERT_TRUE(IsOk(again));
  EXPECT_EQ(again->NextKey(kTeam), kNoNextKey);
}

TEST(SqliteFlushTest, AChainOfAHundredThousandIsDeletedAtOnce) {
  SchemaBuilder builder;
  const Model node = builder.Define("node", {});
  builder.HasMany(node, node,
                  {.as = "children", .foreign_key = "parentId", .on_delete = Action::kCascade});
  World w(Built(std::move(builder)));
  const Instance root = w.Create(node, {});
  for (int i = 1; i < 100000; ++i) w.Create(node, {{"parentId", i}});
  EXPECT_EQ(w.Flush().created, 100000U);
  ASSERT_TRUE(IsOk(w.store.Delete(root)));
  EXPECT_EQ(w.Flush().deleted, 100000U);
  EXPECT_THAT(w.Query("SELECT count(*) FROM nodes"), ElementsAre("0"));
}

TEST(SqliteFlushTest, RowsOfACycleArriveTogetherAndGoTogether) {
  SchemaBuilder builder({.cycles = SchemaOptions::Cycles::kDefer});
  const Model document = builder.Define("document", {});
  const Model version = builder.Define("version", {});
  builder.HasMany(document, version, {.on_delete = Action::kCascade});
  builder.BelongsTo(document, version, {.as = "current"});
  World w(Built(std::move(builder)));
  ASSERT_TRUE(IsOk(w.store.Transact([&]() -> absl::Status {
    absl::StatusOr<Instance> d = w.store.Create(document, {{"currentId", 1}});
    if (!d.ok()) return d.status();
    return w.store.Create(version, {{"documentId", 1}}).status();
  })));
  EXPECT_EQ(w.Flush().created, 2U);
  EXPECT_THAT(w.Query("SELECT currentId FROM documents"), ElementsAre("1"));
  absl::StatusOr<Instance> d = w.store.Find(document, 1);
  ASSERT_TRUE(IsOk(d));
  ASSERT_TRUE(IsOk(w.store.Delete(*d)));
  EXPECT_EQ(w.Flush().deleted, 2U);
}

TEST(SqliteFlushTest, CompositeKeysMoveWithTheirChildren) {
  SchemaBuilder builder;
  const Model shelf = builder.Define(
      "shelf", {{"row", Integer().PrimaryKey()}, {"place", Text().PrimaryKey()}, {"n", Integer()}});
  const Model book = builder.Define("book", {{"title", Text()}});
  builder.HasMany(shelf, book, {.foreign_key = KeyColumns{"row", "place"}});
  World w(Built(std::move(builder)));
  const Instance s = w.Create(shelf, {{"row", 1}, {"place", "a"}});
  const Instance t = w.Create(shelf, {{"row", 1}, {"place", "b"}});
  const Instance b = w.Create(book, {{"title", "x"}, {"row", 1}, {"place", "a"}});
  w.Flush();
  ASSERT_TRUE(IsOk(w.store.Set(s, "row", 2)));
  w.Flush();
  EXPECT_THAT(w.Query("SELECT \"row\", place FROM books"), ElementsAre("2|a"));
  ASSERT_TRUE(IsOk(w.store.Set(b, {{"row", 1}, {"place", "b"}})));
  ASSERT_TRUE(IsOk(w.store.Delete(s)));
  w.Flush();
  ASSERT_TRUE(IsOk(w.store.Delete(t)));
  w.Flush();
  EXPECT_THAT(w.Query("SELECT \"row\", place FROM books"), ElementsAre("NULL|NULL"));
}

TEST(SqliteFlushTest, ADanglingUnconstrainedReferenceIsKept) {
  SchemaBuilder builder;
  const Model post = builder.Define("post", {});
  const Model comment = builder.Define("comment", {});
  builder.HasMany(post, comment, {.constraints = false});
  World w(Built(std::move(builder)));
  w.Create(comment, {{"postId", 77}});
  w.Flush();
  const Instance p = w.Create(post, {});
  w.Create(comment, {{"postId", 1}});
  w.Flush();
  ASSERT_TRUE(IsOk(w.store.Delete(p)));
  w.Flush();
  EXPECT_THAT(w.Query("SELECT postId FROM comments ORDER BY id"), ElementsAre("77", "1"));
}

TEST(SqliteFlushTest, ALoadedStoreIsFlushedByWhatChanged) {
  World w(ClubSchema());
  w.Create(kTeam, {{"name", "a"}});
  w.Create(kTeam, {{"name", "b"}});
  w.Flush();
  SqliteDatabase db = Opened(w.path, w.schema);
  absl::StatusOr<Store> store = db.Load();
  ASSERT_TRUE(IsOk(store));
  absl::StatusOr<Instance> a = store->Find(kTeam, 1);
  ASSERT_TRUE(IsOk(a));
  ASSERT_TRUE(IsOk(store->Set(*a, "city", "Bonn")));
  const absl::StatusOr<FlushReport> report = db.Flush(*store);
  ASSERT_TRUE(IsOk(report));
  EXPECT_EQ(report->created + report->deleted, 0U);
  EXPECT_EQ(report->updated, 1U);
  EXPECT_TRUE(ContentsOf(w.path, w.schema) == ContentsOf(*store));
}

TEST(SqliteFlushTest, RowsThatWereNeverLoadedAreNotOverwritten) {
  World w(ClubSchema());
  w.Create(kTeam, {{"name", "a"}});
  w.Flush();
  SqliteDatabase db = Opened(w.path, w.schema);
  Store empty(w.schema);
  const auto report = db.Flush(empty);
  EXPECT_EQ(report.status().code(), absl::StatusCode::kFailedPrecondition) << report.status();
  EXPECT_THAT(MessageOf(report), HasSubstr("call Load"));
  EXPECT_THAT(w.Query("SELECT name FROM teams"), ElementsAre("a"));
}

TEST(SqliteFlushTest, AnotherStoreReplacesTheContents) {
  World w(ClubSchema());
  w.Create(kTeam, {{"name", "a"}});
  w.Create(kTeam, {{"name", "b"}});
  w.Flush();
  Store other(w.schema);
  ASSERT_TRUE(IsOk(other.Create(kTeam, {{"id", 2}, {"name", "a"}})));
  ASSERT_TRUE(IsOk(w.db.Flush(other)));
  EXPECT_TRUE(ContentsOf(w.path, w.schema) == ContentsOf(other));
}

TEST(SqliteFlushTest, AStoreOfAnotherSchemaIsRefused) {
  World w(ClubSchema());
  SchemaBuilder builder;
  builder.Define("team", {});
  Store other(Built(std::move(builder)));
  EXPECT_EQ(w.db.Flush(other).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(SqliteFlushTest, AnOpenTransactionIsNotFlushed) {
  World w(ClubSchema());
  Transaction transaction = w.store.Begin();
  w.Create(kTeam, {{"name", "a"}});
  EXPECT_EQ(w.db.Flush(w.store).status().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(IsOk(transaction.Commit()));
  w.Flush();
}

TEST(SqliteFlushTest, ChangesAfterTheFlushBelongToTheNext) {
  World w(ClubSchema());
  const Instance a = w.Create(kTeam, {{"name", "a"}});
  w.Flush();
  ASSERT_TRUE(IsOk(w.store.Set(a, "city", "x")));
  Store fork = *w.store.Fork();
  ASSERT_TRUE(IsOk(fork.Set(a, "city", "only in the fork")));
  EXPECT_EQ(w.Flush().updated, 1U);
  EXPECT_THAT(w.Query("SELECT city FROM teams"), ElementsAre("x"));
}

}  // namespace
}  // namespace relata
