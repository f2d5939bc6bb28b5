#include "persistence/json_values.h"

#include <chrono>
#include <cmath>
#include <cstddef>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace relata::snapshot_internal {
namespace {

constexpr char kInfinity[] = "Infinity";
constexpr char kMinusInfinity[] = "-Infinity";
constexpr char kTimestampForm[] = "%E4Y-%m-%dT%H:%M:%E6SZ";

std::string Quoted(std::string text) { return nlohmann::json(std::move(text)).dump(); }

std::string TimestampText(TimestampValue value) {
  return absl::FormatTime(kTimestampForm, absl::FromUnixMicros(value.time_since_epoch().count()),
                          absl::UTCTimeZone());
}

std::optional<Value> ParseTimestamp(const std::string& text) {
  absl::Time time;
  if (!absl::ParseTime("%Y-%m-%dT%H:%M:%E*SZ", text, absl::UTCTimeZone(), &time, nullptr)) {
    return std::nullopt;
  }
  const TimestampValue value{std::chrono::microseconds(absl::ToUnixMicros(time))};
  // The parser lets pass what has no exact counterpart: spaces, 30 February, second 60, times out
  // of range. Only what is written back the same way was meant that way.
  std::string given = text;
  if (given.size() >= 3 && given[given.size() - 1] == 'Z') {
    given.pop_back();
    const std::size_t dot = given.rfind('.');
    const std::size_t digits = dot == std::string::npos ? 0 : given.size() - dot - 1;
    if (dot == std::string::npos) given.push_back('.');
    if (digits < 6) given.append(6 - digits, '0');
    given.push_back('Z');
  }
  if (given != TimestampText(value)) return std::nullopt;
  return Value(value);
}

std::optional<Value> ParseBytes(const std::string& text) {
  if (text.size() % 2 != 0) return std::nullopt;
  for (const char c : text) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return std::nullopt;
  }
  const std::string raw = absl::HexStringToBytes(text);
  const auto* bytes = reinterpret_cast<const std::byte*>(raw.data());
  return Value(BytesValue(bytes, bytes + raw.size()));
}

std::optional<Value> ParseDouble(const JsonScalar& scalar) {
  if (const auto* number = std::get_if<JsonNumber>(&scalar)) return Value(number->value);
  if (const auto* integer = std::get_if<std::int64_t>(&scalar)) {
    // Beyond 2^53 not every integer is a double, and none is to be changed in silence.
    constexpr std::int64_t kExact = std::int64_t{1} << std::numeric_limits<double>::digits;
    if (*integer < -kExact || *integer > kExact) return std::nullopt;
    return Value(static_cast<double>(*integer));
  }
  if (const auto* text = std::get_if<std::string>(&scalar)) {
    if (*text == kInfinity) return Value(std::numeric_limits<double>::infinity());
    if (*text == kMinusInfinity) return Value(-std::numeric_limits<double>::infinity());
  }
  return std::nullopt;
}

std::optional<Value> ParseText(Type type, std::string& text) {
  switch (type) {
    case Type::kBytes:
      return ParseBytes(text);
    case Type::kUuid:
      if (const auto uuid = UuidValue::Parse(text); uuid.has_value()) return Value(*uuid);
      return std::nullopt;
    case Type::kTimestamp:
      return ParseTimestamp(text);
    case Type::kText:
      return Value(std::move(text));
    case Type::kInteger:
    case Type::kDouble:
    case Type::kBoolean:
      break;
  }
  return std::nullopt;
}

const char* Form(Type type) {
  switch (type) {
    case Type::kInteger:
      return "an integer of 64 bits";
    case Type::kDouble:
      return "a number, \"Infinity\" or \"-Infinity\" (beyond 2^53 with a fraction or exponent)";
    case Type::kBoolean:
      return "true or false";
    case Type::kText:
      return "a string";
    case Type::kBytes:
      return "a string of hexadecimal digits, two for each byte";
    case Type::kUuid:
      return "a string like \"123e4567-e89b-42d3-a456-426614174000\"";
    case Type::kTimestamp:
      return "a string like \"2024-05-01T12:00:00.000000Z\"";
  }
  return "";
}

struct JsonVisitor {
  std::string operator()(std::monostate) const { return "null"; }
  std::string operator()(std::int64_t v) const { return absl::StrCat(v); }
  std::string operator()(double v) const {
    if (std::isinf(v)) return Quoted(v > 0 ? kInfinity : kMinusInfinity);
    return nlohmann::json(v).dump();
  }
  std::string operator()(bool v) const { return v ? "true" : "false"; }
  std::string operator()(std::string_view v) const { return Quoted(std::string(v)); }
  std::string operator()(BytesView v) const {
    return Quoted(absl::BytesToHexString(
        absl::string_view(reinterpret_cast<const char*>(v.data()), v.size())));
  }
  std::string operator()(const UuidValue& v) const { return Quoted(v.ToString()); }
  std::string operator()(TimestampValue v) const { return Quoted(TimestampText(v)); }
};

}  // namespace

std::string JsonOf(const ValueView& value) { return std::visit(JsonVisitor{}, value); }

std::string Describe(const JsonScalar& scalar) {
  if (const auto* truth = std::get_if<bool>(&scalar)) return *truth ? "true" : "false";
  if (const auto* integer = std::get_if<std::int64_t>(&scalar)) {
    return absl::StrCat("the number ", *integer);
  }
  if (const auto* number = std::get_if<JsonNumber>(&scalar)) {
    return absl::StrCat("the number ", Value(number->exact).ToString());
  }
  if (const auto* text = std::get_if<std::string>(&scalar)) {
    return absl::StrCat("the string ", Value(*text).ToString());
  }
  return "null";
}

absl::StatusOr<Value> ValueOf(Type type, JsonScalar scalar) {
  std::optional<Value> value;
  if (std::holds_alternative<std::monostate>(scalar)) return Value();
  if (type == Type::kDouble) {
    value = ParseDouble(scalar);
  } else if (auto* text = std::get_if<std::string>(&scalar)) {
    value = ParseText(type, *text);
  } else if (type == Type::kInteger && std::holds_alternative<std::int64_t>(scalar)) {
    value = Value(std::get<std::int64_t>(scalar));
  } else if (type == Type::kBoolean && std::holds_alternative<bool>(scalar)) {
    value = Value(std::get<bool>(scalar));
  }
  if (value.has_value()) return *std::move(value);
  return absl::InvalidArgumentError(absl::StrCat(std::string(TypeName(type)), ": ", Form(type),
                                                 " is expected, not ", Describe(scalar)));
}

}  // namespace relata::snapshot_internal
