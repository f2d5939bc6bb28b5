# Who may include whom. Run as: cmake -DROOT=<source tree> -DSCRATCH=<folder> -P layering_test.cmake
#
#   include/relata/*              the standard library, Abseil, include/relata/* but not persistence
#   include/relata/persistence/*  the same, and include/relata/persistence
#   graph/*                       anything but persistence and its libraries
#   persistence/*                 anything but graph/
#   examples/*                    what a user includes: neither graph/ nor persistence/ itself
#
# Every form of include counts: quotes or angles, with blanks, by "../".
cmake_minimum_required(VERSION 3.25)

set(open "^[ \t]*#[ \t]*(include|include_next|import)[ \t]*[\"<][ \t]*")
set(up "(\\./|\\.\\./|[^\">]*/\\.\\./)*")  # any way back up the tree
set(graph "${up}graph/")
set(persistence "${up}(include/)?(relata/)?persistence/")
set(persistence_itself "${up}persistence/")
set(persistence_libraries "sqlite3|cereal/|nlohmann/|xxhash")

# Sets `result` to the lines of `file` ("path:line: text") that its place in the tree forbids.
function(violations root file result)
  if(file MATCHES "^include/relata/persistence/")
    set(forbidden "(${graph}|${persistence_itself}|${persistence_libraries}|boost/)")
  elseif(file MATCHES "^include/")
    set(forbidden "(${graph}|${persistence}|${persistence_libraries})")
  elseif(file MATCHES "^graph/")
    set(forbidden "(${persistence}|${persistence_libraries})")
  elseif(file MATCHES "^persistence/")
    set(forbidden "${graph}")
  else()
    set(forbidden "(${graph}|${persistence_itself})")
  endif()
  file(STRINGS "${root}/${file}" includes REGEX "${open}")
  set(found "")
  foreach(line IN LISTS includes)
    if(line MATCHES "${open}${forbidden}")
      list(APPEND found "${file}: ${line}")
    endif()
  endforeach()
  set(${result} "${found}" PARENT_SCOPE)
endfunction()

function(tree_violations root result)
  file(GLOB_RECURSE files RELATIVE "${root}" "${root}/include/*" "${root}/graph/*.h"
       "${root}/graph/*.cc" "${root}/persistence/*.h" "${root}/persistence/*.cc"
       "${root}/examples/*.h" "${root}/examples/*.cc")
  set(all "")
  foreach(file IN LISTS files)
    violations("${root}" "${file}" found)
    list(APPEND all ${found})
  endforeach()
  set(${result} "${all}" PARENT_SCOPE)
endfunction()

# ----- the test of the test: what must be refused, what must pass

set(refused
    "include/relata/x.h|#include \"graph/pages.h\""
    "include/relata/x.h|#include <graph/pages.h>"
    "include/relata/x.h|#include \"../../graph/pages.h\""
    "include/relata/x.h|#include \"internal/../../../graph/pages.h\""
    "include/relata/x.h|#  include \"relata/persistence/sqlite.h\""
    "include/relata/x.h|#include \"persistence/sqlite_db.h\""
    "include/relata/x.h|#include <sqlite3.h>"
    "include/relata/x.h|#include <cereal/cereal.hpp>"
    "include/relata/internal/x.h|  #include \"../persistence/sqlite.h\""
    "include/relata/persistence/x.h|#include <sqlite3.h>"
    "include/relata/persistence/x.h|#include \"cereal/cereal.hpp\""
    "include/relata/persistence/x.h|#include \"../../../graph/pages.h\""
    "include/relata/persistence/x.h|#include \"persistence/sqlite_db.h\""
    "graph/x.cc|#include \"persistence/sqlite_db.h\""
    "graph/x.cc|#include \"../persistence/sqlite_db.h\""
    "graph/x.cc|#include \"relata/persistence/sqlite.h\""
    "graph/x.cc|#include <relata/persistence/sqlite.h>"
    "graph/x.cc|#include \"../include/relata/persistence/sqlite.h\""
    "graph/x.h|#include\t<sqlite3.h>"
    "graph/x.h|#include <cereal/archives/binary.hpp>"
    "persistence/x.cc|#include \"graph/pages.h\""
    "persistence/x.cc|#include <graph/pages.h>"
    "persistence/x.h|#include \"../graph/pages.h\""
    "persistence/x.h|#include \"./../graph/pages.h\""
    "examples/x.cc|#include \"graph/pages.h\""
    "examples/x/y.cc|#include \"persistence/sqlite_db.h\"")
set(allowed
    "include/relata/x.h|#include \"relata/store.h\""
    "include/relata/x.h|#include \"absl/status/status.h\""
    "include/relata/x.h|// #include \"graph/pages.h\""
    "include/relata/persistence/x.h|#include \"relata/persistence/sqlite.h\""
    "graph/x.cc|#include \"graph/pages.h\""
    "graph/x.cc|#include <boost/graph/graphviz.hpp>"
    "persistence/x.cc|#include \"relata/persistence/sqlite.h\""
    "persistence/x.cc|#include \"persistence/sqlite_db.h\""
    "persistence/x.cc|#include <sqlite3.h>"
    "persistence/x.cc|#include <boost/graph/adjacency_list.hpp>"
    "examples/x.cc|#include \"relata/persistence/sqlite.h\"")

function(plant case result)
  string(FIND "${case}" "|" bar)
  string(SUBSTRING "${case}" 0 ${bar} file)
  math(EXPR bar "${bar} + 1")
  string(SUBSTRING "${case}" ${bar} -1 line)
  file(REMOVE_RECURSE "${SCRATCH}")
  file(WRITE "${SCRATCH}/${file}" "// Planted.\n${line}\n")
  tree_violations("${SCRATCH}" found)
  set(${result} "${found}" PARENT_SCOPE)
endfunction()

foreach(case IN LISTS refused)
  plant("${case}" found)
  if(NOT found)
    message(SEND_ERROR "The layering test is blind to: ${case}")
  endif()
endforeach()
foreach(case IN LISTS allowed)
  plant("${case}" found)
  if(found)
    message(SEND_ERROR "The layering test wrongly refuses: ${case}")
  endif()
endforeach()
file(REMOVE_RECURSE "${SCRATCH}")

# ----- the tree itself

if(NOT EXISTS "${ROOT}/include/relata/store.h")
  message(FATAL_ERROR "ROOT='${ROOT}' is not relata's source tree")
endif()
tree_violations("${ROOT}" found)
foreach(violation IN LISTS found)
  message(SEND_ERROR "A door opened the wrong way. ${violation}")
endforeach()
