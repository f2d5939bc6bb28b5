// The grammar, in the terms of snapshot_archive.h:
//
//   body  := schema:bytes model*         one for each model of the schema, in the schema's order
//   model := name:bytes next:i64? rows:size row*
//            next, the key to be generated next, stands only if an attribute is AUTO INCREMENT
//   row   := nulls:u8{ceil(attributes/8)} cell*
//            the lowest bit of the first byte is that of the first attribute; 1 means null, and a
//            bit without an attribute is 0; then the cells of the other attributes, in their order
//   cell  := INTEGER i64 | DOUBLE double | BOOLEAN bool | TEXT bytes | BYTES bytes | UUID u8{16}
//          | TIMESTAMP i64, in microseconds since 1970-01-01 00:00 UTC
//
// Links are not written: foreign keys are attributes like any other, and the loader links them
// again. The schema is that of snapshot_schema.h, as one string of bytes.
#include "persistence/snapshot_body.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "persistence/snapshot_archive.h"
#include "persistence/snapshot_schema.h"
#include "relata/loader.h"

namespace relata::snapshot_internal {
namespace {

bool GeneratesKeys(const ModelInfo& model) {
  return std::any_of(model.attributes.begin(), model.attributes.end(),
                     [](const AttributeInfo& attribute) { return attribute.auto_increment; });
}

std::size_t NullBytes(const ModelInfo& model) { return (model.attributes.size() + 7) / 8; }

std::uint64_t LeastCell(Type type) {
  switch (type) {
    case Type::kBoolean:
    case Type::kText:
    case Type::kBytes:
      return 1;
    case Type::kUuid:
      return 16;
    case Type::kInteger:
    case Type::kDouble:
    case Type::kTimestamp:
      break;
  }
  return 8;
}

// The fewest bytes that a row of the model can take.
std::uint64_t LeastRow(const ModelInfo& model) {
  std::uint64_t least = NullBytes(model);
  for (const AttributeInfo& attribute : model.attributes) {
    if (!attribute.nullable) least += LeastCell(attribute.type);
  }
  return least;
}

struct CellWriter {
  ByteWriter& writer;

  void operator()(std::monostate) const {}
  void operator()(std::int64_t v) const { writer(v); }
  void operator()(double v) const { writer(v); }
  void operator()(bool v) const { writer(v); }
  void operator()(std::string_view v) const { writer(v); }
  void operator()(BytesView v) const {
    writer(std::string_view(reinterpret_cast<const char*>(v.data()), v.size()));
  }
  void operator()(const UuidValue& v) const { writer.Put(v.bytes.data(), v.bytes.size()); }
  void operator()(TimestampValue v) const {
    writer(static_cast<std::int64_t>(v.time_since_epoch().count()));
  }
};

void WriteRow(const Store& store, Instance row, std::uint32_t attributes, ByteWriter& writer) {
  std::uint8_t nulls = 0;
  for (std::uint32_t a = 0; a < attributes; ++a) {
    if (store.View(row, a).index() == 0) nulls |= static_cast<std::uint8_t>(1u << (a % 8));
    if (a % 8 == 7 || a + 1 == attributes) writer(std::exchange(nulls, std::uint8_t{0}));
  }
  for (std::uint32_t a = 0; a < attributes; ++a) {
    std::visit(CellWriter{writer}, store.View(row, a));
  }
}

ValueView ReadCell(Type type, ByteReader& reader) {
  switch (type) {
    case Type::kInteger: {
      std::int64_t v = 0;
      reader(v);
      return v;
    }
    case Type::kDouble: {
      double v = 0;
      reader(v);
      return v;
    }
    case Type::kBoolean: {
      bool v = false;
      reader(v);
      return v;
    }
    case Type::kText: {
      std::string_view v;
      reader(v);
      return v;
    }
    case Type::kBytes: {
      std::string_view v;
      reader(v);
      return BytesView(reinterpret_cast<const std::byte*>(v.data()), v.size());
    }
    case Type::kUuid: {
      UuidValue v;
      const std::string_view bytes = reader.Take(v.bytes.size());
      std::copy(bytes.begin(), bytes.end(), v.bytes.begin());
      return v;
    }
    case Type::kTimestamp: {
      std::int64_t v = 0;
      reader(v);
      return TimestampValue(std::chrono::microseconds(v));
    }
  }
  return {};
}

// Cells are views of the reader's bytes.
void ReadRow(const ModelInfo& model, ByteReader& reader, std::vector<ValueView>& row) {
  const std::size_t attributes = model.attributes.size();
  const std::string_view nulls = reader.Take(NullBytes(model));
  if (attributes % 8 != 0 && static_cast<std::uint8_t>(nulls.back()) >> (attributes % 8) != 0) {
    reader.Refuse("a row has null bits for attributes that model " + model.name + " lacks");
  }
  for (std::size_t a = 0; a < attributes; ++a) {
    const bool null = (static_cast<std::uint8_t>(nulls[a / 8]) >> (a % 8) & 1) != 0;
    row[a] = null ? ValueView() : ReadCell(model.attributes[a].type, reader);
  }
}

absl::Status LoadModel(const ModelInfo& model, Model handle, ByteReader& reader, Loader& loader) {
  std::string_view name;
  reader(name);
  if (name != model.name) {
    reader.Refuse("model " + model.name + " is expected, another name stands");
  }
  const bool generates = GeneratesKeys(model);
  std::int64_t next_key = 1;
  if (generates) reader(next_key);
  Size rows{0, LeastRow(model)};
  reader(rows);
  loader.Reserve(handle, rows.value);
  std::vector<ValueView> row(model.attributes.size());
  for (std::uint64_t r = 0; r < rows.value; ++r) {
    ReadRow(model, reader, row);
    if (const absl::Status added = loader.Append(handle, row); !added.ok()) {
      return absl::DataLossError(absl::StrCat("row ", r + 1, " of model ", model.name, ": ",
                                              std::string(added.message())));
    }
  }
  if (!generates) return absl::OkStatus();
  if (const absl::Status set = loader.SetNextKey(handle, next_key); !set.ok()) {
    return absl::DataLossError(
        absl::StrCat("next key of model ", model.name, ": ", std::string(set.message())));
  }
  return absl::OkStatus();
}

absl::StatusOr<Store> Load(const Schema& schema, const Envelope& envelope) {
  ByteReader reader(envelope.body);
  std::string_view description;
  reader(description);
  if (envelope.fingerprint != schema.fingerprint() || description != DescribeSchema(schema)) {
    std::string prints;
    if (envelope.fingerprint != schema.fingerprint()) {
      prints = absl::StrCat(" (fingerprint ", absl::Hex(envelope.fingerprint), ", not ",
                            absl::Hex(schema.fingerprint()), ")");
    }
    return absl::FailedPreconditionError(absl::StrCat("the snapshot was made with another schema",
                                                      prints, ":\n",
                                                      SchemaDifferences(description, schema)));
  }
  Loader loader(schema);
  for (std::uint32_t m = 0; m < schema.models().size(); ++m) {
    const absl::Status model = LoadModel(schema.models()[m], Model{m}, reader, loader);
    if (!model.ok()) return model;
  }
  if (reader.left() > 0) {
    reader.Refuse(std::to_string(reader.left()) + " bytes too many");
  }
  absl::StatusOr<Store> store = std::move(loader).Finish();
  if (!store.ok()) return absl::DataLossError(store.status().message());
  return store;
}

}  // namespace

std::string EncodeBody(const Store& store, std::size_t room) {
  const Schema& schema = store.schema();
  ByteWriter writer;
  writer.Put(std::string(room, '\0').data(), room);
  writer(std::string_view(DescribeSchema(schema)));
  for (std::uint32_t m = 0; m < schema.models().size(); ++m) {
    const ModelInfo& model = schema.models()[m];
    writer(std::string_view(model.name));
    if (GeneratesKeys(model)) writer(store.NextKey(Model{m}));
    writer(Size{store.Count(Model{m})});
    const auto attributes = static_cast<std::uint32_t>(model.attributes.size());
    for (const Instance row : store.All(Model{m})) WriteRow(store, row, attributes, writer);
  }
  return std::move(writer).Take();
}

absl::StatusOr<Store> DecodeBody(const Schema& schema, const Envelope& envelope) {
  // The only place where cereal's exceptions are met, and they go no further.
  try {
    return Load(schema, envelope);
  } catch (const cereal::Exception& e) {
    return absl::DataLossError(
        absl::StrCat("the snapshot's body is not what relata writes: ", e.what()));
  }
}

}  // namespace relata::snapshot_internal
