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
#include "relata/store.h"

namespace relata::internal {

// Whether a row has, for every attribute of a scope, one of the values that the scope allows.
bool InScope(const StoreState& state, std::uint32_t m, std::uint32_t slot,
             const std::vector<ScopeEntry>& scope);

class Accessor {
 public:
  // InvalidArgument: an association of another schema, an instance of another model; NotFound: a
  // stale handle.
  static absl::StatusOr<Accessor> Make(StoreState& state, Instance instance,
                                       Association association);

  const AssociationInfo& info() const { return info_; }
  bool to_many_through() const { return info_.kind == AssociationKind::kBelongsToMany; }

  // The slots of distinct targets, in the order given. Every one is checked before any is used.
  absl::StatusOr<std::vector<std::uint32_t>> Slots(const Targets& targets) const;

  // As the functions of Store; `through` are values for join rows.
  absl::Status Set(const std::vector<std::uint32_t>& targets, const AttributeValues& through);
  absl::Status Add(const std::vector<std::uint32_t>& targets, const AttributeValues& through);
  absl::Status Remove(const std::vector<std::uint32_t>& targets);
  absl::StatusOr<Instance> Create(AttributeValues values, const AttributeValues& through);

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

  // What is linked in scope, in order.
  std::vector<Link> Links() const;
  absl::StatusOr<std::uint32_t> SlotOf(const Target& target) const;
  // Adds the values with which a row refers to `parent` by a foreign key.
  absl::Status Refer(AttributeValues& values, ForeignKey f, std::uint32_t parent) const;
  // Links one target, with the scope's values, whatever it was linked to before.
  absl::Status Attach(std::uint32_t target, const AttributeValues& through);
  absl::Status Join(std::uint32_t target, const AttributeValues& through);
  // The join row between the source and a target, in the scope of this association, or kNoSlot.
  std::uint32_t FindJoin(std::uint32_t target) const;
  // Clears the foreign key of a row and nothing else (rule R14).
  absl::Status Unlink(Instance row);
  absl::Status Drop(const std::vector<Link>& links);

  StoreState& state_;
  Instance source_;
  Association association_;
  const AssociationInfo& info_;
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_ACCESSOR_H_
