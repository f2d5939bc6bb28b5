#include "graph/operations.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/apply.h"
#include "graph/arcs.h"
#include "graph/before.h"
#include "graph/describe.h"
#include "graph/errors.h"
#include "graph/judge.h"
#include "graph/plain_delete.h"
#include "graph/plain_row.h"
#include "graph/planner.h"
#include "relata/change_set.h"

namespace relata::internal {
namespace {

std::optional<std::uint32_t> AutoIncrement(const ModelInfo& model) {
  const std::uint32_t a = model.primary_key().attributes[0];
  if (!model.attributes[a].auto_increment) return std::nullopt;
  return a;
}

KeyViews Pick(const std::vector<ValueView>& row, const std::vector<std::uint32_t>& attributes) {
  KeyViews views;
  for (const std::uint32_t a : attributes) views.push_back(row[a]);
  return views;
}

absl::Status JudgeRules(const StoreState& state, Instance instance, const AttributeValues& values) {
  if (state.rules(instance.model).empty()) return absl::OkStatus();
  return Validate(RowViewAccess::OfUpdate(state, instance, values));
}

// A foreign key of a row that changes, and where it will lead.
struct Relink {
  ForeignKey f;
  std::uint32_t parent;
};
using Relinks = absl::InlinedVector<Relink, 2>;

void WriteUpdate(StoreState& state, Instance instance, const AttributeValues& values,
                 const Relinks& relinks, std::uint64_t moved) {
  for (const Relink& relink : relinks) state.Unlink(relink.f, instance.slot);
  state.LeaveIndexes(instance.model, instance.slot, moved);
  for (const AttributeValue& v : values) {
    state.WriteCell(instance.model, instance.slot, v.attribute, v.value);
  }
  state.EnterIndexes(instance.model, instance.slot, moved);
  for (const Relink& relink : relinks) state.Link(relink.f, instance.slot, relink.parent);
  state.NewVersion();
}

// The same values, owned: what a caller borrows may move while observers are asked.
class OwnValues {
 public:
  explicit OwnValues(const std::vector<ValueView>& row) {
    for (const ValueView& view : row) values_.push_back(Value::From(view));
    for (const Value& value : values_) row_.push_back(value.view());
  }
  explicit OwnValues(const AttributeValues& values) {
    for (const AttributeValue& v : values) values_.push_back(Value::From(v.value));
    for (std::size_t i = 0; i < values.size(); ++i) {
      attributes_.push_back({values[i].attribute, values_[i].view()});
    }
  }
  const std::vector<ValueView>& row() const { return row_; }
  const AttributeValues& attributes() const { return attributes_; }

 private:
  std::vector<Value> values_;
  std::vector<ValueView> row_;
  AttributeValues attributes_;
};

absl::Status UpdateObserved(StoreState& state, Instance instance, const AttributeValues& values,
                            const Relinks& relinks, std::uint64_t moved) {
  const OwnValues own(values);
  const auto write = [&] { WriteUpdate(state, instance, own.attributes(), relinks, moved); };
  RELATA_RETURN_IF_ERROR(AskUpdate(state, instance, own.attributes(), write));
  Statement statement(state);
  write();
  statement.Keep();
  return absl::OkStatus();
}

// No key is concerned, so nothing follows from it: judges and writes without a plan.
absl::Status UpdateOutsideKeys(StoreState& state, Instance instance,
                               const AttributeValues& values) {
  const std::uint32_t m = instance.model;
  const std::uint32_t slot = instance.slot;
  const ModelInfo& model = state.model(m);
  const RowLayout& layout = state.layout(m);
  bool links = false;
  std::uint64_t moved = 0;
  for (const AttributeValue& v : values) {
    if (v.value.index() == 0 && !model.attributes[v.attribute].nullable) {
      return RefuseUpdate(state, instance, values);
    }
    links |= layout.cells[v.attribute].in_foreign_key;
    moved |= state.IndexesMoved(m, slot, v.attribute, v.value);
  }
  if (!links) {
    RELATA_RETURN_IF_ERROR(JudgeRules(state, instance, values));
    if (state.observed()) [[unlikely]]
      return UpdateObserved(state, instance, values, {}, moved);
    WriteUpdate(state, instance, values, {}, moved);
    return absl::OkStatus();
  }
  if (!state.arcs(m).empty()) {
    const RowView after = RowViewAccess::OfUpdate(state, instance, values);
    if (!ArcsHold(state, m, [&](std::uint32_t a) { return after.View(a).index() == 0; })) {
      return RefuseUpdate(state, instance, values);
    }
  }
  Relinks relinks;
  for (const ForeignKey f : model.foreign_keys) {
    const ForeignKeyInfo& info = state.foreign_key(f);
    KeyViews views = state.Views(m, slot, info.attributes);
    bool changes = false;
    for (std::size_t i = 0; i < info.attributes.size(); ++i) {
      for (const AttributeValue& v : values) {
        if (v.attribute != info.attributes[i] || Equal(v.value, views[i])) continue;
        views[i] = v.value;
        changes = true;
      }
    }
    if (!changes) continue;
    const std::uint32_t parent = state.FindKey(info.target.index, info.target_key, views);
    if (parent == kNoSlot && HashKey(views).has_value() && !MayDangle(state, info)) {
      return RefuseUpdate(state, instance, values);
    }
    relinks.push_back({f, parent});
  }
  RELATA_RETURN_IF_ERROR(JudgeRules(state, instance, values));
  if (state.observed()) [[unlikely]]
    return UpdateObserved(state, instance, values, relinks, moved);
  WriteUpdate(state, instance, values, relinks, moved);
  return absl::OkStatus();
}

using Parents = absl::InlinedVector<std::uint32_t, 4>;  // by position in the foreign keys

// A row that was judged.
absl::StatusOr<Instance> WriteNew(StoreState& state, std::uint32_t m,
                                  const std::vector<ValueView>& row, const Parents& parents) {
  const ModelInfo& model = state.model(m);
  std::uint32_t home = kNoSlot;
  if (state.layout(m).home_cell != 0) {
    home = state.FreeHome(m, std::get<std::int64_t>(row[model.primary_key().attributes[0]]));
  }
  const auto added = state.AddRow(m, home);
  if (!added.ok()) return added.status();
  const std::uint32_t slot = *added;
  for (std::uint32_t a = 0; a < row.size(); ++a) {
    if (row[a].index() != 0) state.WriteCell(m, slot, a, row[a]);
  }
  if (const auto generated = AutoIncrement(model); generated.has_value()) {
    state.NoteKey(m, std::get<std::int64_t>(row[*generated]));
  }
  for (std::uint32_t k = 0; k < model.keys.size(); ++k) state.IndexKey(m, k, slot);
  for (std::size_t i = 0; i < parents.size(); ++i) {
    state.Link(model.foreign_keys[i], slot, parents[i] == kSelf ? slot : parents[i]);
  }
  for (std::uint32_t k = 0; k < model.keys.size(); ++k) state.AdoptDangling(m, k, slot);
  state.EnterIndexes(m, slot, state.layout(m).indexes);
  state.NewVersion();
  return state.InstanceAt(m, slot);
}

absl::StatusOr<Instance> CreateObserved(StoreState& state, std::uint32_t m,
                                        const std::vector<ValueView>& row, const Parents& parents) {
  const OwnValues own(row);
  RELATA_RETURN_IF_ERROR(
      AskNew(state, m, own.row(), [&] { WriteNew(state, m, own.row(), parents).IgnoreError(); }));
  Statement statement(state);
  const auto created = WriteNew(state, m, own.row(), parents);
  if (created.ok()) statement.Keep();
  return created;
}

void WritePlan(StoreState& state, const Plan& plan) {
  ApplyPlan(state, plan);
  for (const Plan::Assignment& a : plan.assignments()) {
    const std::uint32_t m = a.instance.model;
    if (AutoIncrement(state.model(m)) == a.attribute) {
      state.NoteKey(m, *a.after.get_if<std::int64_t>());
    }
  }
}

absl::StatusOr<Plan> MakeDeletePlan(const StoreState& state, std::span<const Instance> instances,
                                    Planner::Detail detail) {
  Planner planner(state, detail);
  for (const Instance instance : instances) {
    RELATA_RETURN_IF_ERROR(CheckAlive(state, instance));
    planner.Delete(instance);
  }
  return std::move(planner).Finish();
}

// Adds the values by which a row of model `m` refers to the target of a belongsTo.
absl::Status ResolveLink(const StoreState& state, std::uint32_t m, const Entry& entry,
                         AttributeValues& values) {
  const Association association = entry.association();
  if (association.index >= state.schema().associations().size()) {
    return absl::InvalidArgumentError("the association handle is not of this store's schema");
  }
  const AssociationInfo& info = state.schema().associations()[association.index];
  if (info.kind != AssociationKind::kBelongsTo || info.source.index != m) {
    return absl::InvalidArgumentError(absl::StrCat(state.schema().Describe(association),
                                                   " is no belongsTo of ", state.model(m).name,
                                                   ": link it after the instance is created"));
  }
  RELATA_RETURN_IF_ERROR(CheckAlive(state, entry.target()));
  if (entry.target().of() != info.target) {
    return WrongModelError(state, entry.target().of(), info.target);
  }
  const ForeignKeyInfo& key = state.foreign_key(info.foreign_key);
  const KeyViews views =
      state.Views(info.target.index, entry.target().slot,
                  state.model(info.target.index).keys[key.target_key].attributes);
  for (std::size_t i = 0; i < views.size(); ++i) values.push_back({key.attributes[i], views[i]});
  for (const ScopeEntry& discriminator : info.source_scope) {
    values.push_back({discriminator.attribute, discriminator.values[0].view()});
  }
  return absl::OkStatus();
}

std::vector<std::string_view> NamesIn(const Values& values) {
  std::vector<std::string_view> names;
  for (const NamedValue& named : values) names.push_back(named.name);
  return names;
}
std::vector<std::string_view> NamesIn(std::span<const NamedView> values) {
  std::vector<std::string_view> names;
  for (const NamedView& named : values) names.push_back(named.name());
  return names;
}

// Adds a value for the attribute of that name.
absl::Status ResolveName(const StoreState& state, std::uint32_t m, std::string_view name,
                         const ValueView& value, AttributeValues& resolved) {
  const auto attribute = state.schema().FindAttribute(Model{m}, name);
  if (!attribute.ok()) return attribute.status();
  for (const AttributeValue& earlier : resolved) {
    if (earlier.attribute == *attribute) {
      return absl::InvalidArgumentError(
          absl::StrCat(state.model(m).name, ".", Asv(name), " is given twice"));
    }
  }
  resolved.push_back({*attribute, value});
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<AttributeValues> Resolve(const StoreState& state, std::uint32_t m,
                                        const Values& values) {
  AttributeValues resolved;
  resolved.reserve(values.size());
  for (const NamedValue& named : values) {
    const absl::Status status = ResolveName(state, m, named.name, named.value.view(), resolved);
    if (!status.ok()) return RefuseNames(state, m, NamesIn(values), status);
  }
  return resolved;
}

absl::StatusOr<AttributeValues> Resolve(const StoreState& state, std::uint32_t m,
                                        std::span<const NamedView> values) {
  AttributeValues resolved;
  resolved.reserve(values.size());
  for (const NamedView& named : values) {
    const absl::Status status = ResolveName(state, m, named.name(), named.value(), resolved);
    if (!status.ok()) return RefuseNames(state, m, NamesIn(values), status);
  }
  return resolved;
}

absl::StatusOr<AttributeValues> Resolve(const StoreState& state, std::uint32_t m,
                                        std::span<const Entry> entries) {
  AttributeValues resolved;
  resolved.reserve(entries.size());
  for (const Entry& entry : entries) {
    if (!entry.is_link()) {
      if (entry.model().index != m) return WrongModelError(state, entry.model(), Model{m});
      resolved.push_back({entry.attribute(), entry.value()});
    }
  }
  for (const Entry& entry : entries) {
    if (entry.is_link()) RELATA_RETURN_IF_ERROR(ResolveLink(state, m, entry, resolved));
  }
  return resolved;
}

absl::StatusOr<std::uint32_t> FindByKey(const StoreState& state, std::uint32_t m, const Key& key) {
  const ModelInfo& model = state.model(m);
  const std::vector<std::uint32_t>& attributes = model.primary_key().attributes;
  const std::vector<Value>& parts = key.parts();
  if (parts.size() != attributes.size()) {
    return absl::InvalidArgumentError(absl::StrCat("the primary key of ", model.name, " has ",
                                                   attributes.size(), " parts, got ", parts.size(),
                                                   ": ", key.ToString()));
  }
  KeyViews views;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto view = NormalizeFor(state, m, attributes[i], parts[i].view());
    if (!view.ok()) return view.status();
    views.push_back(*view);
  }
  const std::uint32_t slot = state.FindKey(m, 0, views);
  if (slot != kNoSlot) return slot;
  return absl::NotFoundError(
      absl::StrCat("no ", model.name, " has ", DescribeKey(model, attributes, views)));
}

absl::StatusOr<Instance> CreateRow(StoreState& state, std::uint32_t m,
                                   const AttributeValues& values) {
  const Instance made = CreatePlainly(state, m, values);
  if (made.stamp != 0) return made;
  if (state.guarded()) [[unlikely]] {
    RELATA_RETURN_IF_ERROR(CheckGuard(state));
  }
  const ModelInfo& model = state.model(m);
  std::vector<ValueView> row;
  row.reserve(model.attributes.size());
  for (const AttributeInfo& attribute : model.attributes) {
    row.push_back(attribute.default_value.view());
  }
  for (const AttributeValue& v : values) {
    const auto normal = NormalizeFor(state, m, v.attribute, v.value);
    if (!normal.ok()) return RefuseTypes(state, m, values);
    row[v.attribute] = *normal;
  }
  const std::optional<std::uint32_t> generated = AutoIncrement(model);
  if (generated.has_value() && row[*generated].index() == 0) {
    if (state.table(m).next_key == kNoNextKey) {
      return absl::ResourceExhaustedError(absl::StrCat(
          model.name, ".", model.attributes[*generated].name,
          ": every key up to 9223372036854775807 has been handed out; give one explicitly"));
    }
    row[*generated] = state.table(m).next_key;
  }
  for (std::uint32_t a = 0; a < row.size(); ++a) {
    if (row[a].index() == 0 && !model.attributes[a].nullable) return RefuseNew(state, m, row);
  }
  if (!state.arcs(m).empty() &&
      !ArcsHold(state, m, [&](std::uint32_t a) { return row[a].index() == 0; })) {
    return RefuseNew(state, m, row);
  }
  for (std::uint32_t k = 0; k < model.keys.size(); ++k) {
    const KeyViews views = Pick(row, model.keys[k].attributes);
    if (state.FindKey(m, k, views) != kNoSlot) return RefuseNew(state, m, row);
  }
  Parents parents;
  for (const ForeignKey f : model.foreign_keys) {
    const std::optional<std::uint32_t> parent = FindParentOfNew(state, f, row);
    if (!parent.has_value()) return RefuseNew(state, m, row);
    parents.push_back(*parent);
  }
  if (!state.rules(m).empty()) {
    RELATA_RETURN_IF_ERROR(Validate(RowViewAccess::OfNew(state, m, row)));
  }

  if (state.observed()) [[unlikely]]
    return CreateObserved(state, m, row, parents);
  return WriteNew(state, m, row, parents);
}

absl::Status UpdateRow(StoreState& state, Instance instance, const AttributeValues& values) {
  if (state.guarded()) [[unlikely]] {
    RELATA_RETURN_IF_ERROR(CheckGuard(state));
  }
  RELATA_RETURN_IF_ERROR(CheckAlive(state, instance));
  AttributeValues normal;
  normal.reserve(values.size());
  bool keys = false;
  for (const AttributeValue& v : values) {
    const auto value = NormalizeFor(state, instance.model, v.attribute, v.value);
    if (!value.ok()) return RefuseTypes(state, instance.model, values);
    normal.push_back({v.attribute, *value});
    keys |= state.layout(instance.model).cells[v.attribute].in_key &&
            !Equal(*value, state.View(instance.model, instance.slot, v.attribute));
  }
  if (!keys) return UpdateOutsideKeys(state, instance, normal);
  const auto plan = PlanUpdateRows(state, {&instance, 1}, normal);
  if (!plan.ok()) return plan.status();
  return ApplyIfUnblocked(state, *plan);
}

absl::Status DeleteRows(StoreState& state, std::span<const Instance> instances) {
  if (!state.guarded()) [[likely]] {
    for (const Instance instance : instances) {
      if (!state.IsAlive(instance)) [[unlikely]]
        return CheckAlive(state, instance);
    }
    if (DeletePlainly(state, instances)) return absl::OkStatus();
  }
  const auto plan = MakeDeletePlan(
      state, instances, state.observed() ? Planner::Detail::kFull : Planner::Detail::kToApply);
  if (!plan.ok()) return plan.status();
  return ApplyIfUnblocked(state, *plan);
}

absl::StatusOr<Plan> PlanDeleteRows(const StoreState& state, std::span<const Instance> instances) {
  return MakeDeletePlan(state, instances, Planner::Detail::kFull);
}

absl::StatusOr<Plan> PlanUpdateRows(const StoreState& state, std::span<const Instance> instances,
                                    const AttributeValues& values) {
  Planner planner(state);
  for (const Instance instance : instances) {
    RELATA_RETURN_IF_ERROR(CheckAlive(state, instance));
    if (instance.model != instances[0].model) {
      return WrongModelError(state, instance.of(), instances[0].of());
    }
    for (const AttributeValue& v : values) {
      const auto value = NormalizeFor(state, instance.model, v.attribute, v.value);
      if (!value.ok()) return RefuseTypes(state, instance.model, values);
      planner.Assign(instance, v.attribute, *value);
    }
  }
  return std::move(planner).Finish();
}

absl::Status ApplyIfUnblocked(StoreState& state, const Plan& plan) {
  if (state.guarded()) [[unlikely]] {
    RELATA_RETURN_IF_ERROR(CheckGuard(state));
  }
  if (plan.blocked()) return plan.status();
  if (!state.observed()) [[likely]] {
    WritePlan(state, plan);
    return absl::OkStatus();
  }
  const auto write = [&] { WritePlan(state, plan); };
  RELATA_RETURN_IF_ERROR(AskPlan(state, plan, write));
  Statement statement(state);
  write();
  statement.Keep();
  return absl::OkStatus();
}

}  // namespace relata::internal
