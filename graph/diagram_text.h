// Text in Graphviz's language, for the diagrams.
#ifndef RELATA_GRAPH_DIAGRAM_TEXT_H_
#define RELATA_GRAPH_DIAGRAM_TEXT_H_

#include <string>
#include <string_view>

namespace relata::internal {

// A quoted string: quotes and backslashes escaped, line ends as \n.
inline std::string QuoteForDot(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '\n') {
      quoted += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace relata::internal

#endif  // RELATA_GRAPH_DIAGRAM_TEXT_H_
