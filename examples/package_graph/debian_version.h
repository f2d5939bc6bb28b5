// Debian's version numbers, [epoch:]upstream[-revision], ordered as dpkg orders them.
#ifndef EXAMPLES_PACKAGE_GRAPH_DEBIAN_VERSION_H_
#define EXAMPLES_PACKAGE_GRAPH_DEBIAN_VERSION_H_

#include <string_view>

namespace package_graph {

// Whether `text` has the form of a version: a number for the epoch, and letters, digits and
// .+-~: in the rest, which is not empty.
bool IsVersion(std::string_view text);

// Less than, equal to or greater than 0, as `a` is earlier than, the same as or later than `b`.
// Total on every text, whether it is a version or not.
int CompareVersions(std::string_view a, std::string_view b);

// Whether `version` stands in `relation` ("<<", "<=", "=", ">=" or ">>") to `bound`.
// REQUIRES: `relation` is one of them.
bool InRelation(std::string_view version, std::string_view relation, std::string_view bound);

}  // namespace package_graph

#endif  // EXAMPLES_PACKAGE_GRAPH_DEBIAN_VERSION_H_
