# procreg_mutant(NAME SOURCE FILE FROM TEXT [TO TEXT] [FLAVOUR TARGET...] LIBS TARGET... TESTS FILE...)
#
# A GoogleTest program in which one file of impl has a planted fault: the mutated copy is made when it is built, and takes the
# place of the original. That works because impl is an archive: a member whose symbols the program has already is not taken, and
# one that is taken all the same is a duplicate definition, which does not link. The tests find NAME in `procreg_mutant_name`.
# FLAVOUR are the targets of impl in whose flavours the fault is planted, procreg::impl unless said otherwise.
function(procreg_mutant name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SOURCE;FROM;TO;TIMEOUT" "TESTS;LIBS;FLAVOUR")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCE OR NOT arg_FROM OR NOT arg_TESTS)
    message(FATAL_ERROR "procreg_mutant(${name}): SOURCE, FROM and TESTS are needed; unknown: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT BUILD_TESTING)
    return()
  endif()

  set(folder ${CMAKE_CURRENT_BINARY_DIR}/mutants/${name})
  set(source ${PROJECT_SOURCE_DIR}/${arg_SOURCE})
  get_filename_component(file_name ${arg_SOURCE} NAME)
  set(mutated ${folder}/${file_name})
  file(CONFIGURE OUTPUT ${folder}/from.txt CONTENT [[@arg_FROM@]] @ONLY)
  file(CONFIGURE OUTPUT ${folder}/to.txt CONTENT [[@arg_TO@]] @ONLY)
  file(CONFIGURE OUTPUT ${folder}/name.cpp
    CONTENT "extern const char* const procreg_mutant_name;\nconst char* const procreg_mutant_name = \"${name}\";\n")
  add_custom_command(OUTPUT ${mutated}
    COMMAND ${CMAKE_COMMAND} -DSOURCE=${source} -DOUT=${mutated} -DFROM=${folder}/from.txt -DTO=${folder}/to.txt
            -P ${PROJECT_SOURCE_DIR}/cmake/mutate.cmake
    DEPENDS ${source} ${folder}/from.txt ${folder}/to.txt ${PROJECT_SOURCE_DIR}/cmake/mutate.cmake
    COMMENT "Planting ${name} in ${arg_SOURCE}"
    VERBATIM)
  string(REPLACE - _ target ${name})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  if(NOT arg_FLAVOUR)
    set(arg_FLAVOUR procreg::impl)
  endif()
  set(objects)
  foreach(flavour IN LISTS arg_FLAVOUR)
    string(REPLACE procreg::impl mutated_${target} object ${flavour})
    add_library(${object} OBJECT ${mutated})
    target_link_libraries(${object} PRIVATE ${flavour} $<BUILD_INTERFACE:procreg_warnings>)
    list(APPEND objects $<TARGET_OBJECTS:${object}>)
  endforeach()
  procreg_test(mutant_${target} SOURCES ${arg_TESTS} ${folder}/name.cpp ${objects} LIBS ${arg_LIBS} TIMEOUT ${arg_TIMEOUT})
endfunction()
