// The short way to create a row: when nothing about it is out of the ordinary, it is put together
// in the slot that will be its own, judged there, and kept. Nothing is allocated but for long text.
//
// Promises: a row that is not plain (a value of another type, a key that is taken, a reference that
// leads nowhere yet, a model with rules) is given up with nothing changed, and the long way
// (CreateRow, Loader) decides about it.
#ifndef RELATA_GRAPH_PLAIN_ROW_H_
#define RELATA_GRAPH_PLAIN_ROW_H_

#include <cstdint>
#include <span>

#include "graph/operations.h"
#include "graph/store_state.h"
#include "relata/handle.h"

namespace relata::internal {

// The new instance, or one whose stamp is 0 when the row is not plain.
Instance CreatePlainly(StoreState& state, std::uint32_t m, std::span<const Entry> entries);
Instance CreatePlainly(StoreState& state, std::uint32_t m, const AttributeValues& values);

// The same for a row of a Loader, with a value for every attribute; false when it is not plain.
// `linked` says of each foreign key how many rows, from slot 0 on, are linked by it: the row joins
// them where it is next and its parent is there.
bool LoadPlainly(StoreState& state, std::uint32_t m, std::span<const ValueView> values,
                 std::span<std::uint32_t> linked);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_PLAIN_ROW_H_
