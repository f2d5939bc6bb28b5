#include "persistence/snapshot_schema.h"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "persistence/snapshot_archive.h"

namespace relata::snapshot_internal {
namespace {

constexpr std::size_t kMostListed = 20;
// A name in a message; a description from elsewhere may hold names of any length.
constexpr std::size_t kMostOfAName = 200;

struct Fact {
  std::string model;
  std::string subject;
  std::string is;
};

std::string Columns(const ModelInfo& model, const std::vector<std::uint32_t>& attributes) {
  std::vector<std::string> names;
  for (const std::uint32_t a : attributes) names.push_back(model.attributes[a].name);
  return absl::StrCat("(", absl::StrJoin(names, ", "), ")");
}

std::string Describe(const AttributeInfo& attribute) {
  return absl::StrCat(std::string(TypeName(attribute.type)), attribute.nullable ? "" : " NOT NULL",
                      attribute.auto_increment ? " AUTO INCREMENT" : "",
                      attribute.default_value.is_null() ? "" : " DEFAULT ",
                      attribute.default_value.is_null() ? "" : attribute.default_value.ToString(),
                      attribute.column == attribute.name ? "" : " in column ",
                      attribute.column == attribute.name ? "" : attribute.column);
}

std::string Describe(const Schema& schema, const ForeignKeyInfo& key) {
  const ModelInfo& target = schema[key.target];
  return absl::StrCat(target.name, Columns(target, target.keys[key.target_key].attributes),
                      " ON DELETE ", std::string(ActionName(key.on_delete)), " ON UPDATE ",
                      std::string(ActionName(key.on_update)), key.deferred ? " DEFERRED" : "",
                      key.constrained ? "" : " NOT CONSTRAINED");
}

std::string Describe(const Schema& schema, const OneOfInfo& one_of) {
  std::vector<std::string> keys;
  for (const Association alternative : one_of.alternatives) {
    keys.push_back(
        Columns(schema[one_of.source], schema[schema[alternative].foreign_key].attributes));
  }
  return absl::StrCat(one_of.required ? "exactly" : "at most", " one of ",
                      absl::StrJoin(keys, ", "));
}

std::vector<Fact> FactsOf(const Schema& schema) {
  std::vector<Fact> facts;
  for (const ModelInfo& model : schema.models()) {
    facts.push_back({model.name, "", absl::StrCat("kept in table ", model.table)});
    for (const AttributeInfo& attribute : model.attributes) {
      facts.push_back(
          {model.name, absl::StrCat("attribute '", attribute.name, "'"), Describe(attribute)});
    }
    facts.push_back({model.name, "primary key", Columns(model, model.primary_key().attributes)});
    for (std::size_t k = 1; k < model.keys.size(); ++k) {
      const KeyInfo& key = model.keys[k];
      facts.push_back({model.name, absl::StrCat("unique key ", Columns(model, key.attributes)),
                       key.name.empty() ? "without a name" : absl::StrCat("named ", key.name)});
    }
    for (const ForeignKey f : model.foreign_keys) {
      const ForeignKeyInfo& key = schema[f];
      facts.push_back({model.name, absl::StrCat("foreign key ", Columns(model, key.attributes)),
                       Describe(schema, key)});
    }
    for (const OneOf one_of : model.one_ofs) {
      if (!schema[one_of].exclusive()) continue;
      facts.push_back({model.name, absl::StrCat("one of several '", schema[one_of].name, "'"),
                       Describe(schema, schema[one_of])});
    }
  }
  return facts;
}

std::string Subject(std::string_view model, std::string_view subject) {
  std::string name = absl::StrCat("model ", std::string(model.substr(0, kMostOfAName)));
  if (subject.empty()) return name;
  return absl::StrCat(name, ": ", std::string(subject.substr(0, kMostOfAName)));
}

class Differences {
 public:
  void Add(std::string line) {
    ++total_;
    if (lines_.size() < kMostListed) lines_.push_back(std::move(line));
  }
  std::size_t total() const { return total_; }
  std::string ToString() const {
    std::string text = absl::StrJoin(lines_, "\n");
    if (total_ > lines_.size()) absl::StrAppend(&text, "\nand ", total_ - lines_.size(), " more");
    return text;
  }

 private:
  std::vector<std::string> lines_;
  std::size_t total_ = 0;
};

// Walks the described facts once, and holds only those of the schema at hand.
class Comparison {
 public:
  explicit Comparison(const Schema& schema) : facts_(FactsOf(schema)), seen_(facts_.size()) {
    for (std::size_t i = 0; i < facts_.size(); ++i) {
      places_.try_emplace({facts_[i].model, facts_[i].subject}, i);
    }
  }

  void Visit(std::string_view model, std::string_view subject, std::string_view is) {
    const auto at = Find(model, subject);
    if (at == facts_.size()) {
      // The facts of a model that is missing as a whole go without saying.
      if (subject.empty() || Find(model, "") != facts_.size()) {
        differences_.Add(
            absl::StrCat(Subject(model, subject), " is in the snapshot and not in the schema"));
      }
      return;
    }
    if (at < last_) in_order_ = false;
    last_ = at;
    seen_[at] = true;
    if (is != facts_[at].is) {
      differences_.Add(absl::StrCat(Subject(model, subject), " is ",
                                    std::string(is.substr(0, kMostOfAName)), " in the snapshot, ",
                                    facts_[at].is, " in the schema"));
    }
  }

  std::string Finish() && {
    for (std::size_t i = 0; i < facts_.size(); ++i) {
      const Fact& fact = facts_[i];
      if (seen_[i] || (!fact.subject.empty() && !seen_[Find(fact.model, "")])) continue;
      differences_.Add(absl::StrCat(Subject(fact.model, fact.subject),
                                    " is in the schema and not in the snapshot"));
    }
    if (differences_.total() == 0) {
      return in_order_ ? "the snapshot's description of its schema shows no difference"
                       : "models, attributes or keys are defined in another order";
    }
    return differences_.ToString();
  }

 private:
  std::size_t Find(std::string_view model, std::string_view subject) const {
    const auto found = places_.find({model, subject});
    return found == places_.end() ? facts_.size() : found->second;
  }

  std::vector<Fact> facts_;
  std::vector<bool> seen_;
  absl::flat_hash_map<std::pair<std::string_view, std::string_view>, std::size_t> places_;
  Differences differences_;
  std::size_t last_ = 0;
  bool in_order_ = true;
};

}  // namespace

std::string DescribeSchema(const Schema& schema) {
  const std::vector<Fact> facts = FactsOf(schema);
  ByteWriter writer;
  writer(Size{facts.size()});
  for (const Fact& fact : facts) {
    writer(std::string_view(fact.model), std::string_view(fact.subject), std::string_view(fact.is));
  }
  return std::move(writer).Take();
}

std::string SchemaDifferences(std::string_view description, const Schema& schema) {
  Comparison comparison(schema);
  try {
    ByteReader reader(description);
    Size count{0, 3};
    reader(count);
    for (std::uint64_t i = 0; i < count.value; ++i) {
      std::string_view model, subject, is;
      reader(model, subject, is);
      comparison.Visit(model, subject, is);
    }
    if (reader.left() > 0) reader.Refuse(std::to_string(reader.left()) + " bytes too many");
  } catch (const cereal::Exception& e) {
    return absl::StrCat("the snapshot's description of its schema cannot be read: ", e.what());
  }
  return std::move(comparison).Finish();
}

}  // namespace relata::snapshot_internal
