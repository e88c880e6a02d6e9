// For tests with GoogleTest and GoogleMock of programs that call the functions of procreg: a world for each test, and matchers for what comes
// of it. C++17. Link procreg::abi and GTest::gmock.
//
//   class Launcher : public procreg::testing::WorldTest {};
//
//   TEST_F(Launcher, HasItsWorkerInTheReport) {
//     start_worker();                                        // calls of `main`
//     crash("main");
//     EXPECT_THAT(report(), ReportHasDumpOf("worker"));
//     EXPECT_THAT(WerSetFlags(0x800), Returns(E_INVALIDARG));
//   }
#ifndef PROCREG_TESTING_H
#define PROCREG_TESTING_H

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "control.h"
#include "errhandlingapi.h"
#include "handleapi.h"
#include "processthreadsapi.h"
#include "recovery.h"
#include "smbclnt.h"
#include "werapi.h"

namespace procreg::testing {

// --- Text for people ---

// UTF-16 as UTF-8; half of a surrogate pair becomes U+FFFD.
inline std::string utf8(std::u16string_view text) {
  std::string out;
  const auto put = [&out](std::uint32_t rest, int bits) {
    for (bits -= 6; bits >= 0; bits -= 6) out += static_cast<char>(0x80U | (rest >> bits & 0x3FU));
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::uint32_t point = text[i];
    const bool pair =
        point >= 0xD800 && point < 0xDC00 && i + 1 < text.size() && text[i + 1] >= 0xDC00 && text[i + 1] < 0xE000;
    if (pair) point = 0x10000 + ((point - 0xD800) << 10) + (text[++i] - 0xDC00U);
    if (!pair && point >= 0xD800 && point < 0xE000) point = 0xFFFD;
    if (point < 0x80) {
      out += static_cast<char>(point);
    } else if (point < 0x800) {
      out += static_cast<char>(0xC0U | point >> 6);
      put(point, 6);
    } else if (point < 0x10000) {
      out += static_cast<char>(0xE0U | point >> 12);
      put(point, 12);
    } else {
      out += static_cast<char>(0xF0U | point >> 18);
      put(point, 18);
    }
  }
  return out;
}
// A text of the library; NULL is "none".
inline std::string utf8(PCWSTR text) {
  return text == nullptr ? "none" : utf8(std::u16string_view{reinterpret_cast<const char16_t*>(text)});
}

inline std::string name(procreg_dump_kind kind) {
  static constexpr const char* names[] = {"mini", "heap", "triage"};
  return names[kind];
}
inline std::string name(procreg_file_status status) {
  static constexpr const char* names[] = {"not requested", "missing", "added"};
  return names[status];
}

// The symbolic name of a code that the functions return, or the number.
inline std::string result_name(HRESULT result) {
  switch (result) {
    case S_OK:
      return "S_OK";
    case S_FALSE:
      return "S_FALSE";
    case E_FAIL:
      return "E_FAIL";
    case E_UNEXPECTED:
      return "E_UNEXPECTED (the caller could not make the call)";
    case E_OUTOFMEMORY:
      return "E_OUTOFMEMORY";
    case E_INVALIDARG:
      return "E_INVALIDARG";
    case WER_E_INSUFFICIENT_BUFFER:
      return "WER_E_INSUFFICIENT_BUFFER";
    case WER_E_NOT_FOUND:
      return "WER_E_NOT_FOUND";
    case WER_E_INVALID_STATE:
      return "WER_E_INVALID_STATE";
    case HRESULT_FROM_WIN32(ERROR_ACCESS_DENIED):
      return "HRESULT_FROM_WIN32(ERROR_ACCESS_DENIED)";
    case HRESULT_FROM_WIN32(ERROR_INVALID_HANDLE):
      return "HRESULT_FROM_WIN32(ERROR_INVALID_HANDLE)";
    case HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND):
      return "HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND)";
    case HRESULT_FROM_WIN32(ERROR_FILENAME_EXCED_RANGE):
      return "HRESULT_FROM_WIN32(ERROR_FILENAME_EXCED_RANGE)";
    default:
      return "HRESULT " + std::to_string(static_cast<std::uint32_t>(result));
  }
}
inline std::string result_name(DWORD code) {
  switch (code) {
    case ERROR_SUCCESS:
      return "ERROR_SUCCESS";
    case ERROR_ACCESS_DENIED:
      return "ERROR_ACCESS_DENIED";
    case ERROR_INVALID_HANDLE:
      return "ERROR_INVALID_HANDLE";
    case ERROR_NOT_ENOUGH_MEMORY:
      return "ERROR_NOT_ENOUGH_MEMORY";
    case ERROR_GEN_FAILURE:
      return "ERROR_GEN_FAILURE (the caller could not make the call)";
    case ERROR_INVALID_PARAMETER:
      return "ERROR_INVALID_PARAMETER";
    case ERROR_NOACCESS:
      return "ERROR_NOACCESS";
    case ERROR_NOT_FOUND:
      return "ERROR_NOT_FOUND";
    case ERROR_OBJECT_ALREADY_EXISTS:
      return "ERROR_OBJECT_ALREADY_EXISTS";
    default:
      return "code " + std::to_string(code);
  }
}

// --- A report ---

// Points to a report of the world, or to none. What it says is right until the same report is asked for again.
class Report {
 public:
  explicit Report(const procreg_report* report) : report_{report} {}
  const procreg_report* operator->() const { return report_; }
  explicit operator bool() const { return report_ != nullptr; }

  std::vector<std::string> dumped() const {
    std::vector<std::string> names;
    for (std::size_t i = 0; report_ != nullptr && i < report_->dump_count; ++i)
      names.emplace_back(report_->dumps[i].process_name);
    return names;
  }

  friend void PrintTo(const Report& report, std::ostream* out) { report.print(*out); }

 private:
  void print(std::ostream& out) const {
    if (report_ == nullptr) {
      out << "no report";
      return;
    }
    out << "the report of a " << (report_->cause == PROCREG_CAUSE_CRASH ? "crash" : "hang") << " of "
        << report_->process_name << ", with";
    list(out, "dumps of", report_->dump_count, [&](std::size_t i) { return dump(report_->dumps[i]); });
    list(out, "files", report_->file_count,
         [&](std::size_t i) { return utf8(report_->files[i].path) + " (" + name(report_->files[i].status) + ")"; });
    list(out, "metadata", report_->metadata_count,
         [&](std::size_t i) { return utf8(report_->metadata[i].name) + "=" + utf8(report_->metadata[i].value); });
    list(out, "not collected", report_->not_collected_count, [&](std::size_t i) {
      const procreg_not_collected& missing = report_->not_collected[i];
      return std::to_string(missing.pid) +
             (missing.reason == PROCREG_PROCESS_MISSING ? " (missing)" : " (access denied)");
    });
  }
  template <class F>
  static void list(std::ostream& out, const char* what, std::size_t count, F&& element) {
    if (count == 0) return;
    out << "\n  " << what;
    for (std::size_t i = 0; i < count; ++i) out << (i == 0 ? " " : ", ") << element(i);
  }
  static std::string dump(const procreg_dump& dump) {
    std::string text = std::string{dump.process_name} + " (" + name(dump.kind);
    if (dump.extra_thread != 0) text += ", extra data of thread " + std::to_string(dump.extra_thread);
    return text + ")";
  }

  const procreg_report* report_;
};

// --- Matchers ---

// Of the value of a function: the code by its name.
template <class Code>
class ReturnsMatcher {
 public:
  using is_gtest_matcher = void;
  explicit ReturnsMatcher(Code expected) : expected_{expected} {}
  template <class T>
  bool MatchAndExplain(const T& value, std::ostream* why) const {
    const bool same = static_cast<std::uint32_t>(value) == static_cast<std::uint32_t>(expected_);
    if (!same && why != nullptr) *why << "which is " << result_name(static_cast<Code>(value));
    return same;
  }
  void DescribeTo(std::ostream* out) const { *out << "is " << result_name(expected_); }
  void DescribeNegationTo(std::ostream* out) const { *out << "is not " << result_name(expected_); }

 private:
  Code expected_;
};
inline ReturnsMatcher<HRESULT> Returns(HRESULT expected) { return ReturnsMatcher<HRESULT>{expected}; }
inline ReturnsMatcher<DWORD> Returns(DWORD expected) { return ReturnsMatcher<DWORD>{expected}; }

MATCHER_P(ReportHasDumpOf, process, std::string(negation ? "has no" : "has a") + " dump of " + std::string{process}) {
  (void)result_listener;
  const auto names = arg.dumped();
  return std::find(names.begin(), names.end(), process) != names.end();
}

MATCHER_P2(ReportHasDumpOf, process, kind,
           std::string(negation ? "has no " : "has a ") + name(kind) + " dump of " + std::string{process}) {
  for (std::size_t i = 0; arg && i < arg->dump_count; ++i) {
    if (arg->dumps[i].process_name != std::string_view{process}) continue;
    *result_listener << "whose dump of " << process << " is a " << name(arg->dumps[i].kind) << " dump";
    return arg->dumps[i].kind == kind;
  }
  return false;
}

// The file stands in the report and, if `status` says so, its content is in it too.
MATCHER_P2(ReportHasFile, path, status,
           std::string(negation ? "has no file " : "has the file ") + utf8(std::u16string_view{path}) + " (" +
               name(status) + ")") {
  for (std::size_t i = 0; arg && i < arg->file_count; ++i) {
    if (std::u16string_view{reinterpret_cast<const char16_t*>(arg->files[i].path)} != std::u16string_view{path})
      continue;
    *result_listener << "whose file is " << name(arg->files[i].status);
    return arg->files[i].status == status;
  }
  return false;
}
inline auto ReportHasFile(std::u16string path) { return ReportHasFile(std::move(path), PROCREG_FILE_ADDED); }

MATCHER_P2(ReportHasMetadata, key, value,
           std::string(negation ? "has no metadata " : "has the metadata ") + utf8(std::u16string_view{key}) + "=" +
               utf8(std::u16string_view{value})) {
  for (std::size_t i = 0; arg && i < arg->metadata_count; ++i) {
    if (std::u16string_view{reinterpret_cast<const char16_t*>(arg->metadata[i].name)} != std::u16string_view{key})
      continue;
    *result_listener << "whose " << utf8(arg->metadata[i].name) << " is " << utf8(arg->metadata[i].value);
    return std::u16string_view{reinterpret_cast<const char16_t*>(arg->metadata[i].value)} == std::u16string_view{value};
  }
  return false;
}

// --- A world for each test ---

// The thread of the test is `main`. Everything that happens is a failure of the test when it is not applicable or unusable.
class WorldTest : public ::testing::Test {
 protected:
  void SetUp() override { begin({}); }
  void TearDown() override { end(); }

  // Another world in place of the default one; tests that need it call it first, or from SetUp. `who` makes the calls of this thread.
  void begin(const procreg_world_spec& spec, const char* who = "main") {
    end();
    world_ = procreg_world_create(&spec);
    ASSERT_NE(world_, nullptr) << procreg_error();
    if (process(who) != 0) become(who);
  }

  procreg_world* world() const { return world_; }
  procreg_process process(const char* name) const { return procreg_process_named(world_, name); }
  DWORD pid(const char* name) const { return procreg_process_pid(world_, process(name)); }
  procreg_process_state state(const char* name) const { return procreg_state_of(world_, process(name)); }

  // From now on calls of this thread are made by that process.
  void become(const char* name) {
    ASSERT_NE(process(name), 0U) << "there is no process " << name;
    ASSERT_EQ(procreg_become(world_, process(name)), 1) << procreg_error();
  }
  // A child of the process that this thread is.
  procreg_created spawn(const char* name, const procreg_inputs& inputs = {}) {
    procreg_new_process how{};
    how.name = name;
    how.inputs = inputs;
    procreg_created created{};
    EXPECT_EQ(procreg_create_process(&how, &created), TRUE) << name << " cannot be created: " << procreg_error();
    return created;
  }

  void crash(const char* name) { happened(procreg_crash(world_, process(name), nullptr), "Crash", name); }
  // Until WER reports the hang.
  void hang(const char* name) {
    happened(procreg_stop_answering(world_, process(name)), "StopAnswering", name);
    advance(5001);
    happened(procreg_close_hung(world_, process(name)), "CloseHung", name);
  }
  // The user lets the crashed or hung process go.
  void let_close(const char* name, procreg_maybe restart = PROCREG_DEFAULT) {
    happened(procreg_user_choice(world_, process(name), PROCREG_CLOSE, restart), "UserChoice", name);
  }
  void exhaust_heap(const char* name) {
    happened(procreg_set_heap_capacity(world_, process(name), 0), "SetHeapCapacity", name);
  }
  void fail_allocation(const char* name, std::uint32_t n = 1) {
    happened(procreg_fail_allocation(world_, process(name), n), "FailAllocation", name);
  }
  void unload_filter() { happened(procreg_filter_unload(world_, nullptr), "FilterUnload", "the first machine"); }
  void advance(std::uint64_t ms) { happened(procreg_advance_time(world_, ms), "AdvanceTime", "the world"); }

  std::size_t reports() const { return procreg_report_count(world_); }
  // The last one; none: a matcher then says so.
  Report report() const {
    const std::size_t count = reports();
    return Report{count == 0 ? nullptr : procreg_report_at(world_, count - 1)};
  }

 private:
  static void happened(int applied, const char* event, const char* whom) {
    EXPECT_EQ(applied, 1) << event << " of " << whom << (applied < 0 ? " is unusable: " : " is not applicable")
                          << (applied < 0 ? procreg_error() : "");
  }
  void end() {
    procreg_world_destroy(world_);
    world_ = nullptr;
  }

  procreg_world* world_{};
};

}  // namespace procreg::testing

#endif
