// Reads the fields that name other packages: Depends, Conflicts, Provides and the like.
//
//   libc6 (>= 2.36), default-mta | mail-transport-agent, python3:any
//
// Elements are parted by commas; alternatives of one element by bars. Views into the field's value.
#ifndef EXAMPLES_PACKAGE_GRAPH_RELATIONS_H_
#define EXAMPLES_PACKAGE_GRAPH_RELATIONS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace package_graph {

// One name, with what is asked of the package that bears it.
struct PackageName {
  std::string_view name;
  std::string_view architecture;  // after a colon: "any", "native" or an architecture; else empty
  std::string_view relation;      // "<<", "<=", "=", ">=" or ">>"; empty without a version
  std::string_view version;
};

// One element of a field: any one of these will do.
using Alternatives = std::vector<PackageName>;

struct RelationError {
  std::size_t at = 0;  // an offset into the field's value
  std::string message;
};

struct RelationRules {
  bool alternatives = true;  // "a | b" is allowed
  bool only_equals = false;  // a version may only be given with "=" (Provides)
};

// Appends the elements of `value` to `elements`. On an error returns where and what it is.
std::optional<RelationError> ParseRelations(std::string_view value, const RelationRules& rules,
                                            std::vector<Alternatives>& elements);

// As it is written in a field: "libc6:any (>= 2.36)".
std::string ToString(const PackageName& name);

}  // namespace package_graph

#endif  // EXAMPLES_PACKAGE_GRAPH_RELATIONS_H_
