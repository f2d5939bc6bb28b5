// What the tests of the SQLite library share: a folder that goes with the test, SQLite without
// relata, and the contents of a store as a value.
#ifndef RELATA_TESTS_SQLITE_TEST_UTIL_H_
#define RELATA_TESTS_SQLITE_TEST_UTIL_H_

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "relata/persistence/sqlite.h"
#include "relata/schema_builder.h"
#include "relata/store.h"
#include "relata/transaction.h"
#include "tests/status_testing.h"

namespace relata::testing {

class TempDir {
 public:
  TempDir() {
    // Files in memory, where there are such, sync at once.
    const std::filesystem::path memory = "/dev/shm";
    const bool in_memory = access(memory.c_str(), W_OK) == 0;
    const auto parent = in_memory ? memory : std::filesystem::temp_directory_path();
    std::string name = (parent / "relata-XXXXXX").string();
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    path_ = name;
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& file) const { return (path_ / file).string(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// A connection of SQLite's own, with its defaults.
class RawDatabase {
 public:
  explicit RawDatabase(const std::string& path) {
    EXPECT_EQ(sqlite3_open(path.c_str(), &db_), SQLITE_OK);
  }
  RawDatabase(const RawDatabase&) = delete;
  RawDatabase& operator=(const RawDatabase&) = delete;
  ~RawDatabase() { sqlite3_close(db_); }

  // The result code.
  int TryExecute(const std::string& sql) {
    return sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
  }
  void Execute(const std::string& sql) {
    ASSERT_EQ(TryExecute(sql), SQLITE_OK) << sql << ": " << sqlite3_errmsg(db_);
  }
  // Every row, as its columns' texts ("NULL" for null) with '|' between them.
  std::vector<std::string> Query(const std::string& sql) {
    std::vector<std::string> rows;
    const int code = sqlite3_exec(
        db_, sql.c_str(),
        [](void* out, int columns, char** values, char**) {
          std::string row;
          for (int i = 0; i < columns; ++i) {
            row += (i == 0 ? "" : "|") + std::string(values[i] == nullptr ? "NULL" : values[i]);
          }
          static_cast<std::vector<std::string>*>(out)->push_back(row);
          return 0;
        },
        &rows, nullptr);
    EXPECT_EQ(code, SQLITE_OK) << sql << ": " << sqlite3_errmsg(db_);
    return rows;
  }
  sqlite3* get() const { return db_; }

 private:
  sqlite3* db_ = nullptr;
};

// SQLite itself finds nothing wrong with a file, its references included.
inline void ExpectSound(const std::string& path) {
  RawDatabase raw(path);
  EXPECT_EQ(raw.Query("PRAGMA integrity_check"), std::vector<std::string>{"ok"});
  EXPECT_EQ(raw.Query("PRAGMA foreign_key_check"), std::vector<std::string>{});
}

// Rows by model and primary key, and the next keys.
struct Contents {
  std::map<std::uint32_t, std::map<Key, std::vector<Value>>> rows;
  std::map<std::uint32_t, std::int64_t> next_keys;
  friend bool operator==(const Contents&, const Contents&) = default;
};

inline Contents ContentsOf(const Store& store) {
  Contents contents;
  for (std::uint32_t m = 0; m < store.schema().models().size(); ++m) {
    const ModelInfo& model = store.schema().models()[m];
    bool generates = false;
    for (const AttributeInfo& attribute : model.attributes) generates |= attribute.auto_increment;
    if (generates) contents.next_keys[m] = store.NextKey(Model{m});
    for (const Instance instance : store.All(Model{m})) {
      std::vector<Value>& row = contents.rows[m][store.KeyOf(instance)];
      for (std::uint32_t a = 0; a < model.attributes.size(); ++a) {
        row.push_back(Value::From(store.View(instance, a)));
      }
    }
  }
  return contents;
}

// What a new connection finds in the file.
inline Contents ContentsOf(const std::string& path, const Schema& schema) {
  absl::StatusOr<SqliteDatabase> db = SqliteDatabase::Open(path, schema);
  EXPECT_TRUE(db.ok()) << db.status();
  if (!db.ok()) return {};
  absl::StatusOr<Store> store = db->Load();
  EXPECT_TRUE(store.ok()) << store.status();
  if (!store.ok()) return {};
  EXPECT_TRUE(store->CheckInvariants().ok()) << store->CheckInvariants();
  return ContentsOf(*store);
}

inline Schema Built(SchemaBuilder builder) {
  absl::StatusOr<Schema> schema = std::move(builder).Build();
  EXPECT_TRUE(schema.ok()) << schema.status();
  return schema.ok() ? *schema : Schema();
}

inline SqliteDatabase Opened(const std::string& path, const Schema& schema) {
  absl::StatusOr<SqliteDatabase> db = SqliteDatabase::Open(path, schema);
  if (!db.ok()) ADD_FAILURE() << db.status();
  return *std::move(db);
}

// The connection that SqliteDatabase opens next, caught as SQLite makes it.
class CaughtConnection {
 public:
  CaughtConnection() {
    caught() = nullptr;
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(&Catch));
  }
  CaughtConnection(const CaughtConnection&) = delete;
  CaughtConnection& operator=(const CaughtConnection&) = delete;
  ~CaughtConnection() { sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&Catch)); }
  // The last one opened.
  sqlite3* get() const { return caught(); }

 private:
  static sqlite3*& caught() {
    static sqlite3* db = nullptr;
    return db;
  }
  static int Catch(sqlite3* db, const char**, const sqlite3_api_routines*) {
    caught() = db;
    return SQLITE_OK;
  }
};

template <typename T>
std::string MessageOf(const T& result) {
  return std::string(StatusOf(result).message());
}

// The schema that most tests use, and its models.
inline constexpr Model kTeam{0};
inline constexpr Model kPlayer{1};
inline Schema ClubSchema() {
  SchemaBuilder builder;
  builder.Define("team", {{"name", Text().NotNull().Unique()}, {"city", Text().Default("Berlin")}});
  builder.Define("player", {{"name", Text()}, {"goals", Integer()}});
  builder.HasMany("team", "player", {.on_delete = Action::kCascade});
  return Built(std::move(builder));
}

// A file, the database object and a store that is flushed to it.
struct World {
  explicit World(Schema s)
      : schema(std::move(s)), path(dir / "w.db"), db(Opened(path, schema)), store(schema) {}

  // Flushes, and lets a new connection and SQLite itself check what is in the file.
  FlushReport Flush() {
    absl::StatusOr<FlushReport> report = db.Flush(store);
    EXPECT_TRUE(report.ok()) << report.status();
    ExpectSound(path);
    EXPECT_TRUE(ContentsOf(path, schema) == ContentsOf(store));
    return report.ok() ? *report : FlushReport();
  }
  Instance Create(Model model, const Values& values) {
    absl::StatusOr<Instance> instance = store.Create(model, values);
    EXPECT_TRUE(instance.ok()) << instance.status();
    return instance.ok() ? *instance : Instance();
  }
  std::vector<std::string> Query(const std::string& sql) { return RawDatabase(path).Query(sql); }

  TempDir dir;
  Schema schema;
  std::string path;
  SqliteDatabase db;
  Store store;
};

}  // namespace relata::testing

#endif  // RELATA_TESTS_SQLITE_TEST_UTIL_H_
