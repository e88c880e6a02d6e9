#include "model/ccf/opens.h"

#include <algorithm>

namespace procreg::model {

namespace {

template <class Wanted>
bool any_smb_open(const State& state, Wanted wanted) {
  return std::any_of(state.servers.begin(), state.servers.end(), [&](const Server& server) {
    return std::any_of(server.opens.begin(), server.opens.end(),
                       [&](const Open& open) { return wanted(server, open); });
  });
}

}  // namespace

bool has_opens(const State& state) {
  return !state.csv_opens.empty() || any_smb_open(state, [](const Server&, const Open&) { return true; });
}

bool has_open_with(const State& state, Guid id) {
  return any_smb_open(state, [&](const Server&, const Open& open) { return open.app_instance_id == id; });
}

bool has_open_from(const State& state, MachineIndex machine) {
  const auto here = [&](const VolumeOpen& open) { return open.machine == machine; };
  return std::any_of(state.csv_opens.begin(), state.csv_opens.end(), here) ||
         any_smb_open(state, [&](const Server& server, const Open& open) {
           return open.connection.has_value() && find_connection(server, *open.connection)->machine == machine;
         });
}

}  // namespace procreg::model
