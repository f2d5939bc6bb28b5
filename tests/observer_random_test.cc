// What observers are told on random runs, held against what can be told from the store before and
// after: by values alone, with no word of links, plans or undo logs.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "relata/relata.h"
#include "tests/random_run.h"
#include "tests/random_schema.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::IsOk;
using ::relata::testing::Must;
using ::relata::testing::Random;
using ::relata::testing::RandomSchema;
using ::relata::testing::RandomValue;

// What was told of before a change: a row, or a link.
struct Event {
  enum class Kind { kUnlink, kDelete, kUpdate, kCreate, kLink };
  Kind kind = Kind::kCreate;
  std::uint32_t of = 0;  // the model or association
  Key key;               // of the row or the source
  Key target;
  friend bool operator==(const Event&, const Event&) = default;
  friend bool operator<(const Event& a, const Event& b) {
    return std::tie(a.kind, a.of, a.key, a.target) < std::tie(b.kind, b.of, b.key, b.target);
  }
};

std::ostream& operator<<(std::ostream& out, const Event& event) {
  static constexpr const char* kVerbs[] = {"unlink", "delete", "update", "create", "link"};
  return out << kVerbs[static_cast<int>(event.kind)] << " " << event.of << " "
             << event.key.ToString() << " " << event.target.ToString();
}

std::vector<Event> Sorted(std::vector<Event> events) {
  std::sort(events.begin(), events.end());
  return events;
}

// ----- the naive twin

// A store's rows, copied out one by one.
class Snapshot {
 public:
  explicit Snapshot(const Store& store) : schema_(store.schema()) {
    for (std::uint32_t m = 0; m < schema_.models().size(); ++m) {
      auto& rows = rows_.emplace_back();
      const auto attributes = static_cast<std::uint32_t>(schema_.models()[m].attributes.size());
      for (const Instance row : store.All(Model{m})) {
        for (std::uint32_t a = 0; a < attributes; ++a) {
          rows[row].push_back(Value::From(store.View(row, a)));
        }
      }
    }
  }

  const Schema& schema() const { return schema_; }
  using Rows = std::map<Instance, std::vector<Value>>;
  const Rows& rows(Model model) const { return rows_[model.index]; }
  bool Contains(Instance row) const { return rows(row.of()).count(row) > 0; }
  std::vector<Value> Values(Instance row, const std::vector<std::uint32_t>& attributes) const {
    std::vector<Value> values;
    for (const std::uint32_t a : attributes) values.push_back(rows(row.of()).at(row)[a]);
    return values;
  }
  Key KeyOf(Instance row) const {
    return Key(Values(row, schema_[row.of()].primary_key().attributes));
  }
  // The row with these values, by looking at all of them.
  std::optional<Instance> Find(Model model, const std::vector<std::uint32_t>& attributes,
                               const std::vector<Value>& values) const {
    for (const Value& value : values) {
      if (value.is_null()) return std::nullopt;
    }
    for (const auto& [row, all] : rows(model)) {
      if (Values(row, attributes) == values) return row;
    }
    return std::nullopt;
  }
  std::optional<Instance> ParentOf(Instance row, ForeignKey f) const {
    const ForeignKeyInfo& info = schema_[f];
    return Find(info.target, schema_[info.target].keys[info.target_key].attributes,
                Values(row, info.attributes));
  }
  bool InScope(Instance row, const std::vector<ScopeEntry>& scope) const {
    return std::all_of(scope.begin(), scope.end(), [&](const ScopeEntry& entry) {
      const Value& value = rows(row.of()).at(row)[entry.attribute];
      return std::find(entry.values.begin(), entry.values.end(), value) != entry.values.end();
    });
  }

 private:
  Schema schema_;
  std::vector<Rows> rows_;
};

using Ends = std::pair<Instance, Instance>;

// Every link that an association shows, once for each time.
std::vector<Ends> LinksOf(const Snapshot& state, Association association) {
  const AssociationInfo& info = state.schema()[association];
  const bool through = info.kind == AssociationKind::kBelongsToMany;
  Model linking = info.target;
  if (info.kind == AssociationKind::kBelongsTo) linking = info.source;
  if (through) linking = info.through;
  std::vector<Ends> links;
  for (const auto& [row, values] : state.rows(linking)) {
    const auto parent = state.ParentOf(row, info.foreign_key);
    if (!parent.has_value()) continue;
    Ends ends{*parent, row};
    if (info.kind == AssociationKind::kBelongsTo) ends = {row, *parent};
    if (through) {
      const auto target = state.ParentOf(row, info.other_key);
      if (!target.has_value() || !state.InScope(row, info.through_scope)) continue;
      ends.second = *target;
    }
    if (!state.InScope(ends.first, info.source_scope)) continue;
    if (state.InScope(ends.second, info.scope)) links.push_back(ends);
  }
  return links;
}

// What a row of `before` is in `after`: itself, or one that was created again under its key.
Instance Later(const Snapshot& before, const Snapshot& after, Instance row) {
  if (after.Contains(row)) return row;
  const auto again = after.Find(row.of(), after.schema()[row.of()].primary_key().attributes,
                                before.KeyOf(row).parts());
  return again.has_value() && !before.Contains(*again) ? *again : row;
}

std::vector<Event> LinkEvents(const Snapshot& before, const Snapshot& after) {
  std::vector<Event> events;
  for (std::uint32_t a = 0; a < before.schema().associations().size(); ++a) {
    std::map<Ends, int> balance;
    std::map<Ends, Ends> earlier;
    for (const Ends& ends : LinksOf(before, Association{a})) {
      const Ends now{Later(before, after, ends.first), Later(before, after, ends.second)};
      --balance[now];
      earlier[now] = ends;
    }
    for (const Ends& ends : LinksOf(after, Association{a})) ++balance[ends];
    for (const auto& [ends, count] : balance) {
      for (int i = count; i < 0; ++i) {
        const Ends& was = earlier.at(ends);
        events.push_back(
            {Event::Kind::kUnlink, a, before.KeyOf(was.first), before.KeyOf(was.second)});
      }
      for (int i = 0; i < count; ++i) {
        events.push_back(
            {Event::Kind::kLink, a, after.KeyOf(ends.first), after.KeyOf(ends.second)});
      }
    }
  }
  return events;
}

std::vector<Event> RowEvents(const Snapshot& before, const Snapshot& after) {
  std::vector<Event> events;
  for (std::uint32_t m = 0; m < before.schema().models().size(); ++m) {
    for (const auto& [row, values] : before.rows(Model{m})) {
      if (!after.Contains(row)) {
        events.push_back({Event::Kind::kDelete, m, before.KeyOf(row), {}});
      } else if (after.rows(Model{m}).at(row) != values) {
        events.push_back({Event::Kind::kUpdate, m, before.KeyOf(row), {}});
      }
    }
    for (const auto& [row, values] : after.rows(Model{m})) {
      if (!before.Contains(row)) {
        events.push_back({Event::Kind::kCreate, m, after.KeyOf(row), {}});
      }
    }
  }
  return events;
}

// Whether rows that go are told of children first: one that refers to another comes before it, but
// in a circle. Says what is not.
std::string DisorderOf(const Snapshot& before, const std::vector<Event>& events) {
  std::map<Instance, std::size_t> places;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (i > 0 && events[i].kind < events[i - 1].kind) return "kinds are mixed up";
    if (events[i].kind != Event::Kind::kDelete) continue;
    const Model model{events[i].of};
    places[*before.Find(model, before.schema()[model].primary_key().attributes,
                        events[i].key.parts())] = i;
  }
  std::map<Instance, std::set<Instance>> parents;
  for (const auto& [row, place] : places) {
    for (const ForeignKey f : before.schema()[row.of()].foreign_keys) {
      const auto parent = before.ParentOf(row, f);
      if (parent.has_value() && places.count(*parent) > 0) parents[row].insert(*parent);
    }
  }
  const auto reaches = [&](Instance from, Instance to) {
    std::set<Instance> seen{from};
    std::vector<Instance> todo{from};
    while (!todo.empty()) {
      const Instance row = todo.back();
      todo.pop_back();
      if (row == to) return true;
      for (const Instance parent : parents[row]) {
        if (seen.insert(parent).second) todo.push_back(parent);
      }
    }
    return false;
  };
  for (const auto& [row, place] : places) {
    for (const Instance parent : parents[row]) {
      if (places[parent] < place && !reaches(parent, row)) {
        return before.KeyOf(parent).ToString() + " was told of before " +
               before.KeyOf(row).ToString() + ", which refers to it";
      }
    }
  }
  return "";
}

// ----- random runs

// Associations of every kind, with scopes on targets and join rows.
Schema ScopedSchema() {
  SchemaBuilder builder;
  const Model team = builder.Define("team", {{"name", Text().Unique()}, {"level", Integer()}});
  const Model player = builder.Define("player", {{"level", Integer()}});
  builder.Define("deal", {{"id", Integer().PrimaryKey().AutoIncrement()}, {"level", Integer()}});
  builder.HasMany(team, player, {.on_delete = Action::kCascade});
  builder.BelongsTo(player, team, {.as = "top", .foreign_key = "teamId", .scope = {{"level", 1}}});
  builder.HasMany(team, player,
                  {.as = "youth", .foreign_key = "teamId", .scope = {{"level", 2}, {"level", 3}}});
  builder.BelongsTo(
      player, team,
      {.as = "named", .foreign_key = "teamName", .target_key = "name", .constraints = false});
  builder.HasOne(player, player, {.as = "heir", .foreign_key = "heirOf"});
  builder.BelongsToMany(
      team, player,
      {.as = "loans", .through = Through("deal", false, {{"level", 1}}), .scope = {{"level", 1}}});
  builder.BelongsToMany(team, player, {.as = "deals", .through = Through("deal", false)});
  // One key for two models, and an attribute that says which.
  const Model note = builder.Define("note", {{"item", Integer()}});
  for (const auto& [model, item] : {std::pair(team, 1), std::pair(player, 2)}) {
    builder.HasMany(
        model, note,
        {.as = "notes", .foreign_key = "itemId", .scope = {{"item", item}}, .constraints = false});
    builder.BelongsTo(
        note, model,
        {.as = "item" + std::to_string(item), .foreign_key = "itemId", .constraints = false});
  }
  return Must(std::move(builder).Build());
}

class Run {
 public:
  Run(Schema schema, std::uint64_t seed)
      : schema_(std::move(schema)), random_(seed), store_(schema_) {
    for (std::uint32_t m = 0; m < schema_.models().size(); ++m) {
      watching_.push_back(
          store_.Observe(Model{m}, {.before_create = ForRows(Event::Kind::kCreate),
                                    .before_update = ForRows(Event::Kind::kUpdate),
                                    .before_delete = ForRows(Event::Kind::kDelete)}));
    }
    for (std::uint32_t a = 0; a < schema_.associations().size(); ++a) {
      watching_.push_back(store_.Observe(
          Association{a}, {.before_link = ForLinks(),
                           .before_unlink = ForLinks(),
                           .after_commit = [this](Store&, const std::vector<LinkChange>& links) {
                             for (const LinkChange& link : links) links_.push_back(Of(link));
                             return absl::OkStatus();
                           }}));
    }
    watching_.push_back(store_.Observe({.after_commit = [this](Store&, const ChangeSet& changes) {
      commits_.push_back(changes);
      return absl::OkStatus();
    }}));
  }

  // What is wrong after one more operation; empty when nothing is.
  std::string Step() {
    if (transactions_.empty()) {
      at_begin_ = Must(store_.Fork());
      if (random_.Chance(15)) transactions_.push_back(store_.Begin());
    } else if (random_.Chance(15)) {
      return End();
    } else if (random_.Chance(10)) {
      transactions_.push_back(store_.Begin());
    }
    if (random_.Chance(20)) return Links();
    const std::string wrong = Change();
    return wrong.empty() && transactions_.empty() ? Committed() : wrong;
  }

  std::size_t told() const { return told_; }
  std::size_t refused() const { return refused_; }

 private:
  static Event Of(const LinkChange& link) {
    return {link.kind == LinkChange::Kind::kLink ? Event::Kind::kLink : Event::Kind::kUnlink,
            link.association.index, link.source, link.target};
  }
  absl::Status Tell(Event event) {
    events_.push_back(std::move(event));
    return events_.size() == refuse_at_ ? absl::InternalError("no") : absl::OkStatus();
  }
  std::function<absl::Status(const RowView&)> ForRows(Event::Kind kind) {
    return [this, kind](const RowView& row) {
      const Key key = row.is_new() ? row.key() : store_.KeyOf(row.instance());
      return Tell({kind, row.model().index, key, {}});
    };
  }
  std::function<absl::Status(const Store&, const LinkChange&)> ForLinks() {
    return [this](const Store&, const LinkChange& link) { return Tell(Of(link)); };
  }

  std::optional<Instance> Draw(Model model) {
    if (store_.Count(model) == 0) return std::nullopt;
    std::size_t skip = random_.Below(store_.Count(model));
    for (const Instance row : store_.All(model)) {
      if (skip-- == 0) return row;
    }
    return std::nullopt;
  }
  Values DrawValues(Model model, std::size_t percent) {
    Values values;
    for (const AttributeInfo& attribute : schema_[model].attributes) {
      if (!random_.Chance(percent)) continue;
      values.push_back({attribute.name, attribute.nullable && random_.Chance(20)
                                            ? Value()
                                            : RandomValue(random_, attribute.type, 5)});
    }
    return values;
  }

  absl::Status Do() {
    const Model model{static_cast<std::uint32_t>(random_.Below(schema_.models().size()))};
    const auto row = Draw(model);
    switch (row.has_value() ? random_.Below(4) : 0) {
      case 0:
        return store_.Create(model, DrawValues(model, 70)).status();
      case 1:
        return store_.Delete(*row);
      default:
        return store_.Set(*row, DrawValues(model, 40));
    }
  }

  // An operation of one step: what is told before it is all that it does, in order.
  std::string Change() {
    const Snapshot before(store_);
    events_.clear();
    refuse_at_ = random_.Chance(30) ? 1 + random_.Below(6) : 0;
    const absl::Status status = Do();
    const Snapshot after(store_);
    told_ += events_.size();
    std::vector<Event> expected = RowEvents(before, after);
    if (!status.ok()) {
      const bool refused = KindOf(status) == ErrorKind::kRefused;
      refused_ += refused;
      if (!expected.empty()) return "what was refused has changed something";
      if (refused != (events_.size() == refuse_at_ && refuse_at_ > 0)) {
        return "told of what fails anyway: " + std::string(status.message());
      }
      return "";
    }
    for (const Event& event : LinkEvents(before, after)) expected.push_back(event);
    if (Sorted(events_) != Sorted(expected)) {
      return "told " + ::testing::PrintToString(Sorted(events_)) + "\nexpected " +
             ::testing::PrintToString(Sorted(expected));
    }
    return DisorderOf(before, events_);
  }

  // A call of an accessor: it may take several steps.
  std::string Links() {
    const auto& all = schema_.associations();
    if (all.empty()) return "";
    const Association association{static_cast<std::uint32_t>(random_.Below(all.size()))};
    const auto source = Draw(schema_[association].source);
    if (!source.has_value()) return "";
    std::vector<Target> targets;
    for (std::size_t n = random_.Below(3); n > 0; --n) {
      if (const auto target = Draw(schema_[association].target)) targets.emplace_back(*target);
    }
    refuse_at_ = 0;
    events_.clear();
    absl::Status status;
    switch (random_.Below(3)) {
      case 0:
        status = store_.Set(*source, association, targets);
        break;
      case 1:
        status = store_.Add(*source, association, targets);
        break;
      default:
        status = store_.Remove(*source, association, targets);
    }
    return transactions_.empty() ? Committed() : "";
  }

  std::string End() {
    const bool outermost = transactions_.size() == 1;
    const bool commit = random_.Chance(70);
    const absl::Status status =
        commit ? transactions_.back().CommitQuietly() : transactions_.back().Rollback();
    if (!status.ok()) {  // deferred references dangle
      if (!transactions_.back().Rollback().ok()) return "cannot be rolled back";
    }
    transactions_.pop_back();
    return outermost ? Committed() : "";
  }

  // What was told after the last commit is what differs.
  std::string Committed() {
    const Store& before = *at_begin_;
    const ChangeSet changes = Must(Store::Diff(before, store_));
    if (changes.empty() ? !commits_.empty() : commits_.size() != 1 || !(commits_[0] == changes)) {
      return "told " + std::to_string(commits_.size()) + " commits, expected\n" +
             changes.Summary(schema_);
    }
    const std::vector<Event> expected = LinkEvents(Snapshot(before), Snapshot(store_));
    if (Sorted(links_) != Sorted(expected)) {
      return "after the commit, told " + ::testing::PrintToString(Sorted(links_)) + "\nexpected " +
             ::testing::PrintToString(Sorted(expected));
    }
    told_ += links_.size();
    commits_.clear();
    links_.clear();
    at_begin_.reset();
    const absl::Status sound = store_.CheckInvariants();
    return sound.ok() ? "" : std::string(sound.message());
  }

  Schema schema_;
  Random random_;
  Store store_;
  std::vector<Subscription> watching_;
  std::vector<Transaction> transactions_;
  std::optional<Store> at_begin_;
  std::vector<Event> events_;
  std::size_t refuse_at_ = 0;  // counted from 1
  std::vector<ChangeSet> commits_;
  std::vector<Event> links_;
  std::size_t told_ = 0;
  std::size_t refused_ = 0;
};

struct Tally {
  std::size_t told = 0;
  std::size_t refused = 0;
};

Tally RunAll(std::uint64_t seed, std::size_t steps, const Schema& schema) {
  Run run(schema, seed);
  for (std::size_t step = 0; step < steps; ++step) {
    const std::string wrong = run.Step();
    if (!wrong.empty()) {
      ADD_FAILURE() << "RELATA_SEED=" << seed << ", step " << step << ": " << wrong << "\n"
                    << relata::testing::Describe(schema);
      break;
    }
  }
  return {run.told(), run.refused()};
}

void RunSeeds(std::size_t seeds, std::size_t steps, const auto& schema_of) {
  const std::uint64_t first = relata::testing::SeedFromEnvironment(1);
  Tally tally;
  for (std::uint64_t seed = first; seed < first + seeds && !::testing::Test::HasFailure(); ++seed) {
    const Tally one = RunAll(seed, relata::testing::StepsFromEnvironment(steps), schema_of(seed));
    tally.told += one.told;
    tally.refused += one.refused;
  }
  ::testing::Test::RecordProperty("told", static_cast<int>(tally.told));
  EXPECT_GT(tally.told, seeds * steps / 4) << "the runs show something";
  EXPECT_GT(tally.refused, seeds / 4);
}

TEST(ObserverRandomTest, RandomSchemasTellWhatTheStoreBeforeAndAfterShows) {
  RunSeeds(80, 60, [](std::uint64_t seed) { return Must(RandomSchema(seed, false)); });
}

TEST(ObserverRandomTest, ScopedAssociationsTellWhatTheStoreBeforeAndAfterShows) {
  RunSeeds(20, 80, [](std::uint64_t) { return ScopedSchema(); });
}

}  // namespace
}  // namespace relata
