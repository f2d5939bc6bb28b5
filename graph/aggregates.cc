#include "graph/aggregates.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "graph/cells.h"
#include "graph/selection.h"
#include "relata/query.h"
#include "relata/store.h"

namespace relata {

Aggregate CountAll() { return Aggregate(Aggregate::Kind::kCountAll, std::nullopt); }
Aggregate Count(AttributeRef attribute) {
  return Aggregate(Aggregate::Kind::kCount, std::move(attribute));
}
Aggregate CountDistinct(AttributeRef attribute) {
  return Aggregate(Aggregate::Kind::kCountDistinct, std::move(attribute));
}
Aggregate Min(AttributeRef attribute) {
  return Aggregate(Aggregate::Kind::kMin, std::move(attribute));
}
Aggregate Max(AttributeRef attribute) {
  return Aggregate(Aggregate::Kind::kMax, std::move(attribute));
}
Aggregate Sum(AttributeRef attribute) {
  return Aggregate(Aggregate::Kind::kSum, std::move(attribute));
}
Aggregate Average(AttributeRef attribute) {
  return Aggregate(Aggregate::Kind::kAverage, std::move(attribute));
}

namespace internal {

std::size_t ViewHash::operator()(const ValueView& view) const {
  return static_cast<std::size_t>(HashOfView(view));
}

ValueView ReadBound(const BoundAttribute& attribute, const char* row) {
  if (!attribute.path.empty()) {
    row = FollowPath(attribute.path, row);
    if (row == nullptr) return {};
  }
  return ReadView(row, attribute.cell);
}

absl::StatusOr<std::vector<BoundAggregate>> BindAggregates(
    const StoreState& state, Model model, const std::vector<Aggregate>& aggregates) {
  std::vector<BoundAggregate> bound;
  for (const Aggregate& aggregate : aggregates) {
    BoundAggregate& one = bound.emplace_back();
    one.kind = aggregate.kind();
    if (!aggregate.attribute().has_value()) continue;
    auto of = BindAttribute(state, model, *aggregate.attribute());
    if (!of.ok()) return of.status();
    one.of = *std::move(of);
    const Type type = one.of.cell.type;
    const bool sums = one.kind == Aggregate::Kind::kSum || one.kind == Aggregate::Kind::kAverage;
    if (sums && type != Type::kInteger && type != Type::kDouble) {
      return absl::InvalidArgumentError(
          absl::StrCat(one.of.name, " is ", std::string(TypeName(type)),
                       ": only INTEGERs and DOUBLEs have sums and averages"));
    }
  }
  return bound;
}

void Accumulator::AddInteger(std::int64_t value) {
  const std::uint64_t before = low_;
  low_ += static_cast<std::uint64_t>(value);
  high_ += (value < 0 ? -1 : 0) + (low_ < before ? 1 : 0);
}

// Neumaier's sum: the order of rows matters little.
void Accumulator::AddReal(double value) {
  const double sum = sum_ + value;
  if (std::isfinite(sum)) {
    lost_ += std::abs(sum_) >= std::abs(value) ? (sum_ - sum) + value : (value - sum) + sum_;
  }
  sum_ = sum;
}

void Accumulator::Add(const BoundAggregate& aggregate, const char* row) {
  if (aggregate.kind == Aggregate::Kind::kCountAll) {
    ++count_;
    return;
  }
  const ValueView value = ReadBound(aggregate.of, row);
  if (value.index() == 0) return;
  ++count_;
  switch (aggregate.kind) {
    case Aggregate::Kind::kCountDistinct:
      seen_.insert(value);
      return;
    case Aggregate::Kind::kMin:
      if (count_ == 1 || Less(value, best_)) best_ = value;
      return;
    case Aggregate::Kind::kMax:
      if (count_ == 1 || Less(best_, value)) best_ = value;
      return;
    case Aggregate::Kind::kSum:
    case Aggregate::Kind::kAverage:
      if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        AddInteger(*integer);
      } else {
        AddReal(std::get<double>(value));
      }
      return;
    default:
      return;
  }
}

absl::StatusOr<Value> Accumulator::Finish(const BoundAggregate& aggregate) const {
  const bool integers = aggregate.of.cell.type == Type::kInteger;
  const bool fits = high_ == (static_cast<std::int64_t>(low_) < 0 ? -1 : 0);
  switch (aggregate.kind) {
    case Aggregate::Kind::kCountAll:
    case Aggregate::Kind::kCount:
      return Value(count_);
    case Aggregate::Kind::kCountDistinct:
      return Value(static_cast<std::int64_t>(seen_.size()));
    case Aggregate::Kind::kMin:
    case Aggregate::Kind::kMax:
      return Value::From(best_);
    case Aggregate::Kind::kSum:
      if (count_ == 0) return Value();
      if (!integers) return Value(sum_ + lost_);
      if (fits) return Value(static_cast<std::int64_t>(low_));
      return absl::OutOfRangeError(
          absl::StrCat("the sum of ", aggregate.of.name, " is no 64-bit integer"));
    case Aggregate::Kind::kAverage: {
      if (count_ == 0) return Value();
      double sum = sum_ + lost_;
      if (integers) {
        sum = fits ? static_cast<double>(static_cast<std::int64_t>(low_))
                   : static_cast<double>(high_) * 0x1p64 + static_cast<double>(low_);
      }
      return Value(sum / static_cast<double>(count_));
    }
  }
  return Value();
}

namespace {

struct KeysHash {
  std::size_t operator()(const KeyViews& keys) const {
    std::uint64_t hash = 0;
    for (const ValueView& key : keys) hash = hash * 0x9e3779b97f4a7c15u + HashOfView(key);
    return static_cast<std::size_t>(hash);
  }
};
struct KeysEqual {
  bool operator()(const KeyViews& a, const KeyViews& b) const { return EqualKeys(a, b); }
};

struct OpenGroup {
  KeyViews keys;
  std::vector<Accumulator> accumulators;
};

// The groups that rows fall into, in the order of their first rows.
class OpenGroups {
 public:
  OpenGroups(const std::vector<BoundAttribute>& by, std::size_t aggregates)
      : by_(by),
        aggregates_(aggregates),
        integers_(by.size() == 1 && by[0].path.empty() && by[0].cell.type == Type::kInteger) {}

  std::vector<Accumulator>& Of(const char* row) {
    if (integers_ && !IsNull(row, by_[0].cell)) {
      const auto key = LoadAs<std::int64_t>(row + by_[0].cell.offset);
      const auto [group, added] = by_integer_.try_emplace(key, open_.size());
      if (added) Open({ValueView(key)});
      return open_[group->second].accumulators;
    }
    keys_.clear();
    for (const BoundAttribute& attribute : by_) keys_.push_back(ReadBound(attribute, row));
    const auto [group, added] = by_keys_.try_emplace(keys_, open_.size());
    if (added) Open(keys_);
    return open_[group->second].accumulators;
  }
  std::vector<OpenGroup> Finish() && { return std::move(open_); }

 private:
  void Open(KeyViews keys) {
    open_.push_back({std::move(keys), std::vector<Accumulator>(aggregates_)});
  }

  const std::vector<BoundAttribute>& by_;
  const std::size_t aggregates_;
  const bool integers_;  // one INTEGER of the rows themselves, the commonest
  std::vector<OpenGroup> open_;
  absl::flat_hash_map<std::int64_t, std::size_t> by_integer_;
  absl::flat_hash_map<KeyViews, std::size_t, KeysHash, KeysEqual> by_keys_;
  KeyViews keys_;
};

absl::StatusOr<std::vector<Value>> Finish(const std::vector<BoundAggregate>& aggregates,
                                          const std::vector<Accumulator>& accumulators) {
  std::vector<Value> values;
  for (std::size_t i = 0; i < aggregates.size(); ++i) {
    auto value = accumulators[i].Finish(aggregates[i]);
    if (!value.ok()) return value.status();
    values.push_back(*std::move(value));
  }
  return values;
}

absl::StatusOr<Value> One(const Store& store, const Query& query, Aggregate aggregate) {
  auto values = store.Compute(query, {std::move(aggregate)});
  if (!values.ok()) return values.status();
  return (*values)[0];
}

}  // namespace
}  // namespace internal

absl::StatusOr<std::vector<Value>> Store::Compute(const Query& query,
                                                  const std::vector<Aggregate>& aggregates) const {
  const auto bound = internal::BindQuery(*state_, query);
  if (!bound.ok()) return bound.status();
  const auto wanted = internal::BindAggregates(*state_, query.model(), aggregates);
  if (!wanted.ok()) return wanted.status();
  std::vector<internal::Accumulator> accumulators(wanted->size());
  internal::ForRows(*bound, [&](const internal::LinkedRow& row) {
    for (std::size_t i = 0; i < wanted->size(); ++i) accumulators[i].Add((*wanted)[i], row.row);
    return true;
  });
  return internal::Finish(*wanted, accumulators);
}

absl::StatusOr<std::vector<Group>> Store::GroupBy(const Query& query,
                                                  const std::vector<AttributeRef>& by,
                                                  const std::vector<Aggregate>& aggregates) const {
  const auto bound = internal::BindQuery(*state_, query);
  if (!bound.ok()) return bound.status();
  if (by.empty()) {
    return absl::InvalidArgumentError(
        "GroupBy was given no attribute to group by: use Compute for all rows together");
  }
  std::vector<internal::BoundAttribute> attributes;
  for (const AttributeRef& one : by) {
    auto attribute = internal::BindAttribute(*state_, query.model(), one);
    if (!attribute.ok()) return attribute.status();
    attributes.push_back(*std::move(attribute));
  }
  const auto wanted = internal::BindAggregates(*state_, query.model(), aggregates);
  if (!wanted.ok()) return wanted.status();

  internal::OpenGroups groups_of_rows(attributes, wanted->size());
  internal::ForRows(*bound, [&](const internal::LinkedRow& row) {
    std::vector<internal::Accumulator>& accumulators = groups_of_rows.Of(row.row);
    for (std::size_t i = 0; i < wanted->size(); ++i) accumulators[i].Add((*wanted)[i], row.row);
    return true;
  });
  std::vector<internal::OpenGroup> open = std::move(groups_of_rows).Finish();
  std::sort(open.begin(), open.end(), [](const auto& a, const auto& b) {
    return std::lexicographical_compare(a.keys.begin(), a.keys.end(), b.keys.begin(), b.keys.end(),
                                        Less);
  });
  std::vector<Group> groups;
  groups.reserve(open.size());
  for (const internal::OpenGroup& group : open) {
    auto values = internal::Finish(*wanted, group.accumulators);
    if (!values.ok()) return values.status();
    Group& one = groups.emplace_back();
    for (const ValueView& key : group.keys) one.keys.push_back(Value::From(key));
    one.values = *std::move(values);
  }
  return groups;
}

absl::StatusOr<std::size_t> Store::CountDistinct(const Query& query, const AttributeRef& of) const {
  const auto value = internal::One(*this, query, relata::CountDistinct(of));
  if (!value.ok()) return value.status();
  return static_cast<std::size_t>(*value->get_if<std::int64_t>());
}
absl::StatusOr<Value> Store::Min(const Query& query, const AttributeRef& of) const {
  return internal::One(*this, query, relata::Min(of));
}
absl::StatusOr<Value> Store::Max(const Query& query, const AttributeRef& of) const {
  return internal::One(*this, query, relata::Max(of));
}
absl::StatusOr<Value> Store::Sum(const Query& query, const AttributeRef& of) const {
  return internal::One(*this, query, relata::Sum(of));
}
absl::StatusOr<Value> Store::Average(const Query& query, const AttributeRef& of) const {
  return internal::One(*this, query, relata::Average(of));
}

}  // namespace relata
