import type { Making } from '../../own/colours.ts';
import { chosenMaking, isOwnChosen, setMaking } from './own-settings.ts';

/** How images were made: of folders, of a zip, or of a camera's frames. */
export interface Made {
  readonly making: Making;
  /** Makes them again as the form says, and has them from then on. */
  again(): Promise<void>;
}

/**
 * Makes images again if the form learns from them and wants others than there are. If that fails, the form says what they are.
 *
 * @param channels that they have
 * @throws what making them throws
 */
export async function makeAgain({ making, again }: Made, channels: number): Promise<void> {
  if (!isOwnChosen() || isAlike(making, chosenMaking(), channels)) return;
  try {
    await again();
  } catch (error) {
    if (isOwnChosen()) setMaking(making);
    throw error;
  }
}

/** Whether images that were made one way are also those of another. */
const isAlike = (made: Making, wanted: Making, channels: number): boolean =>
  made.side === wanted.side &&
  (made.colour === wanted.colour ||
    (wanted.colour === 'rgb' && channels === 3) ||
    (wanted.colour === 'grey' && channels === 1));
