// procreg/control.h: worlds, who calls, what came of it, and what the calls are that Windows spells otherwise.
#include <cstring>

#include "impl/abi/calling.h"
#include "impl/abi/shown_report.h"
#include "impl/abi/spec.h"

using procreg::BytesRef;
using procreg::Given;
using procreg::HandleRef;
using procreg::HandleValue;
using procreg::ProcessKey;
using procreg::Result;
using procreg::ResultKind;
using procreg::impl::AbiWorld;
using procreg::impl::Beginning;
using procreg::impl::Calling;
using procreg::impl::KnownProcess;

namespace {

// nullopt: there is no such process, and procreg_error() says so. Process 0 is nobody, who may be meant.
std::optional<ProcessKey> found(AbiWorld* world, procreg_process process) {
  if (world == nullptr) {
    Calling::here().refuse("the world is NULL");
    return std::nullopt;
  }
  const ProcessKey key = procreg::impl::key_of(process);
  if (process == 0 || world->names.process(key)) return key;
  Calling::here().refuse("the world has no such process");
  return std::nullopt;
}

bool begin(procreg_world& world, const procreg_world_spec* spec) {
  std::string problem;
  std::optional<Beginning> beginning = procreg::impl::read_beginning(spec, problem);
  if (!beginning) {
    Calling::here().refuse(problem);
    return false;
  }
  world.begin(std::move(*beginning));
  Calling::begun(world);
  return true;
}

// The answer to a call that has no C function of its own.
template <class T>
procreg::Answer made(Calling& calling, const T& step) {
  const procreg::Answer answer = calling.perform(*calling.world(), step);
  calling.tell_if_ended();
  return answer;
}

// nullptr: this thread is nobody, and has been told.
AbiWorld* world_of(Calling& calling) {
  AbiWorld* world = calling.world();
  if (world != nullptr) return world;
  calling.not_run();
  calling.tell_if_ended();
  return nullptr;
}

}  // namespace

// --- Worlds ---

int procreg_control_version(void) noexcept { return PROCREG_CONTROL_VERSION; }
const char* procreg_version(void) noexcept { return PROCREG_VERSION; }
const char* procreg_error(void) noexcept { return Calling::here().error(); }

procreg_world* procreg_world_create(const procreg_world_spec* spec) noexcept {
  auto world = std::make_unique<procreg_world>();
  return begin(*world, spec) ? world.release() : nullptr;
}

int procreg_world_restart(procreg_world* world, const procreg_world_spec* spec) noexcept {
  if (world == nullptr) Calling::here().refuse("the world is NULL");
  return world != nullptr && begin(*world, spec) ? 1 : 0;
}

void procreg_world_destroy(procreg_world* world) noexcept {
  if (world == nullptr) return;
  Calling::ended(*world);
  delete world;
}

// --- Who calls ---

procreg_process procreg_process_named(procreg_world* world, const char* name) noexcept {
  const auto known = world == nullptr || name == nullptr ? std::nullopt : world->names.process(name);
  return known ? procreg::impl::number_of_process(known->key) : 0;
}

const char* procreg_process_name(procreg_world* world, procreg_process process) noexcept {
  const auto known = world == nullptr ? std::nullopt : world->names.process(procreg::impl::key_of(process));
  return known ? world->names.text(known->name) : "";
}

DWORD procreg_process_pid(procreg_world* world, procreg_process process) noexcept {
  const auto known = world == nullptr ? std::nullopt : world->names.process(procreg::impl::key_of(process));
  return known ? number(known->pid) : 0;
}

DWORD procreg_process_thread(procreg_world* world, procreg_process process, uint32_t k) noexcept {
  const auto known = world == nullptr ? std::nullopt : world->names.process(procreg::impl::key_of(process));
  return known && k < known->threads.size() ? number(known->threads[k]) : 0;
}

int procreg_become(procreg_world* world, procreg_process process) noexcept {
  const auto key = found(world, process);
  if (key) Calling::here().become(*world, *key);
  return key ? 1 : 0;
}

int procreg_become_by_default(procreg_world* world, procreg_process process) noexcept {
  const auto key = found(world, process);
  if (key) Calling::become_by_default(*world, *key);
  return key ? 1 : 0;
}

// --- What came of the last step ---

const procreg_outcome* procreg_last_outcome(void) noexcept { return &Calling::here().outcome(); }

procreg_restart procreg_last_restart(procreg_world* world, size_t i) noexcept {
  if (world == nullptr || i >= Calling::here().outcome().restarted) return {};
  const KnownProcess& fresh = Calling::restarts()[i];
  return {procreg::impl::number_of_process(fresh.key), world->machines()[number(fresh.key.machine)].name.c_str(),
          number(fresh.pid), number(fresh.threads.front())};
}

int procreg_name_next_restart(procreg_world* world, const char* name) noexcept {
  std::string problem = world == nullptr || name == nullptr ? "the world or the name is NULL" : "";
  const auto base = problem.empty() ? world->names.claim(name, {}, problem) : std::nullopt;
  if (base) Calling::here().name_next_restart(*base);
  if (!base) Calling::here().refuse(problem);
  return base ? 1 : 0;
}

void procreg_on_end(procreg_end_handler handler, void* context) noexcept { Calling::here().on_end(handler, context); }

// --- Calls ---

BOOL procreg_create_process(const procreg_new_process* how, procreg_created* created) noexcept {
  Calling& calling = Calling::here();
  AbiWorld* world = world_of(calling);
  if (world == nullptr) return FALSE;
  std::string problem = how == nullptr ? "it is not said what to create" : "";
  auto step = problem.empty() ? procreg::impl::read_child(how->inputs, world->texts, problem) : std::nullopt;
  if (step && how->name != nullptr) {
    const auto base = world->names.claim(how->name, procreg::impl::thread_names(how->inputs), problem);
    step->as.base = base.value_or(0);
  }
  if (!problem.empty()) {
    calling.unusable(std::move(problem));
    return FALSE;
  }
  step->inheritHandles.set = how->inherit_handles != 0;
  step->inheritableResult.set = how->inheritable_result != 0;
  if (how->parent_handle != nullptr)
    step->parentHandle.value = HandleRef{.raw = HandleValue{procreg::number_of(*how->parent_handle)}};

  const ProcessKey caller = calling.process();
  const procreg::Answer answer = made(calling, *step);
  if (answer.result != procreg::TRUE_) return FALSE;
  const procreg_process process = procreg::impl::number_of_process({caller.machine, procreg::ObjectId{answer.made}});
  calling.made(process);
  if (created != nullptr)
    *created = {process, procreg::c_pointer(answer.out[0]), procreg::c_pointer(answer.out[1]),
                static_cast<DWORD>(answer.out[2]), static_cast<DWORD>(answer.out[3])};
  return TRUE;
}

HANDLE procreg_new_object(procreg_object_type type, const DWORD* mask, BOOL inheritable) noexcept {
  Calling& calling = Calling::here();
  if (world_of(calling) == nullptr) return nullptr;
  std::string problem = mask == nullptr ? "" : procreg::impl::problem_of_mask(*mask);
  if (type < PROCREG_THREAD || type > PROCREG_TOKEN) problem = "there is no such type of object";
  if (!problem.empty()) {
    calling.unusable(std::move(problem));
    return nullptr;
  }
  procreg::NewObject step{.type = static_cast<procreg::ObjectType>(type), .inheritable = {inheritable != 0}};
  if (mask != nullptr) step.mask.value = procreg::AccessMask{*mask};
  const Result result = made(calling, step).result;
  return result.kind == ResultKind::handle ? procreg::c_pointer(result.value) : nullptr;
}

NTSTATUS procreg_open_tag(const uint8_t* ea, size_t ea_size, procreg_opened* opened) noexcept {
  Calling& calling = Calling::here();
  AbiWorld* world = world_of(calling);
  constexpr auto unsuccessful = static_cast<NTSTATUS>(0xC0000001);
  if (world == nullptr) return unsuccessful;
  procreg::OpenTag step;
  if (ea != nullptr)
    step.ea.value = world->texts.add([&](procreg::Tables& tables) { return tables.bytes({ea, ea + ea_size}); });
  const procreg::Answer answer = made(calling, step);
  if (answer.result.kind != ResultKind::ntstatus) return unsuccessful;
  if (opened != nullptr) {
    *opened = {.has_id = static_cast<int>(answer.written & 1),
               .has_version = static_cast<int>(answer.written >> 2 & 1),
               .id = {},
               .csv_flags = static_cast<DWORD>(answer.out[2]),
               .version_high = answer.out[3],
               .version_low = answer.out[4]};
    const procreg::CGuid id = procreg::c_guid({answer.out[0], answer.out[1]});
    std::memcpy(&opened->id, &id, sizeof(id));
  }
  return static_cast<NTSTATUS>(answer.result.value);
}
