// trimFeatures where the features of a sample are a multiple of 4.

fn trimFeatures(value: vec4f, column4: u32) -> vec4f {
  return value;
}
