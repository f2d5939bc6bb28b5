// What is legal in a schema but unwise. A schema that is built is right (SchemaBuilder::Build
// refuses what is wrong); the linter tells what will surprise whoever uses it.
//
//   for (const relata::LintFinding& finding : relata::Lint(schema)) {
//     std::cerr << relata::ToString(finding) << "\n";
//   }
//
// prints, for example
//
//   warning: user hasOne profile: nothing keeps a user from having several, because profile.userId
//   is not unique; give its foreign_key Unique(), or declare a hasMany [has-one-not-unique]
//
// A warning is about something that does not do what it says, or loses what it keeps; a hint is
// about something that may well be meant. To accept findings, leave out their kinds. Findings are
// values that outlive the schema; the schema is only read, so any thread may call.
#ifndef RELATA_LINT_H_
#define RELATA_LINT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "relata/handle.h"
#include "relata/schema.h"

namespace relata {

enum class LintKind : std::uint8_t {
  // What deletes and key changes do.
  kActionNeverWorks,  // SET NULL of a required alternative, SET DEFAULT of a unique key
  kSetDefaultWithoutDefault,
  kRestrictOnCascadePath,  // a delete that cascades to a row that restricts it
  kCascadeInCircle,        // models whose rows take each other along
  kCascadeReachesAll,      // from one model to every other
  // What can be created.
  kRequiredCircle,        // rows that can only be created together
  kDefaultOfAlternative,  // a new row has chosen one of several models before anyone has
  // What associations promise.
  kHasOneNotUnique,
  kAmbiguousSharedKey,  // a key to several models that nothing tells apart
  kNotConstrained,      // constraints: false without need
  kNullableJoinKey,
  kRepeatableLink,    // a pair that can be linked twice
  kUnusedForeignKey,  // that no association reads
  kOneSided,          // an association that is declared from one side only
  // Keys, indexes and names.
  kRedundantKey,
  kRedundantIndex,
  kSimilarNames,
};

enum class LintSeverity : std::uint8_t { kWarning, kHint };

struct LintFinding {
  LintKind kind = LintKind::kActionNeverWorks;
  LintSeverity severity = LintSeverity::kWarning;
  // What it is about, in the order in which the message names it.
  std::vector<Model> models;
  std::vector<ForeignKey> foreign_keys;
  std::vector<Association> associations;
  std::string message;     // what is unwise, and why
  std::string suggestion;  // what to do about it
};

// Everything found, by kind in the order above, and within a kind by model, foreign key or
// association; equal schemas have equal findings (rule R21). O(size of the schema squared).
std::vector<LintFinding> Lint(const Schema& schema);

// "has-one-not-unique".
std::string_view LintKindName(LintKind kind);
// "warning: message; suggestion [kind]".
std::string ToString(const LintFinding& finding);

}  // namespace relata

#endif  // RELATA_LINT_H_
