# The test of a build that was configured without mingw-w64.
message(FATAL_ERROR "mingw-w64's compiler was not found: install g++-mingw-w64-x86-64-posix and configure again, or use ./dev test, which does both.")
