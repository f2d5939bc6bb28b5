#include "relata/loader.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "graph/arcs.h"
#include "graph/columns.h"
#include "graph/describe.h"
#include "graph/errors.h"
#include "graph/plain_row.h"
#include "graph/store_state.h"

namespace relata {
namespace {

using internal::KeyViews;
using internal::kNoSlot;
using internal::StoreState;

// What cannot be right about a model and a number of values for its attributes.
absl::Status CheckFit(const StoreState& state, Model model, std::size_t values) {
  if (model.index >= state.models().size()) {
    return absl::InvalidArgumentError("the model handle is not of this loader's schema");
  }
  const ModelInfo& info = state.model(model.index);
  if (values == info.attributes.size()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("a row of ", info.name, " has ",
                                                 info.attributes.size(), " values, got ", values));
}

absl::Status AppendRow(StoreState& state, Model model, std::span<const ValueView> row) {
  RELATA_RETURN_IF_ERROR(CheckFit(state, model, row.size()));
  const std::uint32_t m = model.index;
  const ModelInfo& info = state.model(m);
  absl::InlinedVector<ValueView, 8> normal;
  for (std::uint32_t a = 0; a < row.size(); ++a) {
    const auto value = internal::NormalizeFor(state, m, a, row[a]);
    if (!value.ok()) return value.status();
    if (value->index() == 0 && !info.attributes[a].nullable) {
      return internal::NotNullError(state, m, a);
    }
    normal.push_back(*value);
  }
  if (!state.arcs(m).empty()) {
    RELATA_RETURN_IF_ERROR(
        internal::CheckArcs(state, m, [&](std::uint32_t a) { return normal[a].index() == 0; }));
  }
  for (std::uint32_t k = 0; k < info.keys.size(); ++k) {
    KeyViews views;
    for (const std::uint32_t a : info.keys[k].attributes) views.push_back(normal[a]);
    if (state.FindKey(m, k, views) != kNoSlot) return internal::UniqueError(state, m, k, views);
  }
  const auto slot = state.AddRow(m);
  if (!slot.ok()) return slot.status();
  for (std::uint32_t a = 0; a < normal.size(); ++a) {
    if (normal[a].index() != 0) state.WriteCell(m, *slot, a, normal[a]);
    if (info.attributes[a].auto_increment) state.NoteKey(m, std::get<std::int64_t>(normal[a]));
  }
  for (std::uint32_t k = 0; k < info.keys.size(); ++k) state.IndexKey(m, k, *slot);
  return absl::OkStatus();
}

absl::Status CheckReferences(const StoreState& state, ForeignKey f) {
  const ForeignKeyInfo& info = state.foreign_key(f);
  if (!info.constrained || state.dangling(f).children == 0) return absl::OkStatus();
  const std::uint32_t m = info.owner.index;
  std::uint32_t slot = 0;
  while (state.Child(f, slot).parent != internal::kDanglingSlot) ++slot;
  const absl::Status dangling =
      internal::DanglingError(state, f, state.Views(m, slot, info.attributes));
  return internal::KindError(
      ErrorKind::kForeignKey,
      absl::StrCat(internal::DescribeRow(state, m, slot), ": ", dangling.message()));
}

}  // namespace

Loader::Loader(Schema schema)
    : state_(std::make_unique<StoreState>(std::move(schema))),
      linked_(state_->foreign_keys().size()) {}
Loader::Loader(Loader&&) noexcept = default;
Loader::~Loader() = default;

void Loader::Reserve(Model model, std::size_t rows) {
  if (model.index < state_->models().size()) state_->Reserve(model.index, rows);
}

absl::Status Loader::Append(Model model, std::span<const ValueView> row) {
  if (!status_.ok()) [[unlikely]]
    return status_;
  if (model.index < state_->models().size() &&
      internal::LoadPlainly(*state_, model.index, row, linked_)) [[likely]] {
    return absl::OkStatus();
  }
  status_ = AppendRow(*state_, model, row);
  return status_;
}

absl::Status Loader::AppendColumns(Model model, std::size_t rows, std::span<const Column> columns) {
  RELATA_RETURN_IF_ERROR(status_);
  status_ = CheckFit(*state_, model, columns.size());
  if (status_.ok()) status_ = internal::AppendColumns(*state_, model, rows, columns);
  return status_;
}

absl::Status Loader::SetNextKey(Model model, std::int64_t next) {
  if (model.index >= state_->models().size()) {
    return absl::InvalidArgumentError("the model handle is not of this loader's schema");
  }
  const ModelInfo& info = state_->model(model.index);
  const bool generates =
      std::any_of(info.attributes.begin(), info.attributes.end(),
                  [](const AttributeInfo& attribute) { return attribute.auto_increment; });
  if (!generates) return absl::InvalidArgumentError(absl::StrCat(info.name, " generates no keys"));
  const std::int64_t least = state_->table(model.index).next_key;
  if (next != kNoNextKey && (least == kNoNextKey || next < least)) {
    const std::int64_t highest =
        least == kNoNextKey ? std::numeric_limits<std::int64_t>::max() : least - 1;
    return absl::InvalidArgumentError(absl::StrCat("the next key of ", info.name, " cannot be ",
                                                   next, ": keys up to ", highest, " are in use"));
  }
  state_->SetNextKey(model.index, next);
  return absl::OkStatus();
}

absl::StatusOr<Store> Loader::Finish() && {
  RELATA_RETURN_IF_ERROR(status_);
  StoreState& state = *state_;
  for (std::uint32_t m = 0; m < state.models().size(); ++m) {
    state.LinkRows(m);
    for (const ForeignKey f : state.model(m).foreign_keys) {
      RELATA_RETURN_IF_ERROR(CheckReferences(state, f));
    }
  }
  for (std::uint32_t m = 0; m < state.models().size(); ++m) state.BuildIndexes(m);
  state.NewVersion();
  return Store(std::move(state_));
}

}  // namespace relata
