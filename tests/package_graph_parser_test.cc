// Reading package databases: versions as dpkg orders them, relations, control files, packages, and
// what each of them says of a file that is not as it should be.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "examples/package_graph/control_file.h"
#include "examples/package_graph/debian_version.h"
#include "examples/package_graph/package_file.h"
#include "examples/package_graph/relations.h"
#include "examples/package_graph/satisfaction.h"
#include "examples/package_graph/text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace package_graph {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// ----- versions

// From the earliest to the latest; those in one line are equal.
const std::vector<std::vector<std::string>> kAscending = {
    {"0~", "0~-0"},
    {"0", "", "00", "0-0", "0:0"},
    {"0+"},
    {"1.0~~"},
    {"1.0~~a"},
    {"1.0~"},
    {"1.0~rc1"},
    {"1.0", "01.00", "1.0-0", "0:1.0"},
    {"1.0-1~bpo1"},
    {"1.0-1", "1.0-01"},
    {"1.0-1+b1"},
    {"1.0-1.1"},
    {"1.0-2"},
    {"1.0-10"},
    {"1.0a"},
    {"1.0ab"},
    {"1.0a.1"},
    {"1.0b"},
    {"1.0+dfsg"},
    {"1.0-a-1"},
    {"1.0.1"},
    {"1.1"},
    {"1.10"},
    {"2"},
    {"99999999999999999999999998"},
    {"99999999999999999999999999"},
    {"1:0.1"},
    {"1:0.1:1"},
    {"2:0"},
    {"10:0"},
};

TEST(DebianVersionTest, EveryPairIsOrderedAsListed) {
  for (std::size_t i = 0; i < kAscending.size(); ++i) {
    for (std::size_t j = 0; j < kAscending.size(); ++j) {
      for (const std::string& a : kAscending[i]) {
        for (const std::string& b : kAscending[j]) {
          const int order = CompareVersions(a, b);
          EXPECT_EQ(order < 0, i < j) << a << " against " << b;
          EXPECT_EQ(order > 0, i > j) << a << " against " << b;
        }
      }
    }
  }
}

TEST(DebianVersionTest, DpkgOrdersThemTheSameWay) {
  if (std::system("command -v dpkg >/dev/null 2>&1") != 0) GTEST_SKIP() << "no dpkg here";
  // One shell for all pairs: prints the pairs on which dpkg is of another mind.
  std::string script;
  int pairs = 0;
  for (const auto& left : kAscending) {
    for (const auto& right : kAscending) {
      if (left[0].empty() || right[0].empty()) continue;
      const int order = CompareVersions(left[0], right[0]);
      const std::string relation = order < 0 ? "lt" : order == 0 ? "eq" : "gt";
      const std::string pair = Concat("'", left[0], "' ", relation, " '", right[0], "'");
      script += Concat("dpkg --compare-versions ", pair, " || echo \"", pair, "\"\n");
      ++pairs;
    }
  }
  ASSERT_GT(pairs, 800);
  const std::string path = ::testing::TempDir() + "compare_versions_" + std::to_string(getpid());
  std::FILE* const file = std::fopen(path.c_str(), "w");
  ASSERT_NE(file, nullptr);
  std::fputs(script.c_str(), file);
  std::fclose(file);
  std::FILE* const shell = popen(Concat("sh '", path, "' 2>/dev/null").c_str(), "r");
  ASSERT_NE(shell, nullptr);
  std::string disagreed;
  for (int c = std::fgetc(shell); c != EOF; c = std::fgetc(shell)) {
    disagreed += static_cast<char>(c);
  }
  EXPECT_EQ(pclose(shell), 0);
  std::remove(path.c_str());
  EXPECT_EQ(disagreed, "");
}

TEST(DebianVersionTest, RelationsHoldAsTheirSignsSay) {
  EXPECT_TRUE(InRelation("1.0", "<<", "1.1"));
  EXPECT_FALSE(InRelation("1.1", "<<", "1.1"));
  EXPECT_TRUE(InRelation("1.1", "<=", "1.1"));
  EXPECT_FALSE(InRelation("1.2", "<=", "1.1"));
  EXPECT_TRUE(InRelation("1.10", "=", "1.010"));
  EXPECT_FALSE(InRelation("1.1-1", "=", "1.1"));
  EXPECT_TRUE(InRelation("1.1-1", ">=", "1.1"));
  EXPECT_FALSE(InRelation("1.1~", ">=", "1.1"));
  EXPECT_TRUE(InRelation("1.1-1", ">>", "1.1"));
  EXPECT_FALSE(InRelation("1.1", ">>", "1.1"));
}

TEST(DebianVersionTest, WhatIsNoVersionIsTold) {
  for (const char* good : {"1", "1:2-3", "0.8~git20230101+dfsg-1", "1:2:3", "a"}) {
    EXPECT_TRUE(IsVersion(good)) << good;
  }
  for (const char* bad : {"", ":1", "x:1", "1:", "1.0:2", "1 2", "1_2", "1)"}) {
    EXPECT_FALSE(IsVersion(bad)) << bad;
  }
}

// ----- relations

TEST(RelationsTest, AFieldIsReadInAllItsForms) {
  std::vector<Alternatives> elements;
  const std::optional<RelationError> error = ParseRelations(
      "libc6 (>= 2.36), a|b ( = 1:2-3 )|c:any,\n g++:amd64 (<< 2),d (<1),e(> 1),", {}, elements);
  ASSERT_FALSE(error.has_value()) << error->message;
  std::vector<std::string> texts;
  for (const Alternatives& element : elements) {
    std::string text;
    for (const PackageName& name : element) text += ToString(name) + ";";
    texts.push_back(text);
  }
  EXPECT_THAT(texts, ElementsAre("libc6 (>= 2.36);", "a;b (= 1:2-3);c:any;", "g++:amd64 (<< 2);",
                                 "d (<= 1);", "e (>= 1);"));
}

TEST(RelationsTest, AnEmptyFieldHasNoElements) {
  std::vector<Alternatives> elements;
  EXPECT_FALSE(ParseRelations(" \n ", {}, elements).has_value());
  EXPECT_TRUE(elements.empty());
}

struct BadRelation {
  std::string text;
  std::size_t at;
  std::string says;
};

TEST(RelationsTest, WhatIsWrongIsNamedWithItsPlace) {
  const std::vector<BadRelation> cases = {
      {"foo (>>", 7, "expected a version after '>>' but found the end of the field"},
      {"foo (>> 1", 9, "expected ')' after the version but found the end of the field"},
      {"foo (== 1)", 5, "expected <<, <=, =, >= or >> after '(' but found \"== 1)\""},
      {"foo (1)", 5, "expected <<, <=, =, >= or >> after '('"},
      {"foo (>= 1_2)", 8, "expected a version after '>=' but found \"1_2)\""},
      {"foo bar", 4, "expected ',' or '|' but found \"bar\""},
      {"foo | , bar", 6, "expected a package name but found \", bar\""},
      {", foo", 0, "expected a package name"},
      {"foo: (>= 1)", 4, "expected an architecture after ':'"},
      {"foo [amd64]", 4, "expected ',' or '|' but found \"[amd64]\""},
  };
  for (const BadRelation& bad : cases) {
    std::vector<Alternatives> elements;
    const std::optional<RelationError> error = ParseRelations(bad.text, {}, elements);
    ASSERT_TRUE(error.has_value()) << bad.text;
    EXPECT_EQ(error->at, bad.at) << bad.text;
    EXPECT_THAT(error->message, HasSubstr(bad.says)) << bad.text;
  }
}

TEST(RelationsTest, FieldsWithoutAlternativesRefuseThem) {
  std::vector<Alternatives> elements;
  const RelationRules rules = {.alternatives = false, .only_equals = true};
  EXPECT_THAT(ParseRelations("a | b", rules, elements)->message, HasSubstr("not allowed"));
  EXPECT_THAT(ParseRelations("a (>= 1)", rules, elements)->message, HasSubstr("only '='"));
  EXPECT_FALSE(ParseRelations("a (= 1), b", rules, elements).has_value());
}

TEST(SatisfactionTest, VersionsAndArchitecturesMustFit) {
  const auto satisfies = [](PackageName wanted, std::string_view asking, const Offer& offer) {
    return Satisfies(wanted, asking, offer, "amd64");
  };
  const PackageName plain = {"x", "", "", ""};
  const PackageName newer = {"x", "", ">=", "2"};
  EXPECT_TRUE(satisfies(plain, "amd64", {"amd64", "", "1"}));
  EXPECT_TRUE(satisfies(newer, "amd64", {"amd64", "", "2.1"}));
  EXPECT_FALSE(satisfies(newer, "amd64", {"amd64", "", "1"}));
  // What provides a name without a version satisfies no version.
  EXPECT_TRUE(satisfies(plain, "amd64", {"amd64", "", ""}));
  EXPECT_FALSE(satisfies(newer, "amd64", {"amd64", "", ""}));

  EXPECT_TRUE(satisfies(plain, "all", {"amd64", "", "1"}));
  EXPECT_TRUE(satisfies(plain, "amd64", {"all", "", "1"}));
  EXPECT_FALSE(satisfies(plain, "i386", {"all", "", "1"}));
  EXPECT_TRUE(satisfies(plain, "i386", {"all", "foreign", "1"}));
  EXPECT_FALSE(satisfies(plain, "i386", {"amd64", "allowed", "1"}));
  EXPECT_TRUE(satisfies({"x", "any", "", ""}, "i386", {"amd64", "allowed", "1"}));
  EXPECT_FALSE(satisfies({"x", "any", "", ""}, "amd64", {"amd64", "same", "1"}));
  EXPECT_TRUE(satisfies({"x", "i386", "", ""}, "amd64", {"i386", "same", "1"}));
  EXPECT_FALSE(satisfies({"x", "i386", "", ""}, "amd64", {"amd64", "same", "1"}));
}

// ----- files

TEST(ControlFileTest, FieldsContinuationsAndParagraphsAreRead) {
  const std::string text =
      "\n\nPackage: a\nDescription: one\n two\n .\n\tthree \nEmpty:\n \t\nPackage: b";
  ControlReader reader("f", text);
  Paragraph paragraph;
  ASSERT_TRUE(*reader.Next(paragraph));
  EXPECT_EQ(paragraph.line, 3u);
  ASSERT_EQ(paragraph.fields.size(), 3u);
  EXPECT_EQ(paragraph.Find("pACKAGE")->value, "a");
  EXPECT_EQ(paragraph.Find("Description")->value, "one\n two\n .\n\tthree");
  EXPECT_EQ(paragraph.Find("Empty")->value, "");
  EXPECT_EQ(paragraph.Find("Empty")->line, 8u);
  EXPECT_EQ(paragraph.Find("Version"), nullptr);
  ASSERT_TRUE(*reader.Next(paragraph));
  EXPECT_EQ(paragraph.fields[0].value, "b");
  EXPECT_FALSE(*reader.Next(paragraph));
  EXPECT_EQ(reader.offset(), text.size());
}

// What ReadPackages says of a file called "f".
std::string ErrorOf(const std::string& text) {
  const absl::StatusOr<PackageFile> file = ReadPackages("f", text);
  return std::string(file.status().message());
}

constexpr char kPackage[] = "Package: a\nVersion: 1\nArchitecture: all\n";

TEST(PackageFileTest, MistakesAreNamedWithFileAndLine) {
  const std::string a = kPackage;
  EXPECT_THAT(ErrorOf(a + "\nVersion: 1\nArchitecture: all\n"),
              HasSubstr("f:5: this paragraph has no field Package"));
  EXPECT_THAT(ErrorOf("Package: a\nArchitecture: all\n"),
              HasSubstr("f:1: package a has no field Version"));
  EXPECT_THAT(ErrorOf("Package:\n"), HasSubstr("f:1: the field Package is empty"));
  EXPECT_THAT(ErrorOf("Package: a\nVersion: 1_0\nArchitecture: all\n"),
              HasSubstr("f:2: \"1_0\" is no version"));
  EXPECT_THAT(ErrorOf(a + "what is this\n"), HasSubstr("f:4: expected a field"));
  EXPECT_THAT(ErrorOf(" stray\n" + a), HasSubstr("f:1: a continuation line"));
  EXPECT_THAT(ErrorOf(a + "Version: 2\n"),
              HasSubstr("f:4: the field Version is given twice, first on line 2"));
  EXPECT_THAT(ErrorOf(a + "\n" + a), HasSubstr("f:5: package a 1 (all) stands here for the second "
                                               "time; the first was on line 1"));
  EXPECT_THAT(ErrorOf(a + "Installed-Size: big\n"), HasSubstr("f:4: expected a number of KiB"));
  EXPECT_THAT(ErrorOf(a + "Depends: b,\n c (>>\n"), HasSubstr("f:5: Depends of a: expected"));
  EXPECT_THAT(ErrorOf(a + "Conflicts: b | c\n"), HasSubstr("f:4: Conflicts of a: alternatives"));
  EXPECT_THAT(ErrorOf(a + "Provides: b (>= 1)\n"), HasSubstr("f:4: Provides of a: only '='"));
  EXPECT_THAT(ErrorOf(""), HasSubstr("f:1: holds no installed package"));
}

TEST(PackageFileTest, OnlyInstalledPackagesCount) {
  const absl::StatusOr<PackageFile> file = ReadPackages(
      "f", std::string(kPackage) + "Status: install ok installed\n" +
               "\nPackage: b\nStatus: deinstall ok config-files\n" +
               "\nPackage: c\nVersion: 1\nArchitecture: all\nStatus: install ok unpacked\n" +
               "\nPackage: d\nVersion: 1\nArchitecture: all\n");
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_EQ(file->packages.size(), 2u);
  EXPECT_EQ(file->packages[0].name, "a");
  EXPECT_EQ(file->packages[1].name, "d");
  EXPECT_EQ(file->skipped, 2u);
}

TEST(PackageFileTest, EveryFieldIsTaken) {
  const absl::StatusOr<PackageFile> file = ReadPackages(
      "f",
      "Package: a\nVersion: 1\nArchitecture: i386\nSection: libs\nPriority: optional\n"
      "Maintainer: A Team <a@example.org>\nSource: aa (2)\nMulti-Arch: same\nEssential: yes\n"
      "Installed-Size: 12\nDepends: b\nProvides: c (= 1), d\n");
  ASSERT_TRUE(file.ok()) << file.status();
  const PackageRecord& a = file->packages[0];
  EXPECT_EQ(a.section, "libs");
  EXPECT_EQ(a.priority, "optional");
  EXPECT_EQ(a.maintainer, "A Team <a@example.org>");
  EXPECT_EQ(a.source, "aa");
  EXPECT_EQ(a.multi_arch, "same");
  EXPECT_TRUE(a.essential);
  EXPECT_FALSE(a.is_protected);
  EXPECT_EQ(a.installed_size, 12);
  EXPECT_EQ(a.relations[static_cast<std::size_t>(Kind::kDepends)].size(), 1u);
  EXPECT_EQ(a.relations[static_cast<std::size_t>(Kind::kProvides)].size(), 2u);
  EXPECT_EQ(file->native, "i386");
}

// ----- what people read

TEST(TextTest, NumbersAreForPeople) {
  EXPECT_EQ(Thousands(0), "0");
  EXPECT_EQ(Thousands(999), "999");
  EXPECT_EQ(Thousands(1000), "1,000");
  EXPECT_EQ(Thousands(1234567), "1,234,567");
  EXPECT_EQ(Size(1023), "1023 B");
  EXPECT_EQ(Size(1536), "1.50 KiB");
  EXPECT_EQ(Duration(std::chrono::milliseconds(12)), "12.0 ms");
  EXPECT_EQ(Counted(1, "row", "rows"), "1 row");
  EXPECT_EQ(Counted(2000, "row", "rows"), "2,000 rows");
}

TEST(TextTest, NothingIsCutWithinACharacter) {
  EXPECT_EQ(Shortened("abcdef", 6), "abcdef");
  EXPECT_EQ(Shortened("abcdefg", 6), "abc...");
  EXPECT_EQ(Shortened("ab\xc3\xa9xyz", 6), "ab...");
}

TEST(TextTest, TablesAreAligned) {
  Table table({"name", "rows", "<note"});
  table.Add({"a", "1", "first"});
  table.Rule();
  table.Add({"\xc3\xa9ta", "1,000", ""});
  EXPECT_EQ(table.ToString(0),
            "name   rows  note\n"
            "a         1  first\n"
            "------------------\n"
            "\xc3\xa9ta   1,000\n");
}

}  // namespace
}  // namespace package_graph
