// Drafts: rows to be created, connected or updated together, nested as deep as you like, and
// carried out as one operation (rule R17).
//
//   store.Create(team, {{"name", "Arsenal"},
//                       {"league", {{"name", "Premier League"}}},              // one: created
//                       {"players", {{{"name", "Henry"}, {"goals", 228}},      // created
//                                    bergkamp, 7,                              // connected
//                                    Draft(adams, {{"captain", true}})}},      // and updated
//                       {coaches, {With(wenger, {{"since", 1996}})}}});        // by its handle
//
// A name is that of an attribute, or the name or handle of an association of any kind. Values
// create; instances and keys connect. Under a belongsToMany, With gives values to the join row; a
// nested row may also have them under the join model's name: {"contract", {{"since", 1996}}}.
//
// Under an association to one of several models (BelongsToOneOf, Dispatch) an instance says by its
// model which alternative is meant, and a new row by its own; a key cannot, it goes under the name
// of the alternative:
//
//   store.Create(comment, {{"item", an_image}});
//   store.Create(comment, {{"item", Draft(post, {{"title", "Hello"}})}});
//   store.Create(comment, {{"post", 7}});
//
// Rows are written depth first: those that a row belongs to, with all that hangs on them, then the
// row, then its children in the order given. Scopes win over values, and a link over a value of
// its foreign key (rule R13). Two links of one row that cannot both be are refused, the one to the
// row around it included: two alternatives of an association to one of several models, or two
// that share a column and give it different values. Null for an alternative that is not set
// changes nothing. A foreign key that is deferred is judged when everything is there.
// Mistakes name the place: "team.players[1].nmae: model 'player' has no attribute or association
// 'nmae'; did you mean 'name'?".
//
// What no one knows when the program is written (JSON, scripts, trees of any depth) is drafted row
// by row:
//
//   relata::Draft draft;
//   draft.root().Set("name", "Arsenal");
//   draft.root().Create("players").Set("name", "Henry").Set("goals", 228);
//   draft.root().Connect("players", bergkamp);
//
// A draft is a value: it owns what was written into it, in one piece (its depth costs no stack),
// and can be carried out any number of times. Braces copy a row once for each level around it;
// writing row by row copies nothing twice. Writing checks nothing and cannot fail: Store::Create
// and Store::Update check everything, and say InvalidArgument for what does not fit the schema or
// itself; of what is to be connected, kForeignKey for a key that no row has and NotFound for a
// handle that names no instance. Any number of threads may read a draft and carry it out, each on a
// store of its own, or one may write it.
#ifndef RELATA_DRAFT_H_
#define RELATA_DRAFT_H_

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "relata/handle.h"
#include "relata/target.h"
#include "relata/value.h"

namespace relata {

class Draft;
class DraftEntry;
class DraftRow;

// How a type of the user's own is drafted: a specialization has
//   static void Write(const T& value, DraftRow row);
// which sets the values of one row, and what it has nested. Then a T goes wherever a nested row
// does.
template <typename T>
struct DraftTraits;

template <typename T>
concept Draftable = requires(const T& value, const DraftRow& row) {
  DraftTraits<T>::Write(value, row);
};

// What a value in a draft belongs to: an attribute or an association, by name; an association by
// its handle; or what an Entry is about.
class DraftName {
 public:
  enum class Kind { kText, kAssociation, kOneOf, kField };
  template <typename T>
  requires std::convertible_to<const T&, std::string_view> DraftName(const T& name)
      : text_(std::string_view(name)) {}
  DraftName(Association association) : kind_(Kind::kAssociation), index_(association.index) {}
  DraftName(OneOf one_of) : kind_(Kind::kOneOf), index_(one_of.index) {}
  explicit DraftName(const Entry& entry)
      : kind_(entry.is_link() ? Kind::kAssociation : Kind::kField),
        model_(entry.model().index),
        index_(entry.is_link() ? entry.association().index : entry.attribute()) {}

  Kind kind() const { return kind_; }
  const std::string& text() const { return text_; }
  Association association() const { return Association{index_}; }
  OneOf one_of() const { return OneOf{index_}; }
  Model model() const { return Model{model_}; }       // of a field
  std::uint32_t attribute() const { return index_; }  // of a field
  friend bool operator==(const DraftName&, const DraftName&) = default;

 private:
  Kind kind_ = Kind::kText;
  std::string text_;
  std::uint32_t model_ = UINT32_MAX;
  std::uint32_t index_ = 0;
};

namespace internal {

inline constexpr std::uint32_t kNoPart = UINT32_MAX;

// A row of a draft, and what it is given; all rows and parts of a draft lie in two lists.
struct DraftNode {
  std::optional<Target> existing;  // connected, not created
  std::optional<Model> model;      // of a new row, where it is said
  bool or_update = false;
  Values through;
  std::uint32_t first_part = kNoPart;
  std::uint32_t last_part = kNoPart;
  std::uint32_t next = kNoPart;  // row of the same part
};

// What one name of a row is given: a value, or rows.
struct DraftPart {
  DraftName name;
  bool is_value = false;
  bool only = false;  // nothing else is to stay linked
  Value value{};
  std::uint32_t first_row = kNoPart;
  std::uint32_t last_row = kNoPart;
  std::uint32_t next = kNoPart;  // part of the same row
};

}  // namespace internal

class Draft {
 public:
  // A new row. In braces it is written without its name.
  Draft();
  Draft(std::initializer_list<DraftEntry> entries);
  template <std::same_as<Values> V>
  Draft(const V& values) : Draft() {
    SetAll(values);
  }
  template <Draftable T>
  Draft(const T& value);
  // A new row of this model: what an association to one of several models needs to know, and
  // checked everywhere else.
  Draft(Model model, std::initializer_list<DraftEntry> entries);
  // A row that exists, and what is to become of it.
  Draft(Target existing, std::initializer_list<DraftEntry> entries);

  DraftRow root();
  // How many rows it has.
  std::size_t size() const { return rows_.size(); }

  const std::vector<internal::DraftNode>& rows() const { return rows_; }    // for relata itself
  const std::vector<internal::DraftPart>& parts() const { return parts_; }  // for relata itself

 private:
  friend class DraftRow;
  void SetAll(const Values& values);
  void Write(std::initializer_list<DraftEntry> entries);
  std::uint32_t AddPart(std::uint32_t row, DraftName name);
  std::uint32_t AddRow(std::uint32_t part);
  // The last part of a row with this name that holds rows, or a new one.
  std::uint32_t PartOf(std::uint32_t row, const DraftName& name);
  void Graft(std::uint32_t part, const Draft& draft);

  std::vector<internal::DraftNode> rows_;  // the root first
  std::vector<internal::DraftPart> parts_;
};

// One row of a draft, to be written to. Valid as long as its draft is neither moved nor destroyed.
class DraftRow {
 public:
  // The value of an attribute; for the name of an association, the key of what is connected, or
  // null for nothing. Returns the row itself.
  const DraftRow& Set(DraftName name, Value value) const;
  // One more row for an association, to be created. Returns that row. O(parts of this row).
  DraftRow Create(const DraftName& association) const;
  // One more for an association, that exists; what is set on it updates it. Returns that row.
  DraftRow Connect(const DraftName& association, Target target) const;
  // A copy of all that a draft says.
  DraftRow Add(const DraftName& association, const Draft& draft) const;
  // Whatever else is linked by an association is to be unlinked, see Only.
  const DraftRow& Only(const DraftName& association) const;
  // Values for the join row by which this row is linked, see With. Returns the row itself.
  const DraftRow& Through(const Values& values) const;
  // See Upsert. Returns the row itself.
  const DraftRow& OrUpdate() const;
  // Says of which model a new row is. Returns the row itself.
  const DraftRow& Of(Model model) const;

  // Its position in the draft, root 0: by which Store::Create tells what became of it.
  std::uint32_t index() const { return row_; }

 private:
  friend class Draft;
  DraftRow(Draft* draft, std::uint32_t row) : draft_(draft), row_(row) {}
  Draft* draft_;
  std::uint32_t row_;
};

template <Draftable T>
Draft::Draft(const T& value) : Draft() {
  DraftTraits<T>::Write(value, root());
}

// What is linked: a draft of a new row, or of one that exists.
class DraftTarget {
 public:
  DraftTarget(std::initializer_list<DraftEntry> entries) : draft_(entries) {}
  template <std::same_as<Draft> T>
  DraftTarget(T draft) : draft_(std::move(draft)) {}
  template <typename T>
  requires(std::constructible_from<Target, T> && !Draftable<std::remove_cvref_t<T>>)
      DraftTarget(T&& target)
      : draft_(Target(std::forward<T>(target)), {}) {}
  template <Draftable T>
  DraftTarget(const T& value) : draft_(value) {}

  const Draft& draft() const { return draft_; }
  DraftTarget& Through(const Values& values) {
    draft_.root().Through(values);
    return *this;
  }

 private:
  Draft draft_;
};

// A nested row with values for its join row.
DraftTarget With(Draft draft, const Values& through);
template <Draftable T>
DraftTarget With(const T& value, const Values& through) {
  return With(Draft(value), through);
}

// A row that is created unless one exists that has its primary key or any other unique key, all of
// whose attributes it gives, keys in their order; that one is updated instead. It gives them by
// value, or by what it belongs to: {"house", b} gives houseId, and wins over a value of it. What a
// scope gives does not count, nor does the link by which the row hangs on the one around it.
// AlreadyExists when what is then created or updated has a key of yet another row. At the root, for
// Store::Create only. Only finds what such a row is by the values and instances that it gives, not
// by a parent that is nested to be created or found itself.
Draft Upsert(Draft draft);

// What a name is given: a value; or for an association an instance or a key, a nested row, or a
// list of these. Nothing, and an empty list, change nothing, to one as to many: what is linked
// stays. Null unlinks what is linked, and so does Only of an empty list.
class DraftValue {
 public:
  DraftValue() = default;
  DraftValue(std::initializer_list<DraftTarget> targets) : rows_(targets) {}
  DraftValue(std::initializer_list<DraftEntry> entries) { rows_.emplace_back(entries); }
  template <typename T>
  requires(std::constructible_from<Value, T> && !std::same_as<std::remove_cvref_t<T>, DraftValue>)
      DraftValue(T&& value)
      : value_(std::forward<T>(value)) {}
  template <typename T>
  requires(!std::constructible_from<Value, T> &&
           !std::same_as<std::remove_cvref_t<T>, DraftValue> &&
           (std::same_as<std::remove_cvref_t<T>, DraftTarget> ||
            std::constructible_from<DraftTarget, T>)) DraftValue(T&& target) {
    rows_.emplace_back(std::forward<T>(target));
  }
  template <typename T>
  requires(!std::constructible_from<Value, const std::vector<T>&> &&
           std::constructible_from<DraftTarget, const T&>) DraftValue(const std::vector<T>& targets)
      : rows_(targets.begin(), targets.end()) {}

  const std::optional<Value>& value() const { return value_; }
  const std::vector<DraftTarget>& rows() const { return rows_; }
  bool only() const { return only_; }

 private:
  friend DraftValue Only(DraftValue value);
  std::optional<Value> value_;
  std::vector<DraftTarget> rows_;
  bool only_ = false;
};

// All that an association is to be linked to: what else is linked is unlinked, and a key that is
// NOT NULL refuses that (rule R14). To one, only an empty list says more with it than without.
DraftValue Only(DraftValue value);

// A name and what it is given.
class DraftEntry {
 public:
  DraftEntry(DraftName name, DraftValue value) : name_(std::move(name)), value_(std::move(value)) {}
  template <std::same_as<NamedValue> T>
  DraftEntry(const T& named) : name_(named.name), value_(named.value) {}
  // What a field or a belongsTo makes: `goals(228)`, `its_team(arsenal)`.
  template <std::same_as<Entry> T>
  DraftEntry(const T& entry) : name_(entry) {
    if (entry.is_link()) {
      value_ = entry.target();
    } else {
      value_ = Value::From(entry.value());
    }
  }

  const DraftName& name() const { return name_; }
  const DraftValue& value() const { return value_; }

 private:
  DraftName name_;
  DraftValue value_;
};

namespace internal {

// Views of what a Value can be made of, without making one.
struct Borrowed {
  static ValueView ViewOf(std::nullptr_t) { return {}; }
  static ValueView ViewOf(std::nullopt_t) { return {}; }
  template <std::same_as<Value> T>
  static ValueView ViewOf(const T& value) {
    return value.view();
  }
  template <std::same_as<bool> T>
  static ValueView ViewOf(T value) {
    return value;
  }
  template <std::integral T>
  requires(!std::same_as<T, bool>) static ValueView ViewOf(T value) {
    static_assert(sizeof(T) < 8 || std::is_signed_v<T>,
                  "an unsigned 64-bit number does not fit an INTEGER: cast it to std::int64_t");
    return static_cast<std::int64_t>(value);
  }
  template <std::floating_point T>
  static ValueView ViewOf(T value) {
    return static_cast<double>(value);
  }
  static ValueView ViewOf(const char* value) { return std::string_view(value); }
  template <typename T>
  requires(std::same_as<T, std::string> || std::same_as<T, std::string_view>) static ValueView
      ViewOf(const T& value) {
    return std::string_view(value);
  }
  template <std::same_as<BytesValue> T>
  static ValueView ViewOf(const T& value) {
    return BytesView(value);
  }
  template <typename T>
  requires(std::same_as<T, UuidValue> || std::same_as<T, TimestampValue>) static ValueView
      ViewOf(const T& value) {
    return value;
  }
  template <typename T>
  static auto ViewOf(const std::optional<T>& value) -> decltype(Borrowed::ViewOf(*value)) {
    return value.has_value() ? ViewOf(*value) : ValueView();
  }
};

}  // namespace internal

// An attribute's name and a value for it, borrowed: what a flat list in braces is, so that creating
// from one copies nothing. Lives no longer than what it was made of.
class NamedView {
 public:
  template <typename T>
  requires(std::constructible_from<Value, T>&& requires(const std::remove_cvref_t<T>& value) {
    internal::Borrowed::ViewOf(value);
  }) NamedView(std::string_view name, T&& value)
      : name_(name), value_(internal::Borrowed::ViewOf(value)) {}
  template <std::same_as<NamedValue> T>
  NamedView(const T& named) : name_(named.name), value_(named.value.view()) {}

  std::string_view name() const { return name_; }
  const ValueView& value() const { return value_; }

 private:
  std::string_view name_;
  ValueView value_;
};

}  // namespace relata

#endif  // RELATA_DRAFT_H_
