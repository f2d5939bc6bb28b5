// Carries a flush out, inside a transaction that the caller began and ends.
//
// Foreign keys are not enforced meanwhile, so that SQLite neither carries out the referential
// actions a second time nor refuses a state in between. Instead, every reference that the changes
// touched is looked up at the end: those of created and changed children, and those to keys that
// were vacated. Each costs an index look-up or two, so that a flush costs what changed and not
// what the tables hold.
#ifndef RELATA_PERSISTENCE_SQLITE_FLUSH_H_
#define RELATA_PERSISTENCE_SQLITE_FLUSH_H_

#include "absl/status/status.h"
#include "persistence/sqlite_connection.h"
#include "persistence/sqlite_flush_plan.h"
#include "relata/change_set.h"
#include "relata/schema.h"

namespace relata::sqlite {

// REQUIRES: CheckChanges holds and `plan` is PlanFlush of the same schema and changes.
//   Aborted             a row is not there to be changed, or is there already: the database was
//                       changed by someone else
//   FailedPrecondition  a reference would dangle; or a column would break a constraint
// After an error the transaction has to be rolled back.
absl::Status RunFlush(Connection& connection, const Schema& schema, const ChangeSet& changes,
                      const FlushPlan& plan);

}  // namespace relata::sqlite

#endif  // RELATA_PERSISTENCE_SQLITE_FLUSH_H_
