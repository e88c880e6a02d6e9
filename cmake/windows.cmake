# What is built for Windows (preset windows): the probe, and the implementation as a DLL. The tests of both run on Linux, under Wine.

# Windows 10 and Server 2016: processes begin in a job.
add_compile_definitions(_WIN32_WINNT=0x0A00 WIN32_LEAN_AND_MEAN NOMINMAX)

# Libraries that are headers only are those of this machine. /usr/include itself would bring the headers of its C library.
set(procreg_headers ${PROJECT_BINARY_DIR}/include)
file(MAKE_DIRECTORY ${procreg_headers})
foreach(library IN ITEMS fmt nlohmann rapidjson)
  find_path(procreg_${library} ${library} PATHS /usr/include NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH REQUIRED)
  file(CREATE_LINK ${procreg_${library}}/${library} ${procreg_headers}/${library} SYMBOLIC)
endforeach()
foreach(library IN ITEMS fmt::fmt nlohmann_json::nlohmann_json)
  add_library(${library} INTERFACE IMPORTED)
  target_include_directories(${library} INTERFACE ${procreg_headers})
endforeach()
target_compile_definitions(fmt::fmt INTERFACE FMT_HEADER_ONLY)
find_package(Threads REQUIRED)
include(GNUInstallDirs)

include(cmake/procreg_test.cmake)
add_subdirectory(api)
add_subdirectory(impl EXCLUDE_FROM_ALL)
add_subdirectory(impl/abi)
# procreg.dll exports functions that kernel32 has, too. What the C and C++ libraries call are kernel32's: they are compiled to call
# __imp_CloseHandle. The other definition is the jump to it that stands beside that in the import library, and nobody uses it.
set_target_properties(procreg_abi PROPERTIES PREFIX "")
target_link_options(procreg_abi PRIVATE -Wl,--allow-multiple-definition $<$<CONFIG:Release>:-s>)
add_subdirectory(harness/probe)
