include(GoogleTest)

if(BUILD_TESTING)
  add_custom_target(procreg_thread_tests)  # every test labelled `threads`, which is all that TSan builds
endif()

# procreg_test(NAME SOURCES FILE... LIBS TARGET... [LABELS threads] [TIMEOUT SECONDS])
#
# A GoogleTest program. Each of its tests is one test of ctest, NAME.Suite.Test, and runs from the repository's root.
# Label `threads` what starts threads: TSan runs those tests and no others.
function(procreg_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABELS;TIMEOUT" "SOURCES;LIBS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "procreg_test(${name}): unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_SOURCES)
    message(FATAL_ERROR "procreg_test(${name}): no SOURCES")
  endif()
  if(NOT BUILD_TESTING)
    return()
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()

  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LIBS} GTest::gmock_main $<BUILD_INTERFACE:procreg_warnings>)
  # Under sanitizers a test's own code takes twice as long to compile with -O1, and what it calls is in libraries.
  target_compile_options(${name} PRIVATE $<$<CONFIG:Debug>:-O0>)
  procreg_precompile_tests(${name})
  if(arg_LABELS STREQUAL "threads")
    add_dependencies(procreg_thread_tests ${name})
  endif()

  # Each property takes one value: discovery before the run does not carry lists.
  set(labels)
  if(arg_LABELS)
    set(labels LABELS ${arg_LABELS})
  endif()
  gtest_discover_tests(${name}
    DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 60
    TEST_PREFIX ${name}.
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    PROPERTIES ${labels} TIMEOUT ${arg_TIMEOUT} ENVIRONMENT RC_PARAMS=${PROCREG_RC_PARAMS})
endfunction()
