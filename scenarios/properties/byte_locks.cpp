// Topic: byte-range locks, held against a bitmap of the first and the last offsets of a file.
#include <algorithm>

#include "scenarios/properties/check.h"
#include "scenarios/properties/smb_site.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum NtStatus;

constexpr std::uint64_t last_offset = ~std::uint64_t{0};
constexpr std::uint32_t window = 31;  // offsets at each end that a bit of their own stands for

struct Range {
  std::uint64_t offset{};
  std::uint64_t length{};
};

// Bit k: offset k; bit 63 - k: offset 2^64 - 1 - k; the two bits in between: all offsets in between. Empty for length 0.
std::uint64_t bitmap(Range range) {
  if (range.length == 0) return 0;
  const std::uint64_t last = range.offset + std::min(range.length - 1, last_offset - range.offset);
  const auto place = [](std::uint64_t offset) -> std::uint32_t {
    if (offset < window) return static_cast<std::uint32_t>(offset);
    if (last_offset - offset < window) return static_cast<std::uint32_t>(63 - (last_offset - offset));
    return window;
  };
  std::uint64_t bits = 0;
  for (std::uint32_t k = place(range.offset); k <= place(last); ++k) bits |= std::uint64_t{1} << k;
  return bits;
}

Range any_range(Story& story) {
  const std::uint64_t offset = story.coin() ? story.below(12) : last_offset - story.below(12);
  if (story.below(6) == 0) return {offset, last_offset - story.below(16)};
  return {offset, story.below(8)};
}

struct Locked {
  std::uint32_t by{};
  Range range{};
  bool exclusive{};
};

// A file of twelve bytes, opened twice by each of two clients.
class Locks {
 public:
  explicit Locks(Story& story) : story_{story}, site_{story}, bytes_{story.bytes(std::vector<std::uint8_t>(12, 0xBB))} {
    site_.start();
    site_.share();
    const Name conns[] = {site_.connect(0), site_.connect(1)};
    for (std::uint32_t k = 0; k < 3; ++k) opens_.push_back(open(conns[k % 2]));
    story_.must_be(story_.write(opens_[0], 0, bytes_), STATUS_SUCCESS, "the file has bytes");
  }

  void step() {
    const std::uint32_t by = story_.below(static_cast<std::uint32_t>(opens_.size()));
    switch (story_.below(6)) {
      case 0:
        unlock(by);
        break;
      case 1:
        read(by);
        break;
      case 2:
        write(by);
        break;
      default:
        lock(by);
        break;
    }
    must_be_listed();
  }
  void close_one() {
    const std::uint32_t by = story_.below(static_cast<std::uint32_t>(opens_.size()));
    story_.must_be(story_.close_file(opens_[by]), STATUS_SUCCESS, "an open is closed");
    story_.must(site_.find(opens_[by]) == nullptr, "and gone");
    std::erase_if(locked_, [&](const Locked& lock) { return lock.by == by; });
    must_be_listed();
  }

 private:
  Name open(Name conn) const {
    SmbCreate create = site_.on(conn);
    create.shareAccess = {ShareAccess{7}};
    return site_.make(create);
  }

  bool meets(Range range, std::uint32_t by, bool own_exclusive, bool shared) const {
    return std::any_of(locked_.begin(), locked_.end(), [&](const Locked& lock) {
      if ((bitmap(lock.range) & bitmap(range)) == 0) return false;
      return lock.exclusive ? own_exclusive || lock.by != by : shared;
    });
  }

  void lock(std::uint32_t by) {
    const bool exclusive = story_.coin();
    const Range range = any_range(story_);
    NtStatus expected = meets(range, by, exclusive, exclusive) ? STATUS_LOCK_NOT_GRANTED : STATUS_SUCCESS;
    if (range.length != 0 && range.length - 1 > last_offset - range.offset) expected = STATUS_INVALID_LOCK_RANGE;
    story_.must_be(
        story_.lock(opens_[by], range.offset, range.length, exclusive ? LockKind::exclusive : LockKind::shared),
        expected, "a lock is granted iff the bits of no other stand against it");
    if (expected == STATUS_SUCCESS) locked_.push_back({by, range, exclusive});
  }

  void unlock(std::uint32_t by) {
    Range range = any_range(story_);
    if (!locked_.empty() && story_.below(4) != 0)
      range = locked_[story_.below(static_cast<std::uint32_t>(locked_.size()))].range;
    std::size_t found = locked_.size();
    for (std::size_t k = 0; k < locked_.size(); ++k) {
      const Locked& lock = locked_[k];
      if (lock.by != by || lock.range.offset != range.offset || lock.range.length != range.length) continue;
      if (found == locked_.size() || !locked_[found].exclusive) found = k;  // the newest, up to the first exclusive one
    }
    const bool is = found < locked_.size();
    story_.must_be(story_.lock(opens_[by], range.offset, range.length, LockKind::unlock),
                   is ? STATUS_SUCCESS : STATUS_RANGE_NOT_LOCKED, "an own lock of exactly this range is removed");
    if (is) locked_.erase(locked_.begin() + static_cast<std::ptrdiff_t>(found));
  }

  void read(std::uint32_t by) {
    const Range range = any_range(story_);
    const auto length = static_cast<std::uint32_t>(std::min<std::uint64_t>(range.length, 1000));
    NtStatus expected = range.offset >= 12 ? STATUS_END_OF_FILE : STATUS_SUCCESS;
    if (meets({range.offset, length}, by, false, false)) expected = STATUS_FILE_LOCK_CONFLICT;
    if (length == 0) expected = STATUS_SUCCESS;
    const Answer answer = story_.read(opens_[by], range.offset, length);
    story_.must_be(answer.result, expected, "a read meets exclusive locks of others, then the end of the file");
    if (expected != STATUS_SUCCESS) return;
    const std::uint64_t count = range.offset >= 12 ? 0 : std::min<std::uint64_t>(length, 12 - range.offset);
    story_.must(answer.out == out_of_bytes(std::vector<std::uint8_t>(count, 0xBB)), "and gives the bytes up to there");
  }

  void write(std::uint32_t by) {
    const NtStatus expected = meets({0, 12}, by, false, true) ? STATUS_FILE_LOCK_CONFLICT : STATUS_SUCCESS;
    story_.must_be(story_.write(opens_[by], 0, bytes_), expected,
                   "a write meets exclusive locks of others, and all shared ones");
  }

  void must_be_listed() const {
    const auto& listed = Story::there(site_.file(0, 0)).locks;
    story_.must(listed.size() == locked_.size(), "the file has the locks that were granted");
    for (std::size_t k = 0; k < listed.size(); ++k) {
      const bool same = listed[k].open == story_.durable_of(opens_[locked_[k].by]) &&
                        listed[k].offset == FileOffset{locked_[k].range.offset} &&
                        listed[k].length == FileLength{locked_[k].range.length} &&
                        listed[k].exclusive == locked_[k].exclusive;
      story_.must(same, "in order of creation");
    }
  }

  Story& story_;
  Site site_;
  BytesRef bytes_;
  std::vector<Name> opens_{};
  std::vector<Locked> locked_{};
};

void locks_are_bits(Story& story) {
  Locks locks{story};
  for (std::uint32_t left = story.between(2, 12); left > 0; --left) locks.step();
  locks.close_one();
}

}  // namespace

Suite byte_locks() {
  static const harness::Property all[] = {
      {"Byte-range locks stand against each other, reads and writes as the bits of their offsets do",
       about<"SMB-OPEN-16", "SMB-OPEN-17", "SMB-OPEN-18", "SMB-OPEN-19", "SMB-OPEN-20", "SMB-OPEN-21">(),
       run<locks_are_bits>},
  };
  return all;
}

}  // namespace procreg::scenarios
