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
  Chooser(const StoreState& state, Model model, const Facts& facts, const WantedOrder& order)
      : state_(state),
        model_(model),
        info_(state.model(model.index)),
        facts_(facts),
        order_(order) {}

  AccessPath Choose() && {
    best_.expected = best_.cost = state_.table(model_.index).rows;
    best_.description = absl::StrCat("all ", best_.expected, " rows");
    for (std::uint32_t k = 0; k < info_.keys.size(); ++k) TryKey(k);
    for (const ForeignKey f : info_.foreign_keys) TryForeignKey(f);
    for (const LinkedFact& fact : facts_.linked) TryLinked(fact);
    for (std::uint32_t i = 0; i < info_.indexes.size(); ++i) TryIndex(i);
    for (const std::vector<Facts>& any : facts_.any) TryUnion(any);
    return std::move(best_);
  }

 private:
  // A row that an index finds costs more than one that a scan comes by.
  static constexpr std::size_t kFound = 4;

  bool IsBetter(std::size_t cost) const { return cost < best_.cost; }
  void Propose(AccessPath path, std::size_t cost) {
    if (!IsBetter(cost)) return;
    best_ = std::move(path);
    best_.cost = cost;
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
    const std::size_t cost = path.expected;
    Propose(std::move(path), cost);
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
    const std::size_t cost = path.expected;
    if (!IsBetter(cost)) return;
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
    Propose(std::move(path), cost);
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
        const std::size_t cost = path.expected;
        Propose(std::move(path), cost);
        return;
      }
    }
  }

  // The bounds that facts set to an attribute, as tight as they are.
  struct Bounds {
    const Value* low = nullptr;
    const Value* high = nullptr;
    bool low_open = false;
    bool high_open = false;
  };
  Bounds BoundsOf(std::uint32_t attribute) const {
    Bounds bounds;
    for (const AttributeFact& fact : facts_.attributes) {
      if (fact.attribute != attribute) continue;
      if (fact.low.has_value()) {
        const bool tighter = bounds.low == nullptr || *bounds.low < *fact.low ||
                             (*bounds.low == *fact.low && fact.low_open);
        if (tighter) bounds.low = &*fact.low, bounds.low_open = fact.low_open;
      }
      if (fact.high.has_value()) {
        const bool tighter = bounds.high == nullptr || *fact.high < *bounds.high ||
                             (*bounds.high == *fact.high && fact.high_open);
        if (tighter) bounds.high = &*fact.high, bounds.high_open = fact.high_open;
      }
    }
    return bounds;
  }

  void TryIndex(std::uint32_t i) {
    const IndexInfo& index = info_.indexes[i];
    // Its first attributes, as many as are limited to some values.
    std::vector<std::uint32_t> limited;
    for (const std::uint32_t a : index.attributes) {
      if (ValuesOf(a) == nullptr) break;
      limited.push_back(a);
    }
    const bool whole = limited.size() == index.attributes.size();
    if (index.kind == IndexKind::kHashed && !whole) return;
    const auto values = Combinations(limited);
    if (!values.has_value() || values->empty()) return;
    if (values->size() > 1) {
      TryIndexValues(i, limited, *values);
      return;
    }
    IndexRange range;
    range.equal = (*values)[0];
    std::string text = limited.empty() ? "" : DescribeKey(info_, limited, (*values)[0]);
    if (index.kind == IndexKind::kOrdered && !whole) {
      const std::uint32_t next = index.attributes[limited.size()];
      const Bounds bounds = BoundsOf(next);
      if (bounds.low != nullptr || bounds.high != nullptr) {
        // Null is below all values, and no comparison holds for it.
        range.lower = {ValueView(), false};
        if (bounds.low != nullptr) range.lower = {bounds.low->view(), !bounds.low_open};
        if (bounds.high != nullptr) range.upper = {bounds.high->view(), !bounds.high_open};
        absl::StrAppend(&text, text.empty() ? "" : ", ", info_.attributes[next].name,
                        " in a range");
      }
    }
    AccessPath path;
    path.kind = AccessKind::kIndex;
    path.in_order = index.kind == IndexKind::kOrdered && GivesOrder(index, limited);
    if (text.empty() && !path.in_order) return;
    path.expected = EstimateInIndex(state_, model_.index, i, range);
    if (path.in_order && order_.rows != SIZE_MAX) {
      // How many have to be looked at for so many that match cannot be known; not all, as a rule.
      const std::size_t looked_at = order_.all_match ? order_.rows : 16 * order_.rows;
      path.expected = std::min(path.expected, looked_at);
    }
    const std::size_t cost = kFound * path.expected;
    if (!IsBetter(cost)) return;
    const bool descending = path.in_order && order_.terms[0].descending;
    path.cursor = ScanIndex(state_, model_.index, i, range,
                            descending ? ScanOrder::kDescending : ScanOrder::kAscending);
    path.description = absl::StrCat(std::string(IndexKindName(index.kind)), " index ", index.name,
                                    text.empty() ? "" : ": ", text,
                                    path.in_order ? ", in the order asked for" : "");
    Propose(std::move(path), cost);
  }

  // The rows of several values, one value after the other.
  void TryIndexValues(std::uint32_t i, const std::vector<std::uint32_t>& attributes,
                      const std::vector<KeyViews>& values) {
    AccessPath path;
    path.kind = AccessKind::kIndex;
    path.listed = true;
    for (const KeyViews& views : values) {
      path.expected += EstimateInIndex(state_, model_.index, i, {.equal = views});
    }
    const std::size_t cost = kFound * path.expected;
    if (!IsBetter(cost)) return;
    absl::flat_hash_set<std::uint32_t> seen;
    for (const KeyViews& views : values) {
      IndexCursor cursor = ScanIndex(state_, model_.index, i, {.equal = views});
      for (std::uint32_t slot = cursor.Next(); slot != kNoSlot; slot = cursor.Next()) {
        Enter(path, seen, slot);
      }
    }
    const IndexInfo& index = info_.indexes[i];
    path.description = absl::StrCat(std::string(IndexKindName(index.kind)), " index ", index.name,
                                    ": ", NameOf(info_, attributes, values));
    Propose(std::move(path), cost);
  }

  // The rows of several ways, when there is one for each part of an OR, as a scan would come by
  // them.
  void TryUnion(const std::vector<Facts>& any) {
    static const WantedOrder kNoOrder;
    std::vector<AccessPath> ways;
    AccessPath path;
    path.kind = AccessKind::kUnion;
    path.listed = true;
    std::size_t cost = 0;
    for (const Facts& facts : any) {
      AccessPath way = Chooser(state_, model_, facts, kNoOrder).Choose();
      if (way.kind == AccessKind::kScan) return;
      cost += way.cost + way.expected;
      if (!IsBetter(cost)) return;
      path.expected += way.expected;
      absl::StrAppend(&path.description, ways.empty() ? "any of: " : " | ", way.description);
      ways.push_back(std::move(way));
    }
    for (AccessPath& way : ways) AppendSlots(way, path.slots);
    std::sort(path.slots.begin(), path.slots.end());
    path.slots.erase(std::unique(path.slots.begin(), path.slots.end()), path.slots.end());
    Propose(std::move(path), cost);
  }

  static void AppendSlots(AccessPath& way, std::vector<std::uint32_t>& slots) {
    if (way.listed) {
      slots.insert(slots.end(), way.slots.begin(), way.slots.end());
    } else if (way.kind == AccessKind::kWalk) {
      for (std::uint32_t slot = way.walk.First(way.from); slot != kNoSlot;
           slot = way.walk.Next(slot)) {
        slots.push_back(slot);
      }
    } else {
      for (std::uint32_t slot = way.cursor.Next(); slot != kNoSlot; slot = way.cursor.Next()) {
        slots.push_back(slot);
      }
    }
  }

  // Whether the rows of an index that are equal in its first attributes come in the order asked
  // for.
  bool GivesOrder(const IndexInfo& index, const std::vector<std::uint32_t>& equal) const {
    if (order_.terms.empty() || order_.rows == SIZE_MAX) return false;
    std::size_t at = equal.size();
    for (const WantedOrder::Term& term : order_.terms) {
      if (at == index.attributes.size() || term.attribute != index.attributes[at] ||
          term.descending != order_.terms[0].descending) {
        return false;
      }
      ++at;
    }
    return true;
  }

  const StoreState& state_;
  const Model model_;
  const ModelInfo& info_;
  const Facts& facts_;
  const WantedOrder& order_;
  AccessPath best_;
};

}  // namespace

AccessPath ChooseAccess(const StoreState& state, Model model, const Facts& facts,
                        const WantedOrder& order) {
  return Chooser(state, model, facts, order).Choose();
}

}  // namespace relata::internal
