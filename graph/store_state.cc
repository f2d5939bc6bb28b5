#include "graph/store_state.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/observers.h"
#include "graph/text_cell.h"
#include "relata/change_set.h"

namespace relata::internal {
namespace {

std::size_t PageBytes(const RowLayout& layout) {
  return static_cast<std::size_t>(layout.stride) * kPageRows;
}

template <typename Visit>
void VisitTextCells(const RowLayout& layout, const char* page, const Visit& visit) {
  if (layout.text_cells.empty()) return;
  const char* end = page + PageBytes(layout);
  for (const char* row = page; row != end; row += layout.stride) {
    if (StampOf(row) == 0) continue;
    for (const std::uint32_t offset : layout.text_cells) visit(row + offset);
  }
}

}  // namespace

void RowPages::Copied(const char* page) const { VisitTextCells(*layout_, page, RetainText); }
void RowPages::Freed(const char* page) const { VisitTextCells(*layout_, page, ReleaseText); }

std::optional<std::uint32_t> HashKey(const KeyViews& views) {
  KeyHash hash;
  for (const ValueView& view : views) {
    if (view.index() == 0) return std::nullopt;
    hash.Add(view);
  }
  return hash.value();
}

bool EqualKeys(const KeyViews& a, const KeyViews& b) {
  assert(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!Equal(a[i], b[i])) return false;
  }
  return true;
}

StoreState::StoreState(Schema schema, std::shared_ptr<const std::vector<RowPages>> row_pages)
    : schema_(std::move(schema)),
      data_(&SchemaAccess::Data(schema_)),
      row_pages_(std::move(row_pages)) {
  const std::size_t models = data_->models.size();
  if (row_pages_ == nullptr) {
    auto pages = std::make_shared<std::vector<RowPages>>();
    for (std::size_t m = 0; m < models; ++m) pages->emplace_back(data_->layouts.rows[m]);
    row_pages_ = std::move(pages);
  }
  gate_.undo = &log_.records;
  gate_.schema = data_->serial;
  NewEra();
  views_.resize(models);
  for (std::uint32_t m = 0; m < models; ++m) views_[m].stride = layout(m).stride;
  walks_.reserve(data_->layouts.walks.size());
  for (const Walk& walk : data_->layouts.walks) {
    walks_.push_back({walk, &views_[walk.walked], &views_[walk.target], this, &gate_,
                      static_cast<std::uint32_t>(walks_.size())});
  }
}

StoreState::StoreState(Schema schema) : StoreState(std::move(schema), nullptr) {
  for (std::size_t m = 0; m < data_->models.size(); ++m) {
    tables_.emplace_back(PagedArray(PageBytes(data_->layouts.rows[m]), &(*row_pages_)[m]),
                         std::vector<KeyIndex>(data_->models[m].keys.size()));
    tables_.back().indexes = MakeIndexes(data_->models[m].indexes);
  }
  dangling_.resize(data_->foreign_keys.size());
  NoteOwners();
  DrawVersion();
}

void StoreState::NoteOwners() {
  for (std::uint32_t m = 0; m < tables_.size(); ++m) {
    views_[m].owner = tables_[m].pages.owner();
    views_[m].own = tables_[m].pages.all_own();
  }
  NoteShared();
}

void StoreState::NoteShared() {
  SetGuard(WriteGate::kShared, std::any_of(views_.begin(), views_.end(),
                                           [](const TableView& view) { return !view.own; }));
}

void StoreState::DrawVersion() {
  if (++gate_.version >= gate_.version_end) {
    gate_.version = stamps_.Take(Stamps::kMost);
    gate_.version_end = gate_.version + Stamps::kMost;
  }
  SetGuard(WriteGate::kSeen, false);
}

const std::shared_ptr<Observers>& StoreState::MakeObservers() {
  if (observers_ == nullptr) observers_ = std::make_shared<Observers>(*this);
  return observers_;
}

StoreState::~StoreState() { DropRecords(0, 0); }

std::unique_ptr<StoreState> StoreState::Fork() {
  assert(savepoints_.empty());
  std::unique_ptr<StoreState> fork(new StoreState(schema_, row_pages_));
  fork->tables_.reserve(tables_.size());
  for (std::size_t m = 0; m < tables_.size(); ++m) {
    Table& table = tables_[m];
    std::vector<KeyIndex> keys;
    keys.reserve(table.keys.size());
    for (KeyIndex& key : table.keys) keys.push_back(key.Fork());
    Table& copy = fork->tables_.emplace_back(table.pages.Fork(), std::move(keys));
    copy.indexes = ForkIndexes(table.indexes);
    copy.free_head = table.free_head;
    copy.rows = table.rows;
    copy.next_key = table.next_key;
    fork->views_[m].slots = views_[m].slots;
    fork->views_[m].first_key = views_[m].first_key;
    fork->views_[m].pages = copy.pages.pages();
  }
  fork->dangling_.reserve(dangling_.size());
  for (DanglingLists& lists : dangling_) {
    fork->dangling_.push_back({lists.heads.Fork(), lists.children});
  }
  NoteOwners();
  fork->NoteOwners();
  fork->gate_.version = version();
  return fork;
}

KeyViews StoreState::Views(std::uint32_t m, std::uint32_t slot,
                           const std::vector<std::uint32_t>& attributes) const {
  const char* row = Row(m, slot);
  const RowLayout& rows = layout(m);
  KeyViews views;
  for (const std::uint32_t a : attributes) views.push_back(ReadView(row, rows.cells[a]));
  return views;
}

std::uint32_t StoreState::FindKey(std::uint32_t m, std::uint32_t key, const KeyViews& views) const {
  const RowLayout& rows = layout(m);
  if (key == 0 && rows.home_cell != 0) {
    const auto* value = std::get_if<std::int64_t>(&views[0]);
    return value == nullptr ? kNoSlot : FindIntegerKey(m, rows.home_cell, *value);
  }
  const auto* text = std::get_if<std::string_view>(&views[0]);
  if (text != nullptr && views.size() == 1) return FindTextKey(m, key, *text);
  if (tables_[m].keys[key].size() == 0) return kNoSlot;
  const std::optional<std::uint32_t> hash = HashKey(views);
  return hash.has_value() ? FindHashed(m, key, *hash, views) : kNoSlot;
}

// A primary key that is one integer, of a row that is not at home by it.
std::uint32_t StoreState::FindAway(std::uint32_t m, std::uint32_t home_cell,
                                   std::int64_t key) const {
  return tables_[m].keys[0].Find(HashOfIntegerKey(key), [&](std::uint32_t slot) {
    return LoadAs<std::int64_t>(Row(m, slot) + home_cell) == key;
  });
}

std::uint32_t StoreState::FindTextKey(std::uint32_t m, std::uint32_t key,
                                      std::string_view text) const {
  const KeyIndex& index = tables_[m].keys[key];
  const CellLayout& cell = layout(m).cells[model(m).keys[key].attributes[0]];
  if (index.size() == 0 || cell.type != Type::kText) return kNoSlot;
  KeyHash hash;
  hash.Add(ValueView(text));
  return index.Find(hash.value(),
                    [&](std::uint32_t slot) { return TextOf(Row(m, slot) + cell.offset) == text; });
}

std::uint32_t StoreState::FindHashed(std::uint32_t m, std::uint32_t key, std::uint32_t hash,
                                     const KeyViews& views) const {
  const std::vector<std::uint32_t>& attributes = model(m).keys[key].attributes;
  const RowLayout& rows = layout(m);
  return tables_[m].keys[key].Find(hash, [&](std::uint32_t slot) {
    const char* row = Row(m, slot);
    for (std::size_t i = 0; i < attributes.size(); ++i) {
      if (!Equal(ReadView(row, rows.cells[attributes[i]]), views[i])) return false;
    }
    return true;
  });
}

std::uint32_t StoreState::FindParent(ForeignKey f, std::uint32_t child) const {
  const ForeignKeyInfo& info = foreign_key(f);
  return FindKey(info.target.index, info.target_key,
                 Views(info.owner.index, child, info.attributes));
}

std::optional<std::uint32_t> StoreState::HashOfRow(std::uint32_t m, std::uint32_t key,
                                                   const char* row) const {
  const std::vector<CellLayout>& cells = layout(m).cells;
  KeyHash hash;
  for (const std::uint32_t a : model(m).keys[key].attributes) {
    if (!hash.AddCell(row, cells[a])) return std::nullopt;
  }
  return hash.value();
}

std::uint32_t StoreState::FindKeyOfRow(std::uint32_t m, std::uint32_t key, const char* row,
                                       std::optional<std::uint32_t>& hash) const {
  hash = HashOfRow(m, key, row);
  if (!hash.has_value()) return kNoSlot;
  const std::vector<CellLayout>& cells = layout(m).cells;
  const std::vector<std::uint32_t>& attributes = model(m).keys[key].attributes;
  return tables_[m].keys[key].Find(*hash, [&](std::uint32_t slot) {
    const char* other = Row(m, slot);
    return std::all_of(attributes.begin(), attributes.end(), [&](std::uint32_t a) {
      return Equal(ReadView(other, cells[a]), ReadView(row, cells[a]));
    });
  });
}

std::uint32_t StoreState::LookUpParentOfRow(ForeignKey f, const char* row) const {
  const ForeignKeyInfo& info = foreign_key(f);
  const RowLayout& rows = layout(info.owner.index);
  KeyViews views;
  for (const std::uint32_t a : info.attributes) {
    views.push_back(ReadView(row, rows.cells[a]));
    if (views.back().index() == 0) return kNoSlot;
  }
  const std::uint32_t parent = FindKey(info.target.index, info.target_key, views);
  return parent == kNoSlot ? kDanglingSlot : parent;
}

// ----- rows

void StoreState::AddPage(std::uint32_t m) {
  PagedArray& pages = tables_[m].pages;
  pages.Add();
  views_[m].pages = pages.pages();
}

void StoreState::MakeOwn(std::uint32_t m, std::uint32_t slot) {
  tables_[m].pages.Write(PageOf(slot));
  views_[m].own = tables_[m].pages.all_own();
  if (views_[m].own) NoteShared();
  NewEra();
}

void StoreState::MoveNewRow(std::uint32_t m, NewRow& row, std::uint32_t slot) {
  constexpr std::size_t kStamp = sizeof(std::uint64_t);
  const NewRow there = OpenRow(m, slot);
  std::memcpy(there.bytes + kStamp, row.bytes + kStamp, layout(m).stride - kStamp);
  DropRow(row);
  row = there;
}

absl::StatusOr<std::uint32_t> StoreState::AddRow(std::uint32_t m, std::uint32_t home) {
  const NewRow row = home != kNoSlot ? OpenRow(m, home) : OpenRow(m);
  if (row.slot == kNoSlot) return FullError(m);
  const std::vector<char>& blank = layout(m).blank;
  std::memcpy(row.bytes + sizeof(std::uint64_t), blank.data() + sizeof(std::uint64_t),
              blank.size() - sizeof(std::uint64_t));
  KeepRow(m, row);
  return row.slot;
}

absl::Status StoreState::FullError(std::uint32_t m) const {
  return absl::ResourceExhaustedError(
      absl::StrCat("model ", model(m).name, " has ", kMaxSlots, " instances and cannot hold more"));
}

void StoreState::RemoveRow(std::uint32_t m, std::uint32_t slot) {
  Table& table = tables_[m];
  const RowLayout& rows = layout(m);
  LeaveIndexes(m, slot, rows.indexes);
  char* row = WriteRow(m, slot);
  if (logging()) {
    log_.records.Add(UndoRecord::Kind::kDeleted, m, slot, 0, std::uint64_t{log_.images.size()});
    log_.images.insert(log_.images.end(), row, row + rows.stride);
    log_.holds_texts = true;
  } else {
    for (const std::uint32_t offset : rows.text_cells) ReleaseText(row + offset);
  }
  std::memset(row, 0, sizeof(std::uint64_t));
  if (table.free_head != kNoSlot) {
    StoreAs(FreePlaceOf(m, table.free_head) + offsetof(FreePlace, previous), slot);
  }
  StoreAs(row + kFreePlace, FreePlace{table.free_head});
  table.free_head = slot;
  --table.rows;
  NewEra();
}

void StoreState::WriteCell(std::uint32_t m, std::uint32_t slot, std::uint32_t attribute,
                           const ValueView& value) {
  const CellLayout& cell = layout(m).cells[attribute];
  const char* row = Row(m, slot);
  const auto nulls = static_cast<std::uint8_t>(row[cell.null_byte]);
  const bool null = value.index() == 0;
  assert(!null || cell.null_mask != 0);
  if (cell.null_mask != 0 && ((nulls & cell.null_mask) != 0) != null) {
    const auto flipped = static_cast<std::uint8_t>(nulls ^ cell.null_mask);
    Put(m, slot, cell.null_byte, flipped);
  }
  if (!IsTextCell(cell.type)) {
    if (null) return;
    switch (cell.type) {
      case Type::kBoolean:
        return Put(m, slot, cell.offset, static_cast<char>(std::get<bool>(value)));
      case Type::kUuid:
        return Put(m, slot, cell.offset, std::get<UuidValue>(value));
      case Type::kDouble:
        return Put(m, slot, cell.offset, std::get<double>(value));
      case Type::kTimestamp:
        return Put(m, slot, cell.offset, std::get<TimestampValue>(value));
      default:
        return Put(m, slot, cell.offset, std::get<std::int64_t>(value));
    }
  }
  std::string_view text;
  if (const auto* view = std::get_if<std::string_view>(&value)) text = *view;
  if (const auto* view = std::get_if<BytesView>(&value)) {
    text = {reinterpret_cast<const char*>(view->data()), view->size()};
  }
  // The new cell is made first: `value` may lie in the old one.
  char made[kTextCellSize];
  MakeText(made, text);
  char* at = WriteRow(m, slot) + cell.offset;
  if (logging()) {
    log_.records.AddBytes<kTextCellSize>(UndoRecord::Kind::kText, m, slot, cell.offset, at);
    log_.holds_texts = true;
  } else {
    ReleaseText(at);
  }
  std::memcpy(at, made, kTextCellSize);
}

void StoreState::Reserve(std::uint32_t m, std::size_t rows) {
  tables_[m].pages.Reserve((tables_[m].rows + rows + kPageRows - 1) / kPageRows);
  std::vector<KeyIndex>& keys = tables_[m].keys;
  // Of integer primary keys hardly any are away from home.
  for (std::size_t k = layout(m).home_cell != 0 ? 1 : 0; k < keys.size(); ++k) {
    keys[k].Reserve(keys[k].size() + rows);
  }
}

void StoreState::SetNextKey(std::uint32_t m, std::int64_t next) {
  if (logging()) {
    log_.records.Add(UndoRecord::Kind::kNextKey, m, 0, 0, tables_[m].next_key);
  }
  tables_[m].next_key = next;
}

void StoreState::NoteKey(std::uint32_t m, std::int64_t key) {
  const std::int64_t next = tables_[m].next_key;
  if (next == kNoNextKey || key < next) return;
  SetNextKey(m, key == std::numeric_limits<std::int64_t>::max() ? kNoNextKey : key + 1);
}

// ----- keys

void StoreState::IndexKey(std::uint32_t m, std::uint32_t key, std::uint32_t slot) {
  const std::uint32_t cell = layout(m).home_cell;
  if (key == 0 && cell != 0) {
    return IndexIntegerKey(m, slot, LoadAs<std::int64_t>(Row(m, slot) + cell));
  }
  const auto hash = HashOfRow(m, key, Row(m, slot));
  if (hash.has_value()) Enter(m, key, slot, *hash);
}

void StoreState::UnindexKey(std::uint32_t m, std::uint32_t key, std::uint32_t slot) {
  const std::uint32_t cell = layout(m).home_cell;
  if (key == 0 && cell != 0) {
    return UnindexIntegerKey(m, slot, LoadAs<std::int64_t>(Row(m, slot) + cell));
  }
  const auto hash = HashOfRow(m, key, Row(m, slot));
  if (hash.has_value()) Leave(m, key, slot, *hash);
}

}  // namespace relata::internal
