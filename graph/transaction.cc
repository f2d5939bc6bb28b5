#include "relata/transaction.h"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/change_sets.h"
#include "graph/describe.h"
#include "graph/errors.h"
#include "graph/judge.h"
#include "graph/store_state.h"

namespace relata {
namespace {

using internal::StoreState;

// Every reference that dangles now must have been promised never to be judged.
absl::Status JudgeDeferred(const StoreState& state) {
  for (std::uint32_t i = 0; i < state.foreign_keys().size(); ++i) {
    const ForeignKey f{i};
    const ForeignKeyInfo& info = state.foreign_key(f);
    if (!info.constrained || state.dangling(f).children == 0) continue;
    const std::uint32_t m = info.owner.index;
    for (std::uint32_t slot = 0; slot < state.views()[m].slots; ++slot) {
      if (internal::StampOf(state.Row(m, slot)) == 0 ||
          state.Child(f, slot).parent != internal::kDanglingSlot) {
        continue;
      }
      const absl::Status one =
          internal::DanglingError(state, f, state.Views(m, slot, info.attributes));
      return internal::KindError(
          ErrorKind::kForeignKey,
          absl::StrCat("the transaction cannot be committed: ",
                       internal::DescribeRow(state, m, slot), ": ", one.message(), " (",
                       state.dangling(f).children, " such by ", state.schema().Describe(f), ")"));
    }
  }
  return absl::OkStatus();
}

[[noreturn]] void DieOfOpenOperation() {
  std::fprintf(stderr,
               "relata: an open transaction was destroyed by a validator, or by an observer before "
               "a change: that would roll back in the middle of an operation; end transactions "
               "outside of callbacks, and refuse what is not to happen by returning an error\n");
  std::abort();
}

}  // namespace

absl::Status Transaction::CheckInnermost() const {
  if (state_ != nullptr && state_->in_callback()) return internal::ReadOnlyError();
  if (state_ == nullptr || state_->savepoints().size() <= depth_ ||
      state_->savepoints()[depth_].serial != serial_) {
    return absl::FailedPreconditionError("the transaction has ended already");
  }
  if (state_->savepoints().size() != depth_ + 1) {
    return absl::FailedPreconditionError(
        "a transaction that was begun later is still open: end that one first");
  }
  return absl::OkStatus();
}

Transaction::Transaction(Transaction&& other) noexcept
    : state_(std::exchange(other.state_, nullptr)), depth_(other.depth_), serial_(other.serial_) {}

Transaction::~Transaction() {
  if (state_ == nullptr || state_->savepoints().size() <= depth_ ||
      state_->savepoints()[depth_].serial != serial_) {
    return;  // it went with an outer one
  }
  if (state_->in_callback()) DieOfOpenOperation();
  // What was begun later and is still open goes with it.
  while (state_->savepoints().size() > depth_) state_->RollBack();
}

absl::StatusOr<ChangeSet> Transaction::Commit() {
  RELATA_RETURN_IF_ERROR(CheckInnermost());
  if (depth_ == 0) RELATA_RETURN_IF_ERROR(JudgeDeferred(*state_));
  ChangeSet changes = internal::ChangesSince(*state_, state_->savepoints().back());
  std::exchange(state_, nullptr)->Release();
  return changes;
}

absl::Status Transaction::CommitQuietly() {
  RELATA_RETURN_IF_ERROR(CheckInnermost());
  if (depth_ == 0) RELATA_RETURN_IF_ERROR(JudgeDeferred(*state_));
  std::exchange(state_, nullptr)->Release();
  return absl::OkStatus();
}

absl::Status Transaction::Rollback() {
  RELATA_RETURN_IF_ERROR(CheckInnermost());
  std::exchange(state_, nullptr)->RollBack();
  return absl::OkStatus();
}

}  // namespace relata
