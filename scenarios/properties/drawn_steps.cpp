#include "scenarios/properties/drawn_steps.h"

namespace procreg::scenarios {

Cast cast_of(Story& story, std::size_t others) {
  Cast cast{Story::main};
  for (std::size_t i = 0; i < others; ++i) cast.push_back(story.process());
  return cast;
}

void accept_any_target(Story& story) {
  story.set(choice::additional_process_target, AdditionalProcessTarget::unchecked);
  story.set(choice::additional_process_self, AdditionalProcessSelf::accept);
  story.set(choice::additional_process_thread, AdditionalProcessThread::unchecked);
}

void limit_processes_to(Story& story, std::uint32_t n) {
  if (story.coin()) {
    story.set(choice::additional_process_entry_budget, AdditionalProcessEntryBudget::counts);
    story.world().limits.entries = n;
  } else {
    story.world().limits.dumpCollection = n;
  }
}

PidRef any_pid(Story& story, const Cast& cast) {
  const std::uint32_t k = story.below(static_cast<std::uint32_t>(cast.size()) + 2);
  return k < cast.size() ? pid(cast[k]) : nobody_pid(k - static_cast<std::uint32_t>(cast.size()) + 1);
}

namespace {

// Additional processes that exist or do not.
void any_process_call(Story& story, Name by, const Cast& cast) {
  switch (story.below(3)) {
    case 0: {
      const PidRef registered = any_pid(story, cast);
      const TidRef of_thread = story.coin() ? thread(story.one_of(cast)) : TidRef{};
      story.reg(by, registered, of_thread);
      break;
    }
    case 1:
      story.reg(by, pid(0));
      break;
    default:
      story.unreg(by, any_pid(story, cast));
      break;
  }
}

void any_list_call(Story& story, const Registrations& lists, Name by) {
  const std::uint32_t which = story.below(6);
  if (which == 5) {
    lists.bad_argument(by, lists.any_list());
    return;
  }
  const Key key = lists.any_key(4);
  if (which < 3) {
    lists.add(by, key, lists.any_attribute());
  } else {
    lists.remove(by, key);
  }
}

HandleRef any_process_handle(Story& story) {
  return handle(story.one_of({current_process, null_handle, current_thread, unowned_handle}));
}

void any_flags_call(Story& story, Name by) {
  switch (story.below(4)) {
    case 0:
      story.set_flags(by, story.below(2 * (fault_flags_defined + 1)));
      break;
    case 1:
      story.hold(by, story.any_number());
      break;
    case 2:
      story.get_flags(by, any_process_handle(story));
      break;
    default:
      story.get_recovery(by, any_process_handle(story));
      break;
  }
}

void any_recovery_call(Story& story, Name by) {
  switch (story.below(4)) {
    case 0:
      story.recovery(by, story.one_of<std::uint32_t>({0, 300000}));
      break;
    case 1: {
      const std::uint32_t callback = story.below(2);
      const std::uint32_t ping = story.one_of<std::uint32_t>({300001, 0});
      story.recovery(by, ping, story.below(2), callback);
      break;
    }
    case 2:
      story.unreg_recovery(by);
      break;
    default:
      story.in_progress(by);
      break;
  }
}

void any_restart_call(Story& story, const Registrations& lists, Name by) {
  switch (story.below(5)) {
    case 0:
    case 1: {
      const TextIn line = lists.any_line();
      story.reg_restart(by, line, story.below(2 * (restart_flags_defined + 1)));
      break;
    }
    case 2:
      story.unreg_restart(by);
      break;
    default: {
      const HandleRef process = any_process_handle(story);
      const bool has_size = story.below(4) != 0;
      const std::uint32_t size = story.one_of({0U, 1U, 6U, 1025U});
      story.get_restart(by, has_size ? std::optional{size} : std::nullopt, story.coin(), process);
      break;
    }
  }
}

void any_local_dump_call(Story& story, const Registrations& lists, Name by) {
  if (story.below(3) != 0) {
    story.reg_local_dump(by, lists.any_local_path());
  } else {
    story.unreg_local_dump(by);
  }
}

}  // namespace

void perhaps_packaged(Story& story, Name process) {
  if (story.below(3) == 0) return;
  story.spec(process).package = story.user(u"package");
  if (story.below(4) == 0) story.spec(process).localFolderUsable = false;
}

const Answer& any_wer_call(Story& story, const Registrations& lists, Name by, const Cast& cast) {
  switch (story.below(8)) {
    case 0:
    case 1:
      any_process_call(story, by, cast);
      break;
    case 2:
      any_recovery_call(story, by);
      break;
    case 3:
      any_flags_call(story, by);
      break;
    case 4:
      any_restart_call(story, lists, by);
      break;
    case 5:
      any_local_dump_call(story, lists, by);
      break;
    default:
      any_list_call(story, lists, by);
      break;
  }
  return story.last();
}

namespace {

HandleRef any_handle(Story& story, const std::vector<HandleRef>& handles) {
  std::vector<HandleRef> all = handles;
  all.insert(all.end(), {handle(current_process), handle(current_thread), handle(null_handle), handle(unowned_handle)});
  return story.one_of(all);
}

GuidIn any_guid(Story& story) {
  const std::uint32_t which = story.below(5);
  return which == 4 ? GuidIn{} : which == 3 ? GuidIn{zero_guid} : GuidIn{Story::guid(which)};
}

}  // namespace

Result any_registration(Story& story, Name by, const std::vector<HandleRef>& handles) {
  const HandleRef chosen = any_handle(story, handles);
  const GuidIn id = any_guid(story);
  return story.tag(by, chosen, id, story.one_of({0, 1}));
}

Result any_ccf_call(Story& story, Name by, const std::vector<HandleRef>& handles) {
  switch (story.below(6)) {
    case 0: {
      const HandleRef chosen = any_handle(story, handles);
      const std::uint32_t mask = story.one_of({1U, 0U, ~0U});
      return story.csv_flags(by, chosen, mask, story.below(4));
    }
    case 1: {
      const GuidIn id = any_guid(story);
      const std::uint64_t high = story.below(2);
      return story.set_version(by, id, {high, story.below(3)});
    }
    case 2: {
      QueryAppInstanceVersion query{.by = caller(by), .AppInstanceId = any_guid(story)};
      query.VersionStatus.valid = story.below(4) != 0;
      return story.perform(query).result;
    }
    case 3:
      return story.reset_versions(by);
    default:
      return any_registration(story, by, handles);
  }
}

std::uint32_t spoil_last_error(Story& story, Name process) {
  if (story.coin()) {
    story.open(process, PROCESS_TERMINATE, pid(0));
    return static_cast<std::uint32_t>(Win32Error::ERROR_INVALID_PARAMETER);
  }
  story.close(process, handle(unowned_handle));
  return static_cast<std::uint32_t>(Win32Error::ERROR_INVALID_HANDLE);
}

bool refused(Result result) {
  switch (result.kind) {
    case ResultKind::hresult:
      return result.value >= 0x80000000U;
    case ResultKind::win32:
    case ResultKind::ntstatus:
      return result.value != 0;
    case ResultKind::boolean:
    case ResultKind::handle:
      return result.value == 0;
    case ResultKind::exception:
    case ResultKind::not_runnable:
    case ResultKind::not_applicable:
      return true;
    default:
      return false;
  }
}

}  // namespace procreg::scenarios
