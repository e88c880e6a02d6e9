#include "bench/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace procreg::bench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Question question(std::string text, std::optional<double> goal = {}) {
  return {.text = std::move(text), .peer_text = "the peer", .ours = "ours", .peer = "peer", .goal = goal};
}

Row row(std::string text, double ratio, std::optional<double> goal = {}) {
  return {.question = std::move(text),
          .peer = "the peer",
          .ours_ns = 10,
          .peer_ns = 10 * ratio,
          .ratio = ratio,
          .ratio_min = ratio / 2,
          .ratio_max = ratio * 2,
          .goal = goal};
}

// The same ratio in every round.
Row steady(std::string text, double ratio) {
  Row result = row(std::move(text), ratio);
  result.ratio_min = result.ratio_max = ratio;
  return result;
}

Report report(std::vector<Row> rows) {
  return {.machine = {"A CPU", 2, "GCC 12.2.0", "Release: -O3"}, .rounds = 9, .quick = false, .rows = std::move(rows)};
}

TEST(Median, IsTheMiddleOfAnOddNumberOfValuesWhateverTheirOrder) {
  EXPECT_EQ(median({7}), 7);
  EXPECT_EQ(median({9, 1, 5}), 5);
  EXPECT_EQ(median({100, 2, 3, 1, 4}), 3);
}

TEST(Median, IsTheMeanOfTheTwoMiddleValuesOfAnEvenNumber) {
  EXPECT_EQ(median({4, 1}), 2.5);
  EXPECT_EQ(median({1000, 1, 3, 2}), 2.5);
}

TEST(Summary, TakesTheMedianOfTheRatiosOfTheRoundsAndNotTheRatioOfTheMedians) {
  // The ratio of the medians is 60 / 20 = 3.
  const Round rounds[] = {{10, 60}, {20, 40}, {30, 150}};
  const auto summary = summarise(question("q", 4), rounds);
  EXPECT_EQ(summary.ours_ns, 20);
  EXPECT_EQ(summary.peer_ns, 60);
  EXPECT_EQ(summary.ratio, 5);
  EXPECT_EQ(summary.ratio_min, 2);
  EXPECT_EQ(summary.ratio_max, 6);
  EXPECT_EQ(summary.goal, 4);
  EXPECT_EQ(summary.question, "q");
  EXPECT_EQ(summary.peer, "the peer");
}

TEST(Summary, OfRoundsOnAMachineThatSlowsDownKeepsTheRatio) {
  const Round rounds[] = {{10, 40}, {17, 68}, {30, 120}};
  EXPECT_EQ(summarise(question("q"), rounds).ratio, 4);
}

TEST(Goal, IsMetFromTheGoalOnAndNeverByAFailure) {
  EXPECT_TRUE(row("q", 4, 4).met());
  EXPECT_FALSE(row("q", 3.99, 4).met());
  EXPECT_FALSE(row("q", 100).met());
  EXPECT_FALSE(failed(question("q", 0), "refused").met());
}

TEST(Text, ShowsRatiosGoalsAndVerdictsInColumns) {
  const auto all = report({row("short", 5.25, 4), row("a longer question", 2, 2.5), row("no goal", 120),
                           failed(question("broken", 10), "refused")});
  EXPECT_EQ(text(all),
            "question           ours ns  peer ns  ratio                      goal     verdict          peer\n"
            "short                 10.0     52.5  5.25x (2.62 .. 10.50)      >= 4x    met              the peer\n"
            "a longer question     10.0     20.0  2.00x (1.00 .. 4.00)       >= 2.5x  NOT MET          the peer\n"
            "no goal               10.0     1200  120.00x (60.00 .. 240.00)  -        -                the peer\n"
            "broken                   -        -  -                          >= 10x   FAILED: refused  the peer\n"
            "\n"
            "machine  A CPU, 2 cores\n"
            "build    GCC 12.2.0, Release: -O3\n"
            "goals    1 of 3 met; 9 rounds, ratio = peer / ours of one round; median (smallest .. largest) of the "
            "rounds\n");
}

TEST(Text, OfAQuickRunSaysThatItsNumbersMeanNothing) {
  auto quick = report({row("q", 5, 4)});
  quick.quick = true;
  EXPECT_THAT(text(quick), HasSubstr("quick: a trial run, its numbers mean nothing\n"));
}

TEST(Markdown, IsATableOfTheSameCells) {
  EXPECT_EQ(markdown(report({row("q", 5, 4)})),
            "| question | ours ns | peer ns | ratio | goal | verdict | peer |\n"
            "| --- | ---: | ---: | --- | --- | --- | --- |\n"
            "| q | 10.0 | 50.0 | 5.00x (2.50 .. 10.00) | >= 4x | met | the peer |\n");
}

TEST(Json, ReadsBackAsItWasWritten) {
  const auto all = report({row("met", 5, 4), row("not met", 2, 2.5), row("for orientation", 1.0 / 3),
                           failed(question("broken", 10), "a \"quoted\" error")});
  EXPECT_EQ(std::get<Report>(read_report(json(all))), all);
}

TEST(Json, HasOneFormat) {
  EXPECT_EQ(json(report({row("q", 5, 4)})), R"({
  "format": "procreg-bench/1",
  "machine": {
    "cpu": "A CPU",
    "cores": 2,
    "compiler": "GCC 12.2.0",
    "build": "Release: -O3"
  },
  "rounds": 9,
  "quick": false,
  "questions": [
    {
      "question": "q",
      "peer": "the peer",
      "ours_ns": 10.0,
      "peer_ns": 50.0,
      "ratio": 5.0,
      "ratio_min": 2.5,
      "ratio_max": 10.0,
      "goal": 4.0,
      "met": true,
      "error": null
    }
  ]
}
)");
}

std::string without(std::string json, std::string_view part) {
  const auto at = json.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return json.erase(at, part.size());
}

TEST(Json, ThatIsNoReportIsRefusedInWords) {
  const auto good = json(report({row("q", 5, 4)}));
  for (const auto& bad : {std::string{}, std::string{"[]"}, std::string{"null"}, std::string{"{\"format\": 7}"},
                          good.substr(0, good.size() / 2), without(good, "\"ratio\": 5.0,"), without(good, "procreg-"),
                          without(good, "\"rounds\": 9,"), good + "x"}) {
    const auto read = read_report(bad);
    ASSERT_TRUE(std::holds_alternative<std::string>(read)) << bad;
    EXPECT_FALSE(std::get<std::string>(read).empty());
  }
}

TEST(Json, WithANegativeRatioIsRefused) {
  auto bad = report({row("q", 5, 4)});
  bad.rows[0].ratio = -1;
  EXPECT_EQ(std::get<std::string>(read_report(json(bad))), "ratio is no ratio");
}

TEST(Gate, JudgesTheBestRoundOfWhatHasAGoalAndWasMeasured) {
  // The best round of each is twice its ratio.
  const auto held = gate(report({row("within", 3.34, 10), row("missed", 3.32, 10), row("without a goal", 0.01),
                                 failed(question("broken", 10), "refused")}),
                         1.5);
  EXPECT_EQ(held.judged, 2U);
  EXPECT_THAT(held.missed, ElementsAre(Gate::Missed{"missed", 10, 6.64}));
  EXPECT_EQ(text(held, 1.5),
            "gate: 1 of 2 goals missed by more than a factor of 1.5 in every round\n"
            "  missed   missed: 6.64x at best, the goal is 10.00x\n");
}

TEST(Comparison, FindsWhatIsWorseByMoreThanTheTolerance) {
  const auto before =
      report({steady("much worse", 10), steady("at the edge", 10), steady("better", 10), steady("same", 10)});
  const auto now =
      report({steady("same", 10), steady("better", 20), steady("at the edge", 7.5), steady("much worse", 7.4)});
  const auto result = compare(now, before, 0.25);
  EXPECT_THAT(result.worse, ElementsAre(Regression{"much worse", 10, 7.4}));
  EXPECT_EQ(result.compared, 4U);
  EXPECT_THAT(result.missing, IsEmpty());
  EXPECT_THAT(result.added, IsEmpty());
}

TEST(Comparison, IsNotAlarmedWhenARoundCameUpToTheBaseline) {
  auto wide = steady("q", 5);
  wide.ratio_max = 10;
  EXPECT_THAT(compare(report({wide}), report({steady("q", 10)}), 0.25).worse, IsEmpty());
  wide.ratio_max = 9.99;
  EXPECT_THAT(compare(report({wide}), report({steady("q", 10)}), 0.25).worse, testing::SizeIs(1));
}

TEST(Comparison, IgnoresAbsoluteTimes) {
  auto now = report({steady("q", 10)});
  now.rows[0].ours_ns *= 3;
  now.rows[0].peer_ns *= 3;
  EXPECT_THAT(compare(now, report({steady("q", 10)}), 0).worse, IsEmpty());
}

TEST(Comparison, NamesWhatOnlyOneSideMeasured) {
  const auto before = report({row("gone", 1), row("now broken", 1), failed(question("was broken"), "refused")});
  const auto now = report({row("new", 1), failed(question("now broken"), "refused"), row("was broken", 1)});
  const auto result = compare(now, before, 0.25);
  EXPECT_EQ(result.compared, 0U);
  EXPECT_THAT(result.missing, ElementsAre("gone", "now broken"));
  EXPECT_THAT(result.added, ElementsAre("new", "was broken"));
}

TEST(Comparison, IsToldInLines) {
  const Comparison result{.worse = {{"slow", 10, 5}}, .missing = {"gone"}, .added = {"fresh"}, .compared = 3};
  EXPECT_EQ(text(result, 0.25),
            "compared 3 questions with the baseline, 1 worse by more than 25%\n"
            "  worse    slow: 10.00x -> 5.00x (-50%)\n"
            "  missing  gone: only in the baseline\n"
            "  new      fresh: not in the baseline\n");
}

}  // namespace
}  // namespace procreg::bench
