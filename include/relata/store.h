// The store: instances in memory, one for each key, linked as a graph whose integrity holds at the
// end of every operation. Start here.
//
//   relata::Store store(schema);
//   auto arsenal = store.Create(team, {{"name", "Arsenal"}});
//   auto henry = store.Create(player, {{"name", "Henry"}, {"goals", 228}});
//   absl::Status added = store.Add(*arsenal, players, *henry);
//   for (relata::Instance p : store.Linked(*arsenal, players)) total += store.Get(p, goals);
//
//   auto ajax = store.Create(team, {{"name", "Ajax"},                       // nested: draft.h
//                                   {"players", {{{"name", "Litmanen"}}, *henry}}});
//   auto scorers = store.Select(relata::Query(player)                       // asked: query.h
//                                   .Where(player["goals"] > 100).Include(its_team));
//
// C++ structs are models too (structs.h). README.md lists the rules R1 to R21 that the headers
// refer to; its guide shows every kind of association, and examples/guide everything else.
//
// Every operation is atomic: one that fails has changed nothing (rule R9). Operations that return a
// status fail with
//   NotFound            an instance that is gone or of another store, a key that no row has
//   InvalidArgument     an unknown name, a value of the wrong type, a target of another model; or
//                       a validator refuses a value or a row                    (kValidation)
//   AlreadyExists       a primary or unique key is taken                        (kUnique)
//   FailedPrecondition  a reference would dangle or is restricted (kForeignKey), a NOT NULL
//                       attribute would be null (kNotNull), more than one of several alternatives
//                       would be set, or none that is required (kCheck), an observer refuses
//                       (kRefused), or a callback changes the store that may only read it
//   ResourceExhausted   a model has 2^32 - 2 slots, or its generated keys have run out
// and the comments below name the codes only where they mean something else.
//
// Order (rule R21). Instances of a model are visited by slot: in the order of their creation, but a
// new instance takes the place of one that was deleted: of the one with the same key, if keys are
// integers that were handed out in order and that place is free, and otherwise of the one deleted
// last. The children of an instance are visited in the order in which they were linked. Neither
// depends on hashing or addresses.
//
// A Store is thread-compatible: any number of threads may read it, or one may write. A fork is a
// store of its own, for any thread to use.
#ifndef RELATA_STORE_H_
#define RELATA_STORE_H_

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "relata/call.h"
#include "relata/change_set.h"
#include "relata/draft.h"
#include "relata/handle.h"
#include "relata/indexed_range.h"
#include "relata/internal/row_access.h"
#include "relata/internal/table_view.h"
#include "relata/link.h"
#include "relata/live_instance.h"
#include "relata/observer.h"
#include "relata/plan.h"
#include "relata/ranges.h"
#include "relata/schema.h"
#include "relata/status.h"
#include "relata/store_stats.h"
#include "relata/target.h"
#include "relata/typed_store.h"
#include "relata/value.h"

namespace relata {

class Aggregate;     // relata/query.h
class AttributeRef;  // relata/condition.h
struct Group;
class Query;
class Row;
class Rows;
class Transaction;

namespace internal {
class StoreState;
}  // namespace internal

class Store : public TypedStore {
 public:
  // An empty store. O(models).
  explicit Store(Schema schema);
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  const Schema& schema() const;

  // All of the following for C++ structs (relata/typed_store.h).
  using TypedStore::Add;
  using TypedStore::All;
  using TypedStore::Append;
  using TypedStore::Clear;
  using TypedStore::Count;
  using TypedStore::Create;
  using TypedStore::Find;
  using TypedStore::FindBy;
  using TypedStore::Get;
  using TypedStore::GetOne;
  using TypedStore::Has;
  using TypedStore::Linked;
  using TypedStore::One;
  using TypedStore::Remove;
  using TypedStore::Set;
  using TypedStore::TryGet;
  using TypedStore::Update;

  // ----- instances

  // Creates an instance. What is not named gets its default or null; a foreign key is linked at
  // once. O(keys + foreign keys).
  absl::StatusOr<Instance> Create(Model model) { return Create(model, std::span<const Entry>()); }
  template <std::same_as<Values> V>
  absl::StatusOr<Instance> Create(Model model, const V& values) {
    return CreateNamed(model, values);
  }
  // A template, so that `{}` is a list of entries.
  template <typename = void>
  absl::StatusOr<Instance> Create(Model model, std::initializer_list<NamedView> values) {
    return CreateNamed(model, std::span<const NamedView>(values.begin(), values.size()));
  }
  // Creates an instance with all that is nested in the draft, or connects it (relata/draft.h): any
  // flat or nested list in braces that is none of the others. Returns the instance of the draft's
  // root; `rows`, if given, gets those of all its rows, by DraftRow::index(). Mistakes name the
  // place in the draft. O(what is created and linked).
  absl::StatusOr<Instance> Create(Model model, const Draft& draft,
                                  std::vector<Instance>* rows = nullptr);
  // The same without names, for hot paths: `Create(player, {name("Henry"), its_team(arsenal)})`.
  // InvalidArgument also for a link that is no belongsTo of the model; a link wins over values for
  // its foreign key, the last of two entries over the first.
  absl::StatusOr<Instance> Create(Model model, std::initializer_list<Entry> entries) {
    return Create(model, std::span<const Entry>(entries.begin(), entries.size()));
  }
  absl::StatusOr<Instance> Create(Model model, std::span<const Entry> entries);

  // By primary key, or by any other unique key, whose attributes are all named, in any order.
  // NotFound when no row has it; InvalidArgument when the attributes are no key. O(1).
  absl::StatusOr<Instance> Find(Model model, const Key& key) const;
  absl::StatusOr<Instance> FindBy(Model model, const Values& key) const;
  // By the value of an attribute that is unique by itself, without names: `Find(id, 7)`.
  // InvalidArgument when the attribute is not unique. O(1).
  template <typename T>
  absl::StatusOr<Instance> Find(const Field<T>& key, typename Field<T>::Unwrapped value) const {
    const std::optional<LiveInstance> found = TryFind(key, value);
    if (found.has_value()) [[likely]]
      return *found;
    return NoneHas(key.place_, ValueView(value));
  }
  // The same, with its row at hand; nullopt when no instance has it, or when the attribute is not
  // unique.
  template <typename T>
  std::optional<LiveInstance> TryFind(const Field<T>& key,
                                      typename Field<T>::Unwrapped value) const {
    if constexpr (std::same_as<typename Field<T>::Unwrapped, std::int64_t>) {
      if (key.place_.home && key.place_.model < rows_.models) {
        const internal::TableView& table = rows_.tables[key.place_.model];
        const std::uint32_t slot = table.FindAtHome(value, key.place_.offset);
        if (slot != internal::kNoSlot) [[likely]]
          return LiveInstance(key.place_.model, slot, table.Row(slot), rows_.gate->era);
      }
    }
    return FindByField(key.place_, ValueView(value));
  }

  // The instance with its row at hand, for several reads in a row (relata/live_instance.h). A few
  // loads. REQUIRES: it is alive; otherwise the process ends with a message, in every build.
  LiveInstance Live(Instance instance) const {
    const char* row = rows_.RowOf(instance, instance.model);
    return LiveInstance(instance.model, instance.slot, row, rows_.gate->era);
  }

  // Whether the handle names an instance of this store. O(1).
  bool Contains(Instance instance) const { return rows_.Find(instance) != nullptr; }

  // O(1).
  std::size_t Count(Model model) const;
  InstanceRange All(Model model) const;
  // The instances whose attribute lies between two values, both included, in its order and, where
  // values are equal, by slot; nulls are in no range. An end that is std::nullopt is open. Walks
  // the attribute's ordered index without copying (relata/indexed_range.h), where Select answers
  // all that a query can ask. InvalidArgument when the attribute has no ordered index of its own
  // (Attribute::Index), for a field of another schema, or for a bound that is no value, such as
  // NaN. O(log n), and a few loads a step.
  //
  //   const auto nineties = *store.Between(born, 1990, 1999);  // named: it must outlive the loop
  //   for (const LiveInstance p : nineties) total += store.Get(p, goals);
  template <typename T>
  absl::StatusOr<IndexedRange> Between(const Field<T>& field,
                                       std::optional<typename Field<T>::Unwrapped> lower,
                                       std::optional<typename Field<T>::Unwrapped> upper) const {
    const auto bound = [](const auto& end) {
      return end.has_value() ? ValueView(*end) : ValueView();
    };
    return IndexedRange::Between(*state_, field.place_, Field<T>::kType, bound(lower),
                                 bound(upper));
  }

  // ----- attributes

  // Reads an attribute through its field: a few loads. REQUIRES: `instance` is alive and of the
  // field's model; otherwise the process ends with a message, in every build: a stale handle never
  // reads another row. Text and bytes are valid until the store is next changed.
  template <typename T>
  T Get(Instance instance, const Field<T>& field) const {
    return internal::RowAccess::Read<T>(rows_.RowOf(instance, field.place_.model), field.place_);
  }
  template <typename T>
  T Get(const LiveInstance& instance, const Field<T>& field) const {
    return internal::RowAccess::Read<T>(rows_.RowOf(instance, field.place_.model), field.place_);
  }
  // The same; nullopt for a handle that is stale or of another model.
  template <typename T>
  std::optional<T> TryGet(Instance instance, const Field<T>& field) const {
    const char* row = instance.model == field.place_.model ? rows_.Find(instance) : nullptr;
    if (row == nullptr) return std::nullopt;
    return internal::RowAccess::Read<T>(row, field.place_);
  }
  // By name.
  absl::StatusOr<Value> Get(Instance instance, std::string_view attribute) const;
  // By position in ModelInfo::attributes, without a copy. REQUIRES: as Get through a field.
  ValueView View(Instance instance, std::uint32_t attribute) const;
  // The primary key. REQUIRES: as Get through a field.
  Key KeyOf(Instance instance) const;
  // "team 7" or "player 'Henry'": model and key, for messages; says so when the handle is stale.
  std::string Describe(Instance instance) const;

  // Writes attributes, key attributes included: ON UPDATE actions are carried out. All or none.
  absl::Status Set(Instance instance, const Values& values);
  // Sets attributes and links, and creates, connects and updates what is nested in the draft, as
  // one operation. To one, what is given replaces what was linked; to many, it is linked in
  // addition, unless it is in Only(...). `rows` as for Create.
  absl::Status Update(Instance instance, const Draft& draft, std::vector<Instance>* rows = nullptr);
  absl::Status Set(Instance instance, std::string_view attribute, Value value);
  // Through a field. O(1) when the attribute is in no key and no foreign key; a few loads and a
  // store when no index, validator or observer is concerned either.
  template <typename T>
  absl::Status Set(Instance instance, const Field<T>& field, std::type_identity_t<T> value) {
    return SetAt(instance, field, value);
  }
  template <typename T>
  absl::Status Set(const LiveInstance& instance, const Field<T>& field,
                   std::type_identity_t<T> value) {
    return SetAt(instance, field, value);
  }

  // Judges an instance as it stands by the validators of its model (relata/validation.h): one that
  // was loaded may not satisfy them. InvalidArgument (kValidation) with every problem.
  absl::Status Validate(Instance instance) const;

  // Deletes an instance, or several in one operation, with all that follows from the schema's
  // actions. Plan and apply in one. O(rows touched).
  absl::Status Delete(Instance instance);
  absl::Status Delete(std::span<const Instance> instances);

  // ----- plans

  // Works out a delete, or an update, without changing anything. A plan that is blocked is no
  // error: it says what blocks it.
  absl::StatusOr<Plan> PlanDelete(Instance instance) const;
  absl::StatusOr<Plan> PlanDelete(std::span<const Instance> instances) const;
  absl::StatusOr<Plan> PlanUpdate(Instance instance, const Values& values) const;
  // The same values for every one of several instances, as one operation.
  absl::StatusOr<Plan> PlanUpdate(std::span<const Instance> instances, const Values& values) const;
  // Carries a plan out. Aborted when the store is not in the state that the plan was made for; the
  // plan's own status when it is blocked.
  absl::Status Apply(const Plan& plan);

  // ----- associations
  //
  // `instance` must be of the association's source model; targets must be of its target model and
  // are instances or primary keys. All of them read and write through the association's scope
  // (rule R13).
  //
  // To read what is linked, prefer Linked (to many) and One (to one): they copy nothing and cost a
  // few loads, and end the process for a handle that is stale or of another model, as Get through a
  // field does. Get and GetOne are for handles that may be stale: they say so by a status. Get is
  // also for changing the store while going through the list, which is the caller's own. Select
  // (below) is for conditions, orders and limits.

  // Walks what is linked, without copying. REQUIRES: as Get through a field, and `instance` is of
  // the association's source model. A reference that does not resolve reads as nothing associated
  // (rule R8).
  LinkedRange Linked(Instance instance, Association association) const {
    const internal::StoreWalk& walk = rows_.WalkOf(association);
    return LinkedRange(&walk, rows_.RowOf(instance, walk.source), instance.slot);
  }
  LinkedRange Linked(const LiveInstance& instance, Association association) const {
    const internal::StoreWalk& walk = rows_.WalkOf(association);
    return LinkedRange(&walk, rows_.RowOf(instance, walk.source), instance.slot);
  }
  // What is linked to each of several instances: the targets of the first, then those of the
  // second, and so on, in place of what the vector held. One that several are linked to comes
  // several times. For a walk through the graph level by level, and for reading the links of many
  // at once: rows are fetched before they are needed, so that waiting for one does not keep the
  // others waiting. `counts`, if given, gets how many targets each instance has. REQUIRES: as
  // Linked. O(links).
  //
  //   std::vector<LiveInstance> level = {store.Live(start)}, next;
  //   for (; !level.empty(); level.swap(next)) {  // in a graph without circles
  //     for (const LiveInstance& part : level) visit(part);
  //     store.LinkedOfEach(level, parts, next);
  //   }
  void LinkedOfEach(std::span<const LiveInstance> instances, Association association,
                    std::vector<LiveInstance>& targets,
                    std::vector<std::uint32_t>* counts = nullptr) const;
  // The one that is linked by an association to one, or nullopt; of an association to many, the
  // first. Nothing but a unique key keeps several rows from referring to an instance by a hasOne:
  // of those in scope, it is the one that was linked first. REQUIRES: as Linked. A few loads.
  std::optional<Instance> One(Instance instance, Association association) const {
    const LinkedRange linked = Linked(instance, association);
    if (linked.empty()) return std::nullopt;
    return *linked.begin();
  }
  std::optional<LiveInstance> One(const LiveInstance& instance, Association association) const {
    const LinkedRange linked = Linked(instance, association);
    if (linked.empty()) return std::nullopt;
    return *linked.begin();
  }
  // The same as a list, of an association to one, too; and of an association to one only. NotFound
  // for a stale handle, InvalidArgument for an association that does not fit. O(links).
  absl::StatusOr<std::vector<Instance>> Get(Instance instance, Association association) const;
  absl::StatusOr<std::optional<Instance>> GetOne(Instance instance, Association association) const;
  // Distinct or not, how many links there are. O(1) without a scope, else O(links).
  absl::StatusOr<std::size_t> Count(Instance instance, Association association) const;
  // Whether every one of the targets is linked (by a hasOne: is what One gives); true of none (rule
  // R16). A key that no row has is linked to nothing: false. O(targets), or O(links) for each where
  // several join rows may link it.
  absl::StatusOr<bool> Has(Instance instance, Association association,
                           const Targets& targets) const;
  // The join row by which a belongsToMany links a target, the first if there are several; all of
  // them, in the order of linking. It is an instance like others: read it, and write what is its
  // own. O(links), or O(1) where a key of the through model is the pair.
  absl::StatusOr<std::optional<Instance>> JoinRow(Instance instance, Association association,
                                                  const Target& target) const;
  absl::StatusOr<std::vector<Instance>> JoinRows(Instance instance, Association association,
                                                 const Target& target) const;

  // What changes links says how many it added, updated and removed (relata/link.h), and converts to
  // absl::Status. `through` are values for the join rows of a belongsToMany; those that a target
  // has of its own (With) win over them.
  //
  // Makes the targets all that is linked: links what is missing, unlinks the rest, and gives the
  // join rows of kept links their values, too. Of several links to one target the first is kept. An
  // association to one takes at most one target. A target that had another parent leaves it. Of
  // several rows of a hasOne only the one that One gives is unlinked, unless it is the target, and
  // the others stay: One may give one of them afterwards.
  LinkResult Set(Instance instance, Association association, const Targets& targets,
                 const Values& through = {}, Unlink unlink = Unlink::kClear);
  // Unlinks everything; of a hasOne what One gives, as Set.
  LinkResult Clear(Instance instance, Association association, Unlink unlink = Unlink::kClear);
  // Links more targets (to one: the same as Set). A pair that is linked already gets the `through`
  // values and no second join row (rule R15).
  LinkResult Add(Instance instance, Association association, const Targets& targets,
                 const Values& through = {});
  // Links once more, a join row for each target given, even if it is linked already or given twice.
  // InvalidArgument unless it is a belongsToMany whose through model is not unique.
  LinkResult Append(Instance instance, Association association, const Targets& targets,
                    const Values& through = {});
  // Unlinks the targets that are linked, by all their links, and by a hasOne whether first or not;
  // others are left alone. (One link of several goes when its join row is deleted.) Of one target
  // it costs as Has and what follows from deleting, of several O(links).
  LinkResult Remove(Instance instance, Association association, const Targets& targets,
                    Unlink unlink = Unlink::kClear);

  // Creates a target and links it. The link and the scope win over values, as does what is nested
  // in a draft; `rows` as above. A belongsTo then refers to it instead of another. A hasOne unlinks
  // nothing: after two calls two rows are linked, of which One gives the first; the second call is
  // refused (kUnique) where the key is unique.
  absl::StatusOr<Instance> Create(Instance instance, Association association) {
    return CreateNamed(instance, association, std::span<const NamedView>(), {});
  }
  template <std::same_as<Values> V>
  absl::StatusOr<Instance> Create(Instance instance, Association association, const V& values,
                                  const Values& through = {}) {
    return CreateNamed(instance, association, values, through);
  }
  absl::StatusOr<Instance> Create(Instance instance, Association association,
                                  std::initializer_list<NamedView> values,
                                  const Values& through = {}) {
    return CreateNamed(instance, association,
                       std::span<const NamedView>(values.begin(), values.size()), through);
  }
  absl::StatusOr<Instance> Create(Instance instance, Association association, const Draft& draft,
                                  const Values& through = {},
                                  std::vector<Instance>* rows = nullptr);

  // ----- queries (relata/query.h: what they mean, and in which order rows come)
  //
  // All of them fail with InvalidArgument for what does not fit the schema. A query whose condition
  // fixes a unique key, a foreign key or a linked instance, or asks what a secondary index knows,
  // costs what it finds, and so does an OR of such; otherwise every row of the model is looked at.
  // Explain says which. To sort costs
  // O(rows log rows), with a limit O(rows log limit).

  absl::StatusOr<Rows> Select(const Query& query) const;
  // The same of what is linked to an instance: its getter, with all that a query can ask. The query
  // is on the association's target model.
  absl::StatusOr<Rows> Select(Instance instance, Association association, const Query& query) const;
  // The first row that Select gives (by primary key, when no order is asked for), if there is one.
  absl::StatusOr<std::optional<Instance>> First(const Query& query) const;
  // How many rows Select gives.
  absl::StatusOr<std::size_t> Count(const Query& query) const;
  absl::StatusOr<std::size_t> Count(Instance instance, Association association,
                                    const Query& query) const;
  // Computed over the rows that Select gives: the aggregates of query.h, one by one or together.
  // OutOfRange when a sum of INTEGERs is none.
  absl::StatusOr<std::size_t> CountDistinct(const Query& query, const AttributeRef& of) const;
  absl::StatusOr<Value> Min(const Query& query, const AttributeRef& of) const;
  absl::StatusOr<Value> Max(const Query& query, const AttributeRef& of) const;
  absl::StatusOr<Value> Sum(const Query& query, const AttributeRef& of) const;
  absl::StatusOr<Value> Average(const Query& query, const AttributeRef& of) const;
  absl::StatusOr<std::vector<Value>> Compute(const Query& query,
                                             const std::vector<Aggregate>& aggregates) const;
  // The same for each group of rows that agree in some attributes; null agrees with null. Groups
  // come in the order of what they agree in.
  absl::StatusOr<std::vector<Group>> GroupBy(const Query& query,
                                             const std::vector<AttributeRef>& by,
                                             const std::vector<Aggregate>& aggregates) const;
  // Writes the values to every row that Select gives, or deletes them all, as one operation.
  // Returns how many rows that were; what followed by referential actions is not counted.
  absl::StatusOr<std::size_t> Update(const Query& query, const Values& values);
  absl::StatusOr<std::size_t> Delete(const Query& query);
  // For people, one line for each level: how its rows are found, filtered, ordered and counted.
  absl::StatusOr<std::string> Explain(const Query& query) const;

  // ----- associations to one of several models (SchemaBuilder::BelongsToOneOf and Dispatch)
  //
  // `instance` must be of the association's source model. Each alternative is an association to one
  // as well, with all the operations above.

  // The instance that is referred to, of whichever model it is; none when no key is set, when it
  // dangles, or when the discriminator of a Dispatch has a value of no alternative.
  // O(alternatives).
  absl::StatusOr<std::optional<Instance>> GetAny(Instance instance, OneOf one_of) const;
  // The alternative by which it is referred to, if it is.
  absl::StatusOr<std::optional<Association>> AlternativeOf(Instance instance, OneOf one_of) const;
  // Whether `target` is what is referred to. InvalidArgument when its model is no alternative.
  absl::StatusOr<bool> Has(Instance instance, OneOf one_of, Instance target) const;
  // Refers to `target`, and to nothing else, in one operation: the key of another alternative is
  // cleared; a Dispatch writes key and discriminator. InvalidArgument when no alternative, or more
  // than one, is of the target's model: then say which by Set(instance, alternative, target).
  absl::Status Set(Instance instance, OneOf one_of, Instance target);
  // Clears the key, and leaves a discriminator as it is (rule R14). FailedPrecondition (kCheck)
  // when exactly one alternative is required.
  absl::Status Clear(Instance instance, OneOf one_of);
  // Creates an instance of one of the models and refers to it, as Set. A draft says itself of which
  // model it is: Draft(post, {{"title", "Hello"}}).
  absl::StatusOr<Instance> Create(Instance instance, OneOf one_of, Model model,
                                  const Values& values = {});
  absl::StatusOr<Instance> Create(Instance instance, OneOf one_of, const Draft& draft,
                                  std::vector<Instance>* rows = nullptr);

  // ----- accessors by name (relata/call.h)

  // What the manual calls "addTasks", "getOwner", "countTasks": finds the accessor and calls it.
  // InvalidArgument: no association derives that name, or the argument is none that it takes.
  absl::StatusOr<CallResult> Call(Instance instance, std::string_view accessor,
                                  const DraftValue& argument = {}, const Values& through = {},
                                  Unlink unlink = Unlink::kClear);
  absl::StatusOr<CallResult> Call(Instance instance, std::string_view accessor,
                                  const Query& query) const;

  // ----- observers (relata/observer.h)

  // Subscribes an observer for as long as the Subscription lives. REQUIRES: the model or
  // association is of this schema (checked; the process ends otherwise).
  [[nodiscard]] Subscription Observe(Model model, ModelObserver observer);
  [[nodiscard]] Subscription Observe(Association association, AssociationObserver observer);
  [[nodiscard]] Subscription Observe(StoreObserver observer);
  // What observers returned or threw after commits since this was last called, in order; 100 at
  // most are kept.
  std::vector<absl::Status> TakeObserverFailures();

  // ----- transactions (relata/transaction.h)

  // Begins a transaction, or a savepoint within the one that is open. Called by a validator, or by
  // an observer before a change, which may only read, it returns one that has ended already.
  Transaction Begin();
  // Runs `work` in a transaction: commits when it returns OK, and otherwise rolls back and returns
  // its error. Nests. The outermost yields what changed.
  absl::StatusOr<ChangeSet> Transact(const std::function<absl::Status()>& work);

  // ----- versions

  // An independent, writable store with the same contents and the same handles. Shares every page;
  // either side copies a page when it first writes to it. O(pages) pointer copies. Not const: it
  // makes the pages of this store shared. FailedPrecondition inside a transaction.
  absl::StatusOr<Store> Fork();
  // What changed from `before` to `after`; empty when they hold the same. Skips pages that both
  // share, so a store and a recent fork of it compare in the time of what changed since.
  // InvalidArgument when their schemas differ.
  static absl::StatusOr<ChangeSet> Diff(const Store& before, const Store& after);

  // ----- inspection

  // O(rows + pages): counts long text.
  StoreStats Stats() const;
  // Verifies every promise that the store makes about itself: rows, links in both directions,
  // indexes, free slots, keys, NOT NULL, references. Internal names the first one that is broken:
  // a bug in relata. O(everything).
  absl::Status CheckInvariants() const;
  // The next key that an auto-increment model generates, kNoNextKey when none is left; 1 for any
  // other model.
  std::int64_t NextKey(Model model) const;

 private:
  friend class Loader;
  friend class Row;
  friend class Transaction;
  friend class TypedStore;
  explicit Store(std::unique_ptr<internal::StoreState> state);

  // The row of an instance, or nullptr.
  const char* RowOf(const Instance& instance) const { return rows_.Find(instance); }
  const char* RowOf(const LiveInstance& instance) const {
    return instance.era_ == rows_.gate->era ? instance.row_ : rows_.Find(instance);
  }
  // In place if nothing but the row is concerned. H is Instance or LiveInstance.
  template <typename H, typename T>
  absl::Status SetAt(const H& instance, const Field<T>& field, const T& value) {
    if constexpr (internal::InRow<typename Field<T>::Unwrapped>) {
      if (rows_.Write(instance, field.place_, value)) [[likely]]
        return absl::OkStatus();
    }
    if (instance.model != field.place_.model) return WrongModel(instance, field.model());
    if constexpr (Field<T>::kNullable) {
      if (!value.has_value()) return SetNull(instance, field.place_, RowOf(instance));
      return SetField(instance, field.place_, ValueView(*value));
    } else {
      return SetField(instance, field.place_, ValueView(value));
    }
  }
  absl::StatusOr<Instance> CreateNamed(Model model, const Values& values);
  absl::StatusOr<Instance> CreateNamed(Model model, std::span<const NamedView> values);
  absl::StatusOr<Instance> CreateNamed(Instance instance, Association association,
                                       const Values& values, const Values& through);
  absl::StatusOr<Instance> CreateNamed(Instance instance, Association association,
                                       std::span<const NamedView> values, const Values& through);
  std::optional<LiveInstance> FindByField(const internal::FieldPlace& key,
                                          const ValueView& value) const;
  absl::Status NoneHas(const internal::FieldPlace& key, const ValueView& value) const;
  absl::Status SetField(Instance instance, const internal::FieldPlace& place,
                        const ValueView& value);
  // The same of a null; `row` is the instance's, or nullptr. By reference: to put the instance
  // together in registers, a processor would wait for all that was stored before.
  absl::Status SetNull(const Instance& instance, const internal::FieldPlace& place,
                       const char* row);
  absl::Status SetView(Instance instance, std::uint32_t attribute, const ValueView& value);
  absl::Status WrongModel(Instance instance, Model expected) const;

  internal::RowAccess rows_;  // of state_
  std::unique_ptr<internal::StoreState> state_;
};

}  // namespace relata

#endif  // RELATA_STORE_H_
