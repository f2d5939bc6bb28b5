#include "graph/indexed_rows.h"

#include <algorithm>
#include <bit>
#include <string_view>
#include <variant>

#include "absl/hash/hash.h"

namespace relata::internal {
namespace {

constexpr std::uint64_t kSign = std::uint64_t{1} << 63;

std::uint64_t OfInteger(std::int64_t value) { return static_cast<std::uint64_t>(value) ^ kSign; }

// Seven bytes, and then how many there are, plus one: 9 for more than seven.
std::uint64_t OfBytes(const char* bytes, std::size_t size) {
  std::uint64_t prefix = 0;
  for (std::size_t i = 0; i < 7; ++i) {
    prefix = (prefix << 8) | (i < size ? static_cast<std::uint8_t>(bytes[i]) : 0);
  }
  return (prefix << 8) | (std::min<std::size_t>(size, 8) + 1);
}

struct PrefixOf {
  std::uint64_t operator()(std::monostate) const { return 0; }
  std::uint64_t operator()(std::int64_t v) const { return OfInteger(v); }
  std::uint64_t operator()(double v) const {
    const auto bits = std::bit_cast<std::uint64_t>(v);
    return (bits & kSign) != 0 ? ~bits : bits | kSign;
  }
  std::uint64_t operator()(bool v) const { return v ? 2 : 1; }
  std::uint64_t operator()(std::string_view v) const { return OfBytes(v.data(), v.size()); }
  std::uint64_t operator()(BytesView v) const {
    return OfBytes(reinterpret_cast<const char*>(v.data()), v.size());
  }
  std::uint64_t operator()(const UuidValue& v) const {
    std::uint64_t prefix = 0;
    for (std::size_t i = 0; i < 8; ++i) prefix = (prefix << 8) | v.bytes[i];
    return prefix;
  }
  std::uint64_t operator()(TimestampValue v) const {
    return OfInteger(v.time_since_epoch().count());
  }
};

}  // namespace

std::uint64_t OrderedPrefix(const ValueView& value) { return std::visit(PrefixOf(), value); }

bool PrefixIsWhole(std::uint64_t prefix, Type type) {
  switch (type) {
    case Type::kInteger:
    case Type::kTimestamp:
      return prefix != 0;  // that of null, and of the least number
    case Type::kDouble:    // null shares its prefix with a NaN only
    case Type::kBoolean:
      return true;
    case Type::kText:
    case Type::kBytes:
      return (prefix & 0xff) < 9;
    case Type::kUuid:
      return false;
  }
  return false;
}

int IndexedRows::Compare(std::uint32_t a, std::uint32_t b) const {
  for (std::size_t i = 0; i < attributes_.size(); ++i) {
    const int order = CompareViews(View(a, i), View(b, i));
    if (order != 0) return order;
  }
  return 0;
}

int IndexedRows::Compare(std::uint32_t slot, std::span<const ValueView> values) const {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int order = CompareViews(View(slot, i), values[i]);
    if (order != 0) return order;
  }
  return 0;
}

std::uint32_t IndexedRows::Hash(std::uint32_t slot) const {
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < attributes_.size(); ++i) {
    hash = absl::HashOf(hash, HashOfView(View(slot, i)));
  }
  return static_cast<std::uint32_t>(hash);
}

std::uint32_t IndexedRows::Hash(std::span<const ValueView> values) {
  std::uint64_t hash = 0;
  for (const ValueView& value : values) hash = absl::HashOf(hash, HashOfView(value));
  return static_cast<std::uint32_t>(hash);
}

}  // namespace relata::internal
