#include "harness/search/rewrite_ids.h"

#include <algorithm>
#include <span>
#include <type_traits>
#include <vector>

#include "harness/generate/world.h"
#include "harness/scenario/field_value.h"
#include "harness/search/repair.h"
#include "harness/search/simpler.h"

namespace procreg::harness {

namespace {

// Calls f with every value of type T that the steps from `from` on hold, also those in keys that may be left out.
template <class T, class Steps, class F>
void each_of(Steps&& steps, std::size_t from, F&& f) {
  for (std::size_t i = from; i < steps.size(); ++i)
    each_value(steps[i], [&](auto& value) {
      using Value = std::remove_cv_t<std::remove_reference_t<decltype(value)>>;
      if constexpr (std::is_same_v<Value, T>) f(value);
      if constexpr (std::is_same_v<Value, Given<T>>)
        if (value.value) f(*value.value);
    });
}

template <class T>
std::vector<T> used(const Script& script) {
  std::vector<T> values;
  each_of<T>(script.steps, 0, [&](const T& value) {
    if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
  });
  return values;
}

template <class T>
bool offer_replaced(const Script& script, const Offer& offer, std::size_t from_step, const T& from, const T& to) {
  Script changed = script;
  each_of<T>(changed.steps, from_step, [&](T& value) {
    if (value == from) value = to;
  });
  return offer(std::move(changed));
}

template <class T>
bool offer_exchanged(const Script& script, const Offer& offer, const T& a, const T& b) {
  Script changed = script;
  each_of<T>(changed.steps, 0, [&](T& value) {
    if (value == a) {
      value = b;
    } else if (value == b) {
      value = a;
    }
  });
  return offer(std::move(changed));
}

template <class T>
bool exchange_all(const Script& script, const Offer& offer) {
  const std::vector<T> values = used<T>(script);
  for (std::size_t i = 0; i < values.size(); ++i)
    for (std::size_t j = i + 1; j < values.size(); ++j)
      if (offer_exchanged(script, offer, values[i], values[j])) return true;
  return false;
}

template <class T>
bool merge_all(const Script& script, const Offer& offer, const std::vector<T>& also) {
  std::vector<T> values = used<T>(script);
  const std::size_t count = values.size();
  values.insert(values.end(), also.begin(), also.end());
  for (std::size_t from = 0; from < count; ++from)
    for (const T& to : values)
      if (to != values[from] && offer_replaced(script, offer, 0, values[from], to)) return true;
  return false;
}

// --- Names for raw numbers ---

template <class T>
std::vector<NameRef> names_made_by(const Step& step, std::uint16_t base) {
  const NameKind kind = bound_kind(step);
  if constexpr (std::is_same_v<T, PidRef>)
    return kind == NameKind::process ? std::vector<NameRef>{{base, itself_part}} : std::vector<NameRef>{};
  if constexpr (std::is_same_v<T, TidRef>) {
    if (kind == NameKind::process) return {{base, first_thread_part}, {base, first_thread_part + 1}};
    return kind == NameKind::thread ? std::vector<NameRef>{{base, itself_part}} : std::vector<NameRef>{};
  }
  if (kind == NameKind::process) return {{base, handle_part}, {base, thread_handle_part}};
  return kind == NameKind::handle ? std::vector<NameRef>{{base, itself_part}} : std::vector<NameRef>{};
}

template <class T>
bool name_raw(const Script& script, const Offer& offer) {
  for (const T& raw : used<T>(script)) {
    if (!is_raw(raw)) continue;
    for (std::size_t i = 0; i < script.steps.size(); ++i) {
      Script changed = script;
      Binds* const as = binds(changed.steps[i]);
      if (as == nullptr) continue;
      if (as->base == 0) {
        changed.names.push_back({"made", {}});
        as->base = static_cast<std::uint16_t>(changed.names.size());
      }
      for (const NameRef name : names_made_by<T>(changed.steps[i], as->base))
        if (offer_replaced(changed, offer, i + 1, raw, T{{}, name})) return true;
    }
  }
  return false;
}

// --- Processes ---

void rename(NameRef& name, std::uint16_t from, std::uint16_t to) {
  if (name.base == from) name.base = to;
}

// Calls f with every name that the steps from `from` on use.
template <class F>
void each_name(Script& script, std::size_t from, F f) {
  for (std::size_t i = from; i < script.steps.size(); ++i)
    each_value(script.steps[i], [&](auto& value) {
      if constexpr (requires { value.name.base; }) f(value.name);
      if constexpr (requires { value.value->name.base; })
        if (value.value) f(value.value->name);
      if constexpr (requires { value.value->handle.name.base; })
        if (value.value) f(value.value->handle.name);
    });
}

std::vector<std::uint16_t> processes_of(const Script& script) {
  std::vector<std::uint16_t> bases;
  for (const BoundName& name : bound_before(script, script.steps.size()))
    if (name.kind == NameKind::process) bases.push_back(name.base);
  return bases;
}

// The step after the one that binds the name; 0 for a process of the world.
std::size_t after_binding(const Script& script, std::uint16_t base) {
  for (std::size_t i = 0; i < script.steps.size(); ++i) {
    Step step = script.steps[i];
    const Binds* const as = binds(step);
    if (as != nullptr && as->base == base) return i + 1;
  }
  return 0;
}

bool uses(const Step& step, const PidRef& pid) {
  bool found = false;
  each_value(step, [&](const auto& value) {
    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, PidRef>) found = found || value == pid;
  });
  return found;
}

// The process of step `making` is made first and ends after the first step that uses the raw pid, whose name it then is;
// other processes that are made up to there go, because their pids mattered only.
Script made_and_ended(const Script& script, const PidRef& raw, std::size_t making) {
  Script changed = script;
  changed.expectations.clear();
  const Step creation = changed.steps[making];
  const std::uint16_t base = std::get<CreateProcess>(creation).as.base;
  changed.steps = {creation};
  bool ended = false;
  for (std::size_t i = 0; i < script.steps.size(); ++i) {
    if (i <= making && std::holds_alternative<CreateProcess>(script.steps[i])) continue;
    changed.steps.push_back(script.steps[i]);
    if (ended || !uses(script.steps[i], raw)) continue;
    changed.steps.push_back(ExitProcess{.by = {{.raw = nobody, .name = {base, itself_part}}}});
    ended = true;
  }
  each_of<PidRef>(changed.steps, 0, [&](PidRef& pid) {
    if (pid == raw) pid = {{}, {base, itself_part}};
  });
  return changed;
}

}  // namespace

bool name_raw_ids(const Script& script, const Offer& offer) {
  return name_raw<HandleRef>(script, offer) || name_raw<PidRef>(script, offer) || name_raw<TidRef>(script, offer);
}

bool name_own_handles(const Script& script, const Offer& offer) {
  for (std::size_t i = 0; i < script.steps.size(); ++i) {
    const auto names = bound_before(script, i);
    for (const HandleRef& foreign : used<HandleRef>(script)) {
      if (!is_foreign(names, script.steps[i], foreign.name)) continue;
      for (const NameRef own : handles_in(names)) {
        Script changed = script;
        const std::span step{changed.steps.data() + i, 1};
        each_of<HandleRef>(step, 0, [&](HandleRef& handle) {
          handle = handle == foreign ? HandleRef{{}, own} : handle;
        });
        if (offer(std::move(changed))) return true;
      }
    }
  }
  return false;
}

bool merge_processes(const Script& script, const Offer& offer) {
  const auto bases = processes_of(script);
  for (std::size_t to = 0; to < bases.size(); ++to)
    for (std::size_t from = to + 1; from < bases.size(); ++from)
      for (const bool handles_too : {false, true}) {
        Script changed = script;
        if (handles_too)
          each_of<HandleRef>(changed.steps, 0, [&](HandleRef& handle) {
            if (handle.name == NameRef{bases[from], handle_part}) handle = {current_process, {}};
          });
        each_name(changed, 0, [&](NameRef& name) { rename(name, bases[from], bases[to]); });
        if (offer(std::move(changed))) return true;
      }
  return false;
}

bool merge_ids(const Script& script, const Offer& offer) {
  const std::vector<HandleRef> pseudo{{current_process, {}}, {current_thread, {}}};
  std::vector<PidRef> processes;
  for (const std::uint16_t base : processes_of(script)) processes.push_back({{}, {base, itself_part}});
  return merge_all<HandleRef>(script, offer, pseudo) || merge_all<PidRef>(script, offer, processes) ||
         merge_all<TidRef>(script, offer, {{}});
}

bool exchange_ids(const Script& script, const Offer& offer) {
  return exchange_all<HandleRef>(script, offer) || exchange_all<PidRef>(script, offer) ||
         exchange_all<TidRef>(script, offer);
}

bool exchange_guids(const Script& script, const Offer& offer) {
  for (const GuidIn& guid : used<GuidIn>(script))
    for (const Guid& other : generated_guids())
      if (guid.value && guid != GuidIn{other} && offer_exchanged(script, offer, guid, GuidIn{other})) return true;
  return false;
}

bool exchange_processes(const Script& script, const Offer& offer) {
  const auto bases = processes_of(script);
  for (std::size_t a = 0; a < bases.size(); ++a)
    for (std::size_t b = a + 1; b < bases.size(); ++b) {
      Script changed = script;
      each_name(changed, after_binding(script, bases[b]), [&](NameRef& name) {
        const std::uint16_t base = name.base;
        name.base = base == bases[a] ? bases[b] : base == bases[b] ? bases[a] : base;
      });
      if (offer(std::move(changed))) return true;
    }
  return false;
}

bool end_before_reuse(const Script& script, const Offer& offer) {
  for (const PidRef& raw : used<PidRef>(script)) {
    if (!is_raw(raw)) continue;
    for (std::size_t making = 1; making < script.steps.size(); ++making) {
      const auto* process = std::get_if<CreateProcess>(&script.steps[making]);
      if (process == nullptr || process->as.base == 0) continue;
      if (offer(made_and_ended(script, raw, making))) return true;
    }
  }
  return false;
}

}  // namespace procreg::harness
