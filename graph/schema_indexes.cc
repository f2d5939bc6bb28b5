// Pass 8: secondary indexes. An index that could find nothing that another way does not find as
// fast is refused, since it would only cost.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "graph/nearest_name.h"
#include "graph/schema_workbench.h"

namespace relata::internal {
namespace {

// A set of indexes of a model is kept in the bits of one word (CellLayout::indexes).
constexpr std::size_t kMostIndexes = 64;

using Positions = std::vector<std::uint32_t>;

bool SameAttributes(const Positions& a, const Positions& b) {
  return a.size() == b.size() && std::is_permutation(a.begin(), a.end(), b.begin());
}

bool Begins(const Positions& start, const Positions& whole) {
  return start.size() <= whole.size() && std::equal(start.begin(), start.end(), whole.begin());
}

class IndexResolver {
 public:
  IndexResolver(std::uint32_t m, Workbench& bench)
      : model_(bench.models[m]), mistakes_(bench.mistakes) {}

  void Run() {
    for (std::uint32_t a = 0; a < model_.attributes.size(); ++a) {
      const BenchAttribute& attribute = model_.attributes[a];
      if (model_.Find(attribute.draft.name) != a) continue;  // a second one of a name: told already
      for (const IndexDraft& index : attribute.draft.indexes) {
        Add({.name = index.name, .attributes = {attribute.draft.name}, .kind = index.kind});
      }
    }
    if (model_.declared_indexes != nullptr) {
      for (const IndexOptions& index : *model_.declared_indexes) Add(index);
    }
    if (model_.indexes.size() > kMostIndexes) {
      mistakes_.AddModel(absl::StrCat("model '", model_.name, "' has ", model_.indexes.size(),
                                      " secondary indexes, more than ", kMostIndexes,
                                      ": leave out those that no query needs"));
    }
    for (std::size_t i = 0; i < model_.indexes.size(); ++i) CheckSuperfluous(i);
  }

 private:
  // "index 'by_name' of model 'person' on (last, first)".
  std::string Describe(const std::string& name, const Names& attributes) const {
    return absl::StrCat("index ", name.empty() ? "" : absl::StrCat("'", name, "' "), "of model '",
                        model_.name, "' on ", ListOf(attributes));
  }
  std::string Describe(const IndexInfo& index) const {
    return Describe(index.name, NamesOf(index.attributes));
  }
  Names NamesOf(const Positions& attributes) const {
    Names names;
    for (const std::uint32_t a : attributes) names.push_back(model_.attributes[a].draft.name);
    return names;
  }

  void Add(const IndexOptions& declared) {
    const std::string text = Describe(declared.name, declared.attributes);
    if (!declared.name.empty()) CheckName(declared.name, text);
    if (declared.kind > IndexKind::kOrdered) {
      mistakes_.AddModel(
          absl::StrCat(text, " has a kind that is none of relata::IndexKind: choose one"));
      return;
    }
    if (declared.attributes.empty()) {
      mistakes_.AddModel(absl::StrCat(text, " names no attribute: name at least one"));
      return;
    }
    IndexInfo index{.name = declared.name, .attributes = {}, .kind = declared.kind};
    for (const std::string& name : declared.attributes) {
      const std::optional<std::uint32_t> position = model_.Find(name);
      if (!position.has_value()) {
        mistakes_.AddModel(absl::StrCat(text, ": there is no attribute '", name, "'",
                                        NearestName(name, AttributeNames())));
        return;
      }
      if (std::count(index.attributes.begin(), index.attributes.end(), *position) > 0) {
        mistakes_.AddModel(absl::StrCat(text, " names attribute '", name, "' twice: name it once"));
        return;
      }
      index.attributes.push_back(*position);
    }
    if (index.name.empty()) index.name = GeneratedName(index);
    model_.indexes.push_back(std::move(index));
  }

  void CheckName(const std::string& name, const std::string& text) {
    if (const auto mistake = NameMistake(name); mistake.has_value()) {
      mistakes_.AddModel(absl::StrCat(text, " ", *mistake));
    } else if (absl::StartsWithIgnoreCase(name, "sqlite_") ||
               absl::StartsWithIgnoreCase(name, "relata_")) {
      mistakes_.AddModel(absl::StrCat(
          text, " has the prefix sqlite_ or relata_, which are reserved: give another name"));
    }
  }

  Names AttributeNames() const {
    Names names;
    for (const BenchAttribute& attribute : model_.attributes) {
      names.push_back(attribute.draft.name);
    }
    return names;
  }

  std::string GeneratedName(const IndexInfo& index) const {
    std::string name = model_.table;
    for (const std::uint32_t a : index.attributes) {
      absl::StrAppend(&name, "_", model_.attributes[a].draft.column);
    }
    if (index.kind == IndexKind::kHashed) absl::StrAppend(&name, "_hash");
    return name;
  }

  // Whether key or index i is needed at all, given the keys and the other indexes.
  void CheckSuperfluous(std::size_t i) {
    const IndexInfo& index = model_.indexes[i];
    if (index.kind == IndexKind::kHashed) {
      for (const KeyInfo& key : model_.keys) {
        if (!SameAttributes(index.attributes, key.attributes)) continue;
        mistakes_.AddModel(absl::StrCat(
            "hashed ", Describe(index), " finds nothing that the ",
            &key == &model_.keys[0] ? "primary" : "unique",
            " key on the same attributes does not find: leave it out, or make it ordered"));
        return;
      }
    }
    for (std::size_t j = 0; j < model_.indexes.size(); ++j) {
      const IndexInfo& other = model_.indexes[j];
      if (i == j || index.kind != other.kind) continue;
      const bool same = index.kind == IndexKind::kHashed
                            ? SameAttributes(index.attributes, other.attributes)
                            : index.attributes == other.attributes;
      const bool begins =
          index.kind == IndexKind::kOrdered && Begins(index.attributes, other.attributes);
      if (same ? j > i : !begins) continue;  // of two that are the same, the second is told
      mistakes_.AddModel(absl::StrCat(
          std::string(IndexKindName(index.kind)), " ", Describe(index), " finds nothing that ",
          Describe(other), " does not find: leave ", same ? "one of them" : "it", " out"));
      return;
    }
  }

  BenchModel& model_;
  SchemaMistakes& mistakes_;
};

bool DefinedTwice(const BenchModel& a, const BenchModel& b) {
  return &a != &b && a.name == b.name;  // told already
}

// Tables and indexes of a database share their names.
void CheckIndexNames(Workbench& bench) {
  struct Named {
    const BenchModel* model;
    const std::string* name;
  };
  std::vector<Named> indexes;
  for (const BenchModel& model : bench.models) {
    for (const IndexInfo& index : model.indexes) {
      const auto refuse = [&](const std::string& other) {
        bench.mistakes.AddModel(absl::StrCat(
            "index '", index.name, "' of model '", model.name, "' has the name of ", other,
            " (SQL does not tell capitals from small letters): name it "
            "otherwise"));
      };
      for (const BenchModel& other : bench.models) {
        if (SameName(other.table, index.name)) {
          refuse(absl::StrCat("the table of model '", other.name, "'"));
        }
      }
      const auto same = std::find_if(indexes.begin(), indexes.end(), [&](const Named& other) {
        return SameName(*other.name, index.name) && !DefinedTwice(*other.model, model);
      });
      if (same != indexes.end()) {
        refuse(absl::StrCat("an index of model '", same->model->name, "'"));
      }
      indexes.push_back({&model, &index.name});
    }
  }
}

}  // namespace

void ResolveIndexes(Workbench& bench) {
  for (std::uint32_t m = 0; m < bench.models.size(); ++m) IndexResolver(m, bench).Run();
  CheckIndexNames(bench);
}

}  // namespace relata::internal
