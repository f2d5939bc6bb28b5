// Makes a C++ file of the guide in README.md, so that its examples are compiled and run:
//
//   readme_extract README.md OUTPUT.cc
//
// The guide is the chapter "## Guide". The C++ blocks before its first section stand at the top of
// the file; those of a section ("### ...") become the body of one function, in their order; its
// text blocks are what the function must print.
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
  std::string code;
  std::string printed;
};

// The top, titled "", and the sections of the guide.
std::vector<Section> ReadGuide(std::istream& readme) {
  std::vector<Section> sections(1);
  bool in_guide = false;
  std::string* block = nullptr;  // that the line belongs to
  std::size_t number = 0;
  std::string ignored;
  for (std::string line; std::getline(readme, line);) {
    ++number;
    if (block != nullptr) {
      if (line == "```") {
        block = nullptr;
      } else {
        *block += line + "\n";
      }
    } else if (line.starts_with("```")) {
      Section& section = sections.back();
      block = !in_guide           ? &ignored
              : line == "```cpp"  ? &section.code
              : line == "```text" ? &section.printed
                                  : &ignored;
      // Whatever the compiler says, it says of the README.
      if (block == &section.code) {
        section.code += "#line " + std::to_string(number + 1) + " \"README.md\"\n";
      }
    } else if (line.starts_with("## ")) {
      in_guide = line == "## Guide";
    } else if (in_guide && line.starts_with("### ")) {
      sections.push_back({.title = line.substr(4), .code = {}, .printed = {}});
    }
  }
  return sections;
}

void Write(const std::vector<Section>& sections, std::ostream& out) {
  out << "// Made from README.md by tests/readme/extract.cc.\n#include \"tests/readme/guide.h\"\n\n"
      << sections[0].code << "\nnamespace relata::testing {\nnamespace {\n\n";
  for (std::size_t i = 1; i < sections.size(); ++i) {
    out << "void Section" << i << "() {\n" << sections[i].code << "}\n\n";
  }
  out << "}  // namespace\n\nstd::vector<GuideSection> Guide() {\n  return {\n";
  for (std::size_t i = 1; i < sections.size(); ++i) {
    out << "      {R\"guide(" << sections[i].title << ")guide\", &Section" << i << ", R\"guide("
        << sections[i].printed << ")guide\"},\n";
  }
  out << "  };\n}\n\n}  // namespace relata::testing\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: readme_extract README.md OUTPUT.cc\n";
    return 2;
  }
  std::ifstream readme(argv[1]);
  if (!readme) {
    std::cerr << argv[1] << " cannot be read\n";
    return 1;
  }
  const std::vector<Section> sections = ReadGuide(readme);
  if (sections.size() < 2) {
    std::cerr << argv[1] << " has no chapter \"## Guide\" with sections\n";
    return 1;
  }
  std::ofstream out(argv[2]);
  Write(sections, out);
  out.close();
  if (!out) {
    std::cerr << argv[2] << " cannot be written\n";
    return 1;
  }
}
