// wantedAt: the smoothed one-hot vector of a class, times the classes' shares (linked), or 0 for an ignored class (linked):
//   ((1 − SMOOTHING) · onehot_c + SMOOTHING / C) · share_c

override SMOOTHING: f32;

fn wantedAt(class_: u32, column4: u32) -> vec4f {
  let smoothed = (1.0 - SMOOTHING) * oneHot(class_, column4) + SMOOTHING / f32(CLASSES);
  let counts = isClass(column4) & vec4<bool>(!isIgnored(class_));
  return select(vec4f(), smoothed * classShareAt(column4), counts);
}
