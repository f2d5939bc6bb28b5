#include "examples/package_graph/text.h"

#include <algorithm>
#include <cassert>
#include <cstdio>
#include <utility>

namespace package_graph {
namespace {

std::string Decimal(double number, std::string_view unit) {
  char digits[64];
  const int precision = number < 9.995 ? 2 : 1;
  std::snprintf(digits, sizeof(digits), "%.*f ", precision, number);
  return Concat(digits, unit);
}

bool ContinuesCharacter(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// In characters, as a terminal shows them.
std::size_t Width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !ContinuesCharacter(c); }));
}

}  // namespace

std::string Thousands(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t left = digits.size(); left > 3; left -= 3) digits.insert(left - 3, 1, ',');
  return digits;
}

std::string Counted(std::uint64_t number, std::string_view singular, std::string_view plural) {
  return Concat(Thousands(number), " ", number == 1 ? singular : plural);
}

std::string Size(std::uint64_t bytes) {
  if (bytes < 1024) return Concat(std::to_string(bytes), " B");
  const double kib = static_cast<double>(bytes) / 1024;
  if (kib < 1024) return Decimal(kib, "KiB");
  return kib < 1024.0 * 1024 ? Decimal(kib / 1024, "MiB") : Decimal(kib / 1024 / 1024, "GiB");
}

std::string Duration(std::chrono::nanoseconds time) {
  const double microseconds = static_cast<double>(time.count()) / 1e3;
  if (microseconds < 1e3) return Decimal(microseconds, "us");
  if (microseconds < 1e6) return Decimal(microseconds / 1e3, "ms");
  return Decimal(microseconds / 1e6, "s");
}

std::string Shortened(std::string_view text, std::size_t width) {
  if (text.size() <= width) return std::string(text);
  std::size_t keep = width < 3 ? 0 : width - 3;
  while (keep > 0 && ContinuesCharacter(text[keep])) --keep;
  return Concat(text.substr(0, keep), "...");
}

Table::Table(std::vector<std::string> headings) {
  for (std::string& heading : headings) {
    const bool marked = heading.starts_with('<');
    left_.push_back(marked || left_.empty());
    if (marked) heading.erase(0, 1);
  }
  rows_.push_back(std::move(headings));
}

void Table::Add(std::vector<std::string> cells) {
  assert(cells.size() == left_.size());
  rows_.push_back(std::move(cells));
}

void Table::Rule() { rows_.emplace_back(); }

std::string Table::ToString(std::size_t indent) const {
  if (rows_.size() == 1) return {};
  std::vector<std::size_t> widths(left_.size(), 0);
  std::size_t total = 2 * (left_.size() - 1);
  for (std::size_t c = 0; c < left_.size(); ++c) {
    for (const std::vector<std::string>& row : rows_) {
      if (!row.empty()) widths[c] = std::max(widths[c], Width(row[c]));
    }
    total += widths[c];
  }
  std::string text;
  for (const std::vector<std::string>& row : rows_) {
    std::string line(indent, ' ');
    if (row.empty()) line.append(total, '-');
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string padding(widths[c] - Width(row[c]), ' ');
      line += left_[c] ? row[c] + padding : padding + row[c];
      line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

}  // namespace package_graph
