// Random drafts of a row whose links share keys, columns and discriminators, beside a naive twin
// that makes the same links one by one: where the twin ends with all that was said, the draft must
// end like it; where the twin lost something, the draft must be refused and change nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "relata/relata.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::IsOk;
using ::relata::testing::Must;

// Comments belong to a post or an image by one key and a kind; to another of them by a key each, of
// which one is set; to an owner, who has two names; and to a room and a desk of one tenant. They
// have tags and one cover.
struct World {
  World() {
    SchemaBuilder builder;
    post = builder.Define("post", {});
    image = builder.Define("image", {});
    user = builder.Define("user", {});
    tag = builder.Define("tag", {});
    cover = builder.Define("cover", {});
    for (Model* m : {&room, &desk}) {
      *m = builder.Define(m == &room ? "room" : "desk",
                          {{"tenant", Integer().PrimaryKey()}, {"id", Integer().PrimaryKey()}});
    }
    comment = builder.Define("comment", {{"kind", Text().Default("post")}});
    const AssociationOptions shared{.foreign_key = "itemId", .constraints = false};
    AssociationOptions scoped = shared;
    scoped.scope = {{"kind", "post"}, {"kind", "old post"}};
    origins.push_back(builder.HasMany(post, comment, scoped));
    scoped.scope = {{"kind", "image"}};
    origins.push_back(builder.HasMany(image, comment, scoped));
    builder.BelongsTo(comment, post, shared);
    builder.BelongsTo(comment, image, shared);
    builder.Dispatch(comment, "item");
    builder.BelongsToOneOf(comment, {{post, {.as = "reply"}}, {image, {.as = "tile"}}},
                           {.as = "place"});
    origins.push_back(builder.HasMany(post, comment, {.as = "replies", .foreign_key = "replyId"}));
    origins.push_back(builder.HasMany(user, comment, {.foreign_key = "ownerId"}));
    builder.BelongsTo(comment, user, {.as = "owner", .foreign_key = "ownerId"});
    builder.BelongsTo(comment, user, {.as = "boss", .foreign_key = "ownerId"});
    builder.BelongsTo(comment, room, {.foreign_key = {"tenant", "roomId"}});
    builder.BelongsTo(comment, desk, {.foreign_key = {"tenant", "deskId"}});
    builder.BelongsToMany(comment, tag, {.through = "tagging"});
    builder.HasOne(comment, cover);
    schema = Must(std::move(builder).Build());
  }

  Model post, image, user, tag, cover, room, desk, comment;
  std::vector<Association> origins;
  Schema schema;
};

// What a draft says of one association.
struct Said {
  Association association;
  std::vector<Instance> targets{};
  bool null = false;
  bool only = false;
};

class RandomRun {
 public:
  explicit RandomRun(unsigned seed) : random_(seed), store_(world_.schema) {
    for (int i = 0; i < 3; ++i) {
      for (const Model m :
           {world_.post, world_.image, world_.user, world_.tag, world_.cover, world_.comment}) {
        Must(store_.Create(m));
      }
      for (const Model m : {world_.room, world_.desk}) {
        Must(store_.Create(m, {{"tenant", i / 2}, {"id", i % 2}}));
      }
    }
  }

  void Step() {
    const bool creates = Below(2) == 0;
    const Instance row = creates ? Instance() : Pick(world_.comment);
    Values values;
    if (Below(3) == 0) values = {{"kind", Below(2) == 0 ? "image" : "old post"}};
    std::optional<std::pair<Instance, Association>> origin;
    if (creates && Below(3) == 0) {
      const Association by = world_.origins[Below(world_.origins.size())];
      origin.emplace(Pick(store_.schema()[by].source), by);
    }
    const std::vector<Said> said = Say(creates);
    Store twin = Must(store_.Fork());
    const Store before = Must(store_.Fork());
    const std::optional<Instance> expected = OneByOne(twin, row, values, origin, said);
    const absl::StatusOr<Instance> written = Write(row, values, origin, said);
    ASSERT_TRUE(IsOk(store_.CheckInvariants()));
    if (!expected.has_value()) {
      ASSERT_FALSE(written.ok()) << Text(said) << " should have been refused";
      ASSERT_TRUE(Must(Store::Diff(before, store_)).empty());
      ++refused_;
      return;
    }
    ASSERT_TRUE(IsOk(written)) << Text(said);
    ASSERT_TRUE(Must(Store::Diff(twin, store_)).empty())
        << Text(said) << "\n"
        << Must(Store::Diff(twin, store_)).Summary(world_.schema);
    ++done_;
  }

  int done() const { return done_; }
  int refused() const { return refused_; }

 private:
  static void Check(const absl::Status& status) { EXPECT_TRUE(IsOk(status)); }
  std::size_t Below(std::size_t n) { return random_() % n; }
  Instance Pick(Model model) {
    const InstanceRange range = store_.All(model);
    const std::vector<Instance> all(range.begin(), range.end());
    return all[Below(all.size())];
  }

  ForeignKey KeyOf(Association association) { return store_.schema()[association].foreign_key; }

  std::vector<Said> Say(bool creates) {
    std::vector<Said> said;
    for (const Association a : store_.schema()[world_.comment].associations) {
      const AssociationInfo& info = store_.schema()[a];
      if (Below(4) != 0) continue;
      // In a row that exists, a shared column cannot change link by link.
      if (!creates && (info.target == world_.room || info.target == world_.desk)) continue;
      Said one{.association = a};
      if (Below(3) == 0) {
        one.null = true;
      } else {
        for (std::size_t n = info.to_one() ? 1 : 1 + Below(2); n > 0; --n) {
          one.targets.push_back(Pick(info.target));
        }
        one.only = !info.to_one() && Below(2) == 0;
      }
      said.push_back(std::move(one));
    }
    return said;
  }

  // Nothing when a link fails, or something that was said does not hold in the end.
  std::optional<Instance> OneByOne(Store& store, Instance row, const Values& values,
                                   const std::optional<std::pair<Instance, Association>>& origin,
                                   const std::vector<Said>& said) {
    if (row == Instance()) {
      row = Must(store.Create(world_.comment, values));
    } else if (!values.empty()) {
      Check(store.Set(row, values));
    }
    for (const Said& one : said) {
      if (one.null) Check(store.Clear(row, one.association));
    }
    if (origin.has_value()) Check(store.Add(origin->first, origin->second, row));
    for (const Said& one : said) {
      if (one.null) continue;
      const LinkResult linked = one.only ? store.Set(row, one.association, one.targets)
                                         : store.Add(row, one.association, one.targets);
      if (!linked.ok()) return std::nullopt;
    }
    for (const Said& one : said) {
      // The row around it wins over a null.
      if (one.null && origin.has_value() && KeyOf(one.association) == KeyOf(origin->second) &&
          std::none_of(said.begin(), said.end(), [&](const Said& other) {
            return !other.null && KeyOf(other.association) == KeyOf(origin->second);
          })) {
        continue;
      }
      if (one.null ? Must(store.Count(row, one.association)) != 0
                   : !Must(store.Has(row, one.association, one.targets))) {
        return std::nullopt;
      }
    }
    if (origin.has_value() && !Must(store.Has(origin->first, origin->second, row))) {
      return std::nullopt;
    }
    return row;
  }

  absl::StatusOr<Instance> Write(Instance row, const Values& values,
                                 const std::optional<std::pair<Instance, Association>>& origin,
                                 const std::vector<Said>& said) {
    Draft draft(values);
    for (const Said& one : said) {
      if (one.null) draft.root().Set(one.association, nullptr);
      for (const Instance target : one.targets) draft.root().Connect(one.association, target);
      if (one.only) draft.root().Only(one.association);
    }
    if (origin.has_value()) return store_.Create(origin->first, origin->second, draft);
    if (row == Instance()) return store_.Create(world_.comment, draft);
    const absl::Status updated = store_.Update(row, draft);
    if (!updated.ok()) return updated;
    return row;
  }

  std::string Text(const std::vector<Said>& said) {
    std::string text;
    for (const Said& one : said) {
      text += store_.schema()[one.association].name + (one.only ? " = only" : " =");
      for (const Instance target : one.targets) text += " " + store_.Describe(target);
      text += one.null ? " null; " : "; ";
    }
    return text;
  }

  World world_;
  std::mt19937 random_;
  Store store_;
  int done_ = 0;
  int refused_ = 0;
};

TEST(NestedRandomTest, ADraftSaysWhatItsLinksSayOneByOneOrIsRefused) {
  int done = 0;
  int refused = 0;
  for (unsigned seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomRun run(seed);
    for (int step = 0; step < 25; ++step) {
      ASSERT_NO_FATAL_FAILURE(run.Step()) << "step " << step;
    }
    done += run.done();
    refused += run.refused();
  }
  EXPECT_GT(done, 500);
  EXPECT_GT(refused, 200);
}

}  // namespace
}  // namespace relata
