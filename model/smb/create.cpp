// SmbCreate (smb.md 4.2). The steps are those of its pipeline.
#include "model/smb/create.h"

#include "model/ccf/open_tag.h"
#include "model/rules.h"
#include "model/smb/app_instance.h"
#include "model/smb/contexts.h"
#include "model/smb/durability.h"
#include "model/smb/file_key.h"
#include "model/smb/flavour.h"
#include "model/smb/share_modes.h"
#include "model/smb/travel.h"

namespace procreg::model {

using enum NtStatus;

namespace {

constexpr std::uint32_t generic_bits = FILE_GENERIC_ALL | FILE_GENERIC_EXECUTE | FILE_GENERIC_WRITE | FILE_GENERIC_READ;

std::uint32_t expanded(std::uint32_t access) {
  std::uint32_t specific = access & ~generic_bits;
  if ((access & FILE_GENERIC_ALL) != 0) specific |= FILE_ALL_RIGHTS;
  if ((access & FILE_GENERIC_EXECUTE) != 0) specific |= file_execute_rights;
  if ((access & FILE_GENERIC_WRITE) != 0) specific |= file_write_rights;
  if ((access & FILE_GENERIC_READ) != 0) specific |= file_read_rights;
  return specific;
}

std::uint32_t desired(const Create& create) {
  return static_cast<std::uint32_t>(create.call.desiredAccess.value.value_or(default_desired_access));
}

Failure existence(const Create& create, bool exists) {
  const Disposition disposition = create.call.disposition.value.value_or(Disposition::OPEN_IF);
  if (disposition == Disposition::OPEN && !exists) return {STATUS_OBJECT_NAME_NOT_FOUND, "SMB-OPEN-14"};
  if (disposition == Disposition::CREATE && exists) return {STATUS_OBJECT_NAME_COLLISION, "SMB-OPEN-14"};
  return no_failure;
}

// Step 13. FILE_READ_DATA comes with FILE_EXECUTE, whatever the acl says.
Failure access(Create& create, std::uint32_t allowed) {
  const std::uint32_t wanted = expanded(desired(create));
  const bool maximum = (wanted & FILE_MAXIMUM_ALLOWED) != 0;
  const bool lacks = (wanted & ~FILE_MAXIMUM_ALLOWED & ~allowed) != 0;
  if (lacks || (maximum && allowed == 0)) return {STATUS_ACCESS_DENIED, "SMB-OPEN-14"};
  create.granted = maximum ? allowed : wanted;
  if ((create.granted & FILE_EXECUTE) != 0) create.granted |= FILE_READ_DATA;
  return no_failure;
}

std::uint32_t allowed(const Create& create, std::optional<FileId> file) {
  return file.has_value() ? allowed_to(file_of(create.server, *file), create.connection.user) : FILE_ALL_RIGHTS;
}

Open new_open(Draft& world, const Create& create, FileId file, Choices& choices) {
  Open open{.durable_id = create.server.next_durable_id,
            .name = given_name({create.call.as.base, itself_part}),
            .volatile_id = create.server.next_volatile_id,
            .connection = create.connection_id,
            .share = create.share->name,
            .file = file,
            .granted = FileRights{create.granted},
            .share_access = create.call.shareAccess.value.value_or(ShareAccess{0}),
            .client_guid = create.connection.client_guid,
            .owner = create.connection.user};
  open.app_instance_id = recorded_id(world, create);
  open.version = recorded_version(world, create, choices);
  make_durable(world, create, open);
  open.hold = granted_hold(world, create);
  if (open.hold == HoldKind::handle_lease) open.lease_key = lease_key(create);
  return open;
}

// Step 15.
void make(Edit& next, const Create& create, bool exists, Choices& choices) {
  const FileId file = file_with(next, create.index, create.key);
  const Open open = new_open(next, create, file, choices);
  Server& server = next.server_head(create.index);
  server.next_durable_id = DurableId{number(open.durable_id) + 1};
  server.next_volatile_id = VolatileId{number(open.volatile_id) + 1};
  next.opens(create.index).push_back(open);
  next.applies_if(create.lost_version, "SMB-VER-09");

  const bool reported = reports_durable_state(server.flavour, open);
  const DurableState reached = open.is_persistent ? DurableState::persistent : DurableState::durable;
  returns(next, exists ? CreateAction::OPENED : CreateAction::CREATED, open, reported ? reached : DurableState::none,
          reported ? open.timeout_ms : 0);
}

// Steps 7 to 15.
Failure opened(Edit& next, Create& create, Choices& choices) {
  const bool not_available_first = not_available(create) && choices.take(choice::smb_not_available_order) ==
                                                                SmbNotAvailableOrder::not_available_first;
  if (not_available_first) return not_available(create);  // 7
  drop_ignored(create, choices);
  if (const Failure f = takes_over(next, create, choices)) return f;       // 8
  if (const Failure f = not_available(create)) return f;                   // 9
  if (const Failure f = duplicate_guid(create)) return f;                  // 10
  if (desired(create) == 0) return {STATUS_ACCESS_DENIED, "SMB-OPEN-14"};  // 11
  const auto file = find_file(create.server, create.key);
  if (const Failure f = existence(create, file.has_value())) return f;    // 12
  if (const Failure f = access(create, allowed(create, file))) return f;  // 13
  if (const Failure f = shares(next, create)) return f;                   // 14
  make(next, create, file.has_value(), choices);                          // 15
  return no_failure;
}

// What the server makes of it: steps 2 to 15.
Failure served(Edit& next, Create& create, Choices& choices) {
  next.applies("SMB-OPEN-03");
  const Tables& tables = next.tables();
  create.share = find_share(create.server, create.call.share.ref, tables);
  if (create.share == nullptr) return {STATUS_BAD_NETWORK_NAME, "SMB-OPEN-14"};  // 2
  if (!may_travel(create.connection, *create.share, create.call.encrypted.value))
    return {STATUS_ACCESS_DENIED, "SMB-OPEN-04"};  // 3
  drop_invalid(next, create);                      // 5, which 4 asks for
  const bool valid = is_valid_path(tables.at(create.call.path.ref));
  if (!valid && !create.contexts.dh2c.has_value()) return {STATUS_OBJECT_NAME_INVALID, "SMB-OPEN-06"};  // 4
  if (const Failure f = malformed(next, create)) return f;                                              // 5
  if (valid) create.key = key_of(next, *create.share, create.call.path.ref);
  if (create.contexts.dh2c.has_value()) return reconnects(next, create, choices);  // 6
  return opened(next, create, choices);
}

void refuse(Edit& next, const Create& create, Failure failure) {
  next.applies("SMB-OPEN-14");
  next.applies_if(create.took_over, "SMB-AI-15");
  next.refuse(failure.status, failure.clause);
}

// CCF-VER-08, on the machine that the version came from.
void remember_status(Edit& next, MachineIndex machine, Guid id, NtStatus status) {
  next.effect("CCF-VER-08", [&] {
    for (Version& version : next.versions(machine))
      if (version.id == id) version.last_status = status;
  });
}

// Step 1 and what follows, on a connection that is up.
void send(Edit& next, Create create, Choices& choices) {
  const SmbCreate& call = create.call;
  const Dialect dialect = create.connection.dialect;
  const Caller* by = caller_of(call);
  std::optional<CarriedTag> tag;
  if (by != nullptr) {
    const bool derives_id = is_3x(dialect) && !call.ai.value.has_value();
    tag = carried_tag(next, by->raw, call.ea.value, derives_id, choices);
    next.applies_if(tag->open_fails(), "CCF-OPEN-04");
    if (tag->open_fails()) return void(next.refuse(STATUS_EA_CORRUPT_ERROR, "SMB-OPEN-09"));
  }
  const CarriedTag* carried = tag.has_value() ? &*tag : nullptr;
  create.contexts = sent(next, call, carried, dialect);

  const Failure failure = served(next, create, choices);
  if (failure) refuse(next, create, failure);
  if (sends_derived_version(call, carried, dialect))
    remember_status(next, by->raw.machine, *carried->id, failure ? failure.status : STATUS_SUCCESS);
}

}  // namespace

void returns(Edit& next, CreateAction action, const Open& open, DurableState durable, std::uint32_t timeout_ms) {
  next.output<SmbCreate>(0, static_cast<std::uint64_t>(action));
  next.output<SmbCreate>(1, static_cast<std::uint64_t>(open.hold));
  next.output<SmbCreate>(2, static_cast<std::uint64_t>(durable));
  next.output<SmbCreate>(3, timeout_ms);
  next.made(made_open(open.durable_id, open.volatile_id));
}

Ruling& rule(Draft& world, const SmbCreate& call, Choices& choices) {
  const Server* server = find_server(world.now(), call.conn.raw.server);
  const Connection* connection = up_connection(server, call.conn.raw.id);
  if (connection == nullptr) return world.refuse(STATUS_CONNECTION_DISCONNECTED, "SMB-OPEN-10");  // 1
  return world.commit(STATUS_SUCCESS, "SMB-OPEN-15", [&](Edit& next) {
    send(next,
         {.call = call,
          .index = index_of(next.now(), *server),
          .server = *server,
          .connection_id = call.conn.raw.id,
          .connection = *connection},
         choices);
  });
}

}  // namespace procreg::model
