// The generators of one step: one for each type of value that a field may have.
#pragma once

#include <cstdint>
#include <type_traits>
#include <variant>

#include "api/step.h"
#include "harness/generate/generate.h"

namespace procreg::harness {

namespace detail {
template <class T, class... Kinds>
consteval std::size_t index_in(const std::variant<Kinds...>*) {
  std::size_t index = 0;
  std::size_t found = sizeof...(Kinds);
  ((std::is_same_v<T, Kinds> ? void(found = index) : void(), ++index), ...);
  return found;
}
}  // namespace detail

// The place of a kind of step in the variant.
template <class T>
inline constexpr std::size_t step_index = detail::index_in<T>(static_cast<const Step*>(nullptr));

// Whether some process is in a state that a step of this kind is about (UserChoice: one that crashed).
bool makes_sense(std::size_t kind, const model::State& state);

class Drawing {
 public:
  Drawing(ChoiceSource& source, const Situation& situation, std::size_t kind)
      : source_{source}, situation_{situation}, kind_{kind} {}

  void draw(Caller& by);
  void draw(Target& process);
  void draw(MachineRef& machine);
  void draw(Binds& as);
  void draw(Given<Caller>& by);
  void draw(ConnectionRef& connection);
  void draw(OpenRef& open);
  void draw(CsvOpenRef& open);
  void draw(PidRef& pid);
  void draw(TidRef& tid);
  void draw(HandleRef& handle);
  void draw(Dword& number);
  void draw(Ping& ping);
  void draw(ByteCount& size);
  void draw(FaultFlags& flags);
  void draw(FileType& type);
  void draw(TextIn& text);
  void draw(Duration& ms);
  void draw(Address& address);
  void draw(Bool& value);
  void draw(Countdown& n);
  void draw(Capacity& n);
  void draw(Flag& flag);
  void draw(AccessMask& mask);
  void draw(GuidIn& guid);
  void draw(SizeInOut& size);
  void draw(OutPointer& pointer);
  void draw(ObjectType& type);
  void draw(UserAction& action);
  void draw(ThreadCount& threads);
  void draw(TextRef& user);
  void draw(DaclRef& dacl);
  void draw(StacksRef& stacks);
  void draw(LoadedModulesRef& modules);
  void draw(RangesRef& ranges);
  void draw(BytesRef& ea);
  void draw(bool& value);
  void draw(CsvFlags& flags);
  void draw(VersionNumber& half);
  void draw(VersionPair& version);
  void draw(Guid& guid);
  void draw(Given<Guid>& guid);
  void draw(Given<VersionPair>& version);
  void draw(Given<ShareAccess>& access);
  void draw(Given<ContextLength>& length);
  void draw(ServerName& server);
  void draw(ShareName& share);
  void draw(LocalFolder& folder);
  void draw(LocalFile& file);
  void draw(SharePath& path);
  void draw(UserName& user);
  void draw(VolumeName& volume);
  void draw(RequiredBytes& bytes);
  void draw(Dialect& dialect);
  void draw(Flavour& flavour);
  void draw(HoldKind& hold);
  void draw(Disposition& disposition);
  void draw(LockKind& kind);
  void draw(FileAccess& access);
  void draw(FileRights& rights);
  void draw(ShareAccess& access);
  void draw(ContextLength& length);
  void draw(FileOffset& offset);
  void draw(FileLength& length);
  void draw(Milliseconds& ms);
  void draw(DurableRequest& request);
  void draw(Given<Reconnect>& reconnect);
  void draw(Pid& free);
  void draw(Tid& free);

  // After all fields: makes of them what a scenario may hold, and gives the thing its name, which the step itself cannot use.
  void finish(Step& step);

  // A key that may be left out mostly is.
  template <class T>
  void draw(Given<T>& given) {
    if (source_.below(4) < 3) return;
    draw(given.value.emplace());
  }

 private:
  void bind(const Step& step);
  NameRef recent(NameKind kind);  // none when there is none
  void settle(Given<Caller>& by, NameRef used);
  void reclaim(SmbCreate& create);     // mostly as the server asks for it
  NameRef actor();                     // who makes the call, or to whom the event happens; sets machine_ and self_
  bool existing_pid(PidRef& pid);      // sets other_; false when the machine has no process
  bool own_handle(HandleRef& handle);  // false when the caller has none
  bool named_handle(HandleRef& handle, bool own);
  bool thread_of(const model::Process* process, TidRef& tid);
  std::uint16_t any_name(NameKind kind);  // 0 when there is none
  std::uint32_t hot(std::size_t size);    // below size, more often a small number

  ChoiceSource& source_;
  const Situation& situation_;
  std::size_t kind_;
  const model::Machine* machine_{};
  const model::Process* self_{};
  const model::Process* other_{};  // the process that the step named last
  std::uint16_t self_base_{};      // 0 for a process that WER restarted
  Binds* as_{};                    // of a step that gives a name
};

}  // namespace procreg::harness
