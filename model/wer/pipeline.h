// The stages that the register and unregister functions of WER share (wer.md 3.2).
#pragma once

#include <algorithm>
#include <cstddef>

#include "model/draft.h"

namespace procreg::model {

// What a stage says: the code and the clause that refuses, or no clause when it lets the call pass. Small enough for a
// register: an optional of it cost a quarter of a refused call.
struct Refusal {
  Hresult code{};
  Clause clause{};
  explicit operator bool() const { return !clause.is_none(); }
};
inline constexpr Refusal passes{};

// What holds of every register and of every unregister function.
inline void note_register(Draft& world) {
  world.applies("WER-ALL-01");
  world.applies("WER-ALL-10");
}
inline void note_unregister(Draft& world) {
  world.applies("WER-ALL-01");
  world.applies("WER-ALL-61");
}

Refusal bad_crashed_state(Draft& world, Choices& choices);

// Stage 2 of the functions of WER-ALL-46; a refusal in recovery is by `in_recovery`.
inline Refusal bad_state(Draft& world, const Process& caller, Clause in_recovery, Choices& choices) {
  if (caller.core.state == ProcessState::Crashed) return bad_crashed_state(world, choices);
  const bool recovering = caller.core.state == ProcessState::InRecovery;
  return world.shaped("WER-ALL-46", recovering) ? Refusal{Hresult::WER_E_INVALID_STATE, in_recovery} : passes;
}

// Stage 2 of the functions of WER-ALL-50.
Refusal bad_recovery_state(Draft& world, const Process& caller, Choices& choices);

Refusal first_of_both(Draft& world, Refusal arguments, Refusal state, Choices& choices);

// Stages 1 and 2: the refusal that comes first.
inline Refusal first_of(Draft& world, Refusal arguments, Refusal state, Choices& choices) {
  return state ? first_of_both(world, arguments, state, choices) : arguments;
}

// unregister-invalid-key: a key that the register function refuses so.
Refusal unregister_invalid_key(Draft& world, Refusal as_register, Clause clause, Choices& choices);

// Stage 1 of an unregister function, whose key the register function would refuse so; `clause` is the one that leaves it
// to unregister-invalid-key.
inline Refusal bad_key(Draft& world, Refusal as_register, Clause clause, Choices& choices) {
  return as_register ? unregister_invalid_key(world, as_register, clause, choices) : passes;
}

// Stage 3. nullptr: no entry has the key.
template <class List, class HasKey>
const typename List::value_type* entry_where(const List& list, HasKey has_key) {
  const auto found = std::find_if(list.begin(), list.end(), has_key);
  return found != list.end() ? &*found : nullptr;
}

// Stage 4 refuses.
inline Ruling& refuse_full(Draft& world, const Process& caller, Clause limit) {
  world.applies_if(world.heap_would_fail(caller), "WER-ALL-14");
  return world.refuse(Hresult::WER_E_INSUFFICIENT_BUFFER, limit);
}

// Stage 5 of the functions whose pages list no out-of-memory code. What they register is an allocation only when they
// attempt one.
bool unlisted_allocates(Choices& choices);
bool unlisted_heap_fails(Draft& world, ProcessKey by, Clause clause, bool allocates);

// A register or set function answers S_OK; `clause` is what makes the storage.
inline void creates_storage(Edit& next, ProcessKey by, Clause clause = Clause("WER-ALL-03")) {
  const bool exists = next.process(by).wer.storage_exists;
  next.applies_if(!exists, "WER-ALL-57");
  next.effect(clause, [&] {
    if (!exists) next.wer(by).storage_exists = true;
  });
}

// What stage 6 does to a list.
template <class List>
struct Commit {
  ProcessKey by;
  List Wer::*list;
  Clause clause;         // decides
  bool allocates{true};  // the entry counts as an alive allocation
  Clause accepts{};      // what lets an unlikely entry be stored, if it is one
};

template <class List>
Ruling& append(Draft& world, const Commit<List>& how, const typename List::value_type& entry) {
  world.applies("WER-ALL-17");
  return world.commit(Hresult::S_OK, how.clause, [&](Edit& next) {
    creates_storage(next, how.by);
    const auto to = next.registered(how.by, how.list);
    const auto push = [&] { to.list.push_back(entry); };
    next.effect("WER-ALL-18", [&] { how.accepts.is_none() ? push() : next.effect(how.accepts, push); });
    if (how.allocates) next.effect("WER-ALL-55", [&] { ++to.alive; });
  });
}

// The key is known as that of `old` (WER-ALL-13), which would now be `wanted`.
template <class List>
Ruling& register_again(Draft& world, const Commit<List>& how, const typename List::value_type& old,
                       const typename List::value_type& wanted, Choices& choices) {
  const bool replaces = !(old == wanted) && choices.take(choice::reregistration) == Reregistration::last_wins;
  return world.commit(Hresult::S_OK, how.clause, [&](Edit& next) {
    creates_storage(next, how.by);
    if (!replaces) return;
    List& list = next.registered(how.by, how.list).list;
    list[static_cast<std::size_t>(&old - list.data())] = wanted;
  });
}

template <class List>
Ruling& remove(Draft& world, const Commit<List>& how, const typename List::value_type& entry) {
  world.applies("WER-ALL-16");
  return world.commit(Hresult::S_OK, how.clause, [&](Edit& next) {
    const auto from = next.registered(how.by, how.list);
    from.list.erase(from.list.begin() + (&entry - from.list.data()));
    if (how.allocates) next.effect("WER-ALL-55", [&] { --from.alive; });
  });
}

}  // namespace procreg::model
