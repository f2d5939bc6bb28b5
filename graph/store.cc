#include "relata/store.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/describe.h"
#include "graph/errors.h"
#include "graph/judge.h"
#include "graph/observers.h"
#include "graph/one_link.h"
#include "graph/operations.h"
#include "graph/plain_row.h"
#include "graph/store_state.h"
#include "relata/transaction.h"

namespace relata {

using internal::AttributeValue;
using internal::Observers;
using internal::StoreState;

namespace internal {

constinit WriteGate closed_gate;

void DieOfStaleHandle(Model model) {
  std::fprintf(stderr,
               "relata: a stale handle was read (model %u): the instance was deleted, or belongs "
               "to another store or model; ask Store::Contains first, or use Store::TryGet\n",
               static_cast<unsigned>(model.index));
  std::abort();
}

void DieOfForeignAssociation(std::uint32_t index, std::uint32_t count) {
  std::fprintf(
      stderr, "relata: association handle %u is not of this store's schema, which has %u of them\n",
      static_cast<unsigned>(index), static_cast<unsigned>(count));
  std::abort();
}

}  // namespace internal

namespace {

absl::Status CheckModel(const StoreState& state, Model model) {
  if (model.index < state.models().size()) return absl::OkStatus();
  return absl::InvalidArgumentError("the model handle is not of this store's schema");
}

// Gives an attribute of an instance, which is alive, a value, if nothing but indexes depends on it.
// False, with nothing changed, when something else does, or when something is wrong with the value.
// REQUIRES: the attribute is in no key and no foreign key.
[[gnu::noinline]] bool Overwritten(StoreState& state, Instance instance, std::uint32_t attribute,
                                   const ValueView& value) {
  if (!state.IsPlain(instance.model)) return false;
  const bool null = value.index() == 0;
  if (null && !state.model(instance.model).attributes[attribute].nullable) return false;
  ValueView normal = value;
  if (!null && !std::holds_alternative<std::int64_t>(value)) {
    const auto made = internal::NormalizeFor(state, instance.model, attribute, value);
    if (!made.ok()) return false;
    normal = *made;
  }
  const std::uint64_t moved = state.IndexesMoved(instance.model, instance.slot, attribute, normal);
  state.LeaveIndexes(instance.model, instance.slot, moved);
  state.WriteCell(instance.model, instance.slot, attribute, normal);
  state.EnterIndexes(instance.model, instance.slot, moved);
  state.NewVersion();
  return true;
}

}  // namespace

Store::Store(Schema schema) : Store(std::make_unique<StoreState>(std::move(schema))) {}

Store::Store(std::unique_ptr<StoreState> state)
    : TypedStore(state->structs()), rows_(state->row_access()), state_(std::move(state)) {
  state_->set_door(this);
}

Store::Store(Store&& other) noexcept
    : TypedStore(std::move(other)),
      rows_(std::exchange(other.rows_, {})),
      state_(std::move(other.state_)) {
  if (state_ != nullptr) state_->set_door(this);
}

Store& Store::operator=(Store&& other) noexcept {
  rows_ = std::exchange(other.rows_, {});
  state_ = std::move(other.state_);
  if (state_ != nullptr) state_->set_door(this);
  return *this;
}

Store::~Store() = default;

const Schema& Store::schema() const { return state_->schema(); }

// ----- instances

absl::StatusOr<Instance> Store::Create(Model model, std::span<const Entry> entries) {
  if (model.index < rows_.models) [[likely]] {
    const Instance made = internal::CreatePlainly(*state_, model.index, entries);
    if (made.stamp != 0) [[likely]]
      return made;
  }
  RELATA_RETURN_IF_ERROR(CheckModel(*state_, model));
  const auto resolved = internal::Resolve(*state_, model.index, entries);
  if (!resolved.ok()) return resolved.status();
  return internal::CreateRow(*state_, model.index, *resolved);
}

std::optional<LiveInstance> Store::FindByField(const internal::FieldPlace& key,
                                               const ValueView& value) const {
  if (key.model >= rows_.models || key.key == UINT32_MAX) return std::nullopt;
  const auto* text = std::get_if<std::string_view>(&value);
  const std::uint32_t slot = text != nullptr ? state_->FindTextKey(key.model, key.key, *text)
                                             : state_->FindKey(key.model, key.key, {value});
  if (slot == internal::kNoSlot) return std::nullopt;
  return LiveInstance(key.model, slot, state_->Row(key.model, slot), rows_.gate->era);
}

absl::Status Store::NoneHas(const internal::FieldPlace& key, const ValueView& value) const {
  RELATA_RETURN_IF_ERROR(CheckModel(*state_, Model{key.model}));
  const ModelInfo& info = state_->model(key.model);
  if (key.key == UINT32_MAX) {
    return absl::InvalidArgumentError(
        absl::StrCat(info.name, ".", info.attributes[key.attribute].name,
                     " is not unique by itself: find by a primary key or a unique attribute"));
  }
  return absl::NotFoundError(absl::StrCat("no ", info.name, " has ",
                                          internal::DescribeKey(info, {key.attribute}, {value})));
}

absl::StatusOr<Instance> Store::Find(Model model, const Key& key) const {
  RELATA_RETURN_IF_ERROR(CheckModel(*state_, model));
  const auto slot = internal::FindByKey(*state_, model.index, key);
  if (!slot.ok()) return slot.status();
  return state_->InstanceAt(model.index, *slot);
}

absl::StatusOr<Instance> Store::FindBy(Model model, const Values& key) const {
  RELATA_RETURN_IF_ERROR(CheckModel(*state_, model));
  const auto resolved = internal::Resolve(*state_, model.index, key);
  if (!resolved.ok()) return resolved.status();
  const ModelInfo& info = state_->model(model.index);
  for (std::uint32_t k = 0; k < info.keys.size(); ++k) {
    const std::vector<std::uint32_t>& attributes = info.keys[k].attributes;
    if (attributes.size() != resolved->size()) continue;
    internal::KeyViews views;
    for (const std::uint32_t a : attributes) {
      for (const AttributeValue& v : *resolved) {
        if (v.attribute != a) continue;
        const auto view = internal::NormalizeFor(*state_, model.index, a, v.value);
        if (!view.ok()) return view.status();
        views.push_back(*view);
      }
    }
    if (views.size() != attributes.size()) continue;
    const std::uint32_t slot = state_->FindKey(model.index, k, views);
    if (slot != internal::kNoSlot) return state_->InstanceAt(model.index, slot);
    return absl::NotFoundError(
        absl::StrCat("no ", info.name, " has ", internal::DescribeKey(info, attributes, views)));
  }
  std::string names;
  for (const NamedValue& named : key) {
    absl::StrAppend(&names, names.empty() ? "" : ", ", named.name);
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "(", names, ") is no unique key of ", info.name,
      ": name exactly the attributes of its primary key or of one that is declared unique"));
}

std::size_t Store::Count(Model model) const {
  if (model.index >= rows_.models) return 0;
  return state_->table(model.index).rows;
}

InstanceRange Store::All(Model model) const {
  static const internal::TableView kNothing;
  if (model.index >= rows_.models) return InstanceRange(&kNothing, 0, rows_.gate);
  return InstanceRange(&rows_.tables[model.index], model.index, rows_.gate);
}

// ----- attributes

absl::StatusOr<Value> Store::Get(Instance instance, std::string_view attribute) const {
  RELATA_RETURN_IF_ERROR(internal::CheckAlive(*state_, instance));
  const auto a = schema().FindAttribute(instance.of(), attribute);
  if (!a.ok()) return a.status();
  return Value::From(state_->View(instance.model, instance.slot, *a));
}

ValueView Store::View(Instance instance, std::uint32_t attribute) const {
  const char* row = rows_.Find(instance);
  if (row == nullptr) internal::DieOfStaleHandle(instance.of());
  return internal::ReadView(row, state_->layout(instance.model).cells[attribute]);
}

Key Store::KeyOf(Instance instance) const {
  if (!Contains(instance)) internal::DieOfStaleHandle(instance.of());
  return internal::KeyOfRow(*state_, instance.model, instance.slot);
}

std::string Store::Describe(Instance instance) const {
  if (Contains(instance)) return internal::DescribeRow(*state_, instance.model, instance.slot);
  return std::string(internal::StaleError(*state_, instance).message());
}

absl::Status Store::Set(Instance instance, const Values& values) {
  RELATA_RETURN_IF_ERROR(internal::CheckAlive(*state_, instance));
  const auto resolved = internal::Resolve(*state_, instance.model, values);
  if (!resolved.ok()) return resolved.status();
  return internal::UpdateRow(*state_, instance, *resolved);
}

absl::Status Store::Set(Instance instance, std::string_view attribute, Value value) {
  RELATA_RETURN_IF_ERROR(internal::CheckAlive(*state_, instance));
  const auto a = schema().FindAttribute(instance.of(), attribute);
  if (!a.ok()) return a.status();
  return SetView(instance, *a, value.view());
}

absl::Status Store::SetView(Instance instance, std::uint32_t attribute, const ValueView& value) {
  return internal::UpdateRow(*state_, instance, {{attribute, value}});
}

// What nothing but indexes depends on is written at once, and so is a reference that nothing else
// depends on.
absl::Status Store::SetField(Instance instance, const internal::FieldPlace& place,
                             const ValueView& value) {
  if (rows_.Find(instance) != nullptr) {
    const internal::CellLayout& cell = state_->layout(instance.model).cells[place.attribute];
    if (cell.in_key || cell.in_foreign_key
            ? internal::Repointed(*state_, instance, place.attribute, value)
            : Overwritten(*state_, instance, place.attribute, value)) [[likely]] {
      return absl::OkStatus();
    }
  }
  return SetView(instance, place.attribute, value);
}

absl::Status Store::SetNull(const Instance& instance, const internal::FieldPlace& place,
                            const char* row) {
  if (row != nullptr) {
    const ForeignKey f = state_->layout(instance.model).cells[place.attribute].reference;
    if (f != ForeignKey() && state_->DropInPlace(f, row)) [[likely]]
      return absl::OkStatus();
  }
  return SetField(instance, place, ValueView());
}

absl::Status Store::WrongModel(Instance instance, Model expected) const {
  return internal::WrongModelError(*state_, instance.of(), expected);
}

absl::Status Store::Validate(Instance instance) const {
  RELATA_RETURN_IF_ERROR(internal::CheckAlive(*state_, instance));
  return internal::Validate(internal::RowViewAccess::OfUpdate(*state_, instance, {}), true);
}

absl::Status Store::Delete(Instance instance) {
  return internal::DeleteRows(*state_, {&instance, 1});
}

absl::Status Store::Delete(std::span<const Instance> instances) {
  return internal::DeleteRows(*state_, instances);
}

// ----- plans

absl::StatusOr<Plan> Store::PlanDelete(Instance instance) const {
  return internal::PlanDeleteRows(*state_, {&instance, 1});
}

absl::StatusOr<Plan> Store::PlanDelete(std::span<const Instance> instances) const {
  return internal::PlanDeleteRows(*state_, instances);
}

absl::StatusOr<Plan> Store::PlanUpdate(Instance instance, const Values& values) const {
  return PlanUpdate({&instance, 1}, values);
}

absl::StatusOr<Plan> Store::PlanUpdate(std::span<const Instance> instances,
                                       const Values& values) const {
  if (instances.empty()) return internal::PlanUpdateRows(*state_, instances, {});
  RELATA_RETURN_IF_ERROR(internal::CheckAlive(*state_, instances[0]));
  const auto resolved = internal::Resolve(*state_, instances[0].model, values);
  if (!resolved.ok()) return resolved.status();
  return internal::PlanUpdateRows(*state_, instances, *resolved);
}

absl::Status Store::Apply(const Plan& plan) {
  if (plan.version_ != state_->version()) {
    return absl::AbortedError(
        "the plan is out of date: the store has changed since it was made; plan again");
  }
  if (plan.in_transaction_ && !state_->in_transaction()) {
    return absl::AbortedError("the plan was made inside a transaction that has ended; plan again");
  }
  return internal::ApplyIfUnblocked(*state_, plan);
}

// ----- observers

Subscription Store::Observe(Model model, ModelObserver observer) {
  static_cast<void>(schema()[model]);  // is of this schema
  return Observers::Subscribe(*state_, Observers::OfModel{model.index, std::move(observer)});
}

Subscription Store::Observe(Association association, AssociationObserver observer) {
  static_cast<void>(schema()[association]);
  return Observers::Subscribe(*state_, Observers::OfAssociation{association, std::move(observer)});
}

Subscription Store::Observe(StoreObserver observer) {
  return Observers::Subscribe(*state_, std::move(observer));
}

std::vector<absl::Status> Store::TakeObserverFailures() {
  if (state_->observers() == nullptr) return {};
  return state_->observers()->TakeFailures();
}

// ----- transactions and versions

Transaction Store::Begin() {
  if (state_->in_callback()) return Transaction(nullptr, 0, 0);  // has ended
  state_->BeginSavepoint(true);
  return Transaction(state_.get(), state_->savepoints().size() - 1,
                     state_->savepoints().back().serial);
}

absl::StatusOr<ChangeSet> Store::Transact(const std::function<absl::Status()>& work) {
  if (state_->in_callback()) return internal::ReadOnlyError();
  Transaction transaction = Begin();
  const absl::Status status = work();
  if (!status.ok()) return status;
  return transaction.Commit();
}

absl::StatusOr<Store> Store::Fork() {
  if (state_->in_callback()) return internal::ReadOnlyError();
  if (!state_->savepoints().empty()) {
    return absl::FailedPreconditionError(
        "a store cannot be forked inside a transaction: commit or roll back first");
  }
  return Store(state_->Fork());
}

std::int64_t Store::NextKey(Model model) const {
  return model.index < rows_.models ? state_->table(model.index).next_key : 1;
}

absl::Status Store::CheckInvariants() const { return internal::CheckInvariants(*state_); }

}  // namespace relata
