// Scenarios as they stand in their files, checked for form: what the rest of the runner reads has
// the members it must have, of the types they must have, and no others.
//
// A file is an array of scenarios; tests/scenarios/README.md describes them.
#ifndef RELATA_TESTS_CONFORMANCE_SCENARIO_H_
#define RELATA_TESTS_CONFORMANCE_SCENARIO_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace relata::conformance {

// Keeps the order of members: attributes are declared in the order in which they are written.
using Json = nlohmann::ordered_json;

// A file that is no file of scenarios. The message says which scenario and what is wrong with it.
class Malformed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Step {
  std::string op;
  Json fields;  // all of the step
};

struct Scenario {
  std::string file;
  std::string id;
  bool defer_cycles = false;
  Json models;
  Json associations;
  std::optional<Json> schema;
  std::string schema_error;  // empty: the schema must build
  std::vector<Step> steps;
  std::string malformed;  // not empty: what is wrong with it; of the rest only the names are read
};

// The files that `paths` name, those in folders (*.json, at any depth) in the order of their names.
// Throws Malformed when a path does not exist.
std::vector<std::string> ListFiles(const std::vector<std::string>& paths);

// Throws Malformed, the message beginning with the file, when it is no list of JSON objects at all.
// A scenario that is none by itself is in the list and says so, and leaves the others alone.
std::vector<Scenario> ReadScenarios(const std::string& file);
std::vector<Scenario> ParseScenarios(const std::string& file, std::string_view text);

// The member `name` of an object, or null.
const Json& Member(const Json& object, const std::string& name);
// A text that must be there. Throws Malformed, naming `where`.
std::string TextMember(const Json& object, const std::string& name, const std::string& where);
// Throws Malformed unless `object` is an object whose members all are among `allowed`.
void RequireMembers(const Json& object, const std::vector<std::string>& allowed,
                    const std::string& where);

}  // namespace relata::conformance

#endif  // RELATA_TESTS_CONFORMANCE_SCENARIO_H_
