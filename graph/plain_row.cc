#include "graph/plain_row.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <variant>

#include "graph/text_cell.h"
#include "relata/change_set.h"

namespace relata::internal {
namespace {

// The cell's bytes, when the value is of exactly this type.
template <typename T>
bool PutFixed(char* cell, const ValueView& value) {
  const T* typed = std::get_if<T>(&value);
  if (typed == nullptr) return false;
  std::memcpy(cell, typed, sizeof(T));
  return true;
}

}  // namespace

PlainRow::PlainRow(StoreState& state, std::uint32_t m)
    : state_(state), m_(m), layout_(state.layout(m)) {
  plain_ = layout_.fresh_is_plain && layout_.stride <= kMaxStride && state.IsPlain(m) &&
           state.arcs(m).empty();
  if (plain_) std::memcpy(row_, layout_.fresh.data(), layout_.stride);
}

std::optional<Instance> PlainRow::Create(std::span<const Entry> entries) {
  if (!plain_) return std::nullopt;
  for (const Entry& entry : entries) {
    if (entry.is_link()) continue;
    if (entry.model().index != m_ || !Put(entry.attribute(), entry.value())) return std::nullopt;
  }
  for (const Entry& entry : entries) {
    if (entry.is_link() && !PutLink(entry)) return std::nullopt;
  }
  return Judge() ? Enter() : std::nullopt;
}

std::optional<Instance> PlainRow::Create(const AttributeValues& values) {
  if (!plain_) return std::nullopt;
  for (const AttributeValue& v : values) {
    if (!Put(v.attribute, v.value)) return std::nullopt;
  }
  return Judge() ? Enter() : std::nullopt;
}

bool PlainRow::Put(std::uint32_t attribute, const ValueView& value) {
  const CellLayout& cell = layout_.cells[attribute];
  char* at = row_ + cell.offset;
  if (value.index() == 0) {
    row_[cell.null_byte] = static_cast<char>(row_[cell.null_byte] | cell.null_mask);
    return !IsTextCell(cell.type) || PutText(cell, {});
  }
  row_[cell.null_byte] = static_cast<char>(row_[cell.null_byte] & ~cell.null_mask);
  switch (cell.type) {
    case Type::kInteger:
      return PutFixed<std::int64_t>(at, value);
    case Type::kDouble: {
      const double* number = std::get_if<double>(&value);
      if (number == nullptr || std::isnan(*number)) return false;
      const double stored = *number + 0.0;  // -0.0 is kept as 0.0
      std::memcpy(at, &stored, sizeof(stored));
      return true;
    }
    case Type::kBoolean: {
      const bool* truth = std::get_if<bool>(&value);
      if (truth == nullptr) return false;
      *at = *truth ? 1 : 0;
      return true;
    }
    case Type::kText: {
      const auto* text = std::get_if<std::string_view>(&value);
      return text != nullptr && IsUtf8(*text) && PutText(cell, *text);
    }
    case Type::kBytes: {
      const auto* bytes = std::get_if<BytesView>(&value);
      return bytes != nullptr &&
             PutText(cell, {reinterpret_cast<const char*>(bytes->data()), bytes->size()});
    }
    case Type::kUuid:
      return PutFixed<UuidValue>(at, value);
    case Type::kTimestamp:
      return PutFixed<TimestampValue>(at, value);
  }
  return false;
}

// Long text is only allocated for a row that will be, so keys that are compared must be short.
bool PlainRow::PutText(const CellLayout& cell, std::string_view text) {
  if (!long_texts_.empty()) {
    const auto earlier =
        std::find_if(long_texts_.begin(), long_texts_.end(),
                     [&](const LongText& one) { return one.offset == cell.offset; });
    if (earlier != long_texts_.end()) long_texts_.erase(earlier);
  }
  if (text.size() < kTextCellSize) {
    MakeText(row_ + cell.offset, text);
    return true;
  }
  long_texts_.push_back({cell.offset, text});
  return !cell.in_key && !cell.in_foreign_key;
}

bool PlainRow::PutLink(const Entry& entry) {
  const std::uint32_t a = entry.association().index;
  if (a >= state_.schema().associations().size()) return false;
  const AssociationInfo& info = state_.schema().associations()[a];
  if (info.kind != AssociationKind::kBelongsTo || info.source.index != m_) return false;
  const Instance target = entry.target();
  if (target.of() != info.target || !state_.IsAlive(target)) return false;
  const ForeignKeyInfo& key = state_.foreign_key(info.foreign_key);
  const std::vector<std::uint32_t>& parts =
      state_.model(target.model).keys[key.target_key].attributes;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!Put(key.attributes[i], state_.View(target.model, target.slot, parts[i]))) return false;
  }
  return true;
}

bool PlainRow::Judge() {
  const ModelInfo& model = state_.model(m_);
  if (layout_.generated != kNoAttribute) {
    const CellLayout& cell = layout_.cells[layout_.generated];
    if (IsNull(row_, cell)) {
      const std::int64_t next = state_.table(m_).next_key;
      if (next == kNoNextKey || !Put(layout_.generated, next)) return false;
    }
  }
  for (std::size_t i = 0; i < layout_.not_null.size(); ++i) {
    if ((row_[layout_.nulls_offset + i] & layout_.not_null[i]) != 0) return false;
  }
  for (std::uint32_t k = 0; k < model.keys.size(); ++k) {
    std::optional<std::uint32_t> hash;
    if (state_.FindKeyOfRow(m_, k, row_, hash) != kNoSlot) return false;
    hashes_.push_back(hash);
  }
  for (const ForeignKey f : model.foreign_keys) {
    const std::optional<std::uint32_t> parent = state_.FindParentOfRow(f, row_);
    if (!parent.has_value()) return false;
    parents_.push_back(*parent);
  }
  return std::all_of(model.referenced_by.begin(), model.referenced_by.end(),
                     [&](ForeignKey f) { return state_.dangling(f).children == 0; });
}

std::optional<Instance> PlainRow::Enter() {
  for (const LongText& text : long_texts_) MakeText(row_ + text.offset, text.text);
  const auto slot = state_.AddRow(m_, row_);
  if (!slot.ok()) {
    for (const LongText& text : long_texts_) ReleaseText(row_ + text.offset);
    return std::nullopt;
  }
  if (layout_.generated != kNoAttribute) {
    state_.NoteKey(m_, LoadAs<std::int64_t>(row_ + layout_.cells[layout_.generated].offset));
  }
  for (std::uint32_t k = 0; k < hashes_.size(); ++k) state_.EnterKey(m_, k, *slot, hashes_[k]);
  const std::vector<ForeignKey>& foreign_keys = state_.model(m_).foreign_keys;
  for (std::size_t i = 0; i < parents_.size(); ++i) {
    if (parents_[i] != kNoSlot) state_.Link(foreign_keys[i], *slot, parents_[i]);
  }
  state_.EnterIndexes(m_, *slot, layout_.indexes);
  state_.NewVersion();
  return state_.InstanceAt(m_, *slot);
}

}  // namespace relata::internal
