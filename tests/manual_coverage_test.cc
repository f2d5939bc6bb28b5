// manual_coverage.txt is complete, and names only what exists.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace relata {
namespace {

namespace fs = std::filesystem;

const fs::path kTests = fs::path(RELATA_SOURCE_DIR) / "tests";

std::string ReadFile(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
}

std::vector<fs::path> FilesBelow(const fs::path& folder, const std::string& ending) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().string().ends_with(ending)) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

// How often each scenario id stands in tests/scenarios/.
std::map<std::string, int> Scenarios() {
  std::map<std::string, int> ids;
  for (const fs::path& file : FilesBelow(kTests / "scenarios", ".json")) {
    for (const auto& scenario : nlohmann::json::parse(ReadFile(file))) {
      ++ids[scenario.at("id").get<std::string>()];
    }
  }
  return ids;
}

bool IsWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Reads a source text from left to right.
struct Scanner {
  std::string_view rest;

  // Goes on behind the next `token`; false where none follows.
  bool Find(std::string_view token) {
    const std::size_t at = rest.find(token);
    rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + token.size());
    return at != std::string_view::npos;
  }
  bool Take(std::string_view token) {
    while (!rest.empty() && std::isspace(static_cast<unsigned char>(rest[0])) != 0) {
      rest.remove_prefix(1);
    }
    if (!rest.starts_with(token)) return false;
    rest.remove_prefix(token.size());
    return true;
  }
  // The letters, digits and underscores that follow; may be empty.
  std::string Word() {
    Take("");
    const auto end = std::find_if_not(rest.begin(), rest.end(), IsWord);
    std::string word(rest.begin(), end);
    rest.remove_prefix(word.size());
    return word;
  }
};

// The texts in `source` that follow a brace: {"word".
std::vector<std::string> TextsBehindBraces(std::string_view source) {
  std::vector<std::string> texts;
  for (Scanner scan{source}; scan.Find("{");) {
    if (!scan.Take("\"")) continue;
    if (std::string word = scan.Word(); scan.rest.starts_with('"')) texts.push_back(word);
  }
  return texts;
}

// "SUITE.NAME" of every test, and "SUITE.NAME/PARAMETER" for the named cases of a TEST_P: the
// texts that follow a brace in the file that has it.
std::set<std::string> Tests() {
  std::set<std::string> names;
  for (const fs::path& file : FilesBelow(kTests, "_test.cc")) {
    const std::string text = ReadFile(file);
    for (Scanner scan{text}; scan.Find("TEST");) {
      const std::string kind = scan.Word();
      if ((!kind.empty() && kind != "_F" && kind != "_P") || !scan.Take("(")) continue;
      const std::string suite = scan.Word();
      if (!scan.Take(",")) continue;
      const std::string name = suite + "." + scan.Word();
      names.insert(name);
      if (kind != "_P") continue;
      for (const std::string& parameter : TextsBehindBraces(text)) {
        names.insert(name + "/" + parameter);
      }
    }
  }
  return names;
}

struct Line {
  std::string id;
  std::vector<std::string> evidence;
};

std::vector<Line> Coverage() {
  std::vector<Line> lines;
  std::ifstream stream(kTests / "manual_coverage.txt");
  for (std::string text; std::getline(stream, text);) {
    if (text.empty() || text[0] == '#') continue;
    const std::size_t space = text.find(' ');
    Line line{.id = text.substr(0, space), .evidence = {}};
    std::size_t begin = text.find_first_not_of(' ', space);
    // A reason may hold a semicolon of its own.
    const bool reason = text.compare(begin, 4, "n/a:") == 0;
    while (begin < text.size()) {
      const std::size_t end = reason ? std::string::npos : text.find("; ", begin);
      line.evidence.push_back(text.substr(begin, end - begin));
      begin = end == std::string::npos ? end : end + 2;
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::set<std::string> IdsOf(char letter, int last) {
  std::set<std::string> ids;
  const std::size_t digits = letter == 'C' ? 2 : 3;
  for (int i = 1; i <= last; ++i) {
    const std::string number = std::to_string(i);
    ids.insert(letter + std::string(digits - number.size(), '0') + number);
  }
  return ids;
}

TEST(ManualCoverageTest, EveryIdStandsThereOnceAndInOrder) {
  std::vector<std::string> expected;
  for (const auto& [letter, last] :
       {std::pair('F', 114), std::pair('X', 338), std::pair('C', 37)}) {
    for (const std::string& id : IdsOf(letter, last)) expected.push_back(id);
  }
  std::vector<std::string> found;
  for (const Line& line : Coverage()) found.push_back(line.id);
  EXPECT_EQ(found, expected);
}

TEST(ManualCoverageTest, EveryScenarioAndTestThatIsNamedExists) {
  const std::map<std::string, int> scenarios = Scenarios();
  const std::set<std::string> tests = Tests();
  for (const Line& line : Coverage()) {
    EXPECT_FALSE(line.evidence.empty()) << line.id << " says nothing";
    for (const std::string& evidence : line.evidence) {
      if (evidence.starts_with("scenario ")) {
        const auto found = scenarios.find(evidence.substr(9));
        ASSERT_NE(found, scenarios.end()) << line.id << ": there is no " << evidence;
        EXPECT_EQ(found->second, 1) << line.id << ": there are several of " << evidence;
      } else if (evidence.starts_with("test ")) {
        EXPECT_TRUE(tests.contains(evidence.substr(5))) << line.id << ": there is no " << evidence;
      } else {
        EXPECT_TRUE(evidence.starts_with("n/a: ") && evidence.size() > 20)
            << line.id << ": expected a scenario, a test or n/a: with a reason, not " << evidence;
      }
    }
  }
}

// A scenario that shows something of the manual says of what by being named here.
TEST(ManualCoverageTest, EveryScenarioOfTheManualIsNamed) {
  std::set<std::string> named;
  for (const Line& line : Coverage()) named.insert(line.evidence.begin(), line.evidence.end());
  for (const auto& [id, unused] : Scenarios()) {
    if (!id.starts_with("manual/")) continue;
    EXPECT_TRUE(named.contains("scenario " + id)) << id;
  }
}

}  // namespace
}  // namespace relata
