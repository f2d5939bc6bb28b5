#include "relata/internal/struct_type.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "relata/draft.h"
#include "relata/internal/struct_members.h"

namespace relata::internal {

StructType MakeStructType(const StructId& id, std::size_t size, std::vector<StructMember> members,
                          const std::vector<StructMember>& again) {
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i >= again.size() || again[i].initial != members[i].initial) members[i].initial.reset();
  }
  return {.id = &id, .size = size, .members = std::move(members)};
}

std::string_view NameAt(const StructType& type, std::size_t offset) {
  for (const StructMember& member : type.members) {
    if (member.offset == offset) return member.name;
  }
  return "(a member that its serialize does not name)";
}

void MemberScribe::Add(const char* name, const void* member, const MemberKind& kind) {
  const auto begin = reinterpret_cast<std::uintptr_t>(begin_);
  const auto at = reinterpret_cast<std::uintptr_t>(member);
  const bool inside = at >= begin && at < begin + size_;
  StructMember& added = members_.emplace_back();
  added.name = name;
  added.offset = inside ? at - begin : kOutside;
  added.kind = &kind;
  ValueView initial;
  if (kind.view(member, initial)) added.initial = Value::From(initial);
}

void WriteDraft(const StructType& type, const void* record, const DraftRow& row) {
  for (const StructMember& member : type.members) {
    ValueView value;
    if (!member.kind->view(static_cast<const char*>(record) + member.offset, value)) {
      // A draft takes no errors: this is refused when it is carried out.
      row.Set(member.name, absl::StrCat("a value that no ",
                                        std::string(TypeName(member.kind->type)), " can hold"));
    } else if (value.index() != 0 || (member.initial.has_value() && !member.initial->is_null())) {
      row.Set(member.name, Value::From(value));
    }
  }
}

bool ScaleDown(std::int64_t count, std::int64_t num, std::int64_t den, std::int64_t& scaled) {
  if (__builtin_mul_overflow(count, num, &scaled)) return false;
  const bool inexact = scaled % den != 0;
  const bool below_zero = scaled < 0;
  scaled /= den;
  if (inexact && below_zero) --scaled;  // division rounds towards zero
  return true;
}

}  // namespace relata::internal
