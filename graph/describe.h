// Names of rows and the errors that name them.
#ifndef RELATA_GRAPH_DESCRIBE_H_
#define RELATA_GRAPH_DESCRIBE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "graph/store_state.h"
#include "relata/status.h"

namespace relata::internal {

// The primary key of a row.
Key KeyOfRow(const StoreState& state, std::uint32_t m, std::uint32_t slot);
// "team 7", "seat (3, 'a')".
std::string DescribeRow(const StoreState& state, std::uint32_t m, std::uint32_t slot);
// "a team", "an image"; a "u" is taken as that of "user".
std::string WithArticle(std::string_view noun);
// The names of attributes.
std::vector<std::string> NamesOf(const ModelInfo& model,
                                 const std::vector<std::uint32_t>& attributes);
// "teamId = 9", "(row, num) = (3, 7)".
std::string DescribeKey(const ModelInfo& model, const std::vector<std::uint32_t>& attributes,
                        const KeyViews& views);

Problem DanglingProblem(const StoreState& state, ForeignKey f, const KeyViews& views);
Problem UniqueProblem(const StoreState& state, std::uint32_t m, std::uint32_t key,
                      const KeyViews& views);
Problem NotNullProblem(const StoreState& state, std::uint32_t m, std::uint32_t attribute);
// The same as errors.
absl::Status DanglingError(const StoreState& state, ForeignKey f, const KeyViews& views);
absl::Status UniqueError(const StoreState& state, std::uint32_t m, std::uint32_t key,
                         const KeyViews& views);
absl::Status NotNullError(const StoreState& state, std::uint32_t m, std::uint32_t attribute);
// A handle that Contains refuses: stale, of another store, or default-made.
absl::Status StaleError(const StoreState& state, Instance instance);
absl::Status WrongModelError(const StoreState& state, Model given, Model expected);

// OK, or StaleError.
absl::Status CheckAlive(const StoreState& state, Instance instance);
// Normalize, with the attribute's name in the error.
absl::StatusOr<ValueView> NormalizeFor(const StoreState& state, std::uint32_t m,
                                       std::uint32_t attribute, const ValueView& value);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_DESCRIBE_H_
