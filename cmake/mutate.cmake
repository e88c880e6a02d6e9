# cmake -DSOURCE=FILE -DOUT=FILE -DFROM=FILE -DTO=FILE -P mutate.cmake
#
# Copies SOURCE to OUT with the text in FROM replaced by the text in TO. Fails when SOURCE does not have that text exactly once,
# so that a planted fault cannot quietly vanish when the code around it changes.
foreach(file IN ITEMS SOURCE FROM TO)
  file(READ ${${file}} ${file}_text)
endforeach()

string(FIND "${SOURCE_text}" "${FROM_text}" first)
string(FIND "${SOURCE_text}" "${FROM_text}" last REVERSE)
if(first EQUAL -1)
  message(FATAL_ERROR "The text to replace is missing:\n${FROM_text}\n\nin ${SOURCE}")
endif()
if(NOT first EQUAL last)
  message(FATAL_ERROR "The text to replace stands there more than once:\n${FROM_text}\n\nin ${SOURCE}")
endif()
if(FROM_text STREQUAL TO_text)
  message(FATAL_ERROR "${SOURCE}: the text is replaced by itself:\n${FROM_text}")
endif()

string(REPLACE "${FROM_text}" "${TO_text}" mutated "${SOURCE_text}")
file(WRITE ${OUT} "${mutated}")
