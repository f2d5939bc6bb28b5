#include "graph/judge.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/arcs.h"
#include "graph/describe.h"
#include "graph/errors.h"

namespace relata::internal {
namespace {

KeyViews Pick(const std::vector<ValueView>& row, const std::vector<std::uint32_t>& attributes) {
  KeyViews views;
  for (const std::uint32_t a : attributes) views.push_back(row[a]);
  return views;
}

// What a validator says is wrong, or nothing.
template <typename Argument>
std::optional<std::string> Complaint(const Validator<Argument>& validator,
                                     const Argument& argument) {
  absl::Status status;
  try {
    status = validator(argument);
  } catch (const std::exception& error) {
    return absl::StrCat("a validator threw: ", error.what());
  } catch (...) {
    return std::string("a validator threw what is no std::exception");
  }
  if (status.ok()) return std::nullopt;
  if (status.message().empty()) return std::string("is refused by a validator");
  return std::string(status.message());
}

absl::Status Refuse(const std::string& row, const std::vector<Problem>& problems) {
  return ProblemsError(absl::StrCat(problems.size(), " things are wrong with ", row, ":"),
                       problems);
}

}  // namespace

RowView RowViewAccess::OfNew(const StoreState& state, std::uint32_t m,
                             const std::vector<ValueView>& row) {
  return RowView(state, m, Instance{m, UINT32_MAX, 0}, row.data(), nullptr, 0);
}

RowView RowViewAccess::OfUpdate(const StoreState& state, Instance instance,
                                const AttributeValues& values) {
  return RowView(state, instance.model, instance, nullptr, values.data(), values.size());
}

absl::Status ReadOnlyError() {
  return absl::FailedPreconditionError(
      "a validator, or an observer before a change, may read the store but not change it: return "
      "an "
      "error to refuse the change that it is asked about");
}

bool MayDangle(const StoreState& state, const ForeignKeyInfo& info) {
  return !info.constrained || (info.deferred && state.in_transaction());
}

std::optional<std::uint32_t> FindParentOfNew(const StoreState& state, ForeignKey f,
                                             const std::vector<ValueView>& row) {
  const ForeignKeyInfo& info = state.foreign_key(f);
  const KeyViews views = Pick(row, info.attributes);
  const std::uint32_t parent = state.FindKey(info.target.index, info.target_key, views);
  if (parent != kNoSlot || !HashKey(views).has_value()) return parent;
  const std::vector<std::uint32_t>& key =
      state.model(info.target.index).keys[info.target_key].attributes;
  if (info.target == info.owner && EqualKeys(views, Pick(row, key))) return kSelf;
  if (MayDangle(state, info)) return kNoSlot;
  return std::nullopt;
}

void AddRuleProblems(const RowView& row, std::vector<Problem>& problems, bool everything) {
  const StoreState& state = RowViewAccess::State(row);
  const ModelInfo& model = state.model(row.model().index);
  const ModelRules& rules = state.rules(row.model().index);
  if (rules.empty()) return;
  const std::string key =
      row.is_new() ? "" : KeyOfRow(state, row.model().index, row.instance().slot).ToString();
  const StoreState::Callback callback(state);
  bool changes = everything || row.is_new();
  for (std::uint32_t a = 0; a < model.attributes.size(); ++a) {
    if (!everything && !row.Changes(a)) continue;
    changes = true;
    const ValueView value = row.View(a);
    if (value.index() == 0 || a >= rules.attributes.size()) continue;
    for (const ValueValidator& validator : rules.attributes[a]) {
      const auto complaint = Complaint(validator, value);
      if (!complaint.has_value()) continue;
      const std::string& name = model.attributes[a].name;
      problems.push_back({ErrorKind::kValidation,
                          model.name,
                          key,
                          {name},
                          absl::StrCat(model.name, ".", name, ": ", *complaint)});
    }
  }
  if (!changes) return;
  for (const RowValidator& validator : rules.rows) {
    const auto complaint = Complaint(validator, row);
    if (!complaint.has_value()) continue;
    problems.push_back({ErrorKind::kValidation,
                        model.name,
                        key,
                        {},
                        absl::StrCat(row.Describe(), ": ", *complaint)});
  }
}

absl::Status Validate(const RowView& row, bool everything) {
  std::vector<Problem> problems;
  AddRuleProblems(row, problems, everything);
  return problems.empty() ? absl::OkStatus() : Refuse(row.Describe(), problems);
}

absl::Status RefuseNew(const StoreState& state, std::uint32_t m,
                       const std::vector<ValueView>& row) {
  const ModelInfo& model = state.model(m);
  std::vector<Problem> problems;
  for (std::uint32_t a = 0; a < row.size(); ++a) {
    if (row[a].index() == 0 && !model.attributes[a].nullable) {
      problems.push_back(NotNullProblem(state, m, a));
    }
  }
  for (std::uint32_t k = 0; k < model.keys.size(); ++k) {
    const KeyViews views = Pick(row, model.keys[k].attributes);
    if (state.FindKey(m, k, views) != kNoSlot) {
      problems.push_back(UniqueProblem(state, m, k, views));
    }
  }
  for (const ForeignKey f : model.foreign_keys) {
    if (FindParentOfNew(state, f, row).has_value()) continue;
    problems.push_back(DanglingProblem(state, f, Pick(row, state.foreign_key(f).attributes)));
  }
  AddArcProblems(
      state, m, [&](std::uint32_t a) { return row[a].index() == 0; }, problems);
  const RowView view = RowViewAccess::OfNew(state, m, row);
  AddRuleProblems(view, problems);
  return Refuse(view.Describe(), problems);
}

absl::Status RefuseUpdate(const StoreState& state, Instance instance,
                          const AttributeValues& values) {
  const std::uint32_t m = instance.model;
  const ModelInfo& model = state.model(m);
  const RowView view = RowViewAccess::OfUpdate(state, instance, values);
  std::vector<Problem> problems;
  for (std::uint32_t a = 0; a < model.attributes.size(); ++a) {
    const bool null = std::any_of(values.begin(), values.end(), [&](const AttributeValue& v) {
      return v.attribute == a && v.value.index() == 0;
    });
    if (null && !model.attributes[a].nullable) problems.push_back(NotNullProblem(state, m, a));
  }
  for (const ForeignKey f : model.foreign_keys) {
    const ForeignKeyInfo& info = state.foreign_key(f);
    KeyViews views;
    bool changes = false;
    for (const std::uint32_t a : info.attributes) {
      views.push_back(view.View(a));
      changes |= view.Changes(a);
    }
    if (changes && HashKey(views).has_value() && !MayDangle(state, info) &&
        state.FindKey(info.target.index, info.target_key, views) == kNoSlot) {
      problems.push_back(DanglingProblem(state, f, views));
    }
  }
  AddArcProblems(
      state, m, [&](std::uint32_t a) { return view.View(a).index() == 0; }, problems);
  const std::string key = KeyOfRow(state, m, instance.slot).ToString();
  for (Problem& problem : problems) problem.key = key;
  AddRuleProblems(view, problems);
  return Refuse(view.Describe(), problems);
}

absl::Status RefuseTypes(const StoreState& state, std::uint32_t m, const AttributeValues& values) {
  const ModelInfo& model = state.model(m);
  std::vector<Problem> problems;
  for (const AttributeValue& v : values) {
    const auto normal = NormalizeFor(state, m, v.attribute, v.value);
    if (normal.ok()) continue;
    problems.push_back({ErrorKind::kNone,
                        model.name,
                        "",
                        {model.attributes[v.attribute].name},
                        std::string(normal.status().message())});
  }
  return Refuse(absl::StrCat("the values for ", WithArticle(model.name)), problems);
}

absl::Status RefuseNames(const StoreState& state, std::uint32_t m,
                         std::span<const std::string_view> names, const absl::Status& otherwise) {
  std::vector<Problem> problems;
  for (const std::string_view name : names) {
    const auto attribute = state.schema().FindAttribute(Model{m}, name);
    if (attribute.ok()) continue;
    problems.push_back({ErrorKind::kNone,
                        state.model(m).name,
                        "",
                        {std::string(name)},
                        std::string(attribute.status().message())});
  }
  if (problems.empty()) return otherwise;
  return Refuse(absl::StrCat("the values for ", WithArticle(state.model(m).name)), problems);
}

}  // namespace relata::internal
