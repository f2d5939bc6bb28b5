#include "graph/apply.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "graph/row_set.h"

namespace relata::internal {

// What a plan keeps to itself.
struct PlanAccess {
  static const std::vector<Plan::Sweep>& Sweeps(const Plan& plan) { return plan.sweeps_; }
  // How many assignments are to be carried out one by one.
  static std::size_t SingleAssignments(const Plan& plan) {
    return std::min(plan.assignments_.size(), plan.spelled_out_);
  }
};

namespace {

class Applier {
 public:
  Applier(StoreState& state, const Plan& plan) : state_(state), plan_(plan) {}

  void Run() {
    GroupByRow();
    CutOff();
    Remove();
    LoosenChanged();
    WriteChanged();
    Relink();
  }

 private:
  // The assignments of one row.
  struct Row {
    std::uint32_t model;
    std::uint32_t slot;
    std::vector<const Plan::Assignment*> assignments;
    bool Assigns(const std::vector<std::uint32_t>& attributes) const {
      return std::any_of(assignments.begin(), assignments.end(), [&](const Plan::Assignment* a) {
        return std::find(attributes.begin(), attributes.end(), a->attribute) != attributes.end();
      });
    }
  };
  struct LooseEnd {
    ForeignKey f;
    std::uint32_t child;
  };

  void GroupByRow() {
    std::vector<const Plan::Assignment*> sorted;
    const std::size_t single = PlanAccess::SingleAssignments(plan_);
    if (single == 0) return;
    sorted.reserve(single);
    for (std::size_t i = 0; i < single; ++i) sorted.push_back(&plan_.assignments()[i]);
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) {
      return std::pair(a->instance.model, a->instance.slot) <
             std::pair(b->instance.model, b->instance.slot);
    });
    for (const Plan::Assignment* a : sorted) {
      if (changed_.empty() || changed_.back().model != a->instance.model ||
          changed_.back().slot != a->instance.slot) {
        changed_.push_back({a->instance.model, a->instance.slot, {}});
      }
      changed_.back().assignments.push_back(a);
    }
  }

  bool Doomed(std::uint32_t m, std::uint32_t slot) {
    if (doomed_.empty()) {
      for (const Plan::Deletion& d : plan_.deletions()) {
        doomed_.Insert(d.instance.model, d.instance.slot);
      }
    }
    return doomed_.Contains(m, slot);
  }

  // Separates what goes from what stays. Links among what goes are left as they are.
  void CutOff() {
    for (const Plan::Deletion& d : plan_.deletions()) {
      const std::uint32_t m = d.instance.model;
      const std::uint32_t slot = d.instance.slot;
      for (const ForeignKey f : state_.model(m).foreign_keys) {
        const std::uint32_t parent = state_.Child(f, slot).parent;
        if (parent == kNoSlot || f == d.via) continue;
        if (parent != kDanglingSlot && Doomed(state_.foreign_key(f).target.index, parent)) continue;
        state_.Unlink(f, slot);
      }
      for (const ForeignKey f : state_.model(m).referenced_by) {
        const ForeignKeyInfo& info = state_.foreign_key(f);
        if (info.constrained && info.on_delete == Action::kCascade) continue;  // all of them go
        if (state_.link(f).sweepable) continue;
        for (std::uint32_t child = state_.Parent(f, slot).first; child != kNoSlot;) {
          const std::uint32_t next = state_.Child(f, child).next;
          if (!Doomed(info.owner.index, child)) {
            state_.Unlink(f, child);
            loose_.push_back({f, child});
          }
          child = next;
        }
      }
    }
    // Of those that go as well, no one asks for the key any more.
    for (const auto& [f, parent] : PlanAccess::Sweeps(plan_)) state_.OrphanChildren(f, parent);
  }

  void Remove() {
    const std::span<const Plan::Deletion> deletions = plan_.deletions();
    for (auto it = deletions.rbegin(); it != deletions.rend(); ++it) {
      const std::uint32_t m = it->instance.model;
      const std::uint32_t slot = it->instance.slot;
      const std::size_t keys = state_.model(m).keys.size();
      for (std::uint32_t k = 0; k < keys; ++k) state_.UnindexKey(m, k, slot);
      state_.RemoveRow(m, slot);
    }
  }

  // References whose value changes, and those to a key that changes: where they lead is looked up
  // afterwards. A dangling one is found by its value, so it is unlinked while it has that.
  void LoosenChanged() {
    for (const Row& row : changed_) {
      const ModelInfo& model = state_.model(row.model);
      for (const ForeignKey f : model.foreign_keys) {
        if (!row.Assigns(state_.foreign_key(f).attributes)) continue;
        if (state_.Child(f, row.slot).parent == kDanglingSlot) state_.Unlink(f, row.slot);
        loose_.push_back({f, row.slot});
      }
      for (const ForeignKey f : model.referenced_by) {
        const ForeignKeyInfo& info = state_.foreign_key(f);
        if (!row.Assigns(model.keys[info.target_key].attributes)) continue;
        for (std::uint32_t child = state_.Parent(f, row.slot).first; child != kNoSlot;
             child = state_.Child(f, child).next) {
          loose_.push_back({f, child});
        }
      }
    }
  }

  // Takes every key that changes out before any is entered: rows may exchange keys.
  void WriteChanged() {
    const auto for_changed_keys = [&](const auto& act) {
      for (const Row& row : changed_) {
        const std::vector<KeyInfo>& keys = state_.model(row.model).keys;
        for (std::uint32_t k = 0; k < keys.size(); ++k) {
          if (row.Assigns(keys[k].attributes)) act(row.model, k, row.slot);
        }
      }
    };
    for_changed_keys([&](auto m, auto k, auto slot) { state_.UnindexKey(m, k, slot); });
    for (const Row& row : changed_) {
      std::uint64_t moved = 0;
      for (const Plan::Assignment* a : row.assignments) {
        moved |= state_.IndexesMoved(row.model, row.slot, a->attribute, a->after.view());
      }
      state_.LeaveIndexes(row.model, row.slot, moved);
      for (const Plan::Assignment* a : row.assignments) {
        state_.WriteCell(row.model, row.slot, a->attribute, a->after.view());
      }
      state_.EnterIndexes(row.model, row.slot, moved);
    }
    for_changed_keys([&](auto m, auto k, auto slot) { state_.IndexKey(m, k, slot); });
  }

  void Relink() {
    for (const LooseEnd& end : loose_) {
      const std::uint32_t parent = state_.FindParent(end.f, end.child);
      const std::uint32_t linked = state_.Child(end.f, end.child).parent;
      if (linked == parent && parent != kNoSlot) continue;
      if (linked != kNoSlot) {
        // Linked by a value that may be gone: to a row that has moved on, so by slot alone.
        state_.Unlink(end.f, end.child);
      }
      state_.Link(end.f, end.child, parent);
    }
    for (const Row& row : changed_) {
      const std::vector<KeyInfo>& keys = state_.model(row.model).keys;
      for (std::uint32_t k = 0; k < keys.size(); ++k) {
        if (row.Assigns(keys[k].attributes)) state_.AdoptDangling(row.model, k, row.slot);
      }
    }
  }

  StoreState& state_;
  const Plan& plan_;
  RowSet doomed_;  // once someone has asked
  std::vector<Row> changed_;
  std::vector<LooseEnd> loose_;
};

}  // namespace

void ApplyPlan(StoreState& state, const Plan& plan) {
  Applier(state, plan).Run();
  state.NewVersion();
}

}  // namespace relata::internal
