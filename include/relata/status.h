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
//   kValidation            InvalidArgument      a validator refuses a value or a row
//   kCheck                 FailedPrecondition   not exactly, or more than, one of several is set
//   kRefused               FailedPrecondition   an observer refuses the change
//   kNone                  any                  anything else
//
// Further codes mean the same everywhere: NotFound, no such instance (a stale handle, an unknown
// key); InvalidArgument, an unknown name or a value of the wrong type; FailedPrecondition, the
// call is not allowed in this state; OutOfRange, a number does not fit where it is to go; Aborted,
// what the call relied on has changed meanwhile.
//
// Everything that is wrong with a row is told at once, a line each, and ProblemsOf takes it apart:
//
//   for (const relata::Problem& problem : relata::ProblemsOf(created.status()))
//     form.Mark(problem.attributes, problem.message);
#ifndef RELATA_STATUS_H_
#define RELATA_STATUS_H_

#include <string>
#include <vector>

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
  kValidation,
  kCheck,
  kRefused,
};

// The kind that a status of relata carries; kNone for OK and for any other status.
ErrorKind KindOf(const absl::Status& status);

// One thing that is wrong with a row.
struct Problem {
  ErrorKind kind = ErrorKind::kNone;
  std::string model;
  std::string key;                      // of the row, as Key::ToString; empty for a new one
  std::vector<std::string> attributes;  // concerned; none when it is the row as a whole
  std::string message;                  // a line of the status's message
  friend bool operator==(const Problem&, const Problem&) = default;
};

// What is wrong, in the order of the message's lines, when a row was refused: NOT NULL, unique
// keys, references, checks, validators, each in the order of attributes, keys, foreign keys,
// declarations; KindOf gives the kind of the first. Values of a wrong type and unknown names come
// before all of these and alone: there is no row to judge then (kNone, InvalidArgument). Empty for
// any other status.
std::vector<Problem> ProblemsOf(const absl::Status& status);

}  // namespace relata

#endif  // RELATA_STATUS_H_
