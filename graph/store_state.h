// The contents of a store, and the few primitive changes that everything else is made of. Each
// keeps its own structure consistent, none checks whether the whole makes sense: that is done
// before, by who calls them (rule "plan, then apply"). Inside a savepoint each leaves a record with
// which it can be undone.
#ifndef RELATA_GRAPH_STORE_STATE_H_
#define RELATA_GRAPH_STORE_STATE_H_

#include <array>
#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/hash/hash.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/cells.h"
#include "graph/key_index.h"
#include "graph/open_links.h"
#include "graph/schema_data.h"
#include "graph/stamps.h"
#include "graph/table.h"
#include "graph/undo_log.h"
#include "relata/handle.h"
#include "relata/internal/row_access.h"
#include "relata/internal/table_view.h"
#include "relata/internal/write_gate.h"
#include "relata/schema.h"

namespace relata {
class Store;
}  // namespace relata

namespace relata::internal {

class Observers;

struct MarkedRow {
  std::uint32_t model;
  std::uint32_t slot;
  char* bytes;
};

inline constexpr std::uint64_t kKeyHashFactor = 0x9e3779b97f4a7c15u;
using KeyViews = absl::InlinedVector<ValueView, 2>;

// The hash of a key of one part; of more, each with those before it.
inline std::uint32_t HashOfIntegerKey(std::int64_t key) {
  const std::uint64_t hash = absl::HashOf(key) * kKeyHashFactor;
  return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}

// The row of a child's next sibling, which often is its neighbour: where that lies can then be
// guessed by the processor, instead of waiting for the link.
inline const char* RowAfter(const TableView& rows, const char* row, std::uint32_t slot,
                            std::uint32_t next) {
  return next == slot + 1 && next % kPageRows != 0 ? row + rows.stride : rows.Row(next);
}

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
  const std::vector<AssociationInfo>& associations() const { return data_->associations; }
  const PairLayout& pair(Association association) const {
    return data_->layouts.pairs[association.index];
  }
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
    const LinkLayout& at = link(f);
    return LoadAs<ChildLink>(Row(at.owner, slot) + at.child_offset);
  }
  // Child(f, slot).parent, without what else is there.
  std::uint32_t ParentOf(ForeignKey f, std::uint32_t slot) const {
    const LinkLayout& at = link(f);
    return LoadAs<std::uint32_t>(Row(at.owner, slot) + at.child_offset +
                                 offsetof(ChildLink, parent));
  }
  ParentLink Parent(ForeignKey f, std::uint32_t slot) const {
    const LinkLayout& at = link(f);
    return LoadAs<ParentLink>(Row(at.target, slot) + at.parent_offset);
  }
  // The row that has a key, or kNoSlot; also when a part is null.
  std::uint32_t FindKey(std::uint32_t m, std::uint32_t key, const KeyViews& views) const;
  // The same for a key that is one attribute, and a text.
  std::uint32_t FindTextKey(std::uint32_t m, std::uint32_t key, std::string_view text) const;
  // The same for the bytes of a row that may not be in the store. `hash`, if the key has one and is
  // not looked for at home, is for EnterKey.
  std::uint32_t FindKeyOfRow(std::uint32_t m, std::uint32_t key, const char* row,
                             std::optional<std::uint32_t>& hash) const;
  // The row that a foreign key in such bytes refers to: kNoSlot when a part is null, kDanglingSlot
  // when there is no such row.
  std::uint32_t FindParentOfRow(ForeignKey f, const char* row) const {
    const LinkLayout& at = link(f);
    if (at.home_cell == 0) return LookUpParentOfRow(f, row);
    if (IsNull(row, at.key)) return kNoSlot;
    const auto key = LoadAs<std::int64_t>(row + at.key.offset);
    const std::uint32_t parent = FindIntegerKey(at.target, at.home_cell, key);
    return parent == kNoSlot ? kDanglingSlot : parent;
  }
  // The row that has an integer as its primary key, whose cell is at `home_cell`.
  std::uint32_t FindIntegerKey(std::uint32_t m, std::uint32_t home_cell, std::int64_t key) const {
    const std::uint32_t slot = views_[m].FindAtHome(key, home_cell);
    if (slot != kNoSlot || tables_[m].keys[0].size() == 0) return slot;
    return FindAway(m, home_cell, key);
  }
  // Whether a row is found by this key without the identity map (TableView::first_key).
  bool AtHome(std::uint32_t m, std::uint32_t key, std::uint32_t slot) const {
    const std::uint32_t cell = layout(m).home_cell;
    return key == 0 && cell != 0 &&
           LoadAs<std::uint64_t>(Row(m, slot) + cell) - views_[m].first_key == slot;
  }
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
  // Of the contents: it names them for as long as the process lives.
  std::uint64_t version() const {
    if ((gate_.Guard() & WriteGate::kSeen) == 0) {
      gate_.guard.fetch_or(WriteGate::kSeen, std::memory_order_relaxed);
    }
    return gate_.version;
  }
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
  bool guarded() const { return gate_.Guard() >= WriteGate::kObserved; }
  bool in_callback() const { return gate_.Guard() >= WriteGate::kInCallback; }
  // While it lives, a callback runs. Also in const functions, of which several may run at once.
  class Callback {
   public:
    explicit Callback(const StoreState& state) : state_(state) {
      state_.gate_.guard.fetch_add(WriteGate::kInCallback, std::memory_order_relaxed);
    }
    Callback(const Callback&) = delete;
    Callback& operator=(const Callback&) = delete;
    ~Callback() { state_.gate_.guard.fetch_sub(WriteGate::kInCallback, std::memory_order_relaxed); }

   private:
    const StoreState& state_;
  };
  // Nobody while observed() is false; a fork starts with nobody.
  bool observed() const { return (gate_.Guard() & WriteGate::kObserved) != 0; }
  void SetObserved(bool observed) {
    observed ? gate_.guard.fetch_or(WriteGate::kObserved, std::memory_order_relaxed)
             : gate_.guard.fetch_and(~WriteGate::kObserved, std::memory_order_relaxed);
  }
  // For the inline accessors of Store, and for ranges.
  const WriteGate& gate() const { return gate_; }
  RowAccess row_access() {
    return {views_.data(), walks_.data(), &gate_, static_cast<std::uint32_t>(views_.size()),
            static_cast<std::uint32_t>(walks_.size())};
  }
  Observers* observers() const { return observers_.get(); }
  const std::shared_ptr<Observers>& MakeObservers();
  // Whether a model's rows are created and changed without anyone having a say in it: the short
  // ways (graph/plain_row.h, Store::SetField) ask no one.
  bool IsPlain(std::uint32_t m) const { return !guarded() && rules(m).empty(); }

  // ----- primitive changes
  // A row of nulls, linked to nothing, in no index. ResourceExhausted at 2^32 - 2 slots.
  // `home`, if given, is the slot to take, which is free.
  absl::StatusOr<std::uint32_t> AddRow(std::uint32_t m, std::uint32_t home = kNoSlot);
  // The slot in which a row with an integer as its primary key is at home (TableView::first_key),
  // if it is free; otherwise kNoSlot.
  std::uint32_t FreeHome(std::uint32_t m, std::int64_t key) const {
    const TableView& view = views_[m];
    const std::uint64_t home = static_cast<std::uint64_t>(key) - view.first_key;
    if (home >= view.slots) return kNoSlot;
    const auto slot = static_cast<std::uint32_t>(home);
    return StampOf(view.Row(slot)) == 0 ? slot : kNoSlot;
  }
  // A slot for one more row, and its bytes: to be filled from the stamp on, and kept or dropped
  // before anything else is created. No one takes it for a row before it is kept.
  struct NewRow {
    std::uint32_t slot = kNoSlot;  // there is none when the model is full
    FreePlace place;
    bool reused = false;
    char* bytes = nullptr;
  };
  NewRow OpenRow(std::uint32_t m) { return OpenRow(m, tables_[m].free_head); }
  // The same in a given slot, which is free, or for kNoSlot behind all others.
  NewRow OpenRow(std::uint32_t m, std::uint32_t slot) {
    NewRow row;
    const Table& table = tables_[m];
    row.slot = slot;
    row.reused = slot != kNoSlot;
    if (!row.reused) {
      row.slot = views_[m].slots;
      if (row.slot == kMaxSlots) [[unlikely]]
        return {};
      if (PageOf(row.slot) == table.pages.size()) AddPage(m);
    }
    row.bytes = WriteRow(m, row.slot);
    if (row.reused) row.place = LoadAs<FreePlace>(row.bytes + kFreePlace);
    if (slot == table.free_head) row.place.previous = kNoSlot;
    return row;
  }
  // Of a row that has its key by now, and took the place of another: gives it the one where it is
  // at home, if that is free, so that what was deleted and comes back is found without a hash
  // again; and otherwise that of the row deleted last.
  void GoHome(std::uint32_t m, NewRow& row, std::int64_t key) {
    if (!row.reused) return;
    std::uint32_t slot = FreeHome(m, key);
    if (slot == kNoSlot) slot = tables_[m].free_head;
    if (slot != row.slot) MoveNewRow(m, row, slot);
  }
  void KeepRow(std::uint32_t m, const NewRow& row) {
    Table& table = tables_[m];
    if (row.reused) {
      TakeFree(m, row);
    } else {
      if (row.slot == 0) views_[m].first_key = kNoFirstKey;
      ++views_[m].slots;
    }
    const std::uint64_t stamp = stamps_.Next();
    std::memcpy(row.bytes, &stamp, sizeof(stamp));
    ++table.rows;
    if (logging()) {
      log_.records.Add(UndoRecord::Kind::kCreated, m, row.slot, row.reused, row.place);
    }
  }
  void DropRow(const NewRow& row) {
    if (row.reused) StoreAs(row.bytes + kFreePlace, row.place);
  }
  // Marks a row, for as long as one operation looks at nothing but links and values: its stamp is
  // not its own meanwhile. Its bytes, which stay where they are; nullptr when it is marked already.
  char* Mark(std::uint32_t m, std::uint32_t slot) {
    char* row = WriteRow(m, slot);
    const std::uint64_t stamp = StampOf(row);
    if ((stamp & kMark) != 0) return nullptr;
    StoreAs(row, stamp | kMark);
    return row;
  }
  static void Unmark(char* row) { StoreAs(row, StampOf(row) & ~kMark); }
  bool IsMarked(std::uint32_t m, std::uint32_t slot) const {
    return (StampOf(Row(m, slot)) & kMark) != 0;
  }
  // For the use of one operation, which leaves it empty: it keeps its memory.
  std::vector<MarkedRow>& marked_rows() { return marked_rows_; }
  // The same for several rows, of bytes whose cells are all zero: as many as the last page, or a
  // new one, has room for, and `most` at most. REQUIRES: no slot is free, no savepoint is open, and
  // the store was never forked.
  struct NewRows {
    std::uint32_t slot = 0;  // of the first
    std::uint32_t count = 0;
    char* first = nullptr;  // the others follow, a stride apart
  };
  absl::StatusOr<NewRows> AddRows(std::uint32_t m, std::size_t most, const char* bytes);
  // REQUIRES: it is in no index, and neither end of any link.
  void RemoveRow(std::uint32_t m, std::uint32_t slot);
  // REQUIRES: Normalize accepts the value; an attribute in a key is not indexed now.
  void WriteCell(std::uint32_t m, std::uint32_t slot, std::uint32_t attribute,
                 const ValueView& value);
  // Enters a row's key, unless a part is null or the row is at home by it, or takes it out.
  void IndexKey(std::uint32_t m, std::uint32_t key, std::uint32_t slot);
  void UnindexKey(std::uint32_t m, std::uint32_t key, std::uint32_t slot);
  // The same for a primary key that is one integer.
  void IndexIntegerKey(std::uint32_t m, std::uint32_t slot, std::int64_t key) {
    TableView& view = views_[m];
    if (view.first_key == kNoFirstKey && slot == 0) [[unlikely]] {
      view.first_key = static_cast<std::uint64_t>(key);
      if (view.first_key == kNoFirstKey) ++view.first_key;
    }
    if (static_cast<std::uint64_t>(key) - view.first_key != slot) {
      Enter(m, 0, slot, HashOfIntegerKey(key));
    }
  }
  void UnindexIntegerKey(std::uint32_t m, std::uint32_t slot, std::int64_t key) {
    if (static_cast<std::uint64_t>(key) - views_[m].first_key != slot) {
      Leave(m, 0, slot, HashOfIntegerKey(key));
    }
  }
  // Enters a key of new rows, one after another. Stops before the first row that has the same key
  // as another before it, and gives back how many were entered.
  std::uint32_t IndexNewRows(std::uint32_t m, std::uint32_t key, const NewRows& rows);
  // The same as IndexKey for a key of another kind whose hash FindKeyOfRow has given.
  void EnterKey(std::uint32_t m, std::uint32_t key, std::uint32_t slot,
                std::optional<std::uint32_t> hash) {
    if (hash.has_value()) Enter(m, key, slot, *hash);
  }
  // The same as UnindexKey for a key whose hash is known.
  void LeaveKey(std::uint32_t m, std::uint32_t key, std::uint32_t slot, std::uint32_t hash) {
    Leave(m, key, slot, hash);
  }
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
  // The same for a row that was created in the savepoint that is open, if one is, and for a parent.
  void LinkNew(ForeignKey f, std::uint32_t child, char* row, std::uint32_t parent) {
    const LinkLayout& at = link(f);
    if (!InPlace(at)) [[unlikely]]
      PrepareToAppend(at, parent);
    OpenLinks(views_[at.owner], views_[at.target], at).Append(child, row + at.child_offset, parent);
  }
  // Takes a child out of the list of a parent. What the child knows of its place is left as it was,
  // for one that goes.
  void UnlinkGone(ForeignKey f, std::uint32_t child) {
    const LinkLayout& at = link(f);
    if (!InPlace(at)) [[unlikely]]
      PrepareToCutOut(at, child);
    const OpenLinks links(views_[at.owner], views_[at.target], at);
    links.CutOut(links.Child(child));
  }
  // Gives a child another parent by a foreign key that is one integer: writes the link and the key,
  // and looks for each row once. REQUIRES: LinkLayout::home_cell; the child does not dangle, and
  // the key is in no secondary index.
  void MoveChild(ForeignKey f, std::uint32_t child, std::uint32_t parent);
  // The same, and for no parent. REQUIRES: in addition, the child has one.
  void DropChild(ForeignKey f, std::uint32_t child) {
    const LinkLayout& at = link(f);
    if (!InPlace(at)) [[unlikely]]
      PrepareToMove(at, child, kNoSlot);
    const OpenLinks links(views_[at.owner], views_[at.target], at);
    links.Drop(links.Child(child), at.key);
  }
  // The same for a row that is given, where that takes a few loads and stores. False, with nothing
  // changed, where there is more to it: the key is not LinkLayout::droppable, the row has no
  // parent, or someone watches or can undo what is done.
  bool DropInPlace(ForeignKey f, const char* row) {
    const LinkLayout& at = link(f);
    const std::uint32_t guard = gate_.Guard();
    if (!at.droppable || (guard & ~WriteGate::kSeen) != 0 ||
        LoadAs<std::uint32_t>(row + at.child_offset + offsetof(ChildLink, parent)) >=
            kDanglingSlot) {
      return false;
    }
    // In a page of this store's own.
    OpenLinks(views_[at.owner], views_[at.target], at)
        .Drop(const_cast<char*>(row) + at.child_offset, at.key);
    if (guard != 0) DrawVersion();
    return true;
  }
  // Links new rows whose parents are there already while they are in the cache. Children of one
  // parent are linked in the order of their rows all the same: a row that has to wait keeps all
  // after it waiting.
  void LinkNewRows(std::uint32_t m, const NewRows& rows);
  // Links every row of a model that is not linked yet, by all foreign keys, in order. REQUIRES:
  // links have been made by these two functions alone; and as AddRows.
  void LinkRows(std::uint32_t m);
  // Unlinks a child, dangling or not; its value still is what it was linked by.
  void Unlink(ForeignKey f, std::uint32_t child);
  // Makes the foreign key of every child of a parent null and the child nobody's. REQUIRES: the
  // parent goes, with every link to it; the key is LinkLayout::sweepable.
  void OrphanChildren(ForeignKey f, std::uint32_t parent);
  // A row has gained a key: children that waited for it become its children, in their order.
  void AdoptDangling(std::uint32_t m, std::uint32_t key, std::uint32_t slot);
  void SetNextKey(std::uint32_t m, std::int64_t next);
  // A key that is in use is not to be generated later.
  void NoteKey(std::uint32_t m, std::int64_t key);
  void Reserve(std::uint32_t m, std::size_t rows);
  // Every change of the contents ends with this, or is made while the version has not been seen.
  void NewVersion() {
    if ((gate_.Guard() & WriteGate::kSeen) != 0) DrawVersion();
  }

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
  bool logging() const { return (gate_.Guard() & WriteGate::kLogging) != 0; }
  // REQUIRES: no other thread reads.
  void SetGuard(std::uint32_t bit, bool on) {
    const std::uint32_t guard = gate_.Guard();
    gate_.guard.store(on ? guard | bit : guard & ~bit, std::memory_order_relaxed);
  }
  // In the views of all tables, after their pages have been given another one.
  void NoteOwners();
  // Whether any page is another store's as well.
  void NoteShared();
  // A row is gone or was moved.
  void NewEra() { gate_.era = stamps_.Next(); }
  void DrawVersion();
  std::uint32_t LookUpParentOfRow(ForeignKey f, const char* row) const;
  std::uint32_t FindAway(std::uint32_t m, std::uint32_t home_cell, std::int64_t key) const;
  static std::size_t PageOf(std::uint32_t slot) { return slot >> kPageShift; }
  void AddPage(std::uint32_t m);
  // A free slot is in use from now on.
  void TakeFree(std::uint32_t m, const NewRow& row) {
    Table& table = tables_[m];
    if (row.place.previous == kNoSlot) {
      table.free_head = row.place.next;
      return;
    }
    StoreAs(FreePlaceOf(m, row.place.previous) + offsetof(FreePlace, next), row.place.next);
    if (row.place.next == kNoSlot) return;
    StoreAs(FreePlaceOf(m, row.place.next) + offsetof(FreePlace, previous), row.place.previous);
  }
  char* FreePlaceOf(std::uint32_t m, std::uint32_t slot) { return WriteRow(m, slot) + kFreePlace; }
  void MoveNewRow(std::uint32_t m, NewRow& row, std::uint32_t slot);
  void MakeOwn(std::uint32_t m, std::uint32_t slot);
  char* WriteRow(std::uint32_t m, std::uint32_t slot) {
    const TableView& view = views_[m];
    if (!view.Owns(slot)) [[unlikely]]
      MakeOwn(m, slot);
    return const_cast<char*>(view.Row(slot));  // in a page of this store's own
  }
  template <typename T>
  void Put(std::uint32_t m, std::uint32_t slot, std::uint32_t offset, const T& value) {
    char* at = WriteRow(m, slot) + offset;
    if (logging()) LogOld<T>(m, slot, offset, at);
    std::memcpy(at, &value, sizeof(T));
  }
  template <typename T>
  void LogOld(std::uint32_t m, std::uint32_t slot, std::uint32_t offset, const char* old) {
    log_.records.AddBytes<sizeof(T)>(UndoRecord::Kind::kBytes, m, slot, offset, old);
  }
  // Whether the rows at both ends of a foreign key can all be written as they lie.
  bool InPlace(const LinkLayout& at) const {
    return !logging() && views_[at.owner].own && views_[at.target].own;
  }
  // Before bytes of a row are overwritten as they lie: makes them this store's own, and notes them.
  template <typename T>
  void Prepare(std::uint32_t m, std::uint32_t slot, std::size_t offset) {
    const char* const row = WriteRow(m, slot);
    const auto at = static_cast<std::uint32_t>(offset);
    if (logging()) LogOld<T>(m, slot, at, row + at);
  }
  // The same for all that UnlinkGone and MoveChild write.
  void PrepareToCutOut(const LinkLayout& at, std::uint32_t child);
  void PrepareToMove(const LinkLayout& at, std::uint32_t child, std::uint32_t parent);
  // The same for what LinkNew writes outside of the row that is new.
  void PrepareToAppend(const LinkLayout& at, std::uint32_t parent);
  void WriteChild(ForeignKey f, std::uint32_t slot, const ChildLink& link);
  void WriteNext(ForeignKey f, std::uint32_t child, std::uint32_t next);
  void WritePrevious(ForeignKey f, std::uint32_t child, std::uint32_t previous);
  void WriteParent(ForeignKey f, std::uint32_t slot, const ParentLink& link);
  std::optional<std::uint32_t> HashOfRow(std::uint32_t m, std::uint32_t key, const char* row) const;
  std::uint32_t FindHashed(std::uint32_t m, std::uint32_t key, std::uint32_t hash,
                           const KeyViews& views) const;
  void Enter(std::uint32_t m, std::uint32_t key, std::uint32_t slot, std::uint32_t hash) {
    tables_[m].keys[key].Insert(hash, slot);
    if (logging()) log_.records.Add(UndoRecord::Kind::kIndexed, m, slot, key, hash);
  }
  void Leave(std::uint32_t m, std::uint32_t key, std::uint32_t slot, std::uint32_t hash) {
    tables_[m].keys[key].Erase(hash, slot);
    if (logging()) log_.records.Add(UndoRecord::Kind::kUnindexed, m, slot, key, hash);
  }
  std::uint32_t FindBefore(std::uint32_t m, std::uint32_t key, std::uint32_t slot) const;
  std::uint32_t Linked(ForeignKey f, std::uint32_t end, std::uint32_t begin) const;
  void LinkSome(ForeignKey f, std::uint32_t begin, std::uint32_t count, bool dangle);
  std::uint32_t FindDangling(ForeignKey f, std::uint32_t hash, const KeyViews& views) const;
  void EnterDangling(ForeignKey f, std::uint32_t hash, std::uint32_t head);
  void LeaveDangling(ForeignKey f, std::uint32_t hash, std::uint32_t head);
  void CountDangling(ForeignKey f, std::int64_t more);
  absl::Status FullError(std::uint32_t m) const;
  void Orphan(ForeignKey f, std::uint32_t child, std::uint64_t indexes);
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
  std::vector<MarkedRow> marked_rows_;
  static constexpr std::uint64_t kMark = std::uint64_t{1} << 63;  // no stamp gets this far
  Stamps stamps_;
  WriteGate gate_;
  UndoLog log_;
  std::vector<Savepoint> savepoints_;
  int user_savepoints_ = 0;
  Store* door_ = nullptr;
  std::shared_ptr<Observers> observers_;
};

// The hash of a key, or nothing when a part is null.
std::optional<std::uint32_t> HashKey(const KeyViews& views);
// The same part by part, of a key without nulls.
class KeyHash {
 public:
  void Add(const ValueView& part) { AddHash(HashOfView(part)); }
  void Add(std::int64_t part) { AddHash(absl::HashOf(part)); }
  // The value of a cell; false when it is null.
  bool AddCell(const char* row, const CellLayout& cell) {
    if (IsNull(row, cell)) return false;
    if (cell.type == Type::kInteger) {
      Add(LoadAs<std::int64_t>(row + cell.offset));
    } else {
      Add(ReadView(row, cell));
    }
    return true;
  }
  std::uint32_t value() const { return static_cast<std::uint32_t>(hash_); }

 private:
  void AddHash(std::uint64_t part) {
    hash_ = (hash_ ^ part) * kKeyHashFactor;
    hash_ ^= hash_ >> 32;
  }
  std::uint64_t hash_ = 0;
};
bool EqualKeys(const KeyViews& a, const KeyViews& b);

absl::Status CheckInvariants(const StoreState& state);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_STORE_STATE_H_
