// featuresAt(i): four neighbouring elements of values[samples, 4·n], row by row.

@group(0) @binding(0) var<storage, read> values: array<vec4f>;

fn featuresAt(i: u32) -> vec4f {
  return values[i];
}
