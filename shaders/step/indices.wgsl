// indices[BATCH padded to 4]: which sample is in each row of the current batch, written by the tick.

@group(0) @binding(0) var<storage, read> indices: array<vec4u>;
