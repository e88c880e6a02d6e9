// Random steps: the tables of the server agree with a scan after each, and the decision with one made by such a scan.
#include "impl/smb/naive_scan.h"

#include <random>

namespace procreg::impl {
namespace {

using World = SmbWorld;

class RandomSteps {
 public:
  explicit RandomSteps(std::uint32_t seed) : random_{seed} {
    world_.serve(Dialect::smb_3_1_1, {}, true);
    world_.share(u"e", u"c:\\data");
    for (std::uint64_t client = 0; client < 3; ++client) connect(client);
  }

  void step() {
    const unsigned kind = pick(12);
    if (kind < 7)
      create();
    else if (kind < 9 && !handles_.empty())
      world_.close(handles_[pick(handles_.size())]);
    else if (kind == 9 && !handles_.empty())
      world_.lock(handles_[pick(handles_.size())], pick(4), 2, pick(2) == 0 ? LockKind::shared : LockKind::exclusive);
    else if (kind == 10)
      reconnect();
    else
      world_.advance(pick(6));
    expect_agreement(world_);
  }

 private:
  unsigned pick(std::size_t count) { return static_cast<unsigned>(random_() % count); }
  void connect(std::uint64_t client) { connections_[client] = world_.connect({10, client}); }

  void reconnect() {
    const unsigned client = pick(3);
    world_.disconnect(connections_[client]);
    connect(client);
  }

  SmbCreate drawn() {
    static constexpr std::array<std::u16string_view, 3> paths{u"f", u"g", u"h"};
    const auto path = paths[pick(3)];
    const auto share = pick(3) == 0 ? u"e" : u"d";
    SmbCreate step = World::sharing(world_.creating(connections_[pick(3)], path, share), pick(4) == 0 ? pick(8) : 7);
    if (pick(3) != 0) step.ai.value = Guid{1, pick(2)};
    if (pick(3) == 0) step.av.value = VersionPair{pick(3), 0};
    if (pick(2) == 0) step = World::durably(step, {20, ++names_}, pick(9) + 1, pick(2) == 0);
    if (pick(4) == 0) step = World::reclaiming(drawn_plain(step), handles_.empty() ? OpenKey{} : any_handle(), true);
    const auto hold = static_cast<HoldKind>(pick(3));
    return World::holding(step, hold, Guid{30, 1});
  }
  static SmbCreate drawn_plain(SmbCreate step) {
    step.dh2q.value.reset();
    return step;
  }
  OpenKey any_handle() { return handles_[pick(handles_.size())]; }

  // The matches of smb.md 5.1, 2.
  std::vector<DurableId> matches(const SmbCreate& step) {
    std::vector<DurableId> found;
    const Server& server = *world_.server();
    const Connection& connection = *server.connection(step.conn.raw.id);
    const NaiveScan scan{server, *world_.world().calls().servers.parts()};
    const std::u16string key = u"c:\\data\\" + world_.tables().at(step.path.ref);
    for (const Open* open : scan.opens()) {
      const Guid client = is_orphan(*open) ? open->client_guid : open->connection->client_guid;
      if (step.ai.value && open->app_instance == step.ai.value && client != connection.client_guid &&
          open->share == server.share(world_.tables().at(step.share.ref)) &&
          std::u16string_view{open->file->key.data(), open->file->key.size()} == key)
        found.push_back(open->durable);
    }
    return found;
  }

  void create() {
    const SmbCreate step = drawn();
    const auto expected = matches(step);
    const std::size_t logged = world_.log().size();
    const Opened opened = world_.create(step);
    if (opened.status == NtStatus::STATUS_SUCCESS) handles_.push_back(opened.key);
    if (step.dh2c.value) return;
    std::vector<DurableId> taken;
    const auto log = world_.log();
    for (std::size_t i = logged; i < log.size(); ++i)
      if (log[i].second == ForcedClose::takeover) taken.push_back(DurableId{log[i].first});
    const bool rejected = opened.status == NtStatus::STATUS_FILE_FORCED_CLOSED;
    EXPECT_EQ(taken, rejected ? std::vector<DurableId>{} : expected);
    EXPECT_FALSE(rejected && expected.empty());
  }

  std::mt19937 random_;
  SmbWorld world_{};
  std::array<ConnectionKey, 3> connections_{};
  std::vector<OpenKey> handles_{};
  std::uint64_t names_{};
};

TEST(SmbNaiveScan, AgreesWithTheTablesAfterEveryStep) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    RandomSteps steps{seed};
    for (int i = 0; i < 300 && !testing::Test::HasFailure(); ++i) steps.step();
    ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed;
  }
}

TEST(SmbNaiveScan, AgreesThatOpensOfOneClientStandInTheTableOfIdsOnce) {
  SmbWorld world;
  world.serve();
  const auto a = world.connect(World::client_a);
  std::vector<OpenKey> handles;
  for (int i = 0; i < 100; ++i)
    handles.push_back(world.create(World::with(World::sharing(world.creating(a)), World::g)).key);
  const auto in_the_table = [&] {
    std::size_t opens = 0;
    for (const Part& part : world.world().calls().servers.parts()->files) opens += part.app_instances.size();
    return opens;
  };
  EXPECT_EQ(in_the_table(), 1U);
  expect_agreement(world);
  for (const std::size_t i : {0U, 50U, 99U}) world.close(handles[i]);
  EXPECT_EQ(in_the_table(), 1U);
  expect_agreement(world);
  EXPECT_EQ(world.status(World::with(world.creating(world.connect(World::client_b)), World::g)),
            NtStatus::STATUS_SUCCESS);
  EXPECT_EQ(world.log().size(), 97U);
  EXPECT_EQ(in_the_table(), 0U);  // the winner is the file's own
}

}  // namespace
}  // namespace procreg::impl
