// The lists that a state is made of.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <type_traits>

#include "model/flat.h"

namespace procreg::model {

template <class T, std::size_t N>
struct SmallList {
  using type = boost::container::small_vector<T, N>;
};
template <class T, std::size_t N>
requires std::is_trivially_copyable_v<T>
struct SmallList<T, N> {
  using type = Flat<T, N>;
};
template <class T, std::size_t N>
using Small = typename SmallList<T, N>::type;

}  // namespace procreg::model
