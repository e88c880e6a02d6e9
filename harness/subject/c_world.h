// The world of a script as the structs of procreg/control.h.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "api/c_signature.h"
#include "harness/scenario/script.h"

// Separate, so that it stays last: its macros have names of the api's.
#include <procreg/control.h>

namespace procreg::harness {

// Keeps what C structs point to. Made for one call and then forgotten.
class CWorld {
 public:
  // `script` outlives it. Lists that processes have are added to `mirror` in the order in which the library reads them, so that both
  // give them the same indexes.
  CWorld(const Script& script, Tables& mirror) : script_{script}, mirror_{mirror} {}

  const procreg_world_spec& world(const Profile& profile);
  const procreg_new_process& child(const CreateProcess& step);

  // Not empty: a text that C cannot hold.
  const std::string& problem() const { return problem_; }

 private:
  // Keeps a list, and gives where it is.
  template <class T>
  const T* kept(std::vector<T> list);
  template <class T>
  const T* kept_one(T value);
  const char* name(std::uint16_t base) const;
  PCWSTR text(TextRef ref);
  PCWSTR text(const std::optional<TextRef>& ref) { return ref ? text(*ref) : nullptr; }

  template <class Spec>
  procreg_inputs inputs(const Spec& spec, std::uint16_t base);
  const char* const* thread_names(std::uint16_t base, std::uint16_t count);
  const procreg_dacl* dacl(DaclRef ref);
  const procreg_stacks* stacks(StacksRef ref);
  const procreg_ranges* ranges(RangesRef ref);
  const procreg_loaded_modules* loaded_modules(LoadedModulesRef ref);
  procreg_loaded_module module(const LoadedModule& module);
  procreg_process_spec process(const ProcessSpec& spec);
  procreg_module_behaviour behaviour(const ModuleBehaviour& behaviour);
  std::vector<procreg_option> options(const Profile& profile);
  const PCWSTR* texts(const std::vector<TextRef>& refs);

  const Script& script_;
  Tables& mirror_;
  std::string problem_{};
  std::deque<std::shared_ptr<const void>> kept_{};
  procreg_world_spec world_{};
  procreg_new_process child_{};
};

}  // namespace procreg::harness
