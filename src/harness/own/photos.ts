/** What a model file says of the photos that its network learned from: a text of its metadata, as JSON. */
import { DataError } from '../../errors.ts';

/** How photos were made into images, beside the sides and channels of these: of each the square in the middle. */
export interface Photos {
  /** Whether light and dark were exchanged: most were dark on light. */
  readonly inverted: boolean;
}

/** The key among a model file's texts. */
const PHOTOS_KEY = 'photos';

/** The texts of a model file that tell of its photos. */
export const photoTexts = ({ inverted }: Photos): Record<string, string> => ({
  [PHOTOS_KEY]: JSON.stringify({ inverted }),
});

/**
 * What a model file says of photos.
 *
 * @returns undefined if its network learned from other images, or from none
 * @throws DataError if what it says is not known
 */
export function photosIn(metadata: Readonly<Record<string, string>> = {}): Photos | undefined {
  if (!Object.hasOwn(metadata, PHOTOS_KEY)) return undefined;
  try {
    const { inverted } = Object(JSON.parse(metadata[PHOTOS_KEY])) as Partial<Photos>;
    if (typeof inverted === 'boolean') return { inverted };
  } catch {
    // Reported below.
  }
  throw new DataError(
    `the model file's text ${JSON.stringify(PHOTOS_KEY)} does not say how photos are made. Use another file`,
  );
}
