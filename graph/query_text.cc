#include "graph/query_text.h"

#include <cstddef>

#include "absl/strings/str_cat.h"

namespace relata::internal {
namespace {

std::string OrderText(const BoundLevel& level) {
  if (level.order.empty()) return "";
  std::string text;
  for (const OrderTerm& term : level.order) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", term.name,
                    term.descending ? " descending" : "");
  }
  const bool limited = level.limit != BoundLevel::kNoLimit;
  return absl::StrCat(limited ? "; the first by " : "; sorted by ", text);
}

std::string LevelText(const BoundLevel& level, const std::string& access) {
  std::string text = access;
  if (!level.where.always()) absl::StrAppend(&text, "; condition on each");
  if (!level.through_where.always()) absl::StrAppend(&text, "; condition on each join row");
  if (level.required) absl::StrAppend(&text, "; required");
  absl::StrAppend(&text, OrderText(level));
  if (level.limit != BoundLevel::kNoLimit) absl::StrAppend(&text, "; limit ", level.limit);
  if (level.offset > 0) absl::StrAppend(&text, "; offset ", level.offset);
  return text;
}

void AppendIncludes(const StoreState& state, const BoundLevel& level, std::size_t depth,
                    std::string& text) {
  for (const BoundLevel& include : level.includes) {
    const AssociationInfo& info = state.schema()[include.association];
    const bool scoped = include.walk.scope != nullptr || include.walk.join_scope != nullptr;
    absl::StrAppend(
        &text, std::string(2 * depth, ' '), info.name, ": ",
        LevelText(include, absl::StrCat("links of each row (", std::string(KindName(info.kind)),
                                        scoped ? ", in scope)" : ")")),
        "\n");
    AppendIncludes(state, include, depth + 1, text);
  }
}

}  // namespace

std::string ExplainQuery(const BoundQuery& query) {
  const StoreState& state = *query.state;
  const std::string access = query.source == nullptr
                                 ? query.access.description
                                 : absl::StrCat("links of ", query.source_name, " by ",
                                                state.schema()[query.root.association].name);
  std::string text = absl::StrCat(state.model(query.root.model.index).name, ": ",
                                  LevelText(query.root, access), "\n");
  AppendIncludes(state, query.root, 1, text);
  return text;
}

}  // namespace relata::internal
