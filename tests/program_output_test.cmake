# A program prints exactly what a file says, and succeeds. Run as:
#   cmake -DPROGRAM=<program> -DEXPECTED=<file> -P program_output_test.cmake
cmake_minimum_required(VERSION 3.25)

execute_process(COMMAND "${PROGRAM}" OUTPUT_VARIABLE printed ERROR_VARIABLE complaints
                RESULT_VARIABLE code)
file(READ "${EXPECTED}" expected)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} ended with ${code}: ${complaints}")
endif()
if(NOT printed STREQUAL expected)
  message(FATAL_ERROR "${PROGRAM} printed:\n${printed}\n${EXPECTED} says:\n${expected}")
endif()
