// Steps drawn from a source of choices. Typed by the fields of api/step.h: one generator for each type of value, none
// for a call, so a new call is generated as soon as it is described.
#pragma once

#include <span>

#include "harness/generate/choice_source.h"
#include "harness/generate/name_book.h"
#include "harness/generate/world.h"
#include "harness/scenario/script.h"
#include "model/state.h"

namespace procreg::harness {

// What a step is drawn for.
struct Situation {
  const model::State& state;
  const Bindings& bindings;
  const Swarm& swarm;
  NameBook& names;  // a step that binds claims its name here
};

// The next step of a script: always one that a scenario file may hold after the steps before it.
Step generate(ChoiceSource& source, const Situation& situation);

// Whether any process can still do something: a script whose processes are all gone ends.
bool alive(const model::State& state);

// A script of up to `steps` steps, made along the model; its profile is its only one.
Script generate_script(ChoiceSource& source, std::size_t steps);

// The parts of a script that was made by steps as a script, with names in normal form.
Script script_of(const GeneratedWorld& world, const NameBook& names, std::span<const Step> steps);

}  // namespace procreg::harness
