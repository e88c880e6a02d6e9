// SmbCreate: the client's side, the locks, and what a create that was decided brings about.
#include <mutex>

#include "impl/kernel/gate_visit.h"
#include "impl/smb/create_pipeline.h"
#include "impl/smb/opens.h"
#include "impl/smb/reconnect.h"
#include "impl/smb/servers.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

constexpr auto ok = NtStatus::STATUS_SUCCESS;

Answer answered(NtStatus status) noexcept { return {.result = status}; }

// --- The client ---

// SMB-OPEN-08
Sends sends_of(const Connection& connection, const SmbCreate& step) noexcept {
  if (!is_3x(connection.dialect) || step.ai.value) return Sends::nothing;
  return connection.dialect != Dialect::smb_3_1_1 || step.av.value ? Sends::id : Sends::id_and_version;
}

DurableReconnectContext reconnect_sent(const Reconnect& dh2c, TextRef server) noexcept {
  const OpenKey& handle = dh2c.handle.raw;
  const bool of_this_server = handle.connection.server == server;
  return {.durable_id = of_this_server ? number(handle.durable) : 0,
          .volatile_id = of_this_server ? number(handle.volatile_) : 0,
          .create_guid = dh2c.createGuid ? *dh2c.createGuid : handle.create_guid.value_or(zero_guid),
          .persistent = dh2c.persistent};
}

bool knows_create_guid(const SmbCreate& step) noexcept {
  return step.dh2c.value && (step.dh2c.value->createGuid || step.dh2c.value->handle.raw.create_guid);
}

// Lengths are said of contexts that the step itself has: derived ones are always well-formed.
CreateContexts contexts_sent(const SmbCreate& step, const OpenedTag& tag) noexcept {
  CreateContexts sent;
  sent.app_instance_id = step.ai.value ? step.ai.value : tag.id;
  if (step.ai.value) sent.app_instance_id_length = number(step.aiLength.value.value_or(app_instance_id_length));
  if (step.av.value) {
    sent.app_instance_version = step.av.value;
    sent.app_instance_version_length = number(step.avLength.value.value_or(app_instance_version_length));
  } else if (tag.version) {
    sent.app_instance_version = tag.version->pair;
  }
  if (const auto& dh2q = step.dh2q.value)
    sent.durable_request = DurableRequestContext{dh2q->timeoutMs, dh2q->persistent, dh2q->createGuid};
  if (step.dh2c.value) sent.durable_reconnect = reconnect_sent(*step.dh2c.value, step.conn.raw.server);
  return sent;
}

bool same(const OpenedTag& a, const OpenedTag& b) noexcept {
  if (a.id != b.id || a.version.has_value() != b.version.has_value()) return false;
  return !a.version || (a.version->entry == b.version->entry && a.version->turn == b.version->turn);
}

// --- What the server grants ---

// smb.md 7.2
std::uint32_t granted_timeout(const DurableRequestContext& asked, const ShareObject& share) noexcept {
  if (asked.timeout_ms == 0) return share.ca_timeout_ms != 0 ? share.ca_timeout_ms : default_durable_timeout_ms;
  const Flavour flavour = share.server->flavour;
  const bool capped = flavour == Flavour::generic || flavour == Flavour::ws2016plus;
  return capped ? std::min(asked.timeout_ms, durable_timeout_max_ms) : asked.timeout_ms;
}

// Row "durable state reported in the response" of smb.md 2.2.
DurableState reported_state(const Open& open) noexcept {
  const bool generic = open.share->server->flavour == Flavour::generic;
  const bool reported = open.is_durable && (generic || open.is_persistent || open.hold != HoldKind::none);
  if (!reported) return DurableState::none;
  return open.is_persistent ? DurableState::persistent : DurableState::durable;
}

Answer opened(const Open& open, CreateAction action, DurableState state) noexcept {
  return {.result = ok,
          .written = 0b1111,
          .out = {static_cast<std::uint64_t>(action), static_cast<std::uint64_t>(open.hold),
                  static_cast<std::uint64_t>(state), state == DurableState::none ? 0 : open.timeout_ms},
          .made = made_open(open.durable, open.volatile_)};
}

// SMB-DUR-01
void make_durable(Open& open, const ArrivedCreate& arrived, const DurableRequestContext& asked) noexcept {
  open.create_guid = asked.create_guid;
  open.is_durable = true;
  open.is_persistent = asked.persistent && open.share->ca && persistent_handles_usable(arrived.connection);
  open.replay_eligible = open.is_persistent || (open.granted & file_data_rights) != 0;
  open.timeout_ms = granted_timeout(asked, *open.share);
}

// SMB-AI-02, SMB-VER-01
void record_identity(Open& open, const ArrivedCreate& arrived, const ServedContexts& contexts) noexcept {
  const bool records = open.share->server->max_dialect == Dialect::smb_3_1_1 || contexts.request;
  if (!contexts.app_instance || !records) return;
  open.app_instance = contexts.app_instance;
  if (arrived.connection.dialect == Dialect::smb_3_1_1) open.version = contexts.version;
}

}  // namespace

// Where a create goes, as far as it can be told without a lock. Shares come and never go.
struct Servers::Destination {
  Server* server{};
  Connection* connection{};  // nullptr: one that did not come about
  ShareObject* share{};
  std::optional<FileKey> key{};
  std::uint32_t part{};  // of the file
};

// The client of one create and what it sends.
struct Servers::Request {
  Process* caller{};
  ExtendedAttribute ea{};
  Sends sends{};
  OpenedTag tag{};
  bool steady{};  // the tag cannot change
  Part& part;
};

Servers::Destination Servers::destination_of(const SmbCreate& step) const noexcept {
  Destination to;
  to.server = find(step.conn.raw.server);
  if (to.server != nullptr) to.connection = to.server->connection(step.conn.raw.id);
  if (to.connection != nullptr) to.share = to.server->share(text(step.share.ref));
  if (to.share == nullptr) return to;
  if (const auto named = to.share->names.find(step.path.ref)) {
    prefetch_decision(*named->file);
    to.key = FileKey{.known = named->file};
    to.part = named->part;
  } else if (const auto path = valid_path(text(step.path.ref))) {
    to.key = key_on(*to.share, *path);
    to.part = Parts::index_of(to.key->hash);
  }
  return to;
}

// The locks of a create above the gate of its caller.
class Servers::CreateLocks {
 public:
  CreateLocks(Servers& servers, const Destination& to, const SmbCreate& step, bool calls, bool steady) noexcept {
    const bool is_3x = to.connection != nullptr && procreg::is_3x(to.connection->dialect);
    const bool reconnects = is_3x && step.dh2c.value;
    if (steady || reconnects)
      lifecycle_ = std::unique_lock{servers.kernel_.lifecycle};
    else if (calls)
      lifecycle_ = servers.app_instances_.steady_counter();
    if (to.connection == nullptr) return;
    Parts& parts = *servers.parts_;
    if (is_3x && step.dh2q.value) naming_ = std::unique_lock{parts.naming_of(step.dh2q.value->createGuid).lock};
    part = &parts.files[to.part];
    if (reconnects)
      all_.emplace(&parts);
    else
      one_ = std::unique_lock{part->lock};
  }
  bool steady() const noexcept { return lifecycle_.owns_lock(); }

  Part* part{};  // of the file; some part where there is none

 private:
  std::unique_lock<Kernel::Lifecycle> lifecycle_{};
  std::unique_lock<decltype(Parts::Naming::lock)> naming_{};
  std::optional<AllParts> all_{};
  std::unique_lock<decltype(Part::lock)> one_{};
};

Answer Servers::create(By by, const SmbCreate& step) noexcept {
  for (bool steady = false;; steady = true)
    if (const auto answer = attempt(by, step, steady)) return *answer;
}

// nullopt: what it went by changed in the meantime, and nothing has happened.
std::optional<Answer> Servers::attempt(By by, const SmbCreate& step, bool steady) noexcept {
  const Destination to = destination_of(step);
  const CreateLocks locks{*this, to, step, by.has_value(), steady};
  const GateVisit visit{by.value_or(ProcessRef{})};
  if (by && visit.caller() == nullptr) return Answer{.result = not_runnable};
  if (to.connection == nullptr || !to.connection->up.load(sync::acquire))
    return answered(NtStatus::STATUS_CONNECTION_DISCONNECTED);
  if (to.share == nullptr && to.server->share(text(step.share.ref)) != nullptr) return std::nullopt;
  return serve(to, *locks.part, visit.caller(), step, locks.steady());
}

std::optional<Answer> Servers::serve(const Destination& to, Part& part, Process* caller, const SmbCreate& step,
                                     bool steady) noexcept {
  Connection& connection = *to.connection;
  Request request{caller,
                  step.ea.value ? &tables_.at(*step.ea.value) : nullptr,
                  sends_of(connection, step),
                  {},
                  steady || caller == nullptr,
                  part};
  if (caller != nullptr) {
    const auto tag = app_instances_.tag_of_open(*caller, request.ea, request.sends);
    if (!tag) return answered(NtStatus::STATUS_EA_CORRUPT_ERROR);
    request.tag = *tag;
  }
  const EncodedContexts sent{contexts_sent(step, request.tag)};
  const ArrivedCreate arrived{
      .connection = connection,
      .share = to.share,
      .key = to.key,
      .desired = static_cast<std::uint32_t>(step.desiredAccess.value.value_or(default_desired_access)),
      .share_access = number(step.shareAccess.value.value_or(ShareAccess{0})),
      .disposition = step.disposition.value.value_or(Disposition::OPEN_IF),
      .contexts = sent.bytes(),
      .knows_create_guid = knows_create_guid(step),
      .hold = step.hold.value.value_or(HoldKind::none),
      .lease_key = step.leaseKey.value.value_or(zero_guid),
      .encrypted = step.encrypted.value.value_or(connection.encrypted),
      .name = GivenName{step.as.base}};
  CreatePipeline pipeline{kernel_.arena(), profile_, part, arrived};
  NtStatus status = pipeline.admit();
  if (status == ok && pipeline.contexts.reconnect) return reconnect(arrived, pipeline, request);
  if (status == ok) status = pipeline.decide();
  auto answer = commit(arrived, pipeline, request, status);
  // With the same request, for its tag may have moved the counter. While the name is held no other duplicate comes about.
  if (!answer && status == NtStatus::STATUS_DUPLICATE_OBJECTID)
    answer = commit(arrived, pipeline, request, pipeline.decide());
  if (pipeline.file != nullptr && to.key->known == nullptr)
    to.share->names.add(kernel_.arena(), step.path.ref, {pipeline.file, part.index});
  return answer;
}

// The part and, for a reconnect, the lifecycle lock and all parts are locked.
Answer Servers::reconnect(const ArrivedCreate& arrived, const CreatePipeline& pipeline,
                          const Request& request) noexcept {
  const Reclaimed reclaimed = reclaim(profile_, arrived, *pipeline.contexts.reconnect);
  AppInstances::note_create_status(request.tag, reclaimed.status);
  if (reclaimed.status != ok) return answered(reclaimed.status);
  impl::reconnect(kernel_.arena(), *reclaimed.open, arrived.connection, *arrived.share, arrived.name);
  return opened(*reclaimed.open, CreateAction::OPENED, DurableState::none);
}

// What was decided on still holds. The ledger's lock is held.
bool Servers::stands(const CreatePipeline& pipeline, const Request& request, NtStatus status) noexcept {
  if (status == NtStatus::STATUS_DUPLICATE_OBJECTID && !pipeline.is_duplicate()) return false;
  if (request.steady) return true;
  const auto tag = app_instances_.tag_of_open(*request.caller, request.ea, request.sends);
  return tag && same(*tag, request.tag);
}

// The step takes place while the ledger is locked and the ids are held: there the tag is still what was sent, and everything that
// steps on other files can see of this one changes. nullopt: the tag has changed.
std::optional<Answer> Servers::commit(const ArrivedCreate& arrived, CreatePipeline& pipeline, const Request& request,
                                      NtStatus status) noexcept {
  if (const auto answer = commit_alone(arrived, pipeline, request, status)) return answer;
  Arena& arena = kernel_.arena();
  Part& part = request.part;
  Server& server = *arrived.connection.server;
  const CreateAction action = pipeline.file == nullptr ? CreateAction::CREATED : CreateAction::OPENED;
  Open* open = nullptr;
  {
    const std::scoped_lock lock{server.ledger.lock};
    OpenIds::Hold ids{server.ids};
    if (!stands(pipeline, request, status)) {
      pipeline.withdraw();
      return std::nullopt;
    }
    for (const Closing& closing : part.closing) {
      strike(arena, *closing.open, closing.reason);
      dissolve(arena, *closing.open);
    }
    if (status == ok) open = &new_open(arrived, pipeline, part, ids.take());
    AppInstances::note_create_status(request.tag, status);
  }
  return finished(part, status, action, open);
}

// Of a create that no process makes, that closes nothing and names nothing, steps on other files see the ids only: it does without
// the ledger. nullopt: it is another one, or somebody holds the ids.
std::optional<Answer> Servers::commit_alone(const ArrivedCreate& arrived, CreatePipeline& pipeline,
                                            const Request& request, NtStatus status) noexcept {
  Part& part = request.part;
  if (request.caller != nullptr || !part.closing.empty() || pipeline.contexts.request) return std::nullopt;
  const CreateAction action = pipeline.file == nullptr ? CreateAction::CREATED : CreateAction::OPENED;
  Open* open = nullptr;
  if (status == ok) {
    const auto ids = arrived.connection.server->ids.take();
    if (!ids) return std::nullopt;
    open = &new_open(arrived, pipeline, part, *ids);
  }
  return finished(part, status, action, open);
}

// Step 15
Open& Servers::new_open(const ArrivedCreate& arrived, CreatePipeline& pipeline, Part& part,
                        const OpenIds::Pair& ids) noexcept {
  Arena& arena = kernel_.arena();
  if (pipeline.file == nullptr) pipeline.file = &add_file(arena, part, *arrived.connection.server, *arrived.key);
  Open& open = fresh_open(arena, *pipeline.file);
  open.share = arrived.share;
  enlist(arena, open, ids);
  open.connection = &arrived.connection;
  open.client_guid = arrived.connection.client_guid;
  open.owner = arrived.connection.user;
  open.name = arrived.name;
  open.granted = pipeline.granted;
  open.share_access = static_cast<std::uint8_t>(arrived.share_access);
  open.hold = pipeline.hold;
  if (open.hold == HoldKind::handle_lease) open.lease_key = arrived.lease_key;
  if (pipeline.contexts.request) make_durable(open, arrived, *pipeline.contexts.request);
  record_identity(open, arrived, pipeline.contexts);
  if (open.create_guid) give_name(arena, open);
  return open;
}

// What was decided has taken place; `open` is the one that was made, if any.
Answer Servers::finished(Part& part, NtStatus status, CreateAction action, Open* open) noexcept {
  for (Open* broken : part.broken) break_hold(*broken);
  if (open == nullptr) return answered(status);
  enter(kernel_.arena(), *open);
  return opened(*open, action, reported_state(*open));
}

}  // namespace procreg::impl::inline PROCREG_SYNC
