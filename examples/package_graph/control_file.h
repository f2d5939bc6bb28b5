// Reads files in the format of Debian's control files (deb822): paragraphs of fields, parted by
// blank lines; a field is "Name: value", and lines that begin with a space or a tab continue it.
//
// Nothing is copied: names and values are views into the text that was given. Knows nothing of
// packages. Errors are InvalidArgument and begin with "FILE:LINE: ".
#ifndef EXAMPLES_PACKAGE_GRAPH_CONTROL_FILE_H_
#define EXAMPLES_PACKAGE_GRAPH_CONTROL_FILE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace package_graph {

struct ControlField {
  std::string_view name;
  std::string_view value;  // without blanks around it; continuation lines as they stand
  std::size_t line = 0;    // of the name, from 1
};

struct Paragraph {
  std::vector<ControlField> fields;  // in their order
  std::size_t line = 0;              // of the first field

  // By name, whatever its case; null when there is none.
  const ControlField* Find(std::string_view name) const;
};

class ControlReader {
 public:
  // `text` must outlive the reader and all that it reads; `file` is what messages call it.
  ControlReader(std::string file, std::string_view text) : file_(std::move(file)), text_(text) {}

  // Reads the next paragraph into `paragraph`; false at the end. A line that is neither a field nor
  // a continuation, a continuation of nothing, and a field that a paragraph holds twice are errors.
  absl::StatusOr<bool> Next(Paragraph& paragraph);

  // How many bytes were read.
  std::size_t offset() const { return offset_; }
  // InvalidArgument "FILE:LINE: message".
  absl::Status Error(std::size_t line, std::string_view message) const;
  // The same for a place in a field's value, which may be on one of its continuation lines.
  absl::Status Error(const ControlField& field, std::size_t at, std::string_view message) const;

 private:
  std::string_view TakeLine();

  std::string file_;
  std::string_view text_;
  std::size_t offset_ = 0;
  std::size_t line_ = 0;
};

}  // namespace package_graph

#endif  // EXAMPLES_PACKAGE_GRAPH_CONTROL_FILE_H_
