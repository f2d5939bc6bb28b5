// Declares models and associations, and builds a Schema from them in one pass (rules R1 to R8).
//
//   relata::SchemaBuilder builder;
//   auto team = builder.Define("team", {{"name", relata::Text().NotNull().Unique()}});
//   auto player = builder.Define("player", {{"name", relata::Text()}});
//   auto players = builder.HasMany(team, player, {.on_delete = relata::Action::kCascade});
//   builder.BelongsTo(player, team);                      // the same relation, seen from there
//   absl::StatusOr<relata::Schema> schema = std::move(builder).Build();
//
// Declaring checks nothing and cannot fail; Build checks everything and reports every mistake at
// once. The order of declarations changes no meaning: it only decides the order of attributes and
// the indices of handles. Not safe for concurrent use.
#ifndef RELATA_SCHEMA_BUILDER_H_
#define RELATA_SCHEMA_BUILDER_H_

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "relata/ref.h"
#include "relata/schema.h"
#include "relata/validation.h"

namespace relata {

// An attribute under declaration: a type and what holds for it. Nullable unless NotNull.
class Attribute {
 public:
  explicit Attribute(Type type) : type_(type) {}

  Attribute& NotNull();
  // The default; said explicitly, it also holds against an association that says NotNull of its
  // key.
  Attribute& Nullable();
  // Unique by itself. Null is equal to nothing: any number of rows may hold it.
  Attribute& Unique();
  // Unique together with all attributes of the model that name the same constraint.
  Attribute& Unique(std::string_view constraint);
  // In a secondary index by itself; ModelOptions::indexes declares those of several attributes. May
  // be said once for each kind. Keys and foreign keys need none to be found by equality.
  Attribute& Index(IndexKind kind = IndexKind::kOrdered, std::string_view name = {});
  // Taken when no value is given (an explicit null stays null). Must be of the attribute's type.
  Attribute& Default(Value value);
  // Part of the primary key, in the order of the attributes; implies NotNull.
  Attribute& PrimaryKey();
  // An integer primary key that is drawn from 1, 2, 3... when no value is given; a value once
  // handed out is never handed out again, not even after a delete.
  Attribute& AutoIncrement();
  // The name in the database, when it is not that of the attribute.
  Attribute& Column(std::string_view column);
  // A foreign key without an association: `model` is the name of a model or else of a table, `key`
  // a unique attribute of it; left out, the primary key. Attributes of one model that name the same
  // `constraint` make one foreign key together, each with its part of the key. An association over
  // the same attributes joins in (rule R1).
  Attribute& References(std::string_view model, std::string_view key = {},
                        std::string_view constraint = {});
  // Actions of the foreign key; without them NO ACTION, or the association's.
  Attribute& OnDelete(Action action);
  Attribute& OnUpdate(Action action);
  // What a value must satisfy beyond its type (relata/validation.h). Several add up.
  Attribute& Validate(ValueValidator validator);

 private:
  friend class SchemaBuilder;
  friend struct SchemaDraft;
  struct Reference {
    std::string model;
    std::string key;
    std::string constraint;
  };
  struct OwnIndex {
    IndexKind kind;
    std::string name;
  };
  Type type_;
  std::optional<bool> nullable_;
  bool unique_ = false;
  std::vector<std::string> unique_with_;
  std::vector<OwnIndex> indexes_;
  std::optional<Value> default_value_;
  bool primary_key_ = false;
  bool auto_increment_ = false;
  std::string column_;
  std::optional<Reference> references_;
  std::optional<Action> on_delete_;
  std::optional<Action> on_update_;
  std::vector<ValueValidator> validators_;
};

inline Attribute Integer() { return Attribute(Type::kInteger); }
inline Attribute Double() { return Attribute(Type::kDouble); }
inline Attribute Boolean() { return Attribute(Type::kBoolean); }
inline Attribute Text() { return Attribute(Type::kText); }
inline Attribute Bytes() { return Attribute(Type::kBytes); }
inline Attribute Uuid() { return Attribute(Type::kUuid); }
inline Attribute Timestamp() { return Attribute(Type::kTimestamp); }

struct NamedAttribute {
  std::string name;
  Attribute attribute;
};

// A word in both numbers. What is left empty is derived from the other (rule R6).
struct Inflected {
  std::string singular{};
  std::string plural{};
};

// A secondary index over attributes of a model, the columns of foreign keys that associations
// generate included:
//
//   builder.Define("person", {{"first", relata::Text()}, {"last", relata::Text()}},
//                  {.indexes = {{.attributes = {"last", "first"}}}});
//
// An ordered index also serves whatever asks for its first attributes only, so one that is the
// beginning of another is refused as superfluous; so is a hashed one over the attributes of a key
// or of another hashed one.
struct IndexOptions {
  std::string name{};  // default: table_column_column, and _hash after that of a hashed one
  std::vector<std::string> attributes{};
  IndexKind kind = IndexKind::kOrdered;
};

struct ModelOptions {
  std::string table{};                // default: the plural of the name
  bool freeze_table_name = false;     // the table is named as the model is
  std::optional<bool> underscored{};  // default: that of the schema
  Inflected name{};                   // the model's own singular and plural
  std::vector<IndexOptions> indexes{};
  std::vector<RowValidator> validators{};  // of its rows as a whole (relata/validation.h)
};

// An association's alias: one word, of which the other number is derived, or both numbers.
class Alias {
 public:
  Alias() = default;
  Alias(const char* word) : word_(word) {}
  Alias(std::string word) : word_(std::move(word)) {}
  Alias(std::string singular, std::string plural)
      : forms_{std::move(singular), std::move(plural)} {}

 private:
  friend struct SchemaDraft;
  std::string word_;
  Inflected forms_;
};

// A model by its handle or by its name; a name may be defined later, and may be that of a join
// model that is created.
class ModelRef {
 public:
  ModelRef(Model model) : model_(model) {}
  ModelRef(const char* name) : name_(name) {}
  ModelRef(std::string name) : name_(std::move(name)) {}
  ModelRef(std::string_view name) : name_(name) {}

 private:
  friend struct SchemaDraft;
  std::optional<Model> model_;
  std::string name_;
};

// The column or columns of a foreign key: their names (default: generated) and what holds for them.
// A list names one column for each part of a composite key. What the model itself declares of an
// attribute of that name wins.
class KeyColumns {
 public:
  KeyColumns() = default;
  KeyColumns(const char* name) : names_{name} {}
  KeyColumns(std::string name) : names_{std::move(name)} {}
  KeyColumns(std::initializer_list<std::string> names) : names_(names) {}

  KeyColumns& NotNull();
  KeyColumns& Nullable();
  KeyColumns& Unique();
  KeyColumns& Default(Value value);

 private:
  friend struct SchemaDraft;
  std::vector<std::string> names_;
  std::optional<bool> nullable_;
  bool unique_ = false;
  std::optional<Value> default_value_;
};

// The join model of a belongsToMany: its name (one that no model has creates the model, and its
// table of the same name), whether a pair may be linked only once (default: yes; only a join model
// with a primary key of its own can say no), and values that every join row of this association
// has. In a scope an attribute may stand several times: then each of the values is in scope.
struct Through {
  Through() = default;
  Through(const char* name) : model(name) {}
  Through(std::string name) : model(std::move(name)) {}
  Through(std::string name, std::optional<bool> is_unique, Values join_scope = {})
      : model(std::move(name)), unique(is_unique), scope(std::move(join_scope)) {}

  std::string model;
  std::optional<bool> unique;
  Values scope;
};

// What is left out is derived, or taken from the other declarations of the same relation; two that
// disagree are refused (rule R1). Declarations are of one relation when they meet in the same
// columns of the same model, and those of a belongsToMany when they join the same two models
// through the same join model.
//
// A generated key is named after the alias (belongsTo; hasOne, in the singular) or else the
// singular of the model it refers to, and that model's primary key: teamId, or team_id where the
// owner is underscored; a join model that is made for a belongsToMany is where both of its ends
// are. hasMany and belongsToMany leave the alias aside, but for the other key of a model that is
// joined to itself. Without an alias, hasOne takes the singular of the model's name itself,
// whatever forms the model gives.
//
// Every option has an initializer, so that compilers warn of none that is left out.
struct AssociationOptions {
  Alias as{};
  KeyColumns foreign_key{};
  KeyColumns other_key{};    // belongsToMany: the column that holds the target's key
  std::string source_key{};  // hasOne, hasMany: the key of the source that is referred to
  std::string target_key{};  // belongsTo: the key of the target that is referred to
  Through through{};         // belongsToMany
  Values scope{};            // on the target; an attribute may stand several times, see Through
  std::optional<bool> constraints{};  // default: true. False: no integrity at all (rule R8)
  // Of a belongsToMany: for the key to its source; for the other key too, unless the declaration
  // from the other side gives its own.
  std::optional<Action> on_delete{};
  std::optional<Action> on_update{};
};

// A model that BelongsToOneOf may refer to, with the options of the belongsTo that this makes.
// Those that say `as` have their key named after it (itemPostId), as every belongsTo does.
struct Alternative {
  Alternative(ModelRef to, AssociationOptions with = {})
      : model(std::move(to)), options(std::move(with)) {}
  Alternative(Model to) : model(to) {}
  Alternative(const char* to) : model(to) {}

  ModelRef model;
  AssociationOptions options;
};

struct OneOfOptions {
  std::string as{};       // the name of the association as a whole
  bool required = false;  // exactly one alternative is set; otherwise at most one
  // Of every alternative that does not say otherwise.
  std::optional<Action> on_delete{};
  std::optional<Action> on_update{};
};

struct DispatchOptions {
  std::string discriminator{};              // an attribute of the source
  std::vector<Association> alternatives{};  // declared from either side
};

struct SchemaOptions {
  bool underscored = false;
  // What to do about cycles of constrained foreign keys between different models (rule R5).
  enum class Cycles { kReject, kDefer } cycles = Cycles::kReject;
};

struct SchemaDraft;  // internal: what was declared
template <typename T>
struct StructOptions;  // relata/structs.h
namespace internal {
struct MemberName;
struct StructType;
}  // namespace internal

class SchemaBuilder {
 public:
  explicit SchemaBuilder(SchemaOptions options = {});
  SchemaBuilder(SchemaBuilder&&) noexcept;
  SchemaBuilder& operator=(SchemaBuilder&&) noexcept;
  ~SchemaBuilder();

  // A model without a primary key gets an auto-incremented integer "id".
  Model Define(std::string_view name, std::vector<NamedAttribute> attributes,
               ModelOptions options = {});

  // C++ structs as models (relata/structs.h has the options and must be included). Define makes the
  // model's attributes of the members that T's serialize names. Bind uses T for a model that was
  // defined by name: it may name fewer attributes, and what it names must agree with the model.
  // Build checks that, and reports what does not agree by the name of the member. Several structs
  // may be bound to one model, and one struct to several models.
  template <typename T>
  ModelOf<T> Define(std::string_view name, StructOptions<T> options = {});
  template <typename T>
  ModelOf<T> Bind(Model model);

  Association BelongsTo(ModelRef source, ModelRef target, AssociationOptions options = {});
  Association HasOne(ModelRef source, ModelRef target, AssociationOptions options = {});
  Association HasMany(ModelRef source, ModelRef target, AssociationOptions options = {});
  Association BelongsToMany(ModelRef source, ModelRef target, AssociationOptions options = {});

  // Between the models of structs.
  template <typename S, typename T>
  ToOne<S, T> BelongsTo(ModelOf<S> source, ModelOf<T> target, AssociationOptions options = {}) {
    return ToOne<S, T>(BelongsTo(ModelRef(source), ModelRef(target), std::move(options)));
  }
  template <typename S, typename T>
  ToOne<S, T> HasOne(ModelOf<S> source, ModelOf<T> target, AssociationOptions options = {}) {
    return ToOne<S, T>(HasOne(ModelRef(source), ModelRef(target), std::move(options)));
  }
  template <typename S, typename T>
  ToMany<S, T> HasMany(ModelOf<S> source, ModelOf<T> target, AssociationOptions options = {}) {
    return ToMany<S, T>(HasMany(ModelRef(source), ModelRef(target), std::move(options)));
  }
  template <typename S, typename T>
  ToMany<S, T> BelongsToMany(ModelOf<S> source, ModelOf<T> target,
                             AssociationOptions options = {}) {
    return ToMany<S, T>(BelongsToMany(ModelRef(source), ModelRef(target), std::move(options)));
  }

  // An association to an instance of one of several models, with full integrity: one nullable
  // foreign key for each alternative, constrained as that of any belongsTo, of which at most one
  // is set (exactly one when `required`). A key is set when none of its columns is null. This is
  // judged on the state that an operation would leave (rule R10), as kCheck; SQLite gets a CHECK.
  //
  //   auto comments = builder.HasMany(post, comment);   // optional: the same keys, seen from there
  //   auto item = builder.BelongsToOneOf(comment, {post, image, video}, {.as = "item"});
  //   ...
  //   store.Set(*c, item, *an_image);                   // and no longer a comment of the post
  //   store.GetAny(*c, item);                           // a post, an image, a video or nothing
  //
  // An alternative is the belongsTo that BelongsTo would declare: it has the same names (postId,
  // or after its own alias), meets hasOne and hasMany from its model in the same key (rule R1), and
  // can be used by itself (Schema::FindAssociation). Linking a row by one alternative, from either
  // side, clears the others in the same operation; writing a second key as an attribute does not.
  // ON DELETE is by default SET NULL; where `required`, as that of a NOT NULL key (rule R2), and a
  // SET NULL that leaves no alternative set is refused. Columns may be shared by composite keys, if
  // each alternative keeps one that is its own and nullable.
  OneOf BelongsToOneOf(ModelRef source, std::vector<Alternative> alternatives,
                       OneOfOptions options);

  // Names the manual's polymorphic association: several belongsTo with constraints: false that
  // share one foreign key, and an attribute, the discriminator, that says whose key it is.
  //
  //   auto of_post = builder.HasMany(post, comment, {.foreign_key = "commentable_id",
  //       .scope = {{"commentable", "post"}}, .constraints = false});
  //   builder.BelongsTo(comment, post, {.foreign_key = "commentable_id", .constraints = false});
  //   ... the same for image ...
  //   auto item = builder.Dispatch(comment, "item");
  //
  // What is left out is derived: the alternatives are all belongsTo of the source that share such a
  // key, the discriminator is what the scopes on the other side have in common, and an alternative
  // has the values that they give, or else its own name, as in the manual's getItem.
  //
  // Also without Dispatch, what reads such a key reads it only where the discriminator says so, and
  // what writes it writes both: a belongsTo, and a belongsToMany from the other side, take over
  // the scopes that the declarations towards the key agree on (rules R1 and R13). Nothing is
  // enforced: a key may dangle, and then nothing is associated (rule R8).
  OneOf Dispatch(ModelRef source, std::string_view name, DispatchOptions options = {});

  // The finished schema, or InvalidArgument with every mistake found, one a line, each naming the
  // models and associations concerned and how to mend it (rule R3). KindOf gives the kind of the
  // first one. Handles handed out stay valid for the schema. O(size of the schema squared) at
  // worst.
  absl::StatusOr<Schema> Build() &&;

 private:
  Model DefineStruct(std::string_view name, const internal::StructType& type,
                     std::vector<std::pair<internal::MemberName, Attribute>> attributes,
                     ModelOptions options, bool defaults);
  void BindStruct(Model model, const internal::StructType& type);

  std::unique_ptr<SchemaDraft> draft_;
};

// The inflection that names are derived with (rule R6): case is kept, and a word that has the other
// number already is left alone.
std::string Pluralize(std::string_view word);
std::string Singularize(std::string_view word);

}  // namespace relata

#endif  // RELATA_SCHEMA_BUILDER_H_
