// A minidump as JSON, for programs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/dump/memory_map.h"
#include "harness/dump/minidump_file.h"

namespace procreg::harness::dump {

// One object on one line: everything that was read, in the order of the file. Addresses and flags are "0x...", ids, sizes and offsets
// numbers (above 2^53 "0x..." too). A part whose stream is not there is absent. "noticed" and "faults" are always there.
std::string describe_json(std::string_view file, const Minidump& dump);

// In place of all that: some bytes of memory, and which of them are not there.
std::string memory_json(std::string_view file, const Minidump& dump, const std::vector<MemoryBytes>& memory);

// A file that is no dump: its name and one fault.
std::string unusable_json(std::string_view file, std::string_view why);

}  // namespace procreg::harness::dump
