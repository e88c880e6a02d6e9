// Steps as they are sent to a subject: as in a scenario file, but with the subject's own numbers where the file has names.
#pragma once

#include <string>

#include "harness/scenario/script.h"
#include "harness/wire/message.h"

namespace procreg::harness::wire {

// Appends the step, which is resolved. `script` has its texts, machines and names.
void write_step(std::string& out, const Script& script, const Step& step);

// Reads one. Texts are added to the tables of the script, names that it gives to its names. "" or what is wrong.
std::string read_step(const Value& value, Script& script, Step& step);

// Appends numbers and texts as this protocol writes them.
void append_number(std::string& out, std::uint64_t number);
void append_text(std::string& out, std::u16string_view text);

// A machine by its name; nullopt: the world has none of that name.
std::optional<MachineIndex> machine_named(const Script& script, const Value& name);

}  // namespace procreg::harness::wire
