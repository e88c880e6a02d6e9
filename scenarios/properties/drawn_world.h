// What a report can read of a world, drawn: files that exist, modules and their behaviour, requests, memory.
#pragma once

#include "scenarios/properties/registrations.h"

namespace procreg::scenarios {

// The options of the choices that decide what a report contains. After `Registrations`, which sets some of them.
void any_report_choices(Story& story);

// Requests of the world, existing files, and the memory of main: of the paths and blocks of a Registrations some exist wholly, in
// part or not at all.
void any_report_world(Story& story);

// Of the modules of a Registrations some are listed, and behave somehow. One in `terminating` callbacks terminates the process, none
// when that is 0.
void any_modules(Story& story, std::uint32_t terminating);

// Up to `most` registrations and unregistrations of any kind by the process, all of them successful or refused by a limit.
void any_registrations_of(Story& story, const Registrations& lists, Name by, const std::vector<Name>& cast,
                          std::uint32_t most);

}  // namespace procreg::scenarios
