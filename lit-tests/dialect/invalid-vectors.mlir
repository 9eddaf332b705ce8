// What the vector ops refuse.
// RUN: enigma-opt %s -split-input-file -verify-diagnostics

// vec_extract_c1
enigma.kernel @extract(%x: !enigma.scalar<vector<3xf32>>) fast {
  %v = enigma.load_scalar %x : !enigma.scalar<vector<3xf32>>
  // expected-error @below {{'enigma.vec_extract' op lane 3 is not one of 'vector<3xf32>'}}
  %0 = enigma.vec_extract %v[3] : vector<3xf32>
  enigma.return
}

// -----

// vec_swizzle_c1
enigma.kernel @one_lane(%x: !enigma.scalar<vector<3xf32>>) fast {
  %v = enigma.load_scalar %x : !enigma.scalar<vector<3xf32>>
  // expected-error @below {{'enigma.vec_swizzle' takes 2 to 4 lanes, got 1}}
  %0 = enigma.vec_swizzle %v [0] : vector<3xf32>
  enigma.return
}

// -----

// vec_swizzle_c2
enigma.kernel @swizzle(%x: !enigma.scalar<vector<3xf32>>) fast {
  %v = enigma.load_scalar %x : !enigma.scalar<vector<3xf32>>
  // expected-error @below {{'enigma.vec_swizzle' op lane -1 is not one of 'vector<3xf32>'}}
  %0 = enigma.vec_swizzle %v [0, -1] : vector<3xf32>
  enigma.return
}

// -----

// vec_insert_c1
enigma.kernel @insert(%x: !enigma.scalar<vector<2xf32>>, %y: !enigma.scalar<f32>) fast {
  %v = enigma.load_scalar %x : !enigma.scalar<vector<2xf32>>
  %s = enigma.load_scalar %y : !enigma.scalar<f32>
  // expected-error @below {{'enigma.vec_insert' op lane 2 is not one of 'vector<2xf32>'}}
  %0 = enigma.vec_insert %s, %v[2] : vector<2xf32>
  enigma.return
}

// -----

enigma.kernel @too_few(%y: !enigma.scalar<f32>) fast {
  %s = enigma.load_scalar %y : !enigma.scalar<f32>
  // expected-error @below {{number of operands and types do not match}}
  %0 = enigma.make_vec %s, %s : vector<3xf32>
  enigma.return
}

// -----

// cross_c1
enigma.kernel @cross(%x: !enigma.scalar<vector<2xf32>>) fast {
  %v = enigma.load_scalar %x : !enigma.scalar<vector<2xf32>>
  // expected-error @below {{'enigma.cross' op takes vectors of 3 components, got 'vector<2xf32>'}}
  %0 = enigma.cross %v, %v : vector<2xf32>
  enigma.return
}

// -----

// load_vec_c1
enigma.kernel @two_indices(%A: !enigma.buffer<f32, device, 4x4>) fast {
  %c0 = arith.constant 0 : index
  // expected-error @below {{'enigma.load_vec' op takes one index, got 2}}
  %0 = enigma.load_vec %A[%c0, %c0] : !enigma.buffer<f32, device, 4x4> -> vector<2xf32>
  enigma.return
}

// -----

// load_vec_c2
enigma.kernel @elements(%A: !enigma.buffer<ui32, device>) fast {
  %c0 = arith.constant 0 : index
  // expected-error @below {{'enigma.load_vec' op components of 'vector<2xf32>' do not match elements of '!enigma.buffer<ui32, device>'}}
  %0 = enigma.load_vec %A[%c0] : !enigma.buffer<ui32, device> -> vector<2xf32>
  enigma.return
}

// -----

// store_vec_c1
enigma.kernel @no_index(%A: !enigma.buffer<f32, device>, %x: !enigma.scalar<vector<2xf32>>) fast {
  %v = enigma.load_scalar %x : !enigma.scalar<vector<2xf32>>
  // expected-error @below {{'enigma.store_vec' op takes one index, got 0}}
  enigma.store_vec %v, %A[] : vector<2xf32>, !enigma.buffer<f32, device>
  enigma.return
}

// -----

// store_vec_c2
enigma.kernel @vectors(%A: !enigma.buffer<vector<2xf32>, device>, %x: !enigma.scalar<vector<2xf32>>) fast {
  %c0 = arith.constant 0 : index
  %v = enigma.load_scalar %x : !enigma.scalar<vector<2xf32>>
  // expected-error @below {{'enigma.store_vec' op components of 'vector<2xf32>' do not match elements of '!enigma.buffer<vector<2xf32>, device>'}}
  enigma.store_vec %v, %A[%c0] : vector<2xf32>, !enigma.buffer<vector<2xf32>, device>
  enigma.return
}

// -----

// store_vec_c3
enigma.kernel @read_only(%A: !enigma.buffer<f32, device, read>, %x: !enigma.scalar<vector<2xf32>>) fast {
  %c0 = arith.constant 0 : index
  %v = enigma.load_scalar %x : !enigma.scalar<vector<2xf32>>
  // expected-error @below {{'enigma.store_vec' op cannot write to read-only '!enigma.buffer<f32, device, read>'}}
  enigma.store_vec %v, %A[%c0] : vector<2xf32>, !enigma.buffer<f32, device, read>
  enigma.return
}
