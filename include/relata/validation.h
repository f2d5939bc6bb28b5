// What a value or a row must satisfy beyond types, NOT NULL, keys and references.
//
//   builder.Define("player",
//                  {{"name", relata::Text().NotNull().Validate(relata::HasLength(2, 40))},
//                   {"foot", relata::Text().Validate(relata::IsOneOf({"left", "right"}))},
//                   {"born", relata::Integer()},
//                   {"retired", relata::Integer()}},
//                  {.validators = {[](const relata::RowView& row) -> std::string {
//                    return relata::Less(row["retired"], row["born"]) ? "retired unborn" : "";
//                  }}});
//
// Every create and every update is judged, however it came about: through an association, nested,
// by a plan, by SET NULL, SET DEFAULT or a cascade. A value is judged when it is new or changes and
// is not null; a row when anything of it is new or changes. A row that is refused changes nothing
// (kValidation), and the error tells everything that is wrong with it (ProblemsOf). What is loaded
// (Loader, snapshots, databases) is not judged: what was accepted once stays readable when rules
// grow stricter. Store::Validate judges a row as it stands.
//
// Validators belong to the schema: every store and fork of it has them, they are called on
// the thread that changes a store, and are no part of its fingerprint. One that is used by stores
// on several threads is called by them at once: what it captures must bear that, and live as long
// as the schema. A validator may read the store; a change that it attempts is refused with
// FailedPrecondition, and it must not destroy a transaction that is open. One that throws has
// refused.
#ifndef RELATA_VALIDATION_H_
#define RELATA_VALIDATION_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "relata/handle.h"
#include "relata/schema.h"
#include "relata/value.h"

namespace relata {

class Store;
namespace internal {
class StoreState;
struct AttributeValue;
struct RowViewAccess;
}  // namespace internal

// A row as an operation would leave it, while it is being judged. Valid during the call that it is
// given to. Reading an attribute costs O(attributes that the operation gives to the row).
class RowView {
 public:
  // The store as it is before the change. REQUIRES: not a row that a Loader appends.
  const Store& store() const;
  Model model() const { return Model{model_}; }
  // The instance; for one that is being created a handle that names none.
  Instance instance() const { return instance_; }
  bool is_new() const { return instance_.stamp == 0; }

  // What it will have; by name, or by position in ModelInfo::attributes. REQUIRES: the model has
  // the attribute (checked; the process ends otherwise).
  ValueView operator[](std::string_view attribute) const;
  ValueView View(std::uint32_t attribute) const;
  // Through a field of its model. A NOT NULL attribute without a value, which is refused anyway,
  // reads as T().
  template <typename T>
  T Get(const Field<T>& field) const {
    const ValueView view = View(Place(field.place_));
    const auto* value = std::get_if<typename Field<T>::Unwrapped>(&view);
    return value == nullptr ? T() : T(*value);
  }
  // What it has now; null for one that is being created.
  ValueView Before(std::uint32_t attribute) const;
  bool Changes(std::uint32_t attribute) const;
  // The primary key that it will have.
  Key key() const;
  // "player 7" by the key that it has now, or "the new player".
  std::string Describe() const;

 private:
  friend struct internal::RowViewAccess;
  RowView(const internal::StoreState& state, std::uint32_t model, Instance instance,
          const ValueView* all, const internal::AttributeValue* changes, std::size_t count)
      : state_(&state),
        model_(model),
        instance_(instance),
        all_(all),
        changes_(changes),
        count_(count) {}
  std::uint32_t Place(const internal::FieldPlace& place) const;

  const internal::StoreState* state_;
  std::uint32_t model_;
  Instance instance_;
  const ValueView* all_;  // of a new row, by attribute; else nullptr
  const internal::AttributeValue* changes_;
  std::size_t count_;
};

// A function from what it judges to absl::Status (its message counts, not its code) or to a text
// that says what is wrong, empty when nothing is.
template <typename Argument>
class Validator {
 public:
  template <typename F>
  requires(std::is_invocable_v<const F&, const Argument&> &&
           !std::is_same_v<std::remove_cvref_t<F>, Validator>) Validator(F check) {
    using Result = std::invoke_result_t<const F&, const Argument&>;
    if constexpr (std::is_same_v<std::remove_cvref_t<Result>, absl::Status>) {
      check_ = std::move(check);
    } else {
      check_ = [check = std::move(check)](const Argument& argument) {
        const std::string wrong(check(argument));
        return wrong.empty() ? absl::OkStatus() : absl::InvalidArgumentError(wrong);
      };
    }
  }

  absl::Status operator()(const Argument& argument) const { return check_(argument); }

  // Says what values it compares with: a schema that gives it to an attribute whose values cannot
  // be compared with each of them does not build. Returns the validator itself.
  Validator& ComparesWith(std::vector<Value> values) {
    compared_ = std::move(values);
    return *this;
  }
  const std::vector<Value>& compared() const { return compared_; }

 private:
  std::function<absl::Status(const Argument&)> check_;
  std::vector<Value> compared_;
};

// Of a value that is not null.
using ValueValidator = Validator<ValueView>;
using RowValidator = Validator<RowView>;

// ----- ready ones

// Text or bytes that are not empty.
ValueValidator IsNotEmpty();
// Text of so many characters (code points), or so many bytes, both bounds included.
ValueValidator HasLength(std::size_t least,
                         std::size_t most = std::numeric_limits<std::size_t>::max());
// Both bounds included; null for no bound. Values compare as in conditions (relata/condition.h):
// text and bytes by their bytes, an INTEGER and a DOUBLE by value, exactly; one of any other type
// than the attribute's is refused when the schema is built.
ValueValidator IsBetween(Value least, Value most);
// Compares in the same way.
ValueValidator IsOneOf(std::vector<Value> allowed);

// A predicate on values of type T, with what to say when it does not hold: "must be even". A value
// of another type does not satisfy it.
template <typename T, typename Predicate>
ValueValidator Satisfies(Predicate predicate, std::string otherwise) {
  return [predicate = std::move(predicate),
          otherwise = std::move(otherwise)](const ValueView& view) -> std::string {
    const auto* value = std::get_if<T>(&view);
    return value != nullptr && predicate(*value) ? std::string() : otherwise;
  };
}

}  // namespace relata

#endif  // RELATA_VALIDATION_H_
