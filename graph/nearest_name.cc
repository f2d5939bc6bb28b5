#include "graph/nearest_name.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace relata::internal {
namespace {

constexpr std::size_t kListed = 8;
constexpr std::size_t kLongestCompared = 128;  // the distance takes time by the square

// How many letters must be put in, left out or replaced to make one of the other.
std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string NameFold(std::string_view name) {
  std::string fold;
  for (const char c : name) {
    if (c != '_') fold += absl::ascii_tolower(static_cast<unsigned char>(c));
  }
  return fold;
}

std::string NearestName(std::string_view name, const std::vector<std::string>& known) {
  if (known.empty()) return "; there are none";
  const std::string fold = NameFold(name.substr(0, kLongestCompared));
  const std::string* nearest = nullptr;
  std::size_t least = fold.size() / 4 + 2;  // one more than are allowed
  for (const std::string& candidate : known) {
    const std::string other = NameFold(std::string_view(candidate).substr(0, kLongestCompared));
    const std::size_t distance = EditDistance(fold, other);
    if (distance < least) {
      least = distance;
      nearest = &candidate;
    }
  }
  if (nearest != nullptr) return absl::StrCat("; did you mean '", *nearest, "'?");
  std::string text = "; there are ";
  for (std::size_t i = 0; i < known.size() && i < kListed; ++i) {
    absl::StrAppend(&text, i == 0 ? "" : ", ", "'", known[i], "'");
  }
  if (known.size() > kListed) absl::StrAppend(&text, " and ", known.size() - kListed, " more");
  return text;
}

}  // namespace relata::internal
