// The short ways to change and ask one link (graph/one_link.h) are exactly the long one. A store
// that is observed takes the long one for everything, so each random call is made on a store and on
// an observed one, and whatever can be seen of either must be the same: answers, contents, the
// order of rows and links, change sets, and what a rollback and a fork leave.
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "relata/relata.h"
#include "tests/random_run.h"
#include "tests/random_schema.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;
using ::relata::testing::Random;

// Every kind of association, with what makes it plain and what does not: join rows that are known
// by their pair, have a key of their own, a default, an index, a third reference, a validator, or
// are referred to; keys of text and of several columns; references that are indexed, NOT NULL,
// without constraints, part of a key, shared, or one of several alternatives.
Schema MakeSchema() {
  SchemaBuilder builder;
  const Model user = builder.Define("user", {{"name", Text()}, {"age", Integer().Unique()}});
  const Model group = builder.Define("group", {{"name", Text()}});
  const Model tag = builder.Define("tag", {{"word", Text().PrimaryKey()}});
  const Model place = builder.Define(
      "place", {{"x", Integer().PrimaryKey()}, {"y", Integer().PrimaryKey()}, {"code", Text()}});
  const Model item = builder.Define(
      "item", {{"userId", Integer().Index(IndexKind::kHashed)},
               {"groupId", Integer().Index()},
               {"age", Integer()},
               {"grade", Integer().Validate([](const ValueView& value) {
                  return value.index() == 0 ? absl::OkStatus() : absl::InvalidArgumentError("no");
                })}});
  const Model part = builder.Define("part", {{"name", Text()}, {"userId", Integer().Index()}});
  builder.Define("membership", {{"since", Integer().Default(7)}, {"role", Text().Default("x")}});
  const Model visit = builder.Define("visit", {{"id", Integer().PrimaryKey().AutoIncrement()},
                                               {"day", Integer().NotNull().Default(1)},
                                               {"userId", Integer().Index(IndexKind::kHashed)}});
  builder.Define("rating", {{"stars", Integer()}},
                 {.validators = {[](const RowView&) { return absl::OkStatus(); }}});
  builder.Define("strict", {{"reason", Text().NotNull()}});
  const Model remark = builder.Define("remark", {{"text", Text()}});

  builder.BelongsToMany(user, group, {.through = "membership"});
  builder.BelongsToMany(group, user, {.through = "membership"});
  builder.BelongsToMany(
      user, group,
      {.as = "chiefs", .through = Through("membership", std::nullopt, {{"role", "chief"}})});
  builder.BelongsToMany(user, place, {.through = Through("visit", true)});
  builder.BelongsToMany(place, user, {.through = Through("visit", true)});
  builder.HasMany(visit, remark, {.on_delete = Action::kCascade});
  builder.BelongsTo(visit, tag);
  builder.BelongsToMany(user, tag, {.through = "labels"});
  builder.BelongsToMany(group, tag, {.through = "rating"});
  builder.BelongsToMany(group, place, {.through = "strict"});
  builder.BelongsToMany(user, user, {.as = Alias("friend", "friends"), .through = "friendship"});
  builder.BelongsToMany(group, group,
                        {.as = Alias("ally", "allies"), .through = Through("pact", false)});

  builder.HasMany(user, part);
  builder.BelongsTo(part, user);
  builder.HasMany(group, part, {.foreign_key = KeyColumns("teamId").NotNull()});
  builder.BelongsTo(part, tag, {.constraints = false});
  builder.BelongsTo(part, place);
  builder.HasMany(place, part);
  builder.HasMany(part, part, {.as = Alias("child", "children"), .foreign_key = "up"});
  builder.BelongsTo(part, part, {.as = "owner", .foreign_key = "up"});
  builder.HasOne(tag, remark);
  builder.BelongsTo(remark, tag);
  builder.BelongsTo(part, user, {.as = "peer", .foreign_key = "age", .target_key = "age"});
  builder.HasMany(user, part, {.as = "peers", .foreign_key = "age", .source_key = "age"});
  builder.HasMany(user, item);
  builder.BelongsTo(item, group);
  builder.HasMany(group, remark, {.as = "notes", .scope = {{"text", "note"}}});
  builder.BelongsToOneOf(remark, {user, place}, {.as = "about"});
  return Must(std::move(builder).Build());
}

// Whatever can be read of a store, in the order in which it is read.
std::string Everything(const Store& store) {
  std::string text;
  const Schema& schema = store.schema();
  for (std::uint32_t m = 0; m < schema.models().size(); ++m) {
    text += schema.models()[m].name + " " + std::to_string(store.NextKey(Model{m})) + "\n";
    for (const Instance row : store.All(Model{m})) {
      text += "  " + std::to_string(row.slot) + ":";
      for (std::uint32_t a = 0; a < schema.models()[m].attributes.size(); ++a) {
        text += " " + Value::From(store.View(row, a)).ToString();
      }
      text += "\n";
    }
  }
  for (std::uint32_t a = 0; a < schema.associations().size(); ++a) {
    const AssociationInfo& info = schema.associations()[a];
    text += schema.Describe(Association{a}) + "\n";
    for (const Instance source : store.All(info.source)) {
      text += "  " + store.KeyOf(source).ToString() + ":";
      const LinkedRange linked = store.Linked(source, Association{a});
      for (auto it = linked.begin(); it != linked.end(); ++it) {
        text += " " + store.KeyOf(*it).ToString();
        if (info.kind == AssociationKind::kBelongsToMany) {
          text += "/" + store.KeyOf(it.join()).ToString();
        }
      }
      text += "\n";
    }
  }
  return text;
}

class Both {
 public:
  explicit Both(std::uint64_t seed)
      : random_(seed), schema_(MakeSchema()), plain_(schema_), observed_(schema_) {
    watch_ = observed_.Observe(StoreObserver{});
    for (int i = 0; i < 100; ++i) CreateRow();
  }

  void Step() {
    const std::size_t dice = random_.Below(100);
    if (dice < 20) {
      CreateRow();
    } else if (dice < 25) {
      DeleteRow();
    } else if (dice < 37) {
      SetReference();
    } else if (dice < 40 && !open_.has_value()) {
      Branch();
    } else if (dice < 44) {
      BeginOrEnd();
    } else {
      ChangeLink();
    }
    ASSERT_EQ(Everything(plain_), Everything(observed_)) << call_;
    ASSERT_TRUE(IsOk(plain_.CheckInvariants())) << call_;
  }
  // REQUIRES: no step follows.
  void Finish() {
    if (open_.has_value()) End(true);
    for (const auto& [store, was] : kept_) {
      EXPECT_EQ(Everything(store), was);
      EXPECT_TRUE(IsOk(store.CheckInvariants()));
    }
  }
  std::size_t done() const { return done_; }
  std::size_t refused() const { return refused_; }
  std::size_t changed() const { return changed_; }

 private:
  struct Open {
    Transaction plain;
    Transaction observed;
    std::string before;
  };

  void Same(const absl::Status& plain, const absl::Status& observed) {
    EXPECT_EQ(plain, observed) << call_;
    ++(plain.ok() ? done_ : refused_);
  }

  void SameCounts(const LinkCounts& plain, const LinkCounts& observed) {
    EXPECT_EQ(plain, observed) << call_;
    changed_ += plain.added + plain.removed > 0 ? 1 : 0;
  }

  // The handles of one row, in both stores.
  using Pair = std::pair<Instance, Instance>;
  std::optional<Pair> Draw(Model model) {
    std::vector<Instance> plain;
    std::vector<Instance> observed;
    for (const Instance row : plain_.All(model)) plain.push_back(row);
    for (const Instance row : observed_.All(model)) observed.push_back(row);
    if (plain.empty() || plain.size() != observed.size()) return std::nullopt;
    const std::size_t i = random_.Below(plain.size());
    return Pair{plain[i], observed[i]};
  }

  void CreateRow() {
    const Model model{static_cast<std::uint32_t>(random_.Below(schema_.models().size()))};
    if (plain_.Count(model) >= 6) return;
    Values values;
    for (const AttributeInfo& attribute : schema_[model].attributes) {
      if (attribute.auto_increment || random_.Chance(30)) continue;
      values.push_back({attribute.name, testing::RandomValue(random_, attribute.type, 4)});
    }
    call_ = "create " + schema_[model].name;
    Same(plain_.Create(model, values).status(), observed_.Create(model, values).status());
  }

  void DeleteRow() {
    const auto row =
        Draw(Model{static_cast<std::uint32_t>(random_.Below(schema_.models().size()))});
    if (!row.has_value()) return;
    call_ = "delete " + plain_.Describe(row->first);
    Same(plain_.Delete(row->first), observed_.Delete(row->second));
  }

  // Through a field: an integer or a text, null in one of three cases.
  void SetReference() {
    const ForeignKeyInfo& f = schema_.foreign_keys()[random_.Below(schema_.foreign_keys().size())];
    const AttributeInfo& attribute = schema_[f.owner].attributes[f.attributes[0]];
    const auto row = Draw(f.owner);
    if (!row.has_value()) return;
    call_ = "set " + attribute.name + " of " + plain_.Describe(row->first);
    const bool null = random_.Chance(30);
    if (attribute.type == Type::kText) {
      static constexpr const char* kWords[] = {"a", "b", "c"};
      SetField<std::string_view>(f.owner, attribute.name, *row, null, kWords[random_.Below(3)]);
    } else {
      SetField<std::int64_t>(f.owner, attribute.name, *row, null,
                             static_cast<std::int64_t>(random_.Below(6)));
    }
  }
  template <typename T>
  void SetField(Model model, const std::string& name, const Pair& row, bool null, T value) {
    const auto nullable = schema_.FieldOf<std::optional<T>>(model, name);
    if (nullable.ok()) {
      const std::optional<T> given = null ? std::nullopt : std::optional<T>(value);
      Same(plain_.Set(row.first, *nullable, given), observed_.Set(row.second, *nullable, given));
    } else {
      const Field<T> field = Must(schema_.FieldOf<T>(model, name));
      Same(plain_.Set(row.first, field, value), observed_.Set(row.second, field, value));
    }
  }

  void ChangeLink() {
    const Association association{
        static_cast<std::uint32_t>(random_.Below(schema_.associations().size()))};
    const auto source = Draw(schema_[association].source);
    // Now and then what does not fit.
    const auto target =
        Draw(random_.Chance(3) ? schema_[association].source : schema_[association].target);
    if (!source.has_value() || !target.has_value()) return;
    call_ = schema_.Describe(association) + " of " + plain_.Describe(source->first) + " and " +
            plain_.Describe(target->first);
    CheckHas(association, *source, *target);
    const bool by_key = random_.Chance(10);
    const Targets plain = by_key ? Targets(plain_.KeyOf(target->first)) : Targets(target->first);
    const Targets observed =
        by_key ? Targets(observed_.KeyOf(target->second)) : Targets(target->second);
    static constexpr Unlink kUnlinks[] = {Unlink::kClear, Unlink::kClear, Unlink::kClear,
                                          Unlink::kDelete, Unlink::kRefuse};
    const Unlink unlink = kUnlinks[random_.Below(5)];
    const std::size_t dice = random_.Below(100);
    const char* const verb = dice < 50 ? "add" : dice < 65 ? "set" : dice < 72 ? "clear" : "remove";
    call_ += std::string(": ") + verb + ", " + std::to_string(static_cast<int>(unlink));
    const auto change = [&](Store& store, Instance instance, const Targets& targets) {
      if (dice < 50) return store.Add(instance, association, targets);
      if (dice < 65) return store.Set(instance, association, targets, {}, unlink);
      if (dice < 72) return store.Clear(instance, association, unlink);
      return store.Remove(instance, association, targets, unlink);
    };
    const LinkResult result = change(plain_, source->first, plain);
    const LinkResult expected = change(observed_, source->second, observed);
    Same(result, expected);
    SameCounts(result.counts(), expected.counts());
    if (plain_.Contains(source->first) && plain_.Contains(target->first)) {
      CheckHas(association, *source, *target);
    }
  }
  void CheckHas(Association association, const Pair& source, const Pair& target) {
    const auto has = plain_.Has(source.first, association, target.first);
    EXPECT_EQ(has.ok(), target.first.of() == schema_[association].target) << call_;
    if (!has.ok()) return;
    bool linked = false;
    for (const Instance one : plain_.Linked(source.first, association)) {
      linked |= one == target.first;
    }
    EXPECT_EQ(*has, linked) << call_;
  }

  void BeginOrEnd() {
    if (open_.has_value()) return End(random_.Chance(50));
    open_.emplace(Open{plain_.Begin(), observed_.Begin(), Everything(plain_)});
    call_ = "begin";
  }
  void End(bool commit) {
    call_ = commit ? "commit" : "roll back";
    if (commit) {
      const auto plain = open_->plain.Commit();
      const auto observed = open_->observed.Commit();
      Same(plain.status(), observed.status());
      if (plain.ok() && observed.ok()) {
        EXPECT_EQ(*plain, *observed);
      }
    } else {
      EXPECT_TRUE(IsOk(open_->plain.Rollback()));
      EXPECT_TRUE(IsOk(open_->observed.Rollback()));
      EXPECT_EQ(Everything(plain_), open_->before);
    }
    open_.reset();
  }

  // Goes on with a fork; what is left behind must stay as it is.
  void Branch() {
    call_ = "fork";
    Store next = Must(plain_.Fork());
    kept_.emplace_back(std::move(plain_), Everything(next));
    plain_ = std::move(next);
  }

  Random random_;
  Schema schema_;
  Store plain_;
  Store observed_;
  Subscription watch_;
  std::optional<Open> open_;
  std::vector<std::pair<Store, std::string>> kept_;
  std::string call_;
  std::size_t done_ = 0;
  std::size_t refused_ = 0;
  std::size_t changed_ = 0;  // calls that made or undid a link
};

TEST(OneLinkTest, RandomCallsDoWhatTheyDoWhenObserved) {
  const std::uint64_t first = testing::SeedFromEnvironment(1);
  std::size_t done = 0;
  std::size_t refused = 0;
  std::size_t changed = 0;
  for (std::uint64_t seed = first; seed < first + 6; ++seed) {
    SCOPED_TRACE("RELATA_SEED=" + std::to_string(seed));
    Both both(seed);
    for (int step = 0; step < 300; ++step) {
      both.Step();
      if (HasFatalFailure() || HasNonfatalFailure()) return;
    }
    both.Finish();
    done += both.done();
    refused += both.refused();
    changed += both.changed();
  }
  EXPECT_GT(done, 600u);
  EXPECT_GT(refused, 100u);
  EXPECT_GT(changed, 200u);
}

// A child is moved, by whatever call, from each place among its siblings to each other parent, to
// none and to itself: as it stands, inside a transaction that is then rolled back, and in a fork.
class MovedChild {
 public:
  enum class Call { kField, kLiveField, kSet, kAdd, kAddToChildren, kClear, kRemove };
  static constexpr Call kCalls[] = {Call::kField, Call::kLiveField,     Call::kSet,
                                    Call::kAdd,   Call::kAddToChildren, Call::kClear,
                                    Call::kRemove};
  static constexpr std::size_t kNodes = 6;

  explicit MovedChild(bool observed) : store_(MakeSchema()) {
    parent_ = Must(store_.schema().FieldOf<std::optional<std::int64_t>>(node_, "parentId"));
    const std::optional<std::int64_t> parents[kNodes] = {std::nullopt, std::nullopt, 1, 1, 1, 2};
    for (std::size_t i = 0; i < kNodes; ++i) {
      nodes_.push_back(Must(store_.Create(node_, {{"id", static_cast<std::int64_t>(i + 1)}})));
    }
    for (std::size_t i = 0; i < kNodes; ++i) {
      EXPECT_TRUE(IsOk(store_.Set(nodes_[i], "parentId",
                                  parents[i].has_value() ? Value(*parents[i]) : Value())));
    }
    if (observed) watch_ = store_.Observe(StoreObserver{});
  }
  Store& store() { return store_; }
  Instance node(std::size_t i) const { return nodes_[i]; }
  const Field<std::optional<std::int64_t>>& parent() const { return parent_; }
  // To the node at `to`, or for kNodes to none. What it said.
  std::string Move(Store& store, Call call, std::size_t child, std::size_t to) {
    const bool none = to == kNodes;
    const auto said = [](const LinkResult& result) {
      return result.status().ToString() + " " + std::to_string(result.counts().added) + " " +
             std::to_string(result.counts().removed);
    };
    const std::optional<std::int64_t> key =
        none ? std::nullopt : std::optional(static_cast<std::int64_t>(to + 1));
    switch (call) {
      case Call::kField:
        return store.Set(nodes_[child], parent_, key).ToString();
      case Call::kLiveField:
        return store.Set(store.Live(nodes_[child]), parent_, key).ToString();
      case Call::kSet:
        return said(none ? store.Set(nodes_[child], up_, std::vector<Target>())
                         : store.Set(nodes_[child], up_, nodes_[to]));
      case Call::kAdd:
        return none ? "" : said(store.Add(nodes_[child], up_, nodes_[to]));
      case Call::kAddToChildren:
        return none ? "" : said(store.Add(nodes_[to], children_, nodes_[child]));
      case Call::kClear:
        return none ? said(store.Clear(nodes_[child], up_)) : "";
      case Call::kRemove:
        return none ? "" : said(store.Remove(nodes_[to], children_, nodes_[child]));
    }
    return "";
  }

 private:
  Schema MakeSchema() {
    SchemaBuilder builder;
    node_ = builder.Define("node", {{"id", Integer().PrimaryKey()}});
    children_ = builder.HasMany(node_, node_,
                                {.as = Alias("child", "children"), .foreign_key = "parentId"});
    up_ = builder.BelongsTo(node_, node_, {.as = "up", .foreign_key = "parentId"});
    return Must(std::move(builder).Build());
  }

  Model node_;
  Association children_, up_;
  Store store_;
  Field<std::optional<std::int64_t>> parent_;
  std::vector<Instance> nodes_;
  Subscription watch_;
};

TEST(OneLinkTest, AChildMovedToEachParentByEachCallEndsWhereTheLongWayPutsIt) {
  for (const MovedChild::Call call : MovedChild::kCalls) {
    for (std::size_t child = 0; child < MovedChild::kNodes; ++child) {
      for (std::size_t to = 0; to <= MovedChild::kNodes; ++to) {
        SCOPED_TRACE(std::to_string(static_cast<int>(call)) + ": " + std::to_string(child) +
                     " to " + std::to_string(to));
        MovedChild plain(false);
        MovedChild observed(true);
        const std::string before = Everything(plain.store());
        ASSERT_EQ(before, Everything(observed.store()));
        {
          Transaction transaction = plain.store().Begin();
          plain.Move(plain.store(), call, child, to);
          EXPECT_TRUE(IsOk(plain.store().CheckInvariants()));
          EXPECT_TRUE(IsOk(transaction.Rollback()));
        }
        EXPECT_EQ(Everything(plain.store()), before);
        const std::string said = observed.Move(observed.store(), call, child, to);
        const std::string after = Everything(observed.store());
        Store fork = Must(plain.store().Fork());
        EXPECT_EQ(plain.Move(fork, call, child, to), said);
        EXPECT_EQ(Everything(fork), after);
        EXPECT_TRUE(IsOk(fork.CheckInvariants()));
        EXPECT_EQ(Everything(plain.store()), before);
        MovedChild alone(false);
        EXPECT_EQ(alone.Move(alone.store(), call, child, to), said);
        EXPECT_EQ(Everything(alone.store()), after);
        EXPECT_TRUE(IsOk(alone.store().CheckInvariants()));
      }
    }
  }
}

// What an instance with its row at hand remembers is not trusted once the row lies elsewhere.
TEST(OneLinkTest, AChildWithItsRowAtHandIsUnlinkedWhereItsRowIsNow) {
  MovedChild world(false);
  const LiveInstance child = world.store().Live(world.node(3));
  Store fork = Must(world.store().Fork());
  const std::string before = Everything(fork);
  // Its page is copied between the first call, for a sibling, and the second.
  EXPECT_TRUE(IsOk(world.store().Set(world.node(2), world.parent(), std::nullopt)));
  EXPECT_TRUE(IsOk(world.store().Set(child, world.parent(), std::nullopt)));
  EXPECT_EQ(world.store().Get(child, world.parent()), std::nullopt);
  EXPECT_TRUE(IsOk(world.store().CheckInvariants()));
  EXPECT_EQ(Everything(fork), before);

  ASSERT_TRUE(IsOk(world.store().Delete(world.node(3))));
  EXPECT_TRUE(FailsWith(world.store().Set(child, world.parent(), std::nullopt),
                        absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace relata
