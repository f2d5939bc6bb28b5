// Every kind of finding: a schema for which it is made, and the same schema mended, for which
// nothing is found at all.
#include "relata/lint.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "relata/relata.h"
#include "tests/status_testing.h"

namespace relata::testing {
namespace {

struct Case {
  const char* name;
  LintKind kind;
  const char* message;  // part of the finding's text
  std::function<void(SchemaBuilder&, bool mended)> declare;
  SchemaOptions options{};
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }
std::string NameOfCase(const ::testing::TestParamInfo<Case>& info) { return info.param.name; }

Schema Build(const Case& c, bool mended) {
  SchemaBuilder builder(c.options);
  c.declare(builder, mended);
  return Must(std::move(builder).Build());
}

std::string Texts(const std::vector<LintFinding>& findings) {
  std::string text;
  for (const LintFinding& finding : findings) text += ToString(finding) + "\n";
  return text;
}

class LintTest : public ::testing::TestWithParam<Case> {};

TEST_P(LintTest, FindsItAlone) {
  const std::vector<LintFinding> findings = Lint(Build(GetParam(), false));
  ASSERT_EQ(findings.size(), 1u) << Texts(findings);
  EXPECT_EQ(findings[0].kind, GetParam().kind) << Texts(findings);
  EXPECT_NE(ToString(findings[0]).find(GetParam().message), std::string::npos) << Texts(findings);
  EXPECT_FALSE(findings[0].suggestion.empty());
  EXPECT_FALSE(findings[0].models.empty());
}

TEST_P(LintTest, FindsNothingOnceItIsMended) {
  const std::vector<LintFinding> findings = Lint(Build(GetParam(), true));
  EXPECT_TRUE(findings.empty()) << Texts(findings);
}

// A relation declared from both sides.
void Relate(SchemaBuilder& b, const char* parent, const char* child, const char* key,
            std::optional<Action> on_delete = {}) {
  b.HasMany(parent, child,
            {.as = std::string(key) + "Rows", .foreign_key = key, .on_delete = on_delete});
  b.BelongsTo(child, parent, {.as = std::string(key) + "Row", .foreign_key = key});
}

void Define(SchemaBuilder& b, std::vector<const char*> names) {
  for (const char* name : names) b.Define(name, {});
}

const Case kCases[] = {
    {"SetNullOfARequiredAlternative", LintKind::kActionNeverWorks,
     "ON DELETE SET NULL of note.postId would leave a note without the alternative",
     [](SchemaBuilder& b, bool mended) {
       Define(b, {"post", "image", "note"});
       b.HasMany("post", "note");
       b.HasMany("image", "note");
       const Action action = mended ? Action::kRestrict : Action::kSetNull;
       b.BelongsToOneOf("note", {{"post", {.on_delete = action}}, "image"},
                        {.as = "item", .required = true});
     }},
    {"SetDefaultOfAUniqueKey", LintKind::kActionNeverWorks, "refused from the second row on",
     [](SchemaBuilder& b, bool mended) {
       Define(b, {"a", "b"});
       KeyColumns key = KeyColumns("aId").Unique().Default(1);
       b.HasOne("a", "b",
                {.foreign_key = key, .on_delete = mended ? Action::kCascade : Action::kSetDefault});
       b.BelongsTo("b", "a", {.foreign_key = "aId"});
     }},
    {"SetDefaultWithoutDefault", LintKind::kSetDefaultWithoutDefault,
     "ON DELETE SET DEFAULT of b.aId has no default to set, so it sets null",
     [](SchemaBuilder& b, bool mended) {
       Define(b, {"a", "b"});
       Relate(b, "a", "b", "aId", mended ? Action::kSetNull : Action::kSetDefault);
     }},
    {"RestrictAndCascadeToOneRow", LintKind::kRestrictOnCascadePath, "(a -> b -> c)",
     [](SchemaBuilder& b, bool mended) {
       Define(b, {"a", "b", "c"});
       Relate(b, "a", "b", "aId", Action::kCascade);
       Relate(b, "b", "c", "bId", Action::kCascade);
       Relate(b, "a", "c", "topId", mended ? Action::kNoAction : Action::kRestrict);
     }},
    {"CascadesInACircle",
     LintKind::kCascadeInCircle,
     "each of a -> b -> a goes with the next",
     [](SchemaBuilder& b, bool mended) {
       Define(b, {"a", "b"});
       Relate(b, "a", "b", "aId", Action::kCascade);
       Relate(b, "b", "a", "bId", mended ? Action::kSetNull : Action::kCascade);
     },
     {.cycles = SchemaOptions::Cycles::kDefer}},
    {"CascadeToEverything", LintKind::kCascadeReachesAll,
     "deleting one a can cascade to all 3 other models",
     [](SchemaBuilder& b, bool mended) {
       Define(b, {"a", "b", "c", "d"});
       Relate(b, "a", "b", "aId", Action::kCascade);
       Relate(b, "b", "c", "bId", Action::kCascade);
       Relate(b, "c", "d", "cId", mended ? Action::kSetNull : Action::kCascade);
     }},
    {"RequiredReferenceToItself", LintKind::kRequiredCircle, "every a must refer to another by",
     [](SchemaBuilder& b, bool mended) {
       Define(b, {"a"});
       KeyColumns key("upId");
       if (!mended) key.NotNull();
       b.HasMany("a", "a", {.as = "downs", .foreign_key = key});
       b.BelongsTo("a", "a", {.as = "up", .foreign_key = "upId"});
     }},
    {"RequiredCircle",
     LintKind::kRequiredCircle,
     "each of a -> b -> a must refer to the next",
     [](SchemaBuilder& b, bool mended) {
       Define(b, {"a", "b"});
       KeyColumns key("aId");
       if (!mended) key.NotNull();
       b.HasMany("a", "b", {.foreign_key = key, .on_delete = Action::kRestrict});
       b.BelongsTo("b", "a", {.as = "itsA", .foreign_key = "aId"});
       b.HasMany("b", "a",
                 {.foreign_key = KeyColumns("bId").NotNull(), .on_delete = Action::kRestrict});
       b.BelongsTo("a", "b", {.as = "itsB", .foreign_key = "bId"});
     },
     {.cycles = SchemaOptions::Cycles::kDefer}},
    {"DefaultOfAnAlternative", LintKind::kDefaultOfAlternative, "has note.postId by default",
     [](SchemaBuilder& b, bool mended) {
       Define(b, {"post", "image", "note"});
       b.HasMany("post", "note");
       b.HasMany("image", "note");
       KeyColumns key;
       if (!mended) key.Default(1);
       b.BelongsToOneOf("note", {{"post", {.foreign_key = key}}, "image"}, {.as = "item"});
     }},
    {"HasOneOfSeveral", LintKind::kHasOneNotUnique,
     "user hasOne profile: nothing keeps a user from having several, because profile.userId is "
     "not unique",
     [](SchemaBuilder& b, bool mended) {
       Define(b, {"user", "profile"});
       KeyColumns key("userId");
       if (mended) key.Unique();
       b.HasOne("user", "profile", {.foreign_key = key});
       b.BelongsTo("profile", "user");
     }},
    {"ScopedHasOneOfSeveral", LintKind::kHasOneNotUnique, "together with those of the scope",
     [](SchemaBuilder& b, bool mended) {
       Define(b, {"user"});
       b.Define("address", {{"kind", mended ? Text().Unique("one") : Text()},
                            {"userId", mended ? Integer().Unique("one") : Integer()}});
       b.HasOne("user", "address",
                {.as = "home", .foreign_key = "userId", .scope = {{"kind", "home"}}});
       b.BelongsTo("address", "user");
     }},
    {"SharedKeyThatNothingTellsApart", LintKind::kAmbiguousSharedKey,
     "post hasMany comment: comment.item_id holds keys of several models",
     [](SchemaBuilder& b, bool mended) {
       Define(b, {"post", "image"});
       b.Define("comment", {{"kind", Text()}});
       b.HasMany("post", "comment",
                 {.foreign_key = "item_id",
                  .scope = mended ? Values{{"kind", "post"}} : Values{},
                  .constraints = false});
       b.HasMany("image", "comment",
                 {.foreign_key = "item_id", .scope = {{"kind", "image"}}, .constraints = false});
       for (const char* model : {"post", "image"}) {
         b.BelongsTo("comment", model, {.foreign_key = "item_id", .constraints = false});
       }
       b.Dispatch("comment", "item", {.discriminator = "kind"});
     }},
    {"NotConstrainedWithoutNeed", LintKind::kNotConstrained,
     "has constraints: false, so it may hold keys that no a has",
     [](SchemaBuilder& b, bool mended) {
       Define(b, {"a", "b"});
       b.HasMany("a", "b", {.constraints = mended});
       b.BelongsTo("b", "a");
     }},
    {"JoinRowWithoutAnEnd", LintKind::kNullableJoinKey, "a membership may have no user",
     [](SchemaBuilder& b, bool mended) {
       Define(b, {"user", "club"});
       Attribute key = Integer();
       if (mended) key.NotNull();
       b.Define("membership", {{"id", Integer().PrimaryKey().AutoIncrement()},
                               {"userId", key},
                               {"clubId", Integer().NotNull()}});
       b.BelongsToMany("user", "club", {.through = "membership"});
       b.BelongsToMany("club", "user", {.through = "membership"});
     }},
    {"LinkThatRepeats", LintKind::kRepeatableLink,
     "rows of visit may link one pair any number of times",
     [](SchemaBuilder& b, bool mended) {
       Define(b, {"user", "club"});
       b.Define("visit", {{"id", Integer().PrimaryKey().AutoIncrement()},
                          {"userId", Integer().NotNull()},
                          {"clubId", Integer().NotNull()}});
       b.BelongsToMany("user", "club", {.through = {"visit", mended}});
     }},
    {"ForeignKeyThatNothingReads", LintKind::kUnusedForeignKey,
     "b.aId refers to a, but no association reads it",
     [](SchemaBuilder& b, bool mended) {
       Define(b, {"a"});
       b.Define("b", {{"aId", Integer().References("a")}});
       if (!mended) return;
       b.BelongsTo("b", "a");
       b.HasMany("a", "b");
     }},
    {"OneSide", LintKind::kOneSided,
     "no team knows its player, and none that is referred to can be deleted",
     [](SchemaBuilder& b, bool mended) {
       Define(b, {"team", "player"});
       b.BelongsTo("player", "team", {.foreign_key = KeyColumns().NotNull()});
       if (mended) b.HasMany("team", "player");
     }},
    {"KeyWithinAKey", LintKind::kRedundantKey,
     "the unique key (code, name) of a says nothing, because (code) is unique by itself",
     [](SchemaBuilder& b, bool mended) {
       Attribute code = Integer().Unique("pair");
       if (!mended) code.Unique();
       b.Define("a", {{"code", code}, {"name", Text().Unique("pair")}});
     }},
    {"HashedIndexOnAForeignKey", LintKind::kRedundantIndex,
     "the hashed index bs_aId_hash of b on (aId) finds what the links of b.aId -> a",
     [](SchemaBuilder& b, bool mended) {
       b.Define("a", {});
       b.Define("b", {{"aId", Integer().Index(mended ? IndexKind::kOrdered : IndexKind::kHashed)}});
       Relate(b, "a", "b", "aId");
     }},
    {"ModelsWithSimilarNames", LintKind::kSimilarNames, "'user_role' and 'UserRole' are two models",
     [](SchemaBuilder& b, bool mended) {
       b.Define("user_role", {});
       b.Define(mended ? "Duty" : "UserRole", {}, {.table = "duties"});
     }},
    {"AttributesWithSimilarNames", LintKind::kSimilarNames,
     "'givenName' and 'given_name' are two attributes or associations of a",
     [](SchemaBuilder& b, bool mended) {
       b.Define("a", {{"givenName", Text()}, {mended ? "family_name" : "given_name", Text()}});
     }},
};

INSTANTIATE_TEST_SUITE_P(All, LintTest, ::testing::ValuesIn(kCases), NameOfCase);

TEST(LintOrderTest, FindingsStandByKindAndRepeatExactly) {
  const auto build = [] {
    SchemaBuilder b;
    Define(b, {"a", "b", "c"});
    b.HasOne("a", "b");
    b.HasOne("a", "c", {.constraints = false});
    b.BelongsTo("c", "b", {.on_delete = Action::kSetDefault});
    return Must(std::move(b).Build());
  };
  const std::vector<LintFinding> findings = Lint(build());
  EXPECT_GE(findings.size(), 5u);
  for (std::size_t i = 1; i < findings.size(); ++i) {
    EXPECT_LE(findings[i - 1].kind, findings[i].kind);
  }
  EXPECT_EQ(Texts(findings), Texts(Lint(build())));
}

TEST(LintOrderTest, EmptySchemaHasNothingToTell) { EXPECT_TRUE(Lint(Schema()).empty()); }

TEST(LintOrderTest, EveryKindIsNamedAndTested) {
  std::vector<bool> tested(static_cast<std::size_t>(LintKind::kSimilarNames) + 1);
  for (const Case& c : kCases) tested[static_cast<std::size_t>(c.kind)] = true;
  for (std::size_t kind = 0; kind < tested.size(); ++kind) {
    EXPECT_TRUE(tested[kind]) << LintKindName(static_cast<LintKind>(kind));
    EXPECT_NE(LintKindName(static_cast<LintKind>(kind)), "unknown");
  }
}

// A constraint that a cycle leaves out is not idle.
TEST(LintOrderTest, ConstraintLeftOutToBreakACycleIsNotTold) {
  SchemaBuilder b;
  Define(b, {"document", "version"});
  b.HasMany("document", "version");
  b.BelongsTo("version", "document");
  b.BelongsTo("document", "version", {.as = "current", .constraints = false});
  for (const LintFinding& finding : Lint(Must(std::move(b).Build()))) {
    EXPECT_NE(finding.kind, LintKind::kNotConstrained) << ToString(finding);
  }
}

}  // namespace
}  // namespace relata::testing
