# The test of a build that was configured without LLVM.
message(FATAL_ERROR "LLVM 14's headers or library were not found: install llvm-14-dev and configure again, or use ./dev test, which does both.")
