#include "impl/csv/volumes.h"

#include <algorithm>

#include "impl/kernel/gate_visit.h"

namespace procreg::impl::inline PROCREG_SYNC {

Result CsvVolumes::add(TextRef name, MachineIndex coordinator) noexcept {
  const std::scoped_lock lock{lock_};
  if (find(name) != nullptr) return not_applicable;
  volumes_.push_back(arena_, Volume{name, coordinator, nullptr});
  return applied;
}

// CCF-CSV-12
Result CsvVolumes::move_coordinator(TextRef name, MachineIndex machine) noexcept {
  const std::scoped_lock lock{lock_};
  Volume* volume = find(name);
  if (volume == nullptr) return not_applicable;
  if (volume->coordinator == machine) return applied;
  volume->coordinator = machine;
  for (Open* open = volume->first_flagged; open != nullptr; open = open->next_flagged) open->seen.valid = false;
  volume->first_flagged = nullptr;
  return applied;
}

Result CsvVolumes::open(ProcessRef caller, GivenName as, TextRef volume, ExtendedAttribute ea,
                        CsvOpenId& made) noexcept {
  const GateVisit visit{caller};
  if (visit.caller() == nullptr) return not_runnable;
  const std::scoped_lock lock{lock_};
  return open(*visit.caller(), as, volume, ea, made);
}

// CCF-CSV-10, CCF-CSV-11
Result CsvVolumes::open(Process& caller, GivenName as, TextRef name, ExtendedAttribute ea, CsvOpenId& made) noexcept {
  Volume* volume = find(name);
  if (volume == nullptr) return not_applicable;
  const auto tag = app_instances_.tag_of_open(caller, ea, Sends::nothing);
  if (!tag) return NtStatus::STATUS_EA_CORRUPT_ERROR;
  const bool flag = (tag->csv_flags & SET_APPINSTANCE_CSV_FLAGS_VALID_ONLY_IF_CSV_COORDINATOR) != 0;
  const MachineIndex machine = caller.identity.key.machine;
  if (flag && machine != volume->coordinator) return NtStatus::STATUS_FILE_NOT_AVAILABLE;
  made = add(*volume, {.name = as, .volume = name, .machine = machine, .flag = flag, .valid = true}).seen.id;
  return NtStatus::STATUS_SUCCESS;
}

CsvVolumes::Open& CsvVolumes::add(Volume& volume, const SnapCsvOpen& seen) noexcept {
  auto* open = arena_.make<Open>();
  open->seen = seen;
  open->seen.id = CsvOpenId{opens_.size() + 1};
  opens_.push_back(arena_, open);
  if (seen.flag) {
    open->next_flagged = volume.first_flagged;
    volume.first_flagged = open;
  }
  return *open;
}

Result CsvVolumes::io(std::optional<ProcessRef> caller, CsvOpenId open) noexcept {
  const GateVisit visit{caller.value_or(ProcessRef{})};
  if (caller && visit.caller() == nullptr) return not_runnable;
  const std::scoped_lock lock{lock_};
  const std::uint32_t id = number(open);
  const bool valid = id >= 1 && id <= opens_.size() && opens_[id - 1]->seen.valid;
  return valid ? NtStatus::STATUS_SUCCESS : NtStatus::STATUS_FILE_CLOSED;
}

CsvVolumes::Volume* CsvVolumes::find(TextRef name) noexcept {
  const auto found = std::find_if(volumes_.begin(), volumes_.end(), [&](const Volume& v) { return v.name == name; });
  return found == volumes_.end() ? nullptr : found;
}

std::vector<SnapVolume> CsvVolumes::volumes(const Tables& tables) const {
  std::vector<SnapVolume> out;
  for (const Volume& volume : volumes_) out.push_back({volume.name, volume.coordinator});
  std::sort(out.begin(), out.end(),
            [&](const SnapVolume& a, const SnapVolume& b) { return tables.at(a.name) < tables.at(b.name); });
  return out;
}

std::vector<SnapCsvOpen> CsvVolumes::opens() const {
  std::vector<SnapCsvOpen> out;
  for (const Open* open : opens_) out.push_back(open->seen);
  return out;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
