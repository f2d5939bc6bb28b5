#include "tests/conformance/steps.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "relata/transaction.h"
#include "tests/conformance/ask.h"
#include "tests/conformance/bulk_create.h"
#include "tests/conformance/nested_create.h"
#include "tests/conformance/rows.h"

namespace relata::conformance {
namespace {

absl::StatusOr<Json> Done(const absl::Status& status) {
  if (!status.ok()) return status;
  return Json();
}

}  // namespace

absl::StatusOr<Json> Steps::Run(const Step& step) {
  using Op = absl::StatusOr<Json> (Steps::*)(const Json&);
  static const auto* const ops = new std::map<std::string, Op>{
      {"create", &Steps::Create},
      {"bulkCreate", &Steps::BulkCreate},
      {"find", &Steps::Find},
      {"findAll", &Steps::FindAll},
      {"count", &Steps::Count},
      {"rows", &Steps::Rows},
      {"get", &Steps::Get},
      {"set", &Steps::Set},
      {"add", &Steps::Add},
      {"remove", &Steps::Remove},
      {"createVia", &Steps::CreateVia},
      {"has", &Steps::Has},
      {"countVia", &Steps::CountVia},
      {"update", &Steps::Update},
      {"updateWhere", &Steps::UpdateWhere},
      {"destroy", &Steps::Destroy},
      {"destroyWhere", &Steps::DestroyWhere},
      {"accessors", &Steps::Accessors},
  };
  const auto op = ops->find(step.op);
  if (op == ops->end()) throw Malformed(absl::StrCat("there is no op '", step.op, "'"));
  absl::StatusOr<Json> result = (this->*op->second)(step.fields);
  NoteNewRows();
  return result;
}

absl::StatusOr<Json> Steps::Create(const Json& fields) {
  const Model model = ModelOf(fields);
  const Json& values = Member(fields, "values");
  if (Member(fields, "include").empty()) {
    const absl::Status flat = RequireFlat(store_.schema(), model, values);
    if (!flat.ok()) return flat;
    const auto row = store_.Create(model, ReadValues(store_.schema(), model, values));
    if (!row.ok()) return row.status();
    Name(fields, *row);
    return RowOf(store_, *row);
  }
  const Connect connect = [this](Model target, const Json& json) -> absl::StatusOr<Target> {
    if (json.is_string()) return Target(Named(json.get<std::string>()));
    return Target(ReadKey(target, json["pk"]));
  };
  const auto nested = CreateNested(store_, model, values, fields["include"], connect);
  if (!nested.ok()) return nested.status();
  Name(fields, nested->row);
  return nested->shown;
}

absl::StatusOr<Json> Steps::BulkCreate(const Json& fields) {
  const Model model = ModelOf(fields);
  std::vector<Values> rows;
  for (const Json& row : fields["rows"]) {
    rows.push_back(ReadValues(store_.schema(), model, row));
  }
  return Done(CreateTogether(store_, model, std::move(rows)));
}

absl::StatusOr<Json> Steps::Find(const Json& fields) {
  const Model model = ModelOf(fields);
  const Schema& schema = store_.schema();
  relata::Query query = QueryOf(schema, model, fields);
  if (fields.contains("pk")) {
    const auto row = store_.Find(model, ReadKey(model, fields["pk"]));
    if (absl::IsNotFound(row.status())) {
      const auto judged = store_.Select(query.Limit(0));
      if (!judged.ok()) return judged.status();
      Name(fields, std::nullopt);
      return Json();
    }
    if (!row.ok()) return row.status();
    for (const std::uint32_t a : schema[model].primary_key().attributes) {
      query.Where(model[schema[model].attributes[a].name] == Value::From(store_.View(*row, a)));
    }
  }
  query.Limit(1);
  const auto rows = store_.Select(query);
  if (!rows.ok()) return rows.status();
  const auto first = store_.First(query);
  if (!first.ok()) return first.status();
  return FirstOf(*rows, *first, fields);
}

absl::StatusOr<Json> Steps::FindAll(const Json& fields) {
  const auto rows = store_.Select(QueryOf(store_.schema(), ModelOf(fields), fields));
  if (!rows.ok()) return rows.status();
  return RowsOf(store_, *rows, fields);
}

absl::StatusOr<Json> Steps::Count(const Json& fields) {
  const Model model = ModelOf(fields);
  relata::Query query(model);
  query.Where(ConditionOf(store_.schema(), model, Member(fields, "where")));
  const auto count = store_.Count(query);
  if (!count.ok()) return count.status();
  if (Member(fields, "where").empty() && *count != store_.Count(model)) {
    return absl::InternalError(absl::StrCat("Store::Count says ", store_.Count(model), " of ",
                                            *count, " rows of the model"));
  }
  return Json(*count);
}

absl::StatusOr<Json> Steps::Rows(const Json& fields) {
  const auto rows = store_.Select(relata::Query(ModelOf(fields)));
  if (!rows.ok()) return rows.status();
  return RowsOf(store_, *rows, Json::object());
}

absl::StatusOr<Json> Steps::Get(const Json& fields) {
  const auto reach = ReachOf(fields);
  if (!reach.ok()) return reach.status();
  const auto agree = AskInEveryWay(*reach);
  if (!agree.ok()) return agree;
  const auto [source, association] = *reach;
  const auto rows =
      store_.Select(source, association, GetterOf(store_.schema(), association, fields));
  if (!rows.ok()) return rows.status();
  if (!store_.schema()[association].to_one()) return RowsOf(store_, *rows, fields);
  const std::optional<Row> first = rows->First();
  return FirstOf(*rows, first.has_value() ? std::optional(first->instance()) : std::nullopt,
                 fields);
}

absl::StatusOr<Json> Steps::FirstOf(const relata::Rows& rows, std::optional<Instance> expected,
                                    const Json& fields) {
  const std::optional<Row> first = rows.First();
  if (first.has_value() != expected.has_value() ||
      (first.has_value() && first->instance() != *expected)) {
    return absl::InternalError("First and Select disagree on the first row");
  }
  Name(fields, expected);
  return first.has_value() ? RowOf(store_, *first, fields) : Json();
}

absl::StatusOr<Json> Steps::Set(const Json& fields) {
  const auto reach = ReachOf(fields);
  if (!reach.ok()) return reach.status();
  const auto [source, association] = *reach;
  if (fields["targets"].is_null()) return Done(store_.Clear(source, association));
  return Done(
      store_.Set(source, association, TargetsOf(*reach, fields), ThroughOf(*reach, fields)));
}

absl::StatusOr<Json> Steps::Add(const Json& fields) {
  const auto reach = ReachOf(fields);
  if (!reach.ok()) return reach.status();
  return Done(store_.Add(reach->source, reach->association, TargetsOf(*reach, fields),
                         ThroughOf(*reach, fields)));
}

absl::StatusOr<Json> Steps::Remove(const Json& fields) {
  const auto reach = ReachOf(fields);
  if (!reach.ok()) return reach.status();
  return Done(store_.Remove(reach->source, reach->association, TargetsOf(*reach, fields)));
}

absl::StatusOr<Json> Steps::CreateVia(const Json& fields) {
  const auto reach = ReachOf(fields);
  if (!reach.ok()) return reach.status();
  const Model target = store_.schema()[reach->association].target;
  const auto row = store_.Create(reach->source, reach->association,
                                 ReadValues(store_.schema(), target, Member(fields, "values")),
                                 ThroughOf(*reach, fields));
  if (!row.ok()) return row.status();
  Name(fields, *row);
  return RowOf(store_, *row);
}

absl::StatusOr<Json> Steps::Has(const Json& fields) {
  const auto reach = ReachOf(fields);
  if (!reach.ok()) return reach.status();
  const auto has = store_.Has(reach->source, reach->association, TargetsOf(*reach, fields));
  if (!has.ok()) return has.status();
  // Nothing has null.
  const Json& targets = fields["targets"];
  const bool asks_for_null =
      targets.is_null() || std::find(targets.begin(), targets.end(), Json()) != targets.end();
  return Json(*has && !asks_for_null);
}

absl::StatusOr<Json> Steps::CountVia(const Json& fields) {
  const auto reach = ReachOf(fields);
  if (!reach.ok()) return reach.status();
  const auto agree = AskInEveryWay(*reach);
  if (!agree.ok()) return agree;
  const auto [source, association] = *reach;
  const auto count =
      store_.Count(source, association, GetterOf(store_.schema(), association, fields));
  if (!count.ok()) return count.status();
  return Json(*count);
}

absl::StatusOr<Json> Steps::Update(const Json& fields) {
  const Instance row = Named(fields["on"].get<std::string>());
  return Done(store_.Set(row, ReadValues(store_.schema(), row.of(), fields["values"])));
}

absl::StatusOr<Json> Steps::UpdateWhere(const Json& fields) {
  const Model model = ModelOf(fields);
  const auto updated = store_.Update(MatchingOf(model, fields),
                                     ReadValues(store_.schema(), model, fields["values"]));
  if (!updated.ok()) return updated.status();
  return Json(*updated);
}

absl::StatusOr<Json> Steps::Destroy(const Json& fields) {
  return Done(store_.Delete(Named(fields["on"].get<std::string>())));
}

absl::StatusOr<Json> Steps::DestroyWhere(const Json& fields) {
  const Model model = ModelOf(fields);
  const relata::Query query = MatchingOf(model, fields);
  const auto matched = store_.Select(query);
  if (!matched.ok()) return matched.status();
  // A database deletes row by row, in the order in which its table holds them: a row that an
  // earlier one has taken along is not deleted directly any more.
  std::set<Instance> taken;
  std::size_t directly = 0;
  for (const Instance row : InTableOrder(model, matched->Instances())) {
    if (taken.contains(row)) continue;
    ++directly;
    const auto alone = store_.PlanDelete(row);
    if (!alone.ok()) return alone.status();
    for (const Plan::Deletion& deletion : alone->deletions()) taken.insert(deletion.instance);
  }
  const std::size_t count = matched->Count();
  const auto plan = store_.PlanDelete(matched->Instances());
  if (!plan.ok()) return plan.status();
  const auto deleted = store_.Delete(query);
  if (deleted.ok() == plan->blocked()) {
    return absl::InternalError(
        absl::StrCat("the plan is ", plan->blocked() ? "" : "not ",
                     "blocked, but Delete says: ", deleted.status().ToString()));
  }
  if (!deleted.ok()) return deleted.status();
  if (*deleted != count) return absl::InternalError("Delete and Count disagree");
  return Json(directly);
}

absl::StatusOr<Json> Steps::Accessors(const Json& fields) {
  const auto association =
      store_.schema().FindAssociation(ModelOf(fields), fields["association"].get<std::string>());
  if (!association.ok()) return association.status();
  Json names = Json::object();
  for (const auto& [role, name] : store_.schema().AccessorNames(*association)) names[role] = name;
  return names;
}

void Steps::NoteNewRows() {
  for (std::uint32_t m = 0; m < store_.schema().models().size(); ++m) {
    for (const Instance row : store_.All(Model{m})) created_.try_emplace(row, created_.size());
  }
}

std::vector<Instance> Steps::InTableOrder(Model model, std::vector<Instance> rows) const {
  const ModelInfo& info = store_.schema()[model];
  const std::vector<std::uint32_t>& key = info.primary_key().attributes;
  const bool by_key = key.size() == 1 && info.attributes[key[0]].type == Type::kInteger;
  std::sort(rows.begin(), rows.end(), [&](Instance a, Instance b) {
    if (by_key) return store_.KeyOf(a) < store_.KeyOf(b);
    return created_.at(a) < created_.at(b);
  });
  return rows;
}

Model Steps::ModelOf(const Json& fields) const {
  const auto model = store_.schema().FindModel(fields["model"].get<std::string>());
  if (!model.ok()) throw Malformed(std::string(model.status().message()));
  return *model;
}

Instance Steps::Named(const std::string& name) const {
  const auto found = names_.find(name);
  if (found == names_.end()) {
    throw Malformed(absl::StrCat("no step before this one has \"as\": \"", name, "\""));
  }
  if (!found->second.has_value()) {
    throw Malformed(absl::StrCat("the step with \"as\": \"", name, "\" found no instance"));
  }
  return *found->second;
}

void Steps::Name(const Json& fields, std::optional<Instance> instance) {
  if (const Json& name = Member(fields, "as"); !name.is_null()) {
    names_[name.get<std::string>()] = instance;
  }
}

Key Steps::ReadKey(Model model, const Json& pk) const {
  const ModelInfo& info = store_.schema()[model];
  const std::vector<std::uint32_t>& attributes = info.primary_key().attributes;
  const std::string where = absl::StrCat("pk of ", info.name);
  std::vector<Json> literals;
  if (pk.is_object()) {
    for (const std::uint32_t a : attributes)
      literals.push_back(Member(pk, info.attributes[a].name));
  } else if (pk.is_array()) {
    literals.assign(pk.begin(), pk.end());
  } else {
    literals.push_back(pk);
  }
  std::vector<Value> parts;
  for (std::size_t i = 0; i < literals.size(); ++i) {
    const auto type =
        i < attributes.size() ? std::optional(info.attributes[attributes[i]].type) : std::nullopt;
    parts.push_back(ToValue(literals[i], type, where));
  }
  return Key(std::move(parts));
}

absl::StatusOr<Steps::Reach> Steps::ReachOf(const Json& fields) const {
  const Instance source = Named(fields["on"].get<std::string>());
  const auto association =
      store_.schema().FindAssociation(source.of(), fields["association"].get<std::string>());
  if (!association.ok()) return association.status();
  return Reach{source, *association};
}

std::vector<Target> Steps::TargetsOf(const Reach& reach, const Json& fields) const {
  const Json& json = fields["targets"];
  if (json.is_null()) return {};
  const Model model = store_.schema()[reach.association].target;
  const Json list = json.is_array() ? json : Json::array({json});
  std::vector<Target> targets;
  for (const Json& one : list) {
    if (one.is_null()) continue;
    if (one.is_string()) {
      targets.emplace_back(Named(one.get<std::string>()));
    } else if (one.is_object() && one.size() == 1 && one.contains("pk")) {
      targets.emplace_back(ReadKey(model, one["pk"]));
    } else {
      throw Malformed(absl::StrCat(
          "targets: expected the name of an instance, {\"pk\": key} or null, not ", one.dump()));
    }
  }
  return targets;
}

Values Steps::ThroughOf(const Reach& reach, const Json& fields) const {
  const Json& through = Member(fields, "through");
  const AssociationInfo& info = store_.schema()[reach.association];
  if (through.empty()) return {};
  if (info.kind != AssociationKind::kBelongsToMany) {
    throw Malformed(absl::StrCat("through: ", store_.schema().Describe(reach.association),
                                 " has no join rows"));
  }
  return ReadValues(store_.schema(), info.through, through);
}

absl::Status Steps::AskInEveryWay(const Reach& reach) const {
  const auto [source, association] = reach;
  const auto got = store_.Get(source, association);
  if (!got.ok()) return got.status();
  const auto count = store_.Count(source, association);
  if (!count.ok()) return count.status();
  std::vector<Instance> walked;
  for (const Instance target : store_.Linked(source, association)) walked.push_back(target);
  if (walked != *got || walked.size() != *count) {
    return absl::InternalError(absl::StrCat(
        "the ways to ask for what is linked disagree: Linked has ", walked.size(), " targets, Get ",
        got->size(), ", Count ", *count, ", or they come in another order"));
  }
  if (store_.schema()[association].to_one()) {
    const auto one = store_.GetOne(source, association);
    if (!one.ok()) return one.status();
    if (one->has_value() == walked.empty() || (one->has_value() && **one != walked[0])) {
      return absl::InternalError("GetOne and Linked disagree on what is linked");
    }
  }
  const auto has = store_.Has(source, association, walked);
  if (!has.ok()) return has.status();
  if (!*has) return absl::InternalError("Has denies what Linked shows");
  return absl::OkStatus();
}

relata::Query Steps::MatchingOf(Model model, const Json& fields) const {
  relata::Query query(model);
  query.Where(ConditionOf(store_.schema(), model, Member(fields, "where")));
  return query;
}

}  // namespace relata::conformance
