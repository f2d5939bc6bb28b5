// Helps whoever mistyped a name.
#ifndef RELATA_GRAPH_NEAREST_NAME_H_
#define RELATA_GRAPH_NEAREST_NAME_H_

#include <string>
#include <string_view>
#include <vector>

namespace relata::internal {

// The end of a message about an unknown name: "; did you mean 'team'?" when one of the names that
// exist is much like it (but for case and separators, or for a slip or two of the keyboard),
// otherwise "; there are 'a', 'b', ..." with the first few of them, or "; there are none". Of
// several that are equally near, the first.
std::string NearestName(std::string_view name, const std::vector<std::string>& known);

// Lower case, without underscores: what names that differ in nothing else have in common.
std::string NameFold(std::string_view name);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_NEAREST_NAME_H_
