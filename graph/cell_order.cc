#include "graph/cell_order.h"

#include <bit>
#include <cmath>
#include <cstddef>
#include <optional>
#include <variant>

#include "graph/cells.h"

namespace relata::internal {
namespace {

template <typename T>
int Compare(T a, T b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

constexpr std::uint64_t kSign = std::uint64_t{1} << 63;

}  // namespace

int CompareNumbers(std::int64_t a, double b) {
  if (b >= 0x1p63) return -1;
  if (b < -0x1p63) return 1;
  const auto whole = static_cast<std::int64_t>(b);
  if (a != whole) return a < whole ? -1 : 1;
  return Compare(0.0, b - static_cast<double>(whole));
}

bool AreComparable(const ValueView& a, const ValueView& b) {
  for (const ValueView* value : {&a, &b}) {
    const auto* number = std::get_if<double>(value);
    if (number != nullptr && std::isnan(*number)) return false;
  }
  const std::optional<Type> a_type = TypeOf(a);
  const std::optional<Type> b_type = TypeOf(b);
  return a_type.has_value() && b_type.has_value() && AreComparable(*a_type, *b_type);
}

int CompareValues(const ValueView& a, const ValueView& b) {
  const auto* a_integer = std::get_if<std::int64_t>(&a);
  const auto* b_integer = std::get_if<std::int64_t>(&b);
  const auto* a_real = std::get_if<double>(&a);
  const auto* b_real = std::get_if<double>(&b);
  if (a_integer != nullptr && b_real != nullptr) return CompareNumbers(*a_integer, *b_real);
  if (a_real != nullptr && b_integer != nullptr) return -CompareNumbers(*b_integer, *a_real);
  return CompareViews(a, b);
}

int CompareCells(const char* a, Type a_type, const char* b, Type b_type) {
  const CellFamily family = FamilyOf(a_type);
  if (family != FamilyOf(b_type)) {
    return family == CellFamily::kInteger
               ? CompareNumbers(LoadAs<std::int64_t>(a), LoadAs<double>(b))
               : -CompareNumbers(LoadAs<std::int64_t>(b), LoadAs<double>(a));
  }
  switch (family) {
    case CellFamily::kInteger:
      return Compare(IntegerIn(a, a_type), IntegerIn(b, b_type));
    case CellFamily::kReal:
      return Compare(LoadAs<double>(a), LoadAs<double>(b));
    case CellFamily::kText:
      return Compare(TextIn(a, a_type).compare(TextIn(b, b_type)), 0);
  }
  return 0;
}

int CompareRows(const char* a, const char* b, const CellLayout& cell) {
  const bool a_null = IsNull(a, cell);
  const bool b_null = IsNull(b, cell);
  if (a_null || b_null) return static_cast<int>(b_null) - static_cast<int>(a_null);
  return CompareCells(a + cell.offset, cell.type, b + cell.offset, cell.type);
}

std::uint64_t OrderPrefix(const char* row, const CellLayout& cell) {
  if (IsNull(row, cell)) return 0;
  const char* at = row + cell.offset;
  switch (FamilyOf(cell.type)) {
    case CellFamily::kInteger:
      return static_cast<std::uint64_t>(IntegerIn(at, cell.type)) ^ kSign;
    case CellFamily::kReal: {
      const auto bits = LoadAs<std::uint64_t>(at);
      return (bits & kSign) != 0 ? ~bits : bits | kSign;
    }
    case CellFamily::kText: {
      const std::string_view text = TextIn(at, cell.type);
      std::uint64_t prefix = 0;
      for (std::size_t i = 0; i < 8; ++i) {
        prefix = prefix << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0u);
      }
      return prefix;
    }
  }
  return 0;
}

}  // namespace relata::internal
