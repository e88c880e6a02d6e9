#pragma once

#include <optional>
#include <span>

#include "api/report.h"
#include "api/snapshot.h"
#include "api/world.h"
#include "impl/kernel/arena.h"
#include "impl/wer/keyed_list.h"
#include "impl/wer/keys.h"

namespace procreg::impl::inline PROCREG_SYNC {

// What the runtime exception modules of a process made of its crash (wer.md 4.7, WER-REP-20 to WER-REP-29).
struct Asked {
  bool terminated{};  // one of them ended the process; nothing else is said then
  std::span<const ReportedModule> modules{};
  std::optional<TextRef> event{};  // of the one that claimed
  std::span<const SignatureEntry> signature{};
  DebuggerEntry debugger{};
};

// The dlls that the registry of the world allows as runtime exception modules, with their behaviours. Fixed with the world.
class HelperModules {
 public:
  HelperModules(Arena& arena, const Tables& tables, const WorldSpec& world);

  // Asks the modules in their order; after a hang none of them. What the answer points to stays in the arena.
  Asked ask(Arena& arena, const KeyedList<ModuleEntry>& registered, Cause cause) noexcept;

 private:
  struct Helper {
    TextRef dll{};
    bool loadable{true};
    CallbackDeed event{};
    std::optional<TextRef> claims{};
    std::span<const ModuleSignature> signatures{};  // as many as are asked for
    CallbackDeed debugger{};
    DebuggerEntry launch{};
  };
  struct DllKey;
  struct Verdict;

  static Helper helper_of(Arena& arena, const ModuleBehaviour& behaviour) noexcept;
  static Verdict verdict_of(const Helper* helper) noexcept;
  static Verdict verdict_of_callbacks(const Helper& helper) noexcept;
  static void accept(Arena& arena, const Helper& helper, Asked& asked) noexcept;

  const Tables& tables_;
  KeyedList<Helper> helpers_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
