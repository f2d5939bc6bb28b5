#include "graph/naming.h"

#include <gtest/gtest.h>

#include "graph/nearest_name.h"

namespace relata::internal {
namespace {

TEST(NamingTest, CamelCaseDropsSeparatorsAndKeepsTheFirstLetter) {
  EXPECT_EQ(CamelCase("user_role"), "userRole");
  EXPECT_EQ(CamelCase("user-role"), "userRole");
  EXPECT_EQ(CamelCase("user role"), "userRole");
  EXPECT_EQ(CamelCase("User_role"), "UserRole");
  EXPECT_EQ(CamelCase("userRole"), "userRole");
  EXPECT_EQ(CamelCase("CEO"), "CEO");
  EXPECT_EQ(CamelCase("a__b_"), "aB");
}

TEST(NamingTest, SnakeCasePartsWordsAtCapitals) {
  EXPECT_EQ(SnakeCase("userAccount"), "user_account");
  EXPECT_EQ(SnakeCase("UserAccount"), "user_account");
  EXPECT_EQ(SnakeCase("user-account"), "user_account");
  EXPECT_EQ(SnakeCase("HTTPServer"), "http_server");
  EXPECT_EQ(SnakeCase("CEO"), "ceo");
  EXPECT_EQ(SnakeCase("user2Role"), "user2_role");
  EXPECT_EQ(SnakeCase("user_id"), "user_id");
}

TEST(NamingTest, AKeyIsNamedAfterWhatItRefersTo) {
  EXPECT_EQ(KeyColumnName("team", "id", false), "teamId");
  EXPECT_EQ(KeyColumnName("team", "id", true), "team_id");
  EXPECT_EQ(KeyColumnName("User", "id", false), "UserId");
  EXPECT_EQ(KeyColumnName("user_role", "uuid", false), "userRoleUuid");
  EXPECT_EQ(KeyColumnName("userRole", "keyCode", true), "user_role_key_code");
}

TEST(NearestNameTest, ASlipIsCorrected) {
  EXPECT_EQ(NearestName("tema", {"player", "team"}), "; did you mean 'team'?");
  EXPECT_EQ(NearestName("user_id", {"name", "userId"}), "; did you mean 'userId'?");
  EXPECT_EQ(NearestName("x", {"x1", "X"}), "; did you mean 'X'?");
}

TEST(NearestNameTest, WithoutALikelyOneTheNamesAreListed) {
  EXPECT_EQ(NearestName("zebra", {"a", "b"}), "; there are 'a', 'b'");
  EXPECT_EQ(NearestName("zebra", {}), "; there are none");
  EXPECT_EQ(NearestName("zebra", std::vector<std::string>(10, "a")),
            "; there are 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a' and 2 more");
}

}  // namespace
}  // namespace relata::internal
