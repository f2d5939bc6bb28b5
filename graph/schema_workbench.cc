#include "graph/schema_workbench.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "graph/errors.h"

namespace relata::internal {

std::optional<std::uint32_t> BenchModel::Find(std::string_view attribute) const {
  for (std::uint32_t i = 0; i < attributes.size(); ++i) {
    if (attributes[i].draft.name == attribute) return i;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> Workbench::FindModel(std::string_view name) const {
  for (std::uint32_t m = 0; m < models.size(); ++m) {
    if (models[m].name == name) return m;
  }
  return std::nullopt;
}

Names Workbench::ModelNames() const {
  Names names;
  for (const BenchModel& model : models) names.push_back(model.name);
  return names;
}

std::string Workbench::PlaceOf(const BenchRelation& relation) const {
  return absl::StrCat(models[relation.owner].name, ".", ListOf(relation.columns));
}

std::string Workbench::Describe(const BenchRelation& relation) const {
  Names declared;
  for (const BenchEnd& end : relation.ends) declared.push_back(associations[end.association].text);
  if (relation.referenced) declared.push_back("References of the attribute");
  return absl::StrCat(PlaceOf(relation), " -> ", models[relation.target].name, " (",
                      absl::StrJoin(declared, ", "), ")");
}

std::string ListOf(const Names& names) {
  const std::string list = absl::StrJoin(names, ", ");
  return names.size() == 1 ? list : absl::StrCat("(", list, ")");
}

bool SameSet(Names a, Names b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

bool SameName(std::string_view a, std::string_view b) {
  return absl::EqualsIgnoreCase(Asv(a), Asv(b));
}

}  // namespace relata::internal
