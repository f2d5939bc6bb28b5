// Between the JSON of scenarios and the values of a store.
#ifndef RELATA_TESTS_CONFORMANCE_ROWS_H_
#define RELATA_TESTS_CONFORMANCE_ROWS_H_

#include <optional>
#include <string>

#include "relata/schema.h"
#include "relata/value.h"
#include "tests/conformance/scenario.h"

namespace relata::conformance {

// The type that a scenario calls `name`; Malformed when there is none.
Type TypeOfName(const std::string& name, const std::string& where);

// The value of a literal for an attribute of type `type` (of an unknown attribute: none). A whole
// number becomes a double for a DOUBLE, a text a UUID for a UUID; nothing else is converted, so
// that the library is the one to refuse what does not fit. Malformed for lists and objects.
Value ToValue(const Json& literal, std::optional<Type> type, const std::string& where);
Json ToJson(const ValueView& value);

// What differs between an expected and an actual result, or nothing. A member that is missing
// counts as null, numbers compare by value, and lists without regard to order; when `ordered`, the
// outermost list is compared in order.
std::optional<std::string> Difference(const Json& expected, const Json& actual, bool ordered);

}  // namespace relata::conformance

#endif  // RELATA_TESTS_CONFORMANCE_ROWS_H_
