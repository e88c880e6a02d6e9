#include "impl/ccf/filter.h"

#include "impl/kernel/access.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

Win32Error code(AppInstanceBadHandle option) noexcept {
  return option == AppInstanceBadHandle::invalid_handle ? Win32Error::ERROR_INVALID_HANDLE
                                                        : Win32Error::ERROR_INVALID_PARAMETER;
}

Win32Error code(CsvFlagsBadHandle option) noexcept {
  return option == CsvFlagsBadHandle::invalid_handle ? Win32Error::ERROR_INVALID_HANDLE
                                                     : Win32Error::ERROR_INVALID_PARAMETER;
}

Result code(AppInstanceExitedProcess option) noexcept {
  switch (option) {
    case AppInstanceExitedProcess::access_denied:
      return Win32Error::ERROR_ACCESS_DENIED;
    case AppInstanceExitedProcess::succeed_no_effect:
      return Win32Error::ERROR_SUCCESS;
    case AppInstanceExitedProcess::invalid_parameter:
      break;
  }
  return Win32Error::ERROR_INVALID_PARAMETER;
}

}  // namespace

Filter::Filter(Kernel& kernel, const Profile& profile, MachineIndex machine, FilterState state) noexcept
    : kernel_{kernel},
      profile_{profile},
      machine_{machine},
      epoch_{static_cast<std::uint64_t>(state)},
      heap_{kernel.arena()},
      tags_{kernel.arena(), &heap_},
      versions_{kernel.arena(), heap_} {}

// Opens that meet it look again when it is over. Of the lifecycle lock, while the filter stays loaded.
class Filter::Changing {
 public:
  explicit Changing(Epoch& epoch) noexcept : epoch_{epoch}, before_{epoch.load(sync::relaxed)} {
    epoch_.store(before_ | changing, sync::relaxed);
  }
  ~Changing() { epoch_.store(before_ + 4, sync::release); }
  Changing(const Changing&) = delete;
  Changing& operator=(const Changing&) = delete;

  static constexpr std::uint64_t changing = 3;

 private:
  Epoch& epoch_;
  std::uint64_t before_;
};

// --- Requests about a process ---

Result Filter::control(Process& caller, const RegisterRequest& request) noexcept {
  const BadHandle bad{code(profile_[choice::app_instance_bad_handle]), Win32Error::ERROR_INVALID_PARAMETER};
  Target target;
  if (const auto answer = refused_for(caller, request.process, bad, target)) return *answer;
  const std::scoped_lock gate{target.process->gate};
  return register_tag(*target.process, request);
}

Result Filter::control(Process& caller, const CsvFlagsRequest& request) noexcept {
  const Win32Error bad = code(profile_[choice::csv_flags_bad_handle]);
  Target target;
  if (const auto answer = refused_for(caller, request.process, {bad, bad}, target)) return *answer;
  std::uint32_t mask = request.mask;
  switch (profile_[choice::csv_flags_undefined_bits]) {
    case CsvFlagsUndefinedBits::ignore:
      mask &= SET_APPINSTANCE_CSV_FLAGS_VALID_ONLY_IF_CSV_COORDINATOR;
      break;
    case CsvFlagsUndefinedBits::store:
      break;
    case CsvFlagsUndefinedBits::invalid_parameter:
      if ((mask & ~SET_APPINSTANCE_CSV_FLAGS_VALID_ONLY_IF_CSV_COORDINATOR) != 0)
        return Win32Error::ERROR_INVALID_PARAMETER;
  }
  const std::scoped_lock gate{target.process->gate};
  return set_csv_flags(*target.process, mask, request.flags);
}

// The steps that both requests begin with: filter, handle, live, access, in the order of ccf-check-order. nullopt: `target` is a
// process that may be tagged.
std::optional<Result> Filter::refused_for(Process& caller, HandleValue handle, BadHandle bad,
                                          Target& target) const noexcept {
  const bool filter_first = profile_[choice::ccf_check_order] == CcfCheckOrder::filter_first;
  if (filter_first && !is_loaded()) return Win32Error::ERROR_NOT_FOUND;
  if (const auto answer = open_target(caller, handle, bad, target)) return answer;
  if (!may_tag(caller, target)) return Win32Error::ERROR_ACCESS_DENIED;
  if (!is_loaded()) return Win32Error::ERROR_NOT_FOUND;
  return std::nullopt;
}

// Handle and live. nullopt: `target` is a live process.
std::optional<Result> Filter::open_target(Process& caller, HandleValue handle, BadHandle bad,
                                          Target& target) const noexcept {
  const Named named = kernel_.resolve(caller, handle);
  if (named.object == nullptr) return bad.missing;
  if (named.object->type != ObjectType::Process) return bad.no_process;
  target = {static_cast<Process*>(named.object), named.mask, named.pseudo};
  if (!is_live(*target.process)) return code(profile_[choice::app_instance_exited_process]);
  return std::nullopt;
}

// Access: step 5 of ccf.md 5.1.
bool Filter::may_tag(const Process& caller, const Target& target) const noexcept {
  const bool self_passes = profile_[choice::app_instance_self_needs_terminate] == AppInstanceSelfNeedsTerminate::no;
  if (target.pseudo || (self_passes && target.process == &caller)) return true;
  if (profile_[choice::app_instance_access_check] == AppInstanceAccessCheck::security_recheck)
    return could_get(caller, *target.process, PROCESS_TERMINATE);
  return has(target.mask, PROCESS_TERMINATE);
}

// Steps 6 to 9 of ccf.md 5.1.
Result Filter::register_tag(Process& process, const RegisterRequest& request) noexcept {
  const bool zero_refused = profile_[choice::app_instance_zero_guid] == AppInstanceZeroGuid::invalid_parameter;
  if (zero_refused && request.instance == zero_guid) return Win32Error::ERROR_INVALID_PARAMETER;

  const ObjectId object = process.identity.key.object;
  const auto known = tags_.find(object);
  if (known && known->has_id) {
    if (const auto answer = refused_for(*known, process, request)) return *answer;
  }
  const Tag tag{.has_id = true,
                .id = request.instance,
                .inherit = request.children_inherit,
                .csv_flags = known ? known->csv_flags : 0,
                .origin = TagOrigin::explicit_};
  return tags_.insert(object, tag) ? Win32Error::ERROR_SUCCESS : Win32Error::ERROR_NOT_ENOUGH_MEMORY;
}

// Step 7, where the process has an id. nullopt: the registration goes on.
std::optional<Result> Filter::refused_for(const Tag& known, Process& process, const RegisterRequest& request) noexcept {
  if (known.origin == TagOrigin::inherited) {
    if (profile_[choice::app_instance_child_register] == AppInstanceChildRegister::override_inherited)
      return std::nullopt;
    return Win32Error::ERROR_OBJECT_ALREADY_EXISTS;
  }
  if (known.id != request.instance) return Win32Error::ERROR_OBJECT_ALREADY_EXISTS;
  switch (profile_[choice::app_instance_same_guid_again]) {
    case AppInstanceSameGuidAgain::fail_already_exists:
      break;
    case AppInstanceSameGuidAgain::succeed_no_change:
      return Win32Error::ERROR_SUCCESS;
    case AppInstanceSameGuidAgain::succeed_update_inherit: {
      Tag updated = known;
      updated.inherit = request.children_inherit;
      tags_.replace(process.identity.key.object, updated);
      return Win32Error::ERROR_SUCCESS;
    }
  }
  return Win32Error::ERROR_OBJECT_ALREADY_EXISTS;
}

// Steps 6 to 8 of ccf.md 7.1.
Result Filter::set_csv_flags(Process& process, std::uint32_t mask, std::uint32_t flags) noexcept {
  const ObjectId object = process.identity.key.object;
  const auto known = tags_.find(object);
  if (!known || !known->has_id) {
    switch (profile_[choice::csv_flags_untagged_process]) {
      case CsvFlagsUntaggedProcess::create_entry:
        break;
      case CsvFlagsUntaggedProcess::fail_not_found:
        return Win32Error::ERROR_NOT_FOUND;
      case CsvFlagsUntaggedProcess::succeed_no_effect:
        return Win32Error::ERROR_SUCCESS;
    }
  }
  Tag tag = known.value_or(Tag{});
  tag.csv_flags = (tag.csv_flags & ~mask) | (flags & mask);
  if (known) {
    tags_.replace(object, tag);
    return Win32Error::ERROR_SUCCESS;
  }
  if (tag.csv_flags == 0 || tags_.insert(object, tag)) return Win32Error::ERROR_SUCCESS;
  return Win32Error::ERROR_NOT_ENOUGH_MEMORY;
}

void Filter::child_created(const Process& child, const Process& parent, const Process& creator) noexcept {
  if (!is_loaded()) return;
  const bool from_parent = profile_[choice::app_instance_inherit_from] == AppInstanceInheritFrom::parent;
  auto tag = tags_.find((from_parent ? parent : creator).identity.key.object);
  if (!tag || !tag->has_id || !tag->inherit) return;
  tag->inherit = profile_[choice::app_instance_inherit_depth] == AppInstanceInheritDepth::all_descendants;
  tag->origin = TagOrigin::inherited;
  tags_.insert(child.identity.key.object, *tag);  // without memory the child is untagged (CCF-INH-11)
}

// --- Versions ---

Result Filter::register_version(const Guid& instance, VersionPair version) noexcept {
  if (!is_loaded()) return Win32Error::ERROR_NOT_FOUND;
  const bool zero_refused = profile_[choice::app_instance_zero_guid] == AppInstanceZeroGuid::invalid_parameter;
  if (zero_refused && instance == zero_guid) return Win32Error::ERROR_INVALID_PARAMETER;
  const bool must_be_carried = profile_[choice::version_unregistered_guid] == VersionUnregisteredGuid::fail_not_found;
  if (must_be_carried && !is_carried(instance)) return Win32Error::ERROR_NOT_FOUND;
  if (const auto known = versions_.find(instance)) {
    if (const auto answer = refused_for(*known, version)) return *answer;
  }
  const Changing changing{epoch_};
  return versions_.register_version(instance, version) ? Win32Error::ERROR_SUCCESS
                                                       : Win32Error::ERROR_NOT_ENOUGH_MEMORY;
}

// By a live process: the entries of others are gone (CCF-FLT-07).
bool Filter::is_carried(const Guid& instance) const noexcept {
  for (const Process* process = kernel_.machine(machine_).first; process != nullptr; process = process->next) {
    const auto tag = tags_.find(process->identity.key.object);
    if (tag && tag->has_id && tag->id == instance) return true;
  }
  return false;
}

// nullopt: the new version replaces the known one.
std::optional<Result> Filter::refused_for(const KnownVersion& known, VersionPair version) const noexcept {
  switch (profile_[choice::version_not_greater]) {
    case VersionNotGreater::overwrite:
      break;
    case VersionNotGreater::fail_invalid_parameter:
      if (!(version > known.pair)) return Win32Error::ERROR_INVALID_PARAMETER;
      break;
    case VersionNotGreater::fail_already_exists:
      return Win32Error::ERROR_OBJECT_ALREADY_EXISTS;
  }
  return std::nullopt;
}

Result Filter::query_version(const Guid& instance, VersionPair& version, NtStatus& status) const noexcept {
  if (!is_loaded()) return Win32Error::ERROR_NOT_FOUND;
  const auto known = versions_.find(instance);
  const bool must_be_known = profile_[choice::version_query_unknown] == VersionQueryUnknown::fail_not_found;
  if (!known && must_be_known) return Win32Error::ERROR_NOT_FOUND;
  const bool has_status = profile_[choice::version_status_meaning] == VersionStatusMeaning::last_create_status;
  version = known ? known->pair : VersionPair{};
  status = known && has_status ? versions_.last_status(instance) : NtStatus::STATUS_SUCCESS;
  return Win32Error::ERROR_SUCCESS;
}

Result Filter::reset_versions() noexcept {
  if (!is_loaded()) return Win32Error::ERROR_NOT_FOUND;
  const Changing changing{epoch_};
  versions_.clear();
  if (profile_[choice::version_reset_scope] == VersionResetScope::versions_and_tags) tags_.clear();
  return Win32Error::ERROR_SUCCESS;
}

// --- Its life ---

Result Filter::load() noexcept {
  if (!is_loaded()) enter(FilterState::loaded);
  return applied;
}

Result Filter::unload() noexcept {
  if (!is_loaded()) return applied;
  const CcfUnload how = profile_[choice::ccf_unload];
  if (how == CcfUnload::refuse) return not_applicable;
  enter(FilterState::unloaded);
  if (how == CcfUnload::drop_cache) {
    tags_.clear();
    versions_.clear();
  }
  return applied;
}

void Filter::enter(FilterState state) noexcept {
  const std::uint64_t changes = epoch_.load(sync::relaxed) / 4;
  epoch_.store((changes + 1) * 4 + static_cast<std::uint64_t>(state), sync::release);
}

// --- Opens ---

std::optional<OpenedTag> Filter::tag_of_open(const Process& process, ExtendedAttribute ea, Sends sends) noexcept {
  const auto given = ea != nullptr ? tag_in(*ea) : std::nullopt;
  const bool wants_version = sends == Sends::id_and_version;
  const Seen seen = look(process, given ? given->id : std::nullopt, wants_version);
  if (!seen.loaded) return OpenedTag{};
  if (ea != nullptr && !given) return std::nullopt;
  OpenedTag tag = given ? *given : opened(seen.tag, sends);
  if (sends == Sends::nothing || (tag.id && !is_sent(*tag.id))) tag.id.reset();
  if (tag.id) tag.version = seen.version;
  return tag;
}

Filter::Seen Filter::look(const Process& process, const std::optional<Guid>& given, bool wants_version) const noexcept {
  for (;;) {
    const std::uint64_t epoch = epoch_.load(sync::acquire);
    if ((epoch & 3) == Changing::changing) [[unlikely]] {
      sync::spin_while(epoch_, epoch);
      continue;
    }
    if (static_cast<FilterState>(epoch & 3) != FilterState::loaded) return {};
    const Seen seen = look_once(process, given, wants_version);
    if (epoch_.load(sync::relaxed) == epoch) [[likely]]
      return seen;
  }
}

Filter::Seen Filter::look_once(const Process& process, const std::optional<Guid>& given,
                               bool wants_version) const noexcept {
  Seen seen{.loaded = true};
  if (!given) seen.tag = tags_.find(process.identity.key.object);
  if (!wants_version) return seen;
  if (given) {
    seen.version = versions_.find(*given);
  } else if (seen.tag && seen.tag->has_id) {
    seen.version = versions_.find(seen.tag->id);
  }
  return seen;
}

// CCF-OPEN-05, CCF-OPEN-11
OpenedTag Filter::opened(const std::optional<Tag>& known, Sends sends) noexcept {
  OpenedTag tag{.csv_flags = known ? known->csv_flags : 0};
  if (known && known->has_id) {
    tag.id = known->id;
  } else if (sends != Sends::nothing &&
             profile_[choice::app_instance_untagged_open] == AppInstanceUntaggedOpen::fresh_id_per_open) {
    tag.id = fresh_id();
  }
  return tag;
}

// CCF-OPEN-08
bool Filter::is_sent(const Guid& id) const noexcept {
  return id != zero_guid || profile_[choice::app_instance_zero_guid] != AppInstanceZeroGuid::accept_not_sent;
}

Guid Filter::fresh_id() noexcept {
  ++fresh_counter_;
  const std::uint64_t counter = fresh_counter_;
  // Data1 is little-endian, and the first byte of a Guid is the most significant one of `high`.
  const std::uint64_t data1 =
      (counter & 0xFF) << 24 | (counter & 0xFF00) << 8 | (counter >> 8 & 0xFF00) | (counter >> 24 & 0xFF);
  return {data1 << 32, 0x4652455348494400};
}

}  // namespace procreg::impl::inline PROCREG_SYNC
