// CSV volumes and opens on them, which make the csv flag visible (ccf.md 7.3).
#include "model/ccf/open_tag.h"
#include "model/rules.h"

namespace procreg::model {

using enum NtStatus;

namespace {

// CCF-CSV-12: flagged opens do not outlive a move.
void move(Edit& next, TextRef volume, MachineIndex coordinator) {
  for (Volume& moved : next.volumes())
    if (moved.name == volume) moved.coordinator = coordinator;
  for (VolumeOpen& open : next.csv_opens())
    if (open.volume == volume && open.flag) open.valid = false;
}

Ruling& made(Edit& next, const CsvOpen& call, bool flag) {
  next.csv_opens().push_back({.name = given_name({call.as.base, itself_part}),
                              .volume = call.volume.ref,
                              .machine = call.by.raw.machine,
                              .flag = flag,
                              .valid = true});
  next.made(next.now().csv_opens.size());
  return next.answer(STATUS_SUCCESS, "CCF-CSV-10");
}

}  // namespace

Ruling& rule(Draft& world, const CsvVolume& event, Choices&) {
  if (find_volume(world.now(), event.name.ref) != nullptr) return world.refuse(not_applicable, "CCF-CSV-10");
  return world.commit(applied, "CCF-CSV-10", [&](Edit& next) {
    next.volumes().push_back({.name = event.name.ref, .coordinator = event.coordinator.index});
  });
}

Ruling& rule(Draft& world, const CsvMoveCoordinator& event, Choices&) {
  const Volume* volume = find_volume(world.now(), event.name.ref);
  if (volume == nullptr) return world.refuse(not_applicable, "CCF-CSV-12");
  if (volume->coordinator == event.machine.index) return world.answer(applied, "CCF-CSV-12");
  return world.commit(applied, "CCF-CSV-12", [&](Edit& next) { move(next, event.name.ref, event.machine.index); });
}

Ruling& rule(Draft& world, const CsvOpen& call, Choices& choices) {
  const Volume* volume = find_volume(world.now(), call.volume.ref);
  if (volume == nullptr) return world.refuse(not_applicable, "CCF-CSV-10");
  return world.commit(STATUS_SUCCESS, "CCF-CSV-10", [&](Edit& next) {
    const CarriedTag tag = carried_tag(next, call.by.raw, call.ea.value, false, choices);
    if (tag.open_fails()) return void(next.refuse(STATUS_EA_CORRUPT_ERROR, tag.clause));
    const bool flag = (tag.csv_flags & SET_APPINSTANCE_CSV_FLAGS_VALID_ONLY_IF_CSV_COORDINATOR) != 0;
    if (flag && volume->coordinator != call.by.raw.machine)
      return void(next.refuse(STATUS_FILE_NOT_AVAILABLE, "CCF-CSV-11"));
    made(next, call, flag);
  });
}

Ruling& rule(Draft& world, const CsvIo& call, Choices&) {
  const std::size_t place = number(call.open.raw) - std::size_t{1};
  const VolumeOpens& opens = world.now().csv_opens;
  if (place >= opens.size() || !opens[place].valid) return world.refuse(STATUS_FILE_CLOSED, "CCF-CSV-12");
  return world.answer(STATUS_SUCCESS, "CCF-CSV-13");
}

}  // namespace procreg::model
