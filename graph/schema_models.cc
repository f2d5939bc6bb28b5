// Pass 1: models and what they declare themselves.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "graph/cells.h"
#include "graph/errors.h"
#include "graph/inflection.h"
#include "graph/schema_workbench.h"

namespace relata::internal {

std::optional<std::string> NameMistake(std::string_view name) {
  if (name.empty()) return "has an empty name: give it one";
  if (name.find('\0') != std::string_view::npos) return "has a name with a NUL in it: leave it out";
  if (!IsUtf8(name)) return "has a name that is not UTF-8: spell it in UTF-8";
  return std::nullopt;
}

namespace {

Inflected FormsOf(const std::string& name, Inflected given) {
  if (!given.singular.empty() || !given.plural.empty()) return Completed(std::move(given));
  return {.singular = Singularize(name), .plural = Pluralize(name)};
}

std::string TableOf(const ModelDraft& draft) {
  if (!draft.options.table.empty()) return draft.options.table;
  return draft.options.freeze_table_name ? draft.name : Pluralize(draft.name);
}

bool IsAction(const std::optional<Action>& action) {
  return !action.has_value() || *action <= Action::kCascade;
}

// What an attribute says of itself. What it says of the model is checked with the whole.
void CheckAttribute(const AttributeDraft& attribute, const std::string& model,
                    SchemaMistakes& mistakes) {
  const std::string called =
      absl::StrCat("attribute '", attribute.name, "' of model '", model, "' ");
  if (const auto mistake = NameMistake(attribute.name); mistake.has_value()) {
    mistakes.AddModel(absl::StrCat(called, *mistake));
  } else if (!attribute.column.empty() && NameMistake(attribute.column).has_value()) {
    mistakes.AddModel(absl::StrCat(called, "has a column that ", *NameMistake(attribute.column)));
  }
  for (const std::string& constraint : attribute.unique_with) {
    if (const auto mistake = NameMistake(constraint); mistake.has_value()) {
      mistakes.AddModel(absl::StrCat(called, "is Unique in a constraint that ", *mistake));
    }
  }
  if (attribute.type > Type::kTimestamp) {
    mistakes.AddModel(absl::StrCat(called, "has a type that is none of relata::Type: choose one"));
  }
  if (!IsAction(attribute.on_delete) || !IsAction(attribute.on_update)) {
    mistakes.AddModel(
        absl::StrCat(called, "has an action that is none of relata::Action: choose one"));
  }
}

void DeclareAttributes(const ModelDraft& draft, BenchModel& model, SchemaMistakes& mistakes) {
  for (const AttributeDraft& declared : draft.attributes) {
    BenchAttribute attribute{.draft = declared, .type = declared.type};
    if (attribute.draft.column.empty()) attribute.draft.column = declared.name;
    CheckAttribute(declared, model.name, mistakes);
    if (declared.primary_key) model.primary_key.push_back(declared.name);
    model.attributes.push_back(std::move(attribute));
  }
}

void DefineModel(const ModelDraft& draft, Workbench& bench) {
  BenchModel model;
  model.name = draft.name;
  model.table = TableOf(draft);
  model.forms = FormsOf(draft.name, draft.options.name);
  model.underscored = draft.options.underscored.value_or(bench.draft.options.underscored);
  if (const auto mistake = NameMistake(model.name); mistake.has_value()) {
    bench.mistakes.AddModel(absl::StrCat("model '", model.name, "' ", *mistake));
  } else if (bench.FindModel(model.name).has_value()) {
    bench.mistakes.AddModel(
        absl::StrCat("model '", model.name, "' is defined twice: define it once, or rename one"));
  }
  model.validators = draft.options.validators;
  DeclareAttributes(draft, model, bench.mistakes);
  model.declared_indexes = &draft.options.indexes;
  bench.models.push_back(std::move(model));
}

// A through that names no defined model creates one, with the name as its table.
void CreateJoinModels(Workbench& bench) {
  for (const AssociationDraft& association : bench.draft.associations) {
    const std::string& name = association.through.model;
    if (association.kind != AssociationKind::kBelongsToMany || name.empty()) continue;
    if (bench.FindModel(name).has_value()) continue;
    if (const auto mistake = NameMistake(name); mistake.has_value()) {
      bench.mistakes.AddAssociation(absl::StrCat("through model '", name, "' ", *mistake));
    }
    BenchModel model;
    model.name = name;
    model.table = name;
    model.forms = FormsOf(name, {});
    model.underscored = bench.draft.options.underscored;
    model.created = true;
    bench.models.push_back(std::move(model));
  }
}

void CheckTables(Workbench& bench) {
  for (std::uint32_t m = 0; m < bench.models.size(); ++m) {
    const BenchModel& model = bench.models[m];
    const std::string called =
        absl::StrCat("table '", model.table, "' of model '", model.name, "'");
    if (const auto mistake = NameMistake(model.table); mistake.has_value()) {
      if (!NameMistake(model.name).has_value())
        bench.mistakes.AddModel(absl::StrCat(called, " ", *mistake));
      continue;
    }
    if (absl::StartsWithIgnoreCase(model.table, "sqlite_")) {
      bench.mistakes.AddModel(absl::StrCat(
          called, " has the prefix sqlite_, which SQLite keeps for itself: give another table"));
    }
    for (std::uint32_t other = 0; other < m; ++other) {
      if (bench.models[other].name == model.name) continue;  // told already
      if (!SameName(bench.models[other].table, model.table)) continue;
      bench.mistakes.AddModel(absl::StrCat(
          called, " is also the table of model '", bench.models[other].name,
          "' (SQL does not tell capitals from small letters): give one of them another table"));
    }
  }
}

}  // namespace

void NameModels(Workbench& bench) {
  for (const ModelDraft& draft : bench.draft.models) DefineModel(draft, bench);
  CreateJoinModels(bench);
  CheckTables(bench);
}

}  // namespace relata::internal
