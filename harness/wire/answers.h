// Answers as a subject sends them.
#pragma once

#include <string>
#include <vector>

#include "harness/scenario/script.h"
#include "harness/subject/foreign.h"
#include "harness/wire/message.h"

namespace procreg::harness::wire {

// Appends the answer to this step: `returns` alone when that is all there is to say.
void write_answer(std::string& out, const Script& script, const Step& step, const ForeignAnswer& answer);

// Reads the answer to this step; its texts are added to the tables of the script. "" or what is wrong.
std::string read_answer(const Value& value, Script& script, const Step& step, ForeignAnswer& answer);

// The processes that a world begins with. "" or what is wrong: among other things, another number of them than the world has.
void write_processes(std::string& out, const std::vector<BegunProcess>& processes);
std::string read_processes(const Value& result, const Script& script, std::vector<BegunProcess>& processes);

}  // namespace procreg::harness::wire
