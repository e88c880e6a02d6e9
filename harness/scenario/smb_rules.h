// What the fields of the steps of smb.md 3 and ccf.md 7.3 must not be together, and with the steps before them (smb.md 2.2,
// specification README 4.1).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/step.h"
#include "api/world.h"

namespace procreg::harness {

// The machine of what a step makes, that of who makes it; nullopt where that depends on what happens.
template <class MachineOf>
std::optional<MachineIndex> machine_of_made(const Step& step, const MachineOf& machine_of) {
  return std::visit(
      [&machine_of](const auto& fields) -> std::optional<MachineIndex> {
        const auto of = [&machine_of](NameRef name) { return name ? machine_of(name) : std::nullopt; };
        if constexpr (requires { fields.client; }) return fields.client.index;
        if constexpr (requires { fields.conn; }) return of(fields.conn.name);
        if constexpr (requires { fields.process; }) return of(fields.process.name);
        if constexpr (requires { fields.by.name; }) return of(fields.by.name);
        return std::nullopt;
      },
      step);
}

// Leaves out the fields that SmbRules refuses because they mean nothing without others: an `ea` without `by`, the length of a
// context that is not sent.
void drop_meaningless(SmbCreate& create);

class SmbRules {
 public:
  // The machine of what a name stands for; nullopt where that depends on what happens.
  using MachineOf = std::function<std::optional<MachineIndex>(NameRef)>;
  SmbRules(const std::vector<MachineSpec>& machines, const Tables& tables, MachineOf machine_of)
      : machines_{machines}, tables_{tables}, machine_of_{std::move(machine_of)} {}

  struct Problem {
    std::string_view key;  // where it is shown
    std::string message;
  };
  // What is wrong with the next step of the script, in the order of its keys.
  std::vector<Problem> next(const Step& step);

 private:
  struct Check;
  // A server that a step so far starts, whatever happens.
  struct Started {
    Dialect max_dialect{};
  };
  const std::vector<MachineSpec>& machines_;
  const Tables& tables_;
  MachineOf machine_of_;
  std::map<TextRef, Started> servers_{};  // by name
};

}  // namespace procreg::harness
