// Scripts after steps, processes or names were taken out of them: valid again, and in normal form.
#pragma once

#include "harness/generate/name_book.h"
#include "harness/scenario/script.h"

namespace procreg::harness {

// Makes a valid scenario of a script that uses names which nothing binds any more, or not before their use: literals
// such as @process1 take the place of ids, a step by or for such a process goes. Names are numbered in order of
// binding, literals in order of use. `keep_texts`: names keep their texts, for a script that expects something in terms
// of them; else they are brought to normal form (p1, h1, t1 ...). Threads without steps go, and the switches of a
// schedule that are theirs.
void repair(Script& script, bool keep_texts);

// The `as` of a step; nullptr when its kind has none.
Binds* binds(Step& step);
// The process that makes the call or that the event happens to; nullptr when its kind has none, or may do without.
NameRef* actor(Step& step);

// The names that a script binds before a step, in order: what its fields may refer to.
struct BoundName {
  std::uint16_t base{};
  NameKind kind{};
  std::uint16_t threads{};  // of a process
  bool handles{};           // w.handle and w.threadHandle exist
  std::uint16_t owner{};    // the process in whose table its handles lie, 0 where the steps do not tell
};
using BoundNames = std::vector<BoundName>;
BoundNames bound_before(const Script& script, std::size_t step);
// Of them, what a pid, a thread id or a handle may be written as; of each process its first four threads.
std::vector<NameRef> things_in(const BoundNames& names, NameKind kind);  // of a kind that has no parts that are used
std::vector<NameRef> processes_in(const BoundNames& names);
std::vector<NameRef> threads_in(const BoundNames& names);
std::vector<NameRef> handles_in(const BoundNames& names);
// The name, if it is of a handle, was given in another process than the one that makes the call: what it stands for
// there is chance, as with a number.
bool is_foreign(const BoundNames& names, const Step& step, NameRef handle);

}  // namespace procreg::harness
