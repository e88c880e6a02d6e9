#include "impl/store/report_wer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "impl/store/report_example.h"

namespace procreg::impl::inline PROCREG_SYNC {
namespace {

using testing::StartsWith;

// Report.wer without its byte order mark, its lines ended by a mere LF so that they can be compared as a raw string. A CR that
// does not end a line stays, and so would an LF without CR show as a line more.
std::u16string text_of(const ReportExample& example) {
  const std::string bytes = report_wer(example.report(), ReportTexts{example.world, example.tables});
  EXPECT_THAT(bytes, StartsWith("\xFF\xFE"));
  EXPECT_EQ(bytes.size() % 2, 0U);
  std::u16string text;
  for (std::size_t i = 2; i + 1 < bytes.size(); i += 2) {
    const auto unit =
        static_cast<char16_t>(static_cast<unsigned char>(bytes[i]) | static_cast<unsigned char>(bytes[i + 1]) << 8);
    if (unit == u'\n') {
      EXPECT_EQ(text.back(), u'\r');
      text.pop_back();
    }
    text += unit;
  }
  return text;
}

bool has(const std::u16string& text, std::u16string_view part) { return text.find(part) != std::u16string::npos; }

// Report.wer of a report whose event is this text.
std::u16string text_with(std::u16string_view event) {
  ReportExample example;
  example.head.event = example.text(event);
  return text_of(example);
}

TEST(ReportWer, HasWhatWerWritesAndTheRestUnderNamesOfOurs) {
  EXPECT_EQ(text_of(full_example()),
            uR"(Version=1
EventType=MyEvent
EventTime=12340000
ReportType=2
ReportIdentifier=00000000-0000-0000-0000-000000000007
Sig[0].Name=Part
Sig[0].Value=core
Sig[1].Name=
Sig[1].Value=ä😀
State[0].Key=key
State[0].Value=value
File[0].Path=C:\a.log
File[0].Flags=1
File[0].Type=5
File[1].Path=\\s\b
File[1].Flags=3
File[1].Type=4
Procreg.Id=7
Procreg.Time=1234
Procreg.Machine=fs1
Procreg.Process=1000
Procreg.Incarnation=3
Procreg.Cause=crash
Procreg.Thread=65536
Procreg.Event=MyEvent
Procreg.Flags=6
Procreg.HoldMs=500
Procreg.Queued=1
Procreg.Module[0].Dll=a.dll
Procreg.Module[0].Context=0x0
Procreg.Module[0].Outcome=not-listed
Procreg.Module[1].Dll=B.dll
Procreg.Module[1].Context=0x1F
Procreg.Module[1].Outcome=claimed
Procreg.Debugger.Custom=dbg.exe "%1"
Procreg.Debugger.Automatic=1
Procreg.Dump[0].Machine=fs1
Procreg.Dump[0].Process=1000
Procreg.Dump[0].Incarnation=3
Procreg.Dump[0].Kind=heap
Procreg.Dump[0].Mask=0x51B25
Procreg.Dump[0].ExtraThread=0
Procreg.Dump[0].ExtraThreadMissing=0
Procreg.Dump[0].Threads=65536,65540
Procreg.Dump[0].Ranges=0x10000-0x11000,0x7EFFFFF03000-0x7EFFFFF04000
Procreg.Dump[1].Machine=fs1
Procreg.Dump[1].Process=1004
Procreg.Dump[1].Incarnation=4
Procreg.Dump[1].Kind=triage
Procreg.Dump[1].Mask=0x141121
Procreg.Dump[1].ExtraThread=65544
Procreg.Dump[1].ExtraThreadMissing=0
Procreg.Dump[1].Threads=
Procreg.Dump[1].Ranges=
Procreg.NotCollected[0].Process=1008
Procreg.NotCollected[0].Reason=process-missing
Procreg.File[0].Path=C:\a.log
Procreg.File[0].Type=2
Procreg.File[0].Flags=1
Procreg.File[0].Status=added
Procreg.File[1].Path=C:\gone
Procreg.File[1].Type=1
Procreg.File[1].Flags=0
Procreg.File[1].Status=missing
Procreg.File[2].Path=\\s\b
Procreg.File[2].Type=1
Procreg.File[2].Flags=3
Procreg.File[2].Status=added
Procreg.Block[0].Address=0xFFFFFFFFFFFFFFF0
Procreg.Block[0].Size=65536
Procreg.Block[0].Status=partial
Procreg.Excluded[0].Address=0x20000
Procreg.Excluded[0].Size=16
Procreg.AppLocalDump.Path=dumps
Procreg.AppLocalDump.Kind=heap
Procreg.Recovery.Outcome=finished-true
Procreg.Recovery.Cancelled=1
Procreg.Restarted.Process=1012
Procreg.Restarted.CommandLine=/again
)");
}

TEST(ReportWer, OfAHangThatHasNothing) {
  ReportExample example;
  example.head.cause = Cause::hang;
  example.head.thread = no_thread;
  example.head.event = AppHang;
  EXPECT_EQ(text_of(example),
            uR"(Version=1
EventType=AppHang
EventTime=0
ReportType=3
ReportIdentifier=00000000-0000-0000-0000-000000000001
Procreg.Id=1
Procreg.Time=0
Procreg.Machine=local
Procreg.Process=1000
Procreg.Incarnation=1
Procreg.Cause=hang
Procreg.Thread=0
Procreg.Event=AppHang
Procreg.Flags=0
Procreg.HoldMs=
Procreg.Queued=0
Procreg.Debugger.Custom=
Procreg.Debugger.Automatic=0
Procreg.AppLocalDump.Path=
Procreg.AppLocalDump.Kind=
Procreg.Recovery.Outcome=
Procreg.Recovery.Cancelled=
Procreg.Restarted.Process=
Procreg.Restarted.CommandLine=
)");
}

TEST(ReportWer, NoTextForgesALine) {
  const std::u16string text = text_with(std::u16string_view{u"A\r\nReportType=9\n\0\x7F\t", 19});
  EXPECT_TRUE(has(text, u"\nEventType=A\u240D\u240AReportType=9\u240A\u2400\u2421\u2409\nEventTime=0\n"));
}

TEST(ReportWer, WhatEndsLinesElsewhereIsReplaced) {
  EXPECT_TRUE(has(text_with(u"A\u0085B\u2028C\u2029D"), u"\nEventType=A\uFFFDB\uFFFDC\uFFFDD\nEventTime=0\n"));
}

TEST(ReportWer, NoTextBreaksTheEncoding) {
  constexpr char16_t lone[] = {0xD800, u'a', 0xDFFF, 0xD83D, 0xD83D, 0xDE00, 0xD800};
  EXPECT_TRUE(has(text_with({lone, 7}), u"\nEventType=\uFFFDa\uFFFD\uFFFD\U0001F600\uFFFD\nEventTime=0\n"));
}

TEST(ReportWer, TimeAndIdAreExactAtTheirLargest) {
  ReportExample example;
  example.head.time = ~std::uint64_t{0};
  example.head.id = ReportId{~std::uint32_t{0}};
  EXPECT_TRUE(has(text_of(example),
                  u"\nEventTime=184467440737095516150000\nReportType=2\n"
                  u"ReportIdentifier=00000000-0000-0000-0000-004294967295\n"));
}

}  // namespace
}  // namespace procreg::impl::inline PROCREG_SYNC
