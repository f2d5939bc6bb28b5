#include "graph/apply.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace relata::internal {
namespace {

class Applier {
 public:
  Applier(StoreState& state, const Plan& plan) : state_(state), plan_(plan) {}

  void Run() {
    GroupByRow();
    RemoveDeleted();
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
    sorted.reserve(plan_.assignments().size());
    for (const Plan::Assignment& a : plan_.assignments()) sorted.push_back(&a);
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

  void RemoveDeleted() {
    const std::vector<Plan::Deletion>& deletions = plan_.deletions();
    for (auto it = deletions.rbegin(); it != deletions.rend(); ++it) {
      for (const ForeignKey f : state_.model(it->instance.model).foreign_keys) {
        state_.Unlink(f, it->instance.slot);
      }
    }
    for (auto it = deletions.rbegin(); it != deletions.rend(); ++it) {
      const std::uint32_t m = it->instance.model;
      const std::uint32_t slot = it->instance.slot;
      const ModelInfo& model = state_.model(m);
      // What still refers to it survives it.
      for (const ForeignKey f : model.referenced_by) {
        for (std::uint32_t child = state_.Parent(f, slot).first; child != kNoSlot;) {
          const std::uint32_t next = state_.Child(f, child).next;
          state_.Unlink(f, child);
          loose_.push_back({f, child});
          child = next;
        }
      }
      for (std::uint32_t k = 0; k < model.keys.size(); ++k) state_.UnindexKey(m, k, slot);
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
      for (const Plan::Assignment* a : row.assignments) {
        state_.WriteCell(row.model, row.slot, a->attribute, a->after.view());
      }
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
  std::vector<Row> changed_;
  std::vector<LooseEnd> loose_;
};

}  // namespace

void ApplyPlan(StoreState& state, const Plan& plan) {
  Applier(state, plan).Run();
  state.NewVersion();
}

}  // namespace relata::internal
