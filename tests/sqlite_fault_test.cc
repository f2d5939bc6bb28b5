// A flush that is interrupted, or that meets a disk that fails: the file is as before or as after,
// and the flush can be repeated.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/sqlite_faulty_vfs.h"
#include "tests/sqlite_test_util.h"

namespace relata {
namespace {

using testing::CaughtConnection;
using testing::ClubSchema;
using testing::Contents;
using testing::ContentsOf;
using testing::ExpectSound;
using testing::FaultyVfs;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::kPlayer;
using testing::kTeam;
using testing::MessageOf;
using testing::Opened;
using testing::RawDatabase;
using testing::TempDir;
using testing::World;

// A small database, and a change of it in which every kind of statement occurs.
class Scenario {
 public:
  Scenario() : schema_(ClubSchema()) {
    SqliteDatabase db = Opened(pristine_, schema_);
    Store store(schema_);
    for (const char* name : {"a", "b", "c", "d"}) {
      EXPECT_TRUE(IsOk(store.Create(kTeam, {{"name", name}})));
    }
    for (int team = 1; team <= 4; ++team) {
      EXPECT_TRUE(IsOk(store.Create(kPlayer, {{"name", "p"}, {"teamId", team}})));
    }
    EXPECT_TRUE(IsOk(db.Flush(store)));
    before_ = ContentsOf(store);
    Change(store);
    after_ = ContentsOf(store);
  }

  // One attempt on a fresh copy of the file. `arm` makes trouble for what comes, `disarm` ends it.
  // Gives back whether the flush succeeded at once.
  bool Attempt(bool as_change_set, const std::function<void()>& arm,
               const std::function<void()>& disarm) {
    std::filesystem::copy_file(pristine_, path_, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::remove(path_ + "-journal");
    SqliteDatabase db = Opened(path_, schema_);
    absl::StatusOr<Store> store = db.Load();
    EXPECT_TRUE(store.ok()) << store.status();
    const absl::StatusOr<ChangeSet> changes = store->Transact([&] {
      Change(*store);
      return absl::OkStatus();
    });
    EXPECT_TRUE(changes.ok()) << changes.status();
    const auto flush = [&] { return as_change_set ? db.Flush(*changes) : db.Flush(*store); };
    arm();
    const absl::StatusOr<FlushReport> first = flush();
    disarm();
    ExpectSound(path_);
    const Contents found = ContentsOf(path_, schema_);
    const bool landed = found == after_;
    EXPECT_TRUE(landed || found == before_) << first.status();
    if (first.ok()) {
      EXPECT_TRUE(landed);
    }
    // Only when even reading back failed may changes be in the file after an error.
    if (!first.ok() && landed) {
      EXPECT_THAT(MessageOf(first), HasSubstr("could not be read back"));
    }
    if (landed) ++landed_in_doubt_;
    if (!first.ok()) {
      const absl::StatusOr<FlushReport> second = flush();
      EXPECT_TRUE(second.ok()) << "first: " << first.status() << ", then: " << second.status();
      EXPECT_TRUE(ContentsOf(path_, schema_) == after_);
    }
    // And the object goes on from there.
    EXPECT_TRUE(IsOk(store->Create(kTeam, {{"name", "next"}})));
    const absl::StatusOr<FlushReport> next = db.Flush(*store);
    EXPECT_TRUE(next.ok()) << next.status();
    if (next.ok()) {
      EXPECT_EQ(next->created + next->updated + next->deleted, 1U);
    }
    if (first.ok()) --landed_in_doubt_;
    return first.ok();
  }
  int landed_in_doubt() const { return landed_in_doubt_; }
  const std::string& path() const { return path_; }

 private:
  static void Change(Store& store) {
    const Instance a = *store.Find(kTeam, 1);
    const Instance b = *store.Find(kTeam, 2);
    EXPECT_TRUE(IsOk(store.Set(a, {{"id", 90}, {"name", "t"}})));
    EXPECT_TRUE(IsOk(store.Set(b, {{"id", 1}, {"name", "a"}})));
    EXPECT_TRUE(IsOk(store.Set(a, {{"id", 2}, {"name", "b"}})));
    EXPECT_TRUE(IsOk(store.Delete(*store.Find(kTeam, 3))));
    EXPECT_TRUE(IsOk(store.Set(*store.Find(kTeam, 4), "city", "x")));
    EXPECT_TRUE(IsOk(store.Create(kTeam, {{"name", "c"}})));
    EXPECT_TRUE(IsOk(store.Create(kPlayer, {{"teamId", 91}, {"name", std::string(20000, 'x')}})));
  }

  TempDir dir_;
  std::string pristine_ = dir_ / "pristine.db";
  std::string path_ = dir_ / "f.db";
  Schema schema_;
  Contents before_, after_;
  int landed_in_doubt_ = 0;
};

// Stops statements at the n-th operation of SQLite's virtual machine.
struct Interruption {
  long stop_at = 0;
  bool from_then_on = false;
  long operations = 0;
  static int Tick(void* self) {
    auto& i = *static_cast<Interruption*>(self);
    ++i.operations;
    return i.operations == i.stop_at || (i.from_then_on && i.operations > i.stop_at) ? 1 : 0;
  }
};

TEST(SqliteFaultTest, AFlushStoppedAtAnyOperationCanBeRepeated) {
  Scenario scenario;
  for (const bool from_then_on : {false, true}) {
    bool reached = true;
    long points = 0;
    for (long n = 1; reached && !::testing::Test::HasFailure(); ++n) {
      SCOPED_TRACE("operation " + std::to_string(n) + (from_then_on ? " and all after it" : ""));
      CaughtConnection caught;
      Interruption interruption{n, from_then_on};
      sqlite3* db = nullptr;
      scenario.Attempt(
          n % 2 == 0,
          [&] {
            db = caught.get();
            sqlite3_progress_handler(db, 1, &Interruption::Tick, &interruption);
          },
          [&] { sqlite3_progress_handler(db, 0, nullptr, nullptr); });
      reached = interruption.operations >= n;
      points = n;
    }
    EXPECT_GT(points, 300);
  }
}

TEST(SqliteFaultTest, AFlushOnADiskThatFailsAnywhereCanBeRepeated) {
  FaultyVfs disk;
  Scenario scenario;
  for (const int error : {SQLITE_IOERR_WRITE, SQLITE_FULL}) {
    for (const bool from_then_on : {false, true}) {
      bool reached = true;
      long points = 0;
      for (long n = 1; reached && !::testing::Test::HasFailure(); ++n) {
        SCOPED_TRACE("call " + std::to_string(n) + (from_then_on ? " and all after it" : ""));
        scenario.Attempt(
            n % 2 == 0,
            [&] { disk.Arm({.fail_at = n, .from_then_on = from_then_on, .write_error = error}); },
            [&] { disk.Disarm(); });
        reached = disk.calls() >= n;
        points = n;
      }
      EXPECT_GT(points, 20);
    }
  }
}

TEST(SqliteFaultTest, ACommitWithoutAnAnswerIsRecognisedLater) {
  FaultyVfs disk;
  Scenario scenario;
  for (const bool as_change_set : {false, true}) {
    EXPECT_FALSE(scenario.Attempt(
        as_change_set, [&] { disk.Arm({.from_then_on = true, .fail_after_deleting = true}); },
        [&] { disk.Disarm(); }));
  }
  EXPECT_EQ(scenario.landed_in_doubt(), 2);
}

TEST(SqliteFaultTest, AFullDiskIsResourceExhaustedAndNothingIsLost) {
  CaughtConnection caught;
  World w(ClubSchema());
  w.store.Create(kTeam, {{"name", "a"}}).IgnoreError();
  w.Flush();
  sqlite3* db = nullptr;
  {
    CaughtConnection again;
    w.db = Opened(w.path, w.schema);
    db = again.get();
  }
  absl::StatusOr<Store> store = w.db.Load();
  ASSERT_TRUE(IsOk(store));
  ASSERT_EQ(sqlite3_exec(db, "PRAGMA max_page_count = 20", nullptr, nullptr, nullptr), SQLITE_OK);
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(IsOk(
        store->Create(kTeam, {{"name", std::to_string(i)}, {"city", std::string(5000, 'x')}})));
  }
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto report = w.db.Flush(*store);
    EXPECT_EQ(report.status().code(), absl::StatusCode::kResourceExhausted) << report.status();
    EXPECT_THAT(MessageOf(report), HasSubstr(w.path));
    EXPECT_TRUE(ContentsOf(w.path, w.schema) == ContentsOf(w.store));
  }
  ASSERT_EQ(sqlite3_exec(db, "PRAGMA max_page_count = 100000", nullptr, nullptr, nullptr),
            SQLITE_OK);
  EXPECT_TRUE(IsOk(w.db.Flush(*store)));
  EXPECT_TRUE(ContentsOf(w.path, w.schema) == ContentsOf(*store));
}

// ----- others at the same file

TEST(SqliteSharedTest, AnotherFlushAbortsThisOneUntilItLoads) {
  World w(ClubSchema());
  SqliteDatabase other = Opened(w.path, w.schema);
  ASSERT_TRUE(IsOk(w.store.Create(kTeam, {{"name", "mine"}})));
  w.Flush();
  Store theirs(w.schema);
  ASSERT_TRUE(IsOk(theirs.Create(kTeam, {{"name", "theirs"}})));
  const auto report = other.Flush(theirs);
  EXPECT_EQ(report.status().code(), absl::StatusCode::kAborted) << report.status();
  EXPECT_THAT(MessageOf(report), HasSubstr("load it again"));
  EXPECT_TRUE(ContentsOf(w.path, w.schema) == ContentsOf(w.store));
  ASSERT_TRUE(IsOk(other.Load()));
  EXPECT_TRUE(IsOk(other.Flush(theirs)));
  EXPECT_TRUE(ContentsOf(w.path, w.schema) == ContentsOf(theirs));
  EXPECT_EQ(w.db.Flush(w.store)->created, 0U);  // nothing changed here
  ASSERT_TRUE(IsOk(w.store.Create(kTeam, {{"name", "more"}})));
  EXPECT_EQ(w.db.Flush(w.store).status().code(), absl::StatusCode::kAborted);
}

TEST(SqliteSharedTest, AWriteThatKnowsNothingOfRelataIsNoticed) {
  for (const char* sql :
       {"INSERT INTO teams (name) VALUES ('theirs')", "UPDATE teams SET city = 'theirs'",
        "DELETE FROM teams", "CREATE TABLE theirs (x)"}) {
    SCOPED_TRACE(sql);
    World w(ClubSchema());
    const absl::StatusOr<Instance> a = w.store.Create(kTeam, {{"name", "a"}});
    ASSERT_TRUE(IsOk(a));
    w.Flush();
    RawDatabase(w.path).Execute(sql);
    ASSERT_TRUE(IsOk(w.store.Set(*a, "city", "mine")));
    const auto report = w.db.Flush(w.store);
    EXPECT_EQ(report.status().code(), absl::StatusCode::kAborted) << report.status();
    EXPECT_EQ(RawDatabase(w.path).Query("SELECT count(*) FROM teams WHERE city = 'mine'"),
              std::vector<std::string>{"0"});
    // Who has looked may overwrite.
    ASSERT_TRUE(IsOk(w.db.Load()));
    EXPECT_TRUE(IsOk(w.db.Flush(w.store)));
    EXPECT_EQ(RawDatabase(w.path).Query("SELECT count(*) FROM teams WHERE city = 'mine'"),
              std::vector<std::string>{"1"});
  }
}

TEST(SqliteSharedTest, ALockedDatabaseIsUnavailableAndThenNot) {
  CaughtConnection caught;
  World w(ClubSchema());
  sqlite3* db = caught.get();
  ASSERT_EQ(sqlite3_busy_timeout(db, 1), SQLITE_OK);
  ASSERT_TRUE(IsOk(w.store.Create(kTeam, {{"name", "a"}})));
  RawDatabase raw(w.path);
  // A writer stops the flush at its beginning, a reader at its commit.
  for (const char* sql : {"BEGIN IMMEDIATE", "BEGIN; SELECT count(*) FROM teams"}) {
    raw.Execute(sql);
    const auto report = w.db.Flush(w.store);
    EXPECT_EQ(report.status().code(), absl::StatusCode::kUnavailable) << report.status();
    raw.Execute("ROLLBACK");
  }
  w.Flush();
}

TEST(SqliteSharedTest, AFileThatWasMovedAwayIsNotWritten) {
  World w(ClubSchema());
  ASSERT_TRUE(IsOk(w.store.Create(kTeam, {{"name", "a"}})));
  std::filesystem::rename(w.path, w.dir / "elsewhere.db");
  const auto report = w.db.Flush(w.store);
  EXPECT_EQ(report.status().code(), absl::StatusCode::kAborted) << report.status();
}

TEST(SqliteSharedTest, AFileInWalModeIsUsedAsItIs) {
  TempDir dir;
  const Schema schema = ClubSchema();
  Opened(dir / "a.db", schema);
  EXPECT_EQ(RawDatabase(dir / "a.db").Query("PRAGMA journal_mode = WAL"),
            std::vector<std::string>{"wal"});
  SqliteDatabase db = Opened(dir / "a.db", schema);
  Store store(schema);
  ASSERT_TRUE(IsOk(store.Create(kTeam, {{"name", "a"}})));
  ASSERT_TRUE(IsOk(db.Flush(store)));
  EXPECT_TRUE(ContentsOf(dir / "a.db", schema) == ContentsOf(store));
  RawDatabase(dir / "a.db").Execute("DELETE FROM teams");
  ASSERT_TRUE(IsOk(store.Create(kTeam, {{"name", "b"}})));
  EXPECT_EQ(db.Flush(store).status().code(), absl::StatusCode::kAborted);
}

}  // namespace
}  // namespace relata
