#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/scenario/files.h"
#include "harness/scenario/json_tree.h"
#include "harness/scenario/snapshot_example.h"

namespace procreg::harness {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(SnapshotJson, IsValidJsonKeyedByName) {
  const ExampleWorld world;
  const std::string text = snapshot_json(world.script, world.words());
  const json::Document document = json::parse(text);
  ASSERT_TRUE(document.problems.empty()) << text;
  const json::Node* machines = json::member(document.nodes.front(), "machines");
  ASSERT_NE(machines, nullptr);
  const json::Node* processes = json::member(*json::member(*machines, "local"), "processes");
  ASSERT_NE(processes, nullptr);
  EXPECT_NE(json::member(*processes, "main"), nullptr);
  EXPECT_NE(json::member(*processes, "w"), nullptr);
}

TEST(SnapshotJson, ShowsWordsAsWhatTheyMean) {
  const ExampleWorld world;
  const std::string text = snapshot_json(world.script, world.words());
  EXPECT_THAT(text, HasSubstr(R"("now": 7, "nextTid": 65548, "existingFiles": [], "reports": [ { "id": 1)"));
  EXPECT_THAT(text, HasSubstr(R"("mask": "0x40121")"));
  EXPECT_THAT(text, HasSubstr(R"("threads": [65536, 65540])"));
  EXPECT_THAT(text, HasSubstr(R"("notCollected": [ { "process": 4026531844, "reason": "process-missing" } ])"));
  EXPECT_THAT(text, HasSubstr(R"("faults": [3, 5])"));
  EXPECT_THAT(text, HasSubstr(R"("id": "67452301-ab89-efcd-0000-000000000011")"));
  EXPECT_THAT(text, HasSubstr(R"("name": "main", "restartOf": null, "restarts": 0, "user": "user1")"));
  EXPECT_THAT(
      text,
      HasSubstr(
          R"("threads": [ { "tid": 65536, "name": "main.ui", "k": 0 }, { "tid": 65540, "name": "main.io", "k": 1 } ])"));
  EXPECT_THAT(text, HasSubstr(R"("heap": { "capacity": null, "countdowns": [] })"));
  EXPECT_THAT(
      text,
      HasSubstr(
          R"("recovery": null, "restart": null, "files": [], "blocks": [], "excluded": [], "metadata": [], "modules": [], "processes": [ { "processId": 1004, "threadId": 65544, "incarnation": 2 } ])"));
  EXPECT_THAT(text, HasSubstr(R"("wer": null)"));
}

TEST(SnapshotJson, AProcessWithoutANameIsFoundByItsObjectId) {
  const ExampleWorld world;
  EXPECT_THAT(snapshot_json(world.script, world.words(0)),
              HasSubstr(R"("2": { "objectId": 2, "pid": 1004, "name": null)"));
}

TEST(SnapshotJson, WordsThatDoNotFitTheLayoutAreNoSnapshot) {
  const ExampleWorld world;
  SnapshotWords words = world.words();
  words.push_back(0);
  EXPECT_EQ(snapshot_json(world.script, words), "\"the words of this snapshot do not fit the layout\"");
  EXPECT_THAT(snapshot_differences(world.script, world.words(), words),
              ElementsAre("the words of the second snapshot do not fit the layout"));
  EXPECT_THAT(snapshot_differences(world.script, {}, words),
              ElementsAre("the words of the first and of the second snapshot do not fit the layout"));
}

TEST(SnapshotDifferences, AreNoneBetweenEqualSnapshots) {
  const ExampleWorld world;
  EXPECT_THAT(snapshot_differences(world.script, world.words(), world.words()), ElementsAre());
}

TEST(SnapshotDifferences, NameThePlaceAndBothValues) {
  const ExampleWorld world;
  EXPECT_THAT(snapshot_differences(world.script, world.words(), world.words(2, no_thread)),
              ElementsAre("/reports/0/dumps/1/extraThread: 65544 | 0"));
}

TEST(SnapshotDifferences, NameWhatOnlyOneSideHas) {
  const ExampleWorld world;
  const auto differences = snapshot_differences(world.script, world.words(), world.words(0));
  ASSERT_EQ(differences.size(), 2U);
  EXPECT_THAT(differences[0], HasSubstr("/machines/local/processes/w: { \"objectId\": 2"));
  EXPECT_THAT(differences[0], HasSubstr(" | absent"));
  EXPECT_THAT(differences[1], HasSubstr("/machines/local/processes/2: absent | { \"objectId\": 2"));
}

}  // namespace
}  // namespace procreg::harness
