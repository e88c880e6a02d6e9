// The headers for C. Their macros have names of the api's and would replace them, so what uses those names comes first; nothing after
// this header may name one of them (S_OK, E_INVALIDARG, PROCESS_TERMINATE ...).
#pragma once

#include "api/c_signature.h"
#include "impl/abi/world.h"
#include "impl/calls.h"

// Separate, so that they stay last.
#include <procreg/control.h>
#include <procreg/errhandlingapi.h>
#include <procreg/handleapi.h>
#include <procreg/processthreadsapi.h>
#include <procreg/recovery.h>
#include <procreg/smbclnt.h>
#include <procreg/werapi.h>
