# The program package_graph as people run it: what it prints, writes and returns.
#   cmake -DPROGRAM=... -DROOT=... -DSCRATCH=... -P package_graph_program_test.cmake
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE "${SCRATCH}")
file(MAKE_DIRECTORY "${SCRATCH}")
set(sample "${ROOT}/examples/data/packages")

# Runs the program with the arguments after `code`, and checks how it ends.
macro(run_program code)
  set(command "${ARGN}")
  execute_process(COMMAND "${PROGRAM}" ${command} ${input} RESULT_VARIABLE result
                  OUTPUT_VARIABLE output ERROR_VARIABLE error)
  if(NOT result STREQUAL "${code}")
    message(SEND_ERROR "expected exit status ${code}, got ${result}: ${command}\n${output}${error}")
  endif()
endmacro()

# The text in `variable` must hold the string.
function(expect variable text)
  string(FIND "${${variable}}" "${text}" at)
  if(at EQUAL -1)
    message(SEND_ERROR "expected ${variable} of ${command} to hold '${text}':\n${${variable}}")
  endif()
endfunction()

function(expect_file path)
  if(NOT EXISTS "${path}")
    message(SEND_ERROR "expected the file ${path} after ${command}")
  endif()
endfunction()

# All of it, on the sample.
set(out "${SCRATCH}/out")
run_program(0 "${sample}" --share 30 --out "${out}")
foreach(text IN ITEMS "71 packages, 0 skipped" "What is in the graph" "were deleted"
                      "it was asked for"
                      "First on a fork" "The graph holds what the fork holds"
                      "No package that stays has lost what it cannot do without" "${out}")
  expect(output "${text}")
endforeach()
string(REGEX MATCHALL "all rows are equal" equal "${output}")
list(LENGTH equal count)
if(NOT count EQUAL 4)
  message(SEND_ERROR "expected SQLite and the snapshot to be compared twice:\n${output}")
endif()
foreach(name IN ITEMS schema.dot plan.dot package_graph.db package_graph.snapshot)
  expect_file("${out}/${name}")
endforeach()

# Once more into the same directory: the database is brought back to the whole, then down again.
run_program(0 "${sample}" --share 30 --out "${out}")
expect(output "all rows are equal")

# Files of one's own choice, and none at all.
run_program(0 "${sample}" --dry-run --out "${SCRATCH}/own" --sqlite "${SCRATCH}/my.db"
            --snapshot "${SCRATCH}/my.snapshot")
expect_file("${SCRATCH}/my.db")
expect_file("${SCRATCH}/my.snapshot")
expect(output "Nothing was deleted: --dry-run")
run_program(0 "${sample}" --dry-run --out "${SCRATCH}/none" --no-sqlite --no-snapshot)
if(EXISTS "${SCRATCH}/none/package_graph.db" OR EXISTS "${SCRATCH}/none/package_graph.snapshot")
  message(SEND_ERROR "a file was written that was not wanted")
endif()

# From standard input.
set(input INPUT_FILE "${sample}")
run_program(0 - --dry-run --out "${SCRATCH}/stdin" --no-sqlite --no-snapshot)
expect(output "Packages of standard input")
set(input "")

# What is essential must stay, unless it is forced.
set(quiet --out "${SCRATCH}/quiet" --no-sqlite --no-snapshot)
run_program(3 "${sample}" --delete libc6 ${quiet})
expect(output "It is blocked by")
expect(output "Nothing was deleted: it is blocked")
run_program(0 "${sample}" --delete libc6 --force ${quiet})
run_program(3 "${sample}" --delete section:libs ${quiet})
run_program(0 "${sample}" --delete mawk --explain gawk ${quiet})
expect(output "gawk 1:5.2.1-2 does not go")
run_program(3 "${sample}" --delete virtual:awk --explain base-files ${quiet})
expect(output "Pre-Depends: awk")

# Mistakes.
run_program(1 "${sample}" --delete no-such-package ${quiet})
expect(error "there is no package 'no-such-package'")
run_program(1 "${SCRATCH}/no-such-file" ${quiet})
expect(error "no-such-file")
run_program(1 --no-such-option)
expect(error "no-such-option")
run_program(1 "${SCRATCH}" ${quiet})
expect(error "it is a directory")
set(malformed "${SCRATCH}/malformed")
file(WRITE "${malformed}" "Package: a\nVersion: 1\nArchitecture: all\nDepends: foo (>>\n")
run_program(2 "${malformed}" ${quiet})
expect(error "${malformed}:4: Depends of a: expected a version after '>>'")
file(WRITE "${malformed}" "Package: a\nVersion: 1\nArchitecture: all\nnonsense\n")
run_program(2 "${malformed}" ${quiet})
expect(error "${malformed}:4: expected a field")
file(WRITE "${malformed}" "")
run_program(2 "${malformed}" ${quiet})

# --help tells everything.
run_program(0 --help)
foreach(option IN ITEMS FILE --delete --explain --share --force --dry-run --rows --out --sqlite
                        --snapshot --no-sqlite --no-snapshot "Exit status" apt-cache)
  expect(output "${option}")
endforeach()
