// What the literals of a condition become: tests of bounds in the attribute's own type, and what is
// known of the rows that pass them.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/cell_order.h"
#include "graph/condition_binder.h"
#include "graph/errors.h"
#include "graph/literal_range.h"

namespace relata::internal {
namespace {

bool IsNothing(const Value& value) {
  const auto* number = value.get_if<double>();
  return value.is_null() || (number != nullptr && std::isnan(*number));
}

// The bytes by which a value of text, bytes or a UUID compares.
std::string TextBytes(const Value& value) {
  if (const auto* text = value.get_if<std::string>()) return *text;
  if (const auto* uuid = value.get_if<UuidValue>()) {
    return std::string(uuid->bytes.begin(), uuid->bytes.end());
  }
  const auto* bytes = value.get_if<BytesValue>();
  return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

std::int64_t IntegerOf(const Value& value) {
  if (const auto* flag = value.get_if<bool>()) return static_cast<std::int64_t>(*flag);
  return value.get_if<TimestampValue>()->time_since_epoch().count();
}

}  // namespace

absl::StatusOr<std::uint32_t> ConditionBinder::EmitIn(const ConditionNode& node,
                                                      const BoundAttribute& left, bool negated,
                                                      Exits exits, bool sure) {
  const Type type = left.cell.type;
  bool has_nothing = false;
  std::vector<std::int64_t> integers;
  std::vector<double> reals;
  std::vector<std::string> texts;
  AttributeFact fact;
  fact.attribute = left.attribute;
  for (const Value& value : node.values) {
    RELATA_RETURN_IF_ERROR(CheckComparable(left, value));
    if (IsNothing(value)) {
      has_nothing = true;
      continue;
    }
    if (type == Type::kInteger) {
      const IntegerRange range = IntegersThat(Comparison::kEqual, value.view());
      if (range.empty()) continue;
      integers.push_back(range.low);
      fact.values.emplace_back(range.low);
    } else if (type == Type::kDouble) {
      const RealRange range = RealsThat(Comparison::kEqual, value.view());
      if (range.empty()) continue;
      reals.push_back(range.low);
      fact.values.emplace_back(range.low + 0.0);  // -0.0 is kept as 0.0
    } else {
      if (FamilyOf(type) == CellFamily::kInteger) {
        integers.push_back(IntegerOf(value));
      } else {
        texts.push_back(TextBytes(value));
      }
      fact.values.push_back(value);
    }
  }
  const bool nothing_passes = integers.empty() && reals.empty() && texts.empty();
  if (!negated && nothing_passes) return exits.on_false;
  if (negated && node.values.empty()) return exits.on_true;
  if (negated && has_nothing) return exits.on_false;
  if (sure && !negated && left.path.empty()) facts_->attributes.push_back(std::move(fact));
  if (nothing_passes) return Add(TestOf(left, TestKind::kNotNull), exits);
  RowTest test = TestOf(left, TestKind::kIntegerSet);
  test.negated = negated;
  const auto enter = [&](auto& list, auto& lists) {
    std::sort(list.begin(), list.end());
    test.operand = static_cast<std::uint32_t>(lists.size());
    lists.push_back(std::move(list));
  };
  if (!integers.empty()) {
    enter(integers, filter_.integers_);
  } else if (!reals.empty()) {
    test.kind = TestKind::kRealSet;
    enter(reals, filter_.reals_);
  } else {
    test.kind = TestKind::kTextSet;
    enter(texts, filter_.texts_);
  }
  return Add(test, exits);
}

absl::StatusOr<std::uint32_t> ConditionBinder::EmitValue(const BoundAttribute& left,
                                                         Comparison comparison, const Value& value,
                                                         Exits exits, bool sure) {
  RELATA_RETURN_IF_ERROR(CheckComparable(left, value));
  const bool is = comparison == Comparison::kIs || comparison == Comparison::kIsNot;
  const bool negated = comparison == Comparison::kIsNot || comparison == Comparison::kNotEqual;
  if (IsNothing(value)) {
    if (!is) return exits.on_false;
    RowTest test = TestOf(left, TestKind::kNotNull);
    test.negated = test.if_null = !negated;
    return Add(test, exits);
  }
  const Comparison plain = is || negated ? Comparison::kEqual : comparison;
  RowTest test = TestOf(left, TestKind::kNotNull);
  if (RangeTest(test, plain, value)) {
    if (sure && !negated && left.path.empty()) NoteRange(left, plain, value);
    test.negated = negated;
  } else {
    if (!negated) return exits.on_false;
    test = TestOf(left, TestKind::kNotNull);
  }
  test.if_null = comparison == Comparison::kIsNot;
  return Add(test, exits);
}

bool ConditionBinder::RangeTest(RowTest& test, Comparison comparison, const Value& value) {
  switch (test.type) {
    case Type::kDouble: {
      const RealRange range = RealsThat(comparison, value.view());
      test.kind = TestKind::kReal;
      test.low = std::bit_cast<std::int64_t>(range.low);
      test.high = std::bit_cast<std::int64_t>(range.high);
      return !range.empty();
    }
    case Type::kInteger:
    case Type::kBoolean:
    case Type::kTimestamp: {
      const IntegerRange range = IntegersThat(
          comparison, test.type == Type::kInteger ? value.view() : ValueView(IntegerOf(value)));
      test.kind = test.type == Type::kBoolean ? TestKind::kBoolean : TestKind::kInteger;
      test.low = range.low;
      test.high = range.high;
      return !range.empty();
    }
    default:
      break;
  }
  const std::string bytes = TextBytes(value);
  if (comparison == Comparison::kEqual &&
      (test.type == Type::kUuid || bytes.size() < kTextCellSize)) {
    char cell[kTextCellSize] = {};
    std::memcpy(cell, bytes.data(), bytes.size());
    if (test.type != Type::kUuid) cell[kTextCellSize - 1] = static_cast<char>(bytes.size());
    test.kind = TestKind::kCell;
    test.low = LoadAs<std::int64_t>(cell);
    test.high = LoadAs<std::int64_t>(cell + sizeof(test.low));
    return true;
  }
  TextRange range;
  const bool equal = comparison == Comparison::kEqual;
  range.has_low =
      equal || comparison == Comparison::kGreater || comparison == Comparison::kGreaterEqual;
  range.has_high = equal || !range.has_low;
  range.low_open = comparison == Comparison::kGreater;
  range.high_open = comparison == Comparison::kLess;
  if (range.has_low) range.low = bytes;
  if (range.has_high) range.high = bytes;
  test.kind = TestKind::kText;
  test.operand = static_cast<std::uint32_t>(filter_.ranges_.size());
  filter_.ranges_.push_back(std::move(range));
  return true;
}

void ConditionBinder::NoteRange(const BoundAttribute& left, Comparison comparison,
                                const Value& value) {
  AttributeFact fact;
  fact.attribute = left.attribute;
  if (comparison == Comparison::kEqual) {
    Value exact = value;
    if (left.cell.type == Type::kInteger) {
      exact = IntegersThat(comparison, value.view()).low;
    } else if (left.cell.type == Type::kDouble) {
      exact = RealsThat(comparison, value.view()).low + 0.0;  // -0.0 is kept as 0.0
    }
    fact.values.push_back(std::move(exact));
  } else {
    Value low;
    Value high;
    if (left.cell.type == Type::kInteger) {
      const IntegerRange range = IntegersThat(comparison, value.view());
      low = range.low;
      high = range.high;
    } else if (left.cell.type == Type::kDouble) {
      const RealRange range = RealsThat(comparison, value.view());
      low = range.low;
      high = range.high;
    } else {
      low = high = value;
      fact.low_open = comparison == Comparison::kGreater;
      fact.high_open = comparison == Comparison::kLess;
    }
    if (comparison == Comparison::kGreater || comparison == Comparison::kGreaterEqual) {
      fact.low = std::move(low);
    } else {
      fact.high = std::move(high);
    }
  }
  facts_->attributes.push_back(std::move(fact));
}

absl::StatusOr<std::uint32_t> ConditionBinder::EmitLike(const BoundAttribute& left, bool negated,
                                                        const Value& pattern, Exits exits) {
  const auto* text = pattern.get_if<std::string>();
  if ((left.cell.type != Type::kText && left.cell.type != Type::kUuid) ||
      (text == nullptr && !pattern.is_null())) {
    return absl::InvalidArgumentError(absl::StrCat(
        left.name, " is ", std::string(TypeName(left.cell.type)), " and cannot be matched with ",
        pattern.ToString(), ": Like matches TEXT, or the text of a UUID, with a pattern of text"));
  }
  if (text == nullptr) return exits.on_false;
  RowTest test = TestOf(left, TestKind::kLike);
  test.negated = negated;
  test.operand = static_cast<std::uint32_t>(filter_.likes_.size());
  filter_.likes_.emplace_back(*text);
  return Add(test, exits);
}

absl::Status ConditionBinder::CheckComparable(const BoundAttribute& left,
                                              const Value& value) const {
  const auto type = TypeOf(value.view());
  if (!type.has_value() || AreComparable(left.cell.type, *type)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      left.name, " is ", std::string(TypeName(left.cell.type)), " and cannot be compared with ",
      value.ToString(), " (", std::string(TypeName(*type)), ")"));
}

}  // namespace relata::internal
