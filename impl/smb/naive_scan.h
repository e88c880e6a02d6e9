// For the tests of the SMB server: what its tables and counters say, against a scan of all of its opens.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "impl/smb/opens.h"
#include "impl/smb/smb_fixture.h"

namespace procreg::impl::inline PROCREG_SYNC {

class NaiveScan {
 public:
  NaiveScan(const Server& server, const Parts& parts) : server_{server}, parts_{parts} {
    for (const Connection* at = server.ledger.first_connection; at != nullptr; at = at->next) {
      for (const Open* open = at->first_open; open != nullptr; open = open->next_of_connection) {
        EXPECT_EQ(open->connection, at);
        EXPECT_TRUE(at->up.load(sync::relaxed));
        opens_.push_back(open);
      }
    }
    for (const Orphans::Orphan& orphan : server.ledger.orphans.all()) {
      EXPECT_TRUE(is_orphan(*orphan.open));
      opens_.push_back(orphan.open);
    }
    std::sort(opens_.begin(), opens_.end(), [](auto* a, auto* b) { return a->durable < b->durable; });
  }

  const std::vector<const Open*>& opens() const { return opens_; }

  void expect_agreement() const {
    for (std::size_t i = 0; i < opens_.size(); ++i) expect_found(*opens_[i], i == 0 ? nullptr : opens_[i - 1]);
    std::size_t leading = 0;
    for (const Part& part : parts_.files) {
      part.files.each([&](const File& file) { expect_agreement(file); });
      leading += part.app_instances.size();
    }
    EXPECT_EQ(server_.handles.size(), opens_.size());
    EXPECT_EQ(leading, count([](const Open& open) { return open.leads; }));
    EXPECT_EQ(server_.ledger.create_guids.size(), count([](const Open& open) { return open.create_guid.has_value(); }));
  }

 private:
  template <class Is>
  std::size_t count(Is is) const {
    return static_cast<std::size_t>(std::count_if(opens_.begin(), opens_.end(), [&](auto* open) { return is(*open); }));
  }

  void expect_found(const Open& open, const Open* before) const {
    EXPECT_TRUE(before == nullptr || before->durable < open.durable);
    EXPECT_EQ(server_.handles.find(open.durable).open, &open);
    EXPECT_EQ(server_.handles.find(open.durable).part, open.file->part->index);
    EXPECT_FALSE(open.doomed);
    EXPECT_EQ(stands_in_its_chain(open), is_in_chain(open));
  }

  static bool is_in_chain(const Open& open) { return open.app_instance && &open != &open.file->own; }

  static bool are_alike(const Open& a, const Open& b) {
    return a.app_instance == b.app_instance && a.file == b.file && a.share == b.share &&
           matched_client(a) == matched_client(b);
  }

  static bool stands_in_its_chain(const Open& open) {
    if (!open.app_instance) return false;
    const auto& table = open.file->part->app_instances;
    const Open* leader = table.first(hash_of(*open.app_instance, open.file->by_key.hash, *open.share));
    while (leader != nullptr && !are_alike(*leader, open)) leader = table.next(*leader);
    if (leader == nullptr || !leader->leads || leader == &open) return leader == &open && open.leads;
    const Open* at = leader->alike;
    while (at != nullptr && at != &open) at = at->by_app_instance.next;
    return at == &open && !open.leads && open.alike == nullptr;
  }

  void expect_agreement(const File& file) const {
    ShareCounts modes;
    std::vector<const Open*> holders;
    for (const Open* open : opens_) {
      if (open->file != &file) continue;
      modes.add(mode_of(*open));
      EXPECT_EQ(open->locks, std::count_if(file.locks.begin(), file.locks.end(),
                                           [&](const ByteLock& lock) { return lock.open == open->durable; }));
      if (open->hold != HoldKind::none) holders.push_back(open);
    }
    EXPECT_EQ(file.opens, count([&](const Open& open) { return open.file == &file; }));
    EXPECT_EQ(file.identified, count([&](const Open& open) { return open.file == &file && is_in_chain(open); }));
    EXPECT_EQ(file.own.file != nullptr, count([&](const Open& open) { return &open == &file.own; }) == 1);
    EXPECT_EQ(file.batches,
              count([&](const Open& open) { return open.file == &file && open.hold == HoldKind::batch; }));
    EXPECT_EQ(file.modes, modes);
    expect_holders(file, holders);
    for (const ShareObject* share = server_.first_share; share != nullptr; share = share->next)
      EXPECT_EQ(persistent_orphans(file, *share), count([&](const Open& open) {
                  return open.file == &file && open.share == share && is_orphan(open) && open.is_persistent;
                }));
    for (const ByteLock& lock : file.locks)
      EXPECT_EQ(count([&](const Open& open) { return open.durable == lock.open && open.file == &file; }), 1U);
  }

  static void expect_holders(const File& file, const std::vector<const Open*>& expected) {
    std::vector<const Open*> listed;
    for (const Open* open = file.first_holder; open != nullptr; open = open->next_holder) listed.push_back(open);
    EXPECT_EQ(listed, expected);
    EXPECT_EQ(file.last_holder, expected.empty() ? nullptr : expected.back());
  }

  const Server& server_;
  const Parts& parts_;
  std::vector<const Open*> opens_{};
};

inline void expect_agreement(SmbWorld& world) {
  NaiveScan{*world.server(), *world.world().calls().servers.parts()}.expect_agreement();
}

}  // namespace procreg::impl::inline PROCREG_SYNC
