#include "scenarios/properties/planted.h"

#include <cstdio>
#include <cstdlib>

namespace procreg::scenarios {

Seen Inside::look() {
  SnapshotWords words;
  std::optional<Seen> world;
  if (inner_.snapshot(words)) world = seen(words);
  if (world) return std::move(*world);
  std::fputs("procreg: a planted fault needs a subject with a snapshot\n", stderr);
  std::abort();
}

ProcessKey actor(const Step& step) {
  return std::visit(
      [](const auto& fields) -> ProcessKey {
        if constexpr (requires { fields.by; }) {
          const Caller* by = caller_of(fields);
          return by != nullptr ? by->raw : nobody;
        } else if constexpr (requires { fields.process; }) {
          return fields.process.raw;
        } else {
          return nobody;
        }
      },
      step);
}

bool registers(const Step& step) {
  return as<WerRegisterAdditionalProcess>(step) || as<WerRegisterFile>(step) || as<WerRegisterMemoryBlock>(step) ||
         as<WerRegisterExcludedMemoryBlock>(step) || as<WerRegisterCustomMetadata>(step) ||
         as<WerRegisterRuntimeExceptionModule>(step);
}

Answer refusal(Result code) { return {.result = code}; }

Caller caller(ProcessKey key) { return {{.raw = key, .name = {}}}; }
Target target(ProcessKey key) { return {{.raw = key, .name = {}}}; }
PidRef raw(Pid pid) { return {.raw = pid, .name = {}}; }
HandleRef raw(HandleValue value) { return {.raw = value, .name = {}}; }

Reached reached(const Seen& world, ProcessKey by, HandleValue handle) {
  if (handle == current_process) return {by, PROCESS_ALL_ACCESS, true};
  const SeenProcess* holder = world.process(by);
  if (holder == nullptr) return {};
  const SnapHandle* entry = holder->handle(HandleValue{number(handle) & ~std::uint64_t{3}});
  if (entry == nullptr || entry->type != ObjectType::Process) return {};
  return {{by.machine, ObjectId{entry->object}}, entry->mask, false};
}

void end(Inside& inside, ProcessKey process) { inside.perform(ExitProcess{caller(process), Dword{0}}); }

Answer registered_hidden(Inside& inside, ProcessKey by, Pid pid) {
  return inside.perform(WerRegisterAdditionalProcess{caller(by), raw(pid), {}});
}

Answer unregistered_hidden(Inside& inside, ProcessKey by, Pid pid) {
  return inside.perform(WerUnregisterAdditionalProcess{caller(by), raw(pid)});
}

ProcessKey ending(const Seen& before, const Step& step) {
  if (const auto* exits = as<ExitProcess>(step)) return exits->by.raw;
  if (const auto* ends = as<TerminateProcess>(step)) return reached(before, ends->by.raw, ends->hProcess.raw).process;
  return nobody;
}

}  // namespace procreg::scenarios
