// The last part of planning: what stands in the way, judged on the state that the plan would leave.
#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/arcs.h"
#include "graph/describe.h"
#include "graph/errors.h"
#include "graph/judge.h"
#include "graph/planner.h"

namespace relata {

using internal::DescribeKey;
using internal::DescribeRow;
using internal::KeyViews;
using internal::kNoSlot;

namespace {

std::uint64_t NewKeyId(std::uint32_t m, std::uint32_t key, std::uint32_t hash) {
  return (std::uint64_t{m} << 48) ^ (std::uint64_t{key} << 32) ^ hash;
}

bool Contains(const std::vector<std::uint32_t>& attributes, std::uint32_t attribute) {
  return std::find(attributes.begin(), attributes.end(), attribute) != attributes.end();
}

}  // namespace

void Planner::Block(ErrorKind kind, std::uint32_t m, std::uint32_t slot, ForeignKey via,
                    std::vector<std::string> attributes, std::string message) {
  ++plan_.total_blockers_;
  if (plan_.blockers_.size() < Plan::kMaxBlockers) {
    plan_.blockers_.push_back({kind, state_.InstanceAt(m, slot), via, std::move(message),
                               internal::KeyOfRow(state_, m, slot).ToString(),
                               std::move(attributes)});
  }
}

// Whether a reference may dangle until the transaction ends, or for good.
bool Planner::MayDangle(ForeignKey f, Action action) const {
  const ForeignKeyInfo& info = state_.foreign_key(f);
  return !info.constrained ||
         (info.deferred && action != Action::kRestrict && state_.in_transaction());
}

void Planner::EnterNewKeys() {
  for (const RowId row : changed_) {
    const std::uint32_t m = RowModel(row);
    const std::vector<KeyInfo>& keys = state_.model(m).keys;
    for (std::uint32_t k = 0; k < keys.size(); ++k) {
      if (!Changes(m, SlotOf(row), keys[k].attributes)) continue;
      const auto hash = internal::HashKey(FinalViews(m, SlotOf(row), keys[k].attributes));
      if (hash.has_value()) new_keys_[NewKeyId(m, k, *hash)].push_back(SlotOf(row));
    }
  }
}

std::uint32_t Planner::FinalOwner(std::uint32_t m, std::uint32_t key, const KeyViews& views) const {
  const std::vector<std::uint32_t>& attributes = state_.model(m).keys[key].attributes;
  if (!new_keys_.empty()) {
    const auto hash = internal::HashKey(views);
    if (!hash.has_value()) return kNoSlot;
    const auto found = new_keys_.find(NewKeyId(m, key, *hash));
    if (found != new_keys_.end()) {
      for (const std::uint32_t slot : found->second) {
        if (internal::EqualKeys(FinalViews(m, slot, attributes), views)) return slot;
      }
    }
  }
  const std::uint32_t slot = state_.FindKey(m, key, views);
  if (slot == kNoSlot || Doomed(m, slot) || Changes(m, slot, attributes)) return kNoSlot;
  return slot;
}

void Planner::CheckNotNull() {
  for (const Plan::Assignment& assignment : plan_.assignments_) {
    const std::uint32_t m = assignment.instance.model;
    if (!assignment.after.is_null() || state_.model(m).attributes[assignment.attribute].nullable) {
      continue;
    }
    const bool by_caller = assignment.via == ForeignKey();
    Problem problem = internal::NotNullProblem(state_, m, assignment.attribute);
    Block(problem.kind, m, assignment.instance.slot, assignment.via, std::move(problem.attributes),
          absl::StrCat(DescribeRow(state_, m, assignment.instance.slot), ": ", problem.message,
                       by_caller
                           ? std::string()
                           : absl::StrCat(" (", std::string(ActionName(assignment.action)), " of ",
                                          state_.schema().Describe(assignment.via), ")")));
  }
}

void Planner::CheckUnique() {
  for (const RowId row : changed_) {
    const std::uint32_t m = RowModel(row);
    const std::uint32_t slot = SlotOf(row);
    const std::vector<KeyInfo>& keys = state_.model(m).keys;
    for (std::uint32_t k = 0; k < keys.size(); ++k) {
      const std::vector<std::uint32_t>& attributes = keys[k].attributes;
      if (!Changes(m, slot, attributes)) continue;
      const KeyViews views = FinalViews(m, slot, attributes);
      const auto hash = internal::HashKey(views);
      if (!hash.has_value()) continue;
      bool taken = false;
      for (const std::uint32_t other : new_keys_.at(NewKeyId(m, k, *hash))) {
        taken |= other != slot && internal::EqualKeys(FinalViews(m, other, attributes), views);
      }
      const std::uint32_t owner = state_.FindKey(m, k, views);
      taken |=
          owner != kNoSlot && owner != slot && !Doomed(m, owner) && !Changes(m, owner, attributes);
      if (taken) {
        Problem problem = internal::UniqueProblem(state_, m, k, views);
        Block(problem.kind, m, slot, ForeignKey(), std::move(problem.attributes),
              absl::StrCat(DescribeRow(state_, m, slot), ": ", problem.message));
      }
    }
  }
}

void Planner::CheckArcs() {
  for (const RowId row : changed_) {
    const std::uint32_t m = RowModel(row);
    const std::uint32_t slot = SlotOf(row);
    if (state_.arcs(m).empty()) continue;
    std::vector<Problem> problems;
    internal::AddArcProblems(
        state_, m, [&](std::uint32_t a) { return FinalViews(m, slot, {a})[0].index() == 0; },
        problems);
    if (problems.empty()) continue;
    // What is to blame: the first change that is not the caller's own.
    const Plan::Assignment* cause = &plan_.assignments_[assigned_.at(row)[0]];
    for (const std::uint32_t i : assigned_.at(row)) {
      if (cause->via == ForeignKey()) cause = &plan_.assignments_[i];
    }
    const std::string action =
        cause->via == ForeignKey()
            ? std::string()
            : absl::StrCat(" (", std::string(ActionName(cause->action)), " of ",
                           state_.schema().Describe(cause->via), ")");
    for (Problem& problem : problems) {
      Block(problem.kind, m, slot, cause->via, std::move(problem.attributes),
            absl::StrCat(DescribeRow(state_, m, slot), ": ", problem.message, action));
    }
  }
}

void Planner::CheckReferences() {
  // Of changed rows: every foreign key with an attribute that was assigned.
  for (const RowId row : changed_) {
    for (const ForeignKey f : state_.model(RowModel(row)).foreign_keys) {
      for (const std::uint32_t i : assigned_.at(row)) {
        if (Contains(state_.foreign_key(f).attributes, plan_.assignments_[i].attribute)) {
          checks_.push_back({f, SlotOf(row)});
          break;
        }
      }
    }
  }
  std::sort(checks_.begin(), checks_.end(), [](const Check& a, const Check& b) {
    return std::pair(a.f.index, a.child) < std::pair(b.f.index, b.child);
  });
  checks_.erase(
      std::unique(checks_.begin(), checks_.end(),
                  [](const Check& a, const Check& b) { return a.f == b.f && a.child == b.child; }),
      checks_.end());
  for (const Check& check : checks_) CheckReference(check);
  // Of rows that stay as they are: those whose key is given up.
  for (const Left& left : left_) {
    const Instance parent = plan_.deletions_[left.deletion].instance;
    CheckVacated(parent.model, parent.slot, left.f, true);
  }
  for (const RowId row : changed_) {
    for (const ForeignKey f : state_.model(RowModel(row)).referenced_by) {
      CheckVacated(RowModel(row), SlotOf(row), f, false);
    }
  }
}

void Planner::CheckReference(Check check) {
  const ForeignKeyInfo& info = state_.foreign_key(check.f);
  if (MayDangle(check.f, Action::kNoAction)) return;
  const std::uint32_t m = info.owner.index;
  const KeyViews views = FinalViews(m, check.child, info.attributes);
  if (!internal::HashKey(views).has_value()) return;
  if (FinalOwner(info.target.index, info.target_key, views) != kNoSlot) return;
  Block(ErrorKind::kForeignKey, m, check.child, check.f,
        internal::NamesOf(state_.model(m), info.attributes),
        absl::StrCat(
            DescribeRow(state_, m, check.child), " would have ",
            DescribeKey(state_.model(m), info.attributes, views), ", and no ",
            state_.model(info.target.index).name, " would have ",
            DescribeKey(state_.model(info.target.index),
                        state_.model(info.target.index).keys[info.target_key].attributes, views)));
}

void Planner::CheckVacated(std::uint32_t m, std::uint32_t slot, ForeignKey f, bool deleted) {
  const ForeignKeyInfo& info = state_.foreign_key(f);
  const Action action = deleted ? info.on_delete : info.on_update;
  if (action != Action::kNoAction && action != Action::kRestrict) return;
  if (MayDangle(f, action) || state_.Parent(f, slot).count == 0) return;
  const std::vector<std::uint32_t>& key = state_.model(m).keys[info.target_key].attributes;
  if (!deleted && !Changes(m, slot, key)) return;
  const KeyViews old_key = state_.Views(m, slot, key);
  if (FinalOwner(m, info.target_key, old_key) != kNoSlot) return;
  const std::uint32_t owner = info.owner.index;
  for (std::uint32_t child = state_.Parent(f, slot).first; child != kNoSlot;
       child = state_.Child(f, child).next) {
    if (Doomed(owner, child) || Changes(owner, child, info.attributes)) continue;
    // Assigned what it had: judged with the changed ones.
    const Check judged{f, child};
    if (std::binary_search(checks_.begin(), checks_.end(), judged,
                           [](const Check& a, const Check& b) {
                             return std::pair(a.f.index, a.child) < std::pair(b.f.index, b.child);
                           })) {
      continue;
    }
    Block(ErrorKind::kForeignKey, owner, child, f,
          internal::NamesOf(state_.model(owner), info.attributes),
          absl::StrCat(DescribeRow(state_, owner, child), " refers to ",
                       DescribeRow(state_, m, slot), " by ", state_.schema().Describe(f),
                       deleted ? " (ON DELETE " : " (ON UPDATE ", std::string(ActionName(action)),
                       "): delete it too, or let it refer to another"));
  }
}

void Planner::CheckRules() {
  for (const RowId row : changed_) {
    const std::uint32_t m = RowModel(row);
    const std::uint32_t slot = SlotOf(row);
    if (state_.rules(m).empty()) continue;
    internal::AttributeValues values;
    for (const std::uint32_t i : assigned_.at(row)) {
      const Plan::Assignment& assignment = plan_.assignments_[i];
      values.push_back({assignment.attribute, assignment.after.view()});
    }
    std::vector<Problem> problems;
    internal::AddRuleProblems(
        internal::RowViewAccess::OfUpdate(state_, state_.InstanceAt(m, slot), values), problems);
    for (Problem& problem : problems) {
      // What is wrong with the row as a whole names it already.
      const std::string row_of = problem.attributes.empty()
                                     ? std::string()
                                     : absl::StrCat(DescribeRow(state_, m, slot), ": ");
      Block(problem.kind, m, slot, ForeignKey(), std::move(problem.attributes),
            absl::StrCat(row_of, problem.message));
    }
  }
}

}  // namespace relata
