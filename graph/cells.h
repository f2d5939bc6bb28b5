// Values in and out of the cells of a row, and what a value must satisfy to go in.
#ifndef RELATA_GRAPH_CELLS_H_
#define RELATA_GRAPH_CELLS_H_

#include <cstdint>
#include <cstring>
#include <string_view>

#include "absl/status/statusor.h"
#include "graph/layout.h"
#include "relata/internal/table_view.h"
#include "relata/value.h"

namespace relata::internal {

template <typename T>
inline void StoreAs(char* at, T value) {
  std::memcpy(at, &value, sizeof(T));
}

inline bool IsTextCell(Type type) { return type == Type::kText || type == Type::kBytes; }

inline bool IsNull(const char* row, const CellLayout& cell) {
  return (static_cast<std::uint8_t>(row[cell.null_byte]) & cell.null_mask) != 0;
}

// Its null bit alone; an attribute that is never null has none.
inline void SetNull(char* row, const CellLayout& cell, bool null) {
  if (cell.null_mask == 0) return;
  char& nulls = row[cell.null_byte];
  nulls = static_cast<char>(null ? nulls | cell.null_mask : nulls & ~cell.null_mask);
}

inline ValueView ReadView(const char* row, const CellLayout& cell) {
  if (IsNull(row, cell)) return {};
  const char* at = row + cell.offset;
  switch (cell.type) {
    case Type::kInteger:
      return LoadAs<std::int64_t>(at);
    case Type::kDouble:
      return LoadAs<double>(at);
    case Type::kBoolean:
      return *at != 0;
    case Type::kText:
      return TextOf(at);
    case Type::kBytes:
      return ReadCell<BytesView>(at);
    case Type::kUuid:
      return LoadAs<UuidValue>(at);
    case Type::kTimestamp:
      return LoadAs<TimestampValue>(at);
  }
  return {};
}

// The bytes of a cell that is not null and not of text: at most 16.
struct CellBytes {
  char bytes[16] = {};
  std::uint32_t size = 0;
};
CellBytes EncodeFixed(const ValueView& value);

// What is stored for `value` in an attribute: the value itself, a DOUBLE for an integer that it
// represents exactly, 0.0 for -0.0. InvalidArgument, without naming the attribute, for a value of
// another type, NaN, or text that is not UTF-8. Null passes.
absl::StatusOr<ValueView> Normalize(Type type, const ValueView& value);

bool IsUtf8(std::string_view text);

// Negative, zero or positive as `a` is less than, equal to or greater than `b`.
int CompareViews(const ValueView& a, const ValueView& b);

// By absl::Hash, which differs from process to process: to find by, never to order by.
std::uint64_t HashOfView(const ValueView& value);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_CELLS_H_
