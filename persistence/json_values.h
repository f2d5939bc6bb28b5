// How values stand in JSON.
//
//   INTEGER    a number without fraction or exponent, in 64 bits
//   DOUBLE     a number, "Infinity" or "-Infinity"
//   BOOLEAN    true or false
//   TEXT       a string
//   BYTES      a string of two hexadecimal digits for each byte: "00ff"
//   UUID       a string: "123e4567-e89b-42d3-a456-426614174000"
//   TIMESTAMP  a string: "2024-05-01T12:00:00.000000Z"; with none to six digits of a second's
//              fraction when read
//   null       null, of any type
#ifndef RELATA_PERSISTENCE_JSON_VALUES_H_
#define RELATA_PERSISTENCE_JSON_VALUES_H_

#include <cstdint>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "relata/value.h"

namespace relata::snapshot_internal {

// The JSON text of a value. It reads back as the same value, to the last bit.
std::string JsonOf(const ValueView& value);

// A number in JSON that std::int64_t does not hold; `exact` is how it was written.
struct JsonNumber {
  double value = 0;
  std::string exact;
};
// What JSON tells apart; std::monostate is null.
using JsonScalar = std::variant<std::monostate, bool, std::int64_t, JsonNumber, std::string>;

// For messages: "the string 'abc'".
std::string Describe(const JsonScalar& scalar);

// The value of an attribute; InvalidArgument says what was expected and what stands instead.
absl::StatusOr<Value> ValueOf(Type type, JsonScalar scalar);

}  // namespace relata::snapshot_internal

#endif  // RELATA_PERSISTENCE_JSON_VALUES_H_
