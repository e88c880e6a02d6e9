// Faults of SMB servers: of creates, of the AppInstance decision, of versions, and of orphans.
#include <algorithm>
#include <map>
#include <set>

#include "scenarios/properties/planted_faults.h"
#include "scenarios/properties/planted_servers.h"

namespace procreg::scenarios {
namespace {

using enum NtStatus;

// Opens that `wrongly` matches are closed before a create.
template <bool (*wrongly)(const Creating&, const SeenOpen&)>
struct ClosesRivals {
  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    const Creating about = creating(inside, before, step);
    if (!about || !about.call->ai.value) return inside.perform(step);
    for (const SeenOpen* rival : about.rivals())
      if (wrongly(about, *rival)) close_hidden(inside, *about.server, *rival);
    return inside.perform(step);
  }
};

// --- Creates ---

void a_durable_request_hides_the_rest(const Creating&, SmbCreate& create) {
  if (!create.dh2q.value) return;
  create.ai = {};
  create.av = {};
}

// As `step` asks, but of nothing that anybody could hold against it.
SmbCreate attributes_only(const SmbCreate& step) {
  SmbCreate create;
  create.conn = step.conn;
  create.share = step.share;
  create.path = step.path;
  create.desiredAccess = {FileAccess{FILE_READ_ATTRIBUTES}};
  return create;
}

struct FailuresLeaveAnOpen {
  Answer perform(Inside& inside, const Step& step) {
    const Answer answer = inside.perform(step);
    if (const auto* create = as<SmbCreate>(step); create != nullptr && answer.result != STATUS_SUCCESS)
      inside.perform(attributes_only(*create));
    return answer;
  }
};

// --- The decision ---

bool has_no_id(const Creating&, const SeenOpen& open) { return !open.is.appInstanceId; }

bool cannot_be_read(const Creating& about, const SeenOpen& open) {
  return about.share->ca && !open.is.createGuid && !about.can_read();
}

bool meets_a_hold(const Creating& about) {
  const auto matches = about.matches();
  return std::any_of(matches.begin(), matches.end(),
                     [](const SeenOpen* open) { return open->is.hold != HoldKind::none; });
}

void an_id_needs_a_durable_request(const Creating& about, SmbCreate& create) {
  if (!create.dh2q.value && !about.matches().empty()) create.ai = {};
}

// It looks for later failures before it takes over.
struct LooksBeforeItTakes {
  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    const Creating about = creating(inside, before, step);
    if (!about || about.matches().empty()) return inside.perform(step);
    if (about.call->desiredAccess.value == FileAccess{0}) return {.result = STATUS_ACCESS_DENIED};
    if (about.call->disposition.value == Disposition::CREATE) return {.result = STATUS_OBJECT_NAME_COLLISION};
    return inside.perform(step);
  }
};

// Which ids client GUIDs lost by takeovers.
struct Losers {
  std::map<Guid, Guid> of{};

  void note(const Seen& before, const Seen& now) {
    for (const SeenServer& server : now.servers)
      for (const SnapForcedClose& closed : server.forced_closes) {
        const SeenServer* was = before.server(server.head.name);
        const SeenOpen* open = was == nullptr ? nullptr : was->open(closed.open);
        if (open != nullptr && closed.reason == ForcedClose::takeover && open->is.appInstanceId)
          of[open->is.clientGuid] = *open->is.appInstanceId;
      }
  }
};

constexpr VersionPair greatest{~std::uint64_t{0}, ~std::uint64_t{0}};

// `change` is given what the client of a create lost.
template <void (*change)(Guid, const Creating&, SmbCreate&)>
struct ChangesLosers {
  Losers losers{};

  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    const Creating about = creating(inside, before, step);
    if (!about) return inside.perform(step);
    SmbCreate create = *about.call;
    const auto lost = losers.of.find(about.connection->clientGuid);
    if (lost != losers.of.end()) change(lost->second, about, create);
    const Answer answer = inside.perform(create);
    losers.note(before, inside.look());
    return answer;
  }
};

void comes_back_whatever_its_version(Guid, const Creating& about, SmbCreate& create) {
  if (create.ai.value && about.connection->dialect == Dialect::smb_3_1_1) create.av = {greatest};
}

void comes_back_without_id(Guid, const Creating&, SmbCreate& create) {
  if (!create.av.value) create.ai = {};
}

void comes_back_as_it_was(Guid id, const Creating&, SmbCreate& create) {
  if (!create.ai.value) create.ai = {id};
}

// --- Versions ---

void access_comes_first(const Creating& about, SmbCreate& create) {
  if (!about.can_read()) create.ai = {};
}

struct FilesKeepTheGreatestVersion {
  std::map<std::u16string, VersionPair> greatest_of{};

  Answer perform(Inside& inside, const Step& step) {
    const Answer answer = inside.perform(step);
    const Seen now = inside.look();
    each_open(now, [&](const SeenServer&, const SeenOpen& open) {
      if (!open.is.version) return;
      VersionPair& kept = greatest_of[open.key];
      kept = std::max(kept, *open.is.version);
    });
    return answer;
  }
  void show(Seen& world) const {
    each_open(world, [&](const SeenServer&, SeenOpen& open) {
      const auto kept = greatest_of.find(open.key);
      if (kept != greatest_of.end() && open.is.appInstanceId) open.is.version = kept->second;
    });
  }
};

struct ReconnectsRecordAgain {
  std::map<DurableId, std::optional<VersionPair>> again{};

  Answer perform(Inside& inside, const Step& step) {
    const Answer answer = inside.perform(step);
    const auto* create = as<SmbCreate>(step);
    if (create != nullptr && create->dh2c.value && answer.result == STATUS_SUCCESS)
      again[made_durable(answer.made)] = create->av.value;
    return answer;
  }
  void show(Seen& world) const {
    each_open(world, [&](const SeenServer&, SeenOpen& open) {
      const auto recorded = again.find(open.is.durableId);
      if (recorded != again.end()) open.is.version = recorded->second;
    });
  }
};

// --- Orphans ---

struct OrphansBlockNobody {
  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    const Creating about = creating(inside, before, step);
    const Answer answer = inside.perform(step);
    if (!about || answer.result != STATUS_SHARING_VIOLATION) return answer;
    const auto opens = about.opens();
    const bool orphans = std::all_of(opens.begin(), opens.end(), [](const SeenOpen* open) { return open->orphan(); });
    return orphans ? inside.perform(attributes_only(*about.call)) : answer;
  }
};

bool meets_a_batch_orphan(const Creating& about) {
  const auto opens = about.opens();
  return std::any_of(opens.begin(), opens.end(), [](const SeenOpen* open) {
    return open->orphan() && !open->is.isPersistent && open->is.hold == HoldKind::batch;
  });
}

struct BreaksEndDurability {
  void show(Seen& world) const {
    each_open(world, [](const SeenServer&, SeenOpen& open) {
      if (open.is.hold == HoldKind::none && !open.is.isPersistent) open.is.isDurable = false;
    });
  }
};

constexpr PlantedFault faults[] = {
    {"SMB-OPEN-13", "A durable request hides the other contexts",
     plant<ChangesCreates<a_durable_request_hides_the_rest>>},
    {"SMB-OPEN-14", "A create that fails leaves an open", plant<FailuresLeaveAnOpen>},
    {"SMB-AI-03", "An open without id matches any", plant<ClosesRivals<has_no_id>>},
    {"SMB-AI-12", "The second rule counts on ca shares too", plant<ClosesRivals<cannot_be_read>>},
    {"SMB-AI-13", "A hold saves an open from takeover", plant<RefusesCreates<meets_a_hold, STATUS_SHARING_VIOLATION>>},
    {"SMB-AI-14", "An id decides with a durable request only", plant<ChangesCreates<an_id_needs_a_durable_request>>},
    {"SMB-AI-15", "A create that will fail takes nothing over", plant<LooksBeforeItTakes>},
    {"SMB-AI-19", "A loser comes back whatever its version", plant<ChangesLosers<comes_back_whatever_its_version>>},
    {"SMB-AI-20", "A loser does not take its file back", plant<ChangesLosers<comes_back_without_id>>},
    {"SMB-AI-21", "A loser that comes without id has the one it had", plant<ChangesLosers<comes_back_as_it_was>>},
    {"SMB-VER-08", "Missing read access is looked at before the version", plant<ChangesCreates<access_comes_first>>},
    {"SMB-VER-09", "A file keeps the greatest version it ever had", plant<FilesKeepTheGreatestVersion>},
    {"SMB-VER-10", "A reconnect records the version that it carries", plant<ReconnectsRecordAgain>},
    {"SMB-DUR-08", "Orphans block nobody", plant<OrphansBlockNobody>},
    {"SMB-DUR-09", "A broken orphan goes on blocking",
     plant<RefusesCreates<meets_a_batch_orphan, STATUS_SHARING_VIOLATION>>},
    {"SMB-DUR-10", "A broken hold ends durability", plant<BreaksEndDurability>},
};

}  // namespace

std::span<const PlantedFault> planted_smb_faults() { return faults; }

}  // namespace procreg::scenarios
