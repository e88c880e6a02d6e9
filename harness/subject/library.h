// Any shared library with the documented functions as a subject, in this very process.
#pragma once

#include <memory>
#include <string>

#include "harness/subject/foreign.h"

namespace procreg::harness {

// With procreg's control functions (procreg/control.h) it performs whatever that can express, in worlds of its own. Without them
// the world is the default one and `main` is this process: its calls can be performed, and no events. Functions that have a last error
// need GetLastError of the same library.
//
// Nothing protects this process from the library: who does not trust it lets a process of its own run it.
std::unique_ptr<ForeignSubject> library_subject(std::string path);

}  // namespace procreg::harness
