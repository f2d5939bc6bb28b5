// An association to one of several models in SQLite and in snapshots: the CHECK, the round trip,
// and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "relata/persistence/snapshot.h"
#include "tests/sqlite_test_util.h"

namespace relata {
namespace {

using testing::Built;
using testing::ContentsOf;
using ::testing::ElementsAre;
using testing::FailsWith;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::MessageOf;
using testing::Must;
using testing::Opened;
using testing::RawDatabase;
using testing::TempDir;
using testing::World;

constexpr Model kPost{0};
constexpr Model kSeat{1};
constexpr Model kNote{2};
constexpr OneOf kItem{0};

// A note of a post or of a seat, whose key has two parts.
Schema NoteSchema(bool required, bool arc = true) {
  SchemaBuilder builder;
  builder.Define("post", {{"title", Text()}});
  builder.Define("seat", {{"row", Integer().PrimaryKey()}, {"num", Integer().PrimaryKey()}});
  builder.Define("note", {{"text", Text()}});
  if (arc) {
    builder.BelongsToOneOf("note", {"post", "seat"},
                           {.as = "item", .required = required, .on_delete = Action::kCascade});
  } else {
    builder.BelongsTo("note", "post");
    builder.BelongsTo("note", "seat");
  }
  builder.HasMany("post", "note");
  builder.HasMany("seat", "note");
  return Built(std::move(builder));
}

std::string TableOfNotes(const Schema& schema) {
  for (const std::string& statement : SqliteCreateStatements(schema)) {
    if (statement.find("CREATE TABLE \"notes\"") == 0) return statement;
  }
  return "";
}

TEST(SqliteOneOfTest, TableChecksThatAtMostOneOrExactlyOneIsSet) {
  EXPECT_THAT(TableOfNotes(NoteSchema(false)),
              HasSubstr("CONSTRAINT \"item\" CHECK ((\"postId\" IS NOT NULL) + (\"seatRow\" IS NOT "
                        "NULL AND \"seatNum\" IS NOT NULL) <= 1)"));
  EXPECT_THAT(TableOfNotes(NoteSchema(true)), HasSubstr(" = 1)"));
  EXPECT_EQ(TableOfNotes(NoteSchema(true, false)).find("CHECK"), std::string::npos);
}

TEST(SqliteOneOfTest, DatabaseItselfRefusesWhatTheStoreRefuses) {
  for (const bool required : {false, true}) {
    World w(NoteSchema(required));
    w.Create(kPost, {});
    w.Create(kSeat, {{"row", 1}, {"num", 2}});
    w.Flush();
    RawDatabase raw(w.path);
    const struct {
      const char* values;
      int alternatives;
    } kRows[] = {{"NULL, NULL, NULL", 0}, {"1, NULL, NULL", 1}, {"NULL, 1, 2", 1},
                 {"NULL, 1, NULL", 0},    {"1, 1, NULL", 1},    {"1, 1, 2", 2}};
    for (const auto& row : kRows) {
      const bool right = row.alternatives == 1 || (row.alternatives == 0 && !required);
      EXPECT_EQ(
          raw.TryExecute(std::string("INSERT INTO notes (postId, seatRow, seatNum) VALUES (") +
                         row.values + ")") == SQLITE_OK,
          right)
          << row.values;
    }
  }
}

TEST(SqliteOneOfTest, ChangeOfAlternativeAndOfTargetsRoundTrips) {
  World w(NoteSchema(true));
  const Instance post = w.Create(kPost, {{"title", "P"}});
  const Instance seat = w.Create(kSeat, {{"row", 1}, {"num", 2}});
  const Instance a = w.Create(kNote, {{"postId", 1}});
  w.Create(kNote, {{"seatRow", 1}, {"seatNum", 2}});
  w.Flush();
  // Leaves the post, which goes in the same flush.
  ASSERT_TRUE(IsOk(w.store.Set(a, kItem, seat)));
  ASSERT_TRUE(IsOk(w.store.Delete(post)));
  w.Flush();
  EXPECT_THAT(w.Query("SELECT postId, seatRow, seatNum FROM notes ORDER BY id"),
              ElementsAre("NULL|1|2", "NULL|1|2"));
  ASSERT_TRUE(IsOk(w.store.Set(seat, "num", 9)));
  w.Flush();
  ASSERT_TRUE(IsOk(w.store.Delete(seat)));
  w.Flush();
  EXPECT_THAT(w.Query("SELECT count(*) FROM notes"), ElementsAre("0"));
}

TEST(SqliteOneOfTest, FileMadeWithAnotherRuleIsRefused) {
  TempDir dir;
  const std::string path = dir / "n.db";
  { Opened(path, NoteSchema(false)); }
  EXPECT_TRUE(IsOk(SqliteDatabase::Open(path, NoteSchema(false))));
  const auto required = SqliteDatabase::Open(path, NoteSchema(true));
  EXPECT_TRUE(FailsWith(required, absl::StatusCode::kFailedPrecondition, "lacks CONSTRAINT"));
  const auto none = SqliteDatabase::Open(path, NoteSchema(true, false));
  EXPECT_TRUE(FailsWith(none, absl::StatusCode::kFailedPrecondition));
}

TEST(SqliteOneOfTest, RowThatBreaksTheRuleInTheFileIsDataLoss) {
  TempDir dir;
  const std::string path = dir / "n.db";
  const Schema schema = NoteSchema(true);
  { Opened(path, schema); }
  RawDatabase(path).Execute(
      "PRAGMA ignore_check_constraints = ON; INSERT INTO notes (text) VALUES ('of nothing')");
  SqliteDatabase db = Opened(path, schema);
  const auto loaded = db.Load();
  EXPECT_TRUE(FailsWith(loaded, absl::StatusCode::kDataLoss, "needs exactly one of postId"));
}

TEST(SnapshotOneOfTest, RoundTripsAndTellsSchemasApart) {
  const Schema schema = NoteSchema(true);
  Store store(schema);
  Must(store.Create(kPost));
  const Instance note = Must(store.Create(kNote, {{"postId", 1}}));
  for (const SnapshotFormat format : {SnapshotFormat::kBinary, SnapshotFormat::kJson}) {
    const std::string bytes = Must(EncodeSnapshot(store, format));
    const Store copy = Must(DecodeSnapshot(schema, bytes));
    EXPECT_TRUE(ContentsOf(copy) == ContentsOf(store));
    EXPECT_TRUE(Must(copy.GetAny(Must(copy.Find(kNote, store.KeyOf(note))), kItem)).has_value());
  }
  EXPECT_TRUE(FailsWith(DecodeSnapshot(NoteSchema(false), Must(EncodeSnapshot(store))),
                        absl::StatusCode::kFailedPrecondition,
                        "one of several 'item' is exactly one of (postId), (seatRow, seatNum) in "
                        "the snapshot, at most one of"));
}

TEST(SnapshotOneOfTest, JsonThatBreaksTheRuleIsDataLoss) {
  const auto loaded = DecodeSnapshot(
      NoteSchema(true),
      R"({"format": "relata-snapshot/1", "models": {"note": [{"id": 1, "text": "x"}]}})");
  EXPECT_TRUE(FailsWith(loaded, absl::StatusCode::kDataLoss, "needs exactly one of"));
}

// Whatever the store does to rows of several alternatives, the file can hold it.
TEST(SqliteOneOfTest, RandomChangesRoundTrip) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    World w(NoteSchema(seed % 2 == 0));
    std::mt19937_64 random(seed);
    const auto any = [&](Model model) {
      std::vector<Instance> all;
      for (const Instance instance : w.store.All(model)) all.push_back(instance);
      return all.empty() ? Instance() : all[random() % all.size()];
    };
    int moved = 0;
    for (int flush = 0; flush < 15; ++flush) {
      for (int step = 0; step < 25; ++step) {
        const Model target = random() % 2 == 0 ? kPost : kSeat;
        const Instance to = any(target);
        switch (random() % 8) {
          case 0:
            w.Create(kPost, {});
            break;
          case 1:
            (void)w.store.Create(kSeat, {{"row", static_cast<int>(random() % 4)},
                                         {"num", static_cast<int>(random() % 4)}});
            break;
          case 2:
          case 3:
            if (w.store.Contains(to)) {
              (void)w.store.Create(to, target == kPost ? Association{2} : Association{3});
            }
            break;
          case 4:
          case 5:
            moved += w.store.Set(any(kNote), kItem, to).ok();
            break;
          case 6:
            (void)w.store.Delete(to);
            break;
          default:
            (void)w.store.Clear(any(kNote), kItem);
        }
      }
      ASSERT_TRUE(IsOk(w.store.CheckInvariants()));
      w.Flush();
      if (::testing::Test::HasFailure()) return;
    }
    EXPECT_GT(moved, 5);
  }
}

}  // namespace
}  // namespace relata
