#include "graph/naming.h"

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "graph/errors.h"

namespace relata::internal {
namespace {

bool IsSeparator(char c) { return c == '_' || c == '-' || c == ' '; }
bool IsUpper(char c) { return absl::ascii_isupper(static_cast<unsigned char>(c)); }
bool IsLower(char c) { return absl::ascii_islower(static_cast<unsigned char>(c)); }

// Whether the capital at `i` begins a word: after a small letter or a digit, or as the last of
// several capitals before a small letter.
bool BeginsWord(std::string_view name, std::size_t i) {
  if (i == 0 || !IsUpper(name[i])) return false;
  if (!IsUpper(name[i - 1])) return true;
  return i + 1 < name.size() && IsLower(name[i + 1]);
}

}  // namespace

std::string CamelCase(std::string_view name) {
  std::string text;
  bool raise = false;
  for (const char c : name) {
    if (IsSeparator(c)) {
      raise = true;
      continue;
    }
    text += raise ? absl::ascii_toupper(static_cast<unsigned char>(c)) : c;
    raise = false;
  }
  return text;
}

std::string SnakeCase(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool separator = IsSeparator(name[i]);
    if ((separator || BeginsWord(name, i)) && !text.empty() && text.back() != '_') text += '_';
    if (!separator) text += absl::ascii_tolower(static_cast<unsigned char>(name[i]));
  }
  return text;
}

std::string KeyColumnName(std::string_view stem, std::string_view key, bool underscored) {
  const std::string name = absl::StrCat(Asv(stem), "_", Asv(key));
  return underscored ? SnakeCase(name) : CamelCase(name);
}

}  // namespace relata::internal
