#include "graph/arcs.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"

namespace relata::internal {
namespace {

bool IsAmong(const std::vector<std::uint32_t>& attributes, std::uint32_t attribute) {
  return std::find(attributes.begin(), attributes.end(), attribute) != attributes.end();
}

std::string NamesOf(const ModelInfo& model, const std::vector<std::uint32_t>& attributes) {
  std::string names;
  for (const std::uint32_t a : attributes) {
    absl::StrAppend(&names, names.empty() ? "" : ", ", model.attributes[a].name);
  }
  return attributes.size() == 1 ? names : absl::StrCat("(", names, ")");
}

void ClearOne(const StoreState& state, std::uint32_t m, std::uint32_t slot,
              const Arc::Alternative& alternative, AttributeValues& values) {
  for (const std::uint32_t a : alternative.own) {
    if (slot == kNoSlot || state.View(m, slot, a).index() != 0) values.push_back({a, ValueView()});
  }
}

std::vector<const Arc::Alternative*> SetIn(const Arc& arc, NullTest is_null) {
  std::vector<const Arc::Alternative*> set;
  for (const Arc::Alternative& alternative : arc.alternatives) {
    if (std::none_of(alternative.attributes.begin(), alternative.attributes.end(), is_null)) {
      set.push_back(&alternative);
    }
  }
  return set;
}

bool Holds(const Arc& arc, std::size_t set) { return set == 1 || (set == 0 && !arc.required); }

Problem ProblemOf(const StoreState& state, std::uint32_t m, const Arc& arc,
                  const std::vector<const Arc::Alternative*>& set) {
  const ModelInfo& model = state.model(m);
  Problem problem{ErrorKind::kCheck, model.name, "", {}, ""};
  std::string all;
  for (const Arc::Alternative& alternative : arc.alternatives) {
    absl::StrAppend(&all, all.empty() ? "" : ", ", NamesOf(model, alternative.attributes));
    for (const std::uint32_t a : alternative.attributes) {
      const std::string& name = model.attributes[a].name;
      if (!std::count(problem.attributes.begin(), problem.attributes.end(), name)) {
        problem.attributes.push_back(name);
      }
    }
  }
  problem.message = absl::StrCat(model.name, ".", state.schema()[arc.one_of].name, " needs ",
                                 arc.required ? "exactly" : "at most", " one of ", all, ", and ");
  if (set.empty()) {
    absl::StrAppend(&problem.message, "none would be set: give one of them");
    return problem;
  }
  for (std::size_t i = 0; i < set.size(); ++i) {
    absl::StrAppend(&problem.message, i == 0 ? "" : " and ", NamesOf(model, set[i]->attributes));
  }
  absl::StrAppend(&problem.message, " would be set: null all but one");
  return problem;
}

}  // namespace

std::vector<std::vector<Arc>> MakeArcs(const SchemaData& schema) {
  std::vector<std::vector<Arc>> arcs(schema.models.size());
  for (std::uint32_t i = 0; i < schema.one_ofs.size(); ++i) {
    const OneOfInfo& info = schema.one_ofs[i];
    if (!info.exclusive()) continue;
    Arc arc;
    arc.one_of = OneOf{i};
    arc.required = info.required;
    for (const Association a : info.alternatives) {
      const ForeignKey f = schema.associations[a.index].foreign_key;
      arc.alternatives.push_back({f, schema.foreign_keys[f.index].attributes, {}});
    }
    for (Arc::Alternative& alternative : arc.alternatives) {
      for (const std::uint32_t a : alternative.attributes) {
        bool own = schema.models[info.source.index].attributes[a].nullable;
        for (const Arc::Alternative& other : arc.alternatives) {
          own = own && (&other == &alternative || !IsAmong(other.attributes, a));
        }
        if (own) alternative.own.push_back(a);
      }
    }
    arcs[info.source.index].push_back(std::move(arc));
  }
  return arcs;
}

bool ArcsHold(const StoreState& state, std::uint32_t m, NullTest is_null) {
  const std::vector<Arc>& arcs = state.arcs(m);
  return std::all_of(arcs.begin(), arcs.end(),
                     [&](const Arc& arc) { return Holds(arc, SetIn(arc, is_null).size()); });
}

void AddArcProblems(const StoreState& state, std::uint32_t m, NullTest is_null,
                    std::vector<Problem>& problems) {
  for (const Arc& arc : state.arcs(m)) {
    const auto set = SetIn(arc, is_null);
    if (!Holds(arc, set.size())) problems.push_back(ProblemOf(state, m, arc, set));
  }
}

absl::Status CheckArcs(const StoreState& state, std::uint32_t m, NullTest is_null) {
  std::vector<Problem> problems;
  AddArcProblems(state, m, is_null, problems);
  if (problems.empty()) return absl::OkStatus();
  return ProblemsError({}, {problems.data(), 1});
}

void ClearOthers(const StoreState& state, ForeignKey f, std::uint32_t slot,
                 AttributeValues& values) {
  const std::uint32_t m = state.foreign_key(f).owner.index;
  for (const Arc& arc : state.arcs(m)) {
    const auto is_chosen = [&](const Arc::Alternative& alternative) { return alternative.f == f; };
    if (std::none_of(arc.alternatives.begin(), arc.alternatives.end(), is_chosen)) continue;
    for (const Arc::Alternative& other : arc.alternatives) {
      if (!is_chosen(other)) ClearOne(state, m, slot, other, values);
    }
  }
}

absl::InlinedVector<std::uint32_t, 4> ClearedBy(const StoreState& state, ForeignKey f) {
  const ForeignKeyInfo& key = state.foreign_key(f);
  absl::InlinedVector<std::uint32_t, 4> attributes;
  for (const Arc& arc : state.arcs(key.owner.index)) {
    for (const Arc::Alternative& alternative : arc.alternatives) {
      if (alternative.f != f) continue;
      attributes.assign(alternative.own.begin(), alternative.own.end());
      return attributes;
    }
  }
  for (const std::uint32_t a : key.attributes) {
    if (state.model(key.owner.index).attributes[a].nullable) attributes.push_back(a);
  }
  if (attributes.empty()) attributes.assign(key.attributes.begin(), key.attributes.end());
  return attributes;
}

void ClearArc(const StoreState& state, Instance instance, OneOf one_of, AttributeValues& values) {
  for (const Arc& arc : state.arcs(instance.model)) {
    if (arc.one_of != one_of) continue;
    for (const Arc::Alternative& alternative : arc.alternatives) {
      ClearOne(state, instance.model, instance.slot, alternative, values);
    }
  }
}

}  // namespace relata::internal
