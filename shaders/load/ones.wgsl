// onesAt(m4, rows): the four rows unchanged; but if m4 is the last block of rows, its first row is all
// ones. (The name `block` is a keyword in wgsl_reflect 1.6.)

fn onesAt(m4: u32, rows: mat4x4f) -> mat4x4f {
  return mat4x4f(select(rows[0], vec4f(1.0), m4 == M4 - 1u), rows[1], rows[2], rows[3]);
}
