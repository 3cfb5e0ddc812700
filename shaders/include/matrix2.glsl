// SPDX-License-Identifier: GPL-3.0-or-later

// The second generation of cooperative matrices: those of a workgroup, read from memory by tensor
// layouts, which give zeros beyond the edges.
// ELEMENTS: those of a subgroup, made element by element, for drivers that have no layouts.

#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_NV_cooperative_matrix2 : require

#ifdef ELEMENTS
#define SCOPE gl_ScopeSubgroup
#else
#define SCOPE gl_ScopeWorkgroup
#endif

#define MATRIX(Type, Rows, Columns, Use) coopmat<Type, SCOPE, Rows, Columns, gl_MatrixUse##Use>

// LOAD reads a matrix of f32, TILE_LINES rows of TILE_CHANNELS: lines first_line … of n_lines in
// memory, channels first … of n_channels; stride: elements from line to line, a multiple of 4.
// LOAD_TRANSPOSED makes lines its columns. `m` is zero before.

#ifdef ELEMENTS

float
element (const in uint i, const in uint j, const in float ignored, const in f32_in from,
         const in uint n_lines, const in uint n_channels, const in uint stride,
         const in uint first_line, const in uint first)
{
  uint line = first_line + i, channel = first + j;

  return line < n_lines && channel < n_channels ? from.v[line * stride + channel] : 0.0;
}

float
element_transposed (const in uint i, const in uint j, const in float ignored, const in f32_in from,
                    const in uint n_lines, const in uint n_channels, const in uint stride,
                    const in uint first_line, const in uint first)
{
  return element (j, i, ignored, from, n_lines, n_channels, stride, first_line, first);
}

#define LOAD(m, TILE_LINES, TILE_CHANNELS, from, n_lines, n_channels, stride, first_line, first) \
  coopMatPerElementNV (m, m, element, from, n_lines, n_channels, stride, first_line, first)
#define LOAD_TRANSPOSED(m, TILE_LINES, TILE_CHANNELS, from, n_lines, n_channels, stride,         \
                        first_line, first)                                                       \
  coopMatPerElementNV (m, m, element_transposed, from, n_lines, n_channels, stride, first_line,  \
                       first)

#else

#define LAYOUT tensorLayoutNV<2, gl_CooperativeMatrixClampModeConstantNV>
#define TRANSPOSED tensorViewNV<2, false, 1, 0>

ADDRESS (f32_aligned_in, float, 16);

// n_packed: elements of what the layout calls a block.
LAYOUT
make_layout (uint n_tile_lines, uint n_tile_channels, uint n_lines, uint n_channels, uint stride,
             uint first_line, uint first, uint n_packed)
{
  LAYOUT t = createTensorLayoutNV (2, gl_CooperativeMatrixClampModeConstantNV);

  t = setTensorLayoutBlockSizeNV (t, 1, n_packed);
  t = setTensorLayoutDimensionNV (t, n_lines, n_channels);
  t = setTensorLayoutStrideNV (t, stride / n_packed, 1);
  return sliceTensorLayoutNV (t, first_line, n_tile_lines, first, n_tile_channels);
}

// The stride is written as a multiple, so that a driver knows that it may load 16 bytes at a time.
#define LOAD(m, TILE_LINES, TILE_CHANNELS, from, n_lines, n_channels, stride, first_line, first) \
  coopMatLoadTensorNV (m, f32_aligned_in (from).v, 0,                                            \
                       make_layout (TILE_LINES, TILE_CHANNELS, n_lines, n_channels,              \
                                    (stride) / 4 * 4, first_line, first, 1))
#define LOAD_TRANSPOSED(m, TILE_LINES, TILE_CHANNELS, from, n_lines, n_channels, stride,         \
                        first_line, first)                                                       \
  coopMatLoadTensorNV (m, f32_aligned_in (from).v, 0,                                            \
                       make_layout (TILE_LINES, TILE_CHANNELS, n_lines, n_channels,              \
                                    (stride) / 4 * 4, first_line, first, 1),                     \
                       createTensorViewNV (2, false, 1, 0))

#endif
