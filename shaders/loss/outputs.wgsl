// The network's outputs [BATCH, CLASSES] of a batch, row by row.

override CLASSES: u32;
override CLASS4_COUNT = (CLASSES + 3u) / 4u;

@group(0) @binding(0) var<storage, read> outputs: array<vec4f>;

/// Which of elements 4·column4 … are classes and not padding.
fn isClass(column4: u32) -> vec4<bool> {
  return vec4u(4u * column4) + vec4u(0u, 1u, 2u, 3u) < vec4u(CLASSES);
}
