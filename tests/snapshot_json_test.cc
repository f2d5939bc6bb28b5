// Snapshots in JSON: how they look, what people may write, and what they are told when they err.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "relata/persistence/snapshot.h"
#include "tests/snapshot_world.h"

namespace relata {
namespace {

class SnapshotJsonTest : public testing::Test {
 protected:
  const Schema schema_ = SnapshotWorld::MakeSchema();
  const Model team_ = *schema_.FindModel("team");

  // A snapshot with these members in "models".
  static std::string With(const std::string& models) {
    return "{\"format\": \"relata-snapshot/1\", \"models\": {" + models + "}}";
  }
  // One with this single row of team.
  static std::string WithTeam(const std::string& row) { return With("\"team\": [" + row + "]"); }

  // The value that an attribute of the first team has after loading.
  Value Loaded(const std::string& json, std::string_view attribute) const {
    const absl::StatusOr<Store> store = DecodeSnapshot(schema_, json);
    if (!store.ok()) {
      ADD_FAILURE() << store.status();
      return Value();
    }
    return SnapshotWorld::Must(store->Get(*store->All(team_).begin(), attribute));
  }
};

TEST_F(SnapshotJsonTest, ASmallStoreLooksLikeThis) {
  EXPECT_EQ(SnapshotWorld::Must(EncodeSnapshot(MakeSmallStore(schema_), SnapshotFormat::kJson)),
            R"({
  "format": "relata-snapshot/1",
  "models": {
    "team": [
      {"id": 1, "name": "Ajax", "founded": "1970-01-01T00:00:00.000005Z", "crest": "6162", )"
            R"("active": true, "budget": 1.5, "license": "00000000-0000-0000-0000-000000000000", )"
            R"("fans": 7},
      {"id": 2, "name": "PSV"}
    ],
    "player": [
      {"id": 1, "name": "Bergkamp", "number": 8, "teamId": 1},
      {"id": 2, "name": "Romario", "number": 11, "teamId": 2}
    ],
    "node": [],
    "coach": [],
    "contract": []
  }
}
)");
}

TEST_F(SnapshotJsonTest, ANextKeyIsWrittenOnlyWhenItCannotBeSeen) {
  Store store = MakeSmallStore(schema_);
  const Model player = *schema_.FindModel("player");
  const Instance gone =
      SnapshotWorld::Must(store.Create(player, {{"name", "gone"}, {"number", 1}}));
  ASSERT_TRUE(store.Delete(gone).ok());
  const std::string json = SnapshotWorld::Must(EncodeSnapshot(store, SnapshotFormat::kJson));
  EXPECT_NE(json.find("\n  },\n  \"nextKeys\": {\"player\": 4}\n}\n"), std::string::npos) << json;
}

TEST_F(SnapshotJsonTest, PeopleMayOrderAndLeaveOutAsTheyLike) {
  const absl::StatusOr<Store> store = DecodeSnapshot(schema_,
                                                     "\xef\xbb\xbf\n\t "
                                                     R"(
    {"format": "relata-snapshot/1",
     "nextKeys": {"team": 9},
     "models": {
       "player": [{"teamId": 4, "number": 1, "id": 8, "name": "before its team"}],
       "team": [{"name": "A", "id": 4, "city": null}]}})");
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_TRUE(store->CheckInvariants().ok());
  EXPECT_EQ(store->NextKey(team_), 9);
  EXPECT_EQ(store->NextKey(*schema_.FindModel("player")), 9);
  const Instance a = SnapshotWorld::Must(store->Find(team_, 4));
  EXPECT_EQ(store->Linked(a, *schema_.FindAssociation(team_, "players")).begin() ==
                store->Linked(a, *schema_.FindAssociation(team_, "players")).end(),
            false);
}

TEST_F(SnapshotJsonTest, ValuesAreReadAsTheyAreMeant) {
  struct Case {
    const char* attribute;
    const char* json;
    Value value;
  };
  for (const Case& c : std::vector<Case>{
           {"fans", "-9223372036854775808", INT64_MIN},
           {"fans", "9223372036854775807", INT64_MAX},
           {"fans", "-0", 0},
           {"budget", "1", 1.0},
           {"budget", "-9007199254740992", -9007199254740992.0},
           {"budget", "18446744073709551616", 18446744073709551616.0},
           {"budget", "9223372036854775808", 9223372036854775808.0},
           {"budget", "0.1", 0.1},
           {"budget", "5e-324", 5e-324},
           {"budget", "\"Infinity\"", std::numeric_limits<double>::infinity()},
           {"active", "true", true},
           {"city", R"("\u0000\ud83c\udfc6")", std::string("\0\xf0\x9f\x8f\x86", 5)},
           {"city", R"("1")", "1"},
           {"crest", R"("")", BytesValue()},
           {"crest", R"("00fFAb")", BytesOf(std::string_view("\0\xff\xab", 3))},
           {"license", R"("FFFFFFFF-0000-0000-0000-000000000001")",
            *UuidValue::Parse("ffffffff-0000-0000-0000-000000000001")},
           {"founded", R"("1970-01-01T00:00:00Z")", Micros(0)},
           {"founded", R"("1970-01-01T00:00:01.5Z")", Micros(1500000)},
           {"founded", R"("1969-12-31T23:59:59.999999Z")", Micros(-1)},
           {"founded", R"("2024-02-29T12:30:00.000000Z")", Micros(1709209800000000)}}) {
    EXPECT_EQ(Loaded(WithTeam(std::string("{\"id\": 1, \"name\": \"x\", \"") + c.attribute +
                              "\": " + c.json + "}"),
                     c.attribute),
              c.value)
        << c.attribute << " = " << c.json;
  }
}

TEST_F(SnapshotJsonTest, WhatIsNotAsTheFormSaysIsRefusedWithThePlace) {
  const std::string row = "{\"id\": 1, \"name\": \"x\"";
  struct Case {
    std::string json;
    std::vector<std::string> says;
  };
  const std::vector<Case> cases = {
      {"{", {"no valid JSON", "line 1"}},
      {"{\n\n  \"format\" 1}", {"no valid JSON", "line 3"}},
      {With("") + "x", {"no valid JSON"}},
      {With("") + "{}", {"no valid JSON"}},
      {With("\"team\": [" + row + "},]"), {"no valid JSON"}},
      {With("\"team\": [" + row + ", \"city\": \"\xff\"}]"), {"no valid JSON", "UTF-8"}},
      {With("\"team\": [" + row + ", \"city\": \"\\ud800\"}]"), {"no valid JSON"}},
      {With("\"team\": [" + row + ", \"budget\": 1e999}]"), {"no valid JSON"}},
      {"{}", {"\"models\" is missing"}},
      {"{\"models\": {}}", {"first member", "'models'"}},
      {"{\"format\": 1}", {"the format \"relata-snapshot/1\" is expected, not the number 1"}},
      {"{\"format\": \"other\"}", {"is expected, not the string 'other'"}},
      {"{\"format\": \"relata-snapshot/1\"}", {"\"models\" is missing"}},
      {"{\"format\": \"relata-snapshot/1\", \"rows\": {}}", {"unknown member 'rows'"}},
      {"{\"format\": \"relata-snapshot/1\", \"models\": {}, \"models\": {}}", {"stands twice"}},
      {"{\"format\": \"relata-snapshot/1\", \"models\": []}", {"an object {...} of models"}},
      {"{\"format\": \"relata-snapshot/1\",\n\"models\": 5\n}",
       {"line 2: ", "an object {...} of models is expected, not the number 5"}},
      {With("\"team\": {}"), {"model team", "a list [...] of rows"}},
      {With("\"team\": [], \"team\": []"), {"model 'team' stands twice"}},
      {With("\"team\": [[]]"), {"model team", "a row {...} is expected, not a list"}},
      {With("\"team\": [\n" + row + "},\n7\n]"),
       {"line 3, model team, after row 1", "a row {...} is expected, not the number 7"}},
      {With("\"team\": [" + row + ", \"name\": \"y\"}]"),
       {"model team, row 1: attribute 'name' stands twice"}},
      {With("\"team\": [" + row + ", \"city\": {}}]"), {"attribute 'city': a value is expected"}},
      {With("\"team\": [" + row + ", \"city\": []}]"), {"attribute 'city': a value is expected"}},
      {With("\"team\": [\n" + row + "},\n{\"id\": 2, \"name\": \"y\",\n\"fans\": 1.5\n}]"),
       {"line 4, model team, row 2, attribute 'fans': INTEGER: an integer of 64 bits is expected, "
        "not the number '1.5'"}},
      {WithTeam(row + ", \"fans\": 9223372036854775808}"), {"'fans'", "'9223372036854775808'"}},
      {WithTeam(row + ", \"fans\": 1e3}"), {"'fans'", "an integer"}},
      {WithTeam(row + ", \"fans\": \"1\"}"), {"'fans'", "the string '1'"}},
      {WithTeam(row + ", \"fans\": true}"), {"'fans'", "not true"}},
      {WithTeam(row + ", \"budget\": 9007199254740993}"), {"'budget'", "beyond 2^53"}},
      {WithTeam(row + ", \"budget\": \"NaN\"}"), {"'budget'", "DOUBLE"}},
      {WithTeam(row + ", \"active\": 1}"), {"'active'", "true or false"}},
      {WithTeam(row + ", \"active\": \"true\"}"), {"'active'", "true or false"}},
      {WithTeam(row + ", \"city\": 1}"), {"'city'", "a string"}},
      {WithTeam(row + ", \"crest\": \"abc\"}"), {"'crest'", "hexadecimal"}},
      {WithTeam(row + ", \"crest\": \"zz\"}"), {"'crest'", "hexadecimal"}},
      {WithTeam(row + ", \"license\": \"123\"}"), {"'license'", "UUID"}},
      {WithTeam(row + ", \"founded\": \"yesterday\"}"), {"'founded'", "TIMESTAMP"}},
      {WithTeam(row + ", \"founded\": \"2023-02-29T00:00:00Z\"}"), {"'founded'"}},
      {WithTeam(row + ", \"founded\": \"2024-01-01T00:00:60Z\"}"), {"'founded'"}},
      {WithTeam(row + ", \"founded\": \" 2024-01-01T00:00:00Z\"}"), {"'founded'"}},
      {WithTeam(row + ", \"founded\": \"2024-01-01T00:00:00.1234567Z\"}"), {"'founded'"}},
      {WithTeam(row + ", \"founded\": \"2024-01-01\"}"), {"'founded'"}},
      {WithTeam(row + ", \"founded\": \"infinite-future\"}"), {"'founded'"}},
      {WithTeam(row + ", \"founded\": \"300000-01-01T00:00:00Z\"}"), {"'founded'"}},
      {WithTeam("{\"id\": 1}"), {"model team, row 1", "name"}},
      {WithTeam("{\"name\": \"x\"}"), {"model team, row 1", "id"}},
      {WithTeam(row + "}, {\"id\": 1, \"name\": \"y\"}"), {"model team, row 2", "1"}},
      {With("\"player\": [{\"id\": 5, \"name\": \"p\", \"number\": 1, \"teamId\": 77}]"),
       {"player", "77"}},
      {"{\"format\": \"relata-snapshot/1\", \"models\": {}, \"nextKeys\": {\"team\": \"x\"}}",
       {"nextKeys, model team: an integer of 64 bits is expected"}},
      {"{\"format\": \"relata-snapshot/1\", \"models\": {}, \"nextKeys\": {\"team\": 0}}",
       {"nextKeys, model team"}},
      {"{\"format\": \"relata-snapshot/1\", \"models\": {}, \"nextKeys\": {\"coach\": 5}}",
       {"nextKeys, model coach"}},
  };
  for (const Case& c : cases) {
    const absl::Status status = DecodeSnapshot(schema_, c.json).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << c.json << "\n" << status;
    for (const std::string& words : c.says) {
      EXPECT_NE(status.message().find(words), absl::string_view::npos)
          << c.json << "\nshould say: " << words << "\nsays: " << status;
    }
  }
}

TEST_F(SnapshotJsonTest, NamesThatTheSchemaLacksAreRefusedByName) {
  for (const std::string& json :
       {With("\"teem\": []"), WithTeam("{\"id\": 1, \"teem\": 5}"),
        std::string("{\"format\": \"relata-snapshot/1\", \"nextKeys\": {\"teem\": 1}}")}) {
    const absl::Status status = DecodeSnapshot(schema_, json).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
    EXPECT_NE(status.message().find("teem"), absl::string_view::npos) << status;
  }
}

TEST_F(SnapshotJsonTest, ANewerFormatIsUnimplementedWhateverFollows) {
  const absl::Status status =
      DecodeSnapshot(schema_, "{\"format\": \"relata-snapshot/2\", \"tables\": [5]}").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented) << status;
  EXPECT_NE(status.message().find("relata-snapshot/2"), absl::string_view::npos) << status;
}

TEST_F(SnapshotJsonTest, DeepNestingIsRefusedWhereItBegins) {
  for (const char* open : {"[", "{\"id\":"}) {
    std::string deep;
    for (int i = 0; i < 1000000; ++i) deep += open;
    const absl::Status status =
        DecodeSnapshot(schema_,
                       "{\"format\": \"relata-snapshot/1\", \"models\": {\"team\": " + deep)
            .status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_LT(status.message().size(), 1000u);
  }
}

TEST_F(SnapshotJsonTest, ALongWrongValueIsShortenedInTheMessage) {
  const absl::Status status =
      DecodeSnapshot(schema_, WithTeam("{\"id\": \"" + std::string(1000000, 'x') + "\"}")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  EXPECT_LT(status.message().size(), 1000u);
}

TEST_F(SnapshotJsonTest, EveryPrefixIsRefused) {
  const std::string json =
      SnapshotWorld::Must(EncodeSnapshot(MakeSmallStore(schema_), SnapshotFormat::kJson));
  // The newline at the end is the only byte that may be missing.
  for (std::size_t size = 0; size + 1 < json.size(); ++size) {
    EXPECT_EQ(DecodeSnapshot(schema_, json.substr(0, size)).status().code(),
              absl::StatusCode::kDataLoss)
        << size;
  }
}

TEST_F(SnapshotJsonTest, MutatedTextNeverCrashesAndWhatLoadsIsSound) {
  const std::string good =
      SnapshotWorld::Must(EncodeSnapshot(MakeSmallStore(schema_), SnapshotFormat::kJson));
  const std::vector<std::string> pieces = {"{",    "}",   "[",  "]",   ",",    ":",  "\"", "null",
                                           "true", "1e9", "-1", "\\u", "\xff", "id", "99", "team"};
  std::mt19937_64 random(3);
  std::size_t accepted = 0;
  for (int round = 0; round < 20000 && !HasFailure(); ++round) {
    std::string json = good;
    for (std::size_t edits = 1 + random() % 3; edits > 0; --edits) {
      const std::size_t at = random() % json.size();
      switch (random() % 3) {
        case 0:
          json[at] = static_cast<char>(random());
          break;
        case 1:
          json.erase(at, 1 + random() % 10);
          break;
        case 2:
          json.insert(at, pieces[random() % pieces.size()]);
          break;
      }
    }
    const absl::StatusOr<Store> store = DecodeSnapshot(schema_, json);
    if (!store.ok()) continue;
    ++accepted;
    EXPECT_TRUE(store->CheckInvariants().ok()) << json;
  }
  EXPECT_GT(accepted, 0u);
  EXPECT_LT(accepted, 20000u);
}

}  // namespace
}  // namespace relata
