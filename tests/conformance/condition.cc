#include "tests/conformance/condition.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "tests/conformance/rows.h"

namespace relata::conformance {
namespace {

using Kind = Condition::Kind;

// Holds every 64-bit integer and every double, so that the two compare exactly.
static_assert(std::numeric_limits<long double>::digits >= 64);

std::optional<long double> Number(const ValueView& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* number = std::get_if<double>(&value)) return *number;
  return std::nullopt;
}

// Negative, zero or positive. REQUIRES: neither is null, and they can be compared.
int Compare(const ValueView& a, const ValueView& b) {
  const auto x = Number(a);
  const auto y = Number(b);
  if (x.has_value() && y.has_value()) return *x < *y ? -1 : *x > *y ? 1 : 0;
  return Less(a, b) ? -1 : Less(b, a) ? 1 : 0;
}

Truth FromBool(bool b) { return b ? Truth::kTrue : Truth::kFalse; }

Truth Not(Truth truth) {
  if (truth == Truth::kUnknown) return truth;
  return truth == Truth::kTrue ? Truth::kFalse : Truth::kTrue;
}

char LowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// The number of bytes of the code point that begins `text`.
std::size_t CharacterSize(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
  return size;
}

Condition Combine(Kind kind, std::vector<Condition> parts) {
  return {.kind = kind, .parts = std::move(parts), .attribute = 0, .operand = {}};
}

Condition Negate(Condition condition) { return Combine(Kind::kNot, {std::move(condition)}); }

// Parses conditions on one attribute.
class AttributeParser {
 public:
  AttributeParser(const ModelInfo& model, std::uint32_t attribute)
      : info_(model.attributes[attribute]),
        attribute_(attribute),
        name_(absl::StrCat(model.name, ".", info_.name)) {}

  // A literal, a list, null, or an object of operators that must all hold.
  absl::StatusOr<Condition> Parse(const Json& json) const {
    if (json.is_array()) return AnyOf(json);
    if (!json.is_object()) return Equals(json);
    std::vector<Condition> parts;
    for (const auto& [name, operand] : json.items()) {
      auto part = Operator(name, operand);
      if (!part.ok()) return part.status();
      parts.push_back(*std::move(part));
    }
    return Combine(Kind::kAll, std::move(parts));
  }

 private:
  absl::StatusOr<Condition> Operator(const std::string& name, const Json& operand) const {
    if (name == "eq") return Equals(operand);
    if (name == "ne") return Negated(Equals(operand));
    if (name == "is") return Compared(Kind::kIs, operand);
    if (name == "not") return IsNot(operand);
    if (name == "gt") return Compared(Kind::kGreater, operand);
    if (name == "lt") return Compared(Kind::kLess, operand);
    if (name == "gte") return OrEqual(Kind::kGreater, operand);
    if (name == "lte") return OrEqual(Kind::kLess, operand);
    if (name == "between") return Between(operand);
    if (name == "notBetween") return Negated(Between(operand));
    if (name == "in") return AnyOf(operand);
    if (name == "notIn") return Negated(AnyOf(operand));
    if (name == "like") return Compared(Kind::kLike, operand);
    if (name == "notLike") return Negated(Compared(Kind::kLike, operand));
    if (name == "and" || name == "or") return Listed(name, operand);
    throw Malformed(absl::StrCat("where: ", name_, ": there is no operator '", name,
                                 "'; expected eq, ne, gt, gte, lt, lte, between, notBetween, in, "
                                 "notIn, like, notLike, is, not, and or or"));
  }

  static absl::StatusOr<Condition> Negated(absl::StatusOr<Condition> condition) {
    if (!condition.ok()) return condition.status();
    return Negate(*std::move(condition));
  }

  absl::StatusOr<Condition> Compared(Kind kind, const Json& literal) const {
    Value operand = ToValue(literal, info_.type, absl::StrCat("where: ", name_));
    const auto type = TypeOf(operand.view());
    const auto numeric = [](Type t) { return t == Type::kInteger || t == Type::kDouble; };
    const bool fits = !type.has_value() || *type == info_.type ||
                      (kind == Kind::kLike ? *type == Type::kText && info_.type == Type::kUuid
                                           : numeric(*type) && numeric(info_.type));
    if (!fits || (kind == Kind::kLike && info_.type != Type::kText && info_.type != Type::kUuid)) {
      return absl::InvalidArgumentError(
          absl::StrCat("where: ", name_, " is ", std::string(TypeName(info_.type)),
                       " and cannot be compared with ", operand.ToString()));
    }
    return Condition{
        .kind = kind, .parts = {}, .attribute = attribute_, .operand = std::move(operand)};
  }

  // `= null` means IS NULL, as in the literal form.
  absl::StatusOr<Condition> Equals(const Json& literal) const {
    return Compared(literal.is_null() ? Kind::kIs : Kind::kEqual, literal);
  }

  absl::StatusOr<Condition> OrEqual(Kind kind, const Json& literal) const {
    auto strict = Compared(kind, literal);
    auto equal = Compared(Kind::kEqual, literal);
    if (!strict.ok()) return strict.status();
    if (!equal.ok()) return equal.status();
    return Combine(Kind::kAny, {*std::move(strict), *std::move(equal)});
  }

  // IS NOT of null, true and false; <> of other literals; NOT IN of a list; the opposite of
  // operators.
  absl::StatusOr<Condition> IsNot(const Json& operand) const {
    if (operand.is_array() || operand.is_object()) return Negated(Parse(operand));
    const bool is = operand.is_null() || operand.is_boolean();
    return Negated(Compared(is ? Kind::kIs : Kind::kEqual, operand));
  }

  absl::StatusOr<Condition> Between(const Json& bounds) const {
    if (!bounds.is_array() || bounds.size() != 2) {
      throw Malformed(absl::StrCat("where: ", name_, ": between takes a list of two values"));
    }
    auto low = OrEqual(Kind::kGreater, bounds[0]);
    auto high = OrEqual(Kind::kLess, bounds[1]);
    if (!low.ok()) return low.status();
    if (!high.ok()) return high.status();
    return Combine(Kind::kAll, {*std::move(low), *std::move(high)});
  }

  absl::StatusOr<Condition> AnyOf(const Json& list) const {
    if (!list.is_array()) {
      throw Malformed(absl::StrCat("where: ", name_, ": in takes a list of values"));
    }
    std::vector<Condition> parts;
    for (const Json& literal : list) {
      // Within a list null is a value like others: equal to nothing.
      auto part = Compared(Kind::kEqual, literal);
      if (!part.ok()) return part.status();
      parts.push_back(*std::move(part));
    }
    return Combine(Kind::kAny, std::move(parts));
  }

  absl::StatusOr<Condition> Listed(const std::string& name, const Json& list) const {
    if (!list.is_array()) {
      throw Malformed(absl::StrCat("where: ", name_, ": ", name, " takes a list"));
    }
    std::vector<Condition> parts;
    for (const Json& one : list) {
      auto part = Parse(one);
      if (!part.ok()) return part.status();
      parts.push_back(*std::move(part));
    }
    return Combine(name == "and" ? Kind::kAll : Kind::kAny, std::move(parts));
  }

  const AttributeInfo& info_;
  const std::uint32_t attribute_;
  const std::string name_;
};

absl::StatusOr<Condition> ParseList(const ModelInfo& model, Kind kind, const Json& list,
                                    const std::string& name) {
  if (!list.is_array()) {
    throw Malformed(absl::StrCat("where: '", name, "' takes a list of conditions"));
  }
  std::vector<Condition> parts;
  for (const Json& one : list) {
    auto part = ParseCondition(model, one);
    if (!part.ok()) return part.status();
    parts.push_back(*std::move(part));
  }
  return Combine(kind, std::move(parts));
}

}  // namespace

absl::StatusOr<Condition> ParseCondition(const ModelInfo& model, const Json& where) {
  if (where.is_null()) return Condition{};
  if (!where.is_object()) {
    throw Malformed(absl::StrCat("where: expected an object, not ", where.dump()));
  }
  std::vector<Condition> parts;
  for (const auto& [name, operand] : where.items()) {
    const auto attribute = model.FindAttribute(name);
    absl::StatusOr<Condition> part = Condition{};
    if (attribute.has_value()) {
      part = AttributeParser(model, *attribute).Parse(operand);
    } else if (name == "and") {
      part = ParseList(model, Kind::kAll, operand, name);
    } else if (name == "or") {
      part = ParseList(model, Kind::kAny, operand, name);
    } else if (name == "not") {
      part = operand.is_array() ? ParseList(model, Kind::kAll, operand, name)
                                : ParseCondition(model, operand);
      if (part.ok()) part = Negate(*std::move(part));
    } else {
      part = absl::InvalidArgumentError(
          absl::StrCat("where: model '", model.name, "' has no attribute '", name, "'"));
    }
    if (!part.ok()) return part.status();
    parts.push_back(*std::move(part));
  }
  return Combine(Kind::kAll, std::move(parts));
}

bool Like(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '%') {
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (Like(text.substr(i), pattern.substr(1))) return true;
    }
    return false;
  }
  if (text.empty()) return false;
  if (pattern[0] == '_') return Like(text.substr(CharacterSize(text)), pattern.substr(1));
  return LowerAscii(text[0]) == LowerAscii(pattern[0]) && Like(text.substr(1), pattern.substr(1));
}

Truth Evaluate(const Condition& condition, const std::function<ValueView(std::uint32_t)>& row) {
  switch (condition.kind) {
    case Kind::kAll: {
      Truth truth = Truth::kTrue;
      for (const Condition& part : condition.parts) truth = std::min(truth, Evaluate(part, row));
      return truth;
    }
    case Kind::kAny: {
      Truth truth = Truth::kFalse;
      for (const Condition& part : condition.parts) truth = std::max(truth, Evaluate(part, row));
      return truth;
    }
    case Kind::kNot:
      return Not(Evaluate(condition.parts[0], row));
    default:
      break;
  }
  const ValueView value = row(condition.attribute);
  const ValueView operand = condition.operand.view();
  const bool null = value.index() == 0 || operand.index() == 0;
  if (condition.kind == Kind::kIs) {
    return FromBool(null ? value.index() == operand.index() : Compare(value, operand) == 0);
  }
  if (null) return Truth::kUnknown;
  switch (condition.kind) {
    case Kind::kEqual:
      return FromBool(Compare(value, operand) == 0);
    case Kind::kLess:
      return FromBool(Compare(value, operand) < 0);
    case Kind::kGreater:
      return FromBool(Compare(value, operand) > 0);
    default: {
      // The text of a UUID is what a database holds.
      const auto text_of = [](const ValueView& view) {
        if (const auto* uuid = std::get_if<UuidValue>(&view)) return uuid->ToString();
        return std::string(std::get<std::string_view>(view));
      };
      return FromBool(Like(text_of(value), text_of(operand)));
    }
  }
}

}  // namespace relata::conformance
