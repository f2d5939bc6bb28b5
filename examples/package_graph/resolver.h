// Finds what the packages of one file ask of each other in that file.
#ifndef EXAMPLES_PACKAGE_GRAPH_RESOLVER_H_
#define EXAMPLES_PACKAGE_GRAPH_RESOLVER_H_

#include <cstddef>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "examples/package_graph/package_file.h"

namespace package_graph {

class Resolver {
 public:
  // A package that offers a name.
  struct Provider {
    std::size_t package = 0;   // a position in the file's packages
    std::string_view version;  // empty when none is said
    bool own_name = false;     // the name is that of the package
  };
  struct VirtualPackage {
    std::string_view name;
    std::vector<Provider> providers;  // in the order of the file
  };
  // Nothing in the file, a position in the file's packages, or the name of a virtual package.
  using Target = std::variant<std::monostate, std::size_t, std::string_view>;

  // `file` must outlive the resolver. O(names in the file).
  explicit Resolver(const PackageFile& file);

  // What satisfies `wanted` for the package at position `asking`: the package of that name when it
  // is the only one that does; otherwise a virtual package, when one of its providers does.
  Target Resolve(std::size_t asking, const PackageName& wanted) const;
  // The first package that itself bears the name and is of a wanted version and architecture; never
  // one that has the same name as the asking package.
  std::optional<std::size_t> FindRival(std::size_t asking, const PackageName& wanted) const;

  // Every name that a package provides, and every name that several packages bear, in the order in
  // which the file first offers them. A package of that very name is among the providers.
  const std::vector<VirtualPackage>& virtual_packages() const { return virtual_packages_; }

 private:
  bool Offers(const Provider& provider, std::size_t asking, const PackageName& wanted) const;

  const PackageFile& file_;
  absl::flat_hash_map<std::string_view, std::vector<Provider>> providers_;
  std::vector<VirtualPackage> virtual_packages_;
};

}  // namespace package_graph

#endif  // EXAMPLES_PACKAGE_GRAPH_RESOLVER_H_
