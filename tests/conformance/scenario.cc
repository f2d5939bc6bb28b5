#include "tests/conformance/scenario.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace relata::conformance {
namespace {

struct OpForm {
  std::vector<std::string> required;
  std::vector<std::string> optional;
};

const std::vector<std::string>& QueryFields() {
  static const auto* const fields =
      new std::vector<std::string>{"where", "attributes", "include", "order", "limit", "offset"};
  return *fields;
}

OpForm WithQuery(std::vector<std::string> required, std::vector<std::string> optional) {
  optional.insert(optional.end(), QueryFields().begin(), QueryFields().end());
  return {std::move(required), std::move(optional)};
}

// The members of a step beside op, expect, error and about.
const std::map<std::string, OpForm>& OpForms() {
  static const auto* const forms = new std::map<std::string, OpForm>{
      {"create", {{"model"}, {"values", "include", "as"}}},
      {"bulkCreate", {{"model", "rows"}, {}}},
      {"find", WithQuery({"model"}, {"pk", "as"})},
      {"findAll", WithQuery({"model"}, {})},
      {"count", {{"model"}, {"where"}}},
      {"rows", {{"model"}, {}}},
      {"get", WithQuery({"on", "association"}, {"joinTableAttributes", "as"})},
      {"set", {{"on", "association", "targets"}, {"through"}}},
      {"add", {{"on", "association", "targets"}, {"through"}}},
      {"remove", {{"on", "association", "targets"}, {"through"}}},
      {"createVia", {{"on", "association"}, {"values", "through", "as"}}},
      {"has", {{"on", "association", "targets"}, {}}},
      {"countVia", {{"on", "association"}, {"where"}}},
      {"update", {{"on", "values"}, {}}},
      {"updateWhere", {{"model", "values"}, {"where"}}},
      {"destroy", {{"on"}, {}}},
      {"destroyWhere", {{"model"}, {"where"}}},
      {"accessors", {{"model", "association"}, {}}},
  };
  return *forms;
}

void RequireType(const Json& object, const std::string& name, bool (Json::*is_type)() const,
                 const char* type, const std::string& where) {
  const Json& member = Member(object, name);
  if (member.is_null() || (member.*is_type)()) return;
  throw Malformed(absl::StrCat(where, ": '", name, "' must be ", type, ", not ", member.dump()));
}

Step ReadStep(const Json& step, const std::string& where) {
  if (!step.is_object()) throw Malformed(absl::StrCat(where, ": a step must be an object"));
  Step result{.op = TextMember(step, "op", where), .fields = step};
  const auto form = OpForms().find(result.op);
  if (form == OpForms().end()) {
    std::vector<std::string> known;
    for (const auto& [name, unused] : OpForms()) known.push_back(name);
    throw Malformed(absl::StrCat(where, ": there is no op '", result.op, "'; expected one of ",
                                 absl::StrJoin(known, ", ")));
  }
  const std::string place = absl::StrCat(where, " (", result.op, ")");
  std::vector<std::string> allowed = {"op", "expect", "error", "about"};
  for (const std::string& name : form->second.required) {
    if (!step.contains(name)) throw Malformed(absl::StrCat(place, ": '", name, "' is missing"));
    allowed.push_back(name);
  }
  allowed.insert(allowed.end(), form->second.optional.begin(), form->second.optional.end());
  RequireMembers(step, allowed, place);
  if (step.contains("expect") && step.contains("error")) {
    throw Malformed(absl::StrCat(place, ": a step has either 'expect' or 'error'"));
  }
  for (const char* name : {"model", "on", "association", "as", "error"}) {
    RequireType(step, name, &Json::is_string, "a text", place);
  }
  for (const char* name : {"values", "through", "where"}) {
    RequireType(step, name, &Json::is_object, "an object", place);
  }
  for (const char* name : {"rows", "include", "attributes", "joinTableAttributes", "order"}) {
    RequireType(step, name, &Json::is_array, "a list", place);
  }
  for (const char* name : {"limit", "offset"}) {
    RequireType(step, name, &Json::is_number_unsigned, "a number of rows", place);
  }
  return result;
}

Scenario ReadScenario(const Json& json, const std::string& file, const std::string& where) {
  if (!json.is_object()) throw Malformed(absl::StrCat(where, ": a scenario must be an object"));
  Scenario scenario;
  scenario.file = file;
  scenario.id = TextMember(json, "id", where);
  const std::string place = absl::StrCat(file, ": ", scenario.id);
  RequireMembers(
      json, {"id", "about", "cycles", "models", "associations", "schema", "schemaError", "steps"},
      place);
  RequireType(json, "cycles", &Json::is_string, "\"reject\" or \"defer\"", place);
  RequireType(json, "schemaError", &Json::is_string, "a kind of error", place);
  RequireType(json, "schema", &Json::is_object, "an object", place);
  for (const char* name : {"models", "associations", "steps"}) {
    RequireType(json, name, &Json::is_array, "a list", place);
  }
  if (json.contains("cycles")) {
    const std::string cycles = TextMember(json, "cycles", place);
    if (cycles != "reject" && cycles != "defer") {
      throw Malformed(
          absl::StrCat(place, ": 'cycles' must be \"reject\" or \"defer\", not ", cycles));
    }
    scenario.defer_cycles = cycles == "defer";
  }
  if (!json.contains("models")) throw Malformed(absl::StrCat(place, ": 'models' is missing"));
  scenario.models = json["models"];
  scenario.associations = json.value("associations", Json::array());
  if (json.contains("schema")) scenario.schema = json["schema"];
  if (json.contains("schemaError")) scenario.schema_error = TextMember(json, "schemaError", place);
  const Json& steps = Member(json, "steps");
  if (!scenario.schema_error.empty() && (scenario.schema.has_value() || !steps.empty())) {
    throw Malformed(absl::StrCat(place, ": with 'schemaError' there is no 'schema' and no step"));
  }
  for (std::size_t i = 0; i < steps.size(); ++i) {
    scenario.steps.push_back(ReadStep(steps[i], absl::StrCat(place, ": step ", i + 1)));
  }
  return scenario;
}

}  // namespace

const Json& Member(const Json& object, const std::string& name) {
  static const auto* const null = new Json();
  if (!object.is_object()) return *null;
  const auto member = object.find(name);
  return member == object.end() ? *null : *member;
}

std::string TextMember(const Json& object, const std::string& name, const std::string& where) {
  const Json& member = Member(object, name);
  if (!member.is_string()) throw Malformed(absl::StrCat(where, ": '", name, "' must be a text"));
  return member.get<std::string>();
}

void RequireMembers(const Json& object, const std::vector<std::string>& allowed,
                    const std::string& where) {
  if (!object.is_object()) {
    throw Malformed(absl::StrCat(where, ": expected an object, not ", object.dump()));
  }
  for (const auto& [name, unused] : object.items()) {
    if (std::find(allowed.begin(), allowed.end(), name) != allowed.end()) continue;
    throw Malformed(absl::StrCat(where, ": '", name, "' is not known here; expected one of ",
                                 absl::StrJoin(allowed, ", ")));
  }
}

std::vector<std::string> ListFiles(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status)) {
      throw Malformed(absl::StrCat(path, ": there is no such file or folder"));
    }
    if (!std::filesystem::is_directory(status)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
      if (entry.is_regular_file() && entry.path().extension() == ".json") {
        found.push_back(entry.path().string());
      }
    }
    if (found.empty()) throw Malformed(absl::StrCat(path, ": there is no *.json in this folder"));
    std::sort(found.begin(), found.end());
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

std::vector<Scenario> ReadScenarios(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw Malformed(absl::StrCat(file, ": cannot be read"));
  const std::string text((std::istreambuf_iterator<char>(stream)),
                         std::istreambuf_iterator<char>());
  return ParseScenarios(file, text);
}

std::vector<Scenario> ParseScenarios(const std::string& file, std::string_view text) {
  Json json;
  try {
    json = Json::parse(text.begin(), text.end());
  } catch (const Json::parse_error& error) {
    throw Malformed(absl::StrCat(file, ": no JSON: ", error.what()));
  }
  if (!json.is_array()) throw Malformed(absl::StrCat(file, ": expected a list of scenarios"));
  std::vector<Scenario> scenarios;
  std::set<std::string> ids;
  for (std::size_t i = 0; i < json.size(); ++i) {
    try {
      scenarios.push_back(
          ReadScenario(json[i], file, absl::StrCat(file, ": scenario number ", i + 1)));
    } catch (const Malformed& error) {
      Scenario& none = scenarios.emplace_back();
      const Json& id = Member(json[i], "id");
      none.file = file;
      if (id.is_string()) none.id = id.get<std::string>();
      none.malformed = error.what();
    }
    Scenario& scenario = scenarios.back();
    if (!scenario.id.empty() && !ids.insert(scenario.id).second) {
      scenario.malformed = absl::StrCat(file, ": two scenarios have the id ", scenario.id);
    }
  }
  return scenarios;
}

}  // namespace relata::conformance
