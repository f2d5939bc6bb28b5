// Small worlds, all of them: every graph of a few rows, under every pair of referential actions,
// with every operation of a kind, carried out by the store and by its naive twin.
#ifndef RELATA_TESTS_EXHAUSTIVE_WORLDS_H_
#define RELATA_TESTS_EXHAUSTIVE_WORLDS_H_

#include <cstddef>
#include <string>

namespace relata::testing {

struct ExhaustiveReport {
  std::size_t cases = 0;
  std::size_t refused = 0;  // of them
  std::string failure;      // the first case that differs, to be read by people; empty if none does
};

// Rows of one model with two references to it, fk0 and fk1, each null or any row: all such graphs
// of `nodes` rows, of which every `stride`-th is taken; all pairs of actions for ON DELETE; every
// non-empty set of rows to delete. SET DEFAULT sets row 1. `not_null` makes fk1 NOT NULL.
ExhaustiveReport DeleteFromAllGraphs(int nodes, std::size_t stride, bool not_null);

// Rows of one model in which fk refers to the unique u, which itself refers to the primary key id:
// all such worlds of `nodes` rows, of which every `stride`-th is taken; all pairs of actions for ON
// UPDATE and the same pair for ON DELETE; every change of id and of u, alone and together with fk,
// and every delete.
ExhaustiveReport RekeyAllChains(int nodes, std::size_t stride);

}  // namespace relata::testing

#endif  // RELATA_TESTS_EXHAUSTIVE_WORLDS_H_
