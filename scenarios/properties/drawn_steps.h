// What several properties draw: whom a call names, which call is made, what happens meanwhile.
#pragma once

#include <vector>

#include "scenarios/properties/registrations.h"
#include "scenarios/properties/story.h"

namespace procreg::scenarios {

// The processes that play a part in a story.
using Cast = std::vector<Name>;

// main and `others` more processes of the world.
Cast cast_of(Story& story, std::size_t others);

// Choices set so that WerRegisterAdditionalProcess accepts any pid and thread for itself: only limits, heap and state refuse.
void accept_any_target(Story& story);

// The list of `n` additional processes is full: by the limit on it or, where those count, by the limit on all entries.
void limit_processes_to(Story& story, std::uint32_t n);

// A process of the cast, or one of two that nobody has.
PidRef any_pid(Story& story, const Cast& cast);

// One call of a WER function that returns, often with a bad argument.
const Answer& any_wer_call(Story& story, const Registrations& lists, Name by, const Cast& cast);

// One RegisterAppInstance with one of `handles`, the pseudo handles, NULL or one that nobody has.
Result any_registration(Story& story, Name by, const std::vector<HandleRef>& handles);

// One of the five functions of application instances, often with a bad argument; handles as above.
Result any_ccf_call(Story& story, Name by, const std::vector<HandleRef>& handles);

// The process of the world may be packaged, and then its local folder may be unusable.
void perhaps_packaged(Story& story, Name process);

// A fresh process has lastError 0; afterwards it is 6 or 87.
std::uint32_t spoil_last_error(Story& story, Name process);

// A code that says no (HRESULT, Win32, FALSE, NULL), not-runnable or not-applicable.
bool refused(Result result);

}  // namespace procreg::scenarios
