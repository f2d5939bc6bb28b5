// Which statements bring a database up to date with a change set, in which order. Pure.
//
// A row whose primary key or another unique key changes is taken out of its table with the deleted
// rows and put back with the created ones. So no statement meets a key that another row still
// holds, whatever was swapped with whatever:
//
//   deletes, take-outs, updates, put-backs, creates, next keys
//
// Referential actions play no part: relata has carried them out, and the change set holds what
// became of every row.
#ifndef RELATA_PERSISTENCE_SQLITE_FLUSH_PLAN_H_
#define RELATA_PERSISTENCE_SQLITE_FLUSH_PLAN_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "relata/change_set.h"
#include "relata/schema.h"
#include "relata/value.h"

namespace relata::sqlite {

struct FlushStep {
  enum class Kind : std::uint8_t { kDelete, kTakeOut, kUpdate, kPutBack, kCreate, kNextKey };
  Kind kind = Kind::kCreate;
  std::size_t index = 0;  // of ChangeSet::rows; of ChangeSet::sequences for kNextKey
};

struct FlushPlan {
  std::vector<FlushStep> steps;
  // No row leaves a table, not even to be put back. SQLite may then be left to enforce foreign keys
  // itself, at the end of the transaction: none of its referential actions can be set off.
  bool only_adds = true;
  // A row is given a reference that SQLite enforces.
  bool refers = false;
};

// Whether `changes` can be changes of the schema's models at all: InvalidArgument names what
// cannot. A change set that a store gave always can.
absl::Status CheckChanges(const Schema& schema, const ChangeSet& changes);

// REQUIRES: CheckChanges holds.
FlushPlan PlanFlush(const Schema& schema, const ChangeSet& changes);

// The value of an attribute after a change, or null when the change does not mention it.
ValueView After(const RowChange& change, std::uint32_t attribute);
// The last key handed out, as sqlite_sequence holds it.
std::int64_t LastKey(const SequenceChange& change);
// Whether any of the attributes is changed.
bool Changes(const RowChange& change, std::span<const std::uint32_t> attributes);
// The primary key after a create or an update.
std::vector<Value> KeyAfter(const ModelInfo& model, const RowChange& change);

// The statements as SQL with the values written out, for people. Never run.
std::vector<std::string> ExplainPlan(const Schema& schema, const ChangeSet& changes,
                                     const FlushPlan& plan);

}  // namespace relata::sqlite

#endif  // RELATA_PERSISTENCE_SQLITE_FLUSH_PLAN_H_
