# The README's first C++ block is what examples/hello.cc has between its marks, and its first output
# block is what that program prints. Run as:
#   cmake -DROOT=<source tree> -DHELLO=<program> -P readme_test.cmake
cmake_minimum_required(VERSION 3.25)

# Sets `result` to what stands in `text` between two marks, the marks left out.
function(between text opening closing result)
  string(FIND "${text}" "${opening}" start)
  if(start EQUAL -1)
    message(FATAL_ERROR "There is no '${opening}'")
  endif()
  string(LENGTH "${opening}" length)
  math(EXPR start "${start} + ${length}")
  string(SUBSTRING "${text}" ${start} -1 text)
  string(FIND "${text}" "${closing}" end)
  if(end EQUAL -1)
    message(FATAL_ERROR "There is no '${closing}' after '${opening}'")
  endif()
  string(SUBSTRING "${text}" 0 ${end} text)
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

file(READ "${ROOT}/README.md" readme)
file(READ "${ROOT}/examples/hello.cc" hello)
between("${readme}" "```cpp\n" "```" block)
between("${hello}" "  // README begins.\n" "  // README ends." region)
string(REGEX REPLACE "\n  " "\n" region "\n${region}")
string(SUBSTRING "${region}" 1 -1 region)
if(NOT block STREQUAL region)
  message(FATAL_ERROR "README.md's first C++ block is not what examples/hello.cc has between its "
                      "marks. It must be:\n${region}")
endif()

between("${readme}" "```text\n" "```" expected)
execute_process(COMMAND "${HELLO}" OUTPUT_VARIABLE printed RESULT_VARIABLE code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "${HELLO} ended with ${code}")
endif()
if(NOT printed STREQUAL expected)
  message(FATAL_ERROR "${HELLO} printed:\n${printed}\nREADME.md says:\n${expected}")
endif()
