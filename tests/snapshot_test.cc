// Snapshots that are as they should be: what goes in comes out, and another schema is told so.
#include "relata/persistence/snapshot.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "persistence/snapshot_archive.h"
#include "persistence/snapshot_body.h"
#include "persistence/snapshot_envelope.h"
#include "persistence/snapshot_schema.h"
#include "relata/loader.h"
#include "tests/snapshot_world.h"

namespace relata {
namespace {

using Options = SnapshotWorld::Options;

class SnapshotTest : public testing::TestWithParam<SnapshotFormat> {
 protected:
  const Schema schema_ = SnapshotWorld::MakeSchema();

  std::string Encode(const Store& store) const {
    return SnapshotWorld::Must(EncodeSnapshot(store, GetParam()));
  }
};

std::string FormatName(const testing::TestParamInfo<SnapshotFormat>& info) {
  return info.param == SnapshotFormat::kBinary ? "Binary" : "Json";
}

INSTANTIATE_TEST_SUITE_P(Formats, SnapshotTest,
                         testing::Values(SnapshotFormat::kBinary, SnapshotFormat::kJson),
                         FormatName);

std::vector<std::vector<Value>> Rows(const Store& store, Model model) {
  std::vector<std::vector<Value>> rows;
  for (const Instance row : store.All(model)) {
    std::vector<Value>& values = rows.emplace_back();
    for (std::uint32_t a = 0; a < store.schema()[model].attributes.size(); ++a) {
      values.push_back(Value::From(store.View(row, a)));
    }
  }
  return rows;
}

TEST_P(SnapshotTest, EveryValueAndItsPlaceComesBack) {
  const Store store = SnapshotWorld::MakeStore(schema_);
  const absl::StatusOr<Store> copy = DecodeSnapshot(schema_, Encode(store));
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_TRUE(copy->CheckInvariants().ok());
  for (std::uint32_t m = 0; m < schema_.models().size(); ++m) {
    EXPECT_EQ(Rows(*copy, Model{m}), Rows(store, Model{m})) << schema_.models()[m].name;
    EXPECT_EQ(copy->NextKey(Model{m}), store.NextKey(Model{m})) << schema_.models()[m].name;
  }
  const absl::StatusOr<ChangeSet> difference = Store::Diff(store, *copy);
  ASSERT_TRUE(difference.ok()) << difference.status();
  EXPECT_TRUE(difference->empty()) << difference->Summary(schema_);
}

TEST_P(SnapshotTest, EncodingWhatWasDecodedGivesTheSameBytes) {
  const std::string bytes = Encode(SnapshotWorld::MakeStore(schema_));
  const absl::StatusOr<Store> copy = DecodeSnapshot(schema_, bytes);
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_EQ(Encode(*copy), bytes);
}

TEST_P(SnapshotTest, LinksAreLinkedAgainInTheOrderOfTheRows) {
  const Store store = SnapshotWorld::MakeStore(schema_);
  const absl::StatusOr<Store> copy = DecodeSnapshot(schema_, Encode(store));
  ASSERT_TRUE(copy.ok()) << copy.status();
  const Model team = *schema_.FindModel("team");
  const Model player = *schema_.FindModel("player");
  const Association players = *schema_.FindAssociation(team, "players");
  const std::uint32_t team_id = *schema_.FindAttribute(player, "teamId");
  for (const Instance t : copy->All(team)) {
    std::vector<Instance> expected;
    for (const Instance p : copy->All(player)) {
      if (Equal(copy->View(p, team_id), copy->View(t, 0))) expected.push_back(p);
    }
    const absl::StatusOr<std::vector<Instance>> linked = copy->Get(t, players);
    ASSERT_TRUE(linked.ok()) << linked.status();
    EXPECT_EQ(*linked, expected) << copy->Describe(t);
  }
}

// The keys of what is linked to the row with a key, in the order of the links.
std::vector<Key> LinkedKeys(const Store& store, Model model, std::int64_t key,
                            Association association) {
  std::vector<Key> keys;
  for (const Instance linked : store.Linked(*store.Find(model, key), association)) {
    keys.push_back(store.KeyOf(linked));
  }
  return keys;
}

// More rows than a block or a page has, in every kind of column, with and without nulls; keys that
// are not in order, references forward, backward and to nobody; against the same store filled row
// by row.
TEST_P(SnapshotTest, AStoreOfManyBlocksComesBackAsIfItWereLoadedRowByRow) {
  std::mt19937_64 random(20261123);
  SchemaBuilder builder({.cycles = SchemaOptions::Cycles::kDefer});
  const Model a = builder.Define("a", {{"id", Integer().PrimaryKey()},
                                       {"text", Text().Unique()},
                                       {"flag", Boolean()},
                                       {"real", Double().NotNull()},
                                       {"uuid", Uuid()},
                                       {"blob", Bytes()},
                                       {"at", Timestamp()}});
  const Model b = builder.Define("b", {{"id", Integer().PrimaryKey()}});
  const Association of_b = builder.HasMany(b, a, {.as = "of_b", .foreign_key = KeyColumns("bId")});
  builder.BelongsTo(b, a, {.as = "a"});
  const Association downs = builder.HasMany(
      a, a, {.as = "downs", .foreign_key = KeyColumns("upId"), .constraints = false});
  const Schema schema = SnapshotWorld::Must(std::move(builder).Build());
  const std::uint32_t b_id = *schema.FindAttribute(a, "bId");
  const std::uint32_t up_id = *schema.FindAttribute(a, "upId");
  for (const int rows : {1, 255, 256, 257, 2000}) {
    SCOPED_TRACE(rows);
    // 0: keys in order from 1, 1: from far below 0, 2: shuffled
    for (int kind = 0; kind < 3; ++kind) {
      std::vector<std::int64_t> keys(static_cast<std::size_t>(rows));
      for (int i = 0; i < rows; ++i) keys[i] = kind == 1 ? INT64_MIN + i : i + 1;
      if (kind == 2) std::shuffle(keys.begin(), keys.end(), random);
      const auto any_key = [&] { return keys[random() % keys.size()]; };
      Loader loader(schema);
      std::vector<std::string> texts;
      for (int i = 0; i < rows; ++i) texts.push_back(std::string(i % 40, 'x') + std::to_string(i));
      for (int i = 0; i < rows; ++i) {
        std::vector<ValueView> row(schema[a].attributes.size());
        const auto maybe = [&](ValueView value) { return random() % 3 == 0 ? ValueView() : value; };
        row[0] = keys[i];
        row[1] = i % 100 == 0 ? ValueView() : ValueView(std::string_view(texts[i]));
        row[2] = maybe(random() % 2 == 0);
        row[3] = static_cast<double>(random()) / 3;
        row[4] = maybe(UuidValue{{static_cast<std::uint8_t>(i)}});
        row[5] = maybe(std::as_bytes(std::span(texts[i])));
        row[6] = maybe(Micros(static_cast<std::int64_t>(random())));
        row[b_id] = maybe(any_key());
        // The first half refers to those that are there, and some of the second to nobody.
        row[up_id] = i < rows / 2 ? ValueView(keys[i / 2])
                                  : maybe(random() % 9 == 0 ? rows + std::int64_t{7} : any_key());
        ASSERT_TRUE(loader.Append(a, row).ok());
      }
      for (const std::int64_t key : keys) {
        ASSERT_TRUE(loader.Append(b, std::vector<ValueView>{key, any_key()}).ok());
      }
      const Store store = SnapshotWorld::Must(std::move(loader).Finish());
      const absl::StatusOr<Store> copy = DecodeSnapshot(schema, Encode(store));
      ASSERT_TRUE(copy.ok()) << copy.status();
      EXPECT_TRUE(copy->CheckInvariants().ok()) << copy->CheckInvariants();
      EXPECT_TRUE(SnapshotWorld::Must(Store::Diff(store, *copy)).empty());
      EXPECT_EQ(copy->Stats().links, store.Stats().links);
      for (const std::int64_t key : keys) {
        for (const auto& [model, association] : {std::pair(b, of_b), std::pair(a, downs)}) {
          EXPECT_EQ(LinkedKeys(*copy, model, key, association),
                    LinkedKeys(store, model, key, association));
        }
      }
      for (std::uint32_t m = 0; m < schema.models().size(); ++m) {
        EXPECT_EQ(Rows(*copy, Model{m}), Rows(store, Model{m}));
      }
    }
  }
}

TEST_P(SnapshotTest, AnEmptyStoreAndAnEmptySchemaComeBack) {
  const absl::StatusOr<Store> rowless = DecodeSnapshot(schema_, Encode(Store(schema_)));
  ASSERT_TRUE(rowless.ok()) << rowless.status();
  EXPECT_EQ(rowless->Stats().rows, 0u);
  const absl::StatusOr<Store> nothing = DecodeSnapshot(Schema(), Encode(Store(Schema())));
  EXPECT_TRUE(nothing.ok()) << nothing.status();
}

TEST_P(SnapshotTest, KeysThatRanOutStayOut) {
  const Model player = *schema_.FindModel("player");
  for (const bool deleted : {false, true}) {
    Store store(schema_);
    const Instance last = SnapshotWorld::Must(
        store.Create(player, {{"id", INT64_MAX}, {"name", "last"}, {"number", 1}}));
    if (deleted) {
      ASSERT_TRUE(store.Delete(last).ok());
    }
    absl::StatusOr<Store> copy = DecodeSnapshot(schema_, Encode(store));
    ASSERT_TRUE(copy.ok()) << copy.status();
    EXPECT_EQ(copy->Create(player, {{"name", "next"}, {"number", 1}}).status().code(),
              absl::StatusCode::kResourceExhausted);
  }
}

// A store of the first schema, made to pass as a snapshot of the second.
std::string Disguised(const Store& store, const Schema& schema) {
  using namespace snapshot_internal;
  const std::string own = EncodeBody(Store(store.schema()));
  ByteReader reader(own);
  std::string_view description;
  reader(description);
  const std::string rows = EncodeBody(store).substr(own.size() - reader.left());
  ByteWriter writer;
  writer.Put(std::string(kEnvelopeSize, '\0').data(), kEnvelopeSize);
  writer(std::string_view(DescribeSchema(schema)));
  writer.Put(rows.data(), rows.size());
  return Seal(std::move(writer).Take(), schema.fingerprint());
}

TEST_P(SnapshotTest, RowsThatTheSchemaForbidsAreDataLossAndNamed) {
  const Schema lax = SnapshotWorld::MakeSchema(
      {.city_nullable = true, .name_unique = false, .player_constrained = false});
  const Schema strict = SnapshotWorld::MakeSchema({.city_nullable = false});
  const Model team = *lax.FindModel("team");
  const Model player = *lax.FindModel("player");
  struct Case {
    const char* name;
    Model model;
    std::vector<Values> rows;
    std::vector<std::string> says;
  };
  for (const Case& c : std::vector<Case>{
           {"Dangling", player, {{{"name", "x"}, {"number", 1}, {"teamId", 77}}}, {"player", "77"}},
           {"Null", team, {{{"name", "x"}}}, {"team", "city"}},
           {"Duplicate",
            team,
            {{{"name", "twice"}, {"city", "a"}}, {{"name", "twice"}, {"city", "b"}}},
            {"team", "row 2", "twice"}}}) {
    SCOPED_TRACE(c.name);
    Store store(lax);
    for (const Values& row : c.rows) SnapshotWorld::Must(store.Create(c.model, row));
    EXPECT_TRUE(DecodeSnapshot(lax, Encode(store)).ok());
    const absl::Status status =
        DecodeSnapshot(strict, GetParam() == SnapshotFormat::kBinary ? Disguised(store, strict)
                                                                     : Encode(store))
            .status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    for (const std::string& words : c.says) {
      EXPECT_NE(status.message().find(words), absl::string_view::npos) << status;
    }
  }
}

TEST(SnapshotBinaryTest, AnOlderOrNewerFormatVersionIsUnimplemented) {
  const Schema schema = SnapshotWorld::MakeSchema();
  const std::string body =
      snapshot_internal::EncodeBody(Store(schema), snapshot_internal::kEnvelopeSize);
  for (const std::uint64_t version : {1, 3}) {
    const absl::Status status =
        DecodeSnapshot(schema, snapshot_internal::Seal(body, schema.fingerprint(), version))
            .status();
    EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
    EXPECT_NE(status.message().find("format version " + std::to_string(version)),
              absl::string_view::npos)
        << status;
    EXPECT_NE(status.message().find("reads version 2"), absl::string_view::npos) << status;
  }
}

TEST(SnapshotBinaryTest, TheEnvelopeIsAsItsGrammarSays) {
  const Schema schema = SnapshotWorld::MakeSchema();
  const std::string bytes = SnapshotWorld::Must(EncodeSnapshot(Store(schema)));
  EXPECT_EQ(bytes.substr(0, 16), std::string("\x89RELA\r\n\x1a\x02\0\0\0\0\0\0\0", 16));
  std::uint64_t fingerprint = 0, length = 0;
  for (int i = 7; i >= 0; --i) {
    fingerprint = fingerprint << 8 | static_cast<unsigned char>(bytes[16 + i]);
    length = length << 8 | static_cast<unsigned char>(bytes[24 + i]);
  }
  EXPECT_EQ(fingerprint, schema.fingerprint());
  EXPECT_EQ(length, bytes.size() - 48);
}

// Each edit of the schema, and what the refusal must say about it.
struct SchemaEdit {
  const char* name;
  Options options;
  std::vector<std::string> says;
};

std::vector<SchemaEdit> SchemaEdits() {
  return {
      {"Retyped",
       {.city = Type::kInteger},
       {"model team: attribute 'city' is TEXT in the snapshot, INTEGER in the schema"}},
      {"Renamed",
       {.city_name = "town"},
       {"model team: attribute 'city' is in the snapshot and not in the schema",
        "model team: attribute 'town' is in the schema and not in the snapshot"}},
      {"NotNull",
       {.city_nullable = false},
       {"model team: attribute 'city' is TEXT in the snapshot, TEXT NOT NULL in the schema"}},
      {"Reordered", {.city_first = true}, {"defined in another order"}},
      {"ModelRemoved",
       {.with_coach = false},
       {"model coach is in the snapshot and not in the schema",
        "model contract is in the snapshot and not in the schema"}},
      {"ModelAdded",
       {.with_referee = true},
       {"model referee is in the schema and not in the snapshot"}},
      {"KeyRemoved",
       {.name_unique = false},
       {"model team: unique key (name) is in the snapshot and not in the schema"}},
      {"OnDelete",
       {.player_on_delete = Action::kCascade},
       {"model player: foreign key (teamId) is team(id) ON DELETE SET NULL ON UPDATE CASCADE in "
        "the snapshot, team(id) ON DELETE CASCADE ON UPDATE CASCADE in the schema"}},
      {"OnUpdate", {.player_on_update = Action::kRestrict}, {"ON UPDATE RESTRICT in the schema"}},
      {"Unconstrained", {.player_constrained = false}, {"NOT CONSTRAINED in the schema"}},
  };
}

TEST(SnapshotSchemaTest, AnotherSchemaIsRefusedWithWhatDiffers) {
  const Schema schema = SnapshotWorld::MakeSchema();
  const std::string bytes = SnapshotWorld::Must(EncodeSnapshot(SnapshotWorld::MakeStore(schema)));
  for (const SchemaEdit& edit : SchemaEdits()) {
    SCOPED_TRACE(edit.name);
    const absl::Status status =
        DecodeSnapshot(SnapshotWorld::MakeSchema(edit.options), bytes).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    for (const std::string& words : edit.says) {
      EXPECT_NE(status.message().find(words), absl::string_view::npos) << status;
    }
  }
}

TEST(SnapshotSchemaTest, ALongListOfDifferencesIsCutAndCounted) {
  SchemaBuilder builder;
  std::vector<NamedAttribute> attributes;
  for (int i = 0; i < 50; ++i) attributes.push_back({"a" + std::to_string(i), Text()});
  builder.Define("team", attributes);
  const absl::StatusOr<Schema> wide = std::move(builder).Build();
  ASSERT_TRUE(wide.ok()) << wide.status();
  const Schema schema = SnapshotWorld::MakeSchema();
  const std::string bytes = SnapshotWorld::Must(EncodeSnapshot(Store(*wide)));
  const absl::Status status = DecodeSnapshot(schema, bytes).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(status.message().find(" more"), absl::string_view::npos) << status;
  EXPECT_LT(status.message().size(), 4000u);
}

TEST(SnapshotSchemaTest, AFingerprintThatIsNotTheSchemasIsRefusedThoughTheBodyFits) {
  const Schema schema = SnapshotWorld::MakeSchema();
  const std::string body =
      snapshot_internal::EncodeBody(Store(schema), snapshot_internal::kEnvelopeSize);
  const absl::Status status =
      DecodeSnapshot(schema, snapshot_internal::Seal(body, schema.fingerprint() ^ 1)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
}

// The files in tests/golden are of the current versions of their formats. Run once with
// RELATA_WRITE_GOLDEN=1 to write those of a new version, under a new name.
std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

TEST_P(SnapshotTest, TheGoldenFileLoadsAndIsStillWhatIsWritten) {
  const bool binary = GetParam() == SnapshotFormat::kBinary;
  const std::string path = std::string(RELATA_SOURCE_DIR) + "/tests/golden/" +
                           (binary ? "club-2.snapshot" : "club-1.json");
  const Store store = SnapshotWorld::MakeStore(schema_);
  if (std::getenv("RELATA_WRITE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << Encode(store);
  }
  const std::string golden = ReadFile(path);
  ASSERT_GE(golden.size(), 4096u) << path;
  const absl::StatusOr<Store> loaded = DecodeSnapshot(schema_, golden);
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  const absl::StatusOr<ChangeSet> difference = Store::Diff(store, *loaded);
  ASSERT_TRUE(difference.ok()) << difference.status();
  EXPECT_TRUE(difference->empty()) << difference->Summary(schema_);
  EXPECT_EQ(Encode(store), golden);
}

}  // namespace
}  // namespace relata
