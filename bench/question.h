// What a benchmark file asks: pairs of Google Benchmarks, ours and a peer, and how much faster ours should be.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace procreg::bench {

// `ours` and `peer` are names of registered benchmarks. Both call SetItemsProcessed with the operations they performed: what is
// compared is the time of one operation.
struct Question {
  std::string text;       // "registration, 3 of 4 taken", the same in every report
  std::string peer_text;  // "one GoogleMock call"
  std::string ours;
  std::string peer;
  std::optional<double> goal;  // ours takes at most 1/goal of the peer's time; nullopt: for orientation
};
using Questions = std::vector<Question>;

// How much to measure. A quick run only shows that every benchmark runs: its numbers mean nothing.
struct Extent {
  bool quick{};
  std::size_t most_processes() const { return quick ? 2'000 : 1'000'000; }
};

// One function a file; each registers its benchmarks and adds its questions.
void ask_about_registration(Questions& questions, Extent extent);
void ask_about_registration_lists(Questions& questions, Extent extent);
void ask_about_tags(Questions& questions, Extent extent);
void ask_about_creates(Questions& questions, Extent extent);
void ask_about_reports(Questions& questions, Extent extent);
void ask_about_full_reports(Questions& questions, Extent extent);
void ask_about_dumps(Questions& questions, Extent extent);
void ask_about_reports_with_dumps(Questions& questions, Extent extent);
void ask_about_lockstep(Questions& questions, Extent extent);
void ask_about_exploration(Questions& questions, Extent extent);
void ask_about_schedules(Questions& questions, Extent extent);
void ask_about_programs(Questions& questions, Extent extent);
void ask_about_the_library(Questions& questions, Extent extent);
void ask_about_linearizability(Questions& questions, Extent extent);
Questions every_question(Extent extent);

}  // namespace procreg::bench
