// A world of the C interface: it owns what a script owns elsewhere (texts, names), and grows them while it lives.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/profile.h"
#include "api/world.h"
#include "impl/abi/names.h"
#include "impl/wer/report.h"
#include "impl/world.h"

namespace procreg::impl::inline PROCREG_SYNC {

// The texts of a world. Added to by one thread at a time; what is there is read without a lock (Tables).
class Texts {
 public:
  TextRef text(std::u16string_view text) {
    const std::scoped_lock lock{mutex_};
    return tables_.text(text);
  }
  const std::u16string& at(TextRef ref) const { return tables_.at(ref); }

  // For all that is no text; under the same lock.
  template <class F>
  auto add(F&& to_tables) {
    const std::scoped_lock lock{mutex_};
    return to_tables(tables_);
  }

  const Tables& tables() const { return tables_; }
  // Beside nobody.
  void replace(Tables tables) { tables_ = std::move(tables); }

 private:
  sync::mutex<"texts"> mutex_;
  Tables tables_{};
};

// What a world begins with, in the words of the api: as impl/abi/spec.h reads it.
struct Beginning {
  struct Named {
    std::string name{};
    std::vector<std::string> threads{};
  };
  WorldSpec spec{};
  Profile profile{};
  Tables tables{};
  std::vector<Named> names{};  // of base 1, 2, ...
};

// A report as C sees it, with the memory of its lists.
struct ShownReport;

class AbiWorld : public ReportWatcher {
 public:
  AbiWorld();
  ~AbiWorld() override;

  // Ends whatever was there.
  void begin(Beginning beginning);

  Answer perform(const Step& step) noexcept;  // any thread; processes that it makes are known by name afterwards

  // Set by each begin: tells this world from the one before it, and from every other.
  std::uint64_t serial() const { return serial_; }

  World& world() { return *world_; }
  const std::vector<MachineSpec>& machines() const { return machines_; }
  // nullptr: the first one; nullopt: there is none of this name.
  std::optional<MachineIndex> machine(const char* name) const;

  // Kept under the lifecycle lock of the world; 0 where there is no such process.
  std::uint32_t last_error(ProcessKey process);
  void set_last_error(ProcessKey process, std::uint32_t error);
  ProcessState state(ProcessKey process);

  ShownReport* report(std::size_t i);

  void changed(const Report& report) noexcept override;

  Texts texts{};
  Names names{};

 private:
  void know_beginning(const WorldSpec& spec);
  void note(const Step& step, const Answer& answer) noexcept;

  std::uint64_t serial_{};
  std::vector<MachineSpec> machines_{};
  std::unique_ptr<World> world_{};
  std::vector<std::unique_ptr<ShownReport>> shown_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC

struct procreg_world final : procreg::impl::AbiWorld {};
