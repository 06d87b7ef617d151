/** The kind of adapter to use; `auto`: a GPU if there is one, else software. */
export type DriverWish = 'auto' | 'hardware' | 'software';

/** An adapter's names, and whether it is software. */
export interface ProbedAdapter {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly software: boolean;
}
