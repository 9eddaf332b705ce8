// Reflection of the C interface: the simulator's, laid out as C structs.
#pragma once

#include "enigma.h"
#include "enigma/simulator/Device.h"
#include <vector>

/// The C structs point into `source`, which is therefore never moved.
struct enigma_reflection {
  explicit enigma_reflection(enigma::simulator::Reflection reflection);
  enigma_reflection(const enigma_reflection &) = delete;
  enigma_reflection &operator=(const enigma_reflection &) = delete;

  const enigma::simulator::Reflection source;
  std::vector<enigma_argument> arguments;
  std::vector<enigma_constant_description> constants;
};
