# Half of what a file of the harness costs a compiler are the words of the api and the state of the model, which nearly all of them
# see. Builds from nothing, as CI makes them under sanitizers, compile these once. Everyday builds do not: a header that changes would
# compile everything again, ccache does not share what was compiled this way, and a file that forgets an include would go unnoticed.
option(PROCREG_PRECOMPILE "Precompile the headers that most files include" OFF)

# procreg_precompile(TARGET): a library above the model.
function(procreg_precompile target)
  if(NOT PROCREG_PRECOMPILE)
    return()
  elseif(target STREQUAL procreg_harness)
    target_precompile_headers(${target} PRIVATE ${PROJECT_SOURCE_DIR}/harness/lockstep/lockstep.h)
  else()
    target_precompile_headers(${target} REUSE_FROM procreg_harness)
  endif()
endfunction()

# procreg_precompile_tests(TARGET): a program of GoogleTest. Tests are compiled in another way than libraries, so they have headers
# of their own, compiled with procreg_test_headers.
function(procreg_precompile_tests target)
  if(NOT PROCREG_PRECOMPILE)
    return()
  endif()
  if(NOT TARGET procreg_test_headers)
    set(none ${CMAKE_BINARY_DIR}/procreg_test_headers.cpp)
    file(CONFIGURE OUTPUT ${none} CONTENT "// There is nothing here but headers.\n")
    add_library(procreg_test_headers OBJECT ${none})
    target_link_libraries(procreg_test_headers PRIVATE Boost::headers GTest::gmock $<BUILD_INTERFACE:procreg_warnings>)
    target_include_directories(procreg_test_headers PRIVATE ${PROJECT_SOURCE_DIR})
    target_compile_options(procreg_test_headers PRIVATE $<$<CONFIG:Debug>:-O0>)
    target_precompile_headers(procreg_test_headers PRIVATE <gmock/gmock.h> ${PROJECT_SOURCE_DIR}/harness/lockstep/lockstep.h)
  endif()
  target_precompile_headers(${target} REUSE_FROM procreg_test_headers)
endfunction()
