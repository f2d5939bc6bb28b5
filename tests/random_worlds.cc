#include "tests/random_worlds.h"

#include <algorithm>
#include <utility>

#include "tests/model_store_compare.h"

namespace relata::testing {

World::World(const Schema& schema, ModelStore::Fault fault, std::unique_ptr<SqliteTwin> sqlite)
    : store_(schema), twin_(schema, fault), sqlite_(std::move(sqlite)) {}

World::World(Store store, const World& from)
    : store_(std::move(store)),
      twin_(from.twin_),
      sqlite_(from.sqlite_ == nullptr ? nullptr : from.sqlite_->Clone()),
      sqlite_parted_(from.sqlite_parted_),
      handles_(from.handles_) {}

std::unique_ptr<World> World::Fork() {
  auto fork = store_.Fork();
  if (!fork.ok()) return nullptr;
  return std::unique_ptr<World>(new World(*std::move(fork), *this));
}

std::string World::Do(const Operation& operation) {
  verdict_.reset();
  switch (operation.kind) {
    case Operation::Kind::kBegin:
      return Begin();
    case Operation::Kind::kCommit:
      return transactions_.empty() ? "" : Commit();
    case Operation::Kind::kRollback:
      return transactions_.empty() ? "" : Rollback();
    case Operation::Kind::kFork:
    case Operation::Kind::kSwitch:
      return "";
    default:
      return Change(operation);
  }
}

std::string World::Change(const Operation& operation) {
  const Model model = operation.model;
  std::vector<Key> keys;
  std::vector<ModelStore::RowId> rows;
  std::vector<Instance> instances;
  for (const Key& key : operation.keys) {
    const ModelStore::Row* row = twin_.Find(model, key);
    if (row == nullptr) continue;
    keys.push_back(key);
    rows.push_back(row->id);
    instances.push_back(handles_.at(row->id));
  }
  Values values;
  for (const ModelStore::Assign& assign : operation.values) {
    values.push_back({twin_.schema()[model].attributes[assign.attribute].name, assign.value});
  }
  std::optional<Store> before;
  if (transactions_.empty()) before = store_.Fork().value();

  absl::Status status;
  ModelStore::Outcome outcome;
  SqliteTwin::Verdict sqlite = SqliteTwin::Verdict::kDone;
  switch (operation.kind) {
    case Operation::Kind::kCreate: {
      const std::int64_t next_key = twin_.NextKey(model);
      outcome = twin_.Create(model, operation.values);
      const auto instance = store_.Create(model, values);
      status = instance.status();
      if (sqlite_ != nullptr) sqlite = CreateInSqlite(operation, next_key);
      break;
    }
    case Operation::Kind::kUpdate: {
      if (rows.empty() || values.empty()) return "";
      outcome = twin_.Update(model, rows, operation.values);
      if (instances.size() == 1) {
        status = store_.Set(instances[0], values);
      } else {
        const auto plan = store_.PlanUpdate(instances, values);
        status = plan.ok() ? store_.Apply(*plan) : plan.status();
      }
      if (sqlite_ != nullptr) sqlite = sqlite_->Update(model, keys, operation.values);
      break;
    }
    default: {
      if (rows.empty()) return "";
      outcome = twin_.Delete(model, rows);
      const auto plan = store_.PlanDelete(instances);
      if (!plan.ok()) return std::string(plan.status().message());
      status = store_.Delete(instances);
      if (plan->blocked() == status.ok()) return "the plan and the delete disagree";
      if (sqlite_ != nullptr) sqlite = sqlite_->Delete(model, keys);
    }
  }
  verdict_ = status.ok();
  std::string difference = VerdictDifference(status, outcome);
  if (difference.empty()) difference = CompareSqlite(sqlite, outcome.ok());
  if (difference.empty() && !status.ok() && before.has_value() &&
      !Store::Diff(*before, store_)->empty()) {
    difference = "a refused operation has changed something";
  }
  if (difference.empty()) difference = Difference();
  return difference;
}

// SQLite is given the key that is to be generated: its own counter does not heed keys that an
// update has given, and it makes up any integer key that is missing.
SqliteTwin::Verdict World::CreateInSqlite(const Operation& operation, std::int64_t next_key) {
  std::vector<ModelStore::Assign> assigns = operation.values;
  const ModelInfo& model = twin_.schema()[operation.model];
  const std::uint32_t key = model.primary_key().attributes[0];
  const bool given = std::any_of(assigns.begin(), assigns.end(), [&](const auto& assign) {
    return assign.attribute == key && !assign.value.is_null();
  });
  if (!given && model.attributes[key].default_value.is_null()) {
    if (!model.attributes[key].auto_increment) return SqliteTwin::Verdict::kNotNull;
    std::erase_if(assigns, [&](const auto& assign) { return assign.attribute == key; });
    const ModelStore::Assign generated{key, next_key};
    assigns.push_back(generated);
  }
  return sqlite_->Create(operation.model, assigns);
}

std::string World::CompareSqlite(SqliteTwin::Verdict verdict, bool ok) {
  if (sqlite_ == nullptr || (verdict == SqliteTwin::Verdict::kDone) == ok) return "";
  if (ok && verdict == SqliteTwin::Verdict::kUnique) {
    sqlite_parted_ = true;
    sqlite_.reset();
    return "";
  }
  return "the store says " + std::string(ok ? "OK" : "no") + "; SQLite says " +
         (verdict == SqliteTwin::Verdict::kDone ? "OK" : sqlite_->message());
}

std::string World::Begin() {
  if (transactions_.empty()) at_begin_ = store_.Fork().value();
  if (sqlite_ != nullptr && sqlite_->Begin(twin_.depth()) != SqliteTwin::Verdict::kDone) {
    return sqlite_->message();
  }
  twin_.Begin();
  transactions_.push_back(store_.Begin());
  return store_.Fork().ok() ? "a store was forked inside a transaction" : "";
}

std::string World::Commit() {
  const std::size_t depth = twin_.depth() - 1;
  const ModelStore::Outcome outcome = twin_.Commit();
  const auto changes = transactions_.back().Commit();
  std::string difference = VerdictDifference(changes.status(), outcome);
  if (!difference.empty()) return "commit: " + difference;
  difference = CompareSqlite(
      sqlite_ == nullptr ? SqliteTwin::Verdict::kDone : sqlite_->Commit(depth), outcome.ok());
  if (!difference.empty()) return "commit: " + difference;
  if (!outcome.ok()) return Difference();
  transactions_.pop_back();
  if (transactions_.empty()) {
    const auto diff = Store::Diff(*at_begin_, store_);
    if (!diff.ok()) return std::string(diff.status().message());
    if (*diff != *changes) {
      return "the change set of the commit is not what Diff finds:\n" +
             changes->Summary(twin_.schema()) + "\n" + diff->Summary(twin_.schema());
    }
  }
  return Difference();
}

std::string World::Rollback() {
  twin_.Rollback();
  if (sqlite_ != nullptr && sqlite_->Rollback(twin_.depth()) != SqliteTwin::Verdict::kDone) {
    return sqlite_->message();
  }
  const absl::Status status = transactions_.back().Rollback();
  if (!status.ok()) return "rollback: " + std::string(status.message());
  transactions_.pop_back();
  if (transactions_.empty() && !Store::Diff(*at_begin_, store_)->empty()) {
    return "a rollback has left a change";
  }
  return Difference();
}

std::string World::Difference() {
  std::string difference = testing::Difference(store_, twin_);
  if (difference.empty()) difference = CheckHandles();
  // Every pair of rows is asked about.
  bool small = true;
  for (std::uint32_t m = 0; m < twin_.schema().models().size(); ++m) {
    small &= twin_.rows(Model{m}).size() <= 40;
  }
  if (difference.empty() && small) difference = LinkDifference(store_, twin_);
  if (difference.empty() && sqlite_ != nullptr) difference = sqlite_->Difference(twin_);
  return difference;
}

// A row has one handle for life, through key changes and rollbacks, and none afterwards.
std::string World::CheckHandles() {
  std::map<ModelStore::RowId, Instance> alive;
  for (std::uint32_t m = 0; m < twin_.schema().models().size(); ++m) {
    for (const ModelStore::Row& row : twin_.rows(Model{m})) {
      const Instance instance = InstanceOf(store_, twin_, Model{m}, row);
      if (handles_.emplace(row.id, instance).first->second != instance) {
        return store_.Describe(instance) + " has changed its handle";
      }
      alive.emplace(row.id, instance);
    }
  }
  for (const auto& [row, instance] : handles_) {
    if (!alive.contains(row) && store_.Contains(instance)) {
      return "the handle of a row that is gone is alive: " + store_.Describe(instance);
    }
  }
  return "";
}

}  // namespace relata::testing
