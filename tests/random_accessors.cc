#include "tests/random_accessors.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "relata/relata.h"
#include "tests/model_accessors.h"
#include "tests/model_store.h"
#include "tests/model_store_compare.h"
#include "tests/random_drafts.h"
#include "tests/random_schema.h"

namespace relata::testing {
namespace {

// Every kind, with nullable and NOT NULL keys, scopes on targets and on join rows, a key other than
// the primary one, and join rows that are unique for a pair, by their primary key or another one,
// and others that are not.
Schema ClubSchema() {
  SchemaBuilder builder;
  const Model team = builder.Define("team", {{"name", Text()}});
  const Model player =
      builder.Define("player", {{"name", Text()}, {"position", Text().Default("back")}});
  const Model ground = builder.Define("ground", {{"name", Text()}});
  const Model badge = builder.Define("badge", {{"name", Text()}});
  const Model coach = builder.Define("coach", {{"code", Text().Unique()}});
  const Model note = builder.Define("note", {{"text", Text()}});
  builder.Define("contract", {{"since", Integer()}});
  builder.Define("deal", {{"id", Integer().PrimaryKey().AutoIncrement()},
                          {"rank", Text().Default("minor")},
                          {"since", Integer()}});
  builder.Define("lesson",
                 {{"id", Integer().PrimaryKey().AutoIncrement()}, {"topic", Text().Default("x")}});
  builder.HasMany(team, player);
  builder.BelongsTo(player, team);
  builder.HasMany(team, player,
                  {.as = Alias("keeper", "keepers"), .scope = {{"position", "keeper"}}});
  builder.BelongsTo(ground, team, {.foreign_key = "teamId", .scope = {{"name", "a"}}});
  builder.HasOne(team, ground, {.foreign_key = "teamId"});
  builder.HasMany(team, badge, {.foreign_key = KeyColumns("teamId").NotNull()});
  builder.BelongsTo(badge, team, {.foreign_key = KeyColumns("teamId").NotNull()});
  builder.HasMany(coach, note, {.foreign_key = "coachCode", .source_key = "code"});
  builder.BelongsTo(note, coach, {.foreign_key = "coachCode", .target_key = "code"});
  builder.BelongsToMany(team, coach, {.through = "contract"});
  builder.BelongsToMany(coach, team, {.through = "contract"});
  builder.BelongsToMany(
      team, player,
      {.as = Alias("star", "stars"), .through = Through("deal", false, {{"rank", "star"}})});
  builder.BelongsToMany(team, player,
                        {.as = Alias("loan", "loans"),
                         .through = Through("deal", false, {{"rank", "loan"}}),
                         .scope = {{"position", "loaned"}}});
  builder.BelongsToMany(coach, player, {.through = Through("lesson", true)});
  builder.BelongsToMany(player, player,
                        {.as = Alias("friend", "friends"), .through = "friendship"});
  return std::move(builder).Build().value();
}

class Run {
 public:
  Run(const Schema& schema, std::uint64_t seed, AccessorReport& report)
      : schema_(schema), random_(seed), report_(report), store_(schema), twin_(schema) {
    for (std::uint32_t m = 0; m < schema_.models().size(); ++m) {
      for (int i = 0; i < 4 && first_.empty(); ++i) first_ = CreateRow(Model{m});
    }
  }

  // What differs after one more call, and the call; empty when nothing does.
  std::string Step() {
    if (!first_.empty()) return call_ + "\n" + first_;
    Store before = store_.Fork().value();
    call_.clear();
    const std::string difference = Call();
    if (!difference.empty()) return call_ + "\n" + difference;
    if (!last_ok_ && !Store::Diff(before, store_)->empty()) {
      return call_ + "\na refused call has changed something";
    }
    return "";
  }

 private:
  using RowId = ModelStore::RowId;
  using Assigns = ModelAccessors::Assigns;

  std::string Judge(const absl::Status& status, const ModelStore::Outcome& outcome) {
    last_ok_ = status.ok();
    ++(last_ok_ ? report_.done : report_.refused);
    std::string difference = VerdictDifference(status, outcome);
    if (difference.empty()) difference = Difference(store_, twin_);
    if (difference.empty()) difference = LinkDifference(store_, twin_);
    if (difference.empty()) difference = OrderDifference();
    return difference;
  }

  // What is linked is visited in the order of linking, and of several rows of a hasOne the first is
  // shown. A row joins the end when its parent changes; of rows that do so in one call either may
  // be first.
  std::string OrderDifference() {
    ++calls_;
    for (std::uint32_t i = 0; i < schema_.foreign_keys().size(); ++i) {
      const ForeignKeyInfo& f = schema_.foreign_keys()[i];
      for (const ModelStore::Row& row : twin_.rows(f.owner)) {
        LinkedSince& linked = linked_[{i, row.id}];
        const Value& reference = row.values[f.attributes[0]];
        if (linked.reference == reference) continue;
        linked = {reference, calls_};
      }
    }
    for (std::uint32_t i = 0; i < schema_.associations().size(); ++i) {
      const AssociationInfo& info = schema_.associations()[i];
      if (info.kind == AssociationKind::kBelongsTo) continue;
      const bool joins = info.kind == AssociationKind::kBelongsToMany;
      const Model walked = joins ? info.through : info.target;
      for (const ModelStore::Row& source : twin_.rows(info.source)) {
        const LinkedRange range =
            store_.Linked(InstanceOf(store_, twin_, info.source, source), Association{i});
        std::size_t latest = 0;
        for (auto it = range.begin(); it != range.end(); ++it) {
          const Instance link = joins ? it.join() : *it;
          const RowId row = twin_.Find(walked, store_.KeyOf(link))->id;
          const std::size_t since = linked_.at({info.foreign_key.index, row}).call;
          if (since < latest) {
            return schema_.Describe(Association{i}) + ": " + store_.Describe(link) +
                   " comes after what was linked later";
          }
          latest = since;
        }
        for (const ModelStore::Link& link : twin_.Links(Association{i}, source.id)) {
          if (info.to_one() && linked_.at({info.foreign_key.index, link.target}).call < latest) {
            return schema_.Describe(Association{i}) + ": the one that is shown is not the first";
          }
        }
      }
    }
    return "";
  }

  Assigns DrawValues(Model model) {
    Assigns values;
    const ModelInfo& info = schema_[model];
    for (std::uint32_t a = 0; a < info.attributes.size(); ++a) {
      if (info.attributes[a].generated || info.attributes[a].auto_increment) continue;
      if (random_.Chance(30)) continue;
      Value value = RandomValue(random_, info.attributes[a].type);
      if (info.attributes[a].name == "position" && random_.Chance(50)) value = "keeper";
      if (info.attributes[a].name == "rank" && random_.Chance(70)) value = "star";
      values.push_back({a, std::move(value)});
      call_ += " " + info.attributes[a].name + "=" + values.back().value.ToString();
    }
    return values;
  }

  Values Named(Model model, const Assigns& assigns) const {
    Values values;
    for (const ModelStore::Assign& assign : assigns) {
      values.push_back({schema_[model].attributes[assign.attribute].name, assign.value});
    }
    return values;
  }

  std::string CreateRow(Model model) {
    call_ = "create " + schema_[model].name;
    Assigns values = DrawValues(model);
    for (const ForeignKey f : schema_[model].foreign_keys) {
      if (schema_[model].attributes[schema_[f].attributes[0]].nullable) continue;
      const std::vector<ModelStore::Row>& parents = twin_.rows(schema_[f].target);
      if (parents.empty()) continue;
      values.push_back({schema_[f].attributes[0],
                        parents[random_.Below(parents.size())]
                            .values[schema_[schema_[f].target].primary_key().attributes[0]]});
    }
    const ModelStore::Outcome outcome = twin_.Create(model, values);
    return Judge(store_.Create(model, Named(model, values)).status(), outcome);
  }

  // A draft adds about as many rows as this leaves room for.
  bool HasRoom() const {
    std::size_t rows = 0;
    for (std::uint32_t m = 0; m < schema_.models().size(); ++m) rows += twin_.rows(Model{m}).size();
    return rows < 60;
  }

  std::string CreateNested(Model model) {
    const RandomRow row = DrawRow(random_, twin_, model, 3);
    call_ = "create nested: " + ToString(schema_, row);
    const Draft draft = ToDraft(store_, twin_, row);
    const ModelStore::Outcome outcome = CreateInTwin(twin_, row);
    const absl::Status status = store_.Create(model, draft).status();
    if (status.ok() && draft.size() > 1) ++report_.nested;
    return Judge(status, outcome);
  }

  std::string DeleteRow(Model model) {
    const std::vector<ModelStore::Row>& rows = twin_.rows(model);
    if (rows.empty()) return "";
    const ModelStore::Row row = rows[random_.Below(rows.size())];
    const Instance instance = InstanceOf(store_, twin_, model, row);
    call_ = "delete " + store_.Describe(instance);
    const ModelStore::Outcome outcome = twin_.Delete(model, {row.id});
    return Judge(store_.Delete(instance), outcome);
  }

  std::string Call() {
    const std::size_t dice = random_.Below(100);
    const Model any{static_cast<std::uint32_t>(random_.Below(schema_.models().size()))};
    if (dice < 10 && twin_.rows(any).size() < 8) return CreateRow(any);
    if (dice < 16) return DeleteRow(any);
    if (dice < 24 && HasRoom()) return CreateNested(any);
    const Association association{
        static_cast<std::uint32_t>(random_.Below(schema_.associations().size()))};
    const AssociationInfo& info = schema_[association];
    if (twin_.rows(info.source).empty()) return CreateRow(info.source);
    const std::vector<ModelStore::Row>& sources = twin_.rows(info.source);
    const ModelStore::Row source = sources[random_.Below(sources.size())];
    const Instance instance = InstanceOf(store_, twin_, info.source, source);
    const std::optional<Instance> one = store_.One(instance, association);
    ModelAccessors accessors(twin_, association, source.id,
                             one ? twin_.Find(info.target, store_.KeyOf(*one))->id : 0);
    call_ = schema_.Describe(association) + " of " + store_.Describe(instance) + ":";

    Assigns through;
    if (info.kind == AssociationKind::kBelongsToMany && random_.Chance(30)) {
      through = DrawValues(info.through);
    }
    const Values named_through =
        info.kind == AssociationKind::kBelongsToMany ? Named(info.through, through) : Values();
    if (dice < 30 && twin_.rows(info.target).size() < 8) {
      call_ += " create";
      Assigns values = DrawValues(info.target);
      const ModelStore::Outcome outcome = accessors.Create(values, through);
      return Judge(
          store_.Create(instance, association, Named(info.target, values), named_through).status(),
          outcome);
    }
    std::vector<RowId> rows;
    std::vector<Target> targets;
    bool unknown = false;
    DrawTargets(info, dice >= 55 ? 1 : 0, rows, targets, unknown);
    const std::string answer = HasDifference(instance, association, source.id, rows, targets);
    if (!answer.empty()) return answer;
    const Unlink unlink = DrawUnlink();
    if (dice < 55) {
      call_ += " set";
      if (targets.empty() && random_.Chance(50)) {
        return Judge(store_.Clear(instance, association, unlink), accessors.Set(rows, {}, unlink));
      }
      const ModelStore::Outcome outcome = unknown ? ModelStore::Outcome{{ErrorKind::kForeignKey}}
                                                  : accessors.Set(rows, through, unlink);
      return Judge(store_.Set(instance, association, targets, named_through, unlink), outcome);
    }
    if (dice < 60) {
      call_ += " append";
      const ModelStore::Outcome outcome =
          unknown ? ModelStore::Outcome{{ErrorKind::kForeignKey}} : accessors.Append(rows, through);
      return Judge(store_.Append(instance, association, targets, named_through), outcome);
    }
    if (dice < 80) {
      call_ += " add";
      const ModelStore::Outcome outcome =
          unknown ? ModelStore::Outcome{{ErrorKind::kForeignKey}} : accessors.Add(rows, through);
      return Judge(store_.Add(instance, association, targets, named_through), outcome);
    }
    call_ += " remove";
    const ModelStore::Outcome outcome =
        unknown ? ModelStore::Outcome{{ErrorKind::kForeignKey}} : accessors.Remove(rows, unlink);
    return Judge(store_.Remove(instance, association, targets, unlink), outcome);
  }

  // `targets` are `rows`, and perhaps a key that no row has, which nothing is linked to.
  std::string HasDifference(Instance instance, Association association, RowId source,
                            const std::vector<RowId>& rows, const std::vector<Target>& targets) {
    bool expected = rows.size() == targets.size();
    const std::vector<ModelStore::Link> links = twin_.Links(association, source);
    // Of several that qualify for a hasOne one is linked; which, the comparison of stores judges.
    if (schema_[association].to_one() && links.size() > 1) return "";
    for (const RowId row : rows) {
      expected = expected && std::any_of(links.begin(), links.end(),
                                         [row](const auto& link) { return link.target == row; });
    }
    const auto has = store_.Has(instance, association, targets);
    if (has.ok() && *has == expected) return "";
    return "Has should be " + std::string(expected ? "true" : "false") + " and is " +
           (has.ok() ? "the opposite" : has.status().ToString());
  }

  Unlink DrawUnlink() {
    if (random_.Chance(70)) return Unlink::kClear;
    const bool deletes = random_.Chance(60);
    call_ += deletes ? " (unlinked is deleted)" : " (unlinking is refused)";
    return deletes ? Unlink::kDelete : Unlink::kRefuse;
  }

  // At least `least` targets when there are any, as instances or keys, sometimes one twice, and
  // sometimes a key that no row has.
  void DrawTargets(const AssociationInfo& info, std::size_t least, std::vector<RowId>& rows,
                   std::vector<Target>& targets, bool& unknown) {
    const std::vector<ModelStore::Row>& all = twin_.rows(info.target);
    if (all.empty()) return;
    const std::size_t most = info.to_one() && random_.Chance(85) ? 1 : 3;
    for (std::size_t i = least + random_.Below(most + 1 - least); i > 0; --i) {
      const ModelStore::Row& row = all[random_.Below(all.size())];
      const Instance target = InstanceOf(store_, twin_, info.target, row);
      rows.push_back(row.id);
      if (random_.Chance(50)) {
        targets.emplace_back(target);
      } else {
        targets.emplace_back(store_.KeyOf(target));
      }
      call_ += " " + store_.Describe(target);
    }
    if (random_.Chance(4) && schema_[info.target].primary_key().attributes.size() == 1) {
      unknown = true;
      targets.emplace_back(std::int64_t{1000000});
      call_ += " an unknown key";
    }
  }

  // What a foreign key of a row holds, and since which call.
  struct LinkedSince {
    Value reference;
    std::size_t call = 0;
  };

  const Schema& schema_;
  Random random_;
  AccessorReport& report_;
  Store store_;
  ModelStore twin_;
  std::map<std::pair<std::uint32_t, RowId>, LinkedSince> linked_;  // by (foreign key, row)
  std::size_t calls_ = 0;
  std::string first_;  // what differed before the first step
  std::string call_;
  bool last_ok_ = true;
};

}  // namespace

AccessorReport RunAccessorsAtRandom(std::uint64_t seed, std::size_t steps) {
  constexpr std::size_t kStepsOfARun = 200;
  const Schema schema = ClubSchema();
  AccessorReport report;
  for (; report.steps < steps; ++seed) {
    Run run(schema, seed, report);
    for (std::size_t step = 1; step <= kStepsOfARun; ++step) {
      ++report.steps;
      const std::string difference = run.Step();
      if (difference.empty()) continue;
      report.failure = "RELATA_SEED=" + std::to_string(seed) + ", step " + std::to_string(step) +
                       ": " + difference;
      return report;
    }
  }
  return report;
}

}  // namespace relata::testing
