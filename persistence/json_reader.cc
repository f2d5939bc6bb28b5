// A state machine under nlohmann's parser: which event comes is up to the text, and which one may
// come is up to the state. The form has a fixed depth, so nothing nests deeper than it and nothing
// is kept but the row being read.
#include "persistence/json_reader.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "persistence/json_values.h"
#include "persistence/json_writer.h"
#include "relata/loader.h"

namespace relata::snapshot_internal {
namespace {

// Walks the text and lets others see how far the parser has read: the parser does not tell.
class TextIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  TextIterator(const char* at, const char** read) : at_(at), read_(read) {}
  reference operator*() const { return *at_; }
  TextIterator& operator++() {
    *read_ = ++at_;
    return *this;
  }
  TextIterator operator++(int) {
    TextIterator old = *this;
    ++*this;
    return old;
  }
  bool operator==(const TextIterator& other) const { return at_ == other.at_; }
  bool operator!=(const TextIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** read_;
};

std::string Name(const std::string& name) { return Value(name).ToString(); }

class Reader : public nlohmann::json_sax<nlohmann::json> {
 public:
  Reader(const Schema& schema, std::string_view text)
      : schema_(schema), loader_(schema), text_(text), read_(text.data()) {
    seen_models_.resize(schema.models().size());
  }

  absl::StatusOr<Store> Read() && {
    const TextIterator begin(text_.data(), &read_);
    const TextIterator end(text_.data() + text_.size(), &read_);
    if (!nlohmann::json::sax_parse(begin, end, this)) return status_;
    for (const auto& [model, key] : next_keys_) {
      if (const absl::Status set = loader_.SetNextKey(model, key); !set.ok()) {
        return absl::DataLossError(absl::StrCat("nextKeys, model ", schema_[model].name, ": ",
                                                std::string(set.message())));
      }
    }
    absl::StatusOr<Store> store = std::move(loader_).Finish();
    if (!store.ok()) return absl::DataLossError(store.status().message());
    return store;
  }

  bool null() override { return Scalar(std::monostate()); }
  bool boolean(bool value) override { return Scalar(value); }
  bool number_integer(number_integer_t value) override { return Scalar(std::int64_t{value}); }
  bool number_unsigned(number_unsigned_t value) override {
    if (value <= static_cast<number_unsigned_t>(INT64_MAX)) {
      return Scalar(static_cast<std::int64_t>(value));
    }
    return Scalar(JsonNumber{static_cast<double>(value), std::to_string(value)});
  }
  bool number_float(number_float_t value, const string_t& exact) override {
    return Scalar(JsonNumber{value, exact});
  }
  bool string(string_t& value) override { return Scalar(std::move(value)); }
  bool binary(binary_t&) override { return Expected("a value"); }

  bool start_object(std::size_t) override {
    switch (state_) {
      case State::kStart:
        return Go(State::kTop);
      case State::kModels:
        return Go(State::kModelName);
      case State::kRow:
        seen_.assign(schema_[model_].attributes.size(), false);
        values_.assign(schema_[model_].attributes.size(), Value());
        ++row_;
        return Go(State::kAttribute);
      case State::kNextKeys:
        return Go(State::kNextKeyModel);
      default:
        return Expected("an object");
    }
  }

  bool key(string_t& name) override {
    switch (state_) {
      case State::kTop:
        return Top(name);
      case State::kModelName:
        if (!FindModel(name)) return false;
        if (seen_models_[model_.index]) return Bad("model " + Name(name) + " stands twice");
        seen_models_[model_.index] = true;
        row_ = 0;
        return Go(State::kRows);
      case State::kAttribute:
        return FindAttribute(name);
      case State::kNextKeyModel:
        return FindModel(name) && Go(State::kNextKey);
      default:
        return Expected("a member");  // cannot be: keys stand in objects only
    }
  }

  bool end_object() override {
    switch (state_) {
      case State::kTop:
        if (!models_) return Bad("\"models\" is missing; it may be {}");
        return Go(State::kEnd);
      case State::kModelName:
      case State::kNextKeyModel:
        return Go(State::kTop);
      default:
        return EndRow();
    }
  }

  bool start_array(std::size_t) override {
    return state_ == State::kRows ? Go(State::kRow) : Expected("a list");
  }
  bool end_array() override { return Go(State::kModelName); }

  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::json::exception& error) override {
    // Its text begins with the library's own error number, and quotes what it read at any length.
    std::string why = error.what();
    if (const std::size_t close = why.find("] "); close != std::string::npos) {
      why = why.substr(close + 2);
    }
    constexpr std::size_t kLongest = 300;
    if (why.size() > kLongest) why = why.substr(0, kLongest) + "...";
    return Fail(absl::DataLossError(absl::StrCat("the snapshot is no valid JSON: ", why)));
  }

 private:
  // What comes next.
  enum class State {
    kStart,         // the object that is the snapshot
    kTop,           // one of its members
    kFormat,        // the format's name
    kModels,        // the object of models
    kModelName,     // one of its members
    kRows,          // the list of rows
    kRow,           // a row
    kAttribute,     // a member of it
    kValue,         // its value
    kNextKeys,      // the object of next keys
    kNextKeyModel,  // a member of it
    kNextKey,       // its value
    kEnd,           // nothing
  };

  bool Go(State state) {
    state_ = state;
    return true;
  }

  bool Fail(absl::Status status) {
    status_ = std::move(status);
    return false;
  }

  // "line 12, model player, row 3, attribute 'goals': "
  std::string Place() const {
    // The parser has read one character past a number, so the last one does not count.
    const char* last = std::max(text_.data(), read_ - 1);
    std::string place = absl::StrCat("line ", 1 + std::count(text_.data(), last, '\n'));
    switch (state_) {
      case State::kRows:
        absl::StrAppend(&place, ", model ", schema_[model_].name);
        break;
      case State::kRow:
        absl::StrAppend(&place, ", model ", schema_[model_].name, ", after row ", row_);
        break;
      case State::kAttribute:
      case State::kValue:
        absl::StrAppend(&place, ", model ", schema_[model_].name, ", row ", row_);
        if (state_ == State::kValue) {
          absl::StrAppend(&place, ", attribute '", schema_[model_].attributes[attribute_].name,
                          "'");
        }
        break;
      case State::kNextKey:
        absl::StrAppend(&place, ", nextKeys, model ", schema_[model_].name);
        break;
      default:
        break;
    }
    return absl::StrCat(place, ": ");
  }

  bool Bad(const std::string& why) { return Fail(absl::DataLossError(Place() + why)); }
  bool Foreign(const absl::Status& why) {
    return Fail(absl::FailedPreconditionError(
        absl::StrCat(Place(), "the snapshot was made with another schema, or a name is misspelt: ",
                     std::string(why.message()))));
  }

  // Refuses what has come, saying what should have.
  bool Expected(const std::string& what_came) {
    const char* expected = "nothing";
    switch (state_) {
      case State::kStart:
        expected = "an object {...}, the snapshot,";
        break;
      case State::kFormat:
        expected = "the format \"relata-snapshot/1\"";
        break;
      case State::kModels:
        expected = "an object {...} of models";
        break;
      case State::kRows:
        expected = "a list [...] of rows";
        break;
      case State::kRow:
        expected = "a row {...}";
        break;
      case State::kValue:
        expected = "a value";
        break;
      case State::kNextKeys:
        expected = "an object {...} of next keys";
        break;
      case State::kNextKey:
        expected = "an integer of 64 bits";
        break;
      case State::kTop:
      case State::kModelName:
      case State::kAttribute:
      case State::kNextKeyModel:
      case State::kEnd:
        break;
    }
    return Bad(absl::StrCat(expected, " is expected, not ", what_came));
  }

  bool Top(const std::string& name) {
    if (!format_ && name != "format") {
      return Bad("the first member of a snapshot is \"format\": \"relata-snapshot/1\"; " +
                 Name(name) + " stands there");
    }
    bool* seen = nullptr;
    State next = State::kTop;
    if (name == "format") {
      seen = &format_;
      next = State::kFormat;
    } else if (name == "models") {
      seen = &models_;
      next = State::kModels;
    } else if (name == "nextKeys") {
      seen = &has_next_keys_;
      next = State::kNextKeys;
    } else {
      return Bad("unknown member " + Name(name) +
                 "; a snapshot has \"format\", \"models\" and \"nextKeys\"");
    }
    if (*seen) return Bad("\"" + name + "\" stands twice");
    *seen = true;
    return Go(next);
  }

  bool FindModel(const std::string& name) {
    const absl::StatusOr<Model> model = schema_.FindModel(name);
    if (!model.ok()) return Foreign(model.status());
    model_ = *model;
    return true;
  }

  bool FindAttribute(const std::string& name) {
    const absl::StatusOr<std::uint32_t> attribute = schema_.FindAttribute(model_, name);
    if (!attribute.ok()) return Foreign(attribute.status());
    attribute_ = *attribute;
    if (seen_[attribute_]) return Bad("attribute " + Name(name) + " stands twice");
    seen_[attribute_] = true;
    return Go(State::kValue);
  }

  bool Scalar(JsonScalar scalar) {
    switch (state_) {
      case State::kFormat:
        return Format(scalar);
      case State::kValue: {
        const Type type = schema_[model_].attributes[attribute_].type;
        absl::StatusOr<Value> value = ValueOf(type, std::move(scalar));
        if (!value.ok()) return Bad(std::string(value.status().message()));
        values_[attribute_] = *std::move(value);
        return Go(State::kAttribute);
      }
      case State::kNextKey: {
        const auto* key = std::get_if<std::int64_t>(&scalar);
        if (key == nullptr) return Expected(Describe(scalar));
        next_keys_.emplace_back(model_, *key);
        return Go(State::kNextKeyModel);
      }
      default:
        return Expected(Describe(scalar));
    }
  }

  bool Format(const JsonScalar& scalar) {
    const auto* format = std::get_if<std::string>(&scalar);
    if (format == nullptr || format->compare(0, kJsonFormat.size(), kJsonFormat) != 0) {
      return Expected(Describe(scalar));
    }
    if (format->substr(kJsonFormat.size()) != kJsonVersion) {
      return Fail(absl::UnimplementedError(
          absl::StrCat("the snapshot is of format ", Name(*format), ", this relata reads ",
                       std::string(kJsonFormat), std::string(kJsonVersion),
                       "; read it with the release that wrote it, or a newer one")));
    }
    return Go(State::kTop);
  }

  bool EndRow() {
    views_.clear();
    for (const Value& value : values_) views_.push_back(value.view());
    if (const absl::Status added = loader_.Append(model_, views_); !added.ok()) {
      return Bad(std::string(added.message()));
    }
    return Go(State::kRow);
  }

  const Schema& schema_;
  Loader loader_;
  std::string_view text_;
  const char* read_;  // how far the parser has read
  State state_ = State::kStart;
  absl::Status status_;

  bool format_ = false;
  bool models_ = false;
  bool has_next_keys_ = false;
  std::vector<bool> seen_models_;
  std::vector<std::pair<Model, std::int64_t>> next_keys_;

  Model model_;  // the one being read
  std::size_t row_ = 0;
  std::uint32_t attribute_ = 0;
  std::vector<bool> seen_;
  std::vector<Value> values_;
  std::vector<ValueView> views_;
};

}  // namespace

absl::StatusOr<Store> ReadJson(const Schema& schema, std::string_view text) {
  return Reader(schema, text).Read();
}

}  // namespace relata::snapshot_internal
