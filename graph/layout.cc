#include "graph/layout.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "graph/cells.h"
#include "relata/internal/table_view.h"

namespace relata::internal {
namespace {

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

// Where the links of a model's rows lie, and the end of them.
std::uint32_t PlaceLinks(const ModelInfo& model, std::vector<LinkLayout>& links) {
  std::uint32_t end = sizeof(std::uint64_t);
  for (const ForeignKey foreign_key : model.foreign_keys) {
    links[foreign_key.index].child_offset = end;
    end += sizeof(ChildLink);
  }
  for (const ForeignKey foreign_key : model.referenced_by) {
    links[foreign_key.index].parent_offset = end;
    end += sizeof(ParentLink);
  }
  return end;
}

RowLayout MakeRow(const ModelInfo& model, const std::vector<ForeignKeyInfo>& foreign_keys,
                  std::uint32_t nulls_offset) {
  RowLayout row;
  row.nulls_offset = nulls_offset;
  const auto count = static_cast<std::uint32_t>(model.attributes.size());
  row.cells.resize(count);
  std::uint32_t nullable = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    row.cells[i].null_byte = nulls_offset;
    if (!model.attributes[i].nullable) continue;
    row.cells[i].null_byte += nullable / 8;
    row.cells[i].null_mask = static_cast<std::uint8_t>(1u << (nullable % 8));
    ++nullable;
  }
  row.nulls_size = (nullable + 7) / 8;
  std::uint32_t end = nulls_offset + row.nulls_size;
  for (const std::uint32_t size : {1u, 8u, 16u}) {
    if (size > 1) end = RoundUp(end, 8);
    for (std::uint32_t i = 0; i < count; ++i) {
      CellLayout& cell = row.cells[i];
      const Type type = model.attributes[i].type;
      if (CellSize(type) != size) continue;
      cell.type = type;
      cell.offset = end;
      if (type == Type::kText || type == Type::kBytes) row.text_cells.push_back(end);
      end += size;
    }
  }
  row.header_end = RoundUp(nulls_offset + row.nulls_size, 8);
  row.stride = RoundUp(end, 8);
  row.keys = static_cast<std::uint32_t>(model.keys.size());
  for (const KeyInfo& key : model.keys) {
    for (const std::uint32_t attribute : key.attributes) row.cells[attribute].in_key = true;
  }
  const std::vector<std::uint32_t>& primary_key = model.primary_key().attributes;
  if (primary_key.size() == 1 && row.cells[primary_key[0]].type == Type::kInteger) {
    row.home_cell = row.cells[primary_key[0]].offset;
    row.home_attribute = primary_key[0];
  }
  for (const ForeignKey foreign_key : model.foreign_keys) {
    for (const std::uint32_t attribute : foreign_keys[foreign_key.index].attributes) {
      row.cells[attribute].in_foreign_key = true;
    }
  }
  for (std::size_t i = 0; i < model.indexes.size(); ++i) {
    row.indexes |= std::uint64_t{1} << i;
    for (const std::uint32_t attribute : model.indexes[i].attributes) {
      row.cells[attribute].indexes |= std::uint64_t{1} << i;
    }
  }
  return row;
}

// What new rows are copied from.
void MakeImages(const ModelInfo& model, const std::vector<LinkLayout>& links, RowLayout& row) {
  row.blank.assign(row.stride, 0);
  std::fill(row.blank.begin() + sizeof(std::uint64_t), row.blank.begin() + row.nulls_offset,
            '\xff');
  for (const ForeignKey f : model.referenced_by) {
    const ParentLink none{kNoSlot, kNoSlot, 0};
    std::memcpy(row.blank.data() + links[f.index].parent_offset, &none, sizeof(none));
  }
  for (std::uint32_t a = 0; a < row.cells.size(); ++a) {
    const CellLayout& cell = row.cells[a];
    row.blank[cell.null_byte] = static_cast<char>(row.blank[cell.null_byte] | cell.null_mask);
    row.attributes |= BitOf(a);
    if (cell.null_mask == 0) row.needed_by_blank |= BitOf(a);
    if (model.attributes[a].auto_increment) row.generated = a;
  }
  row.blank_is_plain = row.cells.size() <= kMostPlain && row.keys <= kMostPlainKeys &&
                       model.foreign_keys.size() <= kMostPlainForeignKeys;
  row.fresh_is_plain = row.blank_is_plain;
  row.fresh = row.blank;
  row.needed_by_fresh = row.needed_by_blank;
  for (std::uint32_t a = 0; a < row.cells.size(); ++a) {
    const CellLayout& cell = row.cells[a];
    const ValueView value = model.attributes[a].default_value.view();
    if (value.index() == 0) continue;
    if (IsTextCell(cell.type)) {
      row.fresh_is_plain = false;
      continue;
    }
    const CellBytes bytes = EncodeFixed(value);
    std::memcpy(row.fresh.data() + cell.offset, bytes.bytes, bytes.size);
    row.fresh[cell.null_byte] = static_cast<char>(row.fresh[cell.null_byte] & ~cell.null_mask);
    row.needed_by_fresh &= ~BitOf(a);
  }
}

bool Holds(const std::vector<std::uint32_t>& attributes, std::uint32_t a) {
  return std::find(attributes.begin(), attributes.end(), a) != attributes.end();
}

// Whether the columns of a foreign key are in no key and in no other foreign key.
bool StandsAlone(std::uint32_t f, const std::vector<ModelInfo>& models,
                 const std::vector<ForeignKeyInfo>& foreign_keys) {
  const ForeignKeyInfo& info = foreign_keys[f];
  const ModelInfo& owner = models[info.owner.index];
  return std::all_of(info.attributes.begin(), info.attributes.end(), [&](std::uint32_t a) {
    return std::none_of(owner.keys.begin(), owner.keys.end(),
                        [&](const KeyInfo& key) { return Holds(key.attributes, a); }) &&
           std::none_of(owner.foreign_keys.begin(), owner.foreign_keys.end(), [&](ForeignKey g) {
             return g.index != f && Holds(foreign_keys[g.index].attributes, a);
           });
  });
}

void JudgeForeignKey(std::uint32_t f, const std::vector<ModelInfo>& models,
                     const std::vector<ForeignKeyInfo>& foreign_keys, Layouts& layouts) {
  const ForeignKeyInfo& info = foreign_keys[f];
  const ModelInfo& owner = models[info.owner.index];
  LinkLayout& link = layouts.links[f];
  link.free_standing = StandsAlone(f, models, foreign_keys);
  link.nullable = std::all_of(info.attributes.begin(), info.attributes.end(),
                              [&](std::uint32_t a) { return owner.attributes[a].nullable; });
  link.sweepable =
      info.constrained && info.on_delete == Action::kSetNull && link.free_standing && link.nullable;
  if (link.free_standing && info.attributes.size() == 1) {
    layouts.rows[info.owner.index].cells[info.attributes[0]].reference = ForeignKey{f};
  }
  link.owner = info.owner.index;
  link.target = info.target.index;
  if (info.target_key == 0) link.home_cell = layouts.rows[link.target].home_cell;
  if (link.home_cell != 0) {
    link.key = layouts.rows[link.owner].cells[info.attributes[0]];
    link.droppable = link.free_standing && link.nullable && link.key.indexes == 0;
  }
  link.cascades = info.constrained && info.on_delete == Action::kCascade;
}

PairLayout MakePair(const AssociationInfo& info, const std::vector<ModelInfo>& models,
                    const std::vector<ForeignKeyInfo>& foreign_keys,
                    const std::vector<LinkLayout>& links, const std::vector<RowLayout>& rows) {
  if (info.kind != AssociationKind::kBelongsToMany) {
    PairLayout none;
    none.askable = info.scope.empty() && info.source_scope.empty();
    return none;
  }
  const ForeignKeyInfo& here = foreign_keys[info.foreign_key.index];
  const ForeignKeyInfo& there = foreign_keys[info.other_key.index];
  const ModelInfo& join = models[info.through.index];
  PairLayout pair;
  pair.through = true;
  pair.to_source = links[info.foreign_key.index].child_offset + offsetof(ChildLink, parent);
  pair.to_target = links[info.other_key.index].child_offset + offsetof(ChildLink, parent);
  for (std::uint32_t k = 0; k < join.keys.size() && pair.key == kNoKey; ++k) {
    const std::vector<std::uint32_t>& attributes = join.keys[k].attributes;
    if (attributes.size() != here.attributes.size() + there.attributes.size()) continue;
    if (!std::all_of(attributes.begin(), attributes.end(), [&](std::uint32_t a) {
          return Holds(here.attributes, a) != Holds(there.attributes, a);
        })) {
      continue;
    }
    pair.key = k;
    pair.integers = true;
    for (const std::uint32_t a : attributes) {
      const bool of_target = Holds(there.attributes, a);
      const ForeignKeyInfo& side = of_target ? there : here;
      const auto at = std::find(side.attributes.begin(), side.attributes.end(), a);
      const std::vector<std::uint32_t>& referred =
          models[side.target.index].keys[side.target_key].attributes;
      const std::uint32_t attribute =
          referred[static_cast<std::size_t>(at - side.attributes.begin())];
      const CellLayout& cell = rows[side.target.index].cells[attribute];
      pair.parts.push_back({a, attribute, cell.offset, of_target});
      pair.integers = pair.integers && cell.type == Type::kInteger && cell.null_mask == 0 &&
                      rows[info.through.index].cells[a].type == Type::kInteger;
    }
  }
  pair.alone = join.keys.size() == 1 && join.foreign_keys.size() == 2;
  pair.askable = pair.key != kNoKey && info.scope.empty() && info.through_scope.empty();
  return pair;
}

Walk MakeWalk(const AssociationInfo& info, const std::vector<ModelInfo>& models,
              const std::vector<ForeignKeyInfo>& foreign_keys,
              const std::vector<LinkLayout>& links) {
  const LinkLayout& link = links[info.foreign_key.index];
  Walk walk;
  walk.source = info.source.index;
  walk.target = info.target.index;
  walk.walked = walk.target;
  walk.scoped = !info.scope.empty() || !info.through_scope.empty() || !info.source_scope.empty();
  if (info.kind == AssociationKind::kBelongsTo) {
    walk.first_offset = link.child_offset + offsetof(ChildLink, parent);
    walk.one = true;
    return walk;
  }
  walk.first_offset = link.parent_offset + offsetof(ParentLink, first);
  walk.count_offset = link.parent_offset + offsetof(ParentLink, count);
  walk.next_offset = link.child_offset + offsetof(ChildLink, next);
  walk.one = info.kind == AssociationKind::kHasOne;
  if (info.kind == AssociationKind::kBelongsToMany) {
    const ForeignKeyInfo& other = foreign_keys[info.other_key.index];
    walk.walked = info.through.index;
    walk.through = true;
    walk.hop_offset = links[info.other_key.index].child_offset + offsetof(ChildLink, parent);
    // Join rows may dangle on their other side unless both are held to be whole.
    walk.scoped |= !other.constrained || other.deferred ||
                   models[info.through.index].attributes[other.attributes[0]].nullable;
  }
  walk.plain = !walk.one && !walk.scoped;
  return walk;
}

}  // namespace

Layouts MakeLayouts(const std::vector<ModelInfo>& models,
                    const std::vector<ForeignKeyInfo>& foreign_keys,
                    const std::vector<AssociationInfo>& associations) {
  Layouts layouts;
  layouts.links.resize(foreign_keys.size());
  for (const ModelInfo& model : models) {
    const std::uint32_t links_end = PlaceLinks(model, layouts.links);
    layouts.rows.push_back(MakeRow(model, foreign_keys, links_end));
    MakeImages(model, layouts.links, layouts.rows.back());
  }
  for (std::uint32_t f = 0; f < foreign_keys.size(); ++f) {
    JudgeForeignKey(f, models, foreign_keys, layouts);
  }
  for (const AssociationInfo& association : associations) {
    layouts.walks.push_back(MakeWalk(association, models, foreign_keys, layouts.links));
    layouts.pairs.push_back(
        MakePair(association, models, foreign_keys, layouts.links, layouts.rows));
  }
  return layouts;
}

}  // namespace relata::internal
