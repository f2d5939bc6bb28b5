// The grammar, in the terms of snapshot_archive.h:
//
//   body  := schema:bytes model*         one for each model of the schema, in the schema's order
//   model := name:bytes next:i64? rows:size block*
//            next, the key to be generated next, stands only if an attribute is AUTO INCREMENT; the
//            blocks (snapshot_columns.h) hold kBlockRows rows each, the last one what is left
//
// Links are not written: foreign keys are attributes like any other, and the loader links them
// again. The schema is that of snapshot_schema.h, as one string of bytes.
#include "persistence/snapshot_body.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "persistence/snapshot_archive.h"
#include "persistence/snapshot_columns.h"
#include "persistence/snapshot_schema.h"
#include "relata/loader.h"

namespace relata::snapshot_internal {
namespace {

bool GeneratesKeys(const ModelInfo& model) {
  return std::any_of(model.attributes.begin(), model.attributes.end(),
                     [](const AttributeInfo& attribute) { return attribute.auto_increment; });
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
  BlockReader blocks(model);
  for (std::uint64_t left = rows.value; left > 0;) {
    const std::size_t count = std::min<std::uint64_t>(left, kBlockRows);
    const absl::Status added = loader.AppendColumns(handle, count, blocks.Read(count, reader));
    if (!added.ok()) return absl::DataLossError(added.message());
    left -= count;
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
    BlockWriter blocks(store, model);
    std::vector<Instance> rows;
    for (const Instance row : store.All(Model{m})) {
      rows.push_back(row);
      if (rows.size() < kBlockRows) continue;
      blocks.Write(rows, writer);
      rows.clear();
    }
    if (!rows.empty()) blocks.Write(rows, writer);
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
