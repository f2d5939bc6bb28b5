#include "graph/fingerprint.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"

namespace relata::internal {
namespace {

class Writer {
 public:
  explicit Writer(std::string_view word) : text_(word) {}

  Writer& Text(std::string_view value) {
    absl::StrAppend(&text_, " ", value.size(), ":", Asv(value));
    return *this;
  }
  Writer& Number(std::uint32_t value) {
    absl::StrAppend(&text_, " ", value);
    return *this;
  }
  Writer& Word(std::string_view word) {
    absl::StrAppend(&text_, " ", Asv(word));
    return *this;
  }
  Writer& Positions(const std::vector<std::uint32_t>& positions) {
    for (const std::uint32_t position : positions) Number(position);
    return *this;
  }
  void To(std::string& out) const { absl::StrAppend(&out, text_, "\n"); }

 private:
  std::string text_;
};

// A default in full: Value::ToString shortens.
std::string DefaultText(const Value& value) {
  if (const auto* text = value.get_if<std::string>()) return absl::StrCat("text ", *text);
  if (const auto* bytes = value.get_if<BytesValue>()) {
    std::string text = "bytes ";
    for (const std::byte byte : *bytes) text += static_cast<char>(byte);
    return text;
  }
  return value.ToString();
}

}  // namespace

std::string CanonicalText(const SchemaData& schema) {
  std::string text = "relata 1\n";
  for (const ModelInfo& model : schema.models) {
    Writer("model").Text(model.name).Text(model.table).To(text);
    for (const AttributeInfo& attribute : model.attributes) {
      Writer("attribute")
          .Text(attribute.name)
          .Text(attribute.column)
          .Text(TypeName(attribute.type))
          .Number(attribute.nullable)
          .Number(attribute.auto_increment)
          .Text(DefaultText(attribute.default_value))
          .To(text);
    }
    for (const KeyInfo& key : model.keys) {
      Writer("key").Text(key.name).Positions(key.attributes).To(text);
    }
  }
  for (const ForeignKeyInfo& key : schema.foreign_keys) {
    Writer("foreign")
        .Number(key.owner.index)
        .Positions(key.attributes)
        .Word("->")
        .Number(key.target.index)
        .Number(key.target_key)
        .Text(ActionName(key.on_delete))
        .Text(ActionName(key.on_update))
        .Number(key.constrained)
        .Number(key.deferred)
        .To(text);
  }
  for (const OneOfInfo& one_of : schema.one_ofs) {
    if (!one_of.exclusive()) continue;  // a dispatch reads what is stored, and stores nothing
    Writer writer("oneof");
    writer.Number(one_of.source.index).Text(one_of.name).Number(one_of.required);
    for (const Association alternative : one_of.alternatives) {
      writer.Number(schema.associations[alternative.index].foreign_key.index);
    }
    writer.To(text);
  }
  return text;
}

std::uint64_t Fingerprint(const SchemaData& schema) {
  constexpr std::uint64_t kOffset = 0xcbf29ce484222325;
  constexpr std::uint64_t kPrime = 0x100000001b3;
  std::uint64_t hash = kOffset;
  for (const char c : CanonicalText(schema)) {
    hash = (hash ^ static_cast<std::uint8_t>(c)) * kPrime;
  }
  return hash;
}

}  // namespace relata::internal
