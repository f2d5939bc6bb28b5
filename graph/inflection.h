// The rules behind Pluralize and Singularize of relata/schema_builder.h.
//
// Of a name in several words (userRole, user_role, UserRole) only the last word changes. Letters
// that stay keep their case; letters that are put in place of capitals are capitals (PERSON,
// PEOPLE), letters that are only added are small (CEO, CEOs). The first rule that fits is taken:
//
//   to the plural                                        to the singular
//   1  uncountable (sheep, news): unchanged              the same
//   2  in the list of irregular words                    the same list, read the other way
//      (person/people, leaf/leaves, criterion/criteria,
//      analysis/analyses; the list says which of them
//      also count as the end of a longer word)
//   3  has the plural already: unchanged                 not a plural (status, boss): unchanged
//   4  singular in s (gas, lens, status): +es            gases, lenses, statuses: -es
//   5  -ss -sh -ch -x -z: +es; -ch said as k: +s         -sses -shes -ches -xes -zzes -tzes: -es;
//                                                        caches, headaches: -s
//   6  consonant + y, and -quy: -ies                     -ies to -y; movies, cookies, ties: -s
//   7  hero, potato and the like: +es                    the same words: -es; all other -oes: -s
//   8  everything else: +s                               -s
//
// A word that is plural to one reader and singular to another is read as the commoner one (bases is
// the plural of base, axes of axis). Names that the table gets wrong are given in both numbers, on
// the model or on the association.
#ifndef RELATA_GRAPH_INFLECTION_H_
#define RELATA_GRAPH_INFLECTION_H_

#include "relata/schema_builder.h"

namespace relata::internal {

// Fills in the number that is missing. REQUIRES: at least one of them is there.
Inflected Completed(Inflected forms);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_INFLECTION_H_
