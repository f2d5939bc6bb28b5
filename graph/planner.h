// Works out what a delete or an update leads to, without touching the store (rules R9 to R11).
//
//   1. What goes: from the roots along ON DELETE CASCADE, breadth first. Nothing else deletes, so
//      this closure depends on nothing that follows.
//   2. What changes: the survivors' SET NULL and SET DEFAULT, the caller's own values, and from
//      every key that thereby changes the ON UPDATE actions, until nothing more changes.
//   3. What stands in the way, judged on the state that 1 and 2 would leave: NOT NULL, unique keys,
//      alternatives that exclude each other, references that would dangle (RESTRICT and NO ACTION
//      are no more than these), validators.
//
// Worklists throughout: depth costs memory, never stack.
//
// Where a deleted row's children all lose a key that nothing else depends on
// (LinkLayout::sweepable), the plan notes a sweep of the parent instead of an assignment for each
// child; only a plan that is to be shown spells these out.
#ifndef RELATA_GRAPH_PLANNER_H_
#define RELATA_GRAPH_PLANNER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "graph/row_set.h"
#include "graph/store_state.h"
#include "relata/plan.h"

namespace relata {

class Planner {
 public:
  // Whether the plan says everything, or just enough to be applied.
  enum class Detail { kFull, kToApply };
  explicit Planner(const internal::StoreState& state, Detail detail = Detail::kFull);

  // The caller's wishes. REQUIRES: the instances are alive, the values normal.
  void Delete(Instance instance);
  void Assign(Instance instance, std::uint32_t attribute, const ValueView& value);
  // The plan of all of them as one operation.
  Plan Finish() &&;

 private:
  using RowId = std::uint64_t;
  static RowId IdOf(std::uint32_t m, std::uint32_t slot) { return (RowId{m} << 32) | slot; }
  static std::uint32_t RowModel(RowId row) { return static_cast<std::uint32_t>(row >> 32); }
  static std::uint32_t SlotOf(RowId row) { return static_cast<std::uint32_t>(row); }
  struct Check {
    ForeignKey f;
    std::uint32_t child;
  };

  bool Doomed(std::uint32_t m, std::uint32_t slot) const { return doomed_.Contains(m, slot); }
  // The assignment of an attribute, or nullptr.
  Plan::Assignment* Find(std::uint32_t m, std::uint32_t slot, std::uint32_t attribute);
  const Plan::Assignment* Find(std::uint32_t m, std::uint32_t slot, std::uint32_t attribute) const;
  internal::KeyViews FinalViews(std::uint32_t m, std::uint32_t slot,
                                const std::vector<std::uint32_t>& attributes) const;
  bool Changes(std::uint32_t m, std::uint32_t slot,
               const std::vector<std::uint32_t>& attributes) const;

  void CloseDeletes();
  void ActOnDeletes();
  void SpellOutSweeps();
  void ActOnUpdates();
  void NotePointed();
  void ActOnKey(std::uint32_t m, std::uint32_t slot, ForeignKey f);
  void Follow(std::uint32_t child, ForeignKey f, const std::vector<Value>& before,
              const std::vector<Value>& after);
  void AssignForeignKey(std::uint32_t child, ForeignKey f, Action action,
                        const std::vector<Value>& values);
  void AssignBy(std::uint32_t m, std::uint32_t slot, std::uint32_t attribute, Value value,
                ForeignKey via, Action action);

  // Of what stands in the way: graph/planner_checks.cc.
  void EnterNewKeys();
  // The row that will have a key, or kNoSlot.
  std::uint32_t FinalOwner(std::uint32_t m, std::uint32_t key,
                           const internal::KeyViews& views) const;
  void CheckNotNull();
  void CheckUnique();
  void CheckArcs();
  void CheckReferences();
  void CheckReference(Check check);
  void CheckVacated(std::uint32_t m, std::uint32_t slot, ForeignKey f, bool deleted);
  void CheckRules();
  void Block(ErrorKind kind, std::uint32_t m, std::uint32_t slot, ForeignKey via,
             std::vector<std::string> attributes, std::string message);
  bool MayDangle(ForeignKey f, Action action) const;

  const internal::StoreState& state_;
  Plan plan_;
  const Detail detail_;
  internal::RowSet doomed_;
  // Deletions with children that do not simply follow, by the foreign key of these.
  struct Left {
    std::uint32_t deletion;
    ForeignKey f;
  };
  std::vector<Left> left_;
  absl::flat_hash_map<RowId, absl::InlinedVector<std::uint32_t, 2>> assigned_;
  std::vector<RowId> changed_;  // the keys of assigned_, in the order of their first assignment
  std::vector<RowId> rekeyed_;  // rows with a key attribute assigned, in the order to act on them
  // By foreign key and parent: the rows that are pointed, before any key is followed, at a key that
  // the parent has so far; and by foreign key and child, all that are pointed elsewhere.
  absl::flat_hash_map<std::uint64_t, std::vector<std::uint32_t>> pointed_;
  absl::flat_hash_set<std::uint64_t> repointed_;
  std::vector<Check> checks_;  // references to judge although their values do not change
  // Changed rows by the hash of each key that they will have.
  absl::flat_hash_map<std::uint64_t, absl::InlinedVector<std::uint32_t, 1>> new_keys_;
};

}  // namespace relata

#endif  // RELATA_GRAPH_PLANNER_H_
