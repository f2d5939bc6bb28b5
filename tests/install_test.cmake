# What a stranger meets: installs relata into an empty prefix and builds foreign projects against
# it. Run as:
#   cmake -DROOT=<source> -DBUILD=<build of relata> -DSCRATCH=<folder> -DCXX=<compiler>
#         -DLAUNCHER=<such as ccache, or nothing> -DFLAGS=<compiler flags> -DPERSISTENCE=<ON|OFF> -P install_test.cmake
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE "${SCRATCH}")
file(MAKE_DIRECTORY "${SCRATCH}")

# Runs a command that must succeed.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE output
                  ERROR_VARIABLE output)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "Failed (${code}): ${ARGN}\n${output}")
  endif()
endfunction()

# Not optimized: that it builds and runs is all that is asked, and one project builds relata too.
set(configure "${CMAKE_COMMAND}" -G Ninja "-DCMAKE_CXX_COMPILER=${CXX}" "-DCMAKE_CXX_FLAGS=${FLAGS}"
              "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}" -DCMAKE_BUILD_TYPE=Debug)

# Configures, builds and runs a project of tests/consumer.
function(consume project scratch)
  run(${configure} -S "${ROOT}/tests/consumer/${project}" -B "${SCRATCH}/${scratch}" ${ARGN})
  run("${CMAKE_COMMAND}" --build "${SCRATCH}/${scratch}" -j 2)
  run("${SCRATCH}/${scratch}/consumer")
endfunction()

# Configures a project of tests/consumer, which must fail with a message that has all the words.
function(refuse project scratch words)
  execute_process(
    COMMAND ${configure} -S "${ROOT}/tests/consumer/${project}" -B "${SCRATCH}/${scratch}" ${ARGN}
    RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(code EQUAL 0)
    message(FATAL_ERROR "Configuring ${project} (${scratch}) should have failed")
  endif()
  string(REGEX REPLACE "[ \n]+" " " flat "${output}")
  foreach(word IN LISTS words)
    string(FIND "${flat}" "${word}" at)
    if(at EQUAL -1)
      message(FATAL_ERROR "The error of ${project} (${scratch}) does not say '${word}':\n${output}")
    endif()
  endforeach()
endfunction()

# The core by itself needs neither SQLite nor cereal, and says so when more is asked of it.
run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${SCRATCH}/core-prefix" --component core)
set(no_databases -DCMAKE_DISABLE_FIND_PACKAGE_SQLite3=ON -DCMAKE_DISABLE_FIND_PACKAGE_cereal=ON
                 -DCMAKE_DISABLE_FIND_PACKAGE_nlohmann_json=ON
                 -DCMAKE_DISABLE_FIND_PACKAGE_PkgConfig=ON)
consume(core core "-DCMAKE_PREFIX_PATH=${SCRATCH}/core-prefix" ${no_databases})
if(EXISTS "${SCRATCH}/core-prefix/include/relata/persistence")
  message(FATAL_ERROR "The component core installs the headers of persistence")
endif()
refuse(persistence missing "without its component 'persistence';RELATA_PERSISTENCE=ON"
       "-DCMAKE_PREFIX_PATH=${SCRATCH}/core-prefix")
refuse(core unknown "no component 'persistance';core and persistence"
       "-DCMAKE_PREFIX_PATH=${SCRATCH}/core-prefix" -DEXTRA_COMPONENT=persistance)

# Everything, and moved after it was installed.
if(PERSISTENCE)
  run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${SCRATCH}/whole-prefix")
  file(RENAME "${SCRATCH}/whole-prefix" "${SCRATCH}/moved-prefix")
  consume(persistence persistence "-DCMAKE_PREFIX_PATH=${SCRATCH}/moved-prefix")
  consume(core core-of-whole "-DCMAKE_PREFIX_PATH=${SCRATCH}/moved-prefix" ${no_databases})
endif()

# As a folder of another project: only the libraries, and nothing of ours is installed or tested.
consume(subdirectory subdirectory "-DRELATA_ROOT=${ROOT}" -DRELATA_PERSISTENCE=${PERSISTENCE})
