// Metal's vectors of 2 to 4 (MSL specification, section 2.2), as strict as
// Metal: no implicit conversions, scalars beside vectors of the very type.
// Swizzles of several letters are rewritten by msl_runner.py. Signed overflow,
// which is undefined also for narrow vectors, ends the program.
#pragma once
#pragma clang system_header

namespace metal {

template <class T, unsigned N> struct vec;

template <class T> inline constexpr bool isVector = false;
template <class T, unsigned N> inline constexpr bool isVector<vec<T, N>> = true;
template <class T> inline constexpr unsigned widthOf = 1;
template <class T, unsigned N> inline constexpr unsigned widthOf<vec<T, N>> = N;
template <class A, class B> inline constexpr bool isSame = false;
template <class A> inline constexpr bool isSame<A, A> = true;
template <bool> struct enabled {};
template <> struct enabled<true> {
  using type = int;
};
template <bool B> using enable = typename enabled<B>::type;

template <class T, unsigned N> struct lanesOf;
template <class T> struct alignas(2 * sizeof(T)) lanesOf<T, 2> {
  union {
    struct {
      T x, y;
    };
    T lanes[2];
  };
};
template <class T> struct alignas(4 * sizeof(T)) lanesOf<T, 3> {
  union {
    struct {
      T x, y, z;
    };
    T lanes[3];
  };
};
template <class T> struct alignas(4 * sizeof(T)) lanesOf<T, 4> {
  union {
    struct {
      T x, y, z, w;
    };
    T lanes[4];
  };
};

template <class T, unsigned N> struct vec : lanesOf<T, N> {
  vec() = default;
  template <class S, enable<!isVector<S> && __is_arithmetic(S)> = 0>
  explicit vec(S value) {
    for (T &lane : this->lanes)
      lane = T(value);
  }
  template <class U, enable<!isSame<T, U>> = 0>
  explicit vec(const vec<U, N> &other) {
    for (unsigned i = 0; i < N; ++i)
      this->lanes[i] = T(other.lanes[i]);
  }
  template <class... P, enable<(sizeof...(P) > 1)> = 0>
  explicit vec(P... parts) {
    static_assert((widthOf<P> + ...) == N,
                  "as many components as the vector has");
    unsigned next = 0;
    (append(next, parts), ...);
  }
  template <unsigned... I> auto swizzle() const {
    return vec<T, sizeof...(I)>(this->lanes[I]...);
  }

private:
  template <class P> void append(unsigned &next, P part) {
    if constexpr (isVector<P>) {
      static_assert(isSame<P, vec<T, widthOf<P>>>,
                    "vectors do not convert by themselves");
      for (T lane : part.lanes)
        this->lanes[next++] = lane;
    } else {
      this->lanes[next++] = T(part);
    }
  }
};

/// Vectors with the alignment of a component (section 2.2.3).
template <class T, unsigned N> struct packed_vec {
  T lanes[N];
  packed_vec(vec<T, N> value) {
    __builtin_memcpy(lanes, value.lanes, sizeof lanes);
  }
  operator vec<T, N>() const {
    vec<T, N> value;
    __builtin_memcpy(value.lanes, lanes, sizeof lanes);
    return value;
  }
};

template <class T, unsigned N, class F> auto map(vec<T, N> a, F f) {
  vec<decltype(f(a.x)), N> result;
  for (unsigned i = 0; i < N; ++i)
    result.lanes[i] = f(a.lanes[i]);
  return result;
}
template <class T, class U, unsigned N, class F>
auto map(vec<T, N> a, vec<U, N> b, F f) {
  vec<decltype(f(a.x, b.x)), N> result;
  for (unsigned i = 0; i < N; ++i)
    result.lanes[i] = f(a.lanes[i], b.lanes[i]);
  return result;
}
template <class T, unsigned N, class F>
auto map(vec<T, N> a, vec<T, N> b, vec<T, N> c, F f) {
  vec<decltype(f(a.x, b.x, c.x)), N> result;
  for (unsigned i = 0; i < N; ++i)
    result.lanes[i] = f(a.lanes[i], b.lanes[i], c.lanes[i]);
  return result;
}

template <class T>
inline constexpr bool isSignedInteger = __is_integral(T) && T(-1) < T(0);
template <> inline constexpr bool isSignedInteger<bool> = false;

template <class T> T added(T a, T b) {
  if constexpr (isSignedInteger<T>) {
    T result;
    if (__builtin_add_overflow(a, b, &result))
      __builtin_trap();
    return result;
  } else
    return T(a + b);
}
template <class T> T subtracted(T a, T b) {
  if constexpr (isSignedInteger<T>) {
    T result;
    if (__builtin_sub_overflow(a, b, &result))
      __builtin_trap();
    return result;
  } else
    return T(a - b);
}
template <class T> T multiplied(T a, T b) {
  if constexpr (isSignedInteger<T>) {
    T result;
    if (__builtin_mul_overflow(a, b, &result))
      __builtin_trap();
    return result;
  } else if constexpr (__is_integral(T) && sizeof(T) < 4)
    return T(uint(a) * uint(b));
  else
    return T(a * b);
}
template <class T> T divided(T a, T b) {
  if constexpr (__is_integral(T))
    if (b == 0 || (isSignedInteger<T> && b == T(-1)))
      __builtin_trap();
  return T(a / b);
}
template <class T> T remainder(T a, T b) {
  if (b == 0 || (isSignedInteger<T> && b == T(-1)))
    __builtin_trap();
  return T(a % b);
}
template <class T> T shiftedLeft(T a, T count) {
  static_assert(!isSignedInteger<T>,
                "a left shift of a signed vector may overflow");
  if (count >= T(sizeof(T) * 8))
    __builtin_trap();
  return T(a << count);
}
template <class T> T shiftedRight(T a, T count) {
  if (count < 0 || count >= T(sizeof(T) * 8))
    __builtin_trap();
  return T(a >> count);
}

#define STANDIN_OPERATOR(SYMBOL, VALUE)                                        \
  template <class T, unsigned N>                                               \
  auto operator SYMBOL(vec<T, N> a, vec<T, N> b) {                             \
    return map(a, b, [](T x, T y) { return VALUE; });                          \
  }                                                                            \
  template <class T, unsigned N> auto operator SYMBOL(vec<T, N> a, T b) {      \
    return a SYMBOL vec<T, N>(b);                                              \
  }                                                                            \
  template <class T, unsigned N> auto operator SYMBOL(T a, vec<T, N> b) {      \
    return vec<T, N>(a) SYMBOL b;                                              \
  }
STANDIN_OPERATOR(+, added(x, y))
STANDIN_OPERATOR(-, subtracted(x, y))
STANDIN_OPERATOR(*, multiplied(x, y))
STANDIN_OPERATOR(/, divided(x, y))
STANDIN_OPERATOR(%, remainder(x, y))
STANDIN_OPERATOR(<<, shiftedLeft(x, y))
STANDIN_OPERATOR(>>, shiftedRight(x, y))
STANDIN_OPERATOR(&, T(x &y))
STANDIN_OPERATOR(|, T(x | y))
STANDIN_OPERATOR(^, T(x ^ y))
STANDIN_OPERATOR(==, x == y)
STANDIN_OPERATOR(!=, x != y)
STANDIN_OPERATOR(<, x < y)
STANDIN_OPERATOR(<=, x <= y)
STANDIN_OPERATOR(>, x > y)
STANDIN_OPERATOR(>=, x >= y)
#undef STANDIN_OPERATOR

template <unsigned N> vec<bool, N> operator&&(vec<bool, N> a, vec<bool, N> b) {
  return map(a, b, [](bool x, bool y) { return x && y; });
}
template <unsigned N> vec<bool, N> operator||(vec<bool, N> a, vec<bool, N> b) {
  return map(a, b, [](bool x, bool y) { return x || y; });
}
template <unsigned N> vec<bool, N> operator!(vec<bool, N> a) {
  return map(a, [](bool x) { return !x; });
}
template <class T, unsigned N> vec<T, N> operator~(vec<T, N> a) {
  return map(a, [](T x) { return T(~x); });
}
template <class T, unsigned N> vec<T, N> operator-(vec<T, N> a) {
  return map(a, [](T x) {
    if constexpr (__is_integral(T))
      return subtracted(T(0), x);
    else
      return T(-x);
  });
}
#define STANDIN_ASSIGN(SYMBOL)                                                 \
  template <class T, unsigned N, class U>                                      \
  vec<T, N> &operator SYMBOL## = (vec<T, N> & a, U b) {                        \
    return a = a SYMBOL b;                                                     \
  }
STANDIN_ASSIGN(+)
STANDIN_ASSIGN(-)
STANDIN_ASSIGN(*)
STANDIN_ASSIGN(/)
STANDIN_ASSIGN(%)
STANDIN_ASSIGN(&)
STANDIN_ASSIGN(|)
STANDIN_ASSIGN(^)
STANDIN_ASSIGN(<<)
STANDIN_ASSIGN(>>)
#undef STANDIN_ASSIGN

// Relational functions (section 6.3)
template <unsigned N> bool any(vec<bool, N> v) {
  bool found = false;
  for (bool lane : v.lanes)
    found |= lane;
  return found;
}
template <unsigned N> bool all(vec<bool, N> v) { return !any(!v); }
template <class T, unsigned N>
vec<T, N> select(vec<T, N> a, vec<T, N> b, vec<bool, N> c) {
  vec<T, N> result;
  for (unsigned i = 0; i < N; ++i)
    result.lanes[i] = c.lanes[i] ? b.lanes[i] : a.lanes[i];
  return result;
}

} // namespace metal

#define STANDIN_VECTORS(T)                                                     \
  using T##2 = metal::vec<T, 2>;                                               \
  using T##3 = metal::vec<T, 3>;                                               \
  using T##4 = metal::vec<T, 4>;                                               \
  using packed_##T##2 = metal::packed_vec<T, 2>;                               \
  using packed_##T##3 = metal::packed_vec<T, 3>;                               \
  using packed_##T##4 = metal::packed_vec<T, 4>;
STANDIN_VECTORS(float)
STANDIN_VECTORS(half)
STANDIN_VECTORS(bfloat)
STANDIN_VECTORS(char)
STANDIN_VECTORS(uchar)
STANDIN_VECTORS(short)
STANDIN_VECTORS(ushort)
STANDIN_VECTORS(int)
STANDIN_VECTORS(uint)
STANDIN_VECTORS(long)
STANDIN_VECTORS(ulong)
STANDIN_VECTORS(bool)
#undef STANDIN_VECTORS
