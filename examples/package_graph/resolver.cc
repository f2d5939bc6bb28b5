#include "examples/package_graph/resolver.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "examples/package_graph/satisfaction.h"

namespace package_graph {

Resolver::Resolver(const PackageFile& file) : file_(file) {
  providers_.reserve(file.packages.size());
  std::vector<std::string_view> names;  // in the order of the file, some of them several times
  for (std::size_t i = 0; i < file.packages.size(); ++i) {
    const PackageRecord& package = file.packages[i];
    providers_[package.name].push_back({i, package.version, true});
    names.push_back(package.name);
    for (const Alternatives& element :
         package.relations[static_cast<std::size_t>(Kind::kProvides)]) {
      providers_[element[0].name].push_back({i, element[0].version, false});
      names.push_back(element[0].name);
    }
  }
  absl::flat_hash_set<std::string_view> seen;
  for (std::string_view name : names) {
    const std::vector<Provider>& providers = providers_[name];
    const bool real = providers.size() == 1 && providers[0].own_name;
    if (!real && seen.insert(name).second) virtual_packages_.push_back({name, providers});
  }
}

bool Resolver::Offers(const Provider& provider, std::size_t asking,
                      const PackageName& wanted) const {
  const PackageRecord& package = file_.packages[provider.package];
  return Satisfies(wanted, file_.packages[asking].architecture,
                   {package.architecture, package.multi_arch, provider.version}, file_.native);
}

Resolver::Target Resolver::Resolve(std::size_t asking, const PackageName& wanted) const {
  const auto found = providers_.find(wanted.name);
  if (found == providers_.end()) return std::monostate();
  std::optional<std::size_t> one;  // that satisfies
  bool several = false;
  bool own_name = false;
  for (const Provider& provider : found->second) {
    if (!Offers(provider, asking, wanted)) continue;
    several = several || (one.has_value() && *one != provider.package);
    own_name = own_name || provider.own_name;
    one = provider.package;
  }
  if (!one.has_value()) return std::monostate();
  if (own_name && !several) return *one;
  return found->first;
}

std::optional<std::size_t> Resolver::FindRival(std::size_t asking,
                                               const PackageName& wanted) const {
  const auto found = providers_.find(wanted.name);
  if (found == providers_.end() || wanted.name == file_.packages[asking].name) return std::nullopt;
  const auto rival =
      std::find_if(found->second.begin(), found->second.end(),
                   [&](const Provider& p) { return p.own_name && Offers(p, asking, wanted); });
  if (rival == found->second.end()) return std::nullopt;
  return rival->package;
}

}  // namespace package_graph
