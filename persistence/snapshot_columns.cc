#include "persistence/snapshot_columns.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <string>
#include <variant>

namespace relata::snapshot_internal {
namespace {

bool HasLengths(Type type) { return type == Type::kText || type == Type::kBytes; }

// What stands for a value in a column of integers: its length, if it has one.
std::int64_t IntegerOf(const ValueView& value) {
  struct Visitor {
    std::int64_t operator()(std::int64_t v) const { return v; }
    std::int64_t operator()(bool v) const { return v ? 1 : 0; }
    std::int64_t operator()(TimestampValue v) const { return v.time_since_epoch().count(); }
    std::int64_t operator()(std::string_view v) const {
      return static_cast<std::int64_t>(v.size());
    }
    std::int64_t operator()(BytesView v) const { return static_cast<std::int64_t>(v.size()); }
    std::int64_t operator()(std::monostate) const { return 0; }
    std::int64_t operator()(double) const { return 0; }
    std::int64_t operator()(const UuidValue&) const { return 0; }
  };
  return std::visit(Visitor(), value);
}

// Numbers as they stand in the file, of a width that is known when this is compiled.
template <typename Number>
void PutOffsets(std::span<const std::int64_t> integers, std::int64_t least, ByteWriter& writer) {
  std::array<Number, kBlockRows> offsets;
  for (std::size_t i = 0; i < integers.size(); ++i) {
    offsets[i] = LittleEndian(static_cast<Number>(static_cast<std::uint64_t>(integers[i]) -
                                                  static_cast<std::uint64_t>(least)));
  }
  writer.Put(offsets.data(), integers.size() * sizeof(Number));
}

template <typename Number>
void TakeOffsets(std::span<std::int64_t> integers, std::int64_t least, ByteReader& reader) {
  const char* at = reader.Take(integers.size() * sizeof(Number)).data();
  for (std::int64_t& integer : integers) {
    Number offset;
    std::memcpy(&offset, at, sizeof(offset));
    at += sizeof(offset);
    integer = static_cast<std::int64_t>(static_cast<std::uint64_t>(least) + LittleEndian(offset));
  }
}

void TakeIntegers(std::span<std::int64_t> integers, ByteReader& reader) {
  std::int64_t least = 0;
  std::uint8_t width = 0;
  reader(least, width);
  switch (width) {
    case 1:
      return TakeOffsets<std::uint8_t>(integers, least, reader);
    case 2:
      return TakeOffsets<std::uint16_t>(integers, least, reader);
    case 4:
      return TakeOffsets<std::uint32_t>(integers, least, reader);
    case 8:
      return TakeOffsets<std::uint64_t>(integers, least, reader);
    default:
      reader.Refuse("numbers of " + std::to_string(width) + " bytes");
  }
}

// Moves values that stand for the rows that are not null to where those rows are.
template <typename T>
void Spread(std::vector<T>& values, std::size_t rows, std::span<const std::uint8_t> nulls) {
  std::size_t left = values.size();
  values.resize(rows);
  for (std::size_t i = rows; i-- > 0;) {
    const bool null = (nulls[i / 8] >> (i % 8) & 1) != 0;
    values[i] = null ? T() : values[--left];
  }
}

// How many rows are null.
std::size_t TakeNulls(std::size_t rows, std::vector<std::uint8_t>& nulls, ByteReader& reader) {
  nulls.clear();
  bool any = false;
  reader(any);
  if (!any) return 0;
  const std::string_view bits = reader.Take((rows + 7) / 8);
  nulls.assign(bits.begin(), bits.end());
  if (rows % 8 != 0 && nulls.back() >> (rows % 8) != 0) {
    reader.Refuse("null bits are set for rows that are not there");
  }
  std::size_t count = 0;
  for (const std::uint8_t byte : nulls) count += static_cast<std::size_t>(std::popcount(byte));
  return count;
}

}  // namespace

std::uint64_t LeastRow(const ModelInfo& model) {
  std::uint64_t least = 0;
  for (const AttributeInfo& attribute : model.attributes) {
    if (attribute.nullable) continue;
    least += attribute.type == Type::kDouble ? 8 : attribute.type == Type::kUuid ? 16 : 1;
  }
  // A primary key is never null.
  assert(least > 0);
  return least;
}

// ----- writing

void BlockWriter::Write(std::span<const Instance> rows, ByteWriter& writer) {
  for (std::uint32_t a = 0; a < model_.attributes.size(); ++a) WriteColumn(a, rows, writer);
}

void BlockWriter::WriteColumn(std::uint32_t attribute, std::span<const Instance> rows,
                              ByteWriter& writer) {
  values_.clear();
  std::array<std::uint8_t, kBlockRows / 8> nulls{};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const ValueView value = store_.View(rows[i], attribute);
    if (value.index() != 0) {
      values_.push_back(value);
    } else {
      nulls[i / 8] = static_cast<std::uint8_t>(nulls[i / 8] | 1u << (i % 8));
    }
  }
  const AttributeInfo& info = model_.attributes[attribute];
  const bool any = values_.size() < rows.size();
  writer(any);
  if (any) writer.Put(nulls.data(), (rows.size() + 7) / 8);
  if (values_.empty()) return;
  if (info.type == Type::kDouble) {
    for (const ValueView& value : values_) writer(std::get<double>(value));
    return;
  }
  if (info.type == Type::kUuid) {
    for (const ValueView& value : values_) {
      const auto& bytes = std::get<UuidValue>(value).bytes;
      writer.Put(bytes.data(), bytes.size());
    }
    return;
  }
  WriteIntegers(writer);
  if (!HasLengths(info.type)) return;
  for (const ValueView& value : values_) {
    if (const auto* text = std::get_if<std::string_view>(&value)) {
      writer.Put(text->data(), text->size());
    } else {
      const auto& bytes = std::get<BytesView>(value);
      writer.Put(bytes.data(), bytes.size());
    }
  }
}

void BlockWriter::WriteIntegers(ByteWriter& writer) {
  integers_.clear();
  for (const ValueView& value : values_) integers_.push_back(IntegerOf(value));
  const auto [least, most] = std::minmax_element(integers_.begin(), integers_.end());
  const std::uint64_t range =
      static_cast<std::uint64_t>(*most) - static_cast<std::uint64_t>(*least);
  const std::uint8_t width = range <= UINT8_MAX    ? 1
                             : range <= UINT16_MAX ? 2
                             : range <= UINT32_MAX ? 4
                                                   : 8;
  writer(*least, width);
  switch (width) {
    case 1:
      return PutOffsets<std::uint8_t>(integers_, *least, writer);
    case 2:
      return PutOffsets<std::uint16_t>(integers_, *least, writer);
    case 4:
      return PutOffsets<std::uint32_t>(integers_, *least, writer);
    default:
      return PutOffsets<std::uint64_t>(integers_, *least, writer);
  }
}

// ----- reading

BlockReader::BlockReader(const ModelInfo& model)
    : model_(model), values_(model.attributes.size()), columns_(model.attributes.size()) {}

std::span<const Column> BlockReader::Read(std::size_t rows, ByteReader& reader) {
  for (std::uint32_t a = 0; a < columns_.size(); ++a) ReadColumn(a, rows, reader);
  return columns_;
}

void BlockReader::ReadColumn(std::uint32_t attribute, std::size_t rows, ByteReader& reader) {
  const AttributeInfo& info = model_.attributes[attribute];
  Values& values = values_[attribute];
  Column& column = columns_[attribute];
  const std::size_t nulls = TakeNulls(rows, values.nulls, reader);
  const std::size_t count = rows - nulls;
  const auto spread = [&](auto& of) {
    if (nulls > 0) Spread(of, rows, values.nulls);
  };
  column.nulls = values.nulls;
  if (info.type == Type::kDouble) {
    values.doubles.resize(count);
    for (double& v : values.doubles) reader(v);
    spread(values.doubles);
    column.doubles = values.doubles;
    return;
  }
  if (info.type == Type::kUuid) {
    values.uuids.resize(count);
    for (UuidValue& v : values.uuids) {
      std::memcpy(v.bytes.data(), reader.Take(v.bytes.size()).data(), v.bytes.size());
    }
    spread(values.uuids);
    column.uuids = values.uuids;
    return;
  }
  values.integers.resize(count);
  if (count > 0) TakeIntegers(values.integers, reader);
  if (!HasLengths(info.type)) {
    spread(values.integers);
    column.integers = values.integers;
    return;
  }
  std::uint64_t bytes = 0;
  for (const std::int64_t length : values.integers) {
    if (static_cast<std::uint64_t>(length) > reader.left() - bytes) {
      reader.Refuse("a length of " + std::to_string(static_cast<std::uint64_t>(length)) +
                    " does not fit the bytes left");
    }
    bytes += static_cast<std::uint64_t>(length);
  }
  column.bytes = reader.Take(bytes);
  spread(values.integers);
  column.lengths = values.integers;
}

}  // namespace relata::snapshot_internal
