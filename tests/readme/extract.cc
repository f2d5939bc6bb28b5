// Makes a C++ file of the guide in README.md and its further parts, so that their examples are
// compiled and run:
//
//   readme_extract OUTPUT.cc ROOT README.md MORE.md...
//
// with paths below ROOT. The guide of a file is the chapter whose title begins with "Guide", and
// the titles one level below it begin its sections. C++ blocks before the first section stand at
// the top of the output; those of a section become the body of one function, in their order, but
// for blocks that begin with "struct", which stand before it; text blocks are what the function
// must print.
#include <cstddef>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Section {
  std::string title;
  std::string types{};
  std::string code{};
  std::string printed{};
};

// How deep a title is, by its number signs; 0 for any other line.
std::size_t LevelOf(std::string_view line) {
  const std::size_t level = line.find_first_not_of('#');
  return level == std::string_view::npos || line[level] != ' ' ? 0 : level;
}

// The top, titled "", and the sections of the guide in a file.
std::vector<Section> ReadGuide(std::istream& in, const std::string& file) {
  std::vector<Section> sections(1);
  std::size_t guide = 0;  // the level of its title, while in it
  std::string fence;      // of the block that the line is in, if any
  std::string block;
  bool is_types = false;
  std::size_t number = 0;
  std::size_t first = 0;  // line of the block
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (!fence.empty()) {
      if (line != "```") {
        if (number == first && line.starts_with("struct ")) is_types = true;
        block += line + "\n";
        continue;
      }
      Section& section = sections.back();
      if (guide != 0 && fence == "```text") section.printed += block;
      if (guide != 0 && fence == "```cpp") {
        (is_types ? section.types : section.code) += block;
      }
      fence.clear();
    } else if (line.starts_with("```")) {
      fence = line;
      first = number + 1;
      is_types = false;
      // Whatever the compiler says, it says of the guide.
      block = fence == "```cpp" ? "#line " + std::to_string(first) + " \"" + file + "\"\n" : "";
    } else if (const std::size_t level = LevelOf(line); level != 0) {
      const std::string title = line.substr(level + 1);
      if (guide != 0 && level == guide + 1) {
        sections.push_back({.title = title});
      } else if (title.starts_with("Guide")) {
        guide = level;
      } else if (level <= guide) {
        guide = 0;
      }
    }
  }
  return sections;
}

void Write(const std::vector<std::vector<Section>>& guides, std::ostream& out) {
  out << "// Made by tests/readme/extract.cc.\n#include \"tests/readme/guide.h\"\n\n";
  for (const std::vector<Section>& sections : guides) out << sections[0].code;
  out << "\nnamespace relata::testing {\nnamespace {\n\n";
  std::string list;
  std::size_t number = 0;
  for (const std::vector<Section>& sections : guides) {
    for (std::size_t i = 1; i < sections.size(); ++i) {
      const Section& section = sections[i];
      const std::string function = "Section" + std::to_string(++number);
      out << section.types << "void " << function << "() {\n" << section.code << "}\n\n";
      list += "      {R\"guide(" + section.title + ")guide\", &" + function + ", R\"guide(" +
              section.printed + ")guide\"},\n";
    }
  }
  out << "}  // namespace\n\nstd::vector<GuideSection> Guide() {\n  return {\n"
      << list << "  };\n}\n\n}  // namespace relata::testing\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: readme_extract OUTPUT.cc ROOT README.md MORE.md...\n";
    return 2;
  }
  std::vector<std::vector<Section>> guides;
  for (int i = 3; i < argc; ++i) {
    const std::string file = argv[i];
    std::ifstream in(argv[2] + ("/" + file));
    if (!in) {
      std::cerr << file << " cannot be read\n";
      return 1;
    }
    guides.push_back(ReadGuide(in, file));
    if (guides.back().size() < 2) {
      std::cerr << file << " has no chapter \"Guide\" with sections\n";
      return 1;
    }
  }
  std::ofstream out(argv[1]);
  Write(guides, out);
  out.close();
  if (!out) {
    std::cerr << argv[1] << " cannot be written\n";
    return 1;
  }
}
