#include "graph/inflection.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"

namespace relata {
namespace {

enum class Where { kWhole, kEnd };  // the whole word, or also the end of a longer one

struct Irregular {
  std::string_view singular;
  std::string_view plural;
  Where where = Where::kWhole;
};

// Where both are the end of a word, the longer one comes first.
constexpr Irregular kIrregular[] = {
    {"person", "people", Where::kEnd},
    {"child", "children", Where::kEnd},
    {"woman", "women", Where::kEnd},
    {"mouse", "mice"},
    {"dormouse", "dormice"},
    {"louse", "lice"},
    {"goose", "geese"},
    {"tooth", "teeth", Where::kEnd},
    {"foot", "feet"},
    {"ox", "oxen"},
    {"quiz", "quizzes", Where::kEnd},
    {"whiz", "whizzes"},
    {"fez", "fezzes"},
    {"leaf", "leaves", Where::kEnd},
    {"loaf", "loaves", Where::kEnd},
    {"sheaf", "sheaves"},
    {"thief", "thieves", Where::kEnd},
    {"calf", "calves"},
    {"half", "halves", Where::kEnd},
    {"elf", "elves"},
    {"self", "selves", Where::kEnd},
    {"shelf", "shelves", Where::kEnd},
    {"wolf", "wolves", Where::kEnd},
    {"knife", "knives", Where::kEnd},
    {"life", "lives"},
    {"afterlife", "afterlives"},
    {"wife", "wives", Where::kEnd},
    {"scarf", "scarves"},
    {"wharf", "wharves"},
    {"dwarf", "dwarves"},
    {"hoof", "hooves"},
    {"index", "indices", Where::kEnd},
    {"matrix", "matrices", Where::kEnd},
    {"vertex", "vertices", Where::kEnd},
    {"vortex", "vortices"},
    {"appendix", "appendices"},
    {"codex", "codices"},
    {"axis", "axes"},
    {"crisis", "crises", Where::kEnd},
    {"oasis", "oases"},
    {"emphasis", "emphases"},
    {"synopsis", "synopses"},
    {"ellipsis", "ellipses"},
    {"nemesis", "nemeses"},
    {"neurosis", "neuroses"},
    {"psychosis", "psychoses"},
    {"metamorphosis", "metamorphoses"},
    {"genesis", "geneses"},
    {"thesis", "theses", Where::kEnd},  // hypothesis, synthesis, parenthesis
    {"lysis", "lyses", Where::kEnd},    // analysis, catalysis
    {"gnosis", "gnoses", Where::kEnd},  // diagnosis, prognosis
    {"testis", "testes"},
    {"criterion", "criteria"},
    {"phenomenon", "phenomena"},
    {"automaton", "automata"},
    {"datum", "data"},
    {"medium", "media"},
    {"bacterium", "bacteria", Where::kEnd},
    {"memorandum", "memoranda"},
    {"addendum", "addenda"},
    {"erratum", "errata"},
    {"curriculum", "curricula"},
    {"stratum", "strata", Where::kEnd},
    {"spectrum", "spectra"},
    {"symposium", "symposia"},
    {"ovum", "ova"},
    {"cactus", "cacti"},
    {"alumnus", "alumni"},
    {"fungus", "fungi"},
    {"nucleus", "nuclei"},
    {"radius", "radii"},
    {"stimulus", "stimuli"},
    {"locus", "loci"},
    {"bacillus", "bacilli"},
    {"corpus", "corpora"},
    {"genus", "genera"},
    {"larva", "larvae"},
    {"alga", "algae"},
    {"formula", "formulas"},
    {"passerby", "passersby"},
};

constexpr std::string_view kUncountable[] = {
    "advice",   "aircraft",     "barracks",  "bison",      "chassis",     "chess",
    "corps",    "deer",         "dns",       "economics",  "electronics", "equipment",
    "feedback", "firmware",     "furniture", "goods",      "gps",         "gymnastics",
    "hardware", "headquarters", "homework",  "hovercraft", "https",       "information",
    "jeans",    "knowledge",    "logistics", "luggage",    "mathematics", "means",
    "metadata", "money",        "moose",     "music",      "news",        "offspring",
    "pants",    "physics",      "police",    "politics",   "research",    "rice",
    "salmon",   "scissors",     "series",    "shorts",     "shrimp",      "sms",
    "software", "spacecraft",   "species",   "statistics", "swine",       "tls",
    "traffic",  "trousers",     "trout",     "weather",
};
constexpr std::string_view kUncountableEnds[] = {"sheep", "deer", "series"};

// -man that is no man, -men that are no men.
constexpr std::string_view kNotMan[] = {"caiman", "german", "human",      "norman",  "ottoman",
                                        "roman",  "shaman", "superhuman", "talisman"};
constexpr std::string_view kNotMen[] = {"abdomen", "acumen", "amen",     "bitumen",
                                        "hymen",   "lumen",  "omen",     "ramen",
                                        "regimen", "semen",  "specimen", "stamen"};

// Singular words in -s other than -ss, whose plural is in -ses. They count as ends of longer words.
constexpr std::string_view kSingularInS[] = {
    "abacus",     "alias",   "apparatus", "atlas",  "bonus",     "bus",    "campus",     "canvas",
    "census",     "chaos",   "chorus",    "circus", "consensus", "cosmos", "crocus",     "ethos",
    "focus",      "genius",  "hiatus",    "iris",   "lens",      "lotus",  "metropolis", "minus",
    "mucus",      "nexus",   "octopus",   "opus",   "pathos",    "pelvis", "platypus",   "plus",
    "prospectus", "rhombus", "sinus",     "status", "stylus",    "tennis", "terminus",   "trellis",
    "versus",     "virus",   "walrus",
};
// The same, as whole words only: longer words with these ends are something else (pajamas).
constexpr std::string_view kSingularInSWhole[] = {"bias", "gas",       "biogas",
                                                  "yes",  "christmas", "pancreas"};
// Plurals in -us, which otherwise ends singular words.
constexpr std::string_view kPluralInUs[] = {"cpus", "emus", "gnus", "gpus", "gurus", "menus"};
constexpr std::string_view kSoundsLikeK[] = {"czech",   "epoch",    "loch",      "matriarch",
                                             "monarch", "oligarch", "patriarch", "stomach",
                                             "tech",    "eunuch"};
// Singular words in -che, -shes and -xe: their plural loses only the s.
constexpr std::string_view kSilentE[] = {
    "ache",     "avalanche",  "axe",       "cache",    "cliche", "creche",
    "headache", "microfiche", "moustache", "mustache", "niche",  "psyche",
    "quiche",   "toothache",  "tranche",   "backache", "deluxe"};
constexpr std::string_view kInIe[] = {
    "aerie",    "auntie",  "birdie",  "bookie",    "boogie", "brownie", "budgie",     "calorie",
    "collie",   "cookie",  "coterie", "cutie",     "doggie", "eerie",   "foodie",     "freebie",
    "genie",    "goalie",  "goodie",  "groupie",   "hippie", "hoodie",  "indie",      "junkie",
    "kiddie",   "lassie",  "magpie",  "menagerie", "movie",  "necktie", "newbie",     "oldie",
    "pixie",    "prairie", "quickie", "reverie",   "roadie", "rookie",  "rotisserie", "selfie",
    "smoothie", "sortie",  "sweetie", "talkie",    "techie", "veggie",  "yuppie",     "zombie",
};
constexpr std::string_view kInOes[] = {"buffalo", "domino",   "echo",   "embargo", "hero",
                                       "mango",   "mosquito", "potato", "tomato",  "tornado",
                                       "torpedo", "veto",     "volcano"};

bool In(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool EndsIn(std::string_view word, std::span<const std::string_view> ends) {
  return std::any_of(ends.begin(), ends.end(),
                     [word](std::string_view end) { return word.ends_with(end); });
}

bool IsVowel(char c) { return std::string_view("aeiou").find(c) != std::string_view::npos; }

bool IsUncountable(std::string_view word) {
  return In(kUncountable, word) || EndsIn(word, kUncountableEnds);
}

bool IsSingularInS(std::string_view word) {
  return EndsIn(word, kSingularInS) || In(kSingularInSWhole, word);
}

bool Fits(std::string_view word, std::string_view form, Where where) {
  return where == Where::kWhole ? word == form : word.ends_with(form);
}

std::string WithoutEnd(std::string_view word, std::size_t letters, std::string_view end = "") {
  return std::string(word.substr(0, word.size() - letters)) + std::string(end);
}

// A word in lower case that is not empty.
std::string PluralOf(std::string_view word) {
  if (IsUncountable(word)) return std::string(word);
  for (const Irregular& irregular : kIrregular) {
    if (Fits(word, irregular.plural, irregular.where)) return std::string(word);
    if (Fits(word, irregular.singular, irregular.where)) {
      return WithoutEnd(word, irregular.singular.size(), irregular.plural);
    }
  }
  if (word.ends_with("man") && !In(kNotMan, word)) return WithoutEnd(word, 3, "men");
  if (word.ends_with("men") && !In(kNotMen, word)) return std::string(word);
  const bool in_us = word.ends_with("us") && !EndsIn(word, kPluralInUs);
  if (IsSingularInS(word) || word.ends_with("ss") || in_us) return WithoutEnd(word, 0, "es");
  if (word.ends_with("s")) return std::string(word);
  if (word.ends_with("ch")) return WithoutEnd(word, 0, EndsIn(word, kSoundsLikeK) ? "s" : "es");
  if (word.ends_with("sh") || word.ends_with("x") || word.ends_with("z")) {
    return WithoutEnd(word, 0, "es");
  }
  const bool vowel_before = word.size() > 1 && IsVowel(word[word.size() - 2]);
  if (word.size() > 1 && word.ends_with("y") && (!vowel_before || word.ends_with("quy"))) {
    return WithoutEnd(word, 1, "ies");
  }
  if (EndsIn(word, kInOes)) return WithoutEnd(word, 0, "es");
  return WithoutEnd(word, 0, "s");
}

std::string SingularOfEs(std::string_view word) {
  const std::string without_s = WithoutEnd(word, 1);
  const std::string without_es = WithoutEnd(word, 2);
  if (word.ends_with("ses") && IsSingularInS(without_es)) return without_es;
  if (word.ends_with("ies")) {
    if (word.size() <= 4 || In(kInIe, without_s)) return without_s;
    return WithoutEnd(word, 3, "y");
  }
  if (word.ends_with("oes")) return EndsIn(without_es, kInOes) ? without_es : without_s;
  if (In(kSilentE, without_s)) return without_s;
  for (const std::string_view hissing : {"sses", "shes", "ches", "xes", "zzes", "tzes"}) {
    if (word.ends_with(hissing)) return without_es;
  }
  return without_s;
}

// A word in lower case that is not empty.
std::string SingularOf(std::string_view word) {
  if (IsUncountable(word)) return std::string(word);
  for (const Irregular& irregular : kIrregular) {
    if (Fits(word, irregular.singular, irregular.where)) return std::string(word);
    if (Fits(word, irregular.plural, irregular.where)) {
      return WithoutEnd(word, irregular.plural.size(), irregular.singular);
    }
  }
  if (word.ends_with("men") && !In(kNotMen, word)) return WithoutEnd(word, 3, "man");
  const bool in_us = word.ends_with("us") && !EndsIn(word, kPluralInUs);
  if (!word.ends_with("s") || word.size() < 2 || word.ends_with("ss") || in_us ||
      word.ends_with("sis") || IsSingularInS(word)) {
    return std::string(word);
  }
  return word.ends_with("es") ? SingularOfEs(word) : WithoutEnd(word, 1);
}

bool IsUpper(char c) { return absl::ascii_isupper(static_cast<unsigned char>(c)); }
bool IsLower(char c) { return absl::ascii_islower(static_cast<unsigned char>(c)); }

// Where the last word of a name begins: after a separator, or at a capital that begins a word.
std::size_t LastWord(std::string_view name) {
  for (std::size_t i = name.size(); i-- > 1;) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(name[i])) &&
        static_cast<unsigned char>(name[i]) < 0x80) {
      return i + 1;
    }
    const bool begins_word = i + 2 < name.size() && IsLower(name[i + 1]) && IsLower(name[i + 2]);
    if (IsUpper(name[i]) && (!IsUpper(name[i - 1]) || begins_word)) return i;
  }
  return 0;
}

// CEOs, URLs: capitals and an s.
bool IsPluralOfCapitals(std::string_view word) {
  return word.size() > 2 && word.back() == 's' &&
         std::all_of(word.begin(), word.end() - 1, [](char c) { return IsUpper(c); });
}

// The letters of `changed` in the case of the letters of `word` whose place they take.
std::string InCaseOf(std::string_view word, const std::string& lower, std::string changed) {
  const std::size_t same = static_cast<std::size_t>(
      std::mismatch(lower.begin(), lower.end(), changed.begin(), changed.end()).first -
      lower.begin());
  const std::string_view replaced = word.substr(same);
  const bool capitals = !replaced.empty() && std::all_of(replaced.begin(), replaced.end(), IsUpper);
  for (std::size_t i = 0; i < changed.size(); ++i) {
    if (i < same) {
      changed[i] = word[i];
    } else if (capitals) {
      changed[i] = absl::ascii_toupper(static_cast<unsigned char>(changed[i]));
    }
  }
  return changed;
}

template <typename Change>
std::string ChangeLastWord(std::string_view name, Change change) {
  const std::size_t begin = LastWord(name);
  const std::string_view word = name.substr(begin);
  if (word.empty()) return std::string(name);
  const std::string lower = absl::AsciiStrToLower(std::string(word));
  return std::string(name.substr(0, begin)) + InCaseOf(word, lower, change(lower));
}

}  // namespace

std::string Pluralize(std::string_view word) {
  if (IsPluralOfCapitals(word.substr(LastWord(word)))) return std::string(word);
  return ChangeLastWord(word, PluralOf);
}

std::string Singularize(std::string_view word) {
  if (IsPluralOfCapitals(word.substr(LastWord(word)))) return WithoutEnd(word, 1);
  return ChangeLastWord(word, SingularOf);
}

namespace internal {

Inflected Completed(Inflected forms) {
  if (forms.singular.empty()) forms.singular = Singularize(forms.plural);
  if (forms.plural.empty()) forms.plural = Pluralize(forms.singular);
  return forms;
}

}  // namespace internal
}  // namespace relata
