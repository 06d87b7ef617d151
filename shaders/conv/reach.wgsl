// Where a tap of the kernel reaches from a pixel, on each axis:
//   source = (MULTIPLY · pixel + STEP · tap + BEGIN) / DIVIDE
// Forward, from an output to the input: pixel · stride + tap · dilation − padding. For the gradient, from an input to the
// outputs that read it: (pixel − tap · dilation + padding) / stride, if that is a whole number. Negative numbers wrap, so that
// they are beyond any size.

override MULTIPLY_X: u32;
override MULTIPLY_Y: u32;
override DIVIDE_X: u32;
override DIVIDE_Y: u32;
override STEP_X: u32;
override STEP_Y: u32;
override BEGIN_X: u32;
override BEGIN_Y: u32;

fn reachX(x: vec4u, tap: vec4u) -> vec4u {
  let reached = x * MULTIPLY_X + tap * STEP_X + BEGIN_X;
  if (DIVIDE_X == 1u) {
    return reached;
  }
  return select(vec4u(0xffffffffu), reached / DIVIDE_X, reached % DIVIDE_X == vec4u());
}

fn reachY(y: vec4u, tap: vec4u) -> vec4u {
  let reached = y * MULTIPLY_Y + tap * STEP_Y + BEGIN_Y;
  if (DIVIDE_Y == 1u) {
    return reached;
  }
  return select(vec4u(0xffffffffu), reached / DIVIDE_Y, reached % DIVIDE_Y == vec4u());
}
