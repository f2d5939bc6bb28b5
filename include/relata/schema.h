// A finished schema: every model, attribute, key, foreign key and association with all that was
// derived (names, types, actions, order). Immutable; a Schema object is a cheap, shared handle to
// it, safe to use from any thread. Stores, forks, databases and snapshots all refer to one.
//
// Made by SchemaBuilder (relata/schema_builder.h).
#ifndef RELATA_SCHEMA_H_
#define RELATA_SCHEMA_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "relata/handle.h"
#include "relata/ref.h"
#include "relata/value.h"

namespace relata {

// What happens to the rows that refer to a key that is deleted or changed. As in SQL; RESTRICT and
// NO ACTION are both judged on the state that the operation would leave (rule R10), NO ACTION of a
// deferred foreign key at the end of the transaction.
enum class Action : std::uint8_t { kNoAction, kRestrict, kSetNull, kSetDefault, kCascade };

// "NO ACTION", "RESTRICT", "SET NULL", "SET DEFAULT" or "CASCADE".
std::string_view ActionName(Action action);

struct AttributeInfo {
  std::string name;    // in code
  std::string column;  // in the database
  Type type = Type::kText;
  bool nullable = true;
  bool auto_increment = false;
  bool generated = false;  // by an association, or the "id" of a model without a primary key
  Value default_value;     // null when there is none
};

// A primary key, a unique attribute or a composite unique key.
struct KeyInfo {
  std::string name;                       // of the constraint; empty for an unnamed one
  std::vector<std::uint32_t> attributes;  // positions in ModelInfo::attributes, in key order
};

// How a secondary index finds instances.
enum class IndexKind : std::uint8_t {
  kHashed,   // by the values of all of its attributes; O(1)
  kOrdered,  // by those of its first attributes and a range of the next, and in order; O(log n)
};

// "hashed" or "ordered".
std::string_view IndexKindName(IndexKind kind);

// A secondary index: any number of instances may have the same values. Null is a value like others,
// and comes first in order; text is ordered by its bytes. A store keeps it up to date; it changes
// what a query costs and never what it finds.
struct IndexInfo {
  std::string name;                       // no other index or table of the schema has it
  std::vector<std::uint32_t> attributes;  // positions in ModelInfo::attributes, in index order
  IndexKind kind = IndexKind::kOrdered;
};

struct ModelInfo {
  std::string name;
  std::string table;
  std::string singular;
  std::string plural;
  bool underscored = false;
  bool join = false;  // created for a belongsToMany that named no defined model
  std::vector<AttributeInfo> attributes;
  std::vector<KeyInfo> keys;              // keys[0] is the primary key
  std::vector<IndexInfo> indexes;         // those of attributes first, then those of the options
  std::vector<ForeignKey> foreign_keys;   // whose columns are in this model
  std::vector<ForeignKey> referenced_by;  // that point at this model
  std::vector<Association> associations;  // whose source is this model
  std::vector<OneOf> one_ofs;             // whose source is this model

  const KeyInfo& primary_key() const { return keys[0]; }
  std::optional<std::uint32_t> FindAttribute(std::string_view name) const;
};

// One edge of the graph of models: columns of `owner` that hold a key of `target`.
struct ForeignKeyInfo {
  Model owner;
  std::vector<std::uint32_t> attributes;  // of the owner, in the order of the target's key
  Model target;
  std::uint32_t target_key = 0;  // position in the target's ModelInfo::keys
  Action on_delete = Action::kNoAction;
  Action on_update = Action::kNoAction;
  bool constrained = true;  // false: no REFERENCES, a dangling value is allowed (rule R8)
  bool deferred = false;    // judged at commit instead of at the end of each operation (rule R5)
  std::vector<Association> associations;  // the declarations that meet here, in their order
};

enum class AssociationKind : std::uint8_t { kBelongsTo, kHasOne, kHasMany, kBelongsToMany };

// "belongsTo", "hasOne", "hasMany" or "belongsToMany".
std::string_view KindName(AssociationKind kind);

// What a scoped association reads through and writes (rule R13): the attribute holds one of the
// values. Writing leaves a value that is one of them, and puts the first in place of any other.
struct ScopeEntry {
  std::uint32_t attribute = 0;
  std::vector<Value> values;  // at least one; null is a value like others
};

struct AssociationInfo {
  AssociationKind kind = AssociationKind::kBelongsTo;
  Model source;
  Model target;
  std::string name;      // by which it is reached from its source
  std::string singular;  // accessor stems
  std::string plural;
  bool aliased = false;
  // belongsTo: in the source, pointing at the target. hasOne, hasMany: in the target, pointing at
  // the source. belongsToMany: in the join model, pointing at the source.
  ForeignKey foreign_key;
  // belongsToMany only: the join model, its foreign key to the target, and whether a pair of
  // instances is linked at most once.
  Model through;
  ForeignKey other_key;
  bool through_unique = true;
  std::vector<ScopeEntry> scope;          // on the target
  std::vector<ScopeEntry> through_scope;  // on the join model
  // belongsTo only: on the source itself. Several models share the foreign key, and this says when
  // it holds a key of the target: derived from the scopes of the declarations on the other side
  // (see SchemaBuilder::Dispatch). While it does not hold, nothing is associated; setting writes it
  // together with the key.
  std::vector<ScopeEntry> source_scope;

  bool to_one() const {
    return kind == AssociationKind::kBelongsTo || kind == AssociationKind::kHasOne;
  }
};

// An association to an instance of one of several models. Every alternative is a belongsTo of the
// source like any other.
struct OneOfInfo {
  Model source;
  std::string name;  // by which it is reached from its source
  std::vector<Association> alternatives;
  // Of BelongsToOneOf: every alternative has a foreign key of its own, and exactly one of them must
  // be set; otherwise at most one may be.
  bool required = false;
  // Of Dispatch: the attribute of the source that says which model the one foreign key, shared by
  // all alternatives, refers to.
  std::optional<std::uint32_t> discriminator;

  // Whether it is enforced: alternatives with a foreign key each.
  bool exclusive() const { return !discriminator.has_value(); }
};

// What an accessor of the manual does, and kAppend, which only belongsToMany has and the manual
// does not know. The forms for one and for many, which take the same, are one.
enum class AccessorRole : std::uint8_t {
  kGet,
  kSet,
  kAdd,
  kCreate,
  kRemove,
  kHas,
  kCount,
  kAppend
};

// What the name of an accessor stands for: of an association, or of one to one of several models.
struct AccessorInfo {
  Association association;
  AccessorRole role = AccessorRole::kGet;
  std::optional<OneOf> one_of{};  // then there is no association
  friend bool operator==(const AccessorInfo&, const AccessorInfo&) = default;
};

namespace internal {
struct SchemaData;
struct SchemaAccess;
struct StructId;
template <typename M>
struct MemberCodec;
}  // namespace internal

class Schema {
 public:
  // The empty schema.
  Schema();

  // Everything, in the order of the handles' indices.
  const std::vector<ModelInfo>& models() const;
  const std::vector<ForeignKeyInfo>& foreign_keys() const;
  const std::vector<AssociationInfo>& associations() const;
  const std::vector<OneOfInfo>& one_ofs() const;

  // REQUIRES: the handle is of this schema (checked; the process ends otherwise).
  const ModelInfo& operator[](Model model) const;
  const ForeignKeyInfo& operator[](ForeignKey foreign_key) const;
  const AssociationInfo& operator[](Association association) const;
  const OneOfInfo& operator[](OneOf one_of) const;

  // By name; InvalidArgument (listing the nearest names that exist) when there is none.
  absl::StatusOr<Model> FindModel(std::string_view name) const;
  // `name` is the alias, or else the target's singular name (to one) or plural name (to many).
  absl::StatusOr<Association> FindAssociation(Model source, std::string_view name) const;
  absl::StatusOr<OneOf> FindOneOf(Model source, std::string_view name) const;
  // The position in ModelInfo::attributes.
  absl::StatusOr<std::uint32_t> FindAttribute(Model model, std::string_view name) const;

  // Resolves an attribute to a typed field. InvalidArgument when the model has no such attribute,
  // when T is not its type, or when it is nullable and T is not a std::optional.
  template <typename T>
  absl::StatusOr<Field<T>> FieldOf(Model model, std::string_view attribute) const {
    auto place = PlaceOf(model, attribute, Field<T>::kType, Field<T>::kNullable);
    if (!place.ok()) return place.status();
    return Field<T>(*place);
  }

  // The field of a member of a struct (relata/structs.h), which reads what TypedStore::Get does,
  // but an enumeration as a number. Without a model, the struct must be bound to one only.
  template <typename S, typename M>
  absl::StatusOr<Field<typename internal::MemberCodec<M>::Read>> FieldOf(M S::*member) const;
  template <typename T, typename S, typename M>
  absl::StatusOr<Field<typename internal::MemberCodec<M>::Read>> FieldOf(ModelOf<T> model,
                                                                         M S::*member) const;

  // Every model after all models that its constrained foreign keys refer to (itself aside); models
  // of an accepted cycle stand together, by index. Ties go by index.
  const std::vector<Model>& dependency_order() const;

  // The names of the manual's accessor methods, as (role, name) in a fixed order. To one: get, set,
  // create; to many: get, set, addMultiple, add, create, remove, removeMultiple, hasSingle, hasAll,
  // count.
  std::vector<std::pair<std::string, std::string>> AccessorNames(Association association) const;
  // Of an association to one of several models: get, set, create, after its own name.
  std::vector<std::pair<std::string, std::string>> AccessorNames(OneOf one_of) const;
  // The other way round: what `name` stands for at the instances of a model; also "appendTask" and
  // "appendTasks" of a belongsToMany. InvalidArgument when no association of it derives such a name
  // (with the nearest that is derived), and when two do, as a belongsTo 'task' and a hasMany
  // 'tasks' both derive "createTask". O(associations of it).
  absl::StatusOr<AccessorInfo> FindAccessor(Model source, std::string_view name) const;

  // "task.projectId -> project", and how it was declared: for messages.
  std::string Describe(ForeignKey foreign_key) const;
  // "user belongsToMany project as 'projects' (through 'contract')".
  std::string Describe(Association association) const;
  // "comment.item (one of post, image)".
  std::string Describe(OneOf one_of) const;

  // A hash of all that stored rows depend on: models, attributes, types, keys, foreign keys,
  // actions and which keys exclude each other, in order. Equal schemas have equal fingerprints in
  // every process and on every machine. Secondary indexes are no part of it: what was stored
  // without one loads under a schema with it.
  std::uint64_t fingerprint() const;

  // Whether both are handles to one schema, or to two with equal fingerprints.
  friend bool operator==(const Schema& a, const Schema& b);

 private:
  friend struct internal::SchemaAccess;
  explicit Schema(std::shared_ptr<const internal::SchemaData> data) : data_(std::move(data)) {}
  absl::StatusOr<internal::FieldPlace> PlaceOf(Model model, std::string_view attribute, Type type,
                                               bool optional) const;
  absl::StatusOr<internal::FieldPlace> PlaceOfMember(const internal::StructId& id, Model model,
                                                     std::size_t offset) const;
  std::shared_ptr<const internal::SchemaData> data_;
};

}  // namespace relata

#endif  // RELATA_SCHEMA_H_
