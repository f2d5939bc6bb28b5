#include "tests/exhaustive_worlds.h"

#include <array>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "relata/relata.h"
#include "tests/model_store.h"
#include "tests/model_store_compare.h"

namespace relata::testing {
namespace {

using RowId = ModelStore::RowId;

constexpr std::array<Action, 5> kActions = {Action::kNoAction, Action::kRestrict, Action::kSetNull,
                                            Action::kSetDefault, Action::kCascade};
constexpr Model kNode{0};
constexpr std::uint32_t kId = 0;

// A world in both stores, before the operation.
struct World {
  Store store;
  ModelStore twin;
};

// One operation, to be carried out on both.
struct Operation {
  bool remove = false;
  std::vector<RowId> rows;
  std::vector<ModelStore::Assign> values;
};

std::string Show(const World& world, const Operation& operation) {
  const ModelInfo& info = world.twin.schema()[kNode];
  std::string text = world.twin.ToString();
  for (const ForeignKeyInfo& f : world.twin.schema().foreign_keys()) {
    text += info.attributes[f.attributes[0]].name + ": ON DELETE " +
            std::string(ActionName(f.on_delete)) + ", ON UPDATE " +
            std::string(ActionName(f.on_update)) + "\n";
  }
  text += operation.remove ? "delete" : "update";
  for (const RowId row : operation.rows) {
    text += " " + world.twin.KeyOf(kNode, *world.twin.Find(kNode, row)).ToString();
  }
  for (const ModelStore::Assign& assign : operation.values) {
    text += " " + info.attributes[assign.attribute].name + "=" + assign.value.ToString();
  }
  return text + "\n";
}

// What the plan says must be what the twin ends up with.
std::string PlanDifference(const Plan& plan, const ModelStore& before, const ModelStore& after) {
  if (plan.blocked()) return "";
  if (plan.deletions().size() != before.rows(kNode).size() - after.rows(kNode).size()) {
    return "the plan deletes " + std::to_string(plan.deletions().size()) + " rows";
  }
  std::set<std::pair<Instance, std::uint32_t>> assigned;
  for (const Plan::Assignment& a : plan.assignments()) {
    if (!assigned.emplace(a.instance, a.attribute).second) return "the plan assigns twice";
  }
  for (const Plan::Deletion& deletion : plan.deletions()) {
    const auto chain = plan.Explain(deletion.instance);
    if (!chain.ok() || chain->front().cause != Plan::kRoot ||
        chain->back().instance != deletion.instance) {
      return "the plan does not explain a deletion";
    }
  }
  return "";
}

class Runner {
 public:
  const ExhaustiveReport& report() const { return report_; }
  bool failed() const { return !report_.failure.empty(); }

  void Run(World& world, const Operation& operation) {
    ++report_.cases;
    Store store = world.store.Fork().value();
    ModelStore twin = world.twin;
    std::vector<Instance> instances;
    for (const RowId row : operation.rows) {
      instances.push_back(InstanceOf(store, twin, kNode, *twin.Find(kNode, row)));
    }
    const ModelStore::Outcome outcome = operation.remove
                                            ? twin.Delete(kNode, operation.rows)
                                            : twin.Update(kNode, operation.rows, operation.values);
    Values values;
    for (const ModelStore::Assign& assign : operation.values) {
      values.push_back({twin.schema()[kNode].attributes[assign.attribute].name, assign.value});
    }
    const auto plan =
        operation.remove ? store.PlanDelete(instances) : store.PlanUpdate(instances, values);
    if (!plan.ok()) return Fail(world, operation, std::string(plan.status().message()));
    const absl::Status status = operation.remove             ? store.Delete(instances)
                                : operation.rows.size() == 1 ? store.Set(instances[0], values)
                                                             : store.Apply(*plan);
    report_.refused += status.ok() ? 0 : 1;
    for (const std::string& difference :
         {VerdictDifference(status, outcome), VerdictDifference(plan->status(), outcome),
          Difference(store, twin), Difference(world.store, world.twin),
          PlanDifference(*plan, world.twin, twin)}) {
      if (!difference.empty()) return Fail(world, operation, difference);
    }
    if (!status.ok() && !Store::Diff(world.store, store)->empty()) {
      return Fail(world, operation, "a refused operation has changed something");
    }
  }

 private:
  void Fail(const World& world, const Operation& operation, const std::string& difference) {
    if (failed()) return;
    report_.failure = Show(world, operation) + difference;
  }

  ExhaustiveReport report_;
};

// Every non-empty set of the rows.
std::vector<std::vector<RowId>> Subsets(const std::vector<ModelStore::Row>& rows) {
  std::vector<std::vector<RowId>> subsets;
  for (std::size_t bits = 1; bits < (std::size_t{1} << rows.size()); ++bits) {
    subsets.emplace_back();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if ((bits >> i) & 1) subsets.back().push_back(rows[i].id);
    }
  }
  return subsets;
}

// A world with these rows, or nothing when they break a rule.
std::optional<World> MakeWorld(const Schema& schema, const std::vector<std::vector<Value>>& rows) {
  ModelStore twin(schema);
  if (!twin.Load(kNode, rows).ok()) return std::nullopt;
  Loader loader(schema);
  for (const std::vector<Value>& row : rows) {
    std::vector<ValueView> views;
    for (const Value& value : row) views.push_back(value.view());
    if (!loader.Append(kNode, views).ok()) return std::nullopt;
  }
  auto store = std::move(loader).Finish();
  if (!store.ok()) return std::nullopt;
  return World{*std::move(store), std::move(twin)};
}

// Counts through all choices of one of `choices` values at each of `places`; false at the end.
bool Next(std::vector<int>& digits, int choices) {
  for (int& digit : digits) {
    if (++digit < choices) return true;
    digit = 0;
  }
  return false;
}

// 0 is null.
Value Reference(int digit) { return digit == 0 ? Value() : Value(digit); }

}  // namespace

ExhaustiveReport DeleteFromAllGraphs(int nodes, std::size_t stride, bool not_null) {
  Runner runner;
  std::size_t number = 0;
  for (const Action first : kActions) {
    for (const Action second : kActions) {
      if (not_null && second == Action::kSetNull) continue;
      SchemaBuilder builder;
      Attribute fk1 = Integer().Default(1).References("node").OnDelete(second);
      if (not_null) fk1.NotNull();
      builder.Define("node", {{"id", Integer().PrimaryKey()},
                              {"fk0", Integer().Default(1).References("node").OnDelete(first)},
                              {"fk1", fk1}});
      const Schema schema = std::move(builder).Build().value();
      std::vector<int> digits(static_cast<std::size_t>(nodes) * 2);
      do {
        if (number++ % stride != 0) continue;
        std::vector<std::vector<Value>> rows;
        for (std::size_t i = 0; i < digits.size(); i += 2) {
          rows.push_back({static_cast<std::int64_t>(i / 2 + 1), Reference(digits[i]),
                          Reference(digits[i + 1])});
        }
        std::optional<World> world = MakeWorld(schema, rows);
        if (!world.has_value()) continue;  // a null that must not be one
        for (const std::vector<RowId>& subset : Subsets(world->twin.rows(kNode))) {
          runner.Run(*world, {true, subset, {}});
          if (runner.failed()) return runner.report();
        }
      } while (Next(digits, nodes + 1));
    }
  }
  return runner.report();
}

ExhaustiveReport RekeyAllChains(int nodes, std::size_t stride) {
  Runner runner;
  std::size_t number = 0;
  constexpr std::uint32_t kU = 1;
  constexpr std::uint32_t kFk = 2;
  for (const Action first : kActions) {
    for (const Action second : kActions) {
      SchemaBuilder builder;
      builder.Define(
          "node",
          {{"id", Integer().PrimaryKey()},
           {"u", Integer().Unique().Default(1).References("node").OnDelete(first).OnUpdate(first)},
           {"fk", Integer().Default(1).References("node", "u").OnDelete(second).OnUpdate(second)}});
      const Schema schema = std::move(builder).Build().value();
      std::vector<int> digits(static_cast<std::size_t>(nodes) * 2);
      do {
        if (number++ % stride != 0) continue;
        std::vector<std::vector<Value>> rows;
        for (std::size_t i = 0; i < digits.size(); i += 2) {
          rows.push_back({static_cast<std::int64_t>(i / 2 + 1), Reference(digits[i]),
                          Reference(digits[i + 1])});
        }
        std::optional<World> world = MakeWorld(schema, rows);
        if (!world.has_value()) continue;  // u is not unique, or fk dangles
        for (const ModelStore::Row& row : world->twin.rows(kNode)) {
          std::vector<std::vector<ModelStore::Assign>> updates;
          for (int key = 1; key <= nodes + 1; ++key) {
            updates.push_back({{kId, key}});
            updates.push_back({{kU, key}});
            updates.push_back({{kId, key}, {kU, key}});
            updates.push_back({{kId, key}, {kU, 1}});
            updates.push_back({{kU, key}, {kFk, key}});
            updates.push_back({{kU, key}, {kFk, row.values[kU]}});
          }
          updates.push_back({{kU, Value()}});
          updates.push_back({{kU, Value()}, {kFk, row.values[kU]}});
          for (const std::vector<ModelStore::Assign>& update : updates) {
            runner.Run(*world, {false, {row.id}, update});
          }
          runner.Run(*world, {true, {row.id}, {}});
          if (runner.failed()) return runner.report();
        }
        for (const Value& u : {Value(), Value(1), Value(nodes + 1)}) {
          for (const std::vector<RowId>& subset : Subsets(world->twin.rows(kNode))) {
            runner.Run(*world, {false, subset, {{kU, u}}});
            runner.Run(*world, {false, subset, {{kFk, u}}});
          }
        }
        if (runner.failed()) return runner.report();
      } while (Next(digits, nodes + 1));
    }
  }
  return runner.report();
}

}  // namespace relata::testing
