// The launches of a program of several kernels.
#pragma once

#include "enigma/IR/Enigma.h"

#define GET_OP_CLASSES
#include "enigma/IR/EnigmaLaunch.h.inc"
