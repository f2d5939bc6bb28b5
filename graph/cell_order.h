// The order of values in cells: text, bytes and UUIDs byte by byte, false before true, numbers by
// value whatever their type.
#ifndef RELATA_GRAPH_CELL_ORDER_H_
#define RELATA_GRAPH_CELL_ORDER_H_

#include <cstdint>
#include <string_view>

#include "graph/layout.h"
#include "relata/internal/table_view.h"
#include "relata/value.h"

namespace relata::internal {

// The three kinds of cells that compare with each other.
enum class CellFamily : std::uint8_t { kInteger, kReal, kText };

inline CellFamily FamilyOf(Type type) {
  switch (type) {
    case Type::kDouble:
      return CellFamily::kReal;
    case Type::kText:
    case Type::kBytes:
    case Type::kUuid:
      return CellFamily::kText;
    default:
      return CellFamily::kInteger;
  }
}

// Whether values of two types can be compared.
inline bool AreComparable(Type a, Type b) {
  const auto number = [](Type t) { return t == Type::kInteger || t == Type::kDouble; };
  return a == b || (number(a) && number(b));
}

// The contents of a cell that is not null, as its family has them.
inline std::int64_t IntegerIn(const char* cell, Type type) {
  return type == Type::kBoolean ? static_cast<std::int64_t>(*cell != 0)
                                : LoadAs<std::int64_t>(cell);
}
inline std::string_view TextIn(const char* cell, Type type) {
  return type == Type::kUuid ? std::string_view(cell, sizeof(UuidValue)) : TextOf(cell);
}

// The same of two values, which are comparable with nothing when they are null or NaN.
bool AreComparable(const ValueView& a, const ValueView& b);

// Negative, zero or positive; exact over the whole range of both. REQUIRES: not NaN.
int CompareNumbers(std::int64_t a, double b);

// The same of two values. REQUIRES: they are comparable.
int CompareValues(const ValueView& a, const ValueView& b);

// The same of two cells, neither of them null, of types that are comparable.
int CompareCells(const char* a, Type a_type, const char* b, Type b_type);

// Of two rows of one model by one attribute, null first.
int CompareRows(const char* a, const char* b, const CellLayout& cell);

// A number that orders rows by an attribute as far as 64 bits can: never greater than that of a row
// that comes later. 0 for null.
std::uint64_t OrderPrefix(const char* row, const CellLayout& cell);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_CELL_ORDER_H_
