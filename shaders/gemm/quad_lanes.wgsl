// The values of the other lanes of a quad: lane l gets those of lanes l ^ 1, l ^ 2 and l ^ 3.

enable subgroups;

fn acrossX(held: mat4x4f) -> mat4x4f {
  return mat4x4f(quadSwapX(held[0]), quadSwapX(held[1]), quadSwapX(held[2]), quadSwapX(held[3]));
}

fn acrossY(held: mat4x4f) -> mat4x4f {
  return mat4x4f(quadSwapY(held[0]), quadSwapY(held[1]), quadSwapY(held[2]), quadSwapY(held[3]));
}

fn acrossDiagonal(held: mat4x4f) -> mat4x4f {
  return mat4x4f(
    quadSwapDiagonal(held[0]),
    quadSwapDiagonal(held[1]),
    quadSwapDiagonal(held[2]),
    quadSwapDiagonal(held[3])
  );
}
