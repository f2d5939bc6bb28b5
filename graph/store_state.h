// The contents of a store, and the few primitive changes that everything else is made of. Each
// keeps its own structure consistent, none checks whether the whole makes sense: that is done
// before, by who calls them (rule "plan, then apply"). Inside a savepoint each leaves a record with
// which it can be undone.
#ifndef RELATA_GRAPH_STORE_STATE_H_
#define RELATA_GRAPH_STORE_STATE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/cells.h"
#include "graph/key_index.h"
#include "graph/pages.h"
#include "graph/schema_data.h"
#include "graph/secondary_index.h"
#include "graph/stamps.h"
#include "graph/undo_log.h"
#include "relata/handle.h"
#include "relata/internal/table_view.h"
#include "relata/schema.h"

namespace relata {
class Store;
}  // namespace relata

namespace relata::internal {

class Observers;

// Row pages hold references to long text.
class RowPages : public PageContents {
 public:
  explicit RowPages(const RowLayout& layout) : layout_(&layout) {}
  void Copied(const char* page) const override;
  void Freed(const char* page) const override;

 private:
  const RowLayout* layout_;
};

// The rows of one model, and its keys.
struct Table {
  Table(PagedArray row_pages, std::vector<KeyIndex> key_indexes)
      : pages(std::move(row_pages)), keys(std::move(key_indexes)) {}
  PagedArray pages;
  std::vector<KeyIndex> keys;           // by position in ModelInfo::keys
  std::vector<SecondaryIndex> indexes;  // by position in ModelInfo::indexes
  std::uint32_t free_head = kNoSlot;
  std::uint32_t rows = 0;
  std::int64_t next_key = 1;  // of an auto-increment model
};

// The children of one foreign key whose value no row has: a list for each such value, threaded
// through the children's links, found by the value. Its head knows its tail (prev of the head).
struct DanglingLists {
  KeyIndex heads;
  std::uint64_t children = 0;
};

using KeyViews = absl::InlinedVector<ValueView, 2>;

class StoreState {
 public:
  explicit StoreState(Schema schema);
  StoreState(const StoreState&) = delete;
  StoreState& operator=(const StoreState&) = delete;
  ~StoreState();

  // Everything at the same state, sharing every page. REQUIRES: no savepoint is open.
  std::unique_ptr<StoreState> Fork();

  // ----- reading
  const Schema& schema() const { return schema_; }
  const std::vector<ModelInfo>& models() const { return data_->models; }
  const std::vector<ForeignKeyInfo>& foreign_keys() const { return data_->foreign_keys; }
  const ModelInfo& model(std::uint32_t m) const { return data_->models[m]; }
  const ForeignKeyInfo& foreign_key(ForeignKey f) const { return data_->foreign_keys[f.index]; }
  const RowLayout& layout(std::uint32_t m) const { return data_->layouts.rows[m]; }
  const std::vector<Arc>& arcs(std::uint32_t m) const { return data_->arcs[m]; }
  const LinkLayout& link(ForeignKey f) const { return data_->layouts.links[f.index]; }
  const StructView* const* structs() const { return data_->first_struct.data(); }
  const std::vector<TableView>& views() const { return views_; }
  const std::vector<StoreWalk>& walks() const { return walks_; }
  const Table& table(std::uint32_t m) const { return tables_[m]; }
  const DanglingLists& dangling(ForeignKey f) const { return dangling_[f.index]; }
  const char* Row(std::uint32_t m, std::uint32_t slot) const { return views_[m].Row(slot); }
  Instance InstanceAt(std::uint32_t m, std::uint32_t slot) const {
    return Instance{m, slot, StampOf(Row(m, slot))};
  }
  ValueView View(std::uint32_t m, std::uint32_t slot, std::uint32_t attribute) const {
    return ReadView(Row(m, slot), layout(m).cells[attribute]);
  }
  KeyViews Views(std::uint32_t m, std::uint32_t slot,
                 const std::vector<std::uint32_t>& attributes) const;
  ChildLink Child(ForeignKey f, std::uint32_t slot) const {
    return LoadAs<ChildLink>(Row(foreign_key(f).owner.index, slot) + link(f).child_offset);
  }
  ParentLink Parent(ForeignKey f, std::uint32_t slot) const {
    return LoadAs<ParentLink>(Row(foreign_key(f).target.index, slot) + link(f).parent_offset);
  }
  // The row that has a key, or kNoSlot; also when a part is null.
  std::uint32_t FindKey(std::uint32_t m, std::uint32_t key, const KeyViews& views) const;
  // The same for the bytes of a row that may not be in the store. `hash`, if the key has one and is
  // not looked for at home, is for EnterKey.
  std::uint32_t FindKeyOfRow(std::uint32_t m, std::uint32_t key, const char* row,
                             std::optional<std::uint32_t>& hash) const;
  // The row that a foreign key in such bytes refers to, kNoSlot when a part is null, and nothing
  // when there is no such row.
  std::optional<std::uint32_t> FindParentOfRow(ForeignKey f, const char* row) const;
  // Whether a row is found by this key without the identity map (TableView::first_key).
  bool AtHome(std::uint32_t m, std::uint32_t key, std::uint32_t slot) const;
  // The row that the foreign key of a child refers to by value, or kNoSlot.
  std::uint32_t FindParent(ForeignKey f, std::uint32_t child) const;
  // The secondary indexes that a row must leave and enter again when it is given a value.
  std::uint64_t IndexesMoved(std::uint32_t m, std::uint32_t slot, std::uint32_t attribute,
                             const ValueView& value) const {
    const std::uint64_t set = layout(m).cells[attribute].indexes;
    return set == 0 || Equal(View(m, slot, attribute), value) ? 0 : set;
  }
  IndexedRows RowsOf(std::uint32_t m, std::uint32_t index) const;
  absl::Status CheckIndexes(std::uint32_t m) const;
  std::uint64_t version() const { return version_; }
  bool IsAlive(Instance instance) const {
    return instance.model < views_.size() && instance.slot < views_[instance.model].slots &&
           instance.stamp != 0 && StampOf(Row(instance.model, instance.slot)) == instance.stamp;
  }
  bool any_rules() const { return data_->any_rules; }
  const ModelRules& rules(std::uint32_t m) const { return data_->rules[m]; }
  // What users know this state as: the Store that owns it, or nullptr while it is being loaded.
  Store* door() const { return door_; }
  void set_door(Store* door) { door_ = door; }

  // ----- callbacks
  // Whether a change must look twice before it goes on: observers watch, or a callback is running,
  // which may only read. False costs a load.
  bool guarded() const { return guard_.load(std::memory_order_relaxed) != 0; }
  bool in_callback() const { return guard_.load(std::memory_order_relaxed) >= kInCallback; }
  // While it lives, a callback runs. Also in const functions, of which several may run at once.
  class Callback {
   public:
    explicit Callback(const StoreState& state) : state_(state) {
      state_.guard_.fetch_add(kInCallback, std::memory_order_relaxed);
    }
    Callback(const Callback&) = delete;
    Callback& operator=(const Callback&) = delete;
    ~Callback() { state_.guard_.fetch_sub(kInCallback, std::memory_order_relaxed); }

   private:
    const StoreState& state_;
  };
  // Nobody while observed() is false; a fork starts with nobody.
  bool observed() const { return (guard_.load(std::memory_order_relaxed) & kObserved) != 0; }
  void SetObserved(bool observed) {
    observed ? guard_.fetch_or(kObserved, std::memory_order_relaxed)
             : guard_.fetch_and(~kObserved, std::memory_order_relaxed);
  }
  Observers* observers() const { return observers_.get(); }
  const std::shared_ptr<Observers>& MakeObservers();
  // Whether a model's rows are created and changed without anyone having a say in it: the short
  // ways (graph/plain_row.h, Store::SetField) ask no one.
  bool IsPlain(std::uint32_t m) const { return !guarded() && rules(m).empty(); }

  // ----- primitive changes
  // A row of nulls, or of the bytes given, linked to nothing, in no index. Takes over what the
  // bytes refer to. ResourceExhausted at 2^32 - 2 slots.
  absl::StatusOr<std::uint32_t> AddRow(std::uint32_t m) {
    return AddRow(m, layout(m).blank.data());
  }
  absl::StatusOr<std::uint32_t> AddRow(std::uint32_t m, const char* bytes);
  // REQUIRES: it is in no index, and neither end of any link.
  void RemoveRow(std::uint32_t m, std::uint32_t slot);
  // REQUIRES: Normalize accepts the value; an attribute in a key is not indexed now.
  void WriteCell(std::uint32_t m, std::uint32_t slot, std::uint32_t attribute,
                 const ValueView& value);
  // Enters a row's key, unless a part is null or the row is at home by it, or takes it out.
  void IndexKey(std::uint32_t m, std::uint32_t key, std::uint32_t slot);
  void UnindexKey(std::uint32_t m, std::uint32_t key, std::uint32_t slot);
  // The same as IndexKey for a key whose hash FindKeyOfRow has given.
  void EnterKey(std::uint32_t m, std::uint32_t key, std::uint32_t slot,
                std::optional<std::uint32_t> hash);
  // Enters a row in the secondary indexes of a set (bit i: index i of the model), or takes it out,
  // which also RemoveRow does. REQUIRES: it is entered by the values it has.
  void EnterIndexes(std::uint32_t m, std::uint32_t slot, std::uint64_t set) {
    if (set != 0) [[unlikely]]
      EnterEach(m, slot, set);
  }
  void LeaveIndexes(std::uint32_t m, std::uint32_t slot, std::uint64_t set) {
    if (set != 0) [[unlikely]]
      LeaveEach(m, slot, set);
  }
  // Enters every row of a model in its indexes at once, which are empty. REQUIRES: no savepoint.
  void BuildIndexes(std::uint32_t m);
  // Links a child that is linked to nothing: to a parent as its last child, or, for kNoSlot and a
  // value that is not null, among the dangling ones.
  void Link(ForeignKey f, std::uint32_t child, std::uint32_t parent);
  // Unlinks a child, dangling or not; its value still is what it was linked by.
  void Unlink(ForeignKey f, std::uint32_t child);
  // Makes the foreign key of a child null and the child nobody's, without a look at its siblings.
  // REQUIRES: the parent goes, with every link to it; the key is LinkLayout::sweepable.
  void Orphan(ForeignKey f, std::uint32_t child);
  // A row has gained a key: children that waited for it become its children, in their order.
  void AdoptDangling(std::uint32_t m, std::uint32_t key, std::uint32_t slot);
  void SetNextKey(std::uint32_t m, std::int64_t next);
  // A key that is in use is not to be generated later.
  void NoteKey(std::uint32_t m, std::int64_t key);
  void Reserve(std::uint32_t m, std::size_t rows);
  // Every change of the contents ends with this.
  void NewVersion() { version_ = stamps_.Next(); }

  // ----- savepoints
  struct Savepoint {
    std::size_t records = 0;
    std::size_t images = 0;
    std::uint64_t version = 0;
    std::uint64_t serial = 0;  // no other savepoint has it
    bool user = false;         // a Transaction, not one operation
  };
  const std::vector<Savepoint>& savepoints() const { return savepoints_; }
  bool in_transaction() const { return user_savepoints_ > 0; }
  void BeginSavepoint(bool user);
  // Undoes everything since the innermost savepoint and ends it.
  void RollBack();
  // Ends the innermost savepoint and keeps the changes. After the outermost, observers are told,
  // and may change the store again: it is the last thing that an operation does.
  void Release();
  const UndoLog& log() const { return log_; }

 private:
  friend absl::Status CheckInvariants(const StoreState& state);

  StoreState(Schema schema, std::shared_ptr<const std::vector<RowPages>> row_pages);
  bool logging() const { return !savepoints_.empty(); }
  char* WriteRow(std::uint32_t m, std::uint32_t slot) {
    return tables_[m].pages.Write(slot >> kPageShift) +
           static_cast<std::size_t>(slot % kPageRows) * views_[m].stride;
  }
  template <typename T>
  void Put(std::uint32_t m, std::uint32_t slot, std::uint32_t offset, const T& value) {
    static_assert(sizeof(T) <= sizeof(UndoRecord::old));
    char* at = WriteRow(m, slot) + offset;
    if (logging()) LogBytes(m, slot, offset, at, sizeof(T));
    std::memcpy(at, &value, sizeof(T));
  }
  void LogBytes(std::uint32_t m, std::uint32_t slot, std::uint32_t offset, const char* old,
                std::uint32_t size);
  void WriteChild(ForeignKey f, std::uint32_t slot, const ChildLink& link);
  void WriteNext(ForeignKey f, std::uint32_t child, std::uint32_t next);
  void WritePrevious(ForeignKey f, std::uint32_t child, std::uint32_t previous);
  void WriteParent(ForeignKey f, std::uint32_t slot, const ParentLink& link);
  std::uint32_t FindHashed(std::uint32_t m, std::uint32_t key, std::uint32_t hash,
                           const KeyViews& views) const;
  void Enter(std::uint32_t m, std::uint32_t key, std::uint32_t slot,
             std::optional<std::uint32_t> hash);
  std::uint32_t FindDangling(ForeignKey f, std::uint32_t hash, const KeyViews& views) const;
  void EnterDangling(ForeignKey f, std::uint32_t hash, std::uint32_t head);
  void LeaveDangling(ForeignKey f, std::uint32_t hash, std::uint32_t head);
  void CountDangling(ForeignKey f, std::int64_t more);
  void EnterEach(std::uint32_t m, std::uint32_t slot, std::uint64_t set);
  void LeaveEach(std::uint32_t m, std::uint32_t slot, std::uint64_t set);
  std::vector<std::uint32_t> SlotsInUse(std::uint32_t m) const;
  void Undo(const UndoRecord& record);
  void UndoEntered(const UndoRecord& record);
  void UndoLeft(const UndoRecord& record);
  void UndoCreated(const UndoRecord& record);
  void UndoDeleted(const UndoRecord& record);
  void DropRecords(std::size_t records, std::size_t images);

  Schema schema_;
  const SchemaData* data_;
  std::shared_ptr<const std::vector<RowPages>> row_pages_;  // outlives every page
  std::vector<Table> tables_;
  std::vector<TableView> views_;
  std::vector<StoreWalk> walks_;  // by association
  std::vector<DanglingLists> dangling_;
  Stamps stamps_;
  std::uint64_t version_ = 0;
  UndoLog log_;
  std::vector<Savepoint> savepoints_;
  int user_savepoints_ = 0;
  Store* door_ = nullptr;
  static constexpr std::uint32_t kObserved = 1;
  static constexpr std::uint32_t kInCallback = 2;
  mutable std::atomic<std::uint32_t> guard_{0};  // kObserved, and kInCallback for each callback
  std::shared_ptr<Observers> observers_;
};

// The hash of a key, or nothing when a part is null.
std::optional<std::uint32_t> HashKey(const KeyViews& views);
bool EqualKeys(const KeyViews& a, const KeyViews& b);

absl::Status CheckInvariants(const StoreState& state);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_STORE_STATE_H_
