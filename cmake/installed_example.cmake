# Installs the build into an empty prefix, builds examples/ there as a project of somebody else, and runs its tests.
# cmake -DBUILD=BUILD_FOLDER -DSOURCE=EXAMPLES -DCOMPILER=CXX -DFLAGS=CXX_FLAGS -P installed_example.cmake
set(prefix ${BUILD}/example/prefix)
set(example ${BUILD}/example/build)
file(REMOVE_RECURSE ${prefix} ${example})

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}: ${status}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})
run(${CMAKE_COMMAND} -S ${SOURCE} -B ${example} -DCMAKE_PREFIX_PATH=${prefix} -DCMAKE_CXX_COMPILER=${COMPILER}
  "-DCMAKE_CXX_FLAGS=${FLAGS}")
run(${CMAKE_COMMAND} --build ${example})
run(${CMAKE_CTEST_COMMAND} --test-dir ${example} --output-on-failure --no-tests=error)
string(REGEX MATCH "100% tests passed.*" told "${output}")
message("${told}")
