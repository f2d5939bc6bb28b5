// What must hold of a store between operations; see Store::CheckInvariants.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/arcs.h"
#include "graph/describe.h"
#include "graph/store_state.h"
#include "relata/change_set.h"

namespace relata::internal {
namespace {

class Checker {
 public:
  explicit Checker(const StoreState& state) : state_(state) {}

  absl::Status Run() {
    for (std::uint32_t m = 0; m < state_.models().size() && problem_.ok(); ++m) CheckTable(m);
    for (std::uint32_t f = 0; f < state_.foreign_keys().size() && problem_.ok(); ++f) {
      CheckForeignKey(ForeignKey{f});
    }
    return problem_;
  }

 private:
  template <typename... Parts>
  void Fail(const Parts&... parts) {
    if (problem_.ok()) problem_ = absl::InternalError(absl::StrCat(parts...));
  }
  bool Alive(std::uint32_t m, std::uint32_t slot) const {
    return slot < state_.views()[m].slots && StampOf(state_.Row(m, slot)) != 0;
  }

  void CheckTable(std::uint32_t m) {
    const ModelInfo& model = state_.model(m);
    const Table& table = state_.table(m);
    const TableView& view = state_.views()[m];
    if (view.pages != table.pages.pages()) Fail(model.name, ": the view shows other pages");
    if (view.slots > table.pages.size() * kPageRows) Fail(model.name, ": slots without a page");
    indexed_.assign(model.keys.size(), 0);
    std::uint32_t rows = 0;
    for (std::uint32_t slot = 0; slot < view.slots && problem_.ok(); ++slot) {
      if (!Alive(m, slot)) continue;
      ++rows;
      CheckRow(m, slot);
    }
    if (rows != table.rows) Fail(model.name, " counts ", table.rows, " rows but has ", rows);
    CheckFreeSlots(m, view.slots - rows);
    if (absl::Status s = state_.CheckIndexes(m); !s.ok()) Fail(s.message());
    for (std::uint32_t k = 0; k < model.keys.size(); ++k) {
      if (absl::Status s = table.keys[k].CheckInvariants(); !s.ok()) {
        Fail(model.name, " key ", k, ": ", s.message());
      }
      if (indexed_[k] != table.keys[k].size()) {
        Fail(model.name, " key ", k, " has ", table.keys[k].size(), " entries for ", indexed_[k],
             " rows");
      }
    }
  }

  void CheckRow(std::uint32_t m, std::uint32_t slot) {
    const ModelInfo& model = state_.model(m);
    for (std::uint32_t a = 0; a < model.attributes.size(); ++a) {
      const ValueView view = state_.View(m, slot, a);
      if (view.index() == 0 && !model.attributes[a].nullable) {
        Fail(DescribeRow(state_, m, slot), ": ", model.attributes[a].name, " is null");
      }
      if (!Normalize(model.attributes[a].type, view).ok()) {
        Fail(DescribeRow(state_, m, slot), ": ", model.attributes[a].name, " cannot be ",
             ToString(view));
      }
      if (model.attributes[a].auto_increment) {
        const std::int64_t next = state_.table(m).next_key;
        if (next != kNoNextKey && std::get<std::int64_t>(view) >= next) {
          Fail(DescribeRow(state_, m, slot), " has a key that is yet to be generated");
        }
      }
    }
    const absl::Status arcs =
        CheckArcs(state_, m, [&](std::uint32_t a) { return state_.View(m, slot, a).index() == 0; });
    if (!arcs.ok()) Fail(DescribeRow(state_, m, slot), ": ", arcs.message());
    for (std::uint32_t k = 0; k < model.keys.size(); ++k) {
      const KeyViews views = state_.Views(m, slot, model.keys[k].attributes);
      if (!HashKey(views).has_value()) continue;
      if (!state_.AtHome(m, k, slot)) ++indexed_[k];
      if (state_.FindKey(m, k, views) != slot) {
        Fail(DescribeRow(state_, m, slot), " is not found by its key ", k);
      }
    }
  }

  void CheckFreeSlots(std::uint32_t m, std::uint32_t expected) {
    std::uint32_t free = 0;
    std::uint32_t previous = kNoSlot;
    for (std::uint32_t slot = state_.table(m).free_head; slot != kNoSlot && free <= expected;
         ++free) {
      if (slot >= state_.views()[m].slots || Alive(m, slot)) {
        Fail(state_.model(m).name, ": slot ", slot, " is listed as free but is not");
        return;
      }
      const auto place = LoadAs<FreePlace>(state_.Row(m, slot) + kFreePlace);
      if (previous != kNoSlot && place.previous != previous) {
        Fail(state_.model(m).name, ": free slot ", slot, " does not know the one before it");
      }
      previous = slot;
      slot = place.next;
    }
    if (free != expected) Fail(state_.model(m).name, ": free slots are missing from their list");
  }

  // Follows every link in both directions; each child must be met once.
  void CheckForeignKey(ForeignKey f) {
    const ForeignKeyInfo& info = state_.foreign_key(f);
    const std::string name = state_.schema().Describe(f);
    const std::uint32_t m = info.owner.index;
    std::uint64_t linked = 0;
    std::uint64_t dangling = 0;
    for (std::uint32_t child = 0; child < state_.views()[m].slots; ++child) {
      if (!Alive(m, child)) continue;
      const std::uint32_t expected = state_.FindParent(f, child);
      const std::uint32_t parent = state_.Child(f, child).parent;
      if (parent == kDanglingSlot) {
        ++dangling;
        if (expected != kNoSlot) Fail(name, ": ", DescribeRow(state_, m, child), " dangles");
        if (info.constrained && !(info.deferred && state_.in_transaction())) {
          Fail(name, ": ", DescribeRow(state_, m, child), " refers to nothing");
        }
        const bool null = !HashKey(state_.Views(m, child, info.attributes)).has_value();
        if (null) Fail(name, ": ", DescribeRow(state_, m, child), " dangles by null");
      } else if (parent != expected) {
        Fail(name, ": ", DescribeRow(state_, m, child), " is linked to slot ", parent,
             " but refers to slot ", expected);
      } else if (parent == kNoSlot) {
        if (HashKey(state_.Views(m, child, info.attributes)).has_value()) {
          Fail(name, ": ", DescribeRow(state_, m, child), " is neither linked nor dangling");
        }
      } else {
        ++linked;
      }
      if (!problem_.ok()) return;
    }
    std::uint64_t met = 0;
    const std::uint32_t target = info.target.index;
    for (std::uint32_t parent = 0; parent < state_.views()[target].slots; ++parent) {
      if (!Alive(target, parent)) continue;
      const ParentLink up = state_.Parent(f, parent);
      std::uint32_t count = 0;
      std::uint32_t before = kNoSlot;
      for (std::uint32_t child = up.first; child != kNoSlot && count <= up.count; ++count) {
        if (!Alive(m, child)) {
          Fail(name, ": ", DescribeRow(state_, target, parent), " has a child that is gone");
          return;
        }
        const ChildLink link = state_.Child(f, child);
        if (link.parent != parent || link.prev != before) {
          Fail(name, ": ", DescribeRow(state_, m, child), " disagrees with its neighbours");
          return;
        }
        before = child;
        child = link.next;
      }
      if (count != up.count || before != up.last) {
        Fail(name, ": ", DescribeRow(state_, target, parent), " counts ", up.count,
             " children but has ", count);
      }
      met += count;
    }
    if (met != linked) Fail(name, ": ", linked, " links, but parents have ", met, " children");
    CheckDangling(f, dangling);
  }

  void CheckDangling(ForeignKey f, std::uint64_t expected) {
    const DanglingLists& lists = state_.dangling(f);
    const std::string name = state_.schema().Describe(f);
    if (lists.children != expected) {
      Fail(name, " counts ", lists.children, " dangling children but has ", expected);
    }
    if (absl::Status s = lists.heads.CheckInvariants(); !s.ok()) Fail(name, ": ", s.message());
    // A head is the one whose predecessor ends the list.
    const std::uint32_t m = state_.foreign_key(f).owner.index;
    std::uint64_t heads = 0;
    for (std::uint32_t child = 0; expected > 0 && child < state_.views()[m].slots; ++child) {
      if (!Alive(m, child) || state_.Child(f, child).parent != kDanglingSlot) continue;
      const ChildLink link = state_.Child(f, child);
      heads += state_.Child(f, link.prev).next == kNoSlot;
      if (link.next != kNoSlot && state_.Child(f, link.next).prev != child) {
        Fail(name, ": ", DescribeRow(state_, m, child), " disagrees with the next dangling child");
      }
    }
    if (heads != lists.heads.size()) {
      Fail(name, " has ", lists.heads.size(), " dangling lists but ", heads, " heads");
    }
  }

  const StoreState& state_;
  absl::Status problem_;
  std::vector<std::uint64_t> indexed_;  // rows that each key's index holds
};

}  // namespace

absl::Status CheckInvariants(const StoreState& state) { return Checker(state).Run(); }

}  // namespace relata::internal
