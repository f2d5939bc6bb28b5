// One call of an association's accessor: an association, and the instance that it starts from. The
// steps of a change are judged one by one, so whoever calls for one wraps it in a Statement (rules
// R9, R12 to R16).
#ifndef RELATA_GRAPH_ACCESSOR_H_
#define RELATA_GRAPH_ACCESSOR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/operations.h"
#include "graph/store_state.h"
#include "relata/link.h"
#include "relata/target.h"

namespace relata::internal {

// Whether a value is one of those that are in scope.
bool Allows(const ScopeEntry& entry, const ValueView& value);

// Whether a row, given as its bytes or by its slot, has, for every attribute of a scope, one of the
// values that the scope allows.
bool InScope(const RowLayout& layout, const char* row, const std::vector<ScopeEntry>& scope);
bool InScope(const StoreState& state, std::uint32_t m, std::uint32_t slot,
             const std::vector<ScopeEntry>& scope);

// Makes the values for a row meet a scope: what the scope does not allow gives way. What the values
// do not say is what the row has now, or for a new one (kNoSlot) the default.
void MeetScopeOf(const StoreState& state, Model model, std::uint32_t slot,
                 const std::vector<ScopeEntry>& scope, AttributeValues& values);

// Adds the values with which a row refers to `parent` by a foreign key. FailedPrecondition: a part
// of that key is null.
absl::Status Refer(const StoreState& state, ForeignKey f, std::uint32_t parent,
                   AttributeValues& values);

// The slot of a target. kForeignKey: no row has that key; else as for Accessor::Make.
absl::StatusOr<std::uint32_t> FindTarget(const StoreState& state, Model model,
                                         const Target& target);

// Of several values for one attribute, the last.
AttributeValues Last(const AttributeValues& values);

// A target that was found, and the values for its own join row.
struct LinkTarget {
  std::uint32_t slot;
  AttributeValues through;
};
using LinkTargets = std::vector<LinkTarget>;

class Accessor {
 public:
  // InvalidArgument: an association of another schema, an instance of another model; NotFound: a
  // stale handle.
  static absl::StatusOr<Accessor> Make(StoreState& state, Instance instance,
                                       Association association);

  const AssociationInfo& info() const { return info_; }
  bool to_many_through() const { return info_.kind == AssociationKind::kBelongsToMany; }

  // Values for join rows. InvalidArgument: there are some, but the association has no join rows.
  absl::StatusOr<AttributeValues> ResolveThrough(const Values& through) const;
  // The targets, in the order given; the same one twice counts once, with the values of both unless
  // `repeated`. The values borrow from `targets`. Every one is checked before any is used.
  absl::StatusOr<LinkTargets> Resolve(const Targets& targets, bool repeated = false) const;
  // The slots of distinct targets, in the order given. InvalidArgument: values for a join row.
  absl::StatusOr<std::vector<std::uint32_t>> Slots(const Targets& targets) const;

  // As the functions of Store; `through` are values for join rows that have none of their own.
  absl::Status Set(const LinkTargets& targets, const AttributeValues& through, Unlink unlink);
  absl::Status Add(const LinkTargets& targets, const AttributeValues& through);
  absl::Status Append(const LinkTargets& targets, const AttributeValues& through);
  absl::Status Remove(const std::vector<std::uint32_t>& targets, Unlink unlink);
  absl::StatusOr<Instance> Create(AttributeValues values, const AttributeValues& through);
  // Links one target, with the scope's values, and unlinks nothing but what the same key held.
  absl::Status Attach(std::uint32_t target, const AttributeValues& through);
  // Unlinks all that is shown but these, and of several links to one of them all but the first.
  absl::Status Keep(const std::vector<std::uint32_t>& targets, Unlink unlink);
  // Whether a target is linked in scope.
  bool Holds(std::uint32_t target) const;
  // Whether all of them are; what no row's key is, is linked to nothing. Every one is checked, also
  // behind one that is not linked. InvalidArgument: as Slots.
  absl::StatusOr<bool> HoldsAll(const Targets& targets) const;
  // The first join row between the source and a target that are in scope, or kNoSlot.
  std::uint32_t JoinRow(std::uint32_t target) const {
    return TargetInScope(target) ? FindJoin(target) : kNoSlot;
  }
  // All of the join rows between the source and a target that are in scope, in the order of
  // linking.
  std::vector<std::uint32_t> JoinRows(std::uint32_t target) const;
  // What the calls above have done so far.
  const LinkCounts& counts() const { return counts_; }

 private:
  // A link: the target, and for a belongsToMany the join row.
  struct Link {
    std::uint32_t target;
    std::uint32_t join;
  };

  Accessor(StoreState& state, Instance source, Association association, const AssociationInfo& info)
      : state_(state), source_(source), association_(association), info_(info) {}

  std::string Name() const { return state_.schema().Describe(association_); }
  bool TargetInScope(std::uint32_t slot) const {
    return InScope(state_, info_.target.index, slot, info_.scope);
  }
  bool SourceInScope() const {
    return InScope(state_, info_.source.index, source_.slot, info_.source_scope);
  }
  bool JoinInScope(std::uint32_t slot) const {
    return InScope(state_, info_.through.index, slot, info_.through_scope);
  }
  template <typename Visit>
  void ForChildren(ForeignKey f, const Visit& visit) const {
    for (std::uint32_t child = state_.Parent(f, source_.slot).first; child != kNoSlot;
         child = state_.Child(f, child).next) {
      visit(child);
    }
  }

  // What is linked in scope, in order; what of that is shown, which is the first of a hasOne; and
  // the links to one target.
  std::vector<Link> Links() const;
  std::vector<Link> Shown() const;
  std::vector<Link> LinksTo(std::uint32_t target) const;
  absl::StatusOr<std::uint32_t> SlotOf(const Target& target) const;
  // The same where a target cannot have values for a join row.
  absl::StatusOr<std::uint32_t> BareSlotOf(const Target& target) const;
  // As the function above, for a key of this association.
  absl::Status Refer(AttributeValues& values, ForeignKey f, std::uint32_t parent) const;
  absl::Status AttachAll(const LinkTargets& targets, const AttributeValues& through);
  // Links one target by a join row, with the scope's values: the one that is there, or one more.
  absl::Status AttachJoin(std::uint32_t target, const AttributeValues& through, bool once_more);
  absl::Status Join(std::uint32_t target, const AttributeValues& through);
  absl::Status AddJoin(std::uint32_t target, AttributeValues values);
  // Makes an instance meet the scope.
  absl::Status MeetScope(std::uint32_t target);
  // The join row between the source and a target, in the scope of this association, or kNoSlot.
  std::uint32_t FindJoin(std::uint32_t target) const;
  // Clears the foreign key of a row and nothing else (rule R14).
  absl::Status ClearKey(Instance row);
  absl::Status Drop(const std::vector<Link>& links, Unlink unlink);
  // A belongsTo cannot delete what it unlinks: that would be the source.
  absl::Status CheckPolicy(Unlink unlink) const;
  // What was unlinked may have taken along what is to be linked.
  absl::Status CheckStillThere(const std::vector<Instance>& targets) const;

  StoreState& state_;
  Instance source_;
  Association association_;
  const AssociationInfo& info_;
  LinkCounts counts_;
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_ACCESSOR_H_
