// From a row of the field tables back to the typed value: one place that knows which type a ValueKind stands for.
#pragma once

#include <cstdlib>
#include <type_traits>
#include <utility>

#include "api/step.h"

namespace procreg::harness {

// Calls f with the value at `at`, which is of this kind.
template <class F>
decltype(auto) with_value(ValueKind kind, void* at, F&& f) {
  const auto as = [at]<class T>(std::type_identity<T>) -> T& { return *static_cast<T*>(at); };
  switch (kind) {
    case ValueKind::caller:
      return f(as(std::type_identity<Caller>{}));
    case ValueKind::target:
      return f(as(std::type_identity<Target>{}));
    case ValueKind::machine:
      return f(as(std::type_identity<MachineRef>{}));
    case ValueKind::binds:
      return f(as(std::type_identity<Binds>{}));
    case ValueKind::pid:
      return f(as(std::type_identity<PidRef>{}));
    case ValueKind::tid:
      return f(as(std::type_identity<TidRef>{}));
    case ValueKind::handle:
      return f(as(std::type_identity<HandleRef>{}));
    case ValueKind::dword:
      return f(as(std::type_identity<Dword>{}));
    case ValueKind::ping:
      return f(as(std::type_identity<Ping>{}));
    case ValueKind::byte_count:
      return f(as(std::type_identity<ByteCount>{}));
    case ValueKind::fault_flags:
      return f(as(std::type_identity<FaultFlags>{}));
    case ValueKind::file_type:
      return f(as(std::type_identity<FileType>{}));
    case ValueKind::duration:
      return f(as(std::type_identity<Duration>{}));
    case ValueKind::address:
      return f(as(std::type_identity<Address>{}));
    case ValueKind::boolean:
      return f(as(std::type_identity<Bool>{}));
    case ValueKind::countdown:
      return f(as(std::type_identity<Countdown>{}));
    case ValueKind::capacity:
      return f(as(std::type_identity<Capacity>{}));
    case ValueKind::flag:
      return f(as(std::type_identity<Flag>{}));
    case ValueKind::mask:
      return f(as(std::type_identity<AccessMask>{}));
    case ValueKind::guid:
      return f(as(std::type_identity<GuidIn>{}));
    case ValueKind::text:
      return f(as(std::type_identity<TextIn>{}));
    case ValueKind::size_in_out:
      return f(as(std::type_identity<SizeInOut>{}));
    case ValueKind::out_pointer:
      return f(as(std::type_identity<OutPointer>{}));
    case ValueKind::object_type:
      return f(as(std::type_identity<ObjectType>{}));
    case ValueKind::user_action:
      return f(as(std::type_identity<UserAction>{}));
    case ValueKind::thread_count:
      return f(as(std::type_identity<ThreadCount>{}));
    case ValueKind::given_pid_number:
      return f(as(std::type_identity<Given<Pid>>{}));
    case ValueKind::given_tid_number:
      return f(as(std::type_identity<Given<Tid>>{}));
    case ValueKind::given_tid:
      return f(as(std::type_identity<Given<TidRef>>{}));
    case ValueKind::given_handle:
      return f(as(std::type_identity<Given<HandleRef>>{}));
    case ValueKind::given_text:
      return f(as(std::type_identity<Given<TextRef>>{}));
    case ValueKind::given_dacl:
      return f(as(std::type_identity<Given<DaclRef>>{}));
    case ValueKind::given_stacks:
      return f(as(std::type_identity<Given<StacksRef>>{}));
    case ValueKind::given_ranges:
      return f(as(std::type_identity<Given<RangesRef>>{}));
    case ValueKind::given_loaded_modules:
      return f(as(std::type_identity<Given<LoadedModulesRef>>{}));
    case ValueKind::given_bytes:
      return f(as(std::type_identity<Given<BytesRef>>{}));
    case ValueKind::given_bool:
      return f(as(std::type_identity<Given<bool>>{}));
    case ValueKind::given_mask:
      return f(as(std::type_identity<Given<AccessMask>>{}));
    case ValueKind::csv_flags:
      return f(as(std::type_identity<CsvFlags>{}));
    case ValueKind::version_number:
      return f(as(std::type_identity<VersionNumber>{}));
    case ValueKind::required_text:
      return f(as(std::type_identity<RequiredText>{}));
    case ValueKind::required_bytes:
      return f(as(std::type_identity<RequiredBytes>{}));
    case ValueKind::given_caller:
      return f(as(std::type_identity<Given<Caller>>{}));
    case ValueKind::connection:
      return f(as(std::type_identity<ConnectionRef>{}));
    case ValueKind::open:
      return f(as(std::type_identity<OpenRef>{}));
    case ValueKind::csv_open:
      return f(as(std::type_identity<CsvOpenRef>{}));
    case ValueKind::guid_value:
      return f(as(std::type_identity<Guid>{}));
    case ValueKind::dialect:
      return f(as(std::type_identity<Dialect>{}));
    case ValueKind::lock_kind:
      return f(as(std::type_identity<LockKind>{}));
    case ValueKind::file_rights:
      return f(as(std::type_identity<FileRights>{}));
    case ValueKind::file_offset:
      return f(as(std::type_identity<FileOffset>{}));
    case ValueKind::file_length:
      return f(as(std::type_identity<FileLength>{}));
    case ValueKind::given_dialect:
      return f(as(std::type_identity<Given<Dialect>>{}));
    case ValueKind::given_flavour:
      return f(as(std::type_identity<Given<Flavour>>{}));
    case ValueKind::given_milliseconds:
      return f(as(std::type_identity<Given<Milliseconds>>{}));
    case ValueKind::given_file_access:
      return f(as(std::type_identity<Given<FileAccess>>{}));
    case ValueKind::given_share_access:
      return f(as(std::type_identity<Given<ShareAccess>>{}));
    case ValueKind::given_disposition:
      return f(as(std::type_identity<Given<Disposition>>{}));
    case ValueKind::given_guid:
      return f(as(std::type_identity<Given<Guid>>{}));
    case ValueKind::given_length:
      return f(as(std::type_identity<Given<ContextLength>>{}));
    case ValueKind::given_version:
      return f(as(std::type_identity<Given<VersionPair>>{}));
    case ValueKind::given_durable_request:
      return f(as(std::type_identity<Given<DurableRequest>>{}));
    case ValueKind::given_reconnect:
      return f(as(std::type_identity<Given<Reconnect>>{}));
    case ValueKind::given_hold:
      return f(as(std::type_identity<Given<HoldKind>>{}));
  }
  std::abort();
}

template <class F>
decltype(auto) with_value(ValueKind kind, const void* at, F&& f) {
  return with_value(kind, const_cast<void*>(at), [&f](const auto& value) { return f(value); });
}

// Calls f with each field's value of a step.
template <class F>
void each_value(Step& step, F&& f) {
  void* const at = address(step);
  for (const FieldInfo& field : info(step).fields) with_value(field.kind, field.at(at), f);
}
template <class F>
void each_value(const Step& step, F&& f) {
  each_value(const_cast<Step&>(step), [&f](const auto& value) { f(value); });
}

}  // namespace procreg::harness
