#include "examples/package_graph/package_schema.h"

#include <utility>

namespace package_graph {
namespace {

using relata::Action;
using relata::AssociationOptions;
using relata::Boolean;
using relata::Integer;
using relata::KeyColumns;

// Columns of a foreign key that every row must have.
KeyColumns Always(KeyColumns columns) { return columns.NotNull(); }

// The columns that hold the key of a package.
KeyColumns PackageKey(const std::string& stem) {
  return {stem + "_name", stem + "_architecture", stem + "_version"};
}

void DefineModels(relata::SchemaBuilder& builder, PackageSchema& s) {
  using relata::Text;
  s.section = builder.Define("section", {{"name", Text().PrimaryKey()}});
  s.maintainer = builder.Define(
      "maintainer", {{"address", Text().PrimaryKey()}, {"name", Text()}, {"email", Text()}});
  s.package = builder.Define("package", {{"name", Text().PrimaryKey()},
                                         {"architecture", Text().PrimaryKey()},
                                         {"version", Text().PrimaryKey()},
                                         {"source", Text()},
                                         {"priority", Text()},
                                         {"multi_arch", Text()},
                                         {"installed_kib", Integer()}});
  s.protection = builder.Define("protection", {{"reason", Text().NotNull()}});
  s.virtual_package = builder.Define("virtual_package", {{"name", Text().PrimaryKey()}});
  s.provision = builder.Define("provision", {{"id", Integer().PrimaryKey().AutoIncrement()},
                                             {"version", Text()},
                                             {"own_name", Boolean().NotNull()}});
  s.requirement = builder.Define("requirement",
                                 {{"kind", Text().NotNull()}, {"position", Integer().NotNull()}});
  s.alternative = builder.Define("alternative", {{"position", Integer().NotNull()},
                                                 {"name", Text().NotNull()},
                                                 {"architecture", Text()},
                                                 {"relation", Text()},
                                                 {"version", Text()}});
  s.conflict = builder.Define("conflict", {{"kind", Text().NotNull()},
                                           {"position", Integer().NotNull()},
                                           {"name", Text().NotNull()},
                                           {"architecture", Text()},
                                           {"relation", Text()},
                                           {"version", Text()}});
}

// A relation is declared from both of its ends where both are walked; the foreign key's columns are
// what makes the two one.
void DeclareAssociations(relata::SchemaBuilder& builder, PackageSchema& s) {
  s.package_section =
      builder.BelongsTo(s.package, s.section,
                        {.foreign_key = Always("section_name"), .on_delete = Action::kRestrict});
  s.section_packages =
      builder.HasMany(s.section, s.package, {.foreign_key = KeyColumns("section_name")});
  s.package_maintainer = builder.BelongsTo(
      s.package, s.maintainer,
      {.foreign_key = KeyColumns("maintainer_address"), .on_delete = Action::kSetNull});
  s.maintainer_packages =
      builder.HasMany(s.maintainer, s.package, {.foreign_key = KeyColumns("maintainer_address")});

  builder.BelongsTo(s.protection, s.package,
                    {.foreign_key = Always(PackageKey("package")), .on_delete = Action::kRestrict});
  s.package_protections =
      builder.HasMany(s.package, s.protection, {.foreign_key = PackageKey("package")});

  s.package_last = builder.BelongsTo(s.package, s.requirement,
                                     {.as = "last_requirement",
                                      .foreign_key = "last_requirement_id",
                                      .on_delete = Action::kCascade});
  s.requirement_package = builder.BelongsTo(
      s.requirement, s.package,
      {.foreign_key = Always(PackageKey("package")), .on_delete = Action::kCascade});
  s.package_requirements =
      builder.HasMany(s.package, s.requirement, {.foreign_key = PackageKey("package")});
  s.requirement_previous = builder.BelongsTo(
      s.requirement, s.requirement,
      {.as = "previous", .foreign_key = "previous_id", .on_delete = Action::kCascade});
  s.requirement_only = builder.BelongsTo(s.requirement, s.alternative,
                                         {.as = "only_alternative",
                                          .foreign_key = "only_alternative_id",
                                          .on_delete = Action::kCascade});

  s.alternative_requirement =
      builder.BelongsTo(s.alternative, s.requirement,
                        {.foreign_key = Always("requirement_id"), .on_delete = Action::kCascade});
  s.requirement_alternatives =
      builder.HasMany(s.requirement, s.alternative, {.foreign_key = "requirement_id"});
  s.alternative_satisfier = builder.BelongsTo(
      s.alternative, s.package,
      {.as = "satisfier", .foreign_key = PackageKey("satisfier"), .on_delete = Action::kCascade});
  s.package_satisfies = builder.HasMany(
      s.package, s.alternative, {.as = "satisfies", .foreign_key = PackageKey("satisfier")});
  s.alternative_virtual =
      builder.BelongsTo(s.alternative, s.virtual_package,
                        {.foreign_key = "virtual_package_name", .on_delete = Action::kCascade});
  s.virtual_wanted_by = builder.HasMany(s.virtual_package, s.alternative,
                                        {.as = "wanted_by", .foreign_key = "virtual_package_name"});

  s.package_provides = builder.BelongsToMany(s.package, s.virtual_package,
                                             {.as = "provides",
                                              .foreign_key = PackageKey("package"),
                                              .other_key = "virtual_package_name",
                                              .through = {"provision", false}});
  s.virtual_providers = builder.BelongsToMany(s.virtual_package, s.package,
                                              {.as = "providers",
                                               .foreign_key = "virtual_package_name",
                                               .other_key = PackageKey("package"),
                                               .through = {"provision", false}});
  builder.BelongsTo(s.provision, s.package,
                    {.foreign_key = Always(PackageKey("package")), .on_delete = Action::kCascade});
  s.provision_virtual = builder.BelongsTo(
      s.provision, s.virtual_package,
      {.foreign_key = Always("virtual_package_name"), .on_delete = Action::kCascade});

  s.conflict_package = builder.BelongsTo(
      s.conflict, s.package,
      {.foreign_key = Always(PackageKey("package")), .on_delete = Action::kCascade});
  s.package_conflicts =
      builder.HasMany(s.package, s.conflict, {.foreign_key = PackageKey("package")});
  s.conflict_rival = builder.BelongsTo(
      s.conflict, s.package,
      {.as = "rival", .foreign_key = PackageKey("rival"), .on_delete = Action::kSetNull});
  s.package_rivalries = builder.HasMany(s.package, s.conflict,
                                        {.as = "rivalries", .foreign_key = PackageKey("rival")});
}

}  // namespace

absl::StatusOr<PackageSchema> MakePackageSchema() {
  // Packages refer to requirements and those to packages: a cycle, which is what packages are like.
  relata::SchemaBuilder builder(
      {.underscored = true, .cycles = relata::SchemaOptions::Cycles::kDefer});
  PackageSchema s;
  DefineModels(builder, s);
  DeclareAssociations(builder, s);
  absl::StatusOr<relata::Schema> built = std::move(builder).Build();
  if (!built.ok()) return built.status();
  s.schema = *std::move(built);

  absl::Status status;
  const auto resolve = [&]<typename T>(relata::Field<T>& field, relata::Model model,
                                       std::string_view name) {
    absl::StatusOr<relata::Field<T>> found = s.schema.FieldOf<T>(model, name);
    if (found.ok()) {
      field = *found;
    } else {
      status.Update(found.status());
    }
  };
  resolve(s.package_name, s.package, "name");
  resolve(s.package_architecture, s.package, "architecture");
  resolve(s.package_version, s.package, "version");
  resolve(s.package_multi_arch, s.package, "multi_arch");
  resolve(s.section_name, s.section, "name");
  resolve(s.maintainer_address, s.maintainer, "address");
  resolve(s.virtual_name, s.virtual_package, "name");
  resolve(s.provision_version, s.provision, "version");
  resolve(s.provision_own_name, s.provision, "own_name");
  resolve(s.requirement_kind, s.requirement, "kind");
  resolve(s.conflict_kind, s.conflict, "kind");
  resolve(s.conflict_name, s.conflict, "name");
  resolve(s.conflict_architecture, s.conflict, "architecture");
  resolve(s.conflict_relation, s.conflict, "relation");
  resolve(s.conflict_version, s.conflict, "version");
  resolve(s.alternative_name, s.alternative, "name");
  resolve(s.alternative_architecture, s.alternative, "architecture");
  resolve(s.alternative_relation, s.alternative, "relation");
  resolve(s.alternative_version, s.alternative, "version");
  if (!status.ok()) return status;
  return s;
}

}  // namespace package_graph
