// Queries: which instances of a model, with what is associated, in which order, how many.
//
//   using namespace relata;
//   Query scorers = Query(player)
//       .Where(player["goals"] > 100 && its_team["name"] == "Arsenal")
//       .Include(Include(honours).Where(honour["year"] >= 2000).Optional())
//       .OrderBy(player["goals"], kDescending).Limit(10);
//
//   absl::StatusOr<Rows> rows = store.Select(scorers);
//   if (!rows.ok()) return rows.status();
//   for (const Row& row : *rows) {
//     std::cout << row.Get(name) << "\n";
//     for (const Row& honour : row.Included(honours)) std::cout << "  " << honour.Get(title);
//   }
//
//   absl::StatusOr<std::size_t> n = store.Count(scorers);
//   absl::StatusOr<Value> best = store.Max(scorers, player["goals"]);
//   absl::StatusOr<std::vector<Group>> by_team =
//       store.GroupBy(Query(player), {player["teamId"]}, {CountAll(), Average(player["goals"])});
//   absl::StatusOr<std::size_t> gone = store.Delete(Query(player).Where(player["goals"] == 0));
//   std::cout << *store.Explain(scorers);
//
// Keep the result in a variable, as above. `for (const Row& row : *store.Select(q))` walks what is
// gone when the loop begins: C++20 does not prolong the life of the StatusOr. A result, its rows
// and their includes are valid until the store is next changed; what is changed in the loop takes
// its instances from Rows::Instances.
//
// A query is a value, bound to no store: make it once, run it on any store or fork of the schema.
// It may be run by several threads at once, and a result be walked by several, while none changes
// the store.
// Names are looked up when it is run; what does not fit is InvalidArgument, with the nearest names
// that exist (rule R12), and an association that does not start from the rows at hand is
// kNotAssociated.
//
// What is selected (rules R13, R19, R20)
// - Where keeps the rows for which the condition is true.
// - Include shows what is associated with each row, through the scope of the association, and of
//   that what its own Where (on the target) and ThroughWhere (on the join row) keep. An include
//   that is required leaves out the rows for which it shows nothing, and one with a Where is
//   required unless it says Optional. This holds at every depth.
// - An include of an association to one of several models includes each of its alternatives, in
//   their order, and asks the same of all: Include("item") shows a post, an image or nothing
//   (Row::IncludedOne). Required: that one of them shows something. What is said of one model's
//   attributes does not fit the others: include that alternative by its own name instead.
// - Limit and Offset count the rows of their own level, after all of the above: those of a query
//   count its rows, those of an include count what is shown of each parent. They never count
//   combinations.
//
// Order (rule R21)
// - OrderBy sorts by attributes of the rows, or of rows that associations to one lead to; null
//   comes first (last when descending); equal rows come in the order of their primary keys.
// - A level that has a limit or an offset and no OrderBy is ordered by primary key.
// - Otherwise rows come in the order in which they are found, one by one as the result is walked:
//   by slot, by the links of a row, or by the keys in the condition (Explain says which). It is the
//   same in every process, but an index more may change it. InAnyOrder asks for that with a limit
//   too: the walk then stops early.
#ifndef RELATA_QUERY_H_
#define RELATA_QUERY_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "relata/condition.h"
#include "relata/handle.h"
#include "relata/internal/table_view.h"
#include "relata/store.h"
#include "relata/value.h"

namespace relata {

enum Direction : std::uint8_t { kAscending, kDescending };

class Inclusion;

namespace internal {

struct OrderSpec {
  AttributeRef attribute;
  Direction direction;
};

// What is asked of one level of a query.
struct LevelSpec {
  Condition where;
  Condition through_where;
  bool has_where = false;
  bool has_through = false;
  std::vector<OrderSpec> order;
  bool any_order = false;
  std::optional<std::size_t> limit;
  std::size_t offset = 0;
  std::optional<std::vector<std::string>> attributes;
  std::optional<std::vector<std::string>> through_attributes;
  std::vector<Inclusion> includes;
};

struct QueryAccess;
struct BoundLevel;
struct BoundQuery;
class IndexCursor;
struct LinkedRow;
struct SelectedSlot;

// What queries and includes have in common.
template <typename Derived>
class Asking {
 public:
  // Keeps the rows for which the condition is true; several conditions must all hold.
  Derived& Where(Condition condition) {
    spec_.where = std::move(spec_.where) && std::move(condition);
    spec_.has_where = true;
    return Self();
  }
  // The same for the join row of a belongsToMany.
  Derived& ThroughWhere(Condition condition) {
    spec_.through_where = std::move(spec_.through_where) && std::move(condition);
    spec_.has_through = true;
    return Self();
  }
  // Shows what is associated; by its handle or name, or with all that can be asked of it:
  // Include(its_team), Include("team"), Include(Include(its_team).Where(...)).
  Derived& Include(Inclusion inclusion);
  // Sorts; a further call decides among rows that are equal so far.
  Derived& OrderBy(AttributeRef attribute, Direction direction = kAscending) {
    spec_.order.push_back({std::move(attribute), direction});
    return Self();
  }
  // Takes rows as they are found even where a limit or an offset counts them.
  Derived& InAnyOrder() {
    spec_.any_order = true;
    return Self();
  }
  // At most so many rows, after leaving out the first `rows` of Offset.
  Derived& Limit(std::size_t rows) {
    spec_.limit = rows;
    return Self();
  }
  Derived& Offset(std::size_t rows) {
    spec_.offset = rows;
    return Self();
  }
  // What Row::Values and Row::attributes show of a row, and of a join row; all when never called.
  // Reading through a handle or a field is not restricted by it.
  Derived& Attributes(std::vector<std::string> names) {
    spec_.attributes = std::move(names);
    return Self();
  }
  Derived& ThroughAttributes(std::vector<std::string> names) {
    spec_.through_attributes = std::move(names);
    spec_.has_through = true;
    return Self();
  }

 protected:
  friend struct QueryAccess;
  Derived& Self() { return static_cast<Derived&>(*this); }
  LevelSpec spec_;
};

}  // namespace internal

// An association to include, and what is asked of its rows. Made by Include.
class Inclusion : public internal::Asking<Inclusion> {
 public:
  Inclusion(AssociationRef association) : association_(std::move(association)) {}
  Inclusion(Association association) : association_(association) {}
  Inclusion(OneOf one_of) : association_(Association{}), one_of_(one_of) {}
  Inclusion(const char* association) : association_(association) {}

  // Whether a row for which nothing is shown is left out. Default: when there is a Where.
  Inclusion& Required(bool required = true) {
    required_ = required;
    return *this;
  }
  Inclusion& Optional() { return Required(false); }

 private:
  friend struct internal::QueryAccess;
  AssociationRef association_;
  std::optional<OneOf> one_of_;  // in its place
  std::optional<bool> required_;
};

inline Inclusion Include(AssociationRef association) { return Inclusion(std::move(association)); }
inline Inclusion Include(OneOf one_of) { return Inclusion(one_of); }

template <typename Derived>
Derived& internal::Asking<Derived>::Include(Inclusion inclusion) {
  spec_.includes.push_back(std::move(inclusion));
  return Self();
}

// ThroughWhere and ThroughAttributes are for Select(instance, association, query): the getter of a
// belongsToMany.
class Query : public internal::Asking<Query> {
 public:
  explicit Query(Model model) : model_(model) {}
  Model model() const { return model_; }

 private:
  Model model_;
};

class Rows;

// One row of a result: a handle with what was asked to go with it. A small value; valid until the
// store is next changed, and as long as the Rows that Select returned.
class Row {
 public:
  Instance instance() const { return Instance{model_, slot_, internal::StampOf(row_)}; }
  operator Instance() const { return instance(); }

  // An attribute through its field: a few loads. REQUIRES: the field is of this row's model;
  // otherwise the process ends.
  template <typename T>
  T Get(const Field<T>& field) const {
    if (field.model().index != model_) [[unlikely]]
      internal::DieOfStaleHandle(field.model());
    return internal::RowAccess::Read<T>(row_, field.place_);
  }
  // By position in ModelInfo::attributes, without a copy.
  ValueView View(std::uint32_t attribute) const;
  // By name. InvalidArgument for one that the model does not have.
  absl::StatusOr<Value> Get(std::string_view attribute) const;

  // The attributes that the query asked for, by position; and with their values, copied.
  std::span<const std::uint32_t> attributes() const;
  Values values() const;

  // The join row through which the row was reached, when it was reached through a belongsToMany;
  // and the attributes asked of it.
  std::optional<Instance> join() const;
  std::span<const std::uint32_t> join_attributes() const;

  // What an include shows for this row, by the position of the include in the query (one to one of
  // several models takes as many as it has alternatives), or the first include of an association.
  // REQUIRES: the query has it; otherwise the process ends with a message. Finds rows as it is
  // walked; sorts at once where an order was asked for.
  Rows Included(std::size_t include) const;
  Rows Included(Association association) const;
  // The same for an association to one: the row, if there is one.
  std::optional<Row> IncludedOne(Association association) const;
  // The same for an association to one of several models: the row, of whichever it is.
  std::optional<Row> IncludedOne(OneOf one_of) const;

 private:
  friend class Rows;
  const internal::BoundQuery* query_ = nullptr;
  const internal::BoundLevel* level_ = nullptr;
  const char* row_ = nullptr;
  std::uint32_t model_ = 0;
  std::uint32_t slot_ = 0;
  std::uint32_t join_ = internal::kNoSlot;
};

// The rows of a result, or of an include for one row. Walking it any number of times gives the same
// rows. Valid until the store is next changed; those of an include also no longer than the result
// that they belong to.
class Rows {
 public:
  class Iterator {
   public:
    using value_type = Row;
    using difference_type = std::ptrdiff_t;
    const Row& operator*() const { return row_; }
    const Row* operator->() const { return &row_; }
    Iterator& operator++() {
      Next();
      return *this;
    }
    void operator++(int) { Next(); }
    bool operator==(std::default_sentinel_t) const { return row_.row_ == nullptr; }

   private:
    friend class Rows;
    explicit Iterator(const Rows& rows);
    void Next();
    bool NextCandidate(internal::LinkedRow& candidate);
    bool NextScanned(internal::LinkedRow& candidate);

    const Rows* rows_;
    std::size_t at_ = 0;      // of the next candidate, where they are listed
    std::uint32_t slot_ = 0;  // of the next candidate, where they are scanned or linked
    std::size_t skip_ = 0;    // how many more rows the offset leaves out
    std::size_t left_ = 0;    // how many more rows the limit allows
    bool scans_ = false;      // every row of the model is a candidate
    std::shared_ptr<internal::IndexCursor> cursor_;  // where an index gives the candidates
    Row row_;
  };

  // Not of a temporary, which an iterator would outlive.
  Iterator begin() const& { return Iterator(*this); }
  Iterator begin() const&& = delete;
  std::default_sentinel_t end() const { return {}; }
  // Finds one row at most.
  bool empty() const { return begin() == end(); }
  // The first row, if there is one.
  std::optional<Row> First() const;
  // Walks the rows.
  std::size_t Count() const;
  std::vector<Instance> Instances() const;

 private:
  friend class Row;
  friend class Store;
  friend struct internal::QueryAccess;
  Rows() = default;

  std::shared_ptr<const internal::BoundQuery> owner_;  // of a whole result
  const internal::BoundQuery* query_ = nullptr;
  const internal::BoundLevel* level_ = nullptr;
  const char* parent_ = nullptr;  // the row whose links are walked, if any
  std::shared_ptr<const std::vector<internal::SelectedSlot>> list_;  // where they are sorted
};

// What GroupBy and Aggregates compute over rows; as in SQL, a null counts for none of them.
class Aggregate {
 public:
  enum class Kind : std::uint8_t { kCountAll, kCount, kCountDistinct, kMin, kMax, kSum, kAverage };
  Kind kind() const { return kind_; }
  const std::optional<AttributeRef>& attribute() const { return attribute_; }

 private:
  friend Aggregate CountAll();
  friend Aggregate Count(AttributeRef attribute);
  friend Aggregate CountDistinct(AttributeRef attribute);
  friend Aggregate Min(AttributeRef attribute);
  friend Aggregate Max(AttributeRef attribute);
  friend Aggregate Sum(AttributeRef attribute);
  friend Aggregate Average(AttributeRef attribute);
  Aggregate(Kind kind, std::optional<AttributeRef> attribute)
      : kind_(kind), attribute_(std::move(attribute)) {}
  Kind kind_;
  std::optional<AttributeRef> attribute_;
};

Aggregate CountAll();                             // rows: an INTEGER
Aggregate Count(AttributeRef attribute);          // values that are not null
Aggregate CountDistinct(AttributeRef attribute);  // different values that are not null
Aggregate Min(AttributeRef attribute);            // of the attribute's type; null of no value
Aggregate Max(AttributeRef attribute);
Aggregate Sum(AttributeRef attribute);  // of INTEGERs or DOUBLEs, in that type; null of no value
Aggregate Average(AttributeRef attribute);  // a DOUBLE; null of no value

// One group of rows: what they have in common, and what was computed over them, each in the order
// in which it was asked for. Owns its values.
struct Group {
  std::vector<Value> keys;
  std::vector<Value> values;
};

}  // namespace relata

#endif  // RELATA_QUERY_H_
