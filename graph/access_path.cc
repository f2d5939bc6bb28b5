#include "graph/access_path.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "graph/describe.h"

namespace relata::internal {
namespace {

// More keys than this are not tried one by one.
constexpr std::size_t kMaxKeys = 4096;

class Chooser {
 public:
  Chooser(const StoreState& state, Model model, const Facts& facts)
      : state_(state), model_(model), info_(state.model(model.index)), facts_(facts) {}

  AccessPath Choose() && {
    best_.expected = state_.table(model_.index).rows;
    best_.description = absl::StrCat("all ", best_.expected, " rows");
    for (std::uint32_t k = 0; k < info_.keys.size(); ++k) TryKey(k);
    for (const ForeignKey f : info_.foreign_keys) TryForeignKey(f);
    for (const LinkedFact& fact : facts_.linked) TryLinked(fact);
    return std::move(best_);
  }

 private:
  void Propose(AccessPath path) {
    if (path.expected < best_.expected || best_.kind == AccessKind::kScan) best_ = std::move(path);
  }

  // The fact that limits an attribute to the fewest values, if there is one.
  const AttributeFact* ValuesOf(std::uint32_t attribute) const {
    const AttributeFact* found = nullptr;
    for (const AttributeFact& fact : facts_.attributes) {
      if (fact.attribute != attribute || fact.is_range()) continue;
      if (found == nullptr || fact.values.size() < found->values.size()) found = &fact;
    }
    return found;
  }

  // Every combination of the values that some attributes are limited to; nothing when one of them
  // is not, or when there are too many.
  std::optional<std::vector<KeyViews>> Combinations(
      const std::vector<std::uint32_t>& attributes) const {
    std::vector<KeyViews> keys(1);
    for (const std::uint32_t attribute : attributes) {
      const AttributeFact* fact = ValuesOf(attribute);
      if (fact == nullptr || keys.size() * fact->values.size() > kMaxKeys) return std::nullopt;
      std::vector<KeyViews> longer;
      for (const KeyViews& key : keys) {
        for (const Value& value : fact->values) {
          longer.push_back(key);
          longer.back().push_back(value.view());
        }
      }
      keys = std::move(longer);
    }
    return keys;
  }

  static std::string NameOf(const ModelInfo& model, const std::vector<std::uint32_t>& attributes,
                            const std::vector<KeyViews>& keys) {
    if (keys.size() == 1) return DescribeKey(model, attributes, keys[0]);
    std::string names;
    for (const std::uint32_t a : attributes) {
      absl::StrAppend(&names, names.empty() ? "" : ", ", model.attributes[a].name);
    }
    return absl::StrCat(names, " in ", keys.size(), " values");
  }

  static void Enter(AccessPath& path, absl::flat_hash_set<std::uint32_t>& seen,
                    std::uint32_t slot) {
    if (seen.insert(slot).second) path.slots.push_back(slot);
  }

  void TryKey(std::uint32_t k) {
    const std::vector<std::uint32_t>& attributes = info_.keys[k].attributes;
    const auto keys = Combinations(attributes);
    if (!keys.has_value()) return;
    AccessPath path;
    path.kind = AccessKind::kKeys;
    path.listed = true;
    absl::flat_hash_set<std::uint32_t> seen;
    for (const KeyViews& key : *keys) {
      const std::uint32_t slot = state_.FindKey(model_.index, k, key);
      if (slot != kNoSlot) Enter(path, seen, slot);
    }
    path.expected = path.slots.size();
    path.description =
        absl::StrCat(k == 0 ? "primary key " : "unique key ", NameOf(info_, attributes, *keys));
    Propose(std::move(path));
  }

  void TryForeignKey(ForeignKey f) {
    const ForeignKeyInfo& key = state_.foreign_key(f);
    const auto values = Combinations(key.attributes);
    if (!values.has_value()) return;
    AccessPath path;
    path.kind = AccessKind::kWalk;
    path.description =
        absl::StrCat("children by foreign key ", NameOf(info_, key.attributes, *values));
    std::vector<std::uint32_t> parents;
    absl::flat_hash_set<std::uint32_t> seen;
    for (const KeyViews& views : *values) {
      const std::uint32_t parent = state_.FindKey(key.target.index, key.target_key, views);
      if (parent == kNoSlot) {
        // Rows that refer to nothing are not found by their parent.
        if (state_.dangling(f).children > 0) return;
        continue;
      }
      if (!seen.insert(parent).second) continue;
      parents.push_back(parent);
      path.expected += state_.Parent(f, parent).count;
    }
    FromEach(std::move(path), LinkWalk::Children(state_, f), key.target.index, parents);
  }

  void FromEach(AccessPath path, const LinkWalk& walk, std::uint32_t source_model,
                const std::vector<std::uint32_t>& sources) {
    if (path.expected >= best_.expected && best_.kind != AccessKind::kScan) return;
    if (sources.size() == 1) {
      path.walk = walk;
      path.from = state_.Row(source_model, sources[0]);
    } else {
      path.listed = true;
      for (const std::uint32_t source : sources) {
        for (std::uint32_t slot = walk.First(state_.Row(source_model, source)); slot != kNoSlot;
             slot = walk.Next(slot)) {
          path.slots.push_back(slot);
        }
      }
    }
    Propose(std::move(path));
  }

  // From the associated row back to those that it is associated with.
  void TryLinked(const LinkedFact& fact) {
    const AssociationInfo& info = state_.schema()[fact.association];
    AccessPath path;
    path.kind = AccessKind::kWalk;
    path.description = absl::StrCat("links of ", DescribeRow(state_, info.target.index, fact.slot),
                                    " by ", info.name);
    switch (info.kind) {
      case AssociationKind::kBelongsTo:
        path.expected = state_.Parent(info.foreign_key, fact.slot).count;
        FromEach(std::move(path), LinkWalk::Children(state_, info.foreign_key), info.target.index,
                 {fact.slot});
        return;
      case AssociationKind::kHasOne:
      case AssociationKind::kHasMany:
        path.expected = 1;
        FromEach(std::move(path), LinkWalk::Parent(state_, info.foreign_key), info.target.index,
                 {fact.slot});
        return;
      case AssociationKind::kBelongsToMany: {
        // A row that is linked twice is still one candidate.
        path.listed = true;
        absl::flat_hash_set<std::uint32_t> seen;
        const LinkWalk joins = LinkWalk::Children(state_, info.other_key);
        for (std::uint32_t join = joins.First(state_.Row(info.target.index, fact.slot));
             join != kNoSlot; join = joins.Next(join)) {
          const std::uint32_t source = state_.Child(info.foreign_key, join).parent;
          if (source < kDanglingSlot) Enter(path, seen, source);
        }
        path.expected = path.slots.size();
        Propose(std::move(path));
        return;
      }
    }
  }

  const StoreState& state_;
  const Model model_;
  const ModelInfo& info_;
  const Facts& facts_;
  AccessPath best_;
};

}  // namespace

AccessPath ChooseAccess(const StoreState& state, Model model, const Facts& facts) {
  return Chooser(state, model, facts).Choose();
}

}  // namespace relata::internal
