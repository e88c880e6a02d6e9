// A step with its names replaced by what they stand for, whoever keeps the names.
#pragma once

#include <type_traits>
#include <variant>

#include "harness/scenario/script.h"

namespace procreg::harness {

namespace detail {

// What a reference stands for; a field of any other type stays as it is.
template <class Names>
struct Resolver {
  const Names& names;

  void operator()(Ref<ProcessKey>& ref) const {
    if (ref.name) ref.raw = names.process(ref.name);
  }
  void operator()(ConnectionRef& ref) const {
    if (ref.name) ref.raw = names.connection(ref.name);
  }
  void operator()(OpenRef& ref) const {
    if (ref.name) ref.raw = names.open(ref.name);
  }
  void operator()(CsvOpenRef& ref) const {
    if (ref.name) ref.raw = names.csv_open(ref.name);
  }
  void operator()(Given<Reconnect>& given) const {
    if (given.value) (*this)(given.value->handle);
  }
  void operator()(Given<Caller>& given) const {
    if (given.value) (*this)(*given.value);
  }
  void operator()(PidRef& ref) const {
    if (ref.name) ref.raw = names.pid(ref.name);
  }
  void operator()(TidRef& ref) const {
    if (ref.name) ref.raw = names.tid(ref.name);
  }
  void operator()(HandleRef& ref) const {
    if (ref.name) ref.raw = names.handle(ref.name);
  }
  void operator()(Given<TidRef>& ref) const {
    if (ref.value) (*this)(*ref.value);
  }
  void operator()(Given<HandleRef>& ref) const {
    if (ref.value) (*this)(*ref.value);
  }
  template <class T>
  requires(!std::is_base_of_v<Ref<ProcessKey>, T>) void operator()(T&) const {}
};

}  // namespace detail

// `names` has process(NameRef), pid, tid, handle, connection, open and csv_open, like Bindings. A step without names is returned as
// it is.
template <class Names>
Step resolved(const Step& step, const Names& names) {
  Step copy = step;
  std::visit(
      [resolver = detail::Resolver<Names>{names}](auto& fields) {
        std::decay_t<decltype(fields)>::fields::each([&](auto field) { resolver(fields.*(field.member)); });
      },
      copy);
  return copy;
}

// Calls f with every name that the step uses, and whether it stands for a handle there.
template <class F>
void each_name(const Step& step, F&& f) {
  struct Seen {
    F& f;
    NameRef note(NameRef name, bool handle = false) const {
      f(name, handle);
      return name;
    }
    ProcessKey process(NameRef name) const { return note(name), nobody; }
    Pid pid(NameRef name) const { return note(name), unowned_pid; }
    Tid tid(NameRef name) const { return note(name), unowned_tid; }
    HandleValue handle(NameRef name) const { return note(name, true), unowned_handle; }
    ConnectionKey connection(NameRef name) const { return note(name), ConnectionKey{}; }
    OpenKey open(NameRef name) const { return note(name), OpenKey{}; }
    CsvOpenId csv_open(NameRef name) const { return note(name), CsvOpenId{}; }
  };
  resolved(step, Seen{f});
}

// The name that the step gives, 0: none.
std::uint16_t given_by(const Step& step);

}  // namespace procreg::harness
