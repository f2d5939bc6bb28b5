#include "graph/store_state.h"

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

constexpr std::uint32_t kMaxSlots = kDanglingSlot;

// Stands in TableView::first_key from the first slot's creation until that row has its key. Once
// rows are at home by a first key it never changes, so that nothing of it has to be undone.
constexpr std::uint64_t kNoFirstKey = std::uint64_t{1} << 63;

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
  std::uint64_t hash = 0;
  for (const ValueView& view : views) {
    if (view.index() == 0) return std::nullopt;
    hash = (hash ^ HashOfView(view)) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 32;
  }
  return static_cast<std::uint32_t>(hash);
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
  views_.resize(models);
  for (std::size_t m = 0; m < models; ++m) {
    views_[m].stride = data_->layouts.rows[m].stride;
  }
  walks_.reserve(data_->layouts.walks.size());
  for (const Walk& walk : data_->layouts.walks) {
    walks_.push_back({walk, &views_[walk.walked], &views_[walk.target], this,
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
  NewVersion();
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
  fork->version_ = version_;
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
    if (value == nullptr) return kNoSlot;
    const std::uint32_t slot = views_[m].FindAtHome(*value, rows.home_cell);
    if (slot != kNoSlot) return slot;
  }
  if (tables_[m].keys[key].size() == 0) return kNoSlot;
  const std::optional<std::uint32_t> hash = HashKey(views);
  return hash.has_value() ? FindHashed(m, key, *hash, views) : kNoSlot;
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

std::uint32_t StoreState::FindKeyOfRow(std::uint32_t m, std::uint32_t key, const char* row,
                                       std::optional<std::uint32_t>& hash) const {
  const RowLayout& rows = layout(m);
  const KeyIndex& index = tables_[m].keys[key];
  if (key == 0 && rows.home_cell != 0) {
    const auto value = LoadAs<std::int64_t>(row + rows.home_cell);
    const std::uint32_t slot = views_[m].FindAtHome(value, rows.home_cell);
    if (slot != kNoSlot || index.size() == 0) return slot;
    return FindKey(m, key, {value});
  }
  const std::vector<std::uint32_t>& attributes = model(m).keys[key].attributes;
  KeyViews views;
  for (const std::uint32_t a : attributes) views.push_back(ReadView(row, rows.cells[a]));
  hash = HashKey(views);
  if (!hash.has_value()) return kNoSlot;
  return FindHashed(m, key, *hash, views);
}

std::optional<std::uint32_t> StoreState::FindParentOfRow(ForeignKey f, const char* row) const {
  const ForeignKeyInfo& info = foreign_key(f);
  const RowLayout& rows = layout(info.owner.index);
  const std::uint32_t target = info.target.index;
  std::uint32_t parent;
  if (info.target_key == 0 && layout(target).home_cell != 0) {
    const CellLayout& cell = rows.cells[info.attributes[0]];
    if (IsNull(row, cell)) return kNoSlot;
    const auto value = LoadAs<std::int64_t>(row + cell.offset);
    parent = views_[target].FindAtHome(value, layout(target).home_cell);
    if (parent == kNoSlot) parent = FindKey(target, 0, {value});
  } else {
    KeyViews views;
    for (const std::uint32_t a : info.attributes) {
      views.push_back(ReadView(row, rows.cells[a]));
      if (views.back().index() == 0) return kNoSlot;
    }
    parent = FindKey(target, info.target_key, views);
  }
  if (parent == kNoSlot) return std::nullopt;
  return parent;
}

// ----- rows

absl::StatusOr<std::uint32_t> StoreState::AddRow(std::uint32_t m, const char* bytes) {
  Table& table = tables_[m];
  TableView& view = views_[m];
  const bool reused = table.free_head != kNoSlot;
  std::uint32_t slot;
  char* row;
  if (reused) {
    slot = table.free_head;
    row = WriteRow(m, slot);
    table.free_head = LoadAs<std::uint32_t>(row + sizeof(std::uint64_t));
  } else {
    if (view.slots == kMaxSlots) {
      return absl::ResourceExhaustedError(absl::StrCat("model ", model(m).name, " has ", kMaxSlots,
                                                       " instances and cannot hold more"));
    }
    slot = view.slots;
    if (slot == 0) view.first_key = kNoFirstKey;
    if (slot >> kPageShift == table.pages.size()) {
      table.pages.Add();
      view.pages = table.pages.pages();
    }
    row = WriteRow(m, slot);
    ++view.slots;
  }
  const std::uint64_t stamp = stamps_.Next();
  std::memcpy(row, &stamp, sizeof(stamp));
  std::memcpy(row + sizeof(stamp), bytes + sizeof(stamp), layout(m).stride - sizeof(stamp));
  ++table.rows;
  if (logging()) log_.records.push_back({UndoRecord::Kind::kCreated, 0, m, slot, reused, {}});
  return slot;
}

void StoreState::RemoveRow(std::uint32_t m, std::uint32_t slot) {
  Table& table = tables_[m];
  const RowLayout& rows = layout(m);
  LeaveIndexes(m, slot, rows.indexes);
  char* row = WriteRow(m, slot);
  if (logging()) {
    UndoRecord record{UndoRecord::Kind::kDeleted, 0, m, slot, 0, {}};
    const std::uint64_t image = log_.images.size();
    std::memcpy(record.old, &image, sizeof(image));
    log_.images.insert(log_.images.end(), row, row + rows.stride);
    log_.records.push_back(record);
  } else {
    for (const std::uint32_t offset : rows.text_cells) ReleaseText(row + offset);
  }
  std::memset(row, 0, sizeof(std::uint64_t));
  std::memcpy(row + sizeof(std::uint64_t), &table.free_head, sizeof(table.free_head));
  table.free_head = slot;
  --table.rows;
}

void StoreState::LogBytes(std::uint32_t m, std::uint32_t slot, std::uint32_t offset,
                          const char* old, std::uint32_t size) {
  UndoRecord record{UndoRecord::Kind::kBytes, static_cast<std::uint8_t>(size), m, slot, offset, {}};
  std::memcpy(record.old, old, size);
  log_.records.push_back(record);
}

void StoreState::WriteCell(std::uint32_t m, std::uint32_t slot, std::uint32_t attribute,
                           const ValueView& value) {
  const CellLayout& cell = layout(m).cells[attribute];
  const char* row = Row(m, slot);
  const auto nulls = static_cast<std::uint8_t>(row[cell.null_byte]);
  const bool null = value.index() == 0;
  if (((nulls & cell.null_mask) != 0) != null) {
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
    UndoRecord record{UndoRecord::Kind::kText, kTextCellSize, m, slot, cell.offset, {}};
    std::memcpy(record.old, at, kTextCellSize);
    log_.records.push_back(record);
  } else {
    ReleaseText(at);
  }
  std::memcpy(at, made, kTextCellSize);
}

void StoreState::Reserve(std::uint32_t m, std::size_t rows) {
  std::vector<KeyIndex>& keys = tables_[m].keys;
  // Of integer primary keys hardly any are away from home.
  for (std::size_t k = layout(m).home_cell != 0 ? 1 : 0; k < keys.size(); ++k) {
    keys[k].Reserve(keys[k].size() + rows);
  }
}

void StoreState::SetNextKey(std::uint32_t m, std::int64_t next) {
  if (logging()) {
    UndoRecord record{UndoRecord::Kind::kNextKey, 8, m, 0, 0, {}};
    std::memcpy(record.old, &tables_[m].next_key, sizeof(next));
    log_.records.push_back(record);
  }
  tables_[m].next_key = next;
}

void StoreState::NoteKey(std::uint32_t m, std::int64_t key) {
  const std::int64_t next = tables_[m].next_key;
  if (next == kNoNextKey || key < next) return;
  SetNextKey(m, key == std::numeric_limits<std::int64_t>::max() ? kNoNextKey : key + 1);
}

// ----- keys

bool StoreState::AtHome(std::uint32_t m, std::uint32_t key, std::uint32_t slot) const {
  const std::uint32_t cell = layout(m).home_cell;
  if (key != 0 || cell == 0) return false;
  return LoadAs<std::uint64_t>(Row(m, slot) + cell) - views_[m].first_key == slot;
}

void StoreState::IndexKey(std::uint32_t m, std::uint32_t key, std::uint32_t slot) {
  if (slot == 0 && views_[m].first_key == kNoFirstKey && key == 0 && layout(m).home_cell != 0) {
    const auto first = LoadAs<std::uint64_t>(Row(m, slot) + layout(m).home_cell);
    views_[m].first_key = first != kNoFirstKey ? first : first + 1;
  }
  if (AtHome(m, key, slot)) return;
  Enter(m, key, slot, HashKey(Views(m, slot, model(m).keys[key].attributes)));
}

void StoreState::EnterKey(std::uint32_t m, std::uint32_t key, std::uint32_t slot,
                          std::optional<std::uint32_t> hash) {
  if (key == 0 && layout(m).home_cell != 0) return IndexKey(m, key, slot);
  Enter(m, key, slot, hash);
}

void StoreState::Enter(std::uint32_t m, std::uint32_t key, std::uint32_t slot,
                       std::optional<std::uint32_t> hash) {
  if (!hash.has_value()) return;
  tables_[m].keys[key].Insert(*hash, slot);
  if (logging()) {
    UndoRecord record{UndoRecord::Kind::kIndexed, 4, m, slot, key, {}};
    std::memcpy(record.old, &*hash, sizeof(*hash));
    log_.records.push_back(record);
  }
}

void StoreState::UnindexKey(std::uint32_t m, std::uint32_t key, std::uint32_t slot) {
  if (AtHome(m, key, slot)) return;
  const auto hash = HashKey(Views(m, slot, model(m).keys[key].attributes));
  if (!hash.has_value()) return;
  tables_[m].keys[key].Erase(*hash, slot);
  if (logging()) {
    UndoRecord record{UndoRecord::Kind::kUnindexed, 4, m, slot, key, {}};
    std::memcpy(record.old, &*hash, sizeof(*hash));
    log_.records.push_back(record);
  }
}

}  // namespace relata::internal
