#include "graph/cells.h"

#include <cmath>
#include <cstring>
#include <string>
#include <string_view>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "graph/errors.h"

namespace relata::internal {
namespace {

template <typename T>
CellBytes BytesOf(const T& value) {
  static_assert(sizeof(T) <= 16);
  CellBytes cell;
  std::memcpy(cell.bytes, &value, sizeof(T));
  cell.size = sizeof(T);
  return cell;
}

// Integers up to here are doubles without loss.
constexpr std::int64_t kExact = std::int64_t{1} << 53;

}  // namespace

CellBytes EncodeFixed(const ValueView& value) {
  if (const auto* v = std::get_if<std::int64_t>(&value)) return BytesOf(*v);
  if (const auto* v = std::get_if<double>(&value)) return BytesOf(*v);
  if (const auto* v = std::get_if<bool>(&value)) return BytesOf(static_cast<char>(*v));
  if (const auto* v = std::get_if<UuidValue>(&value)) return BytesOf(v->bytes);
  return BytesOf(std::get<TimestampValue>(value));
}

absl::StatusOr<ValueView> Normalize(Type type, const ValueView& value) {
  const std::optional<Type> given = TypeOf(value);
  if (!given.has_value()) return value;
  if (*given != type) {
    const auto* integer = std::get_if<std::int64_t>(&value);
    if (type == Type::kDouble && integer != nullptr && *integer >= -kExact && *integer <= kExact) {
      return ValueView(static_cast<double>(*integer));
    }
    return absl::InvalidArgumentError(absl::StrCat("expected ", std::string(TypeName(type)),
                                                   ", got ", ToString(value), " (",
                                                   std::string(TypeName(*given)), ")"));
  }
  if (const auto* number = std::get_if<double>(&value)) {
    if (std::isnan(*number)) {
      return absl::InvalidArgumentError(
          "NaN cannot be stored: it equals nothing, not even itself; use null");
    }
    if (*number == 0.0) return ValueView(0.0);
  }
  if (const auto* text = std::get_if<std::string_view>(&value); text != nullptr && !IsUtf8(*text)) {
    return absl::InvalidArgumentError(
        absl::StrCat("text must be UTF-8, got ", ToString(value), "; use a BYTES attribute"));
  }
  return value;
}

bool IsUtf8(std::string_view text) {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  const auto* end = at + text.size();
  while (at != end) {
    while (end - at >= 8) {  // eight ASCII bytes at a time
      std::uint64_t word;
      std::memcpy(&word, at, 8);
      if ((word & 0x8080808080808080u) != 0) break;
      at += 8;
    }
    if (at == end) break;
    const unsigned char lead = *at++;
    if (lead < 0x80) continue;
    int more;
    std::uint32_t code;
    std::uint32_t least;
    if (lead >= 0xc2 && lead <= 0xdf) {
      more = 1, code = lead & 0x1f, least = 0x80;
    } else if (lead >= 0xe0 && lead <= 0xef) {
      more = 2, code = lead & 0x0f, least = 0x800;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
      more = 3, code = lead & 0x07, least = 0x10000;
    } else {
      return false;
    }
    if (end - at < more) return false;
    for (; more > 0; --more, ++at) {
      if ((*at & 0xc0) != 0x80) return false;
      code = (code << 6) | (*at & 0x3f);
    }
    if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false;
  }
  return true;
}

std::uint64_t HashOfView(const ValueView& value) {
  if (const auto* v = std::get_if<std::int64_t>(&value)) return absl::HashOf(*v);
  if (const auto* v = std::get_if<std::string_view>(&value)) return absl::HashOf(Asv(*v));
  if (const auto* v = std::get_if<UuidValue>(&value)) return absl::HashOf(v->bytes);
  if (const auto* v = std::get_if<double>(&value)) return absl::HashOf(*v);
  if (const auto* v = std::get_if<bool>(&value)) return absl::HashOf(*v);
  if (const auto* v = std::get_if<TimestampValue>(&value)) {
    return absl::HashOf(v->time_since_epoch().count());
  }
  if (const auto* v = std::get_if<BytesView>(&value)) {
    return absl::HashOf(absl::string_view(reinterpret_cast<const char*>(v->data()), v->size()));
  }
  return 0;
}

}  // namespace relata::internal
