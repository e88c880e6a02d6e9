#include "model/object/handle.h"
#include "model/rules.h"

namespace procreg::model {

namespace {

AccessMask default_mask(ObjectType type) {
  switch (type) {
    case ObjectType::Event:
      return EVENT_ALL_ACCESS;
    case ObjectType::File:
      return FILE_ALL_ACCESS;
    case ObjectType::Token:
      return TOKEN_ALL_ACCESS;
    case ObjectType::Thread:
    case ObjectType::Process:
      break;
  }
  return THREAD_ALL_ACCESS;
}

}  // namespace

Ruling& rule(Draft& world, const NewObject& call, Choices&) {
  const MachineIndex machine = call.by.raw.machine;
  return world.commit(TRUE_, "OBJ-NEW-07", [&](Edit& next) {
    const OtherId id = next.shaped("OBJ-PROC-21", next.machine(machine).next_object);
    next.machine_head(machine).next_object = OtherId{number(id) + 1};
    next.objects(machine).push_back({.id = id, .type = call.type});
    const HandleValue value = insert_handle(next, call.by.raw, {call.type, number(id)},
                                            call.mask.value.value_or(default_mask(call.type)), call.inheritable.set);
    next.made(number(value));
    next.result(value);
  });
}

}  // namespace procreg::model
