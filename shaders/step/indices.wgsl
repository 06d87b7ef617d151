// indices[BATCH padded to 4]: the sample in each row of the current batch. The tick writes it.

@group(0) @binding(0) var<storage, read> indices: array<vec4u>;
