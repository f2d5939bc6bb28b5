#include "examples/package_graph/debian_version.h"

#include <algorithm>
#include <cassert>
#include <cstddef>

namespace package_graph {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// The weight of a character among non-digits: '~' comes before the end, letters before the rest.
int Weight(char c) {
  if (IsDigit(c)) return 0;
  if (c == '~') return -1;
  const int code = static_cast<unsigned char>(c);
  return IsLetter(c) ? code : code + 256;
}

std::string_view WithoutZeros(std::string_view digits) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

// Takes the leading digits off `text`.
std::string_view TakeNumber(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && IsDigit(text[size])) ++size;
  const std::string_view digits = text.substr(0, size);
  text.remove_prefix(size);
  return WithoutZeros(digits);
}

// Two numbers of any length, without leading zeros.
int CompareNumbers(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

// Stretches of non-digits and of digits in turn.
int CompareParts(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    while ((!a.empty() && !IsDigit(a[0])) || (!b.empty() && !IsDigit(b[0]))) {
      const int difference = (a.empty() ? 0 : Weight(a[0])) - (b.empty() ? 0 : Weight(b[0]));
      if (difference != 0) return difference;
      // Equal weights are of equal characters, so neither of the two has ended here.
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
    const int difference = CompareNumbers(TakeNumber(a), TakeNumber(b));
    if (difference != 0) return difference;
  }
  return 0;
}

struct Parts {
  std::string_view epoch;
  std::string_view upstream;
  std::string_view revision;
};

Parts Split(std::string_view version) {
  Parts parts;
  if (const std::size_t colon = version.find(':'); colon != std::string_view::npos) {
    parts.epoch = WithoutZeros(version.substr(0, colon));
    version.remove_prefix(colon + 1);
  }
  const std::size_t hyphen = version.rfind('-');
  parts.upstream = version.substr(0, hyphen);
  if (hyphen != std::string_view::npos) parts.revision = version.substr(hyphen + 1);
  return parts;
}

}  // namespace

bool IsVersion(std::string_view text) {
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    const std::string_view epoch = text.substr(0, colon);
    if (epoch.empty() || !std::all_of(epoch.begin(), epoch.end(), IsDigit)) return false;
    text.remove_prefix(colon + 1);
  }
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return IsDigit(c) || IsLetter(c) || c == '.' || c == '+' || c == '-' || c == '~' || c == ':';
  });
}

int CompareVersions(std::string_view a, std::string_view b) {
  const Parts left = Split(a);
  const Parts right = Split(b);
  if (const int epochs = CompareNumbers(left.epoch, right.epoch); epochs != 0) return epochs;
  if (const int upstream = CompareParts(left.upstream, right.upstream); upstream != 0) {
    return upstream;
  }
  return CompareParts(left.revision, right.revision);
}

bool InRelation(std::string_view version, std::string_view relation, std::string_view bound) {
  const int order = CompareVersions(version, bound);
  if (relation == "<<") return order < 0;
  if (relation == "<=") return order <= 0;
  if (relation == "=") return order == 0;
  if (relation == ">=") return order >= 0;
  assert(relation == ">>");
  return order > 0;
}

}  // namespace package_graph
