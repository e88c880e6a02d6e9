#include <cstdio>
#include <cstdlib>

#include "harness/scenario/resolve.h"
#include "harness/scenario/script.h"

namespace procreg::harness {

namespace {

constexpr std::uint32_t first_pid = 1000;  // OBJ-PROC-02

Pid pid_of(const ProcessSpec& process, std::uint32_t next) {
  if (process.pid) return *process.pid;
  if (process.kind == ProcessKind::system_idle) return Pid{0};
  if (process.kind == ProcessKind::system) return Pid{4};
  return Pid{next};
}

std::uint32_t after(Pid used, std::uint32_t next) { return number(used) < next ? next : number(used) / 4 * 4 + 4; }

}  // namespace

std::vector<Pid> world_pids(const WorldSpec& world) {
  std::vector<std::uint32_t> next(world.machines.size(), first_pid);
  std::vector<Pid> pids;
  for (const ProcessSpec& process : world.processes) {
    std::uint32_t& free = next[number(process.machine)];
    pids.push_back(pid_of(process, free));
    free = after(pids.back(), free);
  }
  return pids;
}

void Bindings::no_such_base() {
  std::fputs("procreg: a step uses a name that its script does not have\n", stderr);
  std::abort();
}

Tid Bindings::tid(NameRef name) const {
  const Bound& bound = known(name);
  if (is_restart(name)) return bound.is ? bound.first_tid : unowned_tid;
  const unsigned k = name.part < first_thread_part ? 0U : static_cast<unsigned>(name.part - first_thread_part);
  return bound.is && k < bound.threads ? Tid{number(bound.first_tid) + 4 * k} : unowned_tid;
}

HandleValue Bindings::handle(NameRef name) const {
  const Bound& bound = known(name);
  if (!bound.is) return unowned_handle;
  return name.part == thread_handle_part ? bound.thread_handle : bound.handle;
}

void Bindings::clear(std::size_t names) {
  bound_.assign(names + 1, Bound{});
  restarts_.clear();
}

const Bindings::Bound& Bindings::restart(NameRef name) const {
  static constexpr Bound unbound{};
  const NameRef process{name.base, static_cast<std::uint16_t>(name.part - (name.part - first_restart_part) % 2)};
  for (const auto& [bound, made] : restarts_)
    if (bound == process) return made;
  return unbound;
}

void Bindings::bind(const Restarted& restarted) {
  const NameRef name = name_ref(restarted.name);
  if (!name) return;
  if (name.base >= bound_.size()) no_such_base();
  const Bound made{true, restarted.process, restarted.pid, restarted.thread, 1, unowned_handle, unowned_handle};
  if (is_restart(name))
    restarts_.push_back({name, made});
  else
    bound_[name.base] = made;
}

void Bindings::bind_world(const WorldSpec& world) {
  const std::vector<Pid> pids = world_pids(world);
  std::vector<std::uint64_t> objects(world.machines.size());
  std::uint32_t tid = first_tid_of_world;
  for (std::size_t i = 0; i < world.processes.size(); ++i) {
    const ProcessSpec& process = world.processes[i];
    const ObjectId object{++objects[number(process.machine)]};
    if (process.name >= bound_.size()) no_such_base();
    if (process.name != 0)
      bound_[process.name] = {
          true, {process.machine, object}, pids[i], Tid{tid}, process.threads.count, unowned_handle, unowned_handle};
    tid += 4U * process.threads.count;
  }
}

void Bindings::bind(const Step& step, const Answer& answer) {
  if (answer.made == 0) return;
  if (const auto first = restarted(step, answer)) return bind(*first);
  const auto place = [this](Binds as) -> Bound* {
    if (as.base >= bound_.size()) no_such_base();
    return as.base == 0 ? nullptr : &bound_[as.base];
  };
  if (const auto* process = std::get_if<CreateProcess>(&step)) {
    Bound* bound = place(process->as);
    if (bound == nullptr) return;
    const MachineIndex machine = process->by.name ? known(process->by.name).process.machine : process->by.raw.machine;
    *bound = {true,
              {machine, ObjectId{answer.made}},
              Pid{static_cast<std::uint32_t>(answer.out[2])},
              Tid{static_cast<std::uint32_t>(answer.out[3])},
              process->threads.count,
              HandleValue{answer.out[0]},
              HandleValue{answer.out[1]}};
  } else if (const auto* thread = std::get_if<CreateThread>(&step)) {
    if (Bound* bound = place(thread->as))
      *bound = {true, nobody,         unowned_pid,   Tid{static_cast<std::uint32_t>(answer.made)},
                1,    unowned_handle, unowned_handle};
  } else if (const auto* connect = std::get_if<SmbConnect>(&step)) {
    if (Bound* bound = place(connect->as)) {
      *bound = Bound{.is = true};
      bound->connection = {connect->server.ref, static_cast<ConnectionId>(answer.made)};
      bound->dialect = static_cast<Dialect>(answer.out[0]);
    }
  } else if (const auto* create = std::get_if<SmbCreate>(&step)) {
    if (Bound* bound = place(create->as)) {
      *bound = Bound{.is = true};
      bound->open = opened(*create, answer.made);
    }
  } else if (const auto* csv_open = std::get_if<CsvOpen>(&step)) {
    if (Bound* bound = place(csv_open->as)) {
      *bound = Bound{.is = true};
      bound->csv_open = static_cast<CsvOpenId>(answer.made);
    }
  } else {
    std::visit(
        [&](const auto& made) {
          if constexpr (requires { made.as; }) {
            if (Bound* bound = place(made.as))
              *bound = {true, nobody, unowned_pid, unowned_tid, 0, HandleValue{answer.made}, unowned_handle};
          }
        },
        step);
  }
}

OpenKey Bindings::opened(const SmbCreate& create, std::uint64_t made) const {
  OpenKey open{.connection = create.conn.name ? connection(create.conn.name) : create.conn.raw,
               .share = create.share.ref,
               .durable = made_durable(made),
               .volatile_ = made_volatile(made)};
  // Below 3.x both contexts are dropped (SMB-OPEN-07). Without a name the connection is a raw one, of which nothing is known.
  const bool contexts = !create.conn.name || is_3x(known(create.conn.name).dialect);
  if (contexts && create.dh2q.value) open.create_guid = create.dh2q.value->createGuid;
  if (contexts && create.dh2c.value) {
    const Reconnect& reconnect = *create.dh2c.value;
    const OpenKey& old = reconnect.handle.name ? this->open(reconnect.handle.name) : reconnect.handle.raw;
    open.create_guid = reconnect.createGuid ? reconnect.createGuid : old.create_guid;
  }
  return open;
}

Step Bindings::resolve(const Step& step) const { return resolved(step, *this); }

std::uint16_t given_by(const Step& step) {
  std::uint16_t base = 0;
  std::visit(
      [&base](const auto& fields) {
        std::decay_t<decltype(fields)>::fields::each([&](auto field) {
          if constexpr (std::is_same_v<typename decltype(field)::type, Binds>) base = (fields.*(field.member)).base;
        });
      },
      step);
  return base;
}

}  // namespace procreg::harness
