// The topics about servers notice faults that no law names, and subjects that take another option of a choice.
#include <algorithm>

#include "scenarios/properties/noticed.h"
#include "scenarios/properties/planted_servers.h"

namespace procreg::scenarios {
namespace {

using enum NtStatus;

// --- Owners ---

struct LosersGoOnWriting {
  Answer perform(Inside& inside, const Step& step) {
    Answer answer = inside.perform(step);
    if (as<SmbWrite>(step) && answer.result == STATUS_FILE_CLOSED) answer.result = STATUS_SUCCESS;
    return answer;
  }
};

struct TakeoversAreLoggedAsBreaks {
  void show(Seen& world) const {
    for (SeenServer& server : world.servers)
      for (SnapForcedClose& closed : server.forced_closes)
        if (closed.reason == ForcedClose::takeover) closed.reason = ForcedClose::break_;
  }
};

struct ClosedOpensStay {
  Answer perform(Inside& inside, const Step& step) {
    const auto* close = as<SmbClose>(step);
    if (close == nullptr) return inside.perform(step);
    const Answer answer = inside.perform(SmbRead{close->by, close->h, FileOffset{0}, ByteCount{0}, close->encrypted});
    return {.result = answer.result};
  }
};

struct ReconnectsAreForgotten {
  Answer perform(Inside& inside, const Step& step) {
    const auto* create = as<SmbCreate>(step);
    if (create == nullptr || !create->dh2c.value) return inside.perform(step);
    return {.result = STATUS_OBJECT_NAME_NOT_FOUND};
  }
};

struct OrphansEndAtTheirDeadline {
  void show(Seen& world) const {
    const std::uint64_t now = world.head.now;
    for (SeenServer& server : world.servers)
      std::erase_if(server.opens, [&](const SeenOpen& open) { return open.is.deadline && *open.is.deadline <= now; });
  }
};

// --- Share modes ---

void nobody_shares_deletion(const Creating&, SmbCreate& create) {
  if (create.shareAccess.value)
    create.shareAccess = {ShareAccess{static_cast<std::uint32_t>(*create.shareAccess.value) & 3U}};
}

void appending_is_no_writing(const Creating&, SmbCreate& create) {
  const auto desired = static_cast<std::uint32_t>(create.desiredAccess.value.value_or(default_desired_access));
  if ((desired & ~FILE_APPEND_DATA) != 0) create.desiredAccess = {FileAccess{desired & ~FILE_APPEND_DATA}};
}

// --- Locks ---

struct SharedLocksLetWrite {
  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    Answer answer = inside.perform(step);
    if (!as<SmbWrite>(step) || answer.result != STATUS_FILE_LOCK_CONFLICT) return answer;
    for (const SeenServer& server : before.servers)
      for (const SeenFile& file : server.files)
        if (std::any_of(file.locks.begin(), file.locks.end(), [](const SnapLock& lock) { return lock.exclusive; }))
          return answer;
    return {.result = STATUS_SUCCESS};
  }
};

template <void (*change)(SmbLock&)>
struct ChangesLocks {
  Answer perform(Inside& inside, const Step& step) {
    Step changed = step;
    if (auto* lock = std::get_if<SmbLock>(&changed)) change(*lock);
    return inside.perform(changed);
  }
};

void an_empty_range_is_one_byte(SmbLock& lock) {
  if (lock.length == FileLength{0}) lock.length = FileLength{1};
}

void the_last_byte_is_beyond_the_end(SmbLock& lock) {
  const auto offset = static_cast<std::uint64_t>(lock.offset);
  const auto length = static_cast<std::uint64_t>(lock.length);
  if (length != 0 && offset + length == 0) lock.length = FileLength{length + 1};
}

void sharing_is_exclusive(SmbLock& lock) {
  if (lock.kind == LockKind::shared) lock.kind = LockKind::exclusive;
}

// --- Versions ---

constexpr std::uint64_t sign = std::uint64_t{1} << 63;

void versions_are_signed(const Creating&, SmbCreate& create) {
  if (create.av.value) create.av.value->high ^= sign;
}

void low_counts_first(const Creating&, SmbCreate& create) {
  if (create.av.value) std::swap(create.av.value->high, create.av.value->low);
}

struct MachineVersionsAreSigned {
  Answer perform(Inside& inside, const Step& step) {
    Step changed = step;
    if (auto* call = std::get_if<RegisterAppInstanceVersion>(&changed))
      call->InstanceVersionHigh = VersionNumber{static_cast<std::uint64_t>(call->InstanceVersionHigh) ^ sign};
    return inside.perform(changed);
  }
  void show(Seen& world) const {
    for (SeenMachine& machine : world.machines)
      for (SnapVersion& version : machine.versions) version.version.high ^= sign;
  }
};

// --- Durability ---

void every_flavour_has_a_maximum(const Creating&, SmbCreate& create) {
  if (create.dh2q.value) create.dh2q.value->timeoutMs = std::min(create.dh2q.value->timeoutMs, durable_timeout_max_ms);
}

struct AlwaysTellsItsState {
  Answer perform(Inside& inside, const Step& step) {
    Answer answer = inside.perform(step);
    const auto* create = as<SmbCreate>(step);
    if (create == nullptr || create->dh2c.value) return answer;
    const Seen now = inside.look();
    const SeenOpen* made = made_by(now, *create, answer);
    if (made == nullptr || !made->is.isDurable) return answer;
    answer.out[2] =
        static_cast<std::uint64_t>(made->is.isPersistent ? DurableState::persistent : DurableState::durable);
    answer.out[3] = made->is.timeoutMs;
    return answer;
  }
};

void durable_opens_hold_nothing(const Creating&, SmbCreate& create) {
  if (!create.dh2q.value) return;
  create.hold = {};
  create.leaseKey = {};
}

// --- Which property has to notice ---

constexpr std::string_view owner = "A file has one owner at a time";
constexpr std::string_view sharing = "A create gets the rights it may have";
constexpr std::string_view locks = "Byte-range locks stand against each other";
constexpr std::string_view order = "A server lets a version take over";
constexpr std::string_view failover = "However two clients open a file";
constexpr std::string_view survival = "An open outlives its connection";
constexpr std::string_view timeout = "An orphan can be reclaimed";

constexpr HasToNotice cases[] = {
    {owner, "A loser goes on writing", plant<LosersGoOnWriting>},
    {owner, "A takeover is logged as a break", plant<TakeoversAreLoggedAsBreaks>},
    {owner, "A closed open stays", plant<ClosedOpensStay>},
    {owner, "Nobody can reconnect", plant<ReconnectsAreForgotten>},
    {owner, "smb-not-available-order", plant<TakesTheNextOption<choice::smb_not_available_order>>},
    {owner, "smb-orphan-client-guid", plant<TakesTheNextOption<choice::smb_orphan_client_guid>>},
    {owner, "smb-version-zero", plant<TakesTheNextOption<choice::smb_version_zero>>},
    {owner, "smb-version-on-old-dialect", plant<TakesTheNextOption<choice::smb_version_on_old_dialect>>},
    {owner, "smb-persistent-reconnect-without-hold",
     plant<TakesTheNextOption<choice::smb_persistent_reconnect_without_hold>>},
    {sharing, "Deletion is never shared", plant<ChangesCreates<nobody_shares_deletion>>},
    {sharing, "Appending is no writing", plant<ChangesCreates<appending_is_no_writing>>},
    {locks, "Shared locks let others write", plant<SharedLocksLetWrite>},
    {locks, "An empty range is one byte", plant<ChangesLocks<an_empty_range_is_one_byte>>},
    {locks, "The last byte is beyond the end", plant<ChangesLocks<the_last_byte_is_beyond_the_end>>},
    {locks, "Shared locks are exclusive", plant<ChangesLocks<sharing_is_exclusive>>},
    {locks, "Closing leaves the locks", plant<ClosedOpensStay>},
    {order, "Versions are signed", plant<ChangesCreates<versions_are_signed>>},
    {order, "The low half counts first", plant<ChangesCreates<low_counts_first>>},
    {failover, "Versions are signed", plant<ChangesCreates<versions_are_signed>>},
    {failover, "The low half counts first", plant<ChangesCreates<low_counts_first>>},
    {failover, "A loser goes on writing", plant<LosersGoOnWriting>},
    {failover, "smb-version-on-old-dialect", plant<TakesTheNextOption<choice::smb_version_on_old_dialect>>},
    {"Where a version has to be greater", "Versions are signed", plant<MachineVersionsAreSigned>},
    {"Each SetAppInstanceCsvFlags updates", "csv-flags-undefined-bits",
     plant<TakesTheNextOption<choice::csv_flags_undefined_bits>>},
    {"Without the filter the functions", "csv-flags-bad-handle",
     plant<TakesTheNextOption<choice::csv_flags_bad_handle>>},
    {"Without the filter the functions", "ccf-check-order", plant<TakesTheNextOption<choice::ccf_check_order>>},
    {"Without the filter the functions", "ccf-null-pointer", plant<TakesTheNextOption<choice::ccf_null_pointer>>},
    {"(0,0) is an ordinary version", "version-not-greater", plant<TakesTheNextOption<choice::version_not_greater>>},
    {"Unloading a filter that drops", "version-query-unknown",
     plant<TakesTheNextOption<choice::version_query_unknown>>},
    {survival, "Every flavour tells the durable state", plant<AlwaysTellsItsState>},
    {survival, "A durable open has no hold", plant<ChangesCreates<durable_opens_hold_nothing>>},
    {timeout, "Every flavour has a maximum", plant<ChangesCreates<every_flavour_has_a_maximum>>},
    {timeout, "An orphan ends at its deadline", plant<OrphansEndAtTheirDeadline>},
};

TEST(ServerTopics, NoticeFaultsByThemselves) { expect_noticed(cases); }

}  // namespace
}  // namespace procreg::scenarios
