// Pass 5: the columns of foreign keys as attributes, and what the associations say of them.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/cells.h"
#include "graph/schema_sayings.h"
#include "graph/schema_workbench.h"

namespace relata::internal {
namespace {

// Attributes for the columns that the owner does not declare.
void Generate(const BenchRelation& relation, Workbench& bench) {
  BenchModel& owner = bench.models[relation.owner];
  for (const std::string& column : relation.columns) {
    if (owner.Find(column).has_value()) continue;
    if (column.empty() || column.find('\0') != std::string::npos || !IsUtf8(column)) {
      bench.mistakes.AddAssociation(absl::StrCat(
          bench.Describe(relation),
          " names a column that is empty, has a NUL in it or is not UTF-8: give another name"));
    }
    BenchAttribute attribute;
    attribute.draft.name = column;
    attribute.draft.column = column;
    attribute.generated = true;
    owner.attributes.push_back(std::move(attribute));
  }
}

// Merges what the relations over attribute `index` say into what the model itself says, which wins.
void Settle(std::uint32_t m, std::uint32_t index, Workbench& bench) {
  BenchModel& model = bench.models[m];
  BenchAttribute& attribute = model.attributes[index];
  const std::string& name = attribute.draft.name;
  const std::string place = absl::StrCat(model.name, ".", name);
  Sayings<bool> nullable(place, "whether it may be null");
  Sayings<Value> default_value(place, "its default");
  for (const BenchRelation& relation : bench.relations) {
    if (relation.owner != m) continue;
    const Names& columns = relation.columns;
    if (std::find(columns.begin(), columns.end(), name) == columns.end()) continue;
    for (const BenchEnd& end : relation.ends) {
      const KeyColumnsDraft& said = bench.Columns(end);
      const std::string& by = bench.associations[end.association].text;
      nullable.Add(said.nullable, by);
      if (columns.size() == 1) {
        default_value.Add(said.default_value, by);
        attribute.draft.unique = attribute.draft.unique || said.unique;
      } else if (said.default_value.has_value()) {
        bench.mistakes.AddAssociation(
            absl::StrCat(by, " gives one default for ", columns.size(),
                         " columns: declare them as attributes, each with its own default"));
      }
    }
  }
  const std::optional<bool> may_be_null = nullable.Agreed(bench.mistakes);
  if (!attribute.draft.nullable.has_value()) attribute.draft.nullable = may_be_null;
  const std::optional<Value> agreed_default = default_value.Agreed(bench.mistakes);
  if (!attribute.draft.default_value.has_value()) attribute.draft.default_value = agreed_default;

  const bool primary = std::find(model.primary_key.begin(), model.primary_key.end(), name) !=
                       model.primary_key.end();
  attribute.nullable = !primary && attribute.draft.nullable.value_or(true);
  if (primary && attribute.draft.nullable.value_or(false)) {
    bench.mistakes.AddModel(absl::StrCat(
        place, " is part of the primary key, so it cannot be declared Nullable: leave that out"));
  }
}

}  // namespace

void DeriveAttributes(Workbench& bench) {
  for (const BenchRelation& relation : bench.relations) Generate(relation, bench);
  for (std::uint32_t m = 0; m < bench.models.size(); ++m) {
    for (std::uint32_t i = 0; i < bench.models[m].attributes.size(); ++i) Settle(m, i, bench);
  }
}

}  // namespace relata::internal
