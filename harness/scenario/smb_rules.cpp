#include "harness/scenario/smb_rules.h"

#include <fmt/format.h>

#include "api/names.h"
#include "harness/scenario/json_text.h"

namespace procreg::harness {

struct SmbRules::Check {
  SmbRules& rules;
  std::vector<Problem>& problems;

  const Started* started(ServerName name) const {
    const auto found = rules.servers_.find(name.ref);
    return found == rules.servers_.end() ? nullptr : &found->second;
  }
  // Who calls is on the machine of what the call uses.
  void same_machine(const Given<Caller>& by, NameRef used, std::string_view what) const {
    if (!by.value || !by.value->name || !used) return;
    const auto caller = rules.machine_of_(by.value->name);
    const auto place = rules.machine_of_(used);
    if (!caller || !place || *caller == *place) return;
    const auto name = [this](MachineIndex machine) { return json::quote(rules.machines_[number(machine)].name); };
    problems.push_back({"by", fmt::format("this process is on the machine {}, and the {} is on {}", name(*caller), what,
                                          name(*place))});
  }
  void same_machine(const Given<Caller>& by, const OpenRef& h) const { same_machine(by, h.name, "connection"); }

  void operator()(const SmbServerStart& start) const {
    const Dialect dialect = start.maxDialect.value.value_or(Dialect::smb_3_1_1);
    const Flavour flavour = start.flavour.value.value_or(Flavour::generic);
    if (dialect > highest_dialect(flavour))
      problems.push_back({"maxDialect", fmt::format("a server of flavour {} has at most \"maxDialect\": \"{}\"",
                                                    name(flavour), name(highest_dialect(flavour)))});
    rules.servers_.try_emplace(start.server.ref, Started{dialect});
  }
  void operator()(const SmbShare& share) const {
    const Started* server = started(share.server);
    if (server == nullptr || is_3x(server->max_dialect)) return;
    const std::string message = fmt::format(
        "a server below 3.0 has no such shares, and this one has \"maxDialect\": \"{}\"", name(server->max_dialect));
    if (share.ca.set) problems.push_back({"ca", message});
    if (share.encrypt.set) problems.push_back({"encrypt", message});
  }
  void operator()(const SmbCreate& create) const {
    same_machine(create.by, create.conn.name, "connection");
    if (create.hold.value == HoldKind::handle_lease && !create.leaseKey.value)
      problems.push_back({"", "the key \"leaseKey\" is missing: \"hold\" is \"handle-lease\""});
    if (create.aiLength.value && !create.ai.value)
      problems.push_back({"aiLength", "\"aiLength\" says nothing without \"ai\""});
    if (create.avLength.value && !create.av.value)
      problems.push_back({"avLength", "\"avLength\" says nothing without \"av\""});
    if (create.ea.value && !create.by.value)
      problems.push_back({"ea", "extended attributes are interpreted for a process: the key \"by\" is missing"});
  }
  void operator()(const SmbRead& call) const { same_machine(call.by, call.h); }
  void operator()(const SmbLock& call) const { same_machine(call.by, call.h); }
  void operator()(const SmbClose& call) const { same_machine(call.by, call.h); }
  void operator()(const SmbWrite& call) const {
    same_machine(call.by, call.h);
    const auto offset = static_cast<std::uint64_t>(call.offset);
    const std::uint64_t bytes = rules.tables_.at(call.bytes.ref).size();
    if (offset > file_size_max || bytes > file_size_max - offset)
      problems.push_back({"offset", fmt::format("a file has at most {} bytes", file_size_max)});
  }
  void operator()(const CsvIo& call) const { same_machine(call.by, call.open.name, "open"); }
  template <class T>
  void operator()(const T&) const {}
};

void drop_meaningless(SmbCreate& create) {
  if (!create.by.value) create.ea.value.reset();
  if (!create.ai.value) create.aiLength.value.reset();
  if (!create.av.value) create.avLength.value.reset();
}

std::vector<SmbRules::Problem> SmbRules::next(const Step& step) {
  std::vector<Problem> problems;
  std::visit(Check{*this, problems}, step);
  return problems;
}

}  // namespace procreg::harness
