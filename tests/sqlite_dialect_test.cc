// The text that a schema becomes in SQLite's dialect, and what SQLite makes of that text.
#include "persistence/sqlite_dialect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "tests/sqlite_test_util.h"

namespace relata {
namespace {

using testing::Built;
using ::testing::ElementsAre;
using testing::FailsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::RawDatabase;

constexpr char kHostile[] = "a\"; drop table t; --";

// A database with the schema's tables, without relata_meta.
std::unique_ptr<RawDatabase> Created(const Schema& schema) {
  auto raw = std::make_unique<RawDatabase>(":memory:");
  for (const std::string& statement : SqliteCreateStatements(schema)) raw->Execute(statement);
  return raw;
}

TEST(SqliteDialectTest, EveryPartOfASchemaHasItsPlaceInTheTables) {
  SchemaBuilder builder;
  const Model team = builder.Define("team", {{"name", Text().NotNull().Unique()},
                                             {"city", Text().Default("Berlin")},
                                             {"founded", Timestamp()},
                                             {"active", Boolean().NotNull().Default(true)}});
  const Model player = builder.Define("player", {{"tag", Uuid().PrimaryKey()},
                                                 {"first", Text().Unique("full_name")},
                                                 {"last", Text().Unique("full_name")},
                                                 {"rating", Double()},
                                                 {"photo", Bytes()}});
  builder.HasMany(team, player, {.on_delete = Action::kCascade});
  const Schema schema = Built(std::move(builder));
  const std::string id = schema[team].attributes[0].name == "id" ? "first" : "last";
  ASSERT_EQ(schema[team].table, "teams");
  // Where a generated id stands among the columns is the schema's affair.
  const std::string id_column = "  \"id\" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL";
  const std::string columns =
      "  \"name\" TEXT NOT NULL,\n"
      "  \"city\" TEXT DEFAULT ('Berlin'),\n"
      "  \"founded\" INTEGER,\n"
      "  \"active\" INTEGER NOT NULL DEFAULT (1) CHECK (\"active\" IN (0, 1))";
  const std::string all_columns =
      id == "first" ? id_column + ",\n" + columns : columns + ",\n" + id_column;
  EXPECT_THAT(SqliteCreateStatements(schema),
              ElementsAre("CREATE TABLE \"teams\" (\n" + all_columns +
                              ",\n"
                              "  UNIQUE (\"name\")\n"
                              ") STRICT",
                          "CREATE TABLE \"players\" (\n"
                          "  \"tag\" TEXT NOT NULL,\n"
                          "  \"first\" TEXT,\n"
                          "  \"last\" TEXT,\n"
                          "  \"rating\" REAL,\n"
                          "  \"photo\" BLOB,\n"
                          "  \"teamId\" INTEGER,\n"
                          "  PRIMARY KEY (\"tag\"),\n"
                          "  CONSTRAINT \"full_name\" UNIQUE (\"first\", \"last\"),\n"
                          "  FOREIGN KEY (\"teamId\") REFERENCES \"teams\" (\"id\") "
                          "ON DELETE CASCADE ON UPDATE CASCADE\n"
                          ") STRICT",
                          "CREATE INDEX \"relata_fk_0_players_teamId\" ON \"players\" "
                          "(\"teamId\")"));
}

TEST(SqliteDialectTest, AForeignKeyRefersToTheColumnOfAKeyThatIsNamedOtherwise) {
  SchemaBuilder builder;
  builder.Define("user", {{"code", Text().Unique().Column("user_code")}});
  builder.Define("task", {{"doer", Text().Column("doer_code")}});
  builder.BelongsTo("task", "user", {.foreign_key = "doer", .target_key = "code"});
  auto raw = Created(Built(std::move(builder)));
  EXPECT_THAT(raw->Query(R"(SELECT "from", "table", "to" FROM pragma_foreign_key_list('tasks'))"),
              ElementsAre("doer_code|users|user_code"));
}

TEST(SqliteDialectTest, SQLiteReportsTheKeysThatTheSchemaDeclares) {
  SchemaBuilder builder;
  builder.Define("shelf", {{"row", Integer().PrimaryKey()}, {"place", Text().PrimaryKey()}});
  builder.Define("book", {{"title", Text().NotNull()}});
  builder.BelongsTo("book", "shelf",
                    {.on_delete = Action::kRestrict, .on_update = Action::kSetNull});
  const Schema schema = Built(std::move(builder));
  auto raw = Created(schema);
  const auto& attributes = schema.models()[1].attributes;
  std::vector<std::string> columns;
  for (const std::uint32_t a : schema.foreign_keys()[0].attributes) {
    columns.push_back(attributes[a].column);
  }
  ASSERT_EQ(columns.size(), 2U);
  EXPECT_THAT(raw->Query("SELECT name, \"notnull\", pk FROM pragma_table_info('shelves')"),
              ElementsAre("row|1|1", "place|1|2"));
  EXPECT_THAT(raw->Query("PRAGMA foreign_key_list(books)"),
              ElementsAre("0|0|shelves|" + columns[0] + "|row|SET NULL|RESTRICT|NONE",
                          "0|1|shelves|" + columns[1] + "|place|SET NULL|RESTRICT|NONE"));
  EXPECT_THAT(
      raw->Query(
          "SELECT i.name FROM pragma_index_list('books') AS l, pragma_index_info(l.name) AS i"),
      ElementsAre(columns[0], columns[1]));
}

TEST(SqliteDialectTest, AnAcceptedCycleIsDeferred) {
  SchemaBuilder builder({.cycles = SchemaOptions::Cycles::kDefer});
  builder.Define("document", {});
  builder.Define("version", {});
  builder.HasMany("document", "version");
  builder.BelongsTo("document", "version", {.as = "current"});
  const Schema schema = Built(std::move(builder));
  for (const std::string& statement : SqliteCreateStatements(schema)) {
    if (statement.starts_with("CREATE TABLE")) {
      EXPECT_THAT(statement, HasSubstr("DEFERRABLE INITIALLY DEFERRED"));
    }
  }
  Created(schema);
}

TEST(SqliteDialectTest, AnUnconstrainedForeignKeyHasAnIndexAndNoReferences) {
  SchemaBuilder builder;
  builder.Define("post", {});
  builder.Define("comment", {});
  builder.HasMany("post", "comment", {.constraints = false});
  auto raw = Created(Built(std::move(builder)));
  EXPECT_THAT(raw->Query("PRAGMA foreign_key_list(comments)"), IsEmpty());
  EXPECT_EQ(raw->Query("PRAGMA index_list(comments)").size(), 1U);
}

TEST(SqliteDialectTest, AForeignKeyThatAKeyBeginsWithNeedsNoIndexOfItsOwn) {
  SchemaBuilder builder;
  builder.Define("user", {});
  builder.Define("project", {});
  builder.BelongsToMany("user", "project", {.through = "membership"});
  builder.BelongsToMany("project", "user", {.through = "membership"});
  auto raw = Created(Built(std::move(builder)));
  // The primary key serves one of the two columns; the other has its own.
  EXPECT_EQ(
      raw->Query("SELECT name FROM pragma_index_list('membership') WHERE origin = 'c'").size(), 1U);
}

TEST(SqliteDialectTest, HostileNamesAreNamesAndNothingElse) {
  SchemaBuilder builder;
  const Model model =
      builder.Define("t",
                     {{"x", Text().Column(kHostile).Default("it's '); drop table t; --")},
                      {"y", Text().Column("`[]'").Unique()},
                      {"select", Integer()}},
                     {.table = kHostile});
  const Model child = builder.Define("child", {}, {.table = "group by"});
  builder.HasMany(model, child);
  const Schema schema = Built(std::move(builder));
  auto raw = Created(schema);
  EXPECT_THAT(raw->Query("SELECT name FROM sqlite_schema WHERE type = 'table' AND "
                         "name NOT LIKE 'sqlite_%' ORDER BY name"),
              ElementsAre(kHostile, "group by"));
  const std::string table = sqlite::Quote(kHostile);
  raw->Execute("INSERT INTO " + table + " (\"select\") VALUES (1)");
  EXPECT_THAT(raw->Query("SELECT " + table + " FROM " + table),
              ElementsAre("it's '); drop table t; --"));
}

TEST(SqliteDialectTest, SQLiteReadsLiteralsBackAsTheirValues) {
  RawDatabase raw(":memory:");
  const auto quoted = [&](const Value& value) {
    const auto rows = raw.Query("SELECT typeof(v) || ' ' || hex(v) || ' ' || v FROM (SELECT " +
                                sqlite::Literal(value) + " AS v)");
    return rows.size() == 1 ? rows[0] : std::string("?");
  };
  EXPECT_EQ(quoted(std::numeric_limits<std::int64_t>::min()),
            "integer 2D39323233333732303336383534373735383038 -9223372036854775808");
  EXPECT_EQ(quoted(std::numeric_limits<std::int64_t>::max()),
            "integer 39323233333732303336383534373735383037 9223372036854775807");
  EXPECT_EQ(quoted(1.0), "real 312E30 1.0");
  EXPECT_EQ(quoted(-2.5), "real 2D322E35 -2.5");
  EXPECT_EQ(quoted(1e300), "real 312E30652B333030 1.0e+300");
  EXPECT_EQ(quoted(std::numeric_limits<double>::infinity()), "real 496E66 Inf");
  EXPECT_EQ(quoted(-std::numeric_limits<double>::infinity()), "real 2D496E66 -Inf");
  EXPECT_EQ(quoted(true), "integer 31 1");
  EXPECT_EQ(quoted("o'clock"), "text 6F27636C6F636B o'clock");
  EXPECT_EQ(raw.Query("SELECT typeof(" + sqlite::Literal(std::string("a\0b", 3)) + "), hex(" +
                      sqlite::Literal(std::string("a\0b", 3)) + ")"),
            std::vector<std::string>{"text|610062"});
  EXPECT_EQ(raw.Query("SELECT typeof(" + sqlite::Literal(BytesValue{std::byte{0}, std::byte{255}}) +
                      "), hex(" + sqlite::Literal(BytesValue{std::byte{0}, std::byte{255}}) + ")"),
            std::vector<std::string>{"blob|00FF"});
  EXPECT_EQ(sqlite::Literal(Value()), "NULL");
  EXPECT_EQ(sqlite::Literal(TimestampValue(std::chrono::microseconds(-5))), "-5");
  EXPECT_EQ(sqlite::Literal(*UuidValue::Parse("123E4567-e89b-12d3-a456-426614174000")),
            "'123e4567-e89b-12d3-a456-426614174000'");
}

TEST(SqliteDialectTest, DefaultsReachRowsThatOthersInsert) {
  SchemaBuilder builder;
  builder.Define("thing", {{"n", Integer().Default(std::numeric_limits<std::int64_t>::min())},
                           {"d", Double().Default(0.5)},
                           {"b", Boolean().Default(false)},
                           {"t", Text().Default(std::string("x\0y", 3))},
                           {"y", Bytes().Default(BytesValue{std::byte{7}})},
                           {"at", Timestamp().Default(TimestampValue(std::chrono::seconds(1)))}});
  auto raw = Created(Built(std::move(builder)));
  raw->Execute("INSERT INTO things (id) VALUES (1)");
  EXPECT_THAT(raw->Query("SELECT n, d, b, hex(t), hex(y), at FROM things"),
              ElementsAre("-9223372036854775808|0.5|0|780079|07|1000000"));
}

TEST(SqliteDialectTest, ABooleanColumnTakesNothingElse) {
  SchemaBuilder builder;
  builder.Define("flag", {{"up", Boolean()}});
  auto raw = Created(Built(std::move(builder)));
  EXPECT_EQ(raw->TryExecute("INSERT INTO flags (up) VALUES (2)"), SQLITE_CONSTRAINT);
  EXPECT_EQ(raw->TryExecute("INSERT INTO flags (up) VALUES (NULL), (0), (1)"), SQLITE_OK);
}

TEST(SqliteNamesTest, ATableWithThePrefixOfRelatasOwnIsRefused) {
  const auto check = [](const std::string& table) {
    SchemaBuilder builder;
    builder.Define("thing", {}, {.table = table});
    return sqlite::CheckNames(Built(std::move(builder)));
  };
  EXPECT_TRUE(IsOk(check("things")));
  EXPECT_TRUE(FailsWith(check("Relata_Meta"), absl::StatusCode::kInvalidArgument,
                        "table 'Relata_Meta' of model 'thing'"));
}

}  // namespace
}  // namespace relata
