// What faults of SMB servers need: whom a create meets, and closing an open without anybody asking.
#pragma once

#include <string>
#include <vector>

#include "scenarios/properties/planted.h"

namespace procreg::scenarios {

// A create without DH2C on a connection that is up, in the world before it. Contexts are those that the step spells out.
struct Creating {
  const SmbCreate* call{};  // nullptr: the step is none
  const SeenServer* server{};
  const SnapConnection* connection{};
  const SnapShare* share{};
  const SeenFile* file{};  // nullptr: it does not exist
  std::u16string key{};

  explicit operator bool() const { return call != nullptr; }
  // Opens on its key, in their order.
  std::vector<const SeenOpen*> opens() const;
  // Those of another client's GUID, where the recorded one counts for orphans.
  std::vector<const SeenOpen*> rivals() const;
  // Rivals of the same share and id.
  std::vector<const SeenOpen*> matches() const;
  bool can_read() const;
};
Creating creating(const Inside& inside, const Seen& world, const Step& step);

// A hidden SmbClose on the open's own connection.
void close_hidden(Inside& inside, const SeenServer& server, const SeenOpen& open);

// The open that an answer to a create tells of; nullptr: none.
const SeenOpen* made_by(const Seen& now, const SmbCreate& create, const Answer& answer);

// A create is changed before it is performed, where `change` finds something to do.
template <void (*change)(const Creating&, SmbCreate&)>
struct ChangesCreates {
  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    const Creating about = creating(inside, before, step);
    if (!about) return inside.perform(step);
    SmbCreate create = *about.call;
    change(about, create);
    return inside.perform(create);
  }
};

// A create that `wrongly` matches is refused with `code`, and not performed.
template <bool (*wrongly)(const Creating&), NtStatus code>
struct RefusesCreates {
  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    const Creating about = creating(inside, before, step);
    return about && wrongly(about) ? Answer{.result = code} : inside.perform(step);
  }
};

// Calls with each open of each server.
template <class World, class Do>
void each_open(World& world, Do&& act) {
  for (auto& server : world.servers)
    for (auto& open : server.opens) act(server, open);
}

}  // namespace procreg::scenarios
