#include "graph/plain_row.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "graph/text_cell.h"
#include "relata/change_set.h"

namespace relata::internal {
namespace {

// Of a row that may not be kept: only then is it allocated.
struct LongText {
  std::uint32_t offset;
  std::string_view text;
};
using LongTexts = absl::InlinedVector<LongText, 2>;

// What has been found out about a row, for when it is kept.
struct Findings {
  LongTexts long_texts;
  std::uint32_t hashed = 0;  // bit k: key k has a hash
  std::uint32_t hashes[kMostPlainKeys];
  std::uint32_t parents[kMostPlainForeignKeys];  // by position in the foreign keys
};

// ----- values

// The cell's bytes, when the value is of exactly this type.
template <typename T>
bool PutFixed(char* cell, const ValueView& value) {
  const T* typed = std::get_if<T>(&value);
  if (typed == nullptr) return false;
  std::memcpy(cell, typed, sizeof(T));
  return true;
}

// Of several texts for one attribute the last counts. Keys that are compared must be short.
[[gnu::noinline]] bool PutAnyText(const CellLayout& cell, char* row, std::string_view text,
                                  LongTexts& long_texts) {
  const auto earlier = std::find_if(long_texts.begin(), long_texts.end(),
                                    [&](const LongText& one) { return one.offset == cell.offset; });
  if (earlier != long_texts.end()) long_texts.erase(earlier);
  if (text.size() < kTextCellSize) {
    MakeShortText(row + cell.offset, text);
    return true;
  }
  row[cell.offset + kTextCellSize - 1] = static_cast<char>(kLongText);
  long_texts.push_back({cell.offset, text});
  return !cell.in_key && !cell.in_foreign_key;
}

// False for what is no value of the attribute, or none that is plain.
[[gnu::noinline]] bool PutAny(const CellLayout& cell, char* row, const ValueView& value,
                              LongTexts& long_texts) {
  const bool null = value.index() == 0;
  SetNull(row, cell, null);
  if (null) return !IsTextCell(cell.type) || PutAnyText(cell, row, {}, long_texts);
  char* const at = row + cell.offset;
  switch (cell.type) {
    case Type::kInteger:
      return false;
    case Type::kText: {
      const auto* text = std::get_if<std::string_view>(&value);
      return text != nullptr && IsUtf8(*text) && PutAnyText(cell, row, *text, long_texts);
    }
    case Type::kBytes: {
      const auto* bytes = std::get_if<BytesView>(&value);
      return bytes != nullptr &&
             PutAnyText(cell, row, {reinterpret_cast<const char*>(bytes->data()), bytes->size()},
                        long_texts);
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

// What is no integer. Text that has nothing to it takes no more than is needed for that.
[[gnu::noinline]] bool PutOther(const CellLayout& cell, char* row, const ValueView& value,
                                LongTexts& long_texts) {
  const auto* text = std::get_if<std::string_view>(&value);
  if (text != nullptr && text->size() < kTextCellSize && cell.type == Type::kText &&
      long_texts.empty()) [[likely]] {
    SetNull(row, cell, false);
    if (MakeShortText(row + cell.offset, *text)) [[likely]]
      return true;
  }
  return PutAny(cell, row, value, long_texts);
}

// What became of the values of a row.
struct Given {
  std::uint64_t attributes = 0;  // BitOf those that have one
  bool plain = true;
  bool links = false;  // there are some to be put yet
};

inline void PutInteger(std::uint32_t attribute, const CellLayout& cell, char* row,
                       std::int64_t value, std::uint64_t& given) {
  given |= BitOf(attribute);
  SetNull(row, cell, false);
  StoreAs(row + cell.offset, value);
}

// Inline, with the rest behind calls: a loop over it keeps all that it needs in registers.
inline bool Put(std::uint32_t attribute, const ValueView& value, const RowLayout& layout,
                const CellLayout* cells, char* row, LongTexts& long_texts, std::uint64_t& given) {
  const CellLayout& cell = cells[attribute];
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    if (cell.type != Type::kInteger) return false;
    PutInteger(attribute, cell, row, *integer, given);
    return true;
  }
  // Null where that may not be is as good as nothing for a key that is generated.
  if (value.index() == 0 && cell.null_mask == 0) {
    given &= ~BitOf(attribute);
    return attribute == layout.generated;
  }
  given |= BitOf(attribute);
  return PutOther(cell, row, value, long_texts);
}

[[gnu::noinline]] Given PutEntries(std::span<const Entry> entries, std::uint32_t m,
                                   const RowLayout& layout, char* row, LongTexts& long_texts) {
  Given given;
  const CellLayout* const cells = layout.cells.data();
  for (const Entry& entry : entries) {
    if (entry.model().index == m) [[likely]] {
      given.plain =
          Put(entry.attribute(), entry.value(), layout, cells, row, long_texts, given.attributes);
      if (!given.plain) return given;
    } else {
      given.links = given.plain = entry.is_link();
      if (!given.plain) return given;
    }
  }
  return given;
}

bool PutLink(const StoreState& state, std::uint32_t m, const Entry& entry, const RowLayout& layout,
             char* row, LongTexts& long_texts, std::uint64_t& given) {
  const std::uint32_t a = entry.association().index;
  if (a >= state.associations().size()) return false;
  const AssociationInfo& info = state.associations()[a];
  if (info.kind != AssociationKind::kBelongsTo || info.source.index != m) return false;
  const Instance target = entry.target();
  if (target.of() != info.target || !state.IsAlive(target)) return false;
  const ForeignKeyInfo& key = state.foreign_key(info.foreign_key);
  const LinkLayout& link = state.link(info.foreign_key);
  if (link.home_cell != 0) {
    const char* const other = state.Row(target.model, target.slot);
    PutInteger(key.attributes[0], link.key, row, LoadAs<std::int64_t>(other + link.home_cell),
               given);
    return true;
  }
  const std::vector<std::uint32_t>& parts =
      state.model(target.model).keys[key.target_key].attributes;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!Put(key.attributes[i], state.View(target.model, target.slot, parts[i]), layout,
             layout.cells.data(), row, long_texts, given)) {
      return false;
    }
  }
  return true;
}

// ----- judging

// Whether no row has any of its keys.
inline bool HasNewKeys(const StoreState& state, std::uint32_t m, const RowLayout& layout,
                       const char* row, Findings& found) {
  std::uint32_t k = 0;
  if (layout.home_cell != 0) {
    const auto key = LoadAs<std::int64_t>(row + layout.home_cell);
    if (state.FindIntegerKey(m, layout.home_cell, key) != kNoSlot) return false;
    k = 1;
  }
  for (; k < layout.keys; ++k) {
    std::optional<std::uint32_t> hash;
    if (state.FindKeyOfRow(m, k, row, hash) != kNoSlot) return false;
    if (!hash.has_value()) continue;
    found.hashes[k] = *hash;
    found.hashed |= 1u << k;
  }
  return true;
}

inline bool FindParents(const StoreState& state, std::span<const ForeignKey> foreign_keys,
                        const char* row, std::uint32_t* parents) {
  for (const ForeignKey f : foreign_keys) {
    const std::uint32_t parent = state.FindParentOfRow(f, row);
    if (parent == kDanglingSlot) return false;
    *parents++ = parent;
  }
  return true;
}

// Whether references dangle that may have waited for this row.
inline bool IsWaitedFor(const StoreState& state, const ModelInfo& model) {
  for (const ForeignKey f : model.referenced_by) {
    if (state.dangling(f).children != 0) return true;
  }
  return false;
}

// ----- keeping

// Makes it a row: found by its keys, but linked to nothing.
inline void Keep(StoreState& state, std::uint32_t m, const RowLayout& layout,
                 const StoreState::NewRow& row, const Findings& found) {
  if (!found.long_texts.empty()) [[unlikely]] {
    for (const LongText& text : found.long_texts) MakeText(row.bytes + text.offset, text.text);
  }
  state.KeepRow(m, row);
  if (layout.generated != kNoAttribute) {
    const std::uint32_t offset = layout.cells[layout.generated].offset;
    state.NoteKey(m, LoadAs<std::int64_t>(row.bytes + offset));
  }
  if (layout.home_cell != 0) {
    state.IndexIntegerKey(m, row.slot, LoadAs<std::int64_t>(row.bytes + layout.home_cell));
  }
  if (found.hashed == 0) return;
  for (std::uint32_t k = 0; k < layout.keys; ++k) {
    if ((found.hashed >> k & 1) != 0) state.EnterKey(m, k, row.slot, found.hashes[k]);
  }
}

inline void LinkAll(StoreState& state, std::span<const ForeignKey> foreign_keys, std::uint32_t slot,
                    char* row, const std::uint32_t* parents) {
  for (const ForeignKey f : foreign_keys) {
    const std::uint32_t parent = *parents++;
    if (parent != kNoSlot) state.LinkNew(f, slot, row, parent);
  }
}

// ----- the row

// What a row begins as: all of an image, or, when a value for every attribute is about to be put in
// its place, only what comes before the values. The attributes that need a value then.
inline std::uint64_t Begin(char* row, const RowLayout& layout, bool all_follow) {
  constexpr std::size_t kStamp = sizeof(std::uint64_t);
  const char* const image = layout.fresh.data();
  if (!all_follow) {
    std::memcpy(row + kStamp, image + kStamp, layout.stride - kStamp);
    return layout.needed_by_fresh;
  }
  const std::size_t end = layout.header_end;
  for (std::size_t i = kStamp; i != end; i += kStamp) {
    StoreAs(row + i, LoadAs<std::uint64_t>(image + i));
  }
  return layout.attributes;
}

// A key for a row that needs nothing else.
bool Generate(const StoreState& state, std::uint32_t m, const RowLayout& layout, char* row,
              std::uint64_t needed) {
  if (layout.generated == kNoAttribute || needed != BitOf(layout.generated)) return false;
  const std::int64_t next = state.table(m).next_key;
  if (next == kNoNextKey) return false;
  StoreAs(row + layout.cells[layout.generated].offset, next);
  return true;
}

// A slot for a row, given the first of its values: where its key is named first, as it is most
// often, the one in which it will stay (StoreState::GoHome).
inline StoreState::NewRow Open(StoreState& state, std::uint32_t m, const RowLayout& layout,
                               std::uint32_t attribute, const ValueView& value) {
  const std::uint32_t free = state.table(m).free_head;
  if (free != kNoSlot && attribute == layout.home_attribute) {
    const auto* key = std::get_if<std::int64_t>(&value);
    const std::uint32_t home = key != nullptr ? state.FreeHome(m, *key) : kNoSlot;
    if (home != kNoSlot) return state.OpenRow(m, home);
  }
  return state.OpenRow(m);
}

// Keeps a row that has been filled and links it, if it is plain in all that is judged.
inline Instance Finish(StoreState& state, std::uint32_t m, const RowLayout& layout,
                       StoreState::NewRow row, std::uint64_t needed, Findings& found) {
  const ModelInfo& model = state.model(m);
  const std::span<const ForeignKey> foreign_keys = model.foreign_keys;
  if ((needed != 0 && !Generate(state, m, layout, row.bytes, needed)) ||
      !HasNewKeys(state, m, layout, row.bytes, found) ||
      (!foreign_keys.empty() && !FindParents(state, foreign_keys, row.bytes, found.parents)) ||
      IsWaitedFor(state, model)) {
    state.DropRow(row);
    return {};
  }
  if (layout.home_cell != 0) {
    state.GoHome(m, row, LoadAs<std::int64_t>(row.bytes + layout.home_cell));
  }
  Keep(state, m, layout, row, found);
  if (!foreign_keys.empty()) LinkAll(state, foreign_keys, row.slot, row.bytes, found.parents);
  state.EnterIndexes(m, row.slot, layout.indexes);
  state.NewVersion();
  return Instance{m, row.slot, StampOf(row.bytes)};
}

}  // namespace

[[gnu::flatten]] Instance CreatePlainly(StoreState& state, std::uint32_t m,
                                        std::span<const Entry> entries) {
  const RowLayout& layout = state.layout(m);
  if (!layout.fresh_is_plain || state.guarded()) return {};
  const bool names = !entries.empty() && !entries[0].is_link();
  const StoreState::NewRow row =
      names ? Open(state, m, layout, entries[0].attribute(), entries[0].value()) : state.OpenRow(m);
  if (row.slot == kNoSlot) return {};
  const std::uint64_t needed = Begin(row.bytes, layout, entries.size() >= layout.cells.size());
  Findings found;
  Given given = PutEntries(entries, m, layout, row.bytes, found.long_texts);
  if (given.links) {
    for (const Entry& entry : entries) {
      given.plain =
          given.plain && (!entry.is_link() || PutLink(state, m, entry, layout, row.bytes,
                                                      found.long_texts, given.attributes));
    }
  }
  if (!given.plain) {
    state.DropRow(row);
    return {};
  }
  return Finish(state, m, layout, row, needed & ~given.attributes, found);
}

Instance CreatePlainly(StoreState& state, std::uint32_t m, const AttributeValues& values) {
  const RowLayout& layout = state.layout(m);
  if (!layout.fresh_is_plain || state.guarded()) return {};
  const StoreState::NewRow row = !values.empty()
                                     ? Open(state, m, layout, values[0].attribute, values[0].value)
                                     : state.OpenRow(m);
  if (row.slot == kNoSlot) return {};
  const std::uint64_t needed = Begin(row.bytes, layout, values.size() >= layout.cells.size());
  Findings found;
  Given given;
  for (const AttributeValue& v : values) {
    if (Put(v.attribute, v.value, layout, layout.cells.data(), row.bytes, found.long_texts,
            given.attributes)) {
      continue;
    }
    state.DropRow(row);
    return {};
  }
  return Finish(state, m, layout, row, needed & ~given.attributes, found);
}

bool LoadPlainly(StoreState& state, std::uint32_t m, std::span<const ValueView> values,
                 std::span<std::uint32_t> linked) {
  const RowLayout& layout = state.layout(m);
  if (values.size() != layout.cells.size() || !layout.blank_is_plain || !state.arcs(m).empty()) {
    return false;
  }
  const StoreState::NewRow row = state.OpenRow(m);
  if (row.slot == kNoSlot) return false;
  Begin(row.bytes, layout, true);
  Findings found;
  const CellLayout* const cells = layout.cells.data();
  std::uint64_t given = 0;
  bool plain = true;
  for (std::uint32_t a = 0; a < values.size() && plain; ++a) {
    plain = Put(a, values[a], layout, cells, row.bytes, found.long_texts, given);
  }
  if (!plain || given != layout.attributes || !HasNewKeys(state, m, layout, row.bytes, found)) {
    state.DropRow(row);
    return false;
  }
  Keep(state, m, layout, row, found);
  for (const ForeignKey f : state.model(m).foreign_keys) {
    if (linked[f.index] != row.slot) continue;
    const std::uint32_t parent = state.FindParentOfRow(f, row.bytes);
    if (parent == kDanglingSlot) continue;
    if (parent != kNoSlot) state.LinkNew(f, row.slot, row.bytes, parent);
    ++linked[f.index];
  }
  return true;
}

}  // namespace relata::internal
