// Topic: one owner. Random scripts of two nodes over two shares and two files each, held against the state machine of smb.md 8.
#include <algorithm>

#include "scenarios/properties/check.h"
#include "scenarios/properties/expected_owner.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum NtStatus;

constexpr std::uint32_t nodes = 2;
constexpr std::uint32_t slots = Site::shares * Site::files;
using State = ExpectedOwner::State;

// A handle that some create returned, and what its client knows of it.
struct Handle {
  Name name{};
  Name conn{};
  std::uint32_t slot{};
  DurableId open{};
  std::uint32_t lease{};  // the key, where it had one
  bool latest{true};      // of its open: no reconnect gave another
};

class Failover {
 public:
  explicit Failover(Story& story) : story_{story}, site_{story}, machines_{MachineIndex{}, another_machine(story)} {
    story_.set(choice::version_not_greater, VersionNotGreater::overwrite);
    story_.any(choice::smb_not_available_order);
    story_.any(choice::smb_orphan_client_guid);
    story_.any(choice::smb_version_zero);
    story_.any(choice::smb_version_on_old_dialect);
    story_.any(choice::smb_persistent_reconnect_without_hold);
    site_.start({.flavour = {any_new_flavour(story_)}});
    for (std::uint32_t s = 0; s < Site::shares; ++s) site_.share(s, {.ca = {s == 0}});
    for (std::uint32_t slot = 0; slot < slots; ++slot) owners_.emplace_back(story_.profile(), slot / Site::files == 0);
    content_.resize(slots);
    for (std::uint32_t node = 0; node < nodes; ++node) begin(node);
  }

  void step() {
    switch (story_.below(10)) {
      case 0:
      case 8:
        disconnect(story_.below(nodes));
        break;
      case 1:
      case 9:
        advance();
        break;
      case 2:
        if (!handles_.empty()) close(any_handle());
        break;
      case 3:
      case 4:
        if (!handles_.empty()) reconnect(any_handle(), story_.below(nodes));
        break;
      default:
        create();
        break;
    }
    holds();
  }

 private:
  Handle& any_handle() {
    // The latest are tried more often than old ones.
    const auto n = static_cast<std::uint32_t>(handles_.size());
    const std::uint32_t back = story_.below(std::min(n, story_.coin() ? n : 2));
    return handles_[n - 1 - back];
  }
  bool up(const Handle& handle) const {
    return std::any_of(conns_.begin(), conns_.end(), [&](Name conn) { return conn == handle.conn; });
  }
  bool owns(const Handle& handle) const {
    const ExpectedOwner& owner = owners_[handle.slot];
    return handle.latest && up(handle) && owner.state() == State::held && owner.open() == handle.open;
  }

  // SMB-DUR-11 is about an open that is still there; of any other its connection is asked first.
  NtStatus refusal_of(const Handle& handle) const {
    const ExpectedOwner& owner = owners_[handle.slot];
    const bool reconnected = !handle.latest && owner.state() != State::free && owner.open() == handle.open;
    return reconnected || up(handle) ? STATUS_FILE_CLOSED : STATUS_CONNECTION_DISCONNECTED;
  }

  static MachineIndex another_machine(Story& story) { return story.add_machine(FilterState::loaded); }
  // A node has a program without tag and a process that is tagged {g1}.
  void begin(std::uint32_t node) {
    story_.must_be(story_.tag(processes_[node], handle(current_process), {Story::guid(0)}), Win32Error::ERROR_SUCCESS,
                   "the process of a node is tagged");
    connect(node);
  }
  void connect(std::uint32_t node) {
    old_dialect_[node] = story_.below(3) == 0;
    conns_[node] = site_.connect(node, old_dialect_[node] ? Dialect::smb_3_0_2 : Dialect::smb_3_1_1,
                                 {.client = {machines_[node]}});
  }
  void disconnect(std::uint32_t node) {
    story_.must_be(story_.disconnect(conns_[node]), applied, "a node is cut off");
    for (const DurableId open : opens_on(conns_[node]))
      for (ExpectedOwner& owner : owners_)
        if (owner.state() == State::held && owner.open() == open) owner.disconnect(now_, log_);
    connect(node);
  }
  // Of the connection, in their order.
  std::vector<DurableId> opens_on(Name conn) const {
    std::vector<DurableId> opens;
    for (const Handle& handle : handles_)
      if (handle.latest && handle.conn == conn) opens.push_back(handle.open);
    std::sort(opens.begin(), opens.end());
    return opens;
  }

  void advance() {
    now_ += story_.one_of<std::uint32_t>({1, 499, 500, 1000, 60000});
    story_.advance(now_ - story_.seen().head.now);
    std::vector<ExpectedOwner*> due;
    for (ExpectedOwner& owner : owners_)
      if (owner.state() == State::orphan) due.push_back(&owner);
    std::sort(due.begin(), due.end(), [](const ExpectedOwner* a, const ExpectedOwner* b) {
      return std::pair{a->deadline(), a->open()} < std::pair{b->deadline(), b->open()};
    });
    for (ExpectedOwner* owner : due) owner->expire(now_, log_);
  }

  void create() {
    const std::uint32_t slot = story_.below(3) == 0 ? story_.below(slots) : 0;  // mostly the one where they meet
    ++created_;
    const bool tagged = story_.below(3) == 0;
    const Coming coming = tagged ? coming_by_process(story_.below(nodes)) : coming_by_program(story_.below(nodes));
    const NtStatus expected = owners_[slot].create(coming, next_, log_);
    const Name made = story_.create_file(step_of(coming, slot, tagged));
    story_.must_be(story_.last().result, expected, "a create is answered as the state of its file says");
    if (tagged && coming.version) must_be_told(coming.client, expected);
    if (expected != STATUS_SUCCESS) return;
    handles_.push_back({made, conns_[coming.client], slot, next_, created_});
    next_ = DurableId{number(next_) + 1};
  }
  Coming coming_by_program(std::uint32_t node) {
    Coming coming = any_coming(node);
    if (story_.below(5) != 0) coming.id = Story::guid(story_.below(8) == 0 ? 1 : 0);
    if (story_.coin()) coming.version = VersionPair{story_.below(2), story_.below(3)};
    return coming;
  }
  // What its tag brings along: the version only over 3.1.1.
  Coming coming_by_process(std::uint32_t node) {
    Coming coming = any_coming(node);
    coming.id = Story::guid(0);
    if (story_.coin()) {
      registered_[node] = VersionPair{story_.below(2), story_.below(3)};
      story_.must_be(story_.set_version(processes_[node], {Story::guid(0)}, *registered_[node]),
                     Win32Error::ERROR_SUCCESS, "a node registers a version");
    }
    if (!old_dialect_[node]) coming.version = registered_[node];
    return coming;
  }
  Coming any_coming(std::uint32_t node) {
    Coming coming{
        .client = node, .old_dialect = old_dialect_[node], .id = {}, .version = {}, .durable = {}, .hold = {}};
    if (story_.below(4) != 0) {
      const std::uint32_t timeout = story_.one_of<std::uint32_t>({500, 1000, 0, 400000});
      coming.durable = DurableRequest{create_guid(created_), timeout, story_.below(3) != 0};
    }
    coming.hold = story_.one_of({HoldKind::none, HoldKind::batch, HoldKind::handle_lease});
    return coming;
  }
  void must_be_told(std::uint32_t node, NtStatus status) {
    const SnapVersion* version = story_.machine(machines_[node]).version(Story::guid(0));
    story_.must(version != nullptr && version->lastStatus == status, "its node knows how the version fared");
  }
  SmbCreate step_of(const Coming& coming, std::uint32_t slot, bool tagged) const {
    SmbCreate create = site_.on(conns_[coming.client], slot / Site::files, slot % Site::files);
    if (tagged) {
      create.by = {caller(processes_[coming.client])};
    } else {
      create.ai = {coming.id};
      create.av = {coming.version};
    }
    create.dh2q = {coming.durable};
    create.hold = {coming.hold};
    if (coming.hold == HoldKind::handle_lease) create.leaseKey = {lease_key(created_)};
    return create;
  }

  void close(Handle& handle) {
    const bool owner = owns(handle);
    const NtStatus refusal = refusal_of(handle);
    story_.must_be(story_.close_file(handle.name), owner ? STATUS_SUCCESS : refusal, "only the owner closes");
    if (owner) owners_[handle.slot].close();
  }

  void reconnect(const Handle& old, std::uint32_t node) {
    ExpectedOwner& owner = owners_[old.slot];
    const bool its = owner.state() != State::free && owner.open() == old.open;
    const bool flag = its && story_.below(4) != 0 ? owner.persistent() : story_.coin();
    SmbCreate again = site_.on(conns_[node], old.slot / Site::files, old.slot % Site::files);
    again.dh2c = {Reconnect{opened(old.name), {}, flag}};
    if (its) again.hold = {owner.hold()};
    if (its && owner.hold() == HoldKind::handle_lease) again.leaseKey = {lease_key(old.lease)};
    const NtStatus expected = its ? owner.reconnect(node, flag) : STATUS_OBJECT_NAME_NOT_FOUND;
    const Name made = story_.create_file(again);
    story_.must_be(story_.last().result, expected, "a reconnect is answered as the state of its file says");
    if (expected != STATUS_SUCCESS) return;
    Handle next{made, conns_[node], old.slot, old.open, old.lease};
    for (Handle& handle : handles_)
      if (handle.open == next.open) handle.latest = false;
    handles_.push_back(next);
  }

  // --- What holds after every step ---

  void holds() {
    const SeenServer& now = site_.seen();
    for (std::uint32_t slot = 0; slot < slots; ++slot) one_holder(slot);
    story_.must(now.forced_closes.size() == log_.size(), "opens are forced to close only where the states say so");
    for (std::size_t i = 0; i < log_.size(); ++i)
      story_.must(now.forced_closes[i].open == log_[i].open && now.forced_closes[i].reason == log_[i].reason,
                  "and for the reason that they say");
    for (std::uint32_t left = std::min<std::uint32_t>(2, static_cast<std::uint32_t>(handles_.size())); left > 0; --left)
      reads_and_writes(handles_[story_.below(static_cast<std::uint32_t>(handles_.size()))]);
  }

  void one_holder(std::uint32_t slot) const {
    const ExpectedOwner& owner = owners_[slot];
    const auto opens = site_.opens_of(slot / Site::files, slot % Site::files);
    story_.must(opens.size() == (owner.state() == State::free ? 0U : 1U), "a file has one owner at most");
    if (opens.empty()) return;
    const SnapOpen& open = opens.front()->is;
    story_.must(open.durableId == owner.open(), "the one that its state says");
    story_.must(open.connection.has_value() == (owner.state() == State::held), "live or an orphan");
    story_.must(open.version == owner.version() && open.hold == owner.hold(), "with its version and its hold");
  }

  // The owner reads and writes; whoever lost the file never does again.
  void reads_and_writes(const Handle& handle) {
    const std::uint32_t k = story_.below(4);
    const bool owner = owns(handle);
    const NtStatus refusal = refusal_of(handle);
    story_.must_be(story_.read(handle.name, 0, 0).result, owner ? STATUS_SUCCESS : refusal, "only the owner reads");
    story_.must_be(story_.write(handle.name, 0, site_.byte(k)), owner ? STATUS_SUCCESS : refusal,
                   "only the owner writes");
    if (owner) content_[handle.slot] = {static_cast<std::uint8_t>(0xA0 + k)};
    const SeenFile* file = site_.file(handle.slot / Site::files, handle.slot % Site::files);
    story_.must(file != nullptr && file->content == content_[handle.slot], "and the file has what an owner wrote");
  }

  Story& story_;
  Site site_;
  std::array<MachineIndex, nodes> machines_;
  std::array<Name, nodes> processes_{Story::main, story_.process({.machine = machines_[1]})};
  std::array<std::optional<VersionPair>, nodes> registered_{};
  std::vector<ExpectedOwner> owners_{};
  std::vector<std::vector<std::uint8_t>> content_{};
  std::array<Name, nodes> conns_{};
  std::array<bool, nodes> old_dialect_{};
  std::vector<Handle> handles_{};
  std::vector<SnapForcedClose> log_{};
  std::uint64_t now_{};
  std::uint32_t created_{};
  DurableId next_{1};
};

void a_file_has_one_owner(Story& story) {
  Failover failover{story};
  for (std::uint32_t left = story.between(2, 14); left > 0; --left) failover.step();
}

}  // namespace

Suite one_owner() {
  static const harness::Property all[] = {
      {"A file has one owner at a time, and the states of smb.md 8 predict each answer and each forced close",
       about<"CCF-VER-08", "SMB-OPEN-08", "SMB-AI-10", "SMB-AI-16", "SMB-AI-17", "SMB-AI-18", "SMB-VER-07",
             "SMB-DUR-03", "SMB-DUR-05", "SMB-DUR-06", "SMB-DUR-11">(),
       run<a_file_has_one_owner, 300>},
  };
  return all;
}

}  // namespace procreg::scenarios
