// Accessors by name, for scripts and bindings: what is known when the program is written is better
// reached through the functions of Store, which say what they take and give.
//
//   store.Call(project, "addTasks", {write, 7});                        // LinkCounts
//   store.Call(project, "createTask", {{"title", "review"}});           // the instance
//   store.Call(project, "getTasks", relata::Query(task).Where(task["done"] == false));
//   store.Call(project, "hasTask", write);                              // true or false
//   store.Call(order, "setLines", {a, b}, {}, relata::Unlink::kDelete);  // the others are deleted
//   store.Call(comment, "setItem", an_image);                           // to one of several models
//
// The names are those of Schema::AccessorNames, as the manual derives them, and each does what the
// function of Store does that its role is named after:
//
//   role     argument                                             result
//   get      nothing, or a query of the target                    instance or none; or the list
//   count    nothing, or a query of the target                    a number
//   set      an instance or key, or a list; null, nothing: none   LinkCounts
//   add      an instance or key, or a list                        LinkCounts
//   remove   an instance or key, or a list                        LinkCounts
//   has      an instance or key, or a list                        true or false
//   create   the values of the new row, nested as in a draft      the instance
//   append   as add: "appendTasks", of a belongsToMany            LinkCounts
//
// What the manual says of one and of many is one: "addTask" takes a list as well. An Unlink policy
// is for set and remove.
//
// An association to one of several models has get, set and create after its own name: "getItem"
// takes a query of one of the models, too, "setItem" no key, which names no model, and "createItem"
// a draft that does: Draft(post, {{"title", "Hello"}}). LinkCounts counts what is referred to,
// whichever its model.
//
// A call costs O(associations of the model) more than the function it finds, is atomic as that is,
// and fails with its status codes; InvalidArgument also for a name that no association derives
// (with the nearest that is), or that two derive, and for an argument that the accessor does not
// take. Threads: as the function found, but a call without a query counts as a change of the store.
#ifndef RELATA_CALL_H_
#define RELATA_CALL_H_

#include <cstddef>
#include <optional>
#include <variant>
#include <vector>

#include "relata/handle.h"
#include "relata/link.h"

namespace relata {

// By role, as above. Owns its list; what is in it are handles, which may go stale.
using CallResult =
    std::variant<LinkCounts, bool, std::size_t, std::optional<Instance>, std::vector<Instance>>;

}  // namespace relata

#endif  // RELATA_CALL_H_
