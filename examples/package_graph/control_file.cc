#include "examples/package_graph/control_file.h"

#include <algorithm>

#include "examples/package_graph/text.h"

namespace package_graph {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

bool IsBlank(std::string_view line) {
  return line.find_first_not_of(kBlanks) == std::string_view::npos;
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool SameName(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

// Printable ASCII without blanks; not what marks a comment or a signature.
bool IsFieldName(std::string_view name) {
  return !name.empty() && name[0] != '#' && name[0] != '-' &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c <= '~'; });
}

std::string_view Trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return text.substr(0, 0);
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

const ControlField* Paragraph::Find(std::string_view name) const {
  for (const ControlField& field : fields) {
    if (SameName(field.name, name)) return &field;
  }
  return nullptr;
}

std::string_view ControlReader::TakeLine() {
  const std::size_t end = std::min(text_.find('\n', offset_), text_.size());
  const std::string_view line = text_.substr(offset_, end - offset_);
  offset_ = std::min(end + 1, text_.size());
  ++line_;
  return line;
}

absl::StatusOr<bool> ControlReader::Next(Paragraph& paragraph) {
  paragraph.fields.clear();
  while (offset_ < text_.size()) {
    const std::string_view line = TakeLine();
    if (IsBlank(line)) {
      if (paragraph.fields.empty()) continue;
      return true;
    }
    if (line[0] == ' ' || line[0] == '\t') {
      if (paragraph.fields.empty()) {
        return Error(line_, "a continuation line (it begins with a blank) before any field");
      }
      std::string_view& value = paragraph.fields.back().value;
      value = Trimmed(
          {value.data(), static_cast<std::size_t>(line.data() - value.data()) + line.size()});
      continue;
    }
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, std::min(colon, line.size()));
    if (colon == std::string_view::npos || !IsFieldName(name)) {
      return Error(line_, Concat("expected a field, \"Name: value\", or a continuation line that "
                                 "begins with a blank, but found \"",
                                 Shortened(line, 60), "\""));
    }
    if (const ControlField* first = paragraph.Find(name)) {
      return Error(line_, Concat("the field ", name, " is given twice, first on line ",
                                 std::to_string(first->line)));
    }
    if (paragraph.fields.empty()) paragraph.line = line_;
    paragraph.fields.push_back({name, Trimmed(line.substr(colon + 1)), line_});
  }
  return !paragraph.fields.empty();
}

absl::Status ControlReader::Error(std::size_t line, std::string_view message) const {
  return absl::InvalidArgumentError(Concat(file_, ":", std::to_string(line), ": ", message));
}

absl::Status ControlReader::Error(const ControlField& field, std::size_t at,
                                  std::string_view message) const {
  // The value may begin below its name, so lines are counted from the name on.
  const char* const begin = field.name.data();
  const char* const end = field.value.data() + std::min(at, field.value.size());
  return Error(field.line + static_cast<std::size_t>(std::count(begin, end, '\n')), message);
}

}  // namespace package_graph
