/** A GPU, software, or whichever there is, the GPU first. */
export type DriverWish = 'auto' | 'hardware' | 'software';

/** Who an adapter says it is, and whether it is software. */
export interface ProbedAdapter {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly software: boolean;
}
