// How generated names are spelled (rule R4).
#ifndef RELATA_GRAPH_NAMING_H_
#define RELATA_GRAPH_NAMING_H_

#include <string>
#include <string_view>

namespace relata::internal {

// Without - _ and spaces, a capital after each; the first letter stays: user-role, userRole;
// User, User.
std::string CamelCase(std::string_view name);

// Small letters with _ between the words: UserAccount, user_account; HTTPServer, http_server.
std::string SnakeCase(std::string_view name);

// The column that holds the key `key` of what `stem` names: teamId, or team_id.
std::string KeyColumnName(std::string_view stem, std::string_view key, bool underscored);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_NAMING_H_
