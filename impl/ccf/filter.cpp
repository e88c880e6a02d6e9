#include "impl/ccf/filter.h"

#include "impl/kernel/access.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

Result code(AppInstanceBadHandle option) noexcept {
  return option == AppInstanceBadHandle::invalid_handle ? Win32Error::ERROR_INVALID_HANDLE
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

Filter::Filter(Kernel& kernel, const Profile& profile, FilterState state) noexcept
    : kernel_{kernel},
      profile_{profile},
      epoch_{static_cast<std::uint64_t>(state)},
      heap_{kernel.arena()},
      tags_{kernel.arena(), &heap_} {}

Result Filter::control(Process& caller, const RegisterRequest& request) noexcept {
  const bool filter_first = profile_[choice::ccf_check_order] == CcfCheckOrder::filter_first;
  if (filter_first && !is_loaded()) return Win32Error::ERROR_NOT_FOUND;
  Target target;
  if (const auto answer = open_target(caller, request.process, target)) return *answer;
  if (!may_tag(caller, target)) return Win32Error::ERROR_ACCESS_DENIED;
  if (!is_loaded()) return Win32Error::ERROR_NOT_FOUND;
  return register_tag(*target.process, request);
}

// Steps 3 and 4 of ccf.md 5.1. nullopt: `target` is a live process.
std::optional<Result> Filter::open_target(Process& caller, HandleValue handle, Target& target) const noexcept {
  const Named named = kernel_.resolve(caller, handle);
  if (named.object == nullptr) return code(profile_[choice::app_instance_bad_handle]);
  if (named.object->type != ObjectType::Process) return Win32Error::ERROR_INVALID_PARAMETER;
  target = {static_cast<Process*>(named.object), named.mask, named.pseudo};
  if (!is_live(*target.process)) return code(profile_[choice::app_instance_exited_process]);
  return std::nullopt;
}

// Step 5.
bool Filter::may_tag(const Process& caller, const Target& target) const noexcept {
  const bool self_passes = profile_[choice::app_instance_self_needs_terminate] == AppInstanceSelfNeedsTerminate::no;
  if (target.pseudo || (self_passes && target.process == &caller)) return true;
  if (profile_[choice::app_instance_access_check] == AppInstanceAccessCheck::security_recheck)
    return could_get(caller, *target.process, PROCESS_TERMINATE);
  return has(target.mask, PROCESS_TERMINATE);
}

// Steps 6 to 9.
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

void Filter::child_created(const Process& child, const Process& parent, const Process& creator) noexcept {
  if (!is_loaded()) return;
  const bool from_parent = profile_[choice::app_instance_inherit_from] == AppInstanceInheritFrom::parent;
  auto tag = tags_.find((from_parent ? parent : creator).identity.key.object);
  if (!tag || !tag->has_id || !tag->inherit) return;
  tag->inherit = profile_[choice::app_instance_inherit_depth] == AppInstanceInheritDepth::all_descendants;
  tag->origin = TagOrigin::inherited;
  tags_.insert(child.identity.key.object, *tag);  // without memory the child is untagged (CCF-INH-11)
}

Result Filter::load() noexcept {
  if (!is_loaded()) enter(FilterState::loaded);
  return applied;
}

Result Filter::unload() noexcept {
  if (!is_loaded()) return applied;
  const CcfUnload how = profile_[choice::ccf_unload];
  if (how == CcfUnload::refuse) return not_applicable;
  enter(FilterState::unloaded);
  if (how == CcfUnload::drop_cache) tags_.clear();
  return applied;
}

void Filter::enter(FilterState state) noexcept {
  const std::uint64_t changes = epoch_.load(sync::relaxed) / 4;
  epoch_.store((changes + 1) * 4 + static_cast<std::uint64_t>(state), sync::release);
}

std::optional<std::optional<Tag>> Filter::tag_of_open(const Process& process) const noexcept {
  for (;;) {
    const std::uint64_t epoch = epoch_.load(sync::acquire);
    if (static_cast<FilterState>(epoch & 3) != FilterState::loaded) return std::nullopt;
    const auto tag = tags_.find(process.identity.key.object);
    if (epoch_.load(sync::relaxed) == epoch) return tag;
  }
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
