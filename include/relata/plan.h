// A plan: all that a delete or an update would do, worked out without touching the store.
//
//   absl::StatusOr<relata::Plan> plan = store.PlanDelete(*team);
//   std::cout << plan->Summary();                  // what goes, what is nulled, what blocks it
//   for (const auto& step : plan->Explain(victim)) // why this one goes, from the root
//     ...
//   absl::Status done = store.Apply(*plan);        // refused when the store has changed meanwhile
//
// A Plan is a value: it owns what it says, outlives the store, and may be read by any number of
// threads. It can be applied to the store it was made on, or to a fork of it, as long as that store
// still is in the state it was made for.
#ifndef RELATA_PLAN_H_
#define RELATA_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "relata/handle.h"
#include "relata/internal/large_memory.h"
#include "relata/schema.h"
#include "relata/status.h"
#include "relata/value.h"

namespace relata {

namespace internal {
struct PlanAccess;
}  // namespace internal

class Plan {
 public:
  static constexpr std::uint32_t kRoot = UINT32_MAX;

  // An instance that goes.
  struct Deletion {
    Instance instance;
    // Why: the foreign key by whose ON DELETE CASCADE it follows `cause`, a position in
    // deletions(). A root has neither. With several reasons, the one found first, breadth first
    // from the roots, foreign keys by index.
    ForeignKey via;
    std::uint32_t cause = kRoot;
  };
  // An attribute of a surviving instance that gets a new value.
  struct Assignment {
    Instance instance;
    std::uint32_t attribute = 0;
    Value before;
    Value after;
    // The foreign key whose SET NULL, SET DEFAULT or CASCADE asks for it; none (default
    // ForeignKey) where the caller did.
    ForeignKey via;
    Action action = Action::kNoAction;
  };
  // Why the plan cannot be applied.
  struct Blocker {
    ErrorKind kind = ErrorKind::kForeignKey;
    Instance instance;                    // that stands in the way
    ForeignKey via;                       // the foreign key concerned, if one is
    std::string message;                  // names model, key and what to do
    std::string key;                      // of the instance, for Problem
    std::vector<std::string> attributes;  // concerned
  };
  static constexpr std::size_t kMaxBlockers = 16;

  // Every instance that goes, roots first, breadth first: a cause precedes what follows from it.
  // Rows are deleted in the reverse of this order. The span lives as long as the plan.
  std::span<const Deletion> deletions() const { return deletions_; }
  // In the order in which they were found, those that lose a key that nothing else depends on last;
  // at most one for an attribute of an instance.
  const std::vector<Assignment>& assignments() const { return assignments_; }
  // The first kMaxBlockers of all, and how many there are.
  const std::vector<Blocker>& blockers() const { return blockers_; }
  std::size_t total_blockers() const { return total_blockers_; }
  bool blocked() const { return total_blockers_ > 0; }
  // OK, or the error with which Apply would refuse: it lists the blockers and their number, and
  // ProblemsOf gives them one by one.
  absl::Status status() const;

  // How many instances of a model go, and how many attributes of its instances change.
  struct ModelCount {
    Model model;
    std::size_t deleted = 0;
    std::size_t assigned = 0;
  };
  // For each model that is concerned, by index.
  std::vector<ModelCount> Counts() const;

  // The chain of deletions that ends in `victim`, from its root: root first, `victim` last.
  // NotFound when `victim` does not go. O(deletions).
  absl::StatusOr<std::vector<Deletion>> Explain(Instance victim) const;

  // For people, some lines: "1 team goes; 2 players lose teamId; 1 contract goes", and blockers.
  std::string Summary() const;

  const Schema& schema() const { return schema_; }

 private:
  friend class Store;
  friend class Planner;
  friend struct internal::PlanAccess;
  // Every child of a deleted parent that survives it loses its foreign key.
  struct Sweep {
    ForeignKey via;
    std::uint32_t parent = 0;  // its slot
  };
  Schema schema_;
  std::uint64_t version_ = 0;    // of the store it was made for
  bool in_transaction_ = false;  // made where deferred foreign keys may dangle
  std::vector<Deletion, internal::LargeAllocator<Deletion>> deletions_;
  std::vector<Assignment> assignments_;
  std::vector<Sweep> sweeps_;
  std::size_t spelled_out_ = SIZE_MAX;  // from here on, assignments_ say what the sweeps do
  std::vector<Blocker> blockers_;
  std::size_t total_blockers_ = 0;
};

}  // namespace relata

#endif  // RELATA_PLAN_H_
