# What cannot be an attribute is refused by the compiler, with words that say what to do. Run as:
#   cmake -DROOT=<source tree> -DCXX=<compiler> -DSCRATCH=<folder> -P structs_refused_test.cmake
cmake_minimum_required(VERSION 3.25)

set(source [[
#include "relata/structs.h"

template <typename T>
struct Pair {
  const char* name;
  T value;
};
struct Good {
  int number = 0;
  void serialize(auto& ar) { ar(Pair<int&>{"number", number}); }
};
struct NoSerialize {
  int number = 0;
};
struct Unnamed {
  int number = 0;
  void serialize(auto& ar) { ar(number); }
};
struct Temporary {
  int number = 0;
  void serialize(auto& ar) { ar(Pair<int>{"number", number + 1}); }
};
struct Unheld {
  std::vector<int> numbers;
  void serialize(auto& ar) { ar(Pair<std::vector<int>&>{"numbers", numbers}); }
};
struct NoDefault {
  explicit NoDefault(int n) : number(n) {}
  int number;
  void serialize(auto& ar) { ar(Pair<int&>{"number", number}); }
};

void Define(relata::SchemaBuilder& builder) {
  builder.Define<Good>("good");
  BAD
}
]])

function(compile bad output code)
  string(REPLACE "BAD" "${bad}" text "${source}")
  file(WRITE "${SCRATCH}/structs_refused.cc" "${text}")
  execute_process(COMMAND "${CXX}" -std=c++20 -fsyntax-only "-I${ROOT}/include"
                          "${SCRATCH}/structs_refused.cc"
                  OUTPUT_VARIABLE printed ERROR_VARIABLE printed RESULT_VARIABLE ended)
  set(${output} "${printed}" PARENT_SCOPE)
  set(${code} "${ended}" PARENT_SCOPE)
endfunction()

compile("" printed code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "The program without mistakes does not compile:\n${printed}")
endif()

function(expect struct message)
  compile("builder.Define<${struct}>(\"bad\");" printed code)
  string(REGEX REPLACE "[ \n]+" " " line "${printed}")
  string(FIND "${line}" "relata: ${message}" found)
  if(code EQUAL 0 OR found EQUAL -1)
    message(SEND_ERROR "${struct}: expected \"${message}\", got (${code}):\n${printed}")
  endif()
endfunction()

expect(NoSerialize "this struct has no serialize: add `template <class Archive> void serialize")
expect(Unnamed "serialize gives a member without a name, so no attribute can hold it: write")
expect(Temporary "serialize names a temporary, which cannot be read back: name a member")
expect(Unheld "no attribute can hold a member of this type. Attributes hold integers, enums")
expect(NoDefault "a struct that is a model has a default constructor, as cereal asks too")
