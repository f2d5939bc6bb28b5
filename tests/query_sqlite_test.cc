// Conditions, orders, aggregates and groups compared with SQLite on the same rows: every condition
// is drawn at random and written twice, once as a Condition and once as SQL.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "relata/relata.h"
#include "tests/random_run.h"
#include "tests/random_schema.h"
#include "tests/sqlite_test_util.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::Must;
using ::relata::testing::Random;

std::string SqlOf(const Value& value) {
  if (value.is_null()) return "NULL";
  if (const auto* flag = value.get_if<bool>()) return *flag ? "1" : "0";
  if (const auto* text = value.get_if<std::string>()) return "'" + *text + "'";
  return value.ToString();
}

// As SQLite shows it in a column of text.
std::string Shown(const Value& value) {
  if (value.is_null()) return "NULL";
  if (const auto* flag = value.get_if<bool>()) return *flag ? "1" : "0";
  if (const auto* text = value.get_if<std::string>()) return *text;
  return value.ToString();
}

struct Both {
  Condition condition;
  std::string sql;
};

class QuerySqliteTest : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  static constexpr std::array<const char*, 6> kNames = {"id", "i", "j", "x", "s", "b"};
  static constexpr std::array<Type, 6> kTypes = {Type::kInteger, Type::kInteger, Type::kInteger,
                                                 Type::kDouble,  Type::kText,    Type::kBoolean};

  QuerySqliteTest()
      : random_(testing::SeedFromEnvironment(GetParam())),
        indexed_(random_.Chance(50)),
        store_(MakeSchema()) {
    sqlite_.Execute(
        "CREATE TABLE t(id INTEGER PRIMARY KEY, i INTEGER, j INTEGER, x REAL, s TEXT, "
        "b INTEGER)");
    const std::size_t rows = random_.Below(40);
    for (std::size_t r = 0; r < rows; ++r) {
      Values values;
      std::string sql = "INSERT INTO t VALUES(" + std::to_string(r + 1);
      for (std::size_t a = 1; a < kNames.size(); ++a) {
        const Value value = Draw(kTypes[a], 25);
        values.push_back({kNames[a], value});
        sql += ", " + SqlOf(value);
      }
      Must(store_.Create(t_, values));
      sqlite_.Execute(sql + ")");
    }
  }

  Schema MakeSchema();

  Value Draw(Type type, std::size_t nulls) {
    if (random_.Chance(nulls)) return nullptr;
    switch (type) {
      case Type::kInteger:
        if (random_.Chance(5)) return INT64_MAX - static_cast<std::int64_t>(random_.Below(3));
        return static_cast<std::int64_t>(random_.Below(9)) - 4;
      case Type::kDouble:
        return (static_cast<double>(random_.Below(17)) - 8) / 2;
      case Type::kBoolean:
        return random_.Chance(50);
      default: {
        static const std::array<const char*, 10> kTexts = {
            "", "a", "A", "ab", "aB%", "b_", "é", "éa", "zz", "longer than any cell can hold"};
        return kTexts[random_.Below(kTexts.size())];
      }
    }
  }

  // A literal to compare an attribute with: numbers of either type for numbers.
  Value Literal(Type type) {
    const bool number = type == Type::kInteger || type == Type::kDouble;
    if (number && random_.Chance(30)) {
      if (random_.Chance(10)) return random_.Chance(50) ? 9223372036854775807.0 : -1e300;
      return Draw(type == Type::kInteger ? Type::kDouble : Type::kInteger, 5);
    }
    return Draw(type, 8);
  }

  Both DrawCondition(int depth) {
    const std::size_t kind = random_.Below(depth > 0 ? 10 : 7);
    if (kind >= 9) {
      Both inner = DrawCondition(depth - 1);
      return {!inner.condition, "NOT (" + inner.sql + ")"};
    }
    if (kind >= 7) {
      Both a = DrawCondition(depth - 1);
      Both b = DrawCondition(depth - 1);
      if (kind == 7) return {a.condition && b.condition, "(" + a.sql + ") AND (" + b.sql + ")"};
      return {a.condition || b.condition, "(" + a.sql + ") OR (" + b.sql + ")"};
    }
    return DrawTest(kind);
  }

  Both DrawTest(std::size_t kind) {
    const std::size_t a = random_.Below(kNames.size());
    const AttributeRef left = t_[kNames[a]];
    const std::string name = kNames[a];
    const bool negated = random_.Chance(40);
    const std::string no = negated ? " NOT" : "";
    switch (kind) {
      case 0: {
        const Value low = Literal(kTypes[a]);
        const Value high = Literal(kTypes[a]);
        return {negated ? left.NotBetween(low, high) : left.Between(low, high),
                name + no + " BETWEEN " + SqlOf(low) + " AND " + SqlOf(high)};
      }
      case 1: {
        std::vector<Value> values;
        std::string sql;
        for (std::size_t n = random_.Below(4); n > 0; --n) {
          values.push_back(Literal(kTypes[a]));
          sql += (sql.empty() ? "" : ", ") + SqlOf(values.back());
        }
        return {negated ? left.NotIn(values) : left.In(values), name + no + " IN (" + sql + ")"};
      }
      case 2: {
        static const std::array<const char*, 9> kPatterns = {"%",  "a%", "%A", "_",     "%_b%",
                                                             "é_", "",   "%%", "%an%c%"};
        const std::string pattern = kPatterns[random_.Below(kPatterns.size())];
        const AttributeRef text = t_["s"];
        return {negated ? text.NotLike(pattern) : text.Like(pattern),
                "s" + no + " LIKE '" + pattern + "'"};
      }
      case 3: {
        const Value value = Literal(kTypes[a]);
        return {negated ? left.IsNot(value) : left.Is(value),
                name + " IS" + no + " " + SqlOf(value)};
      }
      case 4: {
        // Attribute against attribute, of numbers.
        const std::size_t b = 1 + random_.Below(3);
        return Compare(t_[kNames[random_.Below(4)]], t_[kNames[b]], kNames[b]);
      }
      default: {
        Value value = Literal(kTypes[a]);
        if (value.is_null()) value = Draw(kTypes[a], 0);
        return Compare(left, value, SqlOf(value));
      }
    }
  }

  Both Compare(const AttributeRef& left, const Operand& right, const std::string& sql) {
    switch (random_.Below(6)) {
      case 0:
        return {left == right, left.name() + " = " + sql};
      case 1:
        return {left != right, left.name() + " <> " + sql};
      case 2:
        return {left < right, left.name() + " < " + sql};
      case 3:
        return {left <= right, left.name() + " <= " + sql};
      case 4:
        return {left > right, left.name() + " > " + sql};
      default:
        return {left >= right, left.name() + " >= " + sql};
    }
  }

  std::vector<std::string> Keys(const Query& query) {
    std::vector<std::string> keys;
    const Rows rows = Must(store_.Select(query));
    for (const Row& row : rows) keys.push_back(Shown(Must(row.Get("id"))));
    EXPECT_EQ(Must(store_.Count(query)), keys.size());
    return keys;
  }

  Random random_;
  bool indexed_;
  Model t_;
  Store store_;
  testing::RawDatabase sqlite_{":memory:"};
};

Schema QuerySqliteTest::MakeSchema() {
  SchemaBuilder builder;
  std::vector<NamedAttribute> attributes = {
      {"i", Integer()}, {"j", Integer()}, {"x", Double()}, {"s", Text()}, {"b", Boolean()}};
  ModelOptions options;
  if (indexed_) {
    attributes[0].attribute.Index();
    attributes[2].attribute.Index();
    attributes[3].attribute.Index(IndexKind::kHashed);
    attributes[4].attribute.Index();
    options.indexes = {{.attributes = {"j", "x"}}, {.attributes = {"s", "i"}}};
  }
  t_ = builder.Define("t", std::move(attributes), options);
  return Must(std::move(builder).Build());
}

TEST_P(QuerySqliteTest, ConditionsHoldForTheRowsThatSqliteSelects) {
  for (int i = 0; i < 60; ++i) {
    const Both both = DrawCondition(3);
    Query query(t_);
    query.Where(both.condition);
    std::string sql = "SELECT id FROM t WHERE " + both.sql + " ORDER BY ";
    for (std::size_t n = random_.Below(3); n > 0; --n) {
      const std::size_t a = random_.Below(kNames.size());
      const bool descending = random_.Chance(50);
      query.OrderBy(t_[kNames[a]], descending ? kDescending : kAscending);
      sql += std::string(kNames[a]) + (descending ? " DESC, " : ", ");
    }
    query.OrderBy(t_["id"]);
    sql += "id";
    if (random_.Chance(40)) {
      const std::size_t limit = random_.Below(6);
      const std::size_t offset = random_.Below(4);
      query.Limit(limit).Offset(offset);
      sql += " LIMIT " + std::to_string(limit) + " OFFSET " + std::to_string(offset);
    }
    ASSERT_EQ(Keys(query), sqlite_.Query(sql)) << "seed " << GetParam() << ": " << sql << "\n"
                                               << Must(store_.Explain(query));
  }
}

TEST_P(QuerySqliteTest, AggregatesOfGroupsAreThoseOfSqlite) {
  for (int i = 0; i < 20; ++i) {
    const Both both = DrawCondition(2);
    const std::string by = kNames[1 + random_.Below(5)];
    // Small numbers only: SQLite adds up in another order.
    const Query query = Query(t_).Where(both.condition && (t_["j"].Between(-9, 9)));
    const auto groups =
        Must(store_.GroupBy(query, {t_[by], t_["b"]},
                            {CountAll(), Count(t_["i"]), CountDistinct(t_["s"]), Min(t_["x"]),
                             Max(t_["s"]), Sum(t_["j"]), Sum(t_["x"]), Average(t_["j"])}));
    std::vector<std::vector<std::string>> shown;
    for (const Group& group : groups) {
      std::vector<std::string>& row = shown.emplace_back();
      for (const Value& key : group.keys) row.push_back(Shown(key));
      for (const Value& value : group.values) row.push_back(Shown(value));
    }
    const std::string sql = "SELECT " + by +
                            ", b, count(*), count(i), count(DISTINCT s), min(x), max(s), sum(j), "
                            "sum(x), avg(j) FROM t WHERE (" +
                            both.sql + ") AND j BETWEEN -9 AND 9 GROUP BY " + by + ", b ORDER BY " +
                            by + ", b";
    const std::vector<std::string> expected = sqlite_.Query(sql);
    ASSERT_EQ(shown.size(), expected.size()) << "seed " << GetParam() << ": " << sql;
    for (std::size_t r = 0; r < shown.size(); ++r) {
      const std::vector<std::string> columns = absl::StrSplit(expected[r], '|');
      ASSERT_EQ(shown[r].size(), columns.size());
      for (std::size_t c = 0; c < columns.size(); ++c) {
        const std::string& a = shown[r][c];
        const std::string& b = columns[c];
        // SQLite shows 15 digits of an average.
        const bool same =
            a == b ||
            (a != "NULL" && b != "NULL" && c >= 7 &&
             std::abs(std::strtod(a.c_str(), nullptr) - std::strtod(b.c_str(), nullptr)) < 1e-12);
        ASSERT_TRUE(same) << "seed " << GetParam() << ": " << sql << ": row " << r << ", column "
                          << c << ": " << a << ", SQLite has " << b;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, QuerySqliteTest, ::testing::Range<std::uint64_t>(1, 41));

}  // namespace
}  // namespace relata
