// The names that a script has bound so far, and what each stands for.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/scenario/script.h"

namespace procreg::harness {

enum class BoundAs : std::uint8_t {
  process_of_world,
  process,  // made by CreateProcess, so with w.handle and w.threadHandle
  thread,
  handle,
  connection,
  open,      // of SmbCreate
  csv_open,  // of CsvOpen
};

enum class Meaning : std::uint8_t { process, thread, handle, connection, open, csv_open };
// "process", "thread", "handle", "connection", "file handle", "CSV open".
std::string_view word_of(Meaning meaning);

struct Named {
  NameRef ref{};
  Meaning meaning{};
  std::optional<MachineIndex> machine{};  // that it is on; nullopt: it depends on what happens
};

// "" for a name that may be given; else what is wrong with it.
std::string given_name_problem(std::string_view name);
std::string thread_name_problem(std::string_view name);

class Scope {
 public:
  explicit Scope(Names& names) : names_{names} {}

  // From here on names are of this thread of the parallel part (from 1), and those of other threads are not to be used; 0:
  // names are everybody's.
  void enter(std::uint16_t thread) { thread_ = thread; }

  // Appends the entry and returns its base; 0 and nothing changes when the name is bound already or there are too many.
  std::uint16_t bind(GivenNameEntry entry, BoundAs kind, std::uint16_t threads, std::optional<MachineIndex> machine);

  bool bound(std::string_view name) const { return bases_.find(name) != bases_.end(); }

  // What "w", "w.2", "w.ui", "w.handle", "w.restarted1", "w.restarted1.1" stands for, or why it stands for nothing.
  std::variant<Named, std::string> find(std::string_view name) const;

  // The machine of what the name stands for; nullopt where that depends on what happens.
  std::optional<MachineIndex> machine_of(NameRef name) const { return infos_[name.base - 1U].machine; }

 private:
  struct Info {
    BoundAs kind;
    std::uint16_t threads;
    std::uint16_t thread;  // that may use it, 0: everybody
    std::optional<MachineIndex> machine;
  };
  std::variant<Named, std::string> part(std::string_view name, std::uint16_t base, std::string_view suffix) const;
  bool visible(std::uint16_t base) const;
  std::string unbound(std::string_view name) const;

  Names& names_;
  std::uint16_t thread_{0};
  std::vector<Info> infos_{};
  std::map<std::string, std::uint16_t, std::less<>> bases_{};
};

// Thread number k of the entry that "2" or "ui" means: k = 1 or its place among the thread names; nullopt when it is neither.
std::optional<std::uint16_t> thread_number(const GivenNameEntry& entry, std::string_view suffix);

// What a name means, bound or not: "w", "w.2", "w.ui", "w.handle", "w.restarted1"; nullopt when the script has no such name.
std::optional<NameRef> find_name(const Names& names, std::string_view name);

}  // namespace procreg::harness
