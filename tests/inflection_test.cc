#include "graph/inflection.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "relata/schema_builder.h"

namespace relata {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// Both directions, and that neither touches a word that is there already.
void ExpectPairs(const Pairs& pairs) {
  for (const auto& [singular, plural] : pairs) {
    EXPECT_EQ(Pluralize(singular), plural);
    EXPECT_EQ(Singularize(plural), singular);
    EXPECT_EQ(Pluralize(plural), plural);
    EXPECT_EQ(Singularize(singular), singular);
  }
}

TEST(InflectionTest, RegularWordsGoByTheirEnding) {
  ExpectPairs({{"user", "users"},         {"task", "tasks"},         {"company", "companies"},
               {"day", "days"},           {"key", "keys"},           {"toy", "toys"},
               {"address", "addresses"},  {"boss", "bosses"},        {"branch", "branches"},
               {"dish", "dishes"},        {"box", "boxes"},          {"tax", "taxes"},
               {"waltz", "waltzes"},      {"house", "houses"},       {"case", "cases"},
               {"database", "databases"}, {"response", "responses"}, {"cause", "causes"},
               {"prize", "prizes"},       {"size", "sizes"},         {"name", "names"},
               {"cache", "caches"},       {"headache", "headaches"}, {"coach", "coaches"},
               {"stomach", "stomachs"},   {"epoch", "epochs"},       {"soliloquy", "soliloquies"},
               {"phobia", "phobias"},     {"area", "areas"},         {"schema", "schemas"},
               {"alien", "aliens"},       {"token", "tokens"},       {"city", "cities"}});
}

TEST(InflectionTest, WordsThatTheManualsSystemGetsRightAreRight) {
  ExpectPairs({{"person", "people"},
               {"child", "children"},
               {"man", "men"},
               {"mouse", "mice"},
               {"goose", "geese"},
               {"tooth", "teeth"},
               {"quiz", "quizzes"},
               {"index", "indices"},
               {"matrix", "matrices"},
               {"address", "addresses"},
               {"company", "companies"},
               {"sheep", "sheep"},
               {"fish", "fishes"},
               {"series", "series"},
               {"news", "news"},
               {"status", "statuses"},
               {"criterion", "criteria"},
               {"datum", "data"}});
}

TEST(InflectionTest, WordsThatTheManualsSystemGetsWrongAreRight) {
  ExpectPairs({{"leaf", "leaves"},
               {"hero", "heroes"},
               {"analysis", "analyses"},
               {"axis", "axes"},
               {"cactus", "cacti"},
               {"cookie", "cookies"},
               {"lens", "lenses"},
               {"gas", "gases"},
               {"die", "dies"},
               {"phenomenon", "phenomena"},
               {"moose", "moose"},
               {"octopus", "octopuses"},
               {"virus", "viruses"},
               {"bonus", "bonuses"},
               {"database", "databases"}});
}

TEST(InflectionTest, IrregularWordsGoByTheList) {
  ExpectPairs({{"wolf", "wolves"},
               {"knife", "knives"},
               {"wife", "wives"},
               {"half", "halves"},
               {"thief", "thieves"},
               {"shelf", "shelves"},
               {"bookshelf", "bookshelves"},
               {"grandchild", "grandchildren"},
               {"woman", "women"},
               {"policeman", "policemen"},
               {"foot", "feet"},
               {"ox", "oxen"},
               {"vertex", "vertices"},
               {"crisis", "crises"},
               {"hypothesis", "hypotheses"},
               {"diagnosis", "diagnoses"},
               {"medium", "media"},
               {"bacterium", "bacteria"},
               {"radius", "radii"},
               {"potato", "potatoes"},
               {"echo", "echoes"},
               {"salesperson", "salespeople"}});
}

TEST(InflectionTest, WordsThatOnlyLookIrregularAreRegular) {
  ExpectPairs({{"human", "humans"},       {"german", "germans"}, {"olive", "olives"},
               {"archive", "archives"},   {"valve", "valves"},   {"belief", "beliefs"},
               {"roof", "roofs"},         {"photo", "photos"},   {"video", "videos"},
               {"shoe", "shoes"},         {"movie", "movies"},   {"tie", "ties"},
               {"specimen", "specimens"}, {"album", "albums"},   {"blouse", "blouses"},
               {"fox", "foxes"},          {"menu", "menus"},     {"gpu", "gpus"},
               {"mongoose", "mongooses"}, {"taxi", "taxis"},     {"synapse", "synapses"}});
}

TEST(InflectionTest, UncountableWordsAreTheirOwnPlural) {
  for (const char* word : {"sheep", "series", "news", "deer", "species", "equipment", "metadata",
                           "information", "reindeer", "aircraft", "software", "physics"}) {
    EXPECT_EQ(Pluralize(word), word);
    EXPECT_EQ(Singularize(word), word);
  }
}

TEST(InflectionTest, OfSeveralWordsTheLastOneChanges) {
  ExpectPairs({{"userRole", "userRoles"},
               {"user_role", "user_roles"},
               {"UserRole", "UserRoles"},
               {"contact-person", "contact-people"},
               {"contactPerson", "contactPeople"},
               {"user company", "user companies"},
               {"HTTPServer", "HTTPServers"},
               {"newsItem", "newsItems"},
               {"mail_alias", "mail_aliases"}});
}

TEST(InflectionTest, CaseIsKept) {
  ExpectPairs({{"Child", "Children"},
               {"Person", "People"},
               {"PERSON", "PEOPLE"},
               {"COMPANY", "COMPANIES"},
               {"CEO", "CEOs"},
               {"URL", "URLs"},
               {"Company", "Companies"},
               {"Status", "Statuses"},
               {"userAPI", "userAPIs"}});
  EXPECT_EQ(Singularize("ASSIGNMENTS"), "ASSIGNMENT");
}

TEST(InflectionTest, WordsThatAreNoPluralStay) {
  for (const char* word : {"taskz", "status", "boss", "stuff", "Father", "", "_", "s"}) {
    EXPECT_EQ(Singularize(word), word);
  }
  EXPECT_EQ(Pluralize(""), "");
  EXPECT_EQ(Pluralize("team_"), "team_");
}

TEST(InflectionTest, AMissingNumberFollowsFromTheOther) {
  const Inflected from_plural = internal::Completed({.singular = "", .plural = "wolves"});
  EXPECT_EQ(from_plural.singular, "wolf");
  const Inflected from_singular = internal::Completed({.singular = "goose", .plural = ""});
  EXPECT_EQ(from_singular.plural, "geese");
  const Inflected both = internal::Completed({.singular = "task", .plural = "taskz"});
  EXPECT_EQ(both.singular + both.plural, "tasktaskz");
}

}  // namespace
}  // namespace relata
