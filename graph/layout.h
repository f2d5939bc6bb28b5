// Where everything lies in the rows of a model. Fixed when the schema is built.
//
//   row    := stamp:u64 child* parent* nulls:u8{ceil(nullable/8)} booleans:u8* pad cells8 cells16
//   child  := parent:u32 next:u32 prev:u32     one for each foreign key of the model
//   parent := first:u32 last:u32 count:u32     one for each foreign key that refers to the model
//
// Links stand beside the stamp, so that a walk along them reads one cache line of a row. Cells are
// INTEGER, DOUBLE and TIMESTAMP of 8 bytes, from a multiple of 8 on, then TEXT, BYTES and UUID of
// 16, each in the order of the attributes. Bit i % 8 of byte i / 8 of the nulls is set when
// number i of the attributes that may be null is null; the others have no bit, and always a value.
//
// The stamp is 0 in a free slot, whose next 8 bytes then hold its place among the free ones.
#ifndef RELATA_GRAPH_LAYOUT_H_
#define RELATA_GRAPH_LAYOUT_H_

#include <cstdint>
#include <vector>

#include "relata/internal/table_view.h"
#include "relata/schema.h"

namespace relata::internal {

inline constexpr std::uint32_t kNoAttribute = UINT32_MAX;
inline constexpr std::uint32_t kNoKey = UINT32_MAX;

struct CellLayout {
  Type type = Type::kInteger;
  std::uint32_t offset = 0;
  std::uint32_t null_byte = 0;
  std::uint8_t null_mask = 0;   // 0: it is never null
  bool in_key = false;          // of any of the model's keys
  bool in_foreign_key = false;  // of any foreign key of the model
  // The foreign key that is this attribute alone and LinkLayout::free_standing, if there is one.
  ForeignKey reference;
  std::uint64_t indexes = 0;  // bit i: in the model's secondary index i
};

struct RowLayout {
  std::vector<CellLayout> cells;          // by attribute
  std::vector<std::uint32_t> text_cells;  // offsets of text and bytes cells
  std::uint32_t nulls_offset = 0;         // where the links end and the null bits begin
  std::uint32_t nulls_size = 0;           // in bytes
  std::uint32_t home_cell = 0;            // of a primary key that is one integer; 0: it is not
  std::uint32_t home_attribute = kNoAttribute;  // whose cell that is
  std::uint32_t stride = 0;
  std::uint32_t keys = 0;                  // how many the model has
  std::uint64_t indexes = 0;               // the set of all secondary indexes of the model
  std::uint32_t generated = kNoAttribute;  // the attribute that is an auto-incremented key
  // The bytes of a row that is linked to nothing: of nulls, and of defaults. The latter hold no
  // text: a row with such a default is not plain. Where there is neither null nor default there is
  // zero: a value that has to be given before the bytes are a row.
  std::vector<char> blank;
  std::vector<char> fresh;
  // Which values those are: bit a for attribute a.
  std::uint64_t needed_by_blank = 0;
  std::uint64_t needed_by_fresh = 0;
  std::uint64_t attributes = 0;  // all of them
  // What of these bytes comes before the cells, the stamp included, rounded up to 8.
  std::uint32_t header_end = 0;
  // Whether a row can be made of these bytes, by the short ways (graph/plain_row.h): there are no
  // more attributes than bits to say what is needed, and no more keys and foreign keys than room.
  bool blank_is_plain = true;
  bool fresh_is_plain = true;
};

// The bit that stands for an attribute. REQUIRES: RowLayout::blank_is_plain.
inline constexpr std::uint32_t kMostPlain = 64;
inline constexpr std::uint32_t kMostPlainKeys = 8;
inline constexpr std::uint32_t kMostPlainForeignKeys = 8;
inline std::uint64_t BitOf(std::uint32_t attribute) {
  return std::uint64_t{1} << (attribute % kMostPlain);
}

// Where the two ends of a foreign key lie, in the rows of its owner and of its target.
struct LinkLayout {
  std::uint32_t child_offset = 0;
  std::uint32_t parent_offset = 0;
  std::uint32_t owner = 0;  // models
  std::uint32_t target = 0;
  // Of a key that is one integer and refers to a primary key found at home: where it lies in a row
  // of the owner, and RowLayout::home_cell of the target; 0: it is none.
  CellLayout key;
  std::uint32_t home_cell = 0;
  bool cascades = false;  // ON DELETE CASCADE: the children of a row that goes follow it
  // Nothing else depends on the columns: they are in no key and in no other foreign key, and no
  // validator and no OneOf judges the owner's rows. A child can be linked elsewhere without further
  // ado.
  bool free_standing = false;
  // All of them may be null: it can be unlinked as well.
  bool nullable = false;
  // Both of the above of a key that is one integer, as above, and in no secondary index: a child
  // that has a parent is unlinked by StoreState::DropChild and nothing else.
  bool droppable = false;
  // ON DELETE SET NULL of columns that nothing else depends on and that may be null.
  bool sweepable = false;
};

// How the join row of a pair is found and made, for a belongsToMany whose pair is a unique key of
// the through model.
struct PairLayout {
  // In the order of that key: an attribute of the join model, and the one of the source or of the
  // target whose value it has, with the offset of its cell.
  struct Part {
    std::uint32_t in_join;
    std::uint32_t attribute;
    std::uint32_t offset;
    bool of_target;
  };
  std::uint32_t key = kNoKey;  // of the through model; kNoKey: there is none
  // Where a join row says which source and which target it links.
  std::uint32_t to_source = 0;
  std::uint32_t to_target = 0;
  bool through = false;   // it is a belongsToMany
  bool askable = false;   // one link of the association can be asked about by itself: there is such
                          // a key, or no need of one, and no scope
  bool integers = false;  // every part is an integer that is never null where it is referred to
  bool alone = false;     // the through model has no other key, and no other foreign key
  std::vector<Part> parts;
};

struct Layouts {
  std::vector<RowLayout> rows;    // by model
  std::vector<LinkLayout> links;  // by foreign key
  std::vector<Walk> walks;        // by association
  std::vector<PairLayout> pairs;  // by association
};

Layouts MakeLayouts(const std::vector<ModelInfo>& models,
                    const std::vector<ForeignKeyInfo>& foreign_keys,
                    const std::vector<AssociationInfo>& associations);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_LAYOUT_H_
