// The names of the processes and threads of a world that is made through the C interface.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/ids.h"
#include "api/stable_list.h"
#include "api/value.h"
#include "sync.h"

namespace procreg::impl::inline PROCREG_SYNC {

// What is known of a process of the world for as long as the world lives, also when its object is gone.
struct KnownProcess {
  ProcessKey key{};
  GivenName name{};
  Pid pid{};
  std::vector<Tid> threads{};  // that it began with
};

// Safe from any thread.
class Names {
 public:
  static constexpr std::size_t max = 0xFFFF;  // as many as a NameRef can tell apart

  void clear();

  // The base of a name that nothing has yet; nullopt and why in `problem`: there cannot be such a name. A name that was claimed and never
  // given to anything is the same name again.
  std::optional<std::uint16_t> claim(std::string_view name, std::vector<std::string> threads, std::string& problem);
  // What has the name from now on.
  void give(const KnownProcess& process);
  void give(std::uint16_t base);  // to something else than a process

  std::optional<KnownProcess> process(std::string_view name) const;
  std::optional<KnownProcess> process(ProcessKey key) const;

  // "w", "w.restarted1"; "" for none. The text lives until clear().
  const char* text(GivenName name);

  std::size_t count() const;
  const char* at(std::size_t base) const;  // nullptr: there is none
  const char* thread(std::size_t base, std::uint32_t k) const;

 private:
  struct Entry {
    std::string name{};
    std::vector<std::string> threads{};
    bool given{};
  };

  std::optional<GivenName> known(std::string_view name) const;

  mutable sync::mutex<"names"> mutex_;
  StableList<Entry> entries_{Entry{}};  // base 0 is no name
  std::map<std::string, std::uint16_t, std::less<>> bases_{};
  std::map<ProcessKey, KnownProcess> processes_{};
  std::map<GivenName, ProcessKey> owners_{};
  std::map<GivenName, std::string> restarts_{};  // texts of names that WER gives
};

}  // namespace procreg::impl::inline PROCREG_SYNC
