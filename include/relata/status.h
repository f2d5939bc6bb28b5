// How relata says no. Every failure is an absl::Status whose message names the model, association
// or key concerned; failures that callers tell apart also carry one of these kinds.
//
//   kind                   status code
//   kForeignKey            FailedPrecondition   a reference would dangle, or RESTRICT/NO ACTION
//   kUnique                AlreadyExists        a primary or unique key is taken
//   kNotNull               FailedPrecondition   a NOT NULL attribute would be null
//   kAssociation           InvalidArgument      an association that cannot be declared
//   kCyclicDependency      InvalidArgument      constrained foreign keys form a cycle
//   kNotAssociated         InvalidArgument      the models are not associated in the way asked for
//   kNone                  any                  anything else
//
// Further codes mean the same everywhere: NotFound, no such instance (a stale handle, an unknown
// key); InvalidArgument, an unknown name or a value of the wrong type; FailedPrecondition, the
// call is not allowed in this state; OutOfRange, a number does not fit where it is to go; Aborted,
// what the call relied on has changed meanwhile.
#ifndef RELATA_STATUS_H_
#define RELATA_STATUS_H_

#include "absl/status/status.h"

namespace relata {

enum class ErrorKind {
  kNone,
  kForeignKey,
  kUnique,
  kNotNull,
  kAssociation,
  kCyclicDependency,
  kNotAssociated,
};

// The kind that a status of relata carries; kNone for OK and for any other status.
ErrorKind KindOf(const absl::Status& status);

}  // namespace relata

#endif  // RELATA_STATUS_H_
