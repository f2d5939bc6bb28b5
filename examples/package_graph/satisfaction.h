// Whether a package is what another one asks for: dpkg's rules for names, versions, architectures
// and Multi-Arch. Knows nothing of files or graphs.
#ifndef EXAMPLES_PACKAGE_GRAPH_SATISFACTION_H_
#define EXAMPLES_PACKAGE_GRAPH_SATISFACTION_H_

#include <string_view>

#include "examples/package_graph/relations.h"

namespace package_graph {

// A package under one of its names: its own, or one that it provides.
struct Offer {
  std::string_view architecture;
  std::string_view multi_arch;  // empty when nothing is said
  std::string_view version;  // of the package, or of what it provides; may be empty for the latter
};

// Whether `offer`, made under the name that is asked for, is what a package of the architecture
// `asking` asks for. Packages of architecture "all" count as being of `native`.
bool Satisfies(const PackageName& wanted, std::string_view asking, const Offer& offer,
               std::string_view native);

}  // namespace package_graph

#endif  // EXAMPLES_PACKAGE_GRAPH_SATISFACTION_H_
