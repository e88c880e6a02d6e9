// SmbRead, SmbWrite, SmbLock and SmbClose (smb.md 4.4).
#include <algorithm>
#include <mutex>

#include "impl/kernel/gate_visit.h"
#include "impl/smb/byte_locks.h"
#include "impl/smb/opens.h"
#include "impl/smb/servers.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

constexpr auto ok = NtStatus::STATUS_SUCCESS;

Answer answered(NtStatus status) noexcept { return {.result = status}; }

Answer with_bytes(std::span<const std::uint8_t> bytes) noexcept {
  return {.result = ok, .written = 1, .out = out_of_bytes(bytes)};
}

// SMB-OPEN-16
Answer read_from(const Open& open, ByteRange range) noexcept {
  const File& file = *open.file;
  if ((open.granted & FILE_READ_DATA) == 0) return answered(NtStatus::STATUS_ACCESS_DENIED);
  if (range.length == 0) return with_bytes({});
  if (read_conflicts(file, open.durable, range)) return answered(NtStatus::STATUS_FILE_LOCK_CONFLICT);
  if (range.offset >= file.size) return answered(NtStatus::STATUS_END_OF_FILE);
  const std::uint64_t left = file.size - range.offset;
  return with_bytes(file.bytes().subspan(static_cast<std::size_t>(range.offset),
                                         static_cast<std::size_t>(std::min(range.length, left))));
}

// Row "right to write" of smb.md 2.2. A range without bytes extends nothing.
bool may_write(const Open& open, ByteRange range) noexcept {
  const bool by_range = open.share->server->flavour == Flavour::generic;
  if (!by_range) return (open.granted & (FILE_WRITE_DATA | FILE_APPEND_DATA)) != 0;
  const bool extends = range.length != 0 && range.offset + range.length > open.file->size;
  return (open.granted & (extends ? FILE_APPEND_DATA : FILE_WRITE_DATA)) != 0;
}

// The size too; what comes between the old size and the new one is 0.
void extend(Arena& arena, File& file, std::uint32_t size) noexcept {
  if (size > file.room.size()) {
    std::size_t room = std::max<std::size_t>(64, file.room.size() * 2);
    while (room < size) room *= 2;
    const std::span<std::uint8_t> fresh = arena.array<std::uint8_t>(room);
    std::copy_n(file.room.begin(), file.size, fresh.begin());
    arena.drop(file.room);
    file.room = fresh;
  }
  file.size = size;
}

// SMB-OPEN-17. It ends at file_size_max at the latest. The room behind the size is 0: files never shrink.
NtStatus write_to(Arena& arena, const Open& open, std::uint64_t offset, std::span<const std::uint8_t> bytes) noexcept {
  File& file = *open.file;
  const ByteRange range{offset, bytes.size()};
  if (!may_write(open, range)) return NtStatus::STATUS_ACCESS_DENIED;
  if (bytes.empty()) return ok;
  if (write_conflicts(file, open.durable, range)) return NtStatus::STATUS_FILE_LOCK_CONFLICT;
  const std::uint64_t end = offset + bytes.size();
  if (end > file.size) extend(arena, file, static_cast<std::uint32_t>(end));
  std::copy(bytes.begin(), bytes.end(), file.room.begin() + static_cast<std::ptrdiff_t>(offset));
  return ok;
}

NtStatus lock_in(Arena& arena, Open& open, ByteRange range, LockKind kind) noexcept {
  if (kind == LockKind::unlock) return remove_lock(open, range);
  return add_lock(arena, open, range, kind == LockKind::exclusive);
}

}  // namespace

// What travels with each of them.
struct Servers::Operation {
  const OpenKey& handle;
  std::optional<bool> encrypted{};  // none: as the connection
  bool looks_up_first{};            // before the encryption is checked
};

// `perform` is called with the open while its part is locked, unless the operation is refused before.
template <class Do>
Answer Servers::operate(const By& by, const Operation& operation, Do&& perform) noexcept {
  const OpenKey& handle = operation.handle;
  Server* server = find(handle.connection.server);
  Connection* connection = server == nullptr ? nullptr : server->connection(handle.connection.id);
  const auto [open, part] = server == nullptr ? OpenPlace{} : server->handles.find(handle.durable);
  std::unique_lock<decltype(Part::lock)> lock;
  if (open != nullptr) lock = std::unique_lock{parts_->files[part].lock};
  const GateVisit visit{by.value_or(ProcessRef{})};
  if (by && visit.caller() == nullptr) return {.result = not_runnable};
  if (handle.durable == DurableId{}) return answered(NtStatus::STATUS_FILE_CLOSED);
  const bool still_there = open != nullptr && open->durable == handle.durable;
  if (still_there && open->volatile_ != handle.volatile_) return answered(NtStatus::STATUS_FILE_CLOSED);  // SMB-DUR-11
  if (connection == nullptr || !connection->up.load(sync::acquire))
    return answered(NtStatus::STATUS_CONNECTION_DISCONNECTED);
  const bool found = still_there && open->connection == connection;
  if (!found && operation.looks_up_first) return answered(NtStatus::STATUS_FILE_CLOSED);
  const ShareObject* share = server->share(text(handle.share));
  if (share != nullptr &&
      !encryption_suffices(*connection, *share, operation.encrypted.value_or(connection->encrypted)))
    return answered(NtStatus::STATUS_ACCESS_DENIED);
  if (!found) return answered(NtStatus::STATUS_FILE_CLOSED);
  return perform(*open);
}

Answer Servers::read(By by, const SmbRead& step) noexcept {
  return operate(by, {step.h.raw, step.encrypted.value}, [&](Open& open) {
    clear_replay_eligible(open);
    return read_from(open, {number(step.offset), number(step.length)});
  });
}

Answer Servers::write(By by, const SmbWrite& step) noexcept {
  return operate(by, {step.h.raw, step.encrypted.value}, [&](Open& open) {
    clear_replay_eligible(open);
    return answered(write_to(kernel_.arena(), open, number(step.offset), tables_.at(step.bytes.ref)));
  });
}

Answer Servers::lock(By by, const SmbLock& step) noexcept {
  return operate(by, {step.h.raw}, [&](Open& open) {
    clear_replay_eligible(open);
    return answered(lock_in(kernel_.arena(), open, {number(step.offset), number(step.length)}, step.kind));
  });
}

Answer Servers::close(By by, const SmbClose& step) noexcept {
  return operate(by, {step.h.raw, step.encrypted.value, true}, [&](Open& open) {
    impl::close(kernel_.arena(), open, std::nullopt);
    return answered(ok);
  });
}

}  // namespace procreg::impl::inline PROCREG_SYNC
