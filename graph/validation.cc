#include "relata/validation.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <span>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "graph/cell_order.h"
#include "graph/describe.h"
#include "graph/judge.h"
#include "graph/store_state.h"

namespace relata {
namespace {

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "relata: %s\n", what.c_str());
  std::abort();
}

// The characters of text, which is UTF-8: every byte but those that continue one.
std::size_t CharactersOf(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

// Whether a value can be compared with what a validator was given: null stands for nothing.
bool Fits(const ValueView& value, const Value& given) {
  return given.is_null() || internal::AreComparable(value, given.view());
}

std::string DoesNotFit(const ValueView& value, const Value& given) {
  return absl::StrCat("cannot be compared with ", given.ToString(), ", got ", ToString(value));
}

}  // namespace

// ----- RowView

const Store& RowView::store() const {
  if (state_->door() == nullptr) Die("RowView::store was called while the row is being loaded");
  return *state_->door();
}

ValueView RowView::operator[](std::string_view attribute) const {
  const auto found = state_->schema().FindAttribute(model(), attribute);
  if (!found.ok()) Die(std::string(found.status().message()));
  return View(*found);
}

ValueView RowView::View(std::uint32_t attribute) const {
  if (attribute >= state_->model(model_).attributes.size()) {
    Die(absl::StrCat("model ", state_->model(model_).name, " has no attribute ", attribute));
  }
  if (all_ != nullptr) return all_[attribute];
  for (std::size_t i = count_; i-- > 0;) {
    if (changes_[i].attribute == attribute) return changes_[i].value;
  }
  return state_->View(model_, instance_.slot, attribute);
}

ValueView RowView::Before(std::uint32_t attribute) const {
  return is_new() ? ValueView() : state_->View(model_, instance_.slot, attribute);
}

bool RowView::Changes(std::uint32_t attribute) const {
  return !Equal(View(attribute), Before(attribute));
}

Key RowView::key() const {
  std::vector<Value> parts;
  for (const std::uint32_t a : state_->model(model_).primary_key().attributes) {
    parts.push_back(Value::From(View(a)));
  }
  return Key(std::move(parts));
}

std::string RowView::Describe() const {
  if (is_new()) return absl::StrCat("the new ", state_->model(model_).name);
  return internal::DescribeRow(*state_, model_, instance_.slot);
}

std::uint32_t RowView::Place(const internal::FieldPlace& place) const {
  if (place.model != model_) {
    Die(absl::StrCat("a field of another model was read of ", state_->model(model_).name));
  }
  return place.attribute;
}

// ----- ready validators

ValueValidator IsNotEmpty() {
  return [](const ValueView& value) -> std::string {
    const auto* text = std::get_if<std::string_view>(&value);
    const auto* bytes = std::get_if<BytesView>(&value);
    const bool empty = (text != nullptr && text->empty()) || (bytes != nullptr && bytes->empty());
    return empty ? "must not be empty" : "";
  };
}

ValueValidator HasLength(std::size_t least, std::size_t most) {
  return [least, most](const ValueView& value) -> std::string {
    std::size_t length = 0;
    if (const auto* text = std::get_if<std::string_view>(&value)) length = CharactersOf(*text);
    if (const auto* bytes = std::get_if<BytesView>(&value)) length = bytes->size();
    if (length >= least && length <= most) return "";
    const std::string bounds = most == std::numeric_limits<std::size_t>::max()
                                   ? absl::StrCat("at least ", least)
                               : least == 0 ? absl::StrCat("at most ", most)
                                            : absl::StrCat(least, " to ", most);
    return absl::StrCat("must have a length of ", bounds, ", got ", ToString(value), " of ",
                        length);
  };
}

ValueValidator IsBetween(Value least, Value most) {
  std::vector<Value> compared{least, most};
  const auto check = [least = std::move(least),
                      most = std::move(most)](const ValueView& value) -> std::string {
    for (const Value* bound : {&least, &most}) {
      if (!Fits(value, *bound)) return DoesNotFit(value, *bound);
    }
    const bool low = !least.is_null() && internal::CompareValues(value, least.view()) < 0;
    const bool high = !most.is_null() && internal::CompareValues(most.view(), value) < 0;
    if (!low && !high) return "";
    const std::string bounds =
        most.is_null()    ? absl::StrCat("at least ", least.ToString())
        : least.is_null() ? absl::StrCat("at most ", most.ToString())
                          : absl::StrCat("between ", least.ToString(), " and ", most.ToString());
    return absl::StrCat("must be ", bounds, ", got ", ToString(value));
  };
  return ValueValidator(check).ComparesWith(std::move(compared));
}

ValueValidator IsOneOf(std::vector<Value> allowed) {
  const auto check = [allowed](const ValueView& value) -> std::string {
    for (const Value& one : allowed) {
      if (!Fits(value, one)) return DoesNotFit(value, one);
      if (!one.is_null() && internal::CompareValues(value, one.view()) == 0) return "";
    }
    const std::string list = absl::StrJoin(allowed, ", ", [](std::string* out, const Value& one) {
      absl::StrAppend(out, one.ToString());
    });
    return absl::StrCat("must be one of ", list, ", got ", ToString(value));
  };
  return ValueValidator(check).ComparesWith(std::move(allowed));
}

}  // namespace relata
