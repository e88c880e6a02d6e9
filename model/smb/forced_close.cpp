#include "model/smb/forced_close.h"

#include <algorithm>

namespace procreg::model {

namespace {

void remove_locks(Edit& next, ServerIndex server, const Open& open) {
  const auto own = [&](const Lock& lock) { return lock.open == open.durable_id; };
  const Locks& known = file_of(server_of(next.now(), server), open.file).locks;
  if (std::none_of(known.begin(), known.end(), own)) return;
  Locks& locks = next.file(server, open.file).locks;
  locks.erase(std::remove_if(locks.begin(), locks.end(), own), locks.end());
}

}  // namespace

void remove_open(Edit& next, ServerIndex server, DurableId id) {
  const Open* open = find_open(server_of(next.now(), server), id);
  remove_locks(next, server, *open);
  next.opens(server).erase(open);
}

void force_close(Edit& next, ServerIndex server, DurableId open, ForcedClose reason) {
  next.effect("SMB-AI-16", [&] {
    remove_open(next, server, open);
    next.forced_closes(server).push_back({open, reason});
  });
}

bool had_takeover(const Server& server) {
  return std::any_of(server.forced_closes.begin(), server.forced_closes.end(),
                     [](const LoggedClose& close) { return close.reason == ForcedClose::takeover; });
}

}  // namespace procreg::model
