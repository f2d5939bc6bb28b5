#include "tests/conformance/rows.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <type_traits>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"

namespace relata::conformance {
namespace {

using Canonical = nlohmann::json;

constexpr std::size_t kShown = 500;

// Whether a double is a whole number that an INTEGER can hold.
bool IsWhole(double number) {
  return std::trunc(number) == number && number >= -0x1p63 && number < 0x1p63;
}

// Two results are the same when their canonical forms are equal.
Canonical Canonicalize(const Json& json, bool keep_order) {
  if (json.is_object()) {
    Canonical object = Canonical::object();
    for (const auto& [name, member] : json.items()) {
      if (!member.is_null()) object[name] = Canonicalize(member, false);
    }
    return object;
  }
  if (json.is_array()) {
    std::vector<Canonical> elements;
    for (const Json& element : json) elements.push_back(Canonicalize(element, false));
    if (!keep_order) std::sort(elements.begin(), elements.end());
    return elements;
  }
  if (json.is_number_float() && IsWhole(json.get<double>())) {
    return static_cast<std::int64_t>(json.get<double>());
  }
  // All whole numbers in one type, so that they are ordered among each other.
  if (json.is_number_unsigned() && json.get<std::uint64_t>() <= INT64_MAX) {
    return json.get<std::int64_t>();
  }
  return Canonical(json);
}

std::string Shown(const Canonical& json) {
  std::string text = json.dump(-1, ' ', false, Canonical::error_handler_t::replace);
  if (text.size() > kShown) {
    const std::size_t size = text.size();
    text.resize(kShown);
    absl::StrAppend(&text, "... (", size, " characters)");
  }
  return text;
}

// The first place where two canonical forms that differ do so, as a path.
std::string FirstDifference(const Canonical& expected, const Canonical& actual,
                            const std::string& path) {
  if (expected.is_object() && actual.is_object()) {
    for (const auto& [name, member] : expected.items()) {
      const std::string inner = absl::StrCat(path, ".", name);
      if (!actual.contains(name)) {
        return absl::StrCat(inner, " should be ", Shown(member), " and is null");
      }
      if (actual[name] != member) return FirstDifference(member, actual[name], inner);
    }
    for (const auto& [name, member] : actual.items()) {
      if (!expected.contains(name)) {
        return absl::StrCat(path, ".", name, " should be null and is ", Shown(member));
      }
    }
  }
  if (expected.is_array() && actual.is_array() && expected.size() == actual.size()) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (expected[i] != actual[i]) {
        return FirstDifference(expected[i], actual[i], absl::StrCat(path, "[", i, "]"));
      }
    }
  }
  if (expected.is_array() && actual.is_array()) {
    return absl::StrCat(path, " should have ", expected.size(), " elements and has ",
                        actual.size());
  }
  return absl::StrCat(path, " should be ", Shown(expected), " and is ", Shown(actual));
}

}  // namespace

Type TypeOfName(const std::string& name, const std::string& where) {
  if (name == "INTEGER") return Type::kInteger;
  if (name == "DOUBLE") return Type::kDouble;
  if (name == "BOOLEAN") return Type::kBoolean;
  if (name == "STRING" || name == "TEXT") return Type::kText;
  if (name == "UUID") return Type::kUuid;
  throw Malformed(absl::StrCat(where, ": there is no type '", name,
                               "'; expected INTEGER, DOUBLE, BOOLEAN, STRING, TEXT or UUID"));
}

Value ToValue(const Json& literal, std::optional<Type> type, const std::string& where) {
  if (literal.is_null()) return nullptr;
  if (literal.is_boolean()) return literal.get<bool>();
  if (literal.is_string()) {
    std::string text = literal.get<std::string>();
    if (type == Type::kUuid) {
      if (const auto uuid = UuidValue::Parse(text); uuid.has_value()) return *uuid;
    }
    return text;
  }
  if (literal.is_number_unsigned() && literal.get<std::uint64_t>() > INT64_MAX) {
    throw Malformed(absl::StrCat(where, ": ", literal.dump(), " is no 64-bit number"));
  }
  if (literal.is_number_integer()) {
    if (type == Type::kDouble) return literal.get<double>();
    return literal.get<std::int64_t>();
  }
  if (literal.is_number_float()) {
    const double number = literal.get<double>();
    if (type == Type::kInteger && IsWhole(number)) return static_cast<std::int64_t>(number);
    return number;
  }
  throw Malformed(absl::StrCat(where, ": expected a value, not ", literal.dump()));
}

Json ToJson(const ValueView& value) {
  return std::visit(
      [](const auto& v) -> Json {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::monostate>) {
          return nullptr;
        } else if constexpr (std::is_same_v<T, std::string_view>) {
          return std::string(v);
        } else if constexpr (std::is_same_v<T, UuidValue>) {
          return v.ToString();
        } else if constexpr (std::is_same_v<T, BytesView> || std::is_same_v<T, TimestampValue>) {
          return ToString(ValueView(v));  // no scenario can declare one
        } else {
          return v;
        }
      },
      value);
}

std::optional<std::string> Difference(const Json& expected, const Json& actual, bool ordered) {
  const Canonical a = Canonicalize(expected, ordered);
  const Canonical b = Canonicalize(actual, ordered);
  if (a == b) return std::nullopt;
  return absl::StrCat("expected ", Shown(a), ", got ", Shown(b), " (",
                      FirstDifference(a, b, "result"), ")");
}

}  // namespace relata::conformance
