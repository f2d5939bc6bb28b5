#include "relata/indexed_range.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "graph/describe.h"
#include "graph/index_scan.h"
#include "graph/ordered_index.h"
#include "graph/store_state.h"

namespace relata {
namespace internal {
namespace {

// The position of the ordered index over this attribute alone, if the model has one.
std::optional<std::uint32_t> OrderedIndexOf(const ModelInfo& model, std::uint32_t attribute) {
  for (std::uint32_t i = 0; i < model.indexes.size(); ++i) {
    const IndexInfo& index = model.indexes[i];
    if (index.kind == IndexKind::kOrdered && index.attributes.size() == 1 &&
        index.attributes[0] == attribute) {
      return i;
    }
  }
  return std::nullopt;
}

// The bound as the index has its values; none for an open end.
absl::StatusOr<std::optional<IndexRange::Bound>> BoundAt(const StoreState& state,
                                                         const FieldPlace& place,
                                                         const ValueView& value) {
  if (value.index() == 0) return std::nullopt;
  const auto normal = NormalizeFor(state, place.model, place.attribute, value);
  if (!normal.ok()) return normal.status();
  return IndexRange::Bound{*normal, true};
}

}  // namespace

IndexRun FirstRun(const IndexSpan& span) {
  if (span.leaf == kNoSlot || (span.leaf == span.end_leaf && span.at == span.end_at)) return {};
  const auto slots = span.index->Run({span.leaf, span.at}, {span.end_leaf, span.end_at});
  const bool last = span.leaf == span.end_leaf;
  return {slots.data(), slots.data() + slots.size(),
          last ? kNoSlot : span.index->LeafAfter(span.leaf)};
}

}  // namespace internal

absl::StatusOr<IndexedRange> IndexedRange::Between(const internal::StoreState& state,
                                                   const internal::FieldPlace& place, Type type,
                                                   const ValueView& lower, const ValueView& upper) {
  // The field may be of another schema.
  if (place.model >= state.models().size() ||
      place.attribute >= state.model(place.model).attributes.size() ||
      state.model(place.model).attributes[place.attribute].type != type) {
    return absl::InvalidArgumentError(
        "the field is not of this store's schema: make it with Schema::FieldOf of store.schema()");
  }
  const ModelInfo& model = state.model(place.model);
  const std::string& attribute = model.attributes[place.attribute].name;
  const std::optional<std::uint32_t> index = internal::OrderedIndexOf(model, place.attribute);
  if (!index.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(
        model.name, ".", attribute,
        " has no ordered index of its own, which Between walks: declare one where the attribute is "
        "declared, {\"",
        attribute, "\", ", "...Index()}, or ask by a Query, which needs none"));
  }
  const auto from = internal::BoundAt(state, place, lower);
  if (!from.ok()) return from.status();
  const auto to = internal::BoundAt(state, place, upper);
  if (!to.ok()) return to.status();
  internal::IndexRange range{.lower = *from, .upper = *to};
  // Nulls come first in the index, and are in no range.
  if (!range.lower.has_value()) range.lower = {.value = ValueView(), .inclusive = false};
  return IndexedRange(internal::SpanInIndex(state, place.model, *index, range),
                      &state.views()[place.model], place.model, &state.gate());
}

}  // namespace relata
