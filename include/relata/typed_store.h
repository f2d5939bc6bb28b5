// The part of Store that speaks C++ structs: members of Store by inheritance, declared here and
// defined in relata/structs.h, which a program that calls them includes (relata/relata.h does).
//
//   relata::Ref<Player> henry = *store.Create(Player{.name = "Henry", .goals = 228});
//   absl::Status set = store.Set(henry, &Player::goals, 229);
//   Player copy = *store.Read(henry);
//   for (relata::Ref<Player> p : store.Linked(arsenal, players)) {
//     total += store.Get(p, &Player::goals);
//   }
//
// What a function costs, how long its result is valid and which threads may call it is as with the
// function of the same name of Store; to create, read or update a struct costs O(members) more. A
// struct that was read is a copy, and owns its text. Status codes are those of Store. OutOfRange: a
// number that the attribute cannot hold, or that the member it is read into cannot, such as 300 for
// a std::int8_t. An operation that names only a struct wants one that is bound to one model:
// InvalidArgument otherwise.
#ifndef RELATA_TYPED_STORE_H_
#define RELATA_TYPED_STORE_H_

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "relata/draft.h"
#include "relata/handle.h"
#include "relata/internal/struct_type.h"
#include "relata/link.h"
#include "relata/ref.h"
#include "relata/value.h"

namespace relata {

class InstanceRange;
class LinkedRange;

// A range of instances with their type; see relata/structs.h.
template <typename T, typename Range>
class Refs;
template <typename T>
using LinkedRefs = Refs<T, LinkedRange>;
template <typename T>
using InstanceRefs = Refs<T, InstanceRange>;

// One target of an association to T, or a list of them: a Ref<T>, a primary key, or an instance
// whose struct is not known. A Ref to another struct does not compile.
template <typename T>
class TargetsOf;

namespace internal {

// How a member of type M is read and set through its pointer; see struct_members.h.
template <typename M>
struct MemberCodec;
template <typename M>
struct MemberRead;

// What may be created from: any class but handles, whose `serialize` is then asked for.
template <typename T>
concept Record = std::is_class_v<T> && !std::derived_from<T, Model> &&
                 !std::derived_from<T, Instance> && !std::derived_from<T, Association>;

// What drafts a row of another model than T's.
template <typename U, typename T>
concept OtherRecord = OtherThan<U, T> && Record<U> && Draftable<U>;

}  // namespace internal

class TypedStore {
 public:
  // ----- instances

  // Creates an instance with the values of a struct. A std::optional that is empty is null; one
  // over a NOT NULL attribute says nothing: the key is generated, or the default taken. Attributes
  // that the struct does not name get their defaults.
  template <internal::Record T>
  absl::StatusOr<Ref<T>> Create(const T& record);
  template <typename T, std::same_as<T> U>
  absl::StatusOr<Ref<T>> Create(ModelOf<T> model, const U& record);
  // As the functions of Store, by names, by entries and from a draft.
  template <typename T>
  absl::StatusOr<Ref<T>> Create(ModelOf<T> model);
  template <typename T>
  absl::StatusOr<Ref<T>> Create(ModelOf<T> model, std::initializer_list<NamedView> values);
  template <typename T, std::same_as<Values> V>
  absl::StatusOr<Ref<T>> Create(ModelOf<T> model, const V& values);
  template <typename T>
  absl::StatusOr<Ref<T>> Create(ModelOf<T> model, const Draft& draft,
                                std::vector<Instance>* rows = nullptr);
  template <typename T>
  absl::StatusOr<Ref<T>> Create(ModelOf<T> model, std::initializer_list<Entry> entries);

  // A struct with the values of an instance: default-constructed, then loaded.
  template <typename T>
  absl::StatusOr<T> Read(Ref<T> instance) const;
  // Loads an instance into a struct; what its serialize does not name is left alone, and all of it
  // is when the call fails.
  template <typename T>
  absl::Status Load(Ref<T> instance, T& record) const;
  // Makes the attributes what the struct says, as one operation; writes only those that differ, and
  // nothing when none does. An empty std::optional over a NOT NULL attribute leaves it as it is.
  template <typename T>
  absl::Status Update(Ref<T> instance, const T& record);

  // By primary key. O(1).
  template <typename T>
  absl::StatusOr<Ref<T>> Find(const Key& key) const;
  template <typename T>
  absl::StatusOr<Ref<T>> Find(ModelOf<T> model, const Key& key) const;

  // By a member that is unique by itself. O(1).
  template <typename T, typename M>
  absl::StatusOr<Ref<T>> FindBy(
      M T::*member, std::type_identity_t<typename internal::MemberCodec<M>::Argument> value) const;
  template <typename T, typename S, typename M>
  absl::StatusOr<Ref<T>> FindBy(
      ModelOf<T> model, M S::*member,
      std::type_identity_t<typename internal::MemberCodec<M>::Argument> value) const;

  // The instances of a model, by slot, as Store::All. REQUIRES: of a struct alone, that it is bound
  // to one model; otherwise the process ends with a message.
  template <typename T>
  InstanceRefs<T> All() const;
  template <typename T>
  InstanceRefs<T> All(ModelOf<T> model) const;
  // How many there are. REQUIRES: as All. O(1).
  template <typename T>
  std::size_t Count() const;

  // The instance with its type. InvalidArgument when its model is not bound to T.
  template <typename T>
  absl::StatusOr<Ref<T>> As(const Instance& instance) const;

  // ----- attributes, by the pointer of a member
  //
  // Cost a few loads more than a Field (Schema::FieldOf takes a member pointer too). Integers come
  // as std::int64_t, whatever the width of the member, floats as double, time points as
  // TimestampValue; text and bytes as views, valid until the store is next changed; a
  // std::optional of these for an optional member; enumerations as themselves.

  // REQUIRES: `instance` is alive, and an enumeration can hold the number; otherwise the process
  // ends with a message.
  template <typename T, typename S, typename M>
  typename internal::MemberRead<M>::type Get(Ref<T> instance, M S::*member) const;
  // The same; nullopt instead.
  template <typename T, typename S, typename M>
  std::optional<typename internal::MemberRead<M>::type> TryGet(Ref<T> instance, M S::*member) const;
  template <typename T, typename S, typename M>
  absl::Status Set(Ref<T> instance, M S::*member,
                   std::type_identity_t<typename internal::MemberCodec<M>::Argument> value);

  // ----- associations: as the functions of Store
  //
  // Each of them stands twice: with an instance that the association does not start from, it is
  // deleted, so that the call does not compile.

  template <typename S, typename T, internal::SourceFor<S> From>
  LinkedRefs<T> Linked(const From& from, AssociationOf<S, T> association) const;
  template <typename S, typename T, internal::NoSourceFor<S> From>
  void Linked(const From&, AssociationOf<S, T>) const = delete;

  template <typename S, typename T, internal::SourceFor<S> From>
  absl::StatusOr<std::vector<Ref<T>>> Get(const From& from, AssociationOf<S, T> association) const;
  template <typename S, typename T, internal::NoSourceFor<S> From>
  void Get(const From&, AssociationOf<S, T>) const = delete;

  template <typename S, typename T, internal::SourceFor<S> From>
  absl::StatusOr<std::optional<Ref<T>>> GetOne(const From& from, ToOne<S, T> association) const;
  template <typename S, typename T, internal::NoSourceFor<S> From>
  void GetOne(const From&, ToOne<S, T>) const = delete;
  template <typename S, typename T, typename From>
  void GetOne(const From&, ToMany<S, T>) const = delete;

  template <typename S, typename T, internal::SourceFor<S> From>
  std::optional<Ref<T>> One(const From& from, ToOne<S, T> association) const;
  template <typename S, typename T, internal::NoSourceFor<S> From>
  void One(const From&, ToOne<S, T>) const = delete;
  template <typename S, typename T, typename From>
  void One(const From&, ToMany<S, T>) const = delete;

  template <typename S, typename T, internal::SourceFor<S> From>
  absl::StatusOr<std::size_t> Count(const From& from, AssociationOf<S, T> association) const;
  template <typename S, typename T, internal::NoSourceFor<S> From>
  void Count(const From&, AssociationOf<S, T>) const = delete;

  template <typename S, typename T, internal::SourceFor<S> From>
  absl::StatusOr<bool> Has(const From& from, AssociationOf<S, T> association,
                           const std::type_identity_t<TargetsOf<T>>& targets) const;
  template <typename S, typename T, internal::NoSourceFor<S> From>
  void Has(const From&, AssociationOf<S, T>,
           const std::type_identity_t<TargetsOf<T>>&) const = delete;

  template <typename S, typename T, internal::SourceFor<S> From>
  LinkResult Set(const From& from, AssociationOf<S, T> association,
                 const std::type_identity_t<TargetsOf<T>>& targets, const Values& through = {},
                 Unlink unlink = Unlink::kClear);
  template <typename S, typename T, internal::NoSourceFor<S> From>
  void Set(const From&, AssociationOf<S, T>, const std::type_identity_t<TargetsOf<T>>&,
           const Values& = {}, Unlink = Unlink::kClear) = delete;

  template <typename S, typename T, internal::SourceFor<S> From>
  LinkResult Clear(const From& from, AssociationOf<S, T> association,
                   Unlink unlink = Unlink::kClear);
  template <typename S, typename T, internal::NoSourceFor<S> From>
  void Clear(const From&, AssociationOf<S, T>, Unlink = Unlink::kClear) = delete;

  template <typename S, typename T, internal::SourceFor<S> From>
  LinkResult Add(const From& from, AssociationOf<S, T> association,
                 const std::type_identity_t<TargetsOf<T>>& targets, const Values& through = {});
  template <typename S, typename T, internal::NoSourceFor<S> From>
  void Add(const From&, AssociationOf<S, T>, const std::type_identity_t<TargetsOf<T>>&,
           const Values& = {}) = delete;

  template <typename S, typename T, internal::SourceFor<S> From>
  LinkResult Append(const From& from, AssociationOf<S, T> association,
                    const std::type_identity_t<TargetsOf<T>>& targets, const Values& through = {});
  template <typename S, typename T, internal::NoSourceFor<S> From>
  void Append(const From&, AssociationOf<S, T>, const std::type_identity_t<TargetsOf<T>>&,
              const Values& = {}) = delete;

  template <typename S, typename T, internal::SourceFor<S> From>
  LinkResult Remove(const From& from, AssociationOf<S, T> association,
                    const std::type_identity_t<TargetsOf<T>>& targets,
                    Unlink unlink = Unlink::kClear);
  template <typename S, typename T, internal::NoSourceFor<S> From>
  void Remove(const From&, AssociationOf<S, T>, const std::type_identity_t<TargetsOf<T>>&,
              Unlink = Unlink::kClear) = delete;

  // Creates a target, from values, a draft or a struct, and links it.
  template <typename S, typename T, internal::SourceFor<S> From>
  absl::StatusOr<Ref<T>> Create(const From& from, AssociationOf<S, T> association);
  template <typename S, typename T, internal::SourceFor<S> From>
  absl::StatusOr<Ref<T>> Create(const From& from, AssociationOf<S, T> association,
                                std::initializer_list<NamedView> values,
                                const Values& through = {});
  template <typename S, typename T, internal::SourceFor<S> From, std::same_as<Values> V>
  absl::StatusOr<Ref<T>> Create(const From& from, AssociationOf<S, T> association, const V& values,
                                const Values& through = {});
  template <typename S, typename T, internal::SourceFor<S> From>
  absl::StatusOr<Ref<T>> Create(const From& from, AssociationOf<S, T> association,
                                const Draft& draft, const Values& through = {},
                                std::vector<Instance>* rows = nullptr);
  template <typename S, typename T, internal::SourceFor<S> From, std::same_as<T> U>
  absl::StatusOr<Ref<T>> Create(const From& from, AssociationOf<S, T> association, const U& record,
                                const Values& through = {});
  template <typename S, typename T, typename From, internal::OtherRecord<T> U>
  void Create(const From&, AssociationOf<S, T>, const U&, const Values& = {}) = delete;
  template <typename S, typename T, internal::NoSourceFor<S> From, typename... Rest>
  void Create(const From&, AssociationOf<S, T>, const Rest&...) = delete;

 protected:
  explicit TypedStore(const internal::StructView* const* structs) : structs_(structs) {}
  TypedStore(TypedStore&&) noexcept = default;
  TypedStore& operator=(TypedStore&&) noexcept = default;
  ~TypedStore() = default;

 private:
  // The only model that a struct is bound to.
  absl::StatusOr<Model> ModelFor(const internal::StructId& id) const;
  Model OnlyModelFor(const internal::StructId& id) const;
  // That it is alive, and the struct bound to its model.
  absl::Status CheckInstance(const internal::StructId& id, const Instance& instance) const;
  absl::StatusOr<Instance> CreateRecord(const internal::StructId& id, Model model,
                                        const void* record);
  absl::StatusOr<Instance> CreateRecord(const internal::StructId& id, const Instance& from,
                                        Association association, const void* record,
                                        const Values& through);
  absl::Status LoadRecord(const internal::StructId& id, const Instance& instance,
                          void* record) const;
  absl::Status UpdateRecord(const internal::StructId& id, const Instance& instance,
                            const void* record);
  // Why a member of an instance cannot be set: there is no such place, or no attribute can hold it.
  absl::Status SetError(const internal::StructId& id, const Instance& instance,
                        std::size_t offset) const;
  // `value` is null when no attribute can hold what the caller gave.
  absl::StatusOr<Instance> FindRecord(const internal::StructId& id, Model model, std::size_t offset,
                                      const ValueView* value) const;
  // Where a member lies in the rows of an instance's model, or null: the struct is not bound to
  // that model, or its serialize does not name the member.
  template <typename T>
  const internal::FieldPlace* FindPlace(const Instance& instance, std::size_t offset) const;
  // Ends the process, saying why the member cannot be read.
  [[noreturn]] void DieOfMember(const internal::StructId& id, const Instance& instance,
                                const internal::FieldPlace* place) const;

  const internal::StructView* const* structs_;  // by model: the first one bound to it, or null
};

}  // namespace relata

#endif  // RELATA_TYPED_STORE_H_
