#include "graph/link_changes.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "graph/accessor.h"
#include "graph/former_rows.h"

namespace relata::internal {
namespace {

// A row as it was or is: where, and its bytes; no bytes for no row.
struct RowAt {
  std::uint32_t model = 0;
  std::uint32_t slot = kNoSlot;
  const char* bytes = nullptr;
};

// What makes a row the same before and after: its slot, and a stamp if it is gone.
using Token = std::pair<std::uint32_t, std::uint64_t>;

struct Link {
  std::pair<Token, Token> ends;
  RowAt source;
  RowAt target;
  RowAt join;
};

class Finder {
 public:
  Finder(const StoreState& state, const FormerRows& former, Association association)
      : state_(state),
        former_(former),
        association_(association),
        info_(state.schema()[association]) {}

  void AddTo(std::vector<LinkChange>& changes) {
    FindCandidates();
    for (const std::uint32_t slot : candidates_) {
      if (auto link = LinkAt(slot, true); link.source.bytes != nullptr) before_.push_back(link);
      if (auto link = LinkAt(slot, false); link.source.bytes != nullptr) after_.push_back(link);
    }
    const auto by_ends = [](const Link& a, const Link& b) { return a.ends < b.ends; };
    std::stable_sort(before_.begin(), before_.end(), by_ends);
    std::stable_sort(after_.begin(), after_.end(), by_ends);
    Add(LinkChange::Kind::kUnlink, before_, after_, changes);
    Add(LinkChange::Kind::kLink, after_, before_, changes);
  }

 private:
  bool through() const { return info_.kind == AssociationKind::kBelongsToMany; }
  bool from_child() const { return info_.kind == AssociationKind::kBelongsTo; }
  // The model whose rows are the links: the one with the foreign key.
  std::uint32_t linking() const { return state_.foreign_key(info_.foreign_key).owner.index; }

  void Consider(std::uint32_t slot) {
    if (seen_.insert(slot).second) candidates_.push_back(slot);
  }

  // Rows of the linking model that were touched, and those that lead to a target which was touched
  // and whose values the scope asks about.
  void FindCandidates() {
    const bool scope_elsewhere = !info_.scope.empty() && (from_child() || through());
    const ForeignKey to_target = through() ? info_.other_key : info_.foreign_key;
    for (const FormerRows::Former& row : former_.rows()) {
      if (row.model == linking()) Consider(row.slot);
      if (!scope_elsewhere || row.model != info_.target.index) continue;
      if (StampOf(state_.Row(row.model, row.slot)) == 0) continue;
      for (std::uint32_t child = state_.Parent(to_target, row.slot).first; child != kNoSlot;
           child = state_.Child(to_target, child).next) {
        Consider(child);
      }
    }
  }

  RowAt At(std::uint32_t m, std::uint32_t slot, bool before) const {
    const char* bytes = before ? former_.Find(m, slot) : nullptr;
    if (bytes == nullptr) bytes = state_.Row(m, slot);
    return {m, slot, StampOf(bytes) == 0 ? nullptr : bytes};
  }

  RowAt Parent(ForeignKey f, const RowAt& child, bool before) const {
    const auto link = LoadAs<ChildLink>(child.bytes + state_.link(f).child_offset);
    if (link.parent >= kDanglingSlot) return {};
    return At(state_.foreign_key(f).target.index, link.parent, before);
  }

  bool Within(const RowAt& row, const std::vector<ScopeEntry>& scope) const {
    return InScope(state_.layout(row.model), row.bytes, scope);
  }

  // The link that a row of the linking model is; without a source if it is none.
  Link LinkAt(std::uint32_t slot, bool before) const {
    Link link;
    const RowAt row = At(linking(), slot, before);
    if (row.bytes == nullptr) return {};
    const RowAt parent = Parent(info_.foreign_key, row, before);
    if (parent.bytes == nullptr) return {};
    link.source = from_child() ? row : parent;
    link.target = from_child() ? parent : row;
    if (through()) {
      link.join = row;
      link.target = Parent(info_.other_key, row, before);
      if (link.target.bytes == nullptr || !Within(row, info_.through_scope)) return {};
    }
    if (from_child() && !Within(row, info_.source_scope)) return {};
    if (!Within(link.target, info_.scope)) return {};
    link.ends = {TokenOf(link.source), TokenOf(link.target)};
    return link;
  }

  Token TokenOf(const RowAt& row) const {
    const std::uint64_t stamp = StampOf(row.bytes);
    if (StampOf(state_.Row(row.model, row.slot)) == stamp) return {row.slot, 0};
    // It is gone. Is another one there that was created under its key since?
    const std::uint32_t again = state_.FindKey(row.model, 0, KeyIn(state_, row.model, row.bytes));
    if (again != kNoSlot) {
      const char* was = former_.Find(row.model, again);
      if (was != nullptr && StampOf(was) != StampOf(state_.Row(row.model, again))) {
        return {again, 0};
      }
    }
    return {row.slot, stamp};
  }

  // Those of one side that the other has not, as often as it has them not.
  void Add(LinkChange::Kind kind, const std::vector<Link>& these, const std::vector<Link>& others,
           std::vector<LinkChange>& changes) const {
    std::vector<Link> only;
    std::set_difference(these.begin(), these.end(), others.begin(), others.end(),
                        std::back_inserter(only),
                        [](const Link& a, const Link& b) { return a.ends < b.ends; });
    const std::size_t first = changes.size();
    for (const Link& link : only) {
      LinkChange change;
      change.kind = kind;
      change.association = association_;
      change.source = KeyOf(link.source);
      change.target = KeyOf(link.target);
      if (through()) change.join = KeyOf(link.join);
      change.source_instance = InstanceOf(link.source);
      change.target_instance = InstanceOf(link.target);
      changes.push_back(std::move(change));
    }
    std::stable_sort(changes.begin() + static_cast<std::ptrdiff_t>(first), changes.end(),
                     [](const LinkChange& a, const LinkChange& b) {
                       return std::tie(a.source, a.target, a.join) <
                              std::tie(b.source, b.target, b.join);
                     });
  }

  Key KeyOf(const RowAt& row) const {
    std::vector<Value> parts;
    for (const ValueView& view : KeyIn(state_, row.model, row.bytes)) {
      parts.push_back(Value::From(view));
    }
    return Key(std::move(parts));
  }
  static Instance InstanceOf(const RowAt& row) {
    return Instance{row.model, row.slot, StampOf(row.bytes)};
  }

  const StoreState& state_;
  const FormerRows& former_;
  Association association_;
  const AssociationInfo& info_;
  std::vector<std::uint32_t> candidates_;
  absl::flat_hash_set<std::uint32_t> seen_;
  std::vector<Link> before_;
  std::vector<Link> after_;
};

}  // namespace

std::vector<LinkChange> LinksSince(const StoreState& state, const StoreState::Savepoint& since,
                                   std::vector<Association> associations) {
  std::vector<LinkChange> changes;
  if (associations.empty()) return changes;
  std::sort(associations.begin(), associations.end());
  associations.erase(std::unique(associations.begin(), associations.end()), associations.end());
  const FormerRows former(state, since, FormerRows::Links::kInclude);
  for (const Association association : associations) {
    Finder(state, former, association).AddTo(changes);
  }
  return changes;
}

}  // namespace relata::internal
