/**
 * WebGPU's usage bits (https://www.w3.org/TR/webgpu/#namespacedef-gpubufferusage). Browsers have globals for
 * them, Node does not.
 */
export const BufferUsage = {
  MAP_READ: 0x1,
  MAP_WRITE: 0x2,
  COPY_SRC: 0x4,
  COPY_DST: 0x8,
  STORAGE: 0x80,
  QUERY_RESOLVE: 0x200,
} as const;

export const MapMode = { READ: 1, WRITE: 2 } as const;

/** The stage of compute shaders. */
export const COMPUTE = 4;
