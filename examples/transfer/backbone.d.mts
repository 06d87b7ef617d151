import type { Layer } from 'gradweave';

export const CHANNELS: number;
export function backbone(): Layer[];
