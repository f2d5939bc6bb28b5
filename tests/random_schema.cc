#include "tests/random_schema.h"

#include <array>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "relata/schema_builder.h"

namespace relata::testing {
namespace {

// A key that foreign keys may refer to.
struct DraftKey {
  std::vector<std::string> attributes;
  std::vector<Type> types;
};

struct DraftModel {
  std::string name;
  std::vector<NamedAttribute> attributes;
  std::vector<DraftKey> keys;  // the primary key first
  bool key_is_free = false;    // "k" is the primary key and no foreign key yet
};

Attribute Of(Type type) { return Attribute(type); }

class Drawer {
 public:
  Drawer(std::uint64_t seed, bool like_sqlite)
      : random_(seed), index_random_(seed), like_sqlite_(like_sqlite) {}

  absl::StatusOr<Schema> Draw() {
    const std::size_t models = 2 + random_.Below(3);
    for (std::size_t i = 0; i < models; ++i) models_.push_back(DrawModel(i));
    const std::size_t foreign_keys = 2 + random_.Below(4);
    for (std::size_t i = 0; i < foreign_keys; ++i) DrawForeignKey(i);
    for (DraftModel& model : models_) {
      ModelOptions options{.indexes = DrawIndexes(model)};
      builder_.Define(model.name, model.attributes, std::move(options));
    }
    for (const auto& declare : declarations_) declare(builder_);
    if (random_.Chance(40)) DrawManyToMany();
    DrawOneOfs();
    return std::move(builder_).Build();
  }

 private:
  Type KeyType() { return random_.Chance(50) ? Type::kInteger : Type::kText; }

  DraftModel DrawModel(std::size_t i) {
    DraftModel model;
    model.name = "m" + std::to_string(i);
    switch (random_.Below(5)) {
      case 0:
      case 1:
        model.keys.push_back({{"id"}, {Type::kInteger}});
        break;
      case 2:
      case 3: {
        const Type type = KeyType();
        model.attributes.push_back({"k", Of(type).PrimaryKey()});
        model.keys.push_back({{"k"}, {type}});
        model.key_is_free = true;
        break;
      }
      default: {
        const Type type = KeyType();
        model.attributes.push_back({"a", Integer().PrimaryKey()});
        model.attributes.push_back({"b", Of(type).PrimaryKey()});
        model.keys.push_back({{"a", "b"}, {Type::kInteger, type}});
      }
    }
    if (random_.Chance(50)) {
      const Type type = KeyType();
      Attribute u = Of(type).Unique();
      if (random_.Chance(40)) u.NotNull();
      model.attributes.push_back({"u", u});
      model.keys.push_back({{"u"}, {type}});
    }
    if (random_.Chance(25)) {
      model.attributes.push_back({"c", Integer().Unique("cd")});
      model.attributes.push_back({"d", Integer().Unique("cd")});
      model.keys.push_back({{"c", "d"}, {Type::kInteger, Type::kInteger}});
    }
    model.attributes.push_back({"n", Integer().Default(7)});
    if (random_.Chance(50)) model.attributes.push_back({"s", Text()});
    if (random_.Chance(30)) model.attributes.push_back({"flag", Boolean().NotNull().Default(true)});
    if (random_.Chance(30)) model.attributes.push_back({"x", Double()});
    return model;
  }

  Action DrawAction(bool not_null, bool in_key) {
    constexpr std::array<Action, 5> kAll = {Action::kCascade, Action::kNoAction,
                                            Action::kSetDefault, Action::kSetNull,
                                            Action::kRestrict};
    if (in_key && like_sqlite_) return kAll[random_.Below(2)];
    for (;;) {
      const Action action = kAll[random_.Below(like_sqlite_ ? 4 : 5)];
      if (action == Action::kSetNull && not_null) continue;
      return action;
    }
  }

  void DrawForeignKey(std::size_t i) {
    DraftModel& owner = models_[random_.Below(models_.size())];
    DraftModel& target = models_[random_.Below(models_.size())];
    const std::size_t k = random_.Below(target.keys.size());
    const DraftKey key = target.keys[k];
    // The primary key itself as a foreign key, to another model.
    const bool identifying = random_.Chance(25) && owner.key_is_free && &owner != &target &&
                             key.types.size() == 1 && key.types[0] == owner.keys[0].types[0];
    const bool unique = !identifying && key.types.size() == 1 && random_.Chance(20);
    const bool not_null = identifying || random_.Chance(25);
    const Action on_delete = DrawAction(not_null, identifying || unique);
    const Action on_update = DrawAction(not_null, identifying || unique);
    const bool defaults = on_delete == Action::kSetDefault || on_update == Action::kSetDefault;
    const std::string name = "f" + std::to_string(i);
    if (identifying) {
      owner.key_is_free = false;
      for (NamedAttribute& attribute : owner.attributes) {
        if (attribute.name != "k") continue;
        attribute.attribute.References(target.name, key.attributes[0])
            .OnDelete(on_delete)
            .OnUpdate(on_update);
        if (defaults) attribute.attribute.Default(RandomValue(random_, key.types[0]));
      }
      return;
    }
    if (random_.Chance(50) && (key.types.size() == 1 || (k == 0 && !defaults))) {
      DeclareAssociations(name, owner.name, target.name, key, k, not_null, unique, on_delete,
                          on_update, defaults);
      if (unique) owner.keys.push_back({{name}, key.types});
      return;
    }
    for (std::size_t part = 0; part < key.types.size(); ++part) {
      Attribute column = Of(key.types[part]);
      if (not_null) column.NotNull();
      if (unique) column.Unique();
      if (defaults) column.Default(RandomValue(random_, key.types[part]));
      column
          .References(target.name, key.attributes[part],
                      key.types.size() > 1 ? std::string_view(name) : std::string_view())
          .OnDelete(on_delete)
          .OnUpdate(on_update);
      const std::string column_name =
          key.types.size() > 1 ? name + "_" + std::to_string(part) : name;
      owner.attributes.push_back({column_name, column});
      if (unique) owner.keys.push_back({{column_name}, {key.types[part]}});
    }
  }

  void DeclareAssociations(const std::string& name, const std::string& owner,
                           const std::string& target, const DraftKey& key, std::size_t key_position,
                           bool not_null, bool unique, Action on_delete, Action on_update,
                           bool defaults) {
    KeyColumns columns =
        key.types.size() == 1 ? KeyColumns(name) : KeyColumns({name + "_0", name + "_1"});
    if (not_null) columns.NotNull();
    if (unique) columns.Unique();
    if (defaults) columns.Default(RandomValue(random_, key.types[0]));
    AssociationOptions options;
    options.foreign_key = columns;
    if (random_.Chance(15)) {
      options.constraints = false;
    } else {
      options.on_delete = on_delete;
      options.on_update = on_update;
    }
    AssociationOptions of_target = options;
    options.as = "parent" + name;
    of_target.as = Alias("child" + name, "children" + name);
    if (key_position != 0) {
      options.target_key = key.attributes[0];
      of_target.source_key = key.attributes[0];
    }
    const bool one = unique && random_.Chance(50);
    if (!not_null && !options.constraints.has_value()) {
      possible_alternatives_[owner].push_back({.target = target, .options = options});
    }
    declarations_.push_back([=](SchemaBuilder& builder) {
      builder.BelongsTo(owner, target, options);
      if (one) {
        builder.HasOne(target, owner, of_target);
      } else {
        builder.HasMany(target, owner, of_target);
      }
    });
  }

  // On attributes, and the list of those over two.
  std::vector<IndexOptions> DrawIndexes(DraftModel& model) {
    bool ordered = false;  // "n" by itself
    for (NamedAttribute& attribute : model.attributes) {
      const bool plain = attribute.name == "n" || attribute.name == "s" || attribute.name == "x";
      if (index_random_.Chance(25)) {
        attribute.attribute.Index();
        ordered = ordered || attribute.name == "n";
      }
      if (plain && index_random_.Chance(25)) attribute.attribute.Index(IndexKind::kHashed);
    }
    const std::string other = model.attributes.front().name;
    if (other == "n") return {};
    std::vector<IndexOptions> indexes;
    if (index_random_.Chance(25)) {
      indexes.push_back({.attributes = {other, "n"}, .kind = IndexKind::kHashed});
    }
    if (!ordered && index_random_.Chance(25)) indexes.push_back({.attributes = {"n", other}});
    return indexes;
  }

  // Some of the relations of a model as alternatives, of which at most or exactly one is set.
  void DrawOneOfs() {
    for (auto& [owner, possible] : possible_alternatives_) {
      if (possible.size() < 2 || !random_.Chance(60)) continue;
      std::vector<Alternative> alternatives;
      bool nulls = false;
      for (PossibleAlternative& one : possible) {
        one.options.as = "side" + std::to_string(alternatives.size());
        for (const std::optional<Action>& action : {one.options.on_delete, one.options.on_update}) {
          nulls |= action == Action::kSetNull || action == Action::kSetDefault;
        }
        alternatives.push_back(Alternative(ModelRef(one.target), one.options));
      }
      // SQLite judges a row that is nulled at once, also when the same statement goes on to delete
      // it.
      const bool required = random_.Chance(50) && !(nulls && like_sqlite_);
      builder_.BelongsToOneOf(owner, std::move(alternatives),
                              {.as = "whole", .required = required});
    }
  }

  void DrawManyToMany() {
    const std::string left = models_[random_.Below(models_.size())].name;
    const std::string right = models_[random_.Below(models_.size())].name;
    AssociationOptions there;
    there.as = Alias("friend", "friends");
    there.through = Through("link");
    if (left == right) {
      there.foreign_key = KeyColumns();
      builder_.BelongsToMany(left, right, there);
      return;
    }
    AssociationOptions back = there;
    back.as = Alias("fan", "fans");
    builder_.BelongsToMany(left, right, there);
    builder_.BelongsToMany(right, left, back);
  }

  Random random_;
  Random index_random_;  // so that a seed draws the schema that it drew before there were indexes
  bool like_sqlite_;
  SchemaBuilder builder_{SchemaOptions{.cycles = SchemaOptions::Cycles::kDefer}};
  std::vector<DraftModel> models_;
  std::vector<std::function<void(SchemaBuilder&)>> declarations_;
  struct PossibleAlternative {
    std::string target;
    AssociationOptions options;
  };
  std::map<std::string, std::vector<PossibleAlternative>> possible_alternatives_;  // by owner
};

}  // namespace

Value RandomValue(Random& random, Type type, std::size_t domain) {
  const auto number = static_cast<std::int64_t>(1 + random.Below(domain));
  switch (type) {
    case Type::kInteger:
      return number;
    case Type::kDouble:
      return static_cast<double>(number) / 4;
    case Type::kBoolean:
      return number % 2 == 0;
    case Type::kText: {
      // Short ones lie in the row, long ones do not.
      const std::string text = std::to_string(number);
      return number % 5 == 0 ? "a text that is too long for its row: " + text : text;
    }
    default:
      return Value();
  }
}

absl::StatusOr<Schema> RandomSchema(std::uint64_t seed, bool like_sqlite) {
  return Drawer(seed, like_sqlite).Draw();
}

std::string Describe(const Schema& schema) {
  std::string text;
  for (const ModelInfo& model : schema.models()) {
    text += model.name + ":";
    for (const AttributeInfo& attribute : model.attributes) {
      text += " " + attribute.name + " " + std::string(TypeName(attribute.type));
      if (!attribute.nullable) text += " NOT NULL";
      if (!attribute.default_value.is_null()) {
        text += " DEFAULT " + attribute.default_value.ToString();
      }
      text += ",";
    }
    for (const KeyInfo& key : model.keys) {
      text += &key == &model.keys[0] ? " primary key (" : " unique (";
      for (const std::uint32_t a : key.attributes) text += " " + model.attributes[a].name;
      text += " )";
    }
    for (const IndexInfo& index : model.indexes) {
      text += " " + std::string(IndexKindName(index.kind)) + " (";
      for (const std::uint32_t a : index.attributes) text += " " + model.attributes[a].name;
      text += " )";
    }
    text += "\n";
  }
  for (std::uint32_t i = 0; i < schema.foreign_keys().size(); ++i) {
    const ForeignKeyInfo& f = schema.foreign_keys()[i];
    text += schema.Describe(ForeignKey{i}) + ": ON DELETE " + std::string(ActionName(f.on_delete)) +
            ", ON UPDATE " + std::string(ActionName(f.on_update)) +
            (f.constrained ? "" : ", not constrained") + (f.deferred ? ", deferred" : "") + "\n";
  }
  for (std::uint32_t i = 0; i < schema.one_ofs().size(); ++i) {
    text += (schema.one_ofs()[i].required ? "exactly one: " : "at most one: ") +
            schema.Describe(OneOf{i}) + "\n";
  }
  return text;
}

}  // namespace relata::testing
