#include "tests/random_run.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include "tests/random_schema.h"
#include "tests/random_worlds.h"

namespace relata::testing {
namespace {

constexpr std::size_t kWorlds = 3;

// Draws an operation that makes sense for what the twin holds.
class Generator {
 public:
  Generator(const Schema& schema, const RunOptions& options)
      : schema_(schema),
        random_(options.seed ^ 0x9e3779b97f4a7c15u),
        rows_(options.rows),
        like_sqlite_(static_cast<bool>(options.create_statements)) {}

  Operation Draw(const ModelStore& twin) {
    Operation operation;
    operation.model = Model{static_cast<std::uint32_t>(random_.Below(schema_.models().size()))};
    const std::vector<ModelStore::Row>& rows = twin.rows(operation.model);
    const std::size_t dice = random_.Below(100);
    if (dice < 16) {
      constexpr Operation::Kind kKinds[] = {Operation::Kind::kBegin,    Operation::Kind::kBegin,
                                            Operation::Kind::kCommit,   Operation::Kind::kCommit,
                                            Operation::Kind::kRollback, Operation::Kind::kFork,
                                            Operation::Kind::kSwitch,   Operation::Kind::kSwitch};
      operation.kind = kKinds[random_.Below(8)];
      operation.world = random_.Below(kWorlds);
      if (operation.kind == Operation::Kind::kBegin && twin.depth() >= 3) {
        operation.kind = Operation::Kind::kRollback;
      }
      return operation;
    }
    if (rows.empty() || (dice < 55 && rows.size() < rows_)) {
      operation.kind = Operation::Kind::kCreate;
      operation.values = DrawRow(twin, operation.model);
      return operation;
    }
    operation.kind = dice < 84 ? Operation::Kind::kUpdate : Operation::Kind::kDelete;
    const std::size_t count = random_.Chance(80) ? 1 : 2 + random_.Below(3);
    for (std::size_t i = 0; i < count; ++i) {
      Key key = twin.KeyOf(operation.model, rows[random_.Below(rows.size())]);
      if (std::find(operation.keys.begin(), operation.keys.end(), key) == operation.keys.end()) {
        operation.keys.push_back(std::move(key));
      }
    }
    if (operation.kind == Operation::Kind::kUpdate) {
      operation.values = DrawUpdate(twin, operation.model);
      if (like_sqlite_ && operation.keys.size() > 1) DropSelfReferences(operation);
    }
    return operation;
  }

 private:
  // One key that some row has, if there is one, for a foreign key; or anything else.
  std::vector<Value> DrawReference(const ModelStore& twin, const ForeignKeyInfo& f) {
    const ModelInfo& owner = schema_[f.owner];
    std::vector<Value> values;
    const bool null = random_.Chance(12) && owner.attributes[f.attributes[0]].nullable;
    const std::vector<ModelStore::Row>& parents = twin.rows(f.target);
    const bool known = !parents.empty() && random_.Chance(80);
    const ModelStore::Row* parent = known ? &parents[random_.Below(parents.size())] : nullptr;
    for (std::size_t i = 0; i < f.attributes.size(); ++i) {
      const std::uint32_t a = schema_[f.target].keys[f.target_key].attributes[i];
      if (null) {
        values.emplace_back();
      } else if (parent != nullptr) {
        values.push_back(parent->values[a]);
      } else {
        values.push_back(RandomValue(random_, owner.attributes[f.attributes[i]].type, rows_));
      }
    }
    return values;
  }

  static void Put(std::vector<ModelStore::Assign>& values, std::uint32_t attribute, Value value) {
    for (ModelStore::Assign& assign : values) {
      if (assign.attribute == attribute) {
        assign.value = std::move(value);
        return;
      }
    }
    values.push_back({attribute, std::move(value)});
  }

  void PutReference(const ModelStore& twin, ForeignKey f, std::vector<ModelStore::Assign>& values) {
    const std::vector<Value> reference = DrawReference(twin, schema_[f]);
    for (std::size_t i = 0; i < reference.size(); ++i) {
      Put(values, schema_[f].attributes[i], reference[i]);
    }
  }

  Value DrawValue(const AttributeInfo& attribute) {
    if (attribute.nullable && random_.Chance(15)) return Value();
    return RandomValue(random_, attribute.type, rows_);
  }

  std::vector<ModelStore::Assign> DrawRow(const ModelStore& twin, Model model) {
    const ModelInfo& info = schema_[model];
    std::vector<ModelStore::Assign> values;
    for (std::uint32_t a = 0; a < info.attributes.size(); ++a) {
      if (info.attributes[a].auto_increment && random_.Chance(90)) continue;
      if (random_.Chance(info.attributes[a].nullable ? 20 : 2)) continue;
      Put(values, a, DrawValue(info.attributes[a]));
    }
    for (const ForeignKey f : info.foreign_keys) {
      if (random_.Chance(85)) PutReference(twin, f, values);
    }
    return values;
  }

  std::vector<ModelStore::Assign> DrawUpdate(const ModelStore& twin, Model model) {
    const ModelInfo& info = schema_[model];
    std::vector<ModelStore::Assign> values;
    if (!info.foreign_keys.empty() && random_.Chance(50)) {
      PutReference(twin, info.foreign_keys[random_.Below(info.foreign_keys.size())], values);
    }
    if (random_.Chance(50)) {
      const KeyInfo& key = info.keys[random_.Below(info.keys.size())];
      for (const std::uint32_t a : key.attributes) {
        if (random_.Chance(70)) Put(values, a, DrawValue(info.attributes[a]));
      }
    }
    if (values.empty() || random_.Chance(30)) {
      const auto a = static_cast<std::uint32_t>(random_.Below(info.attributes.size()));
      Put(values, a, DrawValue(info.attributes[a]));
    }
    return values;
  }

  // SQLite updates row after row, with actions in between, so that what comes of a row that is
  // pointed
  // at another row of the same statement depends on which is first.
  void DropSelfReferences(Operation& operation) const {
    for (const ForeignKey f : schema_[operation.model].foreign_keys) {
      if (schema_[f].target != operation.model) continue;
      for (const std::uint32_t a : schema_[f].attributes) {
        std::erase_if(operation.values,
                      [&](const ModelStore::Assign& assign) { return assign.attribute == a; });
      }
    }
  }

  const Schema& schema_;
  Random random_;
  std::size_t rows_;
  bool like_sqlite_;
};

// Some forks of one world, of which one is worked on.
class Worlds {
 public:
  Worlds(const Schema& schema, const RunOptions& options) {
    std::unique_ptr<SqliteTwin> sqlite;
    if (options.create_statements) {
      sqlite = std::make_unique<SqliteTwin>(schema, options.create_statements(schema));
    }
    worlds_.push_back(std::make_unique<World>(schema, options.fault, std::move(sqlite)));
  }

  World& current() { return *worlds_[current_]; }

  std::string Do(const Operation& operation) {
    verdict_.reset();
    if (operation.kind == Operation::Kind::kFork) {
      if (current().twin().depth() > 0) return "";
      if (worlds_.size() == kWorlds) {
        // The oldest of the others makes room.
        worlds_.erase(worlds_.begin() + (current_ == 0 ? 1 : 0));
        if (current_ > 0) --current_;
      }
      worlds_.push_back(current().Fork());
      return "";
    }
    if (operation.kind == Operation::Kind::kSwitch) {
      current_ = operation.world % worlds_.size();
      return current().Difference();
    }
    std::string difference = current().Do(operation);
    verdict_ = current().verdict();
    return difference;
  }

  // Whether the last operation succeeded, if it was one that changes rows.
  const std::optional<bool>& verdict() const { return verdict_; }

 private:
  std::vector<std::unique_ptr<World>> worlds_;
  std::optional<bool> verdict_;
  std::size_t current_ = 0;
};

// What goes wrong in a run, or empty.
std::string Replay(const Schema& schema, const RunOptions& options,
                   const std::vector<Operation>& operations) {
  Worlds worlds(schema, options);
  for (const Operation& operation : operations) {
    std::string difference = worlds.Do(operation);
    if (!difference.empty()) return difference;
  }
  return "";
}

// Leaves out what is not needed for the run to fail.
std::vector<Operation> Shrink(const Schema& schema, const RunOptions& options,
                              std::vector<Operation> operations) {
  std::size_t replays = 0;
  for (std::size_t chunk = std::max<std::size_t>(1, operations.size() / 2);;) {
    bool shrunk = false;
    for (std::size_t at = operations.size(); at > 0 && replays < 3000;) {
      const std::size_t from = at > chunk ? at - chunk : 0;
      std::vector<Operation> fewer = operations;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(from),
                  fewer.begin() + static_cast<std::ptrdiff_t>(at));
      ++replays;
      if (!Replay(schema, options, fewer).empty()) {
        operations = std::move(fewer);
        shrunk = true;
      }
      at = std::min(from, operations.size());
    }
    if (chunk == 1 && (!shrunk || replays >= 3000)) return operations;
    chunk = std::max<std::size_t>(1, chunk / 2);
  }
}

}  // namespace

std::string ToString(const Operation& operation, const Schema& schema) {
  const auto change = [&](const std::string& verb) {
    const ModelInfo& info = schema[operation.model];
    std::string text = verb + " " + info.name;
    for (const Key& key : operation.keys) text += " " + key.ToString();
    for (const ModelStore::Assign& assign : operation.values) {
      text += ", " + info.attributes[assign.attribute].name + " = " + assign.value.ToString();
    }
    return text;
  };
  switch (operation.kind) {
    case Operation::Kind::kCreate:
      return change("create");
    case Operation::Kind::kUpdate:
      return change("update");
    case Operation::Kind::kDelete:
      return change("delete");
    case Operation::Kind::kBegin:
      return "begin";
    case Operation::Kind::kCommit:
      return "commit";
    case Operation::Kind::kRollback:
      return "roll back";
    case Operation::Kind::kFork:
      return "fork";
    case Operation::Kind::kSwitch:
      return "go on in world " + std::to_string(operation.world);
  }
  return "";
}

void RunReport::Add(const RunReport& other) {
  steps += other.steps;
  done += other.done;
  refused += other.refused;
  sqlite_parted += other.sqlite_parted;
  if (failure.empty()) failure = other.failure;
}

RunReport RunAtRandom(const RunOptions& options) {
  RunReport report;
  const auto schema = RandomSchema(options.seed, static_cast<bool>(options.create_statements));
  if (!schema.ok()) {
    report.failure = "seed " + std::to_string(options.seed) +
                     ": the schema is refused: " + std::string(schema.status().message());
    return report;
  }
  Generator generator(*schema, options);
  Worlds worlds(*schema, options);
  std::vector<Operation> operations;
  bool parted = false;
  while (report.steps < options.steps) {
    operations.push_back(generator.Draw(worlds.current().twin()));
    ++report.steps;
    std::string difference = worlds.Do(operations.back());
    if (difference.empty()) {
      if (worlds.verdict().has_value()) ++(*worlds.verdict() ? report.done : report.refused);
      parted |= worlds.current().sqlite_parted();
      continue;
    }
    report.failure = "RELATA_SEED=" + std::to_string(options.seed) + ", step " +
                     std::to_string(report.steps) + ": " + difference + "\n" + Describe(*schema);
    if (options.shrink) {
      operations = Shrink(*schema, options, std::move(operations));
      report.failure +=
          "After these operations, the fewest found: " + Replay(*schema, options, operations) +
          "\n";
    }
    for (const Operation& operation : operations) {
      report.failure += "  " + ToString(operation, *schema) + "\n";
    }
    break;
  }
  report.sqlite_parted = parted ? 1 : 0;
  return report;
}

std::uint64_t SeedFromEnvironment(std::uint64_t otherwise) {
  const char* seed = std::getenv("RELATA_SEED");
  return seed == nullptr ? otherwise : std::strtoull(seed, nullptr, 10);
}

std::size_t StepsFromEnvironment(std::size_t otherwise) {
  const char* steps = std::getenv("RELATA_STEPS");
  return steps == nullptr ? otherwise : std::strtoull(steps, nullptr, 10);
}

}  // namespace relata::testing
