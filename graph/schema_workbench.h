// The schema while it is being built, and the passes that build it.
//
// Build (graph/schema_builder.cc) runs the passes in the order in which they stand below. Each adds
// what it derives to the workbench and what it finds wrong to the mistakes, and leaves out what an
// earlier pass could not make sense of, so that one mistake hides no other.
#ifndef RELATA_GRAPH_SCHEMA_WORKBENCH_H_
#define RELATA_GRAPH_SCHEMA_WORKBENCH_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/schema_data.h"
#include "graph/schema_draft.h"
#include "graph/schema_mistakes.h"

namespace relata::internal {

inline constexpr std::uint32_t kNowhere = UINT32_MAX;

using Names = std::vector<std::string>;

struct BenchAttribute {
  AttributeDraft draft;      // of a generated one: as if it had been declared like this
  std::optional<Type> type;  // of a generated foreign key: known once that of its target is
  bool generated = false;
  bool nullable = true;
};

struct BenchModel {
  std::string name;
  std::string table;
  Inflected forms;
  bool underscored = false;
  bool created = false;  // for a belongsToMany
  bool through = false;  // named by a belongsToMany, defined or created
  std::vector<BenchAttribute> attributes;
  Names primary_key;
  std::vector<KeyInfo> keys;
  const std::vector<IndexOptions>* declared_indexes = nullptr;  // over several attributes
  std::vector<IndexInfo> indexes;
  std::vector<RowValidator> validators;

  std::optional<std::uint32_t> Find(std::string_view attribute) const;
};

struct BenchAssociation {
  const AssociationDraft* draft = nullptr;
  bool usable = true;  // false: later passes leave it out
  std::string text;    // how messages call it
  std::uint32_t source = kNowhere;
  std::uint32_t target = kNowhere;
  std::uint32_t through = kNowhere;
  std::string name;
  Inflected forms;
  bool aliased = false;
  Names foreign_key;  // columns
  Names other_key;
  std::uint32_t relation = kNowhere;
  std::uint32_t other_relation = kNowhere;
  bool through_unique = true;
  std::vector<ScopeEntry> scope;
  std::vector<ScopeEntry> through_scope;
  std::vector<ScopeEntry> source_scope;

  bool many_to_many() const { return draft->kind == AssociationKind::kBelongsToMany; }
};

// One way in which an association takes part in a foreign key.
struct BenchEnd {
  std::uint32_t association = 0;
  bool other = false;  // by the other key of a belongsToMany
};

// A foreign key: all declarations of one relation (rule R1).
struct BenchRelation {
  std::uint32_t owner = kNowhere;
  std::uint32_t target = kNowhere;
  Names columns;
  std::vector<BenchEnd> ends;
  bool referenced = false;  // by the References of its attributes
  Names reference_key;      // the key that those name, if any
  Names key;                // the key of the target
  std::uint32_t target_key = kNowhere;
  bool constrained = true;
  Action on_delete = Action::kNoAction;
  Action on_update = Action::kNoAction;
};

// An association to one of several models; only what all passes have found right.
struct BenchOneOf {
  const OneOfDraft* draft = nullptr;
  std::uint32_t source = kNowhere;
  std::vector<std::uint32_t> alternatives;  // associations
  std::optional<std::uint32_t> discriminator;
};

struct Workbench {
  explicit Workbench(const SchemaDraft& from) : draft(from) {}

  const SchemaDraft& draft;
  std::vector<BenchModel> models;
  std::vector<BenchAssociation> associations;
  std::vector<BenchRelation> relations;
  std::vector<BenchOneOf> one_ofs;
  SchemaMistakes mistakes;

  std::optional<std::uint32_t> FindModel(std::string_view name) const;
  Names ModelNames() const;
  const AssociationDraft& Draft(const BenchEnd& end) const {
    return *associations[end.association].draft;
  }
  const KeyColumnsDraft& Columns(const BenchEnd& end) const {
    return end.other ? Draft(end).other_key : Draft(end).foreign_key;
  }
  // "task.userId".
  std::string PlaceOf(const BenchRelation& relation) const;
  // "task.userId -> user (user hasMany task)".
  std::string Describe(const BenchRelation& relation) const;
};

// "a", or "(a, b)".
std::string ListOf(const Names& names);
bool SameSet(Names a, Names b);
bool SameName(std::string_view a, std::string_view b);  // but for the case of ASCII letters
// What is wrong with a name by itself ("has an empty name: give it one"), or nothing.
std::optional<std::string> NameMistake(std::string_view name);

// 1. Defined models and the join models that no one defined: names, tables, declared attributes.
void NameModels(Workbench& bench);
// 2. Between which models each association is, and what it is called there.
void NameAssociations(Workbench& bench);
// 3. The columns of every key: primary keys, then foreign keys, in which declarations meet.
void NameKeys(Workbench& bench);
// 4. One relation for all that meets in the same columns.
void MergeRelations(Workbench& bench);
// 5. Attributes for the columns that no one declared, and what the declarations say of them.
void DeriveAttributes(Workbench& bench);
// 6. The keys of every model, the key that each relation refers to, and the types of its columns.
void DeriveKeys(Workbench& bench);
void ResolveReferences(Workbench& bench);
// 6b. What structs say of their models: whether they agree, and the defaults.
void BindStructs(Workbench& bench);
// 7. Constraints and actions (rules R1, R2, R8).
void DecideActions(Workbench& bench);
// 8. Whatever only the finished whole can show.
void CheckAttributes(Workbench& bench);
void ResolveIndexes(Workbench& bench);
void CheckAssociations(Workbench& bench);
void CheckCycles(Workbench& bench);
// 9. Which scopes tell apart the models that share a foreign key, and the associations to one of
// several models.
void DeriveDiscriminators(Workbench& bench);
void DeriveOneOfs(Workbench& bench);
// 10. REQUIRES: no mistakes.
std::unique_ptr<BoundStruct> MakeBoundStruct(const StructDraft& draft, const BenchModel& model);
std::unique_ptr<SchemaData> MakeSchemaData(const Workbench& bench);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_SCHEMA_WORKBENCH_H_
