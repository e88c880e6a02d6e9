// Which process of which world a thread is, and what came of its last step.
#pragma once

#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "impl/abi/c_headers.h"

namespace procreg::impl::inline PROCREG_SYNC {

// All of it belongs to one thread. What each call touches is plain memory of the thread, so that nothing is looked after when a
// call begins; texts and lists are Kept.
class Calling {
 public:
  // Of this thread. Not inline: a compiler would look it up again after each call in between.
  static Calling& here();

  // Worlds tell when they begin and when they end, so that no thread goes on in one that is gone.
  static void begun(AbiWorld& world);
  static void ended(const AbiWorld& world);

  // From now on this thread, or those that chose none, are that process; nobody: none.
  void become(AbiWorld& world, ProcessKey process);
  static void become_by_default(AbiWorld& world, ProcessKey process);

  // nullptr: this thread is no process. While no world was ever made, one is, by default, and threads are its `main`.
  AbiWorld* world() {
    if (seen_ != changes_.load(sync::acquire)) look_again();
    return chosen_.world;
  }
  ProcessKey process() const { return chosen_.process; }

  // Performs a call of this process (world() is not nullptr) or an event; the outcome is known afterwards.
  template <class T>
  Answer perform(AbiWorld& world, T step) {
    if constexpr (Call<T>) step.by.raw = chosen_.process;
    if constexpr (requires { step.restartedAs; }) step.restartedAs.base = std::exchange(restart_name_, {});
    if (outcome_.restarted != 0) forget_restarts();
    const Answer answer = world.perform(step);
    note(answer);
    if (has_restarts_) count_restarts();
    return answer;
  }

  // The index of a text of this thread's world. Texts are passed again and again: those that this thread passed last are found without
  // the lock that all threads share.
  TextRef text(AbiWorld& world, std::u16string_view text) {
    if (texts_of_ != world.serial()) forget_texts(world);
    const std::size_t ends = text.empty() ? 0 : text.front() + 7U * text.back();
    TextRef& known = texts_[(text.size() + ends) % texts_.size()];
    if (!same(world.texts.at(known), text)) known = world.texts.text(text);
    return known;
  }

  // A call that cannot even be made.
  void not_run() { note({.result = not_runnable}); }
  // Leaves `problem` in procreg_error().
  void unusable(std::string problem);

  void name_next_restart(std::uint16_t base) { restart_name_ = base; }
  static const char* error();
  static void refuse(std::string problem);

  // Of the last call or event.
  const procreg_outcome& outcome() const { return outcome_; }
  // It made a process, of which the answer has the object id alone.
  void made(procreg_process process) { outcome_.made = process; }
  // The processes that WER made in it, in their order.
  static const std::vector<KnownProcess>& restarts();
  void restarted(const KnownProcess& fresh);

  void on_end(procreg_end_handler handler, void* context) {
    handler_ = handler;
    handler_context_ = context;
  }
  // Tells the handler, if the last answer is no value of a function. It may not come back.
  void tell_if_ended() {
    if (handler_ != nullptr) tell();
  }

 private:
  struct Chosen {
    AbiWorld* world{};
    std::uint64_t serial{};
    ProcessKey process{};
  };
  struct Kept {
    std::string error{};
    std::vector<KnownProcess> restarts{};
  };
  static Kept& kept();

  static bool same(std::u16string_view a, std::u16string_view b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(char16_t)) == 0;
  }
  static procreg_outcome_kind kind_of(ResultKind kind);
  void note(const Answer& answer) {
    outcome_ = {.kind = kind_of(answer.result.kind),
                .value = answer.result.value,
                .written = answer.written,
                .made = answer.made,
                .last_error = answer.lastError,
                .restarted = 0};
  }
  void forget_texts(const AbiWorld& world) {
    texts_of_ = world.serial();
    texts_.fill(TextRef{});
  }
  void forget_restarts();
  void count_restarts();
  void look_again();
  void tell();

  // Grows with every change to what threads may have chosen.
  static sync::atomic<std::uint64_t, "changes of worlds"> changes_;

  std::uint64_t seen_{};
  bool own_{};
  bool has_restarts_{};
  std::uint16_t restart_name_{};
  Chosen chosen_{};
  procreg_outcome outcome_{};
  procreg_end_handler handler_{};
  void* handler_context_{};
  std::uint64_t texts_of_{};  // serial of their world
  std::array<TextRef, 16> texts_{};

  friend struct Worlds;
};

inline procreg_outcome_kind Calling::kind_of(ResultKind kind) {
  switch (kind) {
    case ResultKind::no_return:
      return PROCREG_ENDED_CALLER;
    case ResultKind::exception:
      return PROCREG_RAISED;
    case ResultKind::not_runnable:
      return PROCREG_NOT_RUN;
    case ResultKind::applied:
      return PROCREG_APPLIED;
    case ResultKind::not_applicable:
      return PROCREG_NOT_APPLICABLE;
    default:
      return PROCREG_ANSWERED;
  }
}

}  // namespace procreg::impl::inline PROCREG_SYNC
