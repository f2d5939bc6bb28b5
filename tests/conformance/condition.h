// Conditions on the attributes of one row, by SQL's three-valued logic: what a `where` means.
//
// Written to be obviously right, not fast: the truth of every condition is worked out for every
// row.
#ifndef RELATA_TESTS_CONFORMANCE_CONDITION_H_
#define RELATA_TESTS_CONFORMANCE_CONDITION_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "relata/schema.h"
#include "relata/value.h"
#include "tests/conformance/scenario.h"

namespace relata::conformance {

enum class Truth { kFalse, kUnknown, kTrue };

struct Condition {
  enum class Kind {
    kAll,    // of the parts; true of none
    kAny,    // of the parts; false of none
    kNot,    // the one part
    kIs,     // attribute IS operand: null is null
    kEqual,  // and what follows: comparisons, unknown when either side is null
    kLess,
    kGreater,
    kLike,
  };
  Kind kind = Kind::kAll;
  std::vector<Condition> parts;
  std::uint32_t attribute = 0;
  Value operand;
};

// A condition on the rows of `model`. InvalidArgument for an unknown attribute and for a value that
// the attribute cannot be compared with; throws Malformed for an unknown operator.
absl::StatusOr<Condition> ParseCondition(const ModelInfo& model, const Json& where);

// `row` reads an attribute of the row by its position.
Truth Evaluate(const Condition& condition, const std::function<ValueView(std::uint32_t)>& row);

// Whether `text` matches the pattern of a LIKE: % any number of characters, _ one, the case of
// ASCII letters ignored. A character is a code point.
bool Like(std::string_view text, std::string_view pattern);

}  // namespace relata::conformance

#endif  // RELATA_TESTS_CONFORMANCE_CONDITION_H_
