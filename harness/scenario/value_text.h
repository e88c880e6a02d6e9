// Values of steps as JSON text: one writer a kind of value, never one a call.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "api/step.h"
#include "harness/scenario/script.h"

namespace procreg::harness {

// The literal for something that nobody has ("@process1"), "" when the number is none.
std::string unowned_literal(Pid pid);
std::string unowned_literal(Tid tid);
std::string unowned_literal(HandleValue handle);

std::string guid_text(const Guid& guid);
std::string version_text(const VersionPair& version);  // "[7, 0]"
std::string hex_text(std::span<const std::uint8_t> bytes);

std::string dacl_text(const Tables& tables, const Dacl& dacl);

// `made`: what the step that the value belongs to makes, nullptr when that has no name.
std::string value_text(const Script& script, ValueKind kind, const void* value, const GivenNameEntry* made);

// The value is what a key that is left out stands for.
bool is_default(ValueKind kind, const void* value, const GivenNameEntry* made);

// The name that a step gives to what it makes, nullptr when it gives none.
const GivenNameEntry* made_by(const Script& script, const Step& step);

}  // namespace procreg::harness
