#include "examples/package_graph/names.h"

#include <vector>

#include "absl/status/status.h"
#include "examples/package_graph/relations.h"
#include "examples/package_graph/text.h"

namespace package_graph {
namespace {

using relata::Instance;

constexpr std::size_t kSuggestions = 5;

PackageName NameOf(const PackageSchema& s, const relata::Store& store, Instance alternative) {
  return {store.Get(alternative, s.alternative_name),
          store.Get(alternative, s.alternative_architecture).value_or(""),
          store.Get(alternative, s.alternative_relation).value_or(""),
          store.Get(alternative, s.alternative_version).value_or("")};
}

PackageName RivalOf(const PackageSchema& s, const relata::Store& store, Instance conflict) {
  return {store.Get(conflict, s.conflict_name),
          store.Get(conflict, s.conflict_architecture).value_or(""),
          store.Get(conflict, s.conflict_relation).value_or(""),
          store.Get(conflict, s.conflict_version).value_or("")};
}

// What may follow a package's name: an architecture or a version.
struct Wanted {
  std::string_view name;
  std::string_view architecture;
  std::string_view version;
};

Wanted Split(std::string_view name) {
  Wanted wanted;
  if (const std::size_t equals = name.find('='); equals != std::string_view::npos) {
    wanted.version = name.substr(equals + 1);
    name = name.substr(0, equals);
  }
  const std::size_t colon = name.find(':');
  wanted.name = name.substr(0, colon);
  if (colon != std::string_view::npos) wanted.architecture = name.substr(colon + 1);
  return wanted;
}

absl::StatusOr<Instance> FindPackage(const PackageSchema& s, const relata::Store& store,
                                     std::string_view name) {
  const Wanted wanted = Split(name);
  std::vector<Instance> found;
  std::string near;
  std::size_t suggestions = 0;
  for (Instance package : store.All(s.package)) {
    const std::string_view bears = store.Get(package, s.package_name);
    if (bears == wanted.name) {
      const bool fits =
          (wanted.architecture.empty() ||
           store.Get(package, s.package_architecture) == wanted.architecture) &&
          (wanted.version.empty() || store.Get(package, s.package_version) == wanted.version);
      if (fits) found.push_back(package);
    }
    if (suggestions < kSuggestions && !wanted.name.empty() &&
        bears.find(wanted.name) != std::string_view::npos) {
      near += Concat(suggestions++ == 0 ? "" : ", ", PackageTitle(s, store, package));
    }
  }
  if (found.size() == 1) return found[0];
  if (found.empty()) {
    return absl::NotFoundError(Concat("there is no package '", name, "' in the graph",
                                      near.empty() ? "" : "; there is ", near));
  }
  std::string several;
  for (Instance package : found) {
    several += Concat(several.empty() ? "" : ", ", wanted.name, ":",
                      store.Get(package, s.package_architecture), "=",
                      store.Get(package, s.package_version));
  }
  return absl::InvalidArgumentError(
      Concat("several packages are called '", name, "'; say which one: ", several));
}

}  // namespace

absl::StatusOr<Instance> FindByName(const PackageSchema& schema, const relata::Store& store,
                                    std::string_view name) {
  struct Prefix {
    std::string_view text;
    relata::Model model;
  };
  for (const Prefix& prefix : {Prefix{"section:", schema.section},
                               {"maintainer:", schema.maintainer},
                               {"virtual:", schema.virtual_package}}) {
    if (name.starts_with(prefix.text)) {
      return store.Find(prefix.model, name.substr(prefix.text.size()));
    }
  }
  return FindPackage(schema, store, name);
}

std::string PackageTitle(const PackageSchema& schema, const relata::Store& store,
                         Instance package) {
  return Concat(store.Get(package, schema.package_name), " ",
                store.Get(package, schema.package_version));
}

std::string RequirementText(const PackageSchema& schema, const relata::Store& store,
                            Instance requirement) {
  std::string names;
  for (Instance a : store.Linked(requirement, schema.requirement_alternatives)) {
    names += Concat(names.empty() ? "" : " | ", ToString(NameOf(schema, store, a)));
  }
  return Concat(store.Get(requirement, schema.requirement_kind), ": ", names);
}

std::string Title(const PackageSchema& schema, const relata::Store& store, Instance instance) {
  const relata::Model model = instance.of();
  if (model == schema.package) return PackageTitle(schema, store, instance);
  if (model == schema.requirement) {
    const Instance package = *store.Linked(instance, schema.requirement_package).begin();
    return Concat(store.Get(package, schema.package_name), " ",
                  RequirementText(schema, store, instance));
  }
  if (model == schema.alternative) return ToString(NameOf(schema, store, instance));
  if (model == schema.conflict) {
    const Instance package = *store.Linked(instance, schema.conflict_package).begin();
    return Concat(store.Get(package, schema.package_name), " ",
                  store.Get(instance, schema.conflict_kind), ": ",
                  ToString(RivalOf(schema, store, instance)));
  }
  if (model == schema.virtual_package) {
    return Concat("virtual package ", store.Get(instance, schema.virtual_name));
  }
  if (model == schema.section) {
    return Concat("section ", store.Get(instance, schema.section_name));
  }
  if (model == schema.maintainer) {
    return Concat("maintainer ", store.Get(instance, schema.maintainer_address));
  }
  return store.Describe(instance);
}

std::string LinkName(const PackageSchema& schema, relata::ForeignKey foreign_key) {
  const relata::ForeignKeyInfo& info = schema.schema[foreign_key];
  for (relata::Association a : info.associations) {
    const relata::AssociationInfo& association = schema.schema[a];
    if (association.kind == relata::AssociationKind::kBelongsTo) {
      return Concat(schema.schema[info.owner].name, ".", association.name);
    }
  }
  return schema.schema.Describe(foreign_key);
}

}  // namespace package_graph
