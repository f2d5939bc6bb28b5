#include "relata/value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <compare>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "graph/cells.h"

namespace relata {
namespace {

constexpr std::size_t kShown = 60;  // bytes of text or bytes that a message shows
constexpr char kHexDigits[] = "0123456789abcdef";

void AppendHex(std::uint8_t byte, std::string& out) {
  out += kHexDigits[byte >> 4];
  out += kHexDigits[byte & 15];
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The shortest text that reads back as the same number, and as a DOUBLE.
std::string DoubleText(double value) {
  char buffer[32];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof(buffer), value);
  std::string text(buffer, end);
  if (std::isfinite(value) && text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string TextText(std::string_view value) {
  std::size_t shown = std::min(value.size(), kShown);
  // A character of several bytes is shown whole or not at all.
  while (shown < value.size() && shown > 0 && (value[shown] & 0xC0) == 0x80) --shown;
  std::string text = "'";
  for (const char c : value.substr(0, shown)) {
    if (c == '\'') {
      text += "''";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      text += "\\x";
      AppendHex(static_cast<std::uint8_t>(c), text);
    } else {
      text += c;
    }
  }
  if (shown < value.size()) text += "...";
  text += '\'';
  return text;
}

std::string BytesText(BytesView value) {
  std::string text = "x'";
  for (const std::byte byte : value.first(std::min(value.size(), kShown / 2))) {
    AppendHex(static_cast<std::uint8_t>(byte), text);
  }
  if (value.size() > kShown / 2) text += "...";
  text += '\'';
  return text;
}

std::string TimestampText(TimestampValue value) {
  using std::chrono::floor;
  const auto day = floor<std::chrono::days>(value);
  // Calendar years reach from -32767 to 32767; the rest is shown as it is stored.
  constexpr auto kFirst = std::chrono::sys_days(std::chrono::year(-32767) / 1 / 1);
  constexpr auto kLast = std::chrono::sys_days(std::chrono::year(32767) / 12 / 31);
  if (day < kFirst || day > kLast) {
    return std::to_string(value.time_since_epoch().count()) + " us since 1970";
  }
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(value - day);
  char buffer[64];
  std::snprintf(buffer, sizeof(buffer), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
                static_cast<int>(time.subseconds().count()));
  return buffer;
}

struct Printer {
  std::string operator()(std::monostate) const { return "null"; }
  std::string operator()(std::int64_t v) const { return std::to_string(v); }
  std::string operator()(double v) const { return DoubleText(v); }
  std::string operator()(bool v) const { return v ? "true" : "false"; }
  std::string operator()(std::string_view v) const { return TextText(v); }
  std::string operator()(BytesView v) const { return BytesText(v); }
  std::string operator()(const UuidValue& v) const { return v.ToString(); }
  std::string operator()(TimestampValue v) const { return TimestampText(v); }
};

int CompareBytes(BytesView a, BytesView b) {
  const std::size_t common = std::min(a.size(), b.size());
  const int order = common == 0 ? 0 : std::memcmp(a.data(), b.data(), common);
  if (order != 0) return order;
  return a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
}

struct Comparer {
  template <typename A, typename B>
  int operator()(const A&, const B&) const {
    return 0;  // of different types: decided before
  }
  template <typename T>
  int operator()(const T& a, const T& b) const {
    return a < b ? -1 : b < a ? 1 : 0;
  }
  int operator()(const BytesView& a, const BytesView& b) const { return CompareBytes(a, b); }
};

}  // namespace

int internal::CompareViews(const ValueView& a, const ValueView& b) {
  if (a.index() != b.index()) return a.index() < b.index() ? -1 : 1;
  return std::visit(Comparer(), a, b);
}

std::string_view TypeName(Type type) {
  switch (type) {
    case Type::kInteger:
      return "INTEGER";
    case Type::kDouble:
      return "DOUBLE";
    case Type::kBoolean:
      return "BOOLEAN";
    case Type::kText:
      return "TEXT";
    case Type::kBytes:
      return "BYTES";
    case Type::kUuid:
      return "UUID";
    case Type::kTimestamp:
      return "TIMESTAMP";
  }
  return "an unknown type";
}

std::optional<UuidValue> UuidValue::Parse(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  UuidValue uuid;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int digit = HexDigit(text[i]);
    if (digit < 0) return std::nullopt;
    std::uint8_t& byte = uuid.bytes[digits / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | digit);
    ++digits;
  }
  return uuid;
}

std::string UuidValue::ToString() const {
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    AppendHex(bytes[i], text);
  }
  return text;
}

Value Value::From(const ValueView& view) {
  struct Owner {
    Value operator()(std::monostate) const { return Value(); }
    Value operator()(std::int64_t v) const { return Value(v); }
    Value operator()(double v) const { return Value(v); }
    Value operator()(bool v) const { return Value(v); }
    Value operator()(std::string_view v) const { return Value(v); }
    Value operator()(BytesView v) const { return Value(BytesValue(v.begin(), v.end())); }
    Value operator()(const UuidValue& v) const { return Value(v); }
    Value operator()(TimestampValue v) const { return Value(v); }
  };
  return std::visit(Owner(), view);
}

ValueView Value::view() const {
  struct Viewer {
    ValueView operator()(const std::string& v) const { return std::string_view(v); }
    ValueView operator()(const BytesValue& v) const { return BytesView(v); }
    ValueView operator()(std::monostate v) const { return v; }
    ValueView operator()(std::int64_t v) const { return v; }
    ValueView operator()(double v) const { return v; }
    ValueView operator()(bool v) const { return v; }
    ValueView operator()(const UuidValue& v) const { return v; }
    ValueView operator()(TimestampValue v) const { return v; }
  };
  return std::visit(Viewer(), v_);
}

std::string Value::ToString() const { return relata::ToString(view()); }

bool operator<(const Value& a, const Value& b) {
  return internal::CompareViews(a.view(), b.view()) < 0;
}

std::string ToString(const ValueView& view) { return std::visit(Printer(), view); }

bool Equal(const ValueView& a, const ValueView& b) { return internal::CompareViews(a, b) == 0; }

bool Less(const ValueView& a, const ValueView& b) { return internal::CompareViews(a, b) < 0; }

std::optional<Type> TypeOf(const ValueView& view) {
  if (view.index() == 0) return std::nullopt;
  return static_cast<Type>(view.index() - 1);
}

std::string Key::ToString() const {
  if (parts_.size() == 1) return parts_[0].ToString();
  std::string text = "(";
  for (const Value& part : parts_) {
    if (text.size() > 1) text += ", ";
    text += part.ToString();
  }
  text += ')';
  return text;
}

}  // namespace relata
