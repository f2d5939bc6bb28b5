#include "graph/describe.h"

#include "absl/strings/str_cat.h"
#include "graph/errors.h"

namespace relata::internal {

Key KeyOfRow(const StoreState& state, std::uint32_t m, std::uint32_t slot) {
  std::vector<Value> parts;
  for (const ValueView& view : state.Views(m, slot, state.model(m).primary_key().attributes)) {
    parts.push_back(Value::From(view));
  }
  return Key(std::move(parts));
}

std::string DescribeRow(const StoreState& state, std::uint32_t m, std::uint32_t slot) {
  return absl::StrCat(state.model(m).name, " ", KeyOfRow(state, m, slot).ToString());
}

std::string WithArticle(std::string_view noun) {
  const bool vowel =
      !noun.empty() && std::string_view("aeioAEIO").find(noun[0]) != std::string_view::npos;
  return absl::StrCat(vowel ? "an " : "a ", Asv(noun));
}

std::vector<std::string> NamesOf(const ModelInfo& model,
                                 const std::vector<std::uint32_t>& attributes) {
  std::vector<std::string> names;
  for (const std::uint32_t a : attributes) names.push_back(model.attributes[a].name);
  return names;
}

std::string DescribeKey(const ModelInfo& model, const std::vector<std::uint32_t>& attributes,
                        const KeyViews& views) {
  if (attributes.size() == 1) {
    return absl::StrCat(model.attributes[attributes[0]].name, " = ", ToString(views[0]));
  }
  std::string names;
  std::string values;
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    absl::StrAppend(&names, i == 0 ? "" : ", ", model.attributes[attributes[i]].name);
    absl::StrAppend(&values, i == 0 ? "" : ", ", ToString(views[i]));
  }
  return absl::StrCat("(", names, ") = (", values, ")");
}

Problem DanglingProblem(const StoreState& state, ForeignKey f, const KeyViews& views) {
  const ForeignKeyInfo& info = state.foreign_key(f);
  const ModelInfo& owner = state.model(info.owner.index);
  const ModelInfo& target = state.model(info.target.index);
  return {ErrorKind::kForeignKey, owner.name, "", NamesOf(owner, info.attributes),
          absl::StrCat(owner.name, ": ", DescribeKey(owner, info.attributes, views),
                       " refers to nothing: no ", target.name, " has ",
                       DescribeKey(target, target.keys[info.target_key].attributes, views),
                       "; create it first, or use null")};
}

Problem UniqueProblem(const StoreState& state, std::uint32_t m, std::uint32_t key,
                      const KeyViews& views) {
  const ModelInfo& model = state.model(m);
  const std::vector<std::uint32_t>& attributes = model.keys[key].attributes;
  return {ErrorKind::kUnique, model.name, "", NamesOf(model, attributes),
          absl::StrCat(WithArticle(model.name), " with ", DescribeKey(model, attributes, views),
                       " exists already, and ",
                       key == 0 ? "that is its primary key" : "that must be unique")};
}

Problem NotNullProblem(const StoreState& state, std::uint32_t m, std::uint32_t attribute) {
  const ModelInfo& model = state.model(m);
  const std::string& name = model.attributes[attribute].name;
  return {ErrorKind::kNotNull,
          model.name,
          "",
          {name},
          absl::StrCat(model.name, ".", name, " cannot be null: give it a value")};
}

absl::Status DanglingError(const StoreState& state, ForeignKey f, const KeyViews& views) {
  const Problem problem = DanglingProblem(state, f, views);
  return ProblemsError({}, {&problem, 1});
}

absl::Status UniqueError(const StoreState& state, std::uint32_t m, std::uint32_t key,
                         const KeyViews& views) {
  const Problem problem = UniqueProblem(state, m, key, views);
  return ProblemsError({}, {&problem, 1});
}

absl::Status NotNullError(const StoreState& state, std::uint32_t m, std::uint32_t attribute) {
  const Problem problem = NotNullProblem(state, m, attribute);
  return ProblemsError({}, {&problem, 1});
}

absl::Status StaleError(const StoreState& state, Instance instance) {
  if (instance.stamp == 0 || instance.model >= state.models().size()) {
    return absl::NotFoundError("the handle names no instance: it was never given out by a store");
  }
  return absl::NotFoundError(
      absl::StrCat("the handle of ", WithArticle(state.model(instance.model).name),
                   " is stale: the instance was deleted, or belongs to another store"));
}

absl::Status WrongModelError(const StoreState& state, Model given, Model expected) {
  const auto name = [&](Model m) {
    return m.index < state.models().size() ? state.model(m.index).name : std::string("(no model)");
  };
  return absl::InvalidArgumentError(
      absl::StrCat("expected an instance of ", name(expected), ", got one of ", name(given)));
}

absl::Status CheckAlive(const StoreState& state, Instance instance) {
  if (instance.model < state.models().size() && instance.stamp != 0 &&
      instance.slot < state.views()[instance.model].slots &&
      StampOf(state.Row(instance.model, instance.slot)) == instance.stamp) {
    return absl::OkStatus();
  }
  return StaleError(state, instance);
}

absl::StatusOr<ValueView> NormalizeFor(const StoreState& state, std::uint32_t m,
                                       std::uint32_t attribute, const ValueView& value) {
  const ModelInfo& model = state.model(m);
  absl::StatusOr<ValueView> normal = Normalize(model.attributes[attribute].type, value);
  if (normal.ok()) return normal;
  return absl::Status(normal.status().code(),
                      absl::StrCat(model.name, ".", model.attributes[attribute].name, ": ",
                                   normal.status().message()));
}

}  // namespace relata::internal
