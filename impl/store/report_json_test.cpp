#include "impl/store/report_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "impl/store/report_example.h"

namespace procreg::impl::inline PROCREG_SYNC {
namespace {

using testing::HasSubstr;

std::string json_of(const ReportExample& example) {
  return report_json(example.report(), ReportTexts{example.world, example.tables});
}

// report.json of a report whose event is this text.
std::string json_with(std::u16string_view event) {
  ReportExample example;
  example.head.event = example.text(event);
  return json_of(example);
}

TEST(ReportJson, HasEveryFieldInTheOrderOfTheSpecification) {
  EXPECT_EQ(json_of(full_example()), R"({
  "id": 7,
  "time": 1234,
  "machine": "fs1",
  "process": 1000,
  "incarnation": 3,
  "cause": "crash",
  "thread": 65536,
  "event": "MyEvent",
  "signature": [
    {
      "name": "Part",
      "value": "core"
    },
    {
      "name": "",
      "value": "ä😀"
    }
  ],
  "flags": 6,
  "holdMs": 500,
  "queued": true,
  "modules": [
    {
      "dll": "a.dll",
      "context": "0x0",
      "outcome": "not-listed"
    },
    {
      "dll": "B.dll",
      "context": "0x1F",
      "outcome": "claimed"
    }
  ],
  "debugger": {
    "custom": "dbg.exe \"%1\"",
    "automatic": true
  },
  "dumps": [
    {
      "machine": "fs1",
      "process": 1000,
      "incarnation": 3,
      "kind": "heap",
      "mask": "0x51B25",
      "threads": [
        65536,
        65540
      ],
      "ranges": [
        {
          "begin": "0x10000",
          "end": "0x11000"
        },
        {
          "begin": "0x7EFFFFF03000",
          "end": "0x7EFFFFF04000"
        }
      ],
      "extraThread": 0,
      "extraThreadMissing": 0
    },
    {
      "machine": "fs1",
      "process": 1004,
      "incarnation": 4,
      "kind": "triage",
      "mask": "0x141121",
      "threads": [],
      "ranges": [],
      "extraThread": 65544,
      "extraThreadMissing": 0
    }
  ],
  "notCollected": [
    {
      "process": 1008,
      "reason": "process-missing"
    }
  ],
  "metadata": [
    {
      "key": "key",
      "value": "value"
    }
  ],
  "files": [
    {
      "path": "C:\\a.log",
      "type": 2,
      "flags": 1,
      "status": "added"
    },
    {
      "path": "C:\\gone",
      "type": 1,
      "flags": 0,
      "status": "missing"
    },
    {
      "path": "\\\\s\\b",
      "type": 1,
      "flags": 3,
      "status": "added"
    }
  ],
  "blocks": [
    {
      "address": "0xFFFFFFFFFFFFFFF0",
      "size": 65536,
      "status": "partial"
    }
  ],
  "excluded": [
    {
      "address": "0x20000",
      "size": 16
    }
  ],
  "appLocalDump": {
    "path": "dumps",
    "kind": "heap"
  },
  "recovery": {
    "outcome": "finished-true",
    "cancelled": true
  },
  "restarted": {
    "process": 1012,
    "commandLine": "/again"
  }
}
)");
}

TEST(ReportJson, AbsentValuesAreEmptyAndNotOmitted) {
  EXPECT_EQ(json_of(ReportExample{}), R"({
  "id": 1,
  "time": 0,
  "machine": "local",
  "process": 1000,
  "incarnation": 1,
  "cause": "crash",
  "thread": 65536,
  "event": "APPCRASH",
  "signature": [],
  "flags": 0,
  "holdMs": null,
  "queued": false,
  "modules": [],
  "debugger": {
    "custom": null,
    "automatic": false
  },
  "dumps": [],
  "notCollected": [],
  "metadata": [],
  "files": [],
  "blocks": [],
  "excluded": [],
  "appLocalDump": null,
  "recovery": null,
  "restarted": null
}
)");
}

TEST(ReportJson, EscapesWhatCannotStandInAText) {
  EXPECT_THAT(json_with(u"\"\\\n\r\t"), HasSubstr(R"("event": "\"\\\n\r\t",)"));
  EXPECT_THAT(json_with(std::u16string_view{u"\0\b\x1B\x7F", 4}), HasSubstr(R"("event": "\u0000\u0008\u001b\u007f",)"));
}

TEST(ReportJson, KeepsSurrogatesThatArePairsAndEscapesThoseThatAreNot) {
  constexpr char16_t lone[] = {0xD800, u'a', 0xDFFF, 0xD83D, 0xD83D, 0xDE00, 0xDC00, 0xD800};
  EXPECT_THAT(json_with({lone, 8}), HasSubstr("\"event\": \"\\ud800a\\udfff\\ud83d😀\\udc00\\ud800\","));
}

TEST(ReportJson, IsUtf8AtEveryLengthOfACharacter) {
  EXPECT_THAT(json_with(u"\u007E\u0080\u07FF\u0800\uFFFF\U00010000\U0010FFFF"),
              HasSubstr("\"event\": \"~\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\","));
}

TEST(ReportJson, WritesNumbersThatAreNotExactInJsonInHexadecimal) {
  ReportExample example;
  example.head.time = std::uint64_t{1} << 53;
  EXPECT_THAT(json_of(example), HasSubstr("\"time\": 9007199254740992,"));
  example.head.time += 1;
  EXPECT_THAT(json_of(example), HasSubstr("\"time\": \"0x20000000000001\","));
}

TEST(ReportJson, NameOfAMachineIsUtf8AndWhatIsNotIsReplaced) {
  ReportExample example;
  example.world.machines[0].name = "\"m\xC3\xA4\xF0\x9F\x98\x80\xED\xA0\x80\xFF\xC0\x80\n\xE2\x82";
  EXPECT_THAT(json_of(example), HasSubstr("\"machine\": \"\\\"m\xC3\xA4\xF0\x9F\x98\x80\\ud800"
                                          "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\\n\xEF\xBF\xBD\xEF\xBF\xBD\","));
}

}  // namespace
}  // namespace procreg::impl::inline PROCREG_SYNC
