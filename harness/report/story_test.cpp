#include "harness/report/story.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/lockstep/lockstep.h"
#include "harness/scenario/files.h"

namespace procreg::harness {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The sentences of each step of a script on the implementation.
std::vector<std::vector<std::string>> told(const std::string& steps) {
  const std::string file = R"({ "format": "procreg-scenario/1", "name": "n", "profile": "documented",
    "world": { "machines": [ { "name": "a" }, { "name": "b" } ], "processes": [ { "name": "pa", "machine": "a" } ] },
    "steps": [
      { "event": "SmbServerStart", "server": "s" },
      { "event": "SmbShare", "server": "s", "share": "d", "localPath": "C:\\d", "ca": true },
      { "event": "SmbConnect", "client": "a", "as": "ca", "server": "s", "clientGuid": "00000000-0000-0000-0000-00000000000a", "dialect": "3.1.1" },
      { "event": "SmbConnect", "client": "b", "as": "cb", "server": "s", "clientGuid": "00000000-0000-0000-0000-00000000000b", "dialect": "3.1.1" },
      )" + steps + "] }";
  const ReadResult read = read_script(file, "story.json");
  const auto* script = std::get_if<Script>(&read);
  EXPECT_NE(script, nullptr) << (script == nullptr ? text(std::get<1>(read).front()) : "");
  std::vector<std::vector<std::string>> out;
  const auto subject = implementation();
  Lockstep lockstep{*subject};
  Coverage coverage;
  lockstep.begin(script->world, script->tables, script->names.size(), documented_profile());
  for (std::size_t i = 0; i < script->steps.size(); ++i) {
    const SnapshotWords before = lockstep.model_snapshot();
    EXPECT_FALSE(lockstep.step(script->steps[i], coverage)) << i;
    if (i >= 4)
      out.push_back(story(*script, script->steps[i], lockstep.ruling().answer, before, lockstep.model_snapshot()));
  }
  return out;
}

constexpr const char* id = R"("ai": "00000000-0000-0000-0000-000000000001")";

std::string create(const std::string& as, const std::string& connection, const std::string& contexts) {
  return R"({ "call": "SmbCreate", "as": ")" + as + R"(", "conn": ")" + connection +
         R"(", "share": "d", "path": "f", "contexts": { )" + contexts + " } }";
}

TEST(AStory, TellsWhoTookAFileFromWhomAndWhatTheLoserHears) {
  const auto sentences =
      told(create("h1", "ca", std::string{id} + R"(, "av": [7, 0])") + "," +
           create("h2", "cb", std::string{id} + R"(, "av": [6, 0])") + "," +
           create("h3", "cb", std::string{id} + R"(, "av": [8, 0])") + "," +
           R"({ "call": "SmbRead", "h": "h1", "offset": 0, "length": 1 }, { "call": "SmbClose", "h": "h3" })");
  EXPECT_THAT(
      sentences,
      ElementsAre(
          ElementsAre("h1 (a) holds c:\\d\\f of s, id 00000000-0000-0000-0000-000000000001, version [7, 0]"),
          ElementsAre("cb was refused d\\f: STATUS_FILE_FORCED_CLOSED",
                      "h1 (a) still holds c:\\d\\f of s, id 00000000-0000-0000-0000-000000000001, version [7, 0]"),
          ElementsAre("h1 (a) lost c:\\d\\f of s by a takeover",
                      "h3 (b) holds c:\\d\\f of s, id 00000000-0000-0000-0000-000000000001, version [8, 0]"),
          ElementsAre("SmbRead by h1 came to nothing: STATUS_FILE_CLOSED"),
          ElementsAre("h3 (b) closed c:\\d\\f of s")));
}

TEST(AStory, TellsOfOrphansAndOfThoseWhoComeBack) {
  constexpr const char* durable =
      R"("dh2q": { "createGuid": "00000000-0000-0000-0000-0000000000cc", "timeoutMs": 1000, "persistent": true })";
  const auto sentences =
      told(create("h1", "ca", durable) + R"(, { "event": "SmbDisconnect", "conn": "ca" },
      { "event": "SmbConnect", "client": "a", "as": "cc", "server": "s", "clientGuid": "00000000-0000-0000-0000-00000000000a", "dialect": "3.1.1" },)" +
           create("h2", "cc", R"("dh2c": { "handle": "h1", "persistent": true })") +
           R"(, { "event": "SmbDisconnect", "conn": "cc" }, { "event": "AdvanceTime", "ms": 1001 })");
  EXPECT_THAT(sentences, ElementsAre(ElementsAre("h1 (a) holds c:\\d\\f of s, persistent"),
                                     ElementsAre("h1 (a) lost its connection and holds c:\\d\\f of s until 1000 ms"),
                                     IsEmpty(), ElementsAre("h2 (a) reconnected to c:\\d\\f of s"),
                                     ElementsAre("h2 (a) lost its connection and holds c:\\d\\f of s until 1000 ms"),
                                     ElementsAre("h2 (orphan) lost c:\\d\\f of s when its time was up")));
}

}  // namespace
}  // namespace procreg::harness
