// Creating and updating by name: flat lists at once, drafts as one operation.
#include <span>
#include <utility>
#include <vector>

#include "graph/accessor.h"
#include "graph/draft_writer.h"
#include "graph/errors.h"
#include "graph/operations.h"
#include "graph/store_state.h"
#include "relata/draft.h"
#include "relata/store.h"
#include "relata/transaction.h"

namespace relata {
namespace {

using internal::Accessor;
using internal::AttributeValues;
using internal::DraftWriter;
using internal::StoreState;

// Carries a draft out in a transaction, which lets deferred foreign keys dangle until its end.
absl::StatusOr<Instance> WriteDraft(Store& store, StoreState& state, const Draft& draft,
                                    std::vector<Instance>* rows, const auto& write) {
  Transaction transaction = store.Begin();
  DraftWriter writer(state, draft);
  RELATA_RETURN_IF_ERROR(write(writer));
  RELATA_RETURN_IF_ERROR(transaction.CommitQuietly());
  std::vector<Instance> instances = std::move(writer).TakeInstances();
  const Instance root = instances[0];
  if (rows != nullptr) *rows = std::move(instances);
  return root;
}

Draft DraftOf(const Values& values) { return Draft(values); }
Draft DraftOf(std::span<const NamedView> values) {
  Draft draft;
  for (const NamedView& named : values) {
    draft.root().Set(named.name(), Value::From(named.value()));
  }
  return draft;
}

// A name that is no attribute may be that of an association; if not, the draft says so best.
absl::StatusOr<Instance> CreateFlat(Store& store, StoreState& state, Model model,
                                    const auto& values) {
  if (model.index >= state.models().size()) return store.Create(model, Draft());
  const auto resolved = internal::Resolve(state, model.index, values);
  if (!resolved.ok()) return store.Create(model, DraftOf(values));
  return internal::CreateRow(state, model.index, *resolved);
}

absl::StatusOr<Instance> CreateFlatBy(Store& store, StoreState& state, Instance instance,
                                      Association association, const auto& values,
                                      const Values& through) {
  auto accessor = Accessor::Make(state, instance, association);
  if (!accessor.ok()) return accessor.status();
  auto resolved = internal::Resolve(state, accessor->info().target.index, values);
  if (!resolved.ok()) return store.Create(instance, association, DraftOf(values), through);
  const auto join = accessor->ResolveThrough(through);
  if (!join.ok()) return join.status();
  internal::Statement statement(state);
  auto created = accessor->Create(*std::move(resolved), *join);
  if (created.ok()) statement.Keep();
  return created;
}

}  // namespace

absl::StatusOr<Instance> Store::CreateNamed(Model model, const Values& values) {
  return CreateFlat(*this, *state_, model, values);
}

absl::StatusOr<Instance> Store::CreateNamed(Model model, std::span<const NamedView> values) {
  return CreateFlat(*this, *state_, model, values);
}

absl::StatusOr<Instance> Store::CreateNamed(Instance instance, Association association,
                                            const Values& values, const Values& through) {
  return CreateFlatBy(*this, *state_, instance, association, values, through);
}

absl::StatusOr<Instance> Store::CreateNamed(Instance instance, Association association,
                                            std::span<const NamedView> values,
                                            const Values& through) {
  return CreateFlatBy(*this, *state_, instance, association, values, through);
}

absl::StatusOr<Instance> Store::Create(Model model, const Draft& draft,
                                       std::vector<Instance>* rows) {
  if (model.index >= state_->models().size()) {
    return absl::InvalidArgumentError("the model handle is not of this store's schema");
  }
  return WriteDraft(*this, *state_, draft, rows,
                    [&](DraftWriter& writer) { return writer.Create(model); });
}

absl::StatusOr<Instance> Store::Create(Instance instance, Association association,
                                       const Draft& draft, const Values& through,
                                       std::vector<Instance>* rows) {
  return WriteDraft(*this, *state_, draft, rows, [&](DraftWriter& writer) {
    return writer.CreateBy(instance, association, through);
  });
}

absl::Status Store::Update(Instance instance, const Draft& draft, std::vector<Instance>* rows) {
  return WriteDraft(*this, *state_, draft, rows,
                    [&](DraftWriter& writer) { return writer.Update(instance); })
      .status();
}

}  // namespace relata
