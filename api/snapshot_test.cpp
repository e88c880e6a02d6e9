#include "api/snapshot.h"

#include <gtest/gtest.h>

#include <string>

namespace procreg {
namespace {

// Spells the walk: names, counts and words.
class Spelling : public SnapshotVisitor {
 public:
  void enter(const SnapNode& node, std::size_t count) override {
    text += std::string{node.name} + (node.shape == SnapNode::Shape::list ? '#' + std::to_string(count) : "") + '{';
  }
  void leave(const SnapNode&) override { text += '}'; }
  void element(const SnapNode&, std::size_t) override { text += '['; }
  void element_end(const SnapNode&) override { text += ']'; }
  void value(const SnapField& field, const std::uint64_t* words) override {
    text += std::string{field.name} + '=' + (words ? std::to_string(*words) : "null") + ' ';
  }
  void units(const SnapNode& node, std::size_t count, const std::uint64_t* words) override {
    text += std::string{node.name} + ':' + std::to_string(count) + '=' + std::to_string(count == 0 ? 0 : *words) + ' ';
  }
  std::string text;
};

SnapshotWords small_world() {
  SnapshotWords words;
  SnapshotWriter::append(words, [](SnapshotWriter& writer) {
    writer.record(WorldHead{.now = 7, .nextTid = Tid{0x10000}});
    writer.list(0);
    writer.list(0);
    writer.list(1);
    writer.record(MachineHead{.name = MachineIndex{0}, .filter = FilterState::absent, .nextPid = Pid{1000}});
    writer.list(1);
    writer.record(SnapTag{.objectId = ObjectId{3}, .hasId = true, .id = Guid{5, 6}, .inherit = true});
    for (int list = 0; list < 5; ++list) writer.list(0);  // versions, faults, app-local dumps, objects, processes
    writer.list(0);
    writer.list(0);
    writer.list(1);
    writer.record(ServerHead{.name = empty_text, .maxDialect = Dialect::smb_3_0});
    writer.list(0);
    writer.list(1);
    writer.string(u"ab\\cd");
    writer.bytes(std::vector<std::uint8_t>{1, 2});
    for (int list = 0; list < 5; ++list) writer.list(0);  // acl, locks; connections, opens, forced closes
  });
  return words;
}

TEST(Snapshot, IsWalkedAlongItsLayout) {
  Spelling spelling;
  EXPECT_TRUE(walk(small_world(), spelling));
  EXPECT_EQ(
      spelling.text,
      "world{now=7 nextTid=65536 existingFiles#0{}reports#0{}machines#1{[name=0 filter=1 nextPid=1000 "
      "nextProcess=0 nextObject=0 "
      "freshCounter=0 tags#1{[objectId=3 hasId=1 id=5 inherit=1 csvFlags=0 origin=0 "
      "]}versions#0{}faults#0{}appLocalDumps#0{}objects#0{}"
      "processes#0{}]}volumes#0{}csvOpens#0{}servers#1{[name=1 maxDialect=2 flavour=0 persistentCap=0 nextDurableId=1 "
      "nextVolatileId=1 shares#0{}files#1{[key:5=27866417837768801 bytes:2=513 "
      "acl#0{}locks#0{}]}connections#0{}opens#0{}"
      "forcedCloses#0{}]}}");
}

TEST(Snapshot, IsRefusedWhenItsWordsDoNotFitTheLayout) {
  const SnapshotWords good = small_world();
  for (std::size_t size = 0; size < good.size(); ++size) {
    Spelling spelling;
    EXPECT_FALSE(walk(std::span{good}.first(size), spelling)) << size << " of " << good.size() << " words";
  }
  SnapshotWords longer = good;
  longer.push_back(0);
  Spelling spelling;
  EXPECT_FALSE(walk(longer, spelling));
  SnapshotWords bad_filter = good;
  bad_filter[6] = 3;
  EXPECT_FALSE(walk(bad_filter, spelling));
}

TEST(Snapshot, ShowsAnAbsentValueAsNull) {
  SnapshotWords words;
  SnapshotWriter::append(words, [](SnapshotWriter& writer) { writer.record(HeapHead{}); });
  EXPECT_EQ(words, (SnapshotWords{0, 0}));
  words.clear();
  SnapshotWriter::append(words, [](SnapshotWriter& writer) { writer.record(HeapHead{.capacity = 0}); });
  EXPECT_EQ(words, (SnapshotWords{1, 0}));
}

TEST(Snapshot, IsAppendedToWhatIsThere) {
  SnapshotWords words{7};
  words.reserve(100);
  SnapshotWriter::append(words, [](SnapshotWriter& writer) { writer.list(3); });
  EXPECT_EQ(words, (SnapshotWords{7, 3}));
  words.shrink_to_fit();
  SnapshotWriter::append(words, [](SnapshotWriter& writer) {
    for (std::size_t number = 0; number < 1000; ++number) writer.list(number);
  });
  ASSERT_EQ(words.size(), 1002);
  EXPECT_EQ(words[1], 3);
  for (std::size_t number = 0; number < 1000; ++number) ASSERT_EQ(words[2 + number], number);
}

}  // namespace
}  // namespace procreg
