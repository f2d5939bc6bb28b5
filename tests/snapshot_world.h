// The world that the snapshot tests save and load: a schema with every type and kind of key, and a
// store with the values at which encodings go wrong. Changing it means writing new golden files.
#ifndef RELATA_TESTS_SNAPSHOT_WORLD_H_
#define RELATA_TESTS_SNAPSHOT_WORLD_H_

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "relata/persistence/snapshot.h"
#include "relata/relata.h"

// Whether a sanitizer that stands in for malloc is at work.
#define RELATA_SANITIZED 0
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#undef RELATA_SANITIZED
#define RELATA_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#undef RELATA_SANITIZED
#define RELATA_SANITIZED 1
#endif
#endif

namespace relata {

inline BytesValue BytesOf(std::string_view text) {
  const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
  return BytesValue(bytes, bytes + text.size());
}

inline TimestampValue Micros(std::int64_t micros) {
  return TimestampValue(std::chrono::microseconds(micros));
}

// Club, in which nothing is decided by chance.
class SnapshotWorld {
 public:
  // What a test varies to get a schema that differs.
  struct Options {
    std::string city_name = "city";
    Type city = Type::kText;
    bool city_nullable = true;
    bool city_first = false;
    bool with_coach = true;
    bool with_referee = false;
    bool name_unique = true;
    Action player_on_delete = Action::kSetNull;
    Action player_on_update = Action::kCascade;
    bool player_constrained = true;
  };

  static Schema MakeSchema() { return MakeSchema(Options()); }
  static Schema MakeSchema(const Options& options) {
    SchemaBuilder builder;
    Attribute name = Text().NotNull();
    if (options.name_unique) name.Unique();
    Attribute city(options.city);
    if (!options.city_nullable) city.NotNull();
    std::vector<NamedAttribute> attributes = {
        {"name", name},       {"founded", Timestamp()}, {"crest", Bytes()}, {"active", Boolean()},
        {"budget", Double()}, {"license", Uuid()},      {"fans", Integer()}};
    attributes.insert(options.city_first ? attributes.begin() : attributes.end(),
                      {options.city_name, city});
    const Model team = builder.Define("team", attributes);
    const Model player =
        builder.Define("player", {{"name", Text().NotNull()}, {"number", Integer().NotNull()}});
    const Model node = builder.Define(
        "node", {{"a", Integer().PrimaryKey()}, {"b", Text().PrimaryKey()}, {"note", Text()}});
    builder.BelongsTo(node, node, {.as = "parent"});
    AssociationOptions membership;
    if (options.player_constrained) {
      membership.on_delete = options.player_on_delete;
      membership.on_update = options.player_on_update;
    } else {
      membership.constraints = false;
    }
    builder.HasMany(team, player, membership);
    if (options.with_coach) {
      const Model coach =
          builder.Define("coach", {{"code", Uuid().PrimaryKey()}, {"name", Text()}});
      builder.BelongsToMany(team, coach, {.through = "contract"});
      builder.BelongsToMany(coach, team, {.through = "contract"});
    }
    if (options.with_referee) builder.Define("referee", {{"name", Text()}});
    absl::StatusOr<Schema> schema = std::move(builder).Build();
    if (!schema.ok()) {
      ADD_FAILURE() << schema.status();
      std::abort();
    }
    return *std::move(schema);
  }

  // Some hundred rows, more than 4 KiB; slots that were freed, next keys past the highest.
  static Store MakeStore(const Schema& schema) {
    Store store(schema);
    const Model team = *schema.FindModel("team");
    const Model player = *schema.FindModel("player");
    const Model node = *schema.FindModel("node");
    const Model coach = *schema.FindModel("coach");
    const Association coaches = *schema.FindAssociation(team, "coaches");

    using Int = std::numeric_limits<std::int64_t>;
    using Real = std::numeric_limits<double>;
    const std::vector<Values> teams = {
        {{"name", "Arsenal"}, {"city", "London"}},
        {{"name", ""}, {"city", ""}, {"crest", BytesValue()}, {"fans", 0}, {"budget", 0.0}},
        {{"name", std::string("nul\0l", 5)}, {"city", std::string(1, '\0')}},
        {{"name", "quote \" back \\ slash / line \n tab \t bell \a del \x7f"}},
        {{"name", "\xc3\x84\xe2\x82\xac\xf0\x9f\x8f\x86\xe2\x80\xa8"}, {"active", true}},
        {{"name", std::string(5000, 'x')}, {"active", false}},
        {{"name", "min"},
         {"fans", Int::min()},
         {"budget", Real::lowest()},
         {"founded", Micros(Int::min())}},
        {{"name", "max"},
         {"fans", Int::max()},
         {"budget", Real::max()},
         {"founded", Micros(Int::max())}},
        {{"name", "tiny"}, {"budget", Real::denorm_min()}, {"founded", Micros(-1)}},
        {{"name", "third"}, {"budget", 1.0 / 3}, {"founded", Micros(1)}},
        {{"name", "infinite"}, {"budget", Real::infinity()}, {"founded", Micros(0)}},
        {{"name", "minus"}, {"budget", -Real::infinity()}, {"founded", Micros(-62135596800000000)}},
        {{"name", "year ten thousand"}, {"founded", Micros(253402300800000000)}},
        {{"name", "bytes"},
         {"crest", BytesOf(std::string_view("\0\xff\x80 any bytes, more than fifteen", 32))},
         {"license", UuidValue{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                0xff, 0xff, 0xff, 0xff, 0xff}}}},
        {{"name", "zero"}, {"license", UuidValue{}}},
    };
    std::vector<Instance> made;
    for (const Values& values : teams) made.push_back(Must(store.Create(team, values)));

    std::vector<Instance> players;
    for (int i = 0; i < 60; ++i) {
      Values values = {{"name", "player " + std::to_string(i)}, {"number", i % 11}};
      if (i % 4 != 0) values.push_back({"teamId", std::int64_t{1} + i % 7});
      players.push_back(Must(store.Create(player, values)));
    }
    // Gaps, a slot that is used again, and keys that are never to come again.
    for (const int gone : {3, 30, 59}) EXPECT_TRUE(store.Delete(players[gone]).ok());
    Must(store.Create(player, {{"name", "late"}, {"number", 99}, {"teamId", 2}}));
    const Instance last = Must(store.Create(player, {{"name", "gone"}, {"number", 0}}));
    EXPECT_TRUE(store.Delete(last).ok());

    Must(store.Create(node, {{"a", -1}, {"b", "root"}}));
    for (int i = 0; i < 8; ++i) {
      const Value up = i == 0 ? Value("root") : Value(std::to_string(i - 1));
      Must(store.Create(node, {{"a", i},
                               {"b", std::to_string(i)},
                               {schema[node].attributes[3].name, i - 1},
                               {schema[node].attributes[4].name, up}}));
    }
    for (std::uint8_t i = 0; i < 4; ++i) {
      UuidValue code;
      code.bytes[0] = i;
      const Instance c = Must(store.Create(coach, {{"code", code}, {"name", nullptr}}));
      EXPECT_TRUE(store.Add(made[i], coaches, c).ok());
      EXPECT_TRUE(store.Add(made[i + 1], coaches, c).ok());
    }
    return store;
  }

  template <typename T>
  static T Must(absl::StatusOr<T> result) {
    if (!result.ok()) {
      ADD_FAILURE() << result.status();
      std::abort();
    }
    return *std::move(result);
  }
};

// A small store, of less than 1 KiB as a snapshot: what hostile inputs are made of.
inline Store MakeSmallStore(const Schema& schema) {
  Store store(schema);
  const Model team = *schema.FindModel("team");
  const Model player = *schema.FindModel("player");
  SnapshotWorld::Must(store.Create(team, {{"name", "Ajax"},
                                          {"founded", Micros(5)},
                                          {"crest", BytesOf("ab")},
                                          {"active", true},
                                          {"budget", 1.5},
                                          {"license", UuidValue{}},
                                          {"fans", 7}}));
  SnapshotWorld::Must(store.Create(team, {{"name", "PSV"}}));
  SnapshotWorld::Must(store.Create(player, {{"name", "Bergkamp"}, {"number", 8}, {"teamId", 1}}));
  SnapshotWorld::Must(store.Create(player, {{"name", "Romario"}, {"number", 11}, {"teamId", 2}}));
  return store;
}

}  // namespace relata

#endif  // RELATA_TESTS_SNAPSHOT_WORLD_H_
