// Which files are opened, which are refused, and what is said about it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "tests/sqlite_test_util.h"

namespace relata {
namespace {

using testing::Built;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::MessageOf;
using testing::Opened;
using testing::RawDatabase;
using ::testing::StartsWith;
using testing::TempDir;

Schema ClubSchema(const std::function<void(SchemaBuilder&)>& more = {}) {
  SchemaBuilder builder;
  builder.Define("team", {{"name", Text().NotNull().Unique()}});
  builder.Define("player", {{"name", Text()}, {"goals", Integer().NotNull()}});
  builder.HasMany("team", "player");
  if (more) more(builder);
  return Built(std::move(builder));
}

TEST(SqliteOpenTest, ANewFileHasTheTablesAndSaysWhoseItIs) {
  TempDir dir;
  const Schema schema = ClubSchema();
  Opened(dir / "new.db", schema);
  RawDatabase raw(dir / "new.db");
  EXPECT_THAT(raw.Query("SELECT name FROM sqlite_schema WHERE type = 'table' AND "
                        "name NOT LIKE 'sqlite_%' ORDER BY name"),
              ElementsAre("players", "relata_meta", "teams"));
  EXPECT_THAT(raw.Query("PRAGMA application_id"), ElementsAre(std::to_string(0x72656c74)));
  EXPECT_THAT(raw.Query("SELECT value FROM relata_meta WHERE key IN ('format', 'generation') "
                        "ORDER BY key"),
              ElementsAre("1", "0"));
  EXPECT_THAT(raw.Query("SELECT length(value) FROM relata_meta WHERE key = 'fingerprint'"),
              ElementsAre("16"));
}

TEST(SqliteOpenTest, TheConnectionEnforcesForeignKeysAndTakesNoStringInDoubleQuotes) {
  TempDir dir;
  testing::CaughtConnection caught;
  SqliteDatabase db = Opened(dir / "a.db", ClubSchema());
  EXPECT_EQ(sqlite3_exec(caught.get(), "INSERT INTO players (goals, teamId) VALUES (1, 7)", nullptr,
                         nullptr, nullptr),
            SQLITE_CONSTRAINT_FOREIGNKEY);
  EXPECT_EQ(sqlite3_exec(caught.get(), "SELECT \"no such column\"", nullptr, nullptr, nullptr),
            SQLITE_ERROR);
}

TEST(SqliteOpenTest, TheSameSchemaOpensTheFileAgain) {
  TempDir dir;
  Opened(dir / "a.db", ClubSchema());
  EXPECT_TRUE(IsOk(SqliteDatabase::Open(dir / "a.db", ClubSchema())));
}

TEST(SqliteOpenTest, ADatabaseInMemoryLeavesNoFile) {
  const auto before = std::filesystem::exists(":memory:");
  Opened(":memory:", ClubSchema());
  EXPECT_EQ(std::filesystem::exists(":memory:"), before);
}

TEST(SqliteOpenTest, APathThatLooksLikeAUriIsAPath) {
  TempDir dir;
  const auto old = std::filesystem::current_path();
  std::filesystem::current_path(dir.path());
  Opened("file:x.db?mode=memory", ClubSchema());
  std::filesystem::current_path(old);
  EXPECT_TRUE(std::filesystem::exists(dir / "file:x.db?mode=memory"));
}

TEST(SqliteOpenTest, AnEmptyPathIsRefused) {
  EXPECT_EQ(SqliteDatabase::Open("", ClubSchema()).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(SqliteDatabase::Open(std::string("a\0b", 3), ClubSchema()).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(SqliteOpenTest, AFolderThatDoesNotExistIsNotFound) {
  TempDir dir;
  const auto db = SqliteDatabase::Open(dir / "no/such/folder.db", ClubSchema());
  EXPECT_EQ(db.status().code(), absl::StatusCode::kNotFound) << db.status();
  EXPECT_THAT(MessageOf(db), StartsWith(dir / "no/such/folder.db"));
}

TEST(SqliteOpenTest, AFileThatIsNoDatabaseIsDataLoss) {
  TempDir dir;
  std::ofstream(dir / "text") << std::string(4096, 'x');
  const auto db = SqliteDatabase::Open(dir / "text", ClubSchema());
  EXPECT_EQ(db.status().code(), absl::StatusCode::kDataLoss) << db.status();
  EXPECT_THAT(MessageOf(db), HasSubstr("not a database"));
}

TEST(SqliteOpenTest, SomeoneElsesDatabaseIsRefusedAndLeftAlone) {
  TempDir dir;
  {
    RawDatabase raw(dir / "other.db");
    raw.Execute("CREATE TABLE teams (id INTEGER PRIMARY KEY)");
  }
  const auto db = SqliteDatabase::Open(dir / "other.db", ClubSchema());
  EXPECT_EQ(db.status().code(), absl::StatusCode::kFailedPrecondition) << db.status();
  EXPECT_THAT(MessageOf(db), HasSubstr("relata did not make"));
  RawDatabase raw(dir / "other.db");
  EXPECT_EQ(raw.Query("SELECT name FROM sqlite_schema").size(), 1U);
}

// Each alteration of the file, and what must be said about it.
struct Alteration {
  const char* name;
  const char* sql;
  const char* message;
};

class SqliteAlteredTest : public ::testing::TestWithParam<Alteration> {};

TEST_P(SqliteAlteredTest, IsRefusedAndNamed) {
  TempDir dir;
  Opened(dir / "a.db", ClubSchema());
  RawDatabase raw(dir / "a.db");
  raw.Execute(GetParam().sql);
  const auto db = SqliteDatabase::Open(dir / "a.db", ClubSchema());
  EXPECT_EQ(db.status().code(), absl::StatusCode::kFailedPrecondition) << db.status();
  EXPECT_THAT(MessageOf(db), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Tables, SqliteAlteredTest,
    ::testing::Values(
        Alteration{"ExtraTable", "CREATE TABLE notes (x)", "holds a table \"notes\""},
        Alteration{"MissingTable", "DROP TABLE players", "lacks the table \"players\""},
        Alteration{"ExtraColumn", "ALTER TABLE players ADD COLUMN shoe INTEGER",
                   "table \"players\" of model 'player' has a column \"shoe\""},
        Alteration{"RenamedColumn", "ALTER TABLE players RENAME COLUMN goals TO points",
                   "lacks the column \"goals\" (INTEGER NOT NULL)"},
        Alteration{"GeneratedColumn", "ALTER TABLE players ADD COLUMN twice INTEGER AS (goals * 2)",
                   "has a column \"twice\""},
        Alteration{"OtherType",
                   "ALTER TABLE players DROP COLUMN goals;"
                   "ALTER TABLE players ADD COLUMN goals TEXT NOT NULL DEFAULT ''",
                   "has the column \"goals\" as TEXT NOT NULL, but the schema has it as INTEGER"},
        Alteration{"Nullable",
                   "ALTER TABLE players DROP COLUMN goals;"
                   "ALTER TABLE players ADD COLUMN goals INTEGER",
                   "has the column \"goals\" as INTEGER NULL"},
        Alteration{"ExtraUnique", "CREATE UNIQUE INDEX u ON players (name)",
                   "has UNIQUE (\"name\"), which the schema does not have"},
        Alteration{
            "NoUnique",
            "DROP TABLE teams;"
            "CREATE TABLE teams (id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL) STRICT",
            "lacks UNIQUE (\"name\")"},
        Alteration{
            "NotStrict",
            "DROP TABLE teams;"
            "CREATE TABLE teams (id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL UNIQUE)",
            "table \"teams\" is not STRICT"},
        Alteration{
            "OtherAction",
            "DROP TABLE players;"
            "CREATE TABLE players (id INTEGER PRIMARY KEY NOT NULL, name TEXT, "
            "goals INTEGER NOT NULL, teamId INTEGER REFERENCES teams (id) "
            "ON DELETE CASCADE ON UPDATE CASCADE) STRICT",
            "lacks FOREIGN KEY (\"teamId\") REFERENCES \"teams\" (\"id\") ON DELETE SET NULL"},
        Alteration{"ExtraForeignKey",
                   "ALTER TABLE teams ADD COLUMN x INTEGER;"
                   "ALTER TABLE teams DROP COLUMN x;"
                   "DROP TABLE players;"
                   "CREATE TABLE players (id INTEGER PRIMARY KEY NOT NULL, name TEXT "
                   "REFERENCES teams (name), goals INTEGER NOT NULL, teamId INTEGER REFERENCES "
                   "teams (id) ON DELETE SET NULL ON UPDATE CASCADE) STRICT",
                   "has FOREIGN KEY (\"name\")"},
        Alteration{"NewerFormat", "UPDATE relata_meta SET value = '2' WHERE key = 'format'",
                   "is of format version 2"},
        Alteration{"OtherFingerprint",
                   "UPDATE relata_meta SET value = '0' WHERE key = 'fingerprint'",
                   "made with another schema"}),
    [](const auto& alteration) { return alteration.param.name; });

TEST(SqliteOpenTest, WhatChangesNoRowsIsWelcome) {
  TempDir dir;
  Opened(dir / "a.db", ClubSchema());
  RawDatabase raw(dir / "a.db");
  raw.Execute("CREATE INDEX by_goals ON players (goals)");
  raw.Execute("CREATE VIEW best AS SELECT * FROM players WHERE goals > 100");
  raw.Execute("ANALYZE");
  EXPECT_TRUE(IsOk(SqliteDatabase::Open(dir / "a.db", ClubSchema())));
}

TEST(SqliteOpenTest, ATriggerOfTheFileDoesNotRun) {
  TempDir dir;
  const Schema schema = ClubSchema();
  Opened(dir / "a.db", schema);
  {
    RawDatabase raw(dir / "a.db");
    raw.Execute("CREATE TRIGGER evil AFTER INSERT ON teams BEGIN DELETE FROM teams; END");
  }
  SqliteDatabase db = Opened(dir / "a.db", schema);
  Store store(schema);
  ASSERT_TRUE(IsOk(store.Create(Model{0}, {{"name", "Ajax"}})));
  ASSERT_TRUE(IsOk(db.Flush(store)));
  RawDatabase raw(dir / "a.db");
  EXPECT_THAT(raw.Query("SELECT name FROM teams"), ElementsAre("Ajax"));
}

TEST(SqliteOpenTest, MetaWithoutItsRowsIsDataLoss) {
  TempDir dir;
  Opened(dir / "a.db", ClubSchema());
  RawDatabase(dir / "a.db").Execute("DELETE FROM relata_meta WHERE key = 'generation'");
  const auto db = SqliteDatabase::Open(dir / "a.db", ClubSchema());
  EXPECT_EQ(db.status().code(), absl::StatusCode::kDataLoss) << db.status();
}

TEST(SqliteOpenTest, AnotherSchemaIsToldWhatDiffers) {
  TempDir dir;
  Opened(dir / "a.db", ClubSchema());
  const auto db = SqliteDatabase::Open(dir / "a.db", ClubSchema([](SchemaBuilder& b) {
                                         b.HasMany("team", "referee", {});
                                         b.Define("referee", {});
                                       }));
  EXPECT_EQ(db.status().code(), absl::StatusCode::kFailedPrecondition) << db.status();
  EXPECT_THAT(MessageOf(db), HasSubstr("lacks the table \"referees\" of model 'referee'"));
}

TEST(SqliteOpenTest, AReadOnlyFileIsLoadedButNotFlushed) {
  TempDir dir;
  const Schema schema = ClubSchema();
  {
    SqliteDatabase db = Opened(dir / "a.db", schema);
    Store store(schema);
    ASSERT_TRUE(IsOk(store.Create(Model{0}, {{"name", "Ajax"}})));
    ASSERT_TRUE(IsOk(db.Flush(store)));
  }
  std::filesystem::permissions(dir.path(), std::filesystem::perms::all,
                               std::filesystem::perm_options::add);
  std::filesystem::permissions(dir / "a.db", static_cast<std::filesystem::perms>(0444));
  // The superuser may write anything: be someone else for a while.
  constexpr uid_t kNobody = 65534;
  const uid_t self = geteuid();
  if (self == 0) {
    ASSERT_EQ(seteuid(kNobody), 0);
  }
  {
    SqliteDatabase db = Opened(dir / "a.db", schema);
    absl::StatusOr<Store> store = db.Load();
    EXPECT_TRUE(IsOk(store));
    if (store.ok()) {
      EXPECT_EQ(store->Count(Model{0}), 1U);
      EXPECT_TRUE(IsOk(store->Create(Model{0}, {{"name", "Feyenoord"}})));
      const auto report = db.Flush(*store);
      EXPECT_EQ(report.status().code(), absl::StatusCode::kPermissionDenied) << report.status();
    }
  }
  if (self == 0) {
    ASSERT_EQ(seteuid(self), 0);
  }
}

}  // namespace
}  // namespace relata
