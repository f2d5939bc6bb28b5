# What the program `conformance` says to other programs: its exit code and its last line.
# Needs PROGRAM, its path, and SCRATCH, a folder to write to.
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE "${SCRATCH}")
file(WRITE "${SCRATCH}/right/a.json" [=[[
  {"id": "a", "models": [{"name": "user", "attributes": {"name": "STRING"}}],
   "steps": [{"op": "count", "model": "user", "expect": 0}]}
]
]=])
file(WRITE "${SCRATCH}/wrong/deeper/b.json" [=[[
  {"id": "b", "models": [{"name": "user", "attributes": {"name": "STRING"}}],
   "steps": [{"op": "count", "model": "user", "expect": 1}]}
]
]=])
file(WRITE "${SCRATCH}/malformed/c.json" [=[[{"id": "c", "models": [{"nam": "user"}]}]]=])
file(WRITE "${SCRATCH}/malformed/d.json" "no JSON")
file(WRITE "${SCRATCH}/mixed/e.json" [=[[
  {"id": "e", "models": [{"nam": "user"}]},
  {"id": "f", "models": [{"name": "user"}], "steps": [{"op": "count", "model": "user", "expect": 0}]}
]
]=])
file(MAKE_DIRECTORY "${SCRATCH}/empty")

function(expect code output)
  execute_process(COMMAND "${PROGRAM}" ${ARGN} WORKING_DIRECTORY "${SCRATCH}"
                  RESULT_VARIABLE result OUTPUT_VARIABLE out ERROR_VARIABLE err)
  if(NOT result STREQUAL code)
    message(SEND_ERROR
            "conformance ${ARGN}: expected exit code ${code}, got ${result}: ${out}${err}")
  elseif(NOT "${out}${err}" MATCHES "${output}")
    message(SEND_ERROR "conformance ${ARGN}: expected '${output}', got: ${out}${err}")
  endif()
endfunction()

expect(0 "1 passed, 0 failed\n$" right)
expect(0 "passed right/a.json: a" --verbose right)
expect(1 "FAILED wrong/deeper/b.json: b: step 1 \\(count\\): expected 1, got 0" wrong)
expect(1 "1 passed, 1 failed\n$" right wrong)
expect(0 "1 passed, 0 failed\n$" --filter a.json right wrong)
expect(2 "MALFORMED malformed/c.json: c: models: 'nam'.*MALFORMED malformed/d.json: no JSON"
       malformed)
expect(2 "1 passed, 2 failed\n$" malformed right)
expect(2 "MALFORMED mixed/e.json: e: .*1 passed, 1 failed\n$" mixed)
expect(2 "there is no \\*.json in this folder" empty)
expect(2 "there is no such file or folder" nowhere)
expect(2 "PATH" --verbose)
expect(2 "nonsense" --nonsense right)
expect(0 "--filter SUBSTRING" --help)
