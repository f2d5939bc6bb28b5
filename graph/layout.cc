#include "graph/layout.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "relata/internal/table_view.h"

namespace relata::internal {
namespace {

constexpr std::uint32_t kPageBytes = 32 * 1024;
constexpr std::uint32_t kMinPageShift = 4;
constexpr std::uint32_t kMaxPageShift = 9;

std::uint32_t CellSize(Type type) {
  switch (type) {
    case Type::kInteger:
    case Type::kDouble:
    case Type::kTimestamp:
      return 8;
    case Type::kText:
    case Type::kBytes:
      return kTextCellSize;
    case Type::kUuid:
      return 16;
    case Type::kBoolean:
      return 1;
  }
  return 8;
}

std::uint32_t RoundUp(std::uint32_t value, std::uint32_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

std::uint32_t PageShift(std::uint32_t stride) {
  std::uint32_t shift = kMaxPageShift;
  while (shift > kMinPageShift && (stride << shift) > kPageBytes) --shift;
  return shift;
}

// Everything before the links.
RowLayout MakeCells(const ModelInfo& model) {
  RowLayout row;
  const auto count = static_cast<std::uint32_t>(model.attributes.size());
  std::uint32_t end = 8 + (count + 63) / 64 * 8;
  row.cells.resize(count);
  for (const std::uint32_t size : {8u, 16u, 1u}) {
    for (std::uint32_t i = 0; i < count; ++i) {
      CellLayout& cell = row.cells[i];
      const Type type = model.attributes[i].type;
      if (CellSize(type) != size) continue;
      cell.type = type;
      cell.offset = end;
      cell.null_byte = 8 + i / 8;
      cell.null_mask = static_cast<std::uint8_t>(1u << (i % 8));
      if (type == Type::kText || type == Type::kBytes) row.text_cells.push_back(end);
      end += size;
    }
  }
  for (const KeyInfo& key : model.keys) {
    for (const std::uint32_t attribute : key.attributes) row.cells[attribute].in_key = true;
  }
  row.links_offset = RoundUp(end, 4);
  row.stride = row.links_offset;
  return row;
}

}  // namespace

Layouts MakeLayouts(const std::vector<ModelInfo>& models,
                    const std::vector<ForeignKeyInfo>& foreign_keys) {
  Layouts layouts;
  layouts.links.resize(foreign_keys.size());
  for (const ModelInfo& model : models) {
    RowLayout row = MakeCells(model);
    for (const ForeignKey foreign_key : model.foreign_keys) {
      layouts.links[foreign_key.index].child_offset = row.stride;
      row.stride += sizeof(ChildLink);
      for (const std::uint32_t attribute : foreign_keys[foreign_key.index].attributes) {
        row.cells[attribute].in_foreign_key = true;
      }
    }
    for (const ForeignKey foreign_key : model.referenced_by) {
      layouts.links[foreign_key.index].parent_offset = row.stride;
      row.stride += sizeof(ParentLink);
    }
    row.stride = RoundUp(row.stride, 8);
    row.page_shift = PageShift(row.stride);
    layouts.rows.push_back(std::move(row));
  }
  return layouts;
}

}  // namespace relata::internal
