// What does an SMB server's decision on one create cost with 1,000 to 1,000,000 opens, and do two threads create in each other's way?
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "api/world.h"
#include "bench/fixture.h"
#include "bench/question.h"
#include "impl/world.h"

namespace procreg::bench {

namespace {

constexpr std::size_t clients = 2;     // also the most threads: one client each
constexpr std::size_t own_files = 64;  // of a client, not open between two operations
constexpr std::size_t few_files = 100;
constexpr VersionPair version_of_opens{7, 0};

enum class Opens : std::uint8_t { versioned, unversioned };

Guid id_of(std::size_t file) { return {.high = 0x1122334455667788U, .low = file + 1}; }

// A server that holds an open on each of many files, made by client 0. Every id is another one.
class FileServer {
 public:
  FileServer(std::size_t opens, Opens kind)
      : kind_{kind},
        first_path_{add_paths(opens)},
        world_{world_for(), tables_, documented_profile()},
        holders_(opens) {
    began_ = begin();
    for (std::size_t file = 0; file < opens; ++file) began_ = open(file, 0) && began_;
  }

  bool began() const { return began_; }

  // The other client comes with the version that the open has: the id is found, the gate compares, nothing is closed.
  bool refused(Draw& draw, std::size_t) { return refused_at(draw.below(holders_.size())); }

  // The same with few of the files, which then are in the caches: what remains is what the tables themselves cost.
  bool refused_at_few(Draw& draw, std::size_t) {
    return refused_at(draw.below(few_files) * (holders_.size() / few_files));
  }

  // Another id: share modes refuse.
  bool shut_out(Draw& draw, std::size_t) {
    SmbCreate create = create_of(draw.below(holders_.size()), 1);
    create.ai.value = Guid{.high = 1, .low = 1};
    return world_.perform(create).result == Result{NtStatus::STATUS_SHARING_VIOLATION};
  }

  // The client that does not hold the file takes it over.
  bool taken_over(Draw& draw, std::size_t) {
    const std::size_t file = draw.below(holders_.size());
    holders_[file] ^= 1U;
    return open(file, holders_[file]);
  }

  // A file that nobody has open is opened and closed.
  bool opened_and_closed(Draw& draw, std::size_t thread) {
    const std::size_t file = holders_.size() + thread * own_files + draw.below(own_files);
    const Answer answer = world_.perform(create_of(file, thread));
    SmbClose close;
    close.h.raw = {.connection = connection(thread),
                   .share = share_,
                   .durable = made_durable(answer.made),
                   .volatile_ = made_volatile(answer.made)};
    return answer.result == Result{NtStatus::STATUS_SUCCESS} &&
           world_.perform(close).result == Result{NtStatus::STATUS_SUCCESS};
  }

 private:
  bool refused_at(std::size_t file) {
    return world_.perform(create_of(file, 1)).result == Result{NtStatus::STATUS_FILE_FORCED_CLOSED};
  }

  static WorldSpec world_for() {
    WorldSpec spec;
    spec.machines.resize(clients);
    spec.processes.clear();
    return spec;
  }

  // Their places in the tables follow each other: to look a path up must not cost a cache miss of the benchmark's own.
  TextRef add_paths(std::size_t opens) {
    const auto first = static_cast<std::uint32_t>(tables_.texts());
    for (std::size_t file = 0; file < opens + clients * own_files; ++file) {
      const std::string path = fmt::format("vm\\disk{:07}.vhdx", file);
      tables_.text(std::u16string{path.begin(), path.end()});
    }
    return TextRef{first};
  }

  bool done(const Step& step) { return world_.perform(step).result == applied; }

  bool begin() {
    bool all = done(SmbServerStart{.server = {server_}}) &&
               done(SmbShare{.server = {server_}, .share = {share_}, .localPath = {folder_}});
    for (std::size_t client = 0; client < clients; ++client) {
      SmbConnect connect{.client = {MachineIndex{static_cast<std::uint8_t>(client)}}, .server = {server_}};
      connect.clientGuid = {.high = 2, .low = client};
      connect.dialect = Dialect::smb_3_1_1;
      all = done(connect) && all;
    }
    return all;
  }

  ConnectionKey connection(std::size_t client) const {
    return {.server = server_, .id = ConnectionId{static_cast<std::uint32_t>(client + 1)}};
  }

  SmbCreate create_of(std::size_t file, std::size_t client) const {
    SmbCreate create;
    create.conn.raw = connection(client);
    create.share = {share_};
    create.path = {TextRef{first_path_.index + static_cast<std::uint32_t>(file)}};
    create.ai.value = id_of(file);
    if (kind_ == Opens::versioned) create.av.value = version_of_opens;
    return create;
  }

  bool open(std::size_t file, std::size_t client) {
    return world_.perform(create_of(file, client)).result == Result{NtStatus::STATUS_SUCCESS};
  }

  Opens kind_;
  Tables tables_{};
  TextRef server_{tables_.text(u"s")};
  TextRef share_{tables_.text(u"data")};
  TextRef folder_{tables_.text(u"C:\\data")};
  TextRef first_path_;
  impl::World world_;
  std::vector<std::uint8_t> holders_;
  bool began_{};
};

using Operation = bool (FileServer::*)(Draw&, std::size_t);
using SharedServer = std::shared_ptr<Shared<FileServer>>;

void measure(benchmark::State& state, Shared<FileServer>& shared, std::size_t opens, Opens kind, Operation operation) {
  FileServer& server = shared.get([&] { return std::make_unique<FileServer>(opens, kind); });
  if (!server.began()) state.SkipWithError("the files could not be opened");
  const auto thread = static_cast<std::size_t>(state.thread_index());
  Draw draw{thread + 1};
  for (auto _ : state) {
    if (!(server.*operation)(draw, thread)) {
      state.SkipWithError("a create was answered otherwise");
      break;
    }
  }
  state.SetItemsProcessed(state.iterations());
}

// The benchmarks of one number of opens; those with one kind of opens share a server.
class Benchmarks {
 public:
  explicit Benchmarks(std::size_t opens) : opens_{opens} {}
  std::string refused() { return add("refused", versioned_, Opens::versioned, &FileServer::refused); }
  std::string refused_at_few() {
    return add("refused-at-few", versioned_, Opens::versioned, &FileServer::refused_at_few);
  }
  std::string shut_out() { return add("shut-out", versioned_, Opens::versioned, &FileServer::shut_out); }
  std::string taken_over() { return add("taken-over", unversioned_, Opens::unversioned, &FileServer::taken_over); }
  std::string opened_and_closed(int threads = 1, bool real_time = false) {
    return add("opened-and-closed", versioned_, Opens::versioned, &FileServer::opened_and_closed, threads, real_time);
  }

 private:
  std::string add(std::string_view what, const SharedServer& server, Opens kind, Operation operation, int threads = 1,
                  bool real_time = false) {
    const auto name = fmt::format("create-{}-{}{}", what, opens_, real_time ? fmt::format("-threads-{}", threads) : "");
    auto* made = benchmark::RegisterBenchmark(name.c_str(), [=, opens = opens_](benchmark::State& state) {
      measure(state, *server, opens, kind, operation);
    });
    if (real_time) made->Threads(threads)->UseRealTime();
    return name;
  }

  std::size_t opens_;
  SharedServer versioned_{std::make_shared<Shared<FileServer>>()};
  SharedServer unversioned_{std::make_shared<Shared<FileServer>>()};
};

constexpr double at_most_twice = 0.5;

}  // namespace

void ask_about_creates(Questions& questions, Extent extent) {
  Benchmarks many{extent.most_processes()};
  Benchmarks few{extent.quick ? 100U : 1'000U};
  const auto ask = [&](std::string_view what, std::string ours, std::string peer,
                       std::optional<double> goal = at_most_twice) {
    questions.push_back({.text = fmt::format("{}, 1M opens", what),
                         .peer_text = "the same with 1k opens",
                         .ours = std::move(ours),
                         .peer = std::move(peer),
                         .goal = goal});
  };
  ask("a create that the version gate refuses", many.refused(), few.refused());
  ask("a create that the version gate refuses, always one of 100 files", many.refused_at_few(), few.refused_at_few(),
      std::nullopt);
  ask("a create that share modes refuse", many.shut_out(), few.shut_out());
  ask("a create that takes a file over", many.taken_over(), few.taken_over());
  ask("a create of a file that nobody has open, and its close", many.opened_and_closed(), few.opened_and_closed());
  questions.push_back({.text = "creates and closes of different files, 2 threads",
                       .peer_text = "the same in one thread",
                       .ours = few.opened_and_closed(clients, true),
                       .peer = few.opened_and_closed(1, true),
                       .goal = 1.6});
}

}  // namespace procreg::bench
