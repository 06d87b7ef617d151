// The number of classes of a network's outputs [BATCH, CLASSES], also in vec4, as rows are stored.

override CLASSES: u32;
override CLASS4_COUNT = (CLASSES + 3u) / 4u;

/// Which of the elements 4·column4 … are classes, and not padding.
fn isClass(column4: u32) -> vec4<bool> {
  return vec4u(4u * column4) + vec4u(0u, 1u, 2u, 3u) < vec4u(CLASSES);
}
