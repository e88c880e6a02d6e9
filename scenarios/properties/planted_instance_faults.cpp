// Faults of csv flags, of versions, and of what open files carry.
#include <algorithm>
#include <map>
#include <set>

#include "scenarios/properties/planted_faults.h"
#include "scenarios/properties/planted_servers.h"

namespace procreg::scenarios {
namespace {

using enum Win32Error;

// --- Csv flags ---

struct FlagsAreSetOnce {
  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    const auto* call = as<SetAppInstanceCsvFlags>(step);
    if (call == nullptr) return inside.perform(step);
    const Reached to = reached(before, call->by.raw, call->ProcessHandle.raw);
    const SnapTag* tag = before.machines[number(call->by.raw.machine)].tag(to.process.object);
    return tag != nullptr && tag->csvFlags != 0 ? Answer{.result = ERROR_OBJECT_ALREADY_EXISTS} : inside.perform(step);
  }
};

struct NoMaskIsTheWholeMask {
  Answer perform(Inside& inside, const Step& step) {
    Step changed = step;
    if (auto* call = std::get_if<SetAppInstanceCsvFlags>(&changed))
      if (static_cast<std::uint32_t>(call->Mask) == 0) call->Mask = CsvFlags{1};
    return inside.perform(changed);
  }
};

struct FlagsRefuseServers {
  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    const auto* call = as<SmbCreate>(step);
    const ProcessKey by = actor(step);
    if (call == nullptr || by == nobody || call->ea.value) return inside.perform(step);
    const SnapTag* tag = before.machines[number(by.machine)].tag(by.object);
    return tag != nullptr && tag->csvFlags != 0 ? Answer{.result = NtStatus::STATUS_FILE_NOT_AVAILABLE}
                                                : inside.perform(step);
  }
};

struct HeirsFollowTheFlags {
  void show(Seen& world) const {
    for (SeenMachine& machine : world.machines)
      for (SnapTag& tag : machine.tags) {
        const SeenProcess* heir = machine.process(tag.objectId);
        if (tag.origin != TagOrigin::inherited || heir == nullptr || !heir->head.parent) continue;
        if (const SnapTag* its = machine.tag(*heir->head.parent)) tag.csvFlags = its->csvFlags;
      }
  }
};

// --- Versions ---

struct ZeroIsNoVersion {
  Answer perform(Inside& inside, const Step& step) {
    const Answer answer = inside.perform(step);
    const bool zero = answer.result == ERROR_SUCCESS && answer.out[0] == 0 && answer.out[1] == 0;
    return as<QueryAppInstanceVersion>(step) && zero ? Answer{.result = ERROR_NOT_FOUND} : answer;
  }
};

struct VersionsEndWithTheirProcess {
  std::set<Guid> ended{};

  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    const Answer answer = inside.perform(step);
    const Seen now = inside.look();
    for (std::size_t m = 0; m < now.machines.size(); ++m)
      for (const SnapTag& tag : before.machines[m].tags)
        if (const SeenProcess* process = now.machines[m].process(tag.objectId); process == nullptr || !process->live())
          ended.insert(tag.id);
    return answer;
  }
  void show(Seen& world) const {
    for (SeenMachine& machine : world.machines)
      std::erase_if(machine.versions, [this](const SnapVersion& version) { return ended.contains(version.id); });
  }
};

Step registration(ProcessKey by, const SnapVersion& version) {
  return RegisterAppInstanceVersion{
      caller(by), {version.id}, VersionNumber{version.version.high}, VersionNumber{version.version.low}};
}

struct VersionsComeBackWithTheFilter {
  std::map<MachineIndex, std::vector<SnapVersion>> kept{};

  Answer perform(Inside& inside, const Step& step) {
    if (const auto* unload = as<FilterUnload>(step)) {
      const Seen before = inside.look();
      const auto& versions = before.machines[number(unload->machine.index)].versions;
      if (!versions.empty()) kept[unload->machine.index] = versions;
    }
    const Answer answer = inside.perform(step);
    if (const auto* load = as<FilterLoad>(step))
      for (const SnapVersion& version : kept[load->machine.index])
        inside.perform(registration({load->machine.index, ObjectId{1}}, version));
    return answer;
  }
};

struct OpensFollowTheVersion {
  void show(Seen& world) const {
    const std::vector<SeenMachine>& machines = world.machines;
    each_open(world, [&](const SeenServer& server, SeenOpen& open) {
      if (!open.is.appInstanceId || open.orphan()) return;
      const SnapConnection* its = server.connection(*open.is.connection);
      const SnapVersion* version = machines[number(its->machine)].version(*open.is.appInstanceId);
      if (open.is.version && version != nullptr) open.is.version = version->version;
    });
  }
};

struct OpensRememberResetVersions {
  std::map<Guid, VersionPair> reset{};

  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    const ProcessKey by = actor(step);
    if (as<ResetAllAppInstanceVersions>(step))
      for (const SnapVersion& version : before.machines[number(by.machine)].versions)
        reset[version.id] = version.version;
    Step changed = step;
    auto* create = std::get_if<SmbCreate>(&changed);
    if (create == nullptr || by == nobody || create->ai.value || create->av.value) return inside.perform(step);
    const SnapTag* tag = before.machines[number(by.machine)].tag(by.object);
    const bool had_one = tag != nullptr && reset.contains(tag->id);
    if (had_one && before.machines[number(by.machine)].version(tag->id) == nullptr) create->av = {reset[tag->id]};
    return inside.perform(changed);
  }
};

// --- Open files ---

// Changes nothing by itself, and knows which process made which open.
struct KnowsMakers {
  std::map<std::pair<TextRef, DurableId>, ProcessKey> of{};

  Answer perform(Inside& inside, const Step& step) {
    const Answer answer = inside.perform(step);
    const auto* create = as<SmbCreate>(step);
    if (create != nullptr && answer.result == NtStatus::STATUS_SUCCESS && actor(step) != nobody)
      of[{create->conn.raw.server, made_durable(answer.made)}] = actor(step);
    return answer;
  }
  const ProcessKey* maker(const SeenServer& server, const SeenOpen& open) const {
    const auto found = of.find({server.head.name, open.is.durableId});
    return found == of.end() ? nullptr : &found->second;
  }
};

struct UnloadingStripsOpens : KnowsMakers {
  void show(Seen& world) const {
    const std::vector<SeenMachine>& machines = world.machines;
    each_open(world, [&](const SeenServer& server, SeenOpen& open) {
      const ProcessKey* by = maker(server, open);
      if (by == nullptr || machines[number(by->machine)].head.filter == FilterState::loaded) return;
      open.is.appInstanceId.reset();
      open.is.version.reset();
    });
  }
};

struct TagsReachBack : KnowsMakers {
  void show(Seen& world) const {
    const std::vector<SeenMachine>& machines = world.machines;
    each_open(world, [&](const SeenServer& server, SeenOpen& open) {
      const ProcessKey* by = maker(server, open);
      const SnapTag* tag = by == nullptr ? nullptr : machines[number(by->machine)].tag(by->object);
      if (tag != nullptr && tag->hasId) open.is.appInstanceId = tag->id;
    });
  }
};

struct CsvOpensFollowTheFlags {
  std::map<CsvOpenId, ProcessKey> makers{};

  Answer perform(Inside& inside, const Step& step) {
    const Answer answer = inside.perform(step);
    if (as<CsvOpen>(step) && answer.made != 0) makers[CsvOpenId{static_cast<std::uint32_t>(answer.made)}] = actor(step);
    return answer;
  }
  void show(Seen& world) const {
    for (SnapCsvOpen& open : world.csv_opens) {
      const auto by = makers.find(open.id);
      if (by == makers.end()) continue;
      const SnapTag* tag = world.machines[number(by->second.machine)].tag(by->second.object);
      open.flag = tag != nullptr && (tag->csvFlags & 1U) != 0;
    }
  }
};

struct ExitClosesOpens : KnowsMakers {
  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    const Answer answer = KnowsMakers::perform(inside, step);
    const ProcessKey ended = ending(before, step);
    if (ended == nobody) return answer;
    each_open(before, [&](const SeenServer& server, const SeenOpen& open) {
      const ProcessKey* by = maker(server, open);
      if (by != nullptr && *by == ended) close_hidden(inside, server, open);
    });
    return answer;
  }
};

// Whoever has the handle must be able to open the process itself.
struct HoldersAreCheckedAnew {
  void change(Profile& profile) const {
    profile = profile.with(choice::app_instance_access_check, AppInstanceAccessCheck::security_recheck);
  }
};

constexpr PlantedFault faults[] = {
    {"CCF-FLT-06", "Unloading the filter strips open files of their id", plant<UnloadingStripsOpens>},
    {"CCF-REG-25", "A handle counts only while its holder could open the process", plant<HoldersAreCheckedAnew>},
    {"CCF-REG-27", "Tagging a process tags the files that it has open", plant<TagsReachBack>},
    {"CCF-INH-08", "The flags of a child follow those of its parent", plant<HeirsFollowTheFlags>},
    {"CCF-CSV-04", "Flags can be set once", plant<FlagsAreSetOnce>},
    {"CCF-CSV-06", "An empty mask is taken for the whole one", plant<NoMaskIsTheWholeMask>},
    {"CCF-CSV-09", "A process with the flag cannot open files of servers", plant<FlagsRefuseServers>},
    {"CCF-VER-05", "A version of (0,0) is not found", plant<ZeroIsNoVersion>},
    {"CCF-VER-09", "A version ends with a process that carries its GUID", plant<VersionsEndWithTheirProcess>},
    {"CCF-VER-10", "Loading the filter brings the versions back", plant<VersionsComeBackWithTheFilter>},
    {"CCF-VER-11", "Open files follow the version", plant<OpensFollowTheVersion>},
    {"CCF-VER-12", "Opens carry versions that were reset", plant<OpensRememberResetVersions>},
    {"CCF-OPEN-07", "CSV opens follow the flags of their process", plant<CsvOpensFollowTheFlags>},
    {"CCF-OPEN-10", "The files of a process are closed when it exits", plant<ExitClosesOpens>},
};

}  // namespace

std::span<const PlantedFault> planted_instance_faults() { return faults; }

}  // namespace procreg::scenarios
