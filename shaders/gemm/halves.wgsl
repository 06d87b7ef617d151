// How gemm/tiled stages its operands in mixed precision: rounded to f16, two in a word of workgroup memory.
//
//   a = f16(clamp(SCALE_A · A[m,k], ±65504)), b = f16(clamp(SCALE_B · B[k,n], ±65504)), C[m,n] = Σ a · b / (SCALE_A · SCALE_B)
//
// The products of two f16 are exact in f32, and so are the scales, which are powers of 2. Gradients have a scale above 1:
// f16 goes from 2⁻¹⁴ (with subnormals, which a device may take for 0, from 2⁻²⁴) to 65504. pack2x16float rounds to one of the
// two neighbours, so an operand's relative error is at most 2⁻¹⁰ (WGSL, "Floating Point Conversion"). What is beyond
// the range would become an indeterminate value: therefore the clamp. Infinity and NaN become NaN, as bits, because compilers
// may assume that there are none.

override SCALE_A: f32;
override SCALE_B: f32;

const UNSCALE = 1.0 / (SCALE_A * SCALE_B);

alias Staged = vec2u;

const LARGEST_HALF = vec4f(65504.0);
const FLOAT_EXPONENT = vec4u(0x7f800000u);
/// NaN as f16, in the lower and the upper half of a word.
const HALF_NANS = vec4u(0x7e00u, 0x7e000000u, 0x7e00u, 0x7e000000u);

fn halves(x: vec4f, scale: f32) -> Staged {
  let y = clamp(scale * x, -LARGEST_HALF, LARGEST_HALF);
  let odd = select(vec4u(), HALF_NANS, (bitcast<vec4u>(x) & FLOAT_EXPONENT) == FLOAT_EXPONENT);
  return vec2u(pack2x16float(y.xy) | odd.x | odd.y, pack2x16float(y.zw) | odd.z | odd.w);
}

fn stagedA(x: vec4f) -> Staged {
  return halves(x, SCALE_A);
}

fn stagedB(x: vec4f) -> Staged {
  return halves(x, SCALE_B);
}

/// Four elements of an operand.
fn operand(x: Staged) -> vec4f {
  return vec4f(unpack2x16float(x.x), unpack2x16float(x.y));
}

/// Keeps four sums of a slice, as f32.
fn stageSum(at: u32, sum: vec4f) {
  let words = bitcast<vec4u>(sum);
  staged[2u * at] = words.xy;
  staged[2u * at + 1u] = words.zw;
}

fn stagedSum(at: u32) -> vec4f {
  return bitcast<vec4f>(vec4u(staged[2u * at], staged[2u * at + 1u]));
}

/// Elements of the product, from their sums.
fn unscaled(sum: vec4f) -> vec4f {
  return UNSCALE * sum;
}
