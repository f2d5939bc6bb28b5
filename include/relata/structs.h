// C++ structs as models: a struct with the `serialize` that cereal asks for is all it takes.
//
//   struct Player {
//     std::string name;
//     std::int64_t goals = 0;
//     std::optional<std::string> nickname;
//     template <class Archive>
//     void serialize(Archive& ar) {
//       ar(CEREAL_NVP(name), CEREAL_NVP(goals), CEREAL_NVP(nickname));
//     }
//   };
//
//   relata::SchemaBuilder builder;
//   auto team = builder.Define<Team>("team", {.attributes = {{"name", relata::Text().Unique()}}});
//   auto player = builder.Define<Player>("player");
//   auto players = builder.HasMany(team, player);  // a ToMany<Team, Player>
//   relata::Store store(*std::move(builder).Build());
//
//   relata::Ref<Player> henry = *store.Create(Player{"Henry", 228});
//   absl::Status added = store.Add(arsenal, players, henry);
//
// What a store does with structs stands in relata/typed_store.h.
//
// serialize. Its name-value pairs name the attributes, in their order; relata does not need cereal
// for that, any object with a `name` and a `value` will do. It may be a member or a function beside
// the struct, take a version (it is asked for the newest) or be a `save` instead; it may be private
// when cereal::access is a friend; and it may serialize a cereal::base_class. It is run on a
// default-constructed struct, once for each program, so it must name the same members whatever
// their values are. A member without a name, or of a type that no attribute can hold, does not
// compile.
//
// Types. INTEGER: integers and enumerations. DOUBLE: float, double. BOOLEAN: bool. TEXT:
// std::string. BYTES: a vector of std::byte or unsigned char. UUID: UuidValue. TIMESTAMP: the time
// points of std::chrono::system_clock. std::optional of these is nullable, all else is NOT NULL.
// Numbers are checked, never cut: an std::uint64_t above 2^63 - 1 is not stored, and an attribute
// that holds 300 is not read into an std::int8_t. A float reads a DOUBLE rounded to the nearest
// float; a time point reads and writes a TIMESTAMP rounded down to its ticks and to microseconds.
//
// Keys. A member called "id" is the primary key, unless another one is declared to be; as a
// std::optional<std::int64_t> it is drawn from 1, 2, 3..., and empty until then. Without either the
// model has a generated "id" that the struct does not see. A member with the name of a foreign key,
// such as teamId, is that key.
//
// Defaults. A default-constructed struct says the defaults of the attributes, so that creating by
// name and creating a struct give the same instance: `goals` above has DEFAULT 0. Keys, unique
// attributes and foreign keys have none, for no value is good for all, nor have time points, nor
// members that two default-constructed structs disagree on; without them a NOT NULL attribute must
// be given when an instance is created by name. StructOptions::defaults = false leaves them all
// out.
#ifndef RELATA_STRUCTS_H_
#define RELATA_STRUCTS_H_

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "relata/condition.h"
#include "relata/draft.h"
#include "relata/internal/struct_members.h"
#include "relata/ref.h"
#include "relata/schema_builder.h"
#include "relata/store.h"
#include "relata/typed_store.h"

namespace relata {

// A member of T: by its pointer or by its name.
template <typename T>
class MemberOf {
 public:
  template <internal::BaseOrSame<T> S, typename M>
  MemberOf(M S::*member) : member_{.offset = internal::OffsetOf<T>(member)} {}
  MemberOf(const char* name) : member_{.name = name} {}
  MemberOf(std::string name) : member_{.name = std::move(name)} {}

 private:
  friend class SchemaBuilder;
  internal::MemberName member_;
};

// What a schema says of a member beyond its type: keys, defaults, columns. The attribute must be of
// the member's type. Nullable is what the member is, unless a std::optional is said to be NotNull.
template <typename T>
struct MemberAttribute {
  MemberOf<T> member;
  Attribute attribute;
};

template <typename T>
struct StructOptions {
  std::vector<MemberAttribute<T>> attributes{};
  ModelOptions model{};
  bool defaults = true;  // taken from a default-constructed struct
};

// Instances with their type: a range of Ref<T>. Valid until the store is next changed.
template <typename T, typename Range>
class Refs {
 public:
  class Iterator {
   public:
    using value_type = Ref<T>;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Ref<T> operator*() const { return Ref<T>(*at_); }
    // belongsToMany: the join row of this link.
    Instance join() const { return at_.join(); }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) { return Iterator(at_++); }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    friend class Refs;
    explicit Iterator(typename Range::Iterator at) : at_(at) {}
    typename Range::Iterator at_;
  };

  Iterator begin() const { return Iterator(range_.begin()); }
  Iterator end() const { return Iterator(range_.end()); }
  bool empty() const { return begin() == end(); }

 private:
  friend class TypedStore;
  explicit Refs(Range range) : range_(std::move(range)) {}
  Range range_;
};

namespace internal {

template <typename T>
class TargetOf {
 public:
  TargetOf(Ref<T> target) : target_(target) {}
  template <OtherThan<T> O>
  TargetOf(Ref<O>) = delete;
  template <typename X>
  requires(!kIsRef<X> && std::constructible_from<Target, X>) TargetOf(X&& target)
      : target_(std::forward<X>(target)) {}

  const Target& target() const { return target_; }

 private:
  Target target_;
};

}  // namespace internal

template <typename T>
class TargetsOf {
 public:
  template <typename X>
  requires(std::constructible_from<internal::TargetOf<T>, X> &&
           !std::same_as<std::remove_cvref_t<X>, TargetsOf>) TargetsOf(X&& target)
      : targets_(internal::TargetOf<T>(std::forward<X>(target)).target()) {}
  TargetsOf(std::initializer_list<internal::TargetOf<T>> targets)
      : TargetsOf(targets.begin(), targets.end()) {}
  TargetsOf(const std::vector<Ref<T>>& targets) : TargetsOf(targets.begin(), targets.end()) {}
  TargetsOf(const std::vector<Instance>& targets) : targets_(targets) {}
  TargetsOf(std::vector<Target> targets) : targets_(std::move(targets)) {}
  template <internal::OtherThan<T> O>
  TargetsOf(const Ref<O>&) = delete;
  template <internal::OtherThan<T> O>
  TargetsOf(const std::vector<Ref<O>>&) = delete;

  const Targets& targets() const { return targets_; }

 private:
  template <typename At>
  TargetsOf(At begin, At end) : targets_(std::vector<Target>()) {
    std::vector<Target> list;
    for (; begin != end; ++begin) list.push_back(internal::TargetOf<T>(*begin).target());
    targets_ = Targets(std::move(list));
  }
  Targets targets_;
};

// A struct goes wherever a draft does (relata/draft.h): as a row to be created, nested or not.
template <internal::Record T>
requires internal::Serializable<T>
struct DraftTraits<T> {
  static void Write(const T& value, const DraftRow& row) {
    internal::WriteDraft(internal::StructOf<T>(), &value, row);
  }
};

// ----- declaring

template <typename T>
ModelOf<T> SchemaBuilder::Define(std::string_view name, StructOptions<T> options) {
  std::vector<std::pair<internal::MemberName, Attribute>> attributes;
  for (MemberAttribute<T>& refined : options.attributes) {
    attributes.emplace_back(std::move(refined.member.member_), std::move(refined.attribute));
  }
  return ModelOf<T>(DefineStruct(name, internal::StructOf<T>(), std::move(attributes),
                                 std::move(options.model), options.defaults));
}

template <typename T>
ModelOf<T> SchemaBuilder::Bind(Model model) {
  BindStruct(model, internal::StructOf<T>());
  return ModelOf<T>(model);
}

template <typename S, typename M>
absl::StatusOr<Field<typename internal::MemberCodec<M>::Read>> Schema::FieldOf(M S::*member) const {
  return FieldOf(ModelOf<S>(), member);
}

template <typename T, typename S, typename M>
absl::StatusOr<Field<typename internal::MemberCodec<M>::Read>> Schema::FieldOf(ModelOf<T> model,
                                                                               M S::*member) const {
  auto place = PlaceOfMember(internal::kStructId<T>, model, internal::OffsetOf<T>(member));
  if (!place.ok()) return place.status();
  return Field<typename internal::MemberCodec<M>::Read>(*place);
}

// ----- conditions

template <typename T>
template <typename S, typename M>
AttributeRef ModelOf<T>::operator[](M S::*member) const {
  return (*this)[internal::NameAt(internal::StructOf<T>(), internal::OffsetOf<T>(member))];
}

template <typename S, typename T>
template <typename B, typename M>
AttributeRef ToOne<S, T>::operator[](M B::*member) const {
  return (*this)[internal::NameAt(internal::StructOf<T>(), internal::OffsetOf<T>(member))];
}

// ----- instances

namespace internal {

template <typename T>
absl::StatusOr<Ref<T>> Typed(const absl::StatusOr<Instance>& instance) {
  if (!instance.ok()) return instance.status();
  return Ref<T>(*instance);
}

}  // namespace internal

template <internal::Record T>
absl::StatusOr<Ref<T>> TypedStore::Create(const T& record) {
  return Create(ModelOf<T>(), record);
}

template <typename T, std::same_as<T> U>
absl::StatusOr<Ref<T>> TypedStore::Create(ModelOf<T> model, const U& record) {
  return internal::Typed<T>(CreateRecord(internal::kStructId<T>, model, &record));
}

template <typename T>
absl::StatusOr<Ref<T>> TypedStore::Create(ModelOf<T> model) {
  return internal::Typed<T>(static_cast<Store&>(*this).Create(internal::Untyped(model)));
}

template <typename T>
absl::StatusOr<Ref<T>> TypedStore::Create(ModelOf<T> model,
                                          std::initializer_list<NamedView> values) {
  return internal::Typed<T>(static_cast<Store&>(*this).Create(internal::Untyped(model), values));
}

template <typename T, std::same_as<Values> V>
absl::StatusOr<Ref<T>> TypedStore::Create(ModelOf<T> model, const V& values) {
  return internal::Typed<T>(static_cast<Store&>(*this).Create(internal::Untyped(model), values));
}

template <typename T>
absl::StatusOr<Ref<T>> TypedStore::Create(ModelOf<T> model, const Draft& draft,
                                          std::vector<Instance>* rows) {
  return internal::Typed<T>(
      static_cast<Store&>(*this).Create(internal::Untyped(model), draft, rows));
}

template <typename T>
absl::StatusOr<Ref<T>> TypedStore::Create(ModelOf<T> model, std::initializer_list<Entry> entries) {
  return internal::Typed<T>(static_cast<Store&>(*this).Create(internal::Untyped(model), entries));
}

template <typename T>
absl::StatusOr<T> TypedStore::Read(Ref<T> instance) const {
  absl::StatusOr<T> record(T{});
  const absl::Status status = LoadRecord(internal::kStructId<T>, instance, &*record);
  if (!status.ok()) record = status;
  return record;
}

template <typename T>
absl::Status TypedStore::Load(Ref<T> instance, T& record) const {
  return LoadRecord(internal::kStructId<T>, instance, &record);
}

template <typename T>
absl::Status TypedStore::Update(Ref<T> instance, const T& record) {
  return UpdateRecord(internal::kStructId<T>, instance, &record);
}

template <typename T>
absl::StatusOr<Ref<T>> TypedStore::Find(const Key& key) const {
  const auto model = ModelFor(internal::kStructId<T>);
  if (!model.ok()) return model.status();
  return Find(ModelOf<T>(*model), key);
}

template <typename T>
absl::StatusOr<Ref<T>> TypedStore::Find(ModelOf<T> model, const Key& key) const {
  return internal::Typed<T>(static_cast<const Store&>(*this).Find(internal::Untyped(model), key));
}

template <typename T, typename M>
absl::StatusOr<Ref<T>> TypedStore::FindBy(
    M T::*member, std::type_identity_t<typename internal::MemberCodec<M>::Argument> value) const {
  return FindBy(ModelOf<T>(), member, std::move(value));
}

template <typename T, typename S, typename M>
absl::StatusOr<Ref<T>> TypedStore::FindBy(
    ModelOf<T> model, M S::*member,
    std::type_identity_t<typename internal::MemberCodec<M>::Argument> value) const {
  ValueView view;
  const bool fits = internal::ViewArgument<M>(value, view);
  return internal::Typed<T>(FindRecord(internal::kStructId<T>, model, internal::OffsetOf<T>(member),
                                       fits ? &view : nullptr));
}

template <typename T>
InstanceRefs<T> TypedStore::All() const {
  return All(ModelOf<T>(OnlyModelFor(internal::kStructId<T>)));
}

template <typename T>
InstanceRefs<T> TypedStore::All(ModelOf<T> model) const {
  return InstanceRefs<T>(static_cast<const Store&>(*this).All(internal::Untyped(model)));
}

template <typename T>
std::size_t TypedStore::Count() const {
  return static_cast<const Store&>(*this).Count(OnlyModelFor(internal::kStructId<T>));
}

template <typename T>
absl::StatusOr<Ref<T>> TypedStore::As(const Instance& instance) const {
  const absl::Status status = CheckInstance(internal::kStructId<T>, instance);
  if (!status.ok()) return status;
  return Ref<T>(instance);
}

// ----- attributes

template <typename T>
const internal::FieldPlace* TypedStore::FindPlace(const Instance& instance,
                                                  std::size_t offset) const {
  if (instance.model >= static_cast<const Store&>(*this).rows_.models) return nullptr;
  const internal::StructView* view = structs_[instance.model];
  while (view != nullptr && view->id != &internal::kStructId<T>) view = view->next;
  if (view == nullptr || view->member_at[offset] == internal::kNoMember) return nullptr;
  return &view->places[view->member_at[offset]];
}

template <typename T, typename S, typename M>
std::optional<typename internal::MemberRead<M>::type> TypedStore::TryGet(Ref<T> instance,
                                                                         M S::*member) const {
  using Read = typename internal::MemberRead<M>::type;
  const Store& store = static_cast<const Store&>(*this);
  const internal::FieldPlace* place = FindPlace<T>(instance, internal::OffsetOf<T>(member));
  const char* row = place == nullptr ? nullptr : store.rows_.Find(instance);
  if (row == nullptr) [[unlikely]]
    return std::nullopt;
  const auto value = internal::RowAccess::Read<internal::FieldFor<M>>(row, *place);
  if constexpr (std::same_as<internal::FieldFor<M>, Read>) {
    return value;
  } else {
    return internal::EnumOf<Read>(value);
  }
}

template <typename T, typename S, typename M>
typename internal::MemberRead<M>::type TypedStore::Get(Ref<T> instance, M S::*member) const {
  auto value = TryGet(instance, member);
  if (!value.has_value()) [[unlikely]]
    DieOfMember(internal::kStructId<T>, instance,
                FindPlace<T>(instance, internal::OffsetOf<T>(member)));
  return *value;
}

template <typename T, typename S, typename M>
absl::Status TypedStore::Set(
    Ref<T> instance, M S::*member,
    std::type_identity_t<typename internal::MemberCodec<M>::Argument> value) {
  ValueView view;
  const bool fits = internal::ViewArgument<M>(value, view);
  const internal::FieldPlace* place = FindPlace<T>(instance, internal::OffsetOf<T>(member));
  if (!fits || place == nullptr) [[unlikely]]
    return SetError(internal::kStructId<T>, instance, internal::OffsetOf<T>(member));
  return static_cast<Store&>(*this).SetField(instance, *place, view);
}

// ----- associations

template <typename S, typename T, internal::SourceFor<S> From>
LinkedRefs<T> TypedStore::Linked(const From& from, AssociationOf<S, T> association) const {
  return LinkedRefs<T>(static_cast<const Store&>(*this).Linked(internal::Untyped(from),
                                                               internal::Untyped(association)));
}

template <typename S, typename T, internal::SourceFor<S> From>
absl::StatusOr<std::vector<Ref<T>>> TypedStore::Get(const From& from,
                                                    AssociationOf<S, T> association) const {
  const auto targets =
      static_cast<const Store&>(*this).Get(internal::Untyped(from), internal::Untyped(association));
  if (!targets.ok()) return targets.status();
  std::vector<Ref<T>> refs;
  refs.reserve(targets->size());
  for (const Instance& target : *targets) refs.emplace_back(target);
  return refs;
}

template <typename S, typename T, internal::SourceFor<S> From>
absl::StatusOr<std::optional<Ref<T>>> TypedStore::GetOne(const From& from,
                                                         ToOne<S, T> association) const {
  const auto target = static_cast<const Store&>(*this).GetOne(internal::Untyped(from),
                                                              internal::Untyped(association));
  if (!target.ok()) return target.status();
  return target->has_value() ? std::optional<Ref<T>>(Ref<T>(**target)) : std::nullopt;
}

template <typename S, typename T, internal::SourceFor<S> From>
std::optional<Ref<T>> TypedStore::One(const From& from, ToOne<S, T> association) const {
  const auto target =
      static_cast<const Store&>(*this).One(internal::Untyped(from), internal::Untyped(association));
  return target.has_value() ? std::optional<Ref<T>>(Ref<T>(*target)) : std::nullopt;
}

template <typename S, typename T, internal::SourceFor<S> From>
absl::StatusOr<std::size_t> TypedStore::Count(const From& from,
                                              AssociationOf<S, T> association) const {
  return static_cast<const Store&>(*this).Count(internal::Untyped(from),
                                                internal::Untyped(association));
}

template <typename S, typename T, internal::SourceFor<S> From>
absl::StatusOr<bool> TypedStore::Has(const From& from, AssociationOf<S, T> association,
                                     const std::type_identity_t<TargetsOf<T>>& targets) const {
  return static_cast<const Store&>(*this).Has(internal::Untyped(from),
                                              internal::Untyped(association), targets.targets());
}

template <typename S, typename T, internal::SourceFor<S> From>
LinkResult TypedStore::Set(const From& from, AssociationOf<S, T> association,
                           const std::type_identity_t<TargetsOf<T>>& targets, const Values& through,
                           Unlink unlink) {
  return static_cast<Store&>(*this).Set(internal::Untyped(from), internal::Untyped(association),
                                        targets.targets(), through, unlink);
}

template <typename S, typename T, internal::SourceFor<S> From>
LinkResult TypedStore::Clear(const From& from, AssociationOf<S, T> association, Unlink unlink) {
  return static_cast<Store&>(*this).Clear(internal::Untyped(from), internal::Untyped(association),
                                          unlink);
}

template <typename S, typename T, internal::SourceFor<S> From>
LinkResult TypedStore::Add(const From& from, AssociationOf<S, T> association,
                           const std::type_identity_t<TargetsOf<T>>& targets,
                           const Values& through) {
  return static_cast<Store&>(*this).Add(internal::Untyped(from), internal::Untyped(association),
                                        targets.targets(), through);
}

template <typename S, typename T, internal::SourceFor<S> From>
LinkResult TypedStore::Append(const From& from, AssociationOf<S, T> association,
                              const std::type_identity_t<TargetsOf<T>>& targets,
                              const Values& through) {
  return static_cast<Store&>(*this).Append(internal::Untyped(from), internal::Untyped(association),
                                           targets.targets(), through);
}

template <typename S, typename T, internal::SourceFor<S> From>
LinkResult TypedStore::Remove(const From& from, AssociationOf<S, T> association,
                              const std::type_identity_t<TargetsOf<T>>& targets, Unlink unlink) {
  return static_cast<Store&>(*this).Remove(internal::Untyped(from), internal::Untyped(association),
                                           targets.targets(), unlink);
}

template <typename S, typename T, internal::SourceFor<S> From>
absl::StatusOr<Ref<T>> TypedStore::Create(const From& from, AssociationOf<S, T> association) {
  return internal::Typed<T>(
      static_cast<Store&>(*this).Create(internal::Untyped(from), internal::Untyped(association)));
}

template <typename S, typename T, internal::SourceFor<S> From>
absl::StatusOr<Ref<T>> TypedStore::Create(const From& from, AssociationOf<S, T> association,
                                          std::initializer_list<NamedView> values,
                                          const Values& through) {
  return internal::Typed<T>(static_cast<Store&>(*this).Create(
      internal::Untyped(from), internal::Untyped(association), values, through));
}

template <typename S, typename T, internal::SourceFor<S> From, std::same_as<Values> V>
absl::StatusOr<Ref<T>> TypedStore::Create(const From& from, AssociationOf<S, T> association,
                                          const V& values, const Values& through) {
  return internal::Typed<T>(static_cast<Store&>(*this).Create(
      internal::Untyped(from), internal::Untyped(association), values, through));
}

template <typename S, typename T, internal::SourceFor<S> From>
absl::StatusOr<Ref<T>> TypedStore::Create(const From& from, AssociationOf<S, T> association,
                                          const Draft& draft, const Values& through,
                                          std::vector<Instance>* rows) {
  return internal::Typed<T>(static_cast<Store&>(*this).Create(
      internal::Untyped(from), internal::Untyped(association), draft, through, rows));
}

template <typename S, typename T, internal::SourceFor<S> From, std::same_as<T> U>
absl::StatusOr<Ref<T>> TypedStore::Create(const From& from, AssociationOf<S, T> association,
                                          const U& record, const Values& through) {
  return internal::Typed<T>(
      CreateRecord(internal::kStructId<T>, from, association, &record, through));
}

}  // namespace relata

#endif  // RELATA_STRUCTS_H_
