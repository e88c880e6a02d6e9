// Field tables: a struct lists its members once, `using fields = Fields<&T::a, &T::b>`, and names come from the compiler.
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>

namespace procreg {

namespace detail {

// The last identifier in the compiler's spelling of a pointer to member. Guarded by static_asserts in step.h.
template <auto Member>
consteval std::string_view spelled() {
  std::string_view text = __PRETTY_FUNCTION__;
  text.remove_suffix(1);
  if (const auto more = text.find(';'); more != std::string_view::npos)
    text = text.substr(0, more);  // GCC adds its aliases
  return text.substr(text.rfind(':') + 1);
}

template <class Struct, class Type>
Type member_of(Type Struct::*);
template <class Struct, class Type>
Struct struct_of(Type Struct::*);

struct Anything {
  template <class T>
  operator T() const;
};
template <class T, class... Args>
consteval std::size_t arity() {
  if constexpr (requires { T{Args{}..., Anything{}}; }) return arity<T, Args..., Anything>();
  return sizeof...(Args);
}

}  // namespace detail

// One member of a described struct.
template <auto Member>
struct Field {
  using type = decltype(detail::member_of(Member));
  static constexpr std::string_view name = detail::spelled<Member>();
  static constexpr auto member = Member;
};

template <auto... Members>
struct Fields {
  static constexpr std::size_t count = sizeof...(Members);
  // Calls f(Field<&T::member>{}) for every member in the order of the table.
  template <class F>
  static constexpr void each(F&& f) {
    (f(Field<Members>{}), ...);
  }
};

template <class T>
concept Described = requires {
  typename T::fields;
};

// How many members `T{a, b, ...}` takes. Used to assert that no member was forgotten in the table.
template <class T>
inline constexpr std::size_t arity = detail::arity<T>();

}  // namespace procreg
