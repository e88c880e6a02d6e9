// A minidump as a text to read.
#pragma once

#include <string>

#include "harness/dump/minidump_file.h"

namespace procreg::harness::dump {

// Everything that was read, a part with its own heading for each stream that is there; then what was noticed and what cannot be
// read. Addresses are hexadecimal, ranges go up to before their second address, ids and sizes are decimal.
std::string describe(const Minidump& dump);

// The last two parts alone; "" where there is nothing to tell.
std::string describe_findings(const Minidump& dump);

}  // namespace procreg::harness::dump
