// trimFeatures if the number of features of a sample is a multiple of 4.

fn trimFeatures(value: vec4f, column4: u32) -> vec4f {
  return value;
}
