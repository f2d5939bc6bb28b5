#include "examples/package_graph/relations.h"

#include <utility>

#include "examples/package_graph/debian_version.h"
#include "examples/package_graph/text.h"

namespace package_graph {
namespace {

constexpr std::string_view kOperators = "<=>";
constexpr std::string_view kKnownOperators = "<<, <=, =, >= or >>";

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '-' || c == '.' || c == '_';
}

class Parser {
 public:
  Parser(std::string_view value, const RelationRules& rules) : value_(value), rules_(rules) {}

  bool Parse(std::vector<Alternatives>& elements) {
    SkipBlanks();
    while (at_ < value_.size()) {
      Alternatives alternatives;
      if (!ParseElement(alternatives)) return false;
      elements.push_back(std::move(alternatives));
      // A comma after the last element is common, and means nothing.
      if (at_ < value_.size() && !Take(',')) {
        return Fail(Concat("expected ',' or '|' but found ", Here()));
      }
      SkipBlanks();
    }
    return true;
  }

  RelationError error() const { return error_; }

 private:
  bool ParseElement(Alternatives& alternatives) {
    do {
      PackageName name;
      if (!ParseName(name)) return false;
      alternatives.push_back(name);
      SkipBlanks();
      if (at_ < value_.size() && value_[at_] == '|' && !rules_.alternatives) {
        return Fail("alternatives ('|') are not allowed in this field");
      }
    } while (Take('|'));
    return true;
  }

  bool ParseName(PackageName& name) {
    SkipBlanks();
    name.name = TakeWhileName();
    if (name.name.empty()) return Fail(Concat("expected a package name but found ", Here()));
    if (Take(':')) {
      name.architecture = TakeWhileName();
      if (name.architecture.empty()) {
        return Fail(Concat("expected an architecture after ':' but found ", Here()));
      }
    }
    SkipBlanks();
    return !Take('(') || ParseVersion(name);
  }

  bool ParseVersion(PackageName& name) {
    SkipBlanks();
    const std::size_t start = at_;
    while (at_ < value_.size() && kOperators.find(value_[at_]) != std::string_view::npos) ++at_;
    name.relation = value_.substr(start, at_ - start);
    // The old spelling of <= and >=, which dpkg still reads.
    if (name.relation == "<") name.relation = "<=";
    if (name.relation == ">") name.relation = ">=";
    if (name.relation != "<<" && name.relation != "<=" && name.relation != "=" &&
        name.relation != ">=" && name.relation != ">>") {
      at_ = start;
      return Fail(Concat("expected ", kKnownOperators, " after '(' but found ", Here()));
    }
    if (rules_.only_equals && name.relation != "=") {
      at_ = start;
      return Fail("only '=' may be said of a version in this field");
    }
    SkipBlanks();
    const std::size_t version = at_;
    while (at_ < value_.size() && value_[at_] != ')' && value_[at_] != ',' && value_[at_] != '|' &&
           !IsBlank(value_[at_])) {
      ++at_;
    }
    name.version = value_.substr(version, at_ - version);
    if (!IsVersion(name.version)) {
      at_ = version;
      return Fail(Concat("expected a version after '", name.relation, "' but found ", Here()));
    }
    SkipBlanks();
    if (!Take(')')) return Fail(Concat("expected ')' after the version but found ", Here()));
    return true;
  }

  static bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
  void SkipBlanks() {
    while (at_ < value_.size() && IsBlank(value_[at_])) ++at_;
  }
  bool Take(char c) {
    if (at_ == value_.size() || value_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::string_view TakeWhileName() {
    const std::size_t start = at_;
    while (at_ < value_.size() && IsNameCharacter(value_[at_])) ++at_;
    return value_.substr(start, at_ - start);
  }
  // What stands here, for a message.
  std::string Here() const {
    if (at_ == value_.size()) return "the end of the field";
    const std::string_view rest = value_.substr(at_);
    return Concat("\"", Shortened(rest.substr(0, rest.find('\n')), 40), "\"");
  }
  bool Fail(std::string message) {
    error_ = {at_, std::move(message)};
    return false;
  }

  std::string_view value_;
  RelationRules rules_;
  std::size_t at_ = 0;
  RelationError error_;
};

}  // namespace

std::optional<RelationError> ParseRelations(std::string_view value, const RelationRules& rules,
                                            std::vector<Alternatives>& elements) {
  Parser parser(value, rules);
  if (parser.Parse(elements)) return std::nullopt;
  return parser.error();
}

std::string ToString(const PackageName& name) {
  std::string text(name.name);
  if (!name.architecture.empty()) text += Concat(":", name.architecture);
  if (!name.version.empty()) text += Concat(" (", name.relation, " ", name.version, ")");
  return text;
}

}  // namespace package_graph
