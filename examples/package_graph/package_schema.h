// The models of the package graph, and what happens when something in it goes.
//
// Referential actions run from the row that is referred to, to the row that refers. A package that
// must go with what it depends on therefore has to refer to it, through however many rows, and it
// may depend on any number of things. So a package refers to the last of its hard requirements, and
// each hard requirement to the one before:
//
//   package --last_requirement--> requirement --previous--> requirement --previous--> ...
//                                      |                         |
//                               only_alternative          only_alternative
//                                      v                         v
//                                 alternative               alternative
//                                      |                         |
//                                  satisfier                 satisfier
//                                      v                         v
//                                   package                   package
//
// Every arrow is ON DELETE CASCADE, so that one requirement that goes takes all after it and then
// the package: the schema alone says "all of these must stay". Recommends, Suggests and Enhances
// are requirements outside that pile: they are dropped, and the package stays. And every row that
// is a part of a package goes with it.
//
// What foreign keys cannot say is "one of these must stay": a requirement with several
// alternatives, a virtual package with several providers. There only_alternative is null, each
// alternative or provision goes by itself, and removal.h looks for what has lost its last one.
#ifndef EXAMPLES_PACKAGE_GRAPH_PACKAGE_SCHEMA_H_
#define EXAMPLES_PACKAGE_GRAPH_PACKAGE_SCHEMA_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "relata/relata.h"

namespace package_graph {

using Text = relata::Field<std::string_view>;
using OptionalText = relata::Field<std::optional<std::string_view>>;

// The schema with its handles, resolved once. Keys of packages are (name, architecture, version).
struct PackageSchema {
  relata::Schema schema;

  relata::Model section;
  relata::Model maintainer;
  relata::Model package;
  relata::Model protection;       // "this package is essential": RESTRICT, so it cannot go
  relata::Model virtual_package;  // a name that packages other than the one of that name provide
  relata::Model provision;        // joins a package and a virtual package
  relata::Model requirement;      // one element of Depends and the like
  relata::Model alternative;      // one of the names that will do for a requirement
  relata::Model conflict;         // one element of Conflicts, Breaks or Replaces

  relata::Association package_section;       // RESTRICT
  relata::Association package_maintainer;    // SET NULL
  relata::Association package_last;          // to its last hard requirement, CASCADE
  relata::Association package_requirements;  // all of them
  relata::Association package_conflicts;
  relata::Association package_protections;
  relata::Association package_satisfies;  // alternatives that this very package satisfies
  relata::Association package_provides;   // virtual packages, through provision
  relata::Association package_rivalries;  // conflicts of other packages with this one
  relata::Association section_packages;
  relata::Association maintainer_packages;
  relata::Association virtual_providers;  // packages, through provision
  relata::Association virtual_wanted_by;  // alternatives
  relata::Association requirement_package;
  relata::Association requirement_previous;  // hard ones only, CASCADE
  relata::Association requirement_only;      // its one alternative that can be satisfied, CASCADE
  relata::Association requirement_alternatives;
  relata::Association alternative_requirement;
  relata::Association alternative_satisfier;  // CASCADE; at most one of this and the next
  relata::Association alternative_virtual;    // CASCADE
  relata::Association conflict_package;
  relata::Association conflict_rival;  // SET NULL
  relata::Association provision_virtual;

  Text package_name;
  Text package_architecture;
  Text package_version;
  OptionalText package_multi_arch;
  Text section_name;
  Text maintainer_address;
  Text virtual_name;
  OptionalText provision_version;
  relata::Field<bool> provision_own_name;
  Text requirement_kind;
  Text alternative_name;
  OptionalText alternative_architecture;
  OptionalText alternative_relation;
  OptionalText alternative_version;
  Text conflict_kind;
  Text conflict_name;
  OptionalText conflict_architecture;
  OptionalText conflict_relation;
  OptionalText conflict_version;
};

// The statuses of SchemaBuilder::Build; none when relata is in order.
absl::StatusOr<PackageSchema> MakePackageSchema();

}  // namespace package_graph

#endif  // EXAMPLES_PACKAGE_GRAPH_PACKAGE_SCHEMA_H_
