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

// Inline, here and below: what is done for every row is one function, without a call.
inline bool PlainRow::Open(const std::vector<char>& image) {
  if (model_.foreign_keys.size() > kMost) return false;
  row_ = state_.OpenRow(m_);
  if (row_.slot == kNoSlot) return false;
  constexpr std::size_t kStamp = sizeof(std::uint64_t);
  std::memcpy(row_.bytes + kStamp, image.data() + kStamp, layout_.stride - kStamp);
  return true;
}

inline bool PlainRow::OpenFresh() {
  return layout_.fresh_is_plain && !state_.guarded() && Open(layout_.fresh);
}

std::optional<Instance> PlainRow::Create(std::span<const Entry> entries) {
  if (!OpenFresh()) return std::nullopt;
  const Place place = {row_.bytes, layout_.cells.data()};
  const std::uint32_t m = m_;
  std::uint64_t needed = layout_.needed_by_fresh;
  bool links = false;
  for (const Entry& entry : entries) {
    if (entry.is_link()) {
      links = true;
    } else if (entry.model().index != m || !Put(entry.attribute(), entry.value(), place, needed)) {
      return GiveUp();
    }
  }
  needed_ = needed;
  if (links) {
    for (const Entry& entry : entries) {
      if (entry.is_link() && !PutLink(entry)) return GiveUp();
    }
  }
  return Finish();
}

std::optional<Instance> PlainRow::Create(const AttributeValues& values) {
  if (!OpenFresh()) return std::nullopt;
  const Place place = {row_.bytes, layout_.cells.data()};
  needed_ = layout_.needed_by_fresh;
  for (const AttributeValue& v : values) {
    if (!Put(v.attribute, v.value, place, needed_)) return GiveUp();
  }
  return Finish();
}

inline std::optional<Instance> PlainRow::Finish() {
  if (!Generate() || needed_ != 0 || !JudgeKeys() || !FindParents() || IsWaitedFor()) {
    return GiveUp();
  }
  Keep();
  const std::vector<ForeignKey>& foreign_keys = model_.foreign_keys;
  for (std::size_t i = 0; i < foreign_keys.size(); ++i) {
    if (parents_[i] == kNoSlot) continue;
    state_.LinkNew(foreign_keys[i], row_.slot, row_.bytes, parents_[i]);
  }
  state_.EnterIndexes(m_, row_.slot, layout_.indexes);
  state_.NewVersion();
  return Instance{m_, row_.slot, StampOf(row_.bytes)};
}

bool PlainRow::Load(std::span<const ValueView> values, std::span<std::uint32_t> linked) {
  if (values.size() != layout_.cells.size() || !layout_.blank_is_plain ||
      !state_.arcs(m_).empty() || !Open(layout_.blank)) {
    return false;
  }
  const Place place = {row_.bytes, layout_.cells.data()};
  std::uint64_t needed = layout_.needed_by_blank;
  bool plain = true;
  for (std::uint32_t a = 0; a < values.size() && plain; ++a) {
    plain = Put(a, values[a], place, needed);
  }
  if (!plain || needed != 0 || !JudgeKeys()) {
    state_.DropRow(row_);
    return false;
  }
  Keep();
  for (const ForeignKey f : model_.foreign_keys) {
    if (linked[f.index] != row_.slot) continue;
    const std::uint32_t parent = state_.FindParentOfRow(f, row_.bytes);
    if (parent == kDanglingSlot) continue;
    if (parent != kNoSlot) state_.LinkNew(f, row_.slot, row_.bytes, parent);
    ++linked[f.index];
  }
  return true;
}

// ----- values

inline bool PlainRow::Put(std::uint32_t attribute, const ValueView& value, const Place& place,
                          std::uint64_t& needed) {
  const CellLayout& cell = place.cells[attribute];
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    if (cell.type != Type::kInteger) return false;
    needed &= ~BitOf(attribute);
    SetNull(place.row, cell, false);
    StoreAs(place.row + cell.offset, *integer);
    return true;
  }
  // Null where that may not be is as good as nothing: it still needs a value, as generated keys do.
  const bool still = value.index() == 0 && cell.null_mask == 0;
  needed = still ? needed | BitOf(attribute) : needed & ~BitOf(attribute);
  return PutOther(cell, place.row, value);
}

bool PlainRow::PutOther(const CellLayout& cell, char* row, const ValueView& value) {
  const bool null = value.index() == 0;
  SetNull(row, cell, null);
  if (null) return !IsTextCell(cell.type) || PutText(cell, {});
  char* const at = row + cell.offset;
  switch (cell.type) {
    case Type::kInteger:
      return false;
    case Type::kText: {
      const auto* text = std::get_if<std::string_view>(&value);
      return text != nullptr && PutText(cell, *text) && (IsShortAscii(at) || IsUtf8(*text));
    }
    case Type::kBytes: {
      const auto* bytes = std::get_if<BytesView>(&value);
      return bytes != nullptr &&
             PutText(cell, {reinterpret_cast<const char*>(bytes->data()), bytes->size()});
    }
    case Type::kDouble: {
      const auto* number = std::get_if<double>(&value);
      if (number == nullptr || std::isnan(*number)) return false;
      const double stored = *number + 0.0;  // -0.0 is kept as 0.0
      std::memcpy(at, &stored, sizeof(stored));
      return true;
    }
    case Type::kBoolean: {
      const auto* truth = std::get_if<bool>(&value);
      if (truth == nullptr) return false;
      *at = *truth ? 1 : 0;
      return true;
    }
    case Type::kUuid:
      return PutFixed<UuidValue>(at, value);
    case Type::kTimestamp:
      return PutFixed<TimestampValue>(at, value);
  }
  return false;
}

inline bool PlainRow::PutText(const CellLayout& cell, std::string_view text) {
  if (!long_texts_.empty() || text.size() >= kTextCellSize) [[unlikely]]
    return PutLongText(cell, text);
  MakeShortText(row_.bytes + cell.offset, text);
  return true;
}

// Of several texts for one attribute the last counts. Long text is only allocated for a row that
// will be, so keys that are compared must be short.
bool PlainRow::PutLongText(const CellLayout& cell, std::string_view text) {
  const auto earlier = std::find_if(long_texts_.begin(), long_texts_.end(),
                                    [&](const LongText& one) { return one.offset == cell.offset; });
  if (earlier != long_texts_.end()) long_texts_.erase(earlier);
  if (text.size() < kTextCellSize) {
    MakeShortText(row_.bytes + cell.offset, text);
    return true;
  }
  row_.bytes[cell.offset + kTextCellSize - 1] = static_cast<char>(kLongText);
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
  const Place place = {row_.bytes, layout_.cells.data()};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const ValueView part = state_.View(target.model, target.slot, parts[i]);
    if (!Put(key.attributes[i], part, place, needed_)) return false;
  }
  return true;
}

inline bool PlainRow::Generate() {
  if (layout_.generated == kNoAttribute) return true;
  if ((needed_ & BitOf(layout_.generated)) == 0) return true;
  const std::int64_t next = state_.table(m_).next_key;
  if (next == kNoNextKey) return false;
  StoreAs(row_.bytes + layout_.cells[layout_.generated].offset, next);
  needed_ &= ~BitOf(layout_.generated);
  return true;
}

// ----- judging

inline bool PlainRow::JudgeKeys() {
  std::uint32_t k = 0;
  const std::uint32_t home_cell = layout_.home_cell;
  if (home_cell != 0) {
    const auto key = LoadAs<std::int64_t>(row_.bytes + home_cell);
    if (state_.FindIntegerKey(m_, home_cell, key) != kNoSlot) return false;
    k = 1;
  }
  const std::size_t keys = model_.keys.size();
  for (; k < keys; ++k) {
    std::optional<std::uint32_t> hash;
    if (state_.FindKeyOfRow(m_, k, row_.bytes, hash) != kNoSlot) return false;
    hashes_.push_back(hash);
  }
  return true;
}

inline bool PlainRow::FindParents() {
  std::uint32_t* parent = parents_;
  for (const ForeignKey f : model_.foreign_keys) {
    *parent = state_.FindParentOfRow(f, row_.bytes);
    if (*parent++ == kDanglingSlot) return false;
  }
  return true;
}

// Whether references dangle that may have waited for this row.
inline bool PlainRow::IsWaitedFor() const {
  for (const ForeignKey f : model_.referenced_by) {
    if (state_.dangling(f).children != 0) return true;
  }
  return false;
}

inline void PlainRow::Keep() {
  for (const LongText& text : long_texts_) MakeText(row_.bytes + text.offset, text.text);
  state_.KeepRow(m_, row_);
  if (layout_.generated != kNoAttribute) {
    const std::uint32_t offset = layout_.cells[layout_.generated].offset;
    state_.NoteKey(m_, LoadAs<std::int64_t>(row_.bytes + offset));
  }
  std::uint32_t k = 0;
  if (layout_.home_cell != 0) {
    state_.IndexIntegerKey(m_, row_.slot, LoadAs<std::int64_t>(row_.bytes + layout_.home_cell));
    k = 1;
  }
  for (const std::optional<std::uint32_t>& hash : hashes_) {
    state_.EnterKey(m_, k++, row_.slot, hash);
  }
}

}  // namespace relata::internal
