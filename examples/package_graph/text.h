// Text for people: joining, numbers with thousands separators, sizes, times, and aligned tables.
#ifndef EXAMPLES_PACKAGE_GRAPH_TEXT_H_
#define EXAMPLES_PACKAGE_GRAPH_TEXT_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace package_graph {

// The parts one after the other.
template <typename... Parts>
std::string Concat(const Parts&... parts) {
  std::string joined;
  joined.reserve((std::string_view(parts).size() + ... + 0));
  (joined.append(std::string_view(parts)), ...);
  return joined;
}

// 1234567 as "1,234,567".
std::string Thousands(std::uint64_t number);
// "1 package", "2,345 packages": `plural` is said of every number but 1.
std::string Counted(std::uint64_t number, std::string_view singular, std::string_view plural);
// "812 B", "12.3 KiB", "4.5 MiB".
std::string Size(std::uint64_t bytes);
// "740 us", "12.3 ms", "4.56 s".
std::string Duration(std::chrono::nanoseconds time);
// Cut to at most `width` bytes, with "..." where something is missing; never within a character.
std::string Shortened(std::string_view text, std::size_t width);

// How long something took, from its construction on.
class Stopwatch {
 public:
  std::chrono::nanoseconds elapsed() const { return std::chrono::steady_clock::now() - start_; }
  std::string ToString() const { return Duration(elapsed()); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Columns set off by two spaces, each as wide as its widest cell. The first column and every one
// whose heading begins with '<' stand to the left, the others to the right.
class Table {
 public:
  explicit Table(std::vector<std::string> headings);
  // REQUIRES: one cell for each heading.
  void Add(std::vector<std::string> cells);
  // A line before the rows that follow, for totals.
  void Rule();
  // Every line ends in a newline and begins with `indent` spaces; nothing when there are no rows.
  std::string ToString(std::size_t indent = 2) const;

 private:
  std::vector<bool> left_;
  std::vector<std::vector<std::string>> rows_;  // the headings first; an empty row is a rule
};

}  // namespace package_graph

#endif  // EXAMPLES_PACKAGE_GRAPH_TEXT_H_
