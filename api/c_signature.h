// The C function of a call, from the tables of its struct: its type, how to call it with a step (a subject that is a library
// or real Windows), and how to be called (the C interface of a library). `by`, `as` and `restartedAs` are no parameters.
//
//   static_assert(std::is_same_v<c_signature<WerGetFlags>, std::int32_t(void*, std::uint32_t*)>);
//   Answer answer = call_c(function, WerGetFlags{.hProcess = {current_process}}, caller);
//
// The types are those of the machine, so the same template serves Linux and, compiled with mingw-w64, x64 Windows.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "api/step.h"

namespace procreg {

// A unit of UTF-16 text: wchar_t where that has 16 bits, which is Windows.
using CText = std::conditional_t<sizeof(wchar_t) == 2, wchar_t, char16_t>;

// A GUID in memory.
struct CGuid {
  std::uint32_t Data1{};
  std::uint16_t Data2{};
  std::uint16_t Data3{};
  std::array<std::uint8_t, 8> Data4{};
};
static_assert(sizeof(CGuid) == 16 && sizeof(void*) == 8);

inline Guid guid_of(const CGuid& c) {
  std::array<std::uint8_t, 16> bytes;
  std::memcpy(bytes.data(), &c, bytes.size());
  Guid guid;
  for (std::size_t i = 0; i < 8; ++i) {
    guid.high = guid.high << 8 | bytes[i];
    guid.low = guid.low << 8 | bytes[8 + i];
  }
  return guid;
}
inline CGuid c_guid(const Guid& guid) {
  std::array<std::uint8_t, 16> bytes;
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<std::uint8_t>(guid.high >> 8 * (7 - i));
    bytes[8 + i] = static_cast<std::uint8_t>(guid.low >> 8 * (7 - i));
  }
  CGuid c;
  std::memcpy(&c, bytes.data(), bytes.size());
  return c;
}

inline void* c_pointer(std::uint64_t number) {
  return reinterpret_cast<void*>(static_cast<std::uintptr_t>(number));  // NOLINT(performance-no-int-to-ptr)
}
inline std::uint64_t number_of(const void* pointer) { return reinterpret_cast<std::uintptr_t>(pointer); }

// How many units of text a buffer gets at most, whatever size a step says: more than any function writes.
inline constexpr std::uint32_t c_buffer_max = 0x10000;

// Who calls the functions of a library. `last_error` is that of the process (OBJ-PROC-19): put into the thread before a call
// and read after it, because other functions that the program calls in between have it too.
struct CCaller {
  Tables& tables;  // of the texts that steps hold; those that are answered are added
  std::uint32_t (*get_last_error)(){};
  void (*set_last_error)(std::uint32_t){};  // nullptr: the library keeps it for the process
  std::uint32_t last_error{};
};

namespace c_function {

// What an output holds before a call: a word that no function writes by chance.
inline constexpr std::uint64_t untouched = 0xA5C3'96F1'5E2B'D748;

// --- Parameters that are inputs: the C type of each type of field, and the way there and back ---

template <class Field>
struct In {};

template <class Field>
concept Number32 = std::is_same_v<Field, Dword> || std::is_same_v<Field, Ping> || std::is_same_v<Field, ByteCount> ||
    std::is_same_v<Field, FaultFlags> || std::is_same_v<Field, FileType> || std::is_same_v<Field, AccessMask> ||
    std::is_same_v<Field, CsvFlags>;
template <Number32 Field>
struct In<Field> {
  using type = std::uint32_t;
  static type to_c(Field value) { return static_cast<type>(value); }
  static Field from_c(type c) { return static_cast<Field>(c); }
};
template <>
struct In<Bool> {
  using type = std::int32_t;
  static type to_c(Bool value) { return static_cast<type>(value); }
  static Bool from_c(type c) { return static_cast<Bool>(c); }
};
template <>
struct In<VersionNumber> {
  using type = std::uint64_t;
  static type to_c(VersionNumber value) { return static_cast<type>(value); }
  static VersionNumber from_c(type c) { return static_cast<VersionNumber>(c); }
};
template <class Id>
requires(std::is_same_v<Id, Pid> || std::is_same_v<Id, Tid>) struct In<Ref<Id>> {
  using type = std::uint32_t;
  static type to_c(const Ref<Id>& id) { return number(id.raw); }
  static Ref<Id> from_c(type c) { return {.raw = Id{c}}; }
};
template <>
struct In<HandleRef> {
  using type = void*;
  static type to_c(const HandleRef& handle) { return c_pointer(number(handle.raw)); }
  static HandleRef from_c(const void* c) { return {.raw = HandleValue{number_of(c)}}; }
};
template <>
struct In<Address> {
  using type = void*;
  static type to_c(Address address) { return c_pointer(static_cast<std::uint64_t>(address)); }
  static Address from_c(const void* c) { return Address{number_of(c)}; }
};

// --- Outputs: what the pointer points to, by the kind in the step's `outs` ---

template <OutKind kind>
struct Out {};
template <OutKind kind>
requires(kind == OutKind::dword || kind == OutKind::ntstatus) struct Out<kind> {
  using type = std::conditional_t<kind == OutKind::dword, std::uint32_t, std::int32_t>;
  static std::uint64_t word(type c) { return static_cast<std::uint32_t>(c); }
  static type to_c(std::uint64_t word) { return static_cast<type>(word); }
};
template <>
struct Out<OutKind::boolean> {
  using type = std::int32_t;
  static std::uint64_t word(type c) { return c != 0 ? 1 : 0; }
  static type to_c(std::uint64_t word) { return static_cast<type>(word); }
};
template <>
struct Out<OutKind::qword> {
  using type = std::uint64_t;
  static std::uint64_t word(type c) { return c; }
  static type to_c(std::uint64_t word) { return word; }
};
template <OutKind kind>
requires(kind == OutKind::address || kind == OutKind::handle) struct Out<kind> {
  using type = void*;
  static std::uint64_t word(type c) { return number_of(c); }
  static type to_c(std::uint64_t word) { return c_pointer(word); }
};
template <>
struct Out<OutKind::text> {
  using type = CText;
};

template <class T, auto Member>
consteval std::size_t out_index() {
  if constexpr (requires { T::outs; })
    for (std::size_t i = 0; i < T::outs.size(); ++i)
      if (T::outs[i].name == Field<Member>::name) return i;
  return ~std::size_t{0};
}

// What the size of a step says of its text buffer, which has so many units; nullopt: NULL.
template <class T>
std::optional<std::uint32_t> size_of_buffer(const T& step) {
  std::optional<std::uint32_t> size;
  T::fields::each([&](auto field) {
    if constexpr (std::is_same_v<typename decltype(field)::type, SizeInOut>) size = (step.*(field.member)).value;
  });
  return size;
}

// --- One parameter of the function of T: the field Member ---
//
//   type                                    of the parameter
//   Argument(step, tables), c()             what is passed
//   read(answer, tables)                    outputs that the function wrote, after the call
//   static take(step, c, texts)             being called: what was passed, into the step
//   static give(c, answer, texts)           being called: outputs that the answer has, to where they belong

template <class T, auto Member>
using FieldOf = typename Field<Member>::type;

template <class T, auto Member>
consteval bool is_text_out() {
  if constexpr (std::is_same_v<FieldOf<T, Member>, OutPointer>)
    return T::outs[out_index<T, Member>()].kind == OutKind::text;
  else
    return false;
}
template <class T, auto Member>
concept TextOut = is_text_out<T, Member>();
template <class T, auto Member>
concept NumberOut = std::is_same_v<FieldOf<T, Member>, OutPointer> && !is_text_out<T, Member>();

template <class T, auto Member>
struct Argument {};

// A parameter that brings nothing back.
struct Input {
  void read(Answer&, Tables&) const {}
  template <class C, class Texts>
  static void give(C, const Answer&, const Texts&) {}
};

template <class T, auto Member>
requires requires { typename In<FieldOf<T, Member>>::type; }
struct Argument<T, Member> : Input {
  using Way = In<FieldOf<T, Member>>;
  using type = typename Way::type;
  type value;
  Argument(const T& step, const Tables&) : value{Way::to_c(step.*Member)} {}
  type c() const { return value; }
  template <class Texts>
  static void take(T& step, type c, Texts&) {
    step.*Member = Way::from_c(c);
  }
};

template <class T, auto Member>
requires std::is_same_v<FieldOf<T, Member>, TextIn>
struct Argument<T, Member> : Input {
  using type = const CText*;
  type value;
  Argument(const T& step, const Tables& tables)
      : value{(step.*Member).value ? reinterpret_cast<type>(tables.at(*(step.*Member).value).c_str()) : nullptr} {}
  type c() const { return value; }
  template <class Texts>
  static void take(T& step, type c, Texts& texts) {
    if (c != nullptr) (step.*Member).value = texts.text(reinterpret_cast<const char16_t*>(c));
  }
};

template <class T, auto Member>
requires std::is_same_v<FieldOf<T, Member>, GuidIn>
struct Argument<T, Member> : Input {
  using type = const CGuid*;
  CGuid guid;
  bool null;
  Argument(const T& step, const Tables&)
      : guid{c_guid((step.*Member).value.value_or(zero_guid))}, null{!(step.*Member).value} {}
  type c() const { return null ? nullptr : &guid; }
  template <class Texts>
  static void take(T& step, type c, Texts&) {
    if (c != nullptr) (step.*Member).value = guid_of(*c);
  }
};

// Whether the function wrote what was there cannot be seen. It counts as written where the page calls it an output.
template <class T, auto Member>
requires std::is_same_v<FieldOf<T, Member>, SizeInOut>
struct Argument<T, Member> {
  static constexpr std::size_t index = out_index<T, Member>();
  using type = std::uint32_t*;
  std::uint32_t before;
  std::uint32_t size;
  bool null;
  Argument(const T& step, const Tables&)
      : before{(step.*Member).value.value_or(0)}, size{before}, null{!(step.*Member).value} {}
  type c() { return null ? nullptr : &size; }
  void read(Answer& answer, Tables&) const {
    const bool told =
        answer.result == Result{Hresult::S_OK} || answer.result == Result{Hresult::WER_E_INSUFFICIENT_BUFFER};
    if (null || (size == before && !told)) return;
    answer.written |= 1U << index;
    answer.out[T::outs[index].word] = size;
  }
  template <class Texts>
  static void take(T& step, type c, Texts&) {
    if (c != nullptr) (step.*Member).value = *c;
  }
  template <class Texts>
  static void give(type c, const Answer& answer, const Texts&) {
    if ((answer.written >> index & 1) != 0) *c = static_cast<std::uint32_t>(answer.out[T::outs[index].word]);
  }
};

template <class T, auto Member>
requires NumberOut<T, Member>
struct Argument<T, Member> {
  static constexpr std::size_t index = out_index<T, Member>();
  using Way = Out<T::outs[index].kind>;
  using Value = typename Way::type;
  using type = Value*;
  Value value{to_value(untouched)};
  bool valid;
  Argument(const T& step, const Tables&) : valid{(step.*Member).valid} {}
  type c() { return valid ? &value : nullptr; }
  void read(Answer& answer, Tables&) const {
    if (!valid || value == to_value(untouched)) return;
    answer.written |= 1U << index;
    answer.out[T::outs[index].word] = Way::word(value);
  }
  template <class Texts>
  static void take(T& step, const Value* c, Texts&) {
    (step.*Member).valid = c != nullptr;
  }
  template <class Texts>
  static void give(type c, const Answer& answer, const Texts&) {
    if (c != nullptr && (answer.written >> index & 1) != 0) *c = Way::to_c(answer.out[T::outs[index].word]);
  }

 private:
  static Value to_value(std::uint64_t word) { return Way::to_c(word); }
};

// A text that is written into a buffer of the caller's. The buffer has as many units as the step's size says (WER-REC-21); of a
// step without a size the function must not write at all, and one that does all the same finds room.
template <class T, auto Member>
requires TextOut<T, Member>
struct Argument<T, Member> {
  static constexpr std::size_t index = out_index<T, Member>();
  static constexpr char16_t filler = static_cast<char16_t>(untouched);
  using type = CText*;
  std::u16string buffer;
  bool valid;
  Argument(const T& step, const Tables&)
      : buffer(std::min(size_of_buffer(step).value_or(c_buffer_max), c_buffer_max), filler),
        valid{(step.*Member).valid} {}
  type c() { return valid ? reinterpret_cast<type>(buffer.data()) : nullptr; }
  void read(Answer& answer, Tables& tables) const {
    if (!valid || buffer.empty() || buffer.front() == filler) return;
    answer.written |= 1U << index;
    answer.out[T::outs[index].word] = tables.text(std::u16string_view{buffer}.substr(0, buffer.find(u'\0'))).index;
  }
  template <class Texts>
  static void take(T& step, const CText* c, Texts&) {
    (step.*Member).valid = c != nullptr;
  }
  template <class Texts>
  static void give(type c, const Answer& answer, const Texts& texts) {
    if (c == nullptr || (answer.written >> index & 1) == 0) return;
    const std::u16string& text = texts.at(TextRef{static_cast<std::uint32_t>(answer.out[T::outs[index].word])});
    std::memcpy(c, text.c_str(), (text.size() + 1) * sizeof(CText));
  }
};

// --- All parameters, and the result ---

template <class T, auto... Members>
struct Arguments {
  using Tuple = std::tuple<Argument<T, Members>...>;
};

template <auto Member>
inline constexpr bool is_parameter =
    !std::is_same_v<typename Field<Member>::type, Caller> && !std::is_same_v<typename Field<Member>::type, Binds>;

// The fields that are parameters.
template <class Done, auto... Members>
struct Parameters;
template <auto... Done>
struct Parameters<Fields<Done...>> {
  using type = Fields<Done...>;
};
template <auto... Done, auto First, auto... Rest>
struct Parameters<Fields<Done...>, First, Rest...>
    : Parameters<std::conditional_t<is_parameter<First>, Fields<Done..., First>, Fields<Done...>>, Rest...> {};
template <class All>
struct ParametersOf;
template <auto... Members>
struct ParametersOf<Fields<Members...>> : Parameters<Fields<>, Members...> {};

template <ResultKind kind>
struct Returns {};
// `cannot`: what a function returns when its answer is no such value: its caller cannot run, or an exception was raised.
template <>
struct Returns<ResultKind::hresult> {
  using type = std::int32_t;
  static constexpr type cannot = static_cast<type>(0x8000FFFF);  // E_UNEXPECTED
};
template <>
struct Returns<ResultKind::win32> {
  using type = std::uint32_t;
  static constexpr type cannot = 31;  // ERROR_GEN_FAILURE
};
template <>
struct Returns<ResultKind::boolean> {
  using type = std::int32_t;
  static constexpr type cannot = 0;
};
template <>
struct Returns<ResultKind::handle> {
  using type = void*;
  static constexpr type cannot = nullptr;
};
template <ResultKind kind>
requires(kind == ResultKind::returned || kind == ResultKind::no_return) struct Returns<kind> {
  using type = void;
};

template <ResultKind kind>
Result result_of(typename Returns<kind>::type c) requires(!std::is_void_v<typename Returns<kind>::type>) {
  if constexpr (kind == ResultKind::handle)
    return {kind, number_of(c)};
  else if constexpr (kind == ResultKind::boolean)
    return c != 0 ? TRUE_ : FALSE_;
  else
    return {kind, static_cast<std::uint32_t>(c)};
}

template <ResultKind kind>
typename Returns<kind>::type c_result(const Result& result) {
  using C = typename Returns<kind>::type;
  if constexpr (std::is_void_v<C>)
    return;
  else if (result.kind != kind)
    return Returns<kind>::cannot;
  else if constexpr (kind == ResultKind::handle)
    return c_pointer(result.value);
  else
    return static_cast<C>(result.value);
}

template <class T, class Members>
struct Function {};
template <class T, auto... Members>
requires(requires {
  typename Returns<T::answers>::type;
  typename std::tuple<typename Argument<T, Members>::type...>;
}) struct Function<T, Fields<Members...>> {
  using Returned = typename Returns<T::answers>::type;
  using type = Returned(typename Argument<T, Members>::type...);

  static Answer call(type* function, const T& step, CCaller& caller) {
    std::tuple<Argument<T, Members>...> arguments{Argument<T, Members>(step, caller.tables)...};
    Answer answer;
    const auto go = [&](auto&... argument) { return function(argument.c()...); };
    if constexpr (std::is_void_v<Returned>) {
      std::apply(go, arguments);
      answer.result = returned;  // also of a function that must not return
    } else {
      answer.result = result_of<T::answers>(std::apply(go, arguments));
    }
    if (caller.get_last_error != nullptr) caller.last_error = caller.get_last_error();
    std::apply([&](auto&... argument) { (argument.read(answer, caller.tables), ...); }, arguments);
    return answer;
  }

  template <class Texts>
  static T step(Texts& texts, typename Argument<T, Members>::type... c) {
    T made{};
    (Argument<T, Members>::take(made, c, texts), ...);
    return made;
  }
  template <class Texts>
  static Returned finish(const Answer& answer, const Texts& texts, typename Argument<T, Members>::type... c) {
    (Argument<T, Members>::give(c, answer, texts), ...);
    return c_result<T::answers>(answer.result);
  }
};

template <class T>
using Of = Function<T, typename ParametersOf<typename T::fields>::type>;

// The functions of ccf.md 3 have a last error (OBJ-HND-12), and they are those that answer with BOOL or HANDLE.
template <class T>
inline constexpr bool has_last_error = T::answers == ResultKind::boolean || T::answers == ResultKind::handle;

}  // namespace c_function

// A call that a Windows function of the same name makes with the same arguments. CreateProcess, NewObject and OpenTag have inputs
// that no such function has, and what concerns opens of servers and volumes stands for other functions: those are not.
template <class T>
concept CFunction = Call<T> && requires {
  typename c_function::Of<T>::type;
};

template <CFunction T>
using c_signature = typename c_function::Of<T>::type;

// Calls `function` with the arguments of a resolved step, on this thread. Result, outputs that were written, what was made (a handle),
// and the last error of the functions that have one. Restarts of processes are for others to notice.
template <CFunction T>
Answer call_c(c_signature<T>* function, const T& step, CCaller& caller) {
  if (caller.set_last_error != nullptr) caller.set_last_error(caller.last_error);
  Answer answer = c_function::Of<T>::call(function, step, caller);
  if constexpr (c_function::has_last_error<T>) answer.lastError = caller.last_error;
  if constexpr (T::answers == ResultKind::handle) answer.made = answer.result.value;
  if constexpr (std::is_same_v<T, DuplicateHandle>)
    if (answer.result == TRUE_) answer.made = answer.out[0];
  return answer;
}

// Being called. What was passed, as a step (`by` is for the caller to set); `texts` has text() and at() as Tables have.
template <CFunction T, class Texts, class... C>
T step_of_c(Texts& texts, C... c) {
  return c_function::Of<T>::step(texts, c...);
}
// Writes the outputs that the answer has to where the same arguments point, and gives what the function returns.
template <CFunction T, class Texts, class... C>
auto finish_c(const Answer& answer, const Texts& texts, C... c) {
  return c_function::Of<T>::finish(answer, texts, c...);
}

// --- Holding a C prototype against the tables ---

namespace c_function {

// What a type is to a caller: constness, the names of integers and enumerations, and what a void pointer points to make no
// difference.
template <class C>
struct Plain {
  using type = C;
};
template <class C>
requires(std::is_integral_v<C> || std::is_enum_v<C>) struct Plain<C> {
  using type = std::conditional_t<
      sizeof(C) == 8, std::uint64_t,
      std::conditional_t<sizeof(C) == 4, std::uint32_t, std::conditional_t<sizeof(C) == 2, std::uint16_t, C>>>;
};
template <class C>
requires(std::is_class_v<C> && sizeof(C) == sizeof(CGuid) && alignof(C) == alignof(CGuid)) struct Plain<C> {
  using type = CGuid;
};
template <class C>
struct Plain<C*> {
  using type = std::conditional_t<std::is_function_v<C>, void, typename Plain<std::remove_cv_t<C>>::type>*;
};
template <class R, class... P>
struct Plain<R(P...)> {
  using type = typename Plain<R>::type(typename Plain<P>::type...);
};
template <class R, class... P>
struct Plain<R(P...) noexcept> : Plain<R(P...)> {};

}  // namespace c_function

// `Prototype` is how a header declares the function of T: a caller of one may call the other.
template <class Prototype, class T>
inline constexpr bool is_prototype_of =
    std::is_same_v<typename c_function::Plain<Prototype>::type, typename c_function::Plain<c_signature<T>>::type>;

}  // namespace procreg
