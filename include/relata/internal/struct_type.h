// A C++ struct as data: what its `serialize` names, and how each member is read and written. The
// templates of struct_members.h fill this in; all else works on it. Not part of the public API;
// everything here may change.
#ifndef RELATA_INTERNAL_STRUCT_TYPE_H_
#define RELATA_INTERNAL_STRUCT_TYPE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include "relata/handle.h"
#include "relata/value.h"

namespace relata {
class DraftRow;
}  // namespace relata

namespace relata::internal {

// One C++ type that a member may have.
struct MemberKind {
  Type type;          // of the attribute
  bool optional;      // a std::optional: reads and writes null
  const char* holds;  // for people: "a signed 8-bit integer"
  bool narrow;        // not every value of the attribute fits: load may fail
  // Borrows the member's value; false when the attribute cannot hold it.
  bool (*view)(const void* member, ValueView& value);
  // Writes a value of the attribute to the member, or nowhere when it is null; false, and nothing
  // is written, when it does not fit.
  bool (*load)(const ValueView& value, void* member);
  // Of types that round what they load: whether the member is what `load` would make of the value.
  bool (*same)(const void* member, const ValueView& value);
};

struct StructMember {
  std::string name;
  std::size_t offset = 0;  // from the start of the struct; kOutside: not in it
  const MemberKind* kind = nullptr;
  std::optional<Value> initial;  // in a default-constructed struct, if the attribute can hold it
};
inline constexpr std::size_t kOutside = SIZE_MAX;

// A struct is known by the address of its StructId.
struct StructId {
  const std::type_info* type;
};
template <typename T>
inline constexpr StructId kStructId = {&typeid(T)};

struct StructType {
  const StructId* id = nullptr;
  std::size_t size = 0;
  std::vector<StructMember> members;
};

// `again` are the members of a second default-constructed struct: what differs there (a counter, a
// clock, a random number) is no default.
StructType MakeStructType(const StructId& id, std::size_t size, std::vector<StructMember> members,
                          const std::vector<StructMember>& again);

// Sets what a struct says on a row of a draft. An empty std::optional is null where the struct says
// another default, and otherwise left out: the key is generated, or the default taken.
void WriteDraft(const StructType& type, const void* record, const DraftRow& row);

// The name of the member at an offset, or what says in a message that there is none.
std::string_view NameAt(const StructType& type, std::size_t offset);

// How options name a member: by its place in the struct, or else by its name.
struct MemberName {
  std::string name{};
  std::size_t offset = kOutside;
};

// A struct that is bound to a model of a finished schema, as far as inline accessors need it.
struct StructView {
  const StructId* id = nullptr;
  const StructView* next = nullptr;  // another struct that is bound to the same model
  // By the offset of a member, its position in `places`, or kNoMember.
  const std::uint16_t* member_at = nullptr;
  const FieldPlace* places = nullptr;
};
inline constexpr std::uint16_t kNoMember = UINT16_MAX;

}  // namespace relata::internal

#endif  // RELATA_INTERNAL_STRUCT_TYPE_H_
