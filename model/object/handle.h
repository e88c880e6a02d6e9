// Handle tables: what a value names, new values, what goes when the last handle goes (ccf.md 3.1, 3.3).
#pragma once

#include <optional>

#include "api/limits.h"
#include "model/draft.h"

namespace procreg::model {

// What a handle value names in a process.
struct Named {
  ObjectRef object{};
  AccessMask mask{};
};

inline ObjectRef object_of(const Process& process) { return {ObjectType::Process, number(process.birth.object)}; }
inline ProcessKey key_of(MachineIndex machine, const Named& named) { return {machine, ObjectId{named.object.id}}; }

// OBJ-HND-03 and -04; nullopt: no such handle.
std::optional<Named> resolve(Draft& world, const Process& holder, HandleValue value);
// The entry with this value; its two low bits do not count (OBJ-HND-04). nullptr: no such handle.
const Handle* find_entry(Draft& world, const Process& holder, HandleValue value);
// The process that a handle names; nullptr: no such handle, or not a process.
const Process* process_named(Draft& world, MachineIndex machine, const std::optional<Named>& named);

// The bits that a caller may be granted on a process (OBJ-OPEN-06), and whether OpenProcess with just `wanted` would
// pass OBJ-OPEN-03, -05 and -09.
AccessMask allowed_bits(Draft& world, const Process& caller, const Process& target);
bool refused_by_kind(const Process& target);
bool refused_by_protection(const Process& caller, const Process& target, AccessMask wanted);
bool could_open(Draft& world, const Process& caller, const Process& target, AccessMask wanted);

// A mask that is granted on an object when a handle is made (OBJ-HND-10).
AccessMask granted(Draft& world, ObjectRef object, AccessMask mask);

HandleValue insert_handle(Edit& next, ProcessKey holder, ObjectRef object, AccessMask mask, bool inheritable);
// Removes the entry, then the object when that was the last handle to what is dead.
void close_entry(Edit& next, ProcessKey holder, HandleValue entry);
// Removes the object if it is dead and no handle to it is open.
void release(Edit& next, MachineIndex machine, ObjectRef object);

}  // namespace procreg::model
