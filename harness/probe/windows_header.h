// windows.h, whose macros have names that the api's types and values have: so these come first, and whoever includes this names
// codes of Windows only as Windows does. Its functions are called with ::, for several calls of the api have their names.
#pragma once

// The order matters.
#include "api/c_signature.h"
#include "harness/scenario/script.h"

#include <windows.h>

#undef CreateProcess
