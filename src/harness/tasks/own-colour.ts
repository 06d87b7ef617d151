import { Query } from './query.ts';

/** In which colours the visitor's images are made, by their names in the address: left out, in colour if some have any. */
export const COLOURS = ['grey', 'rgb'] as const;

/** Rows and columns that they get. */
export const SIDES = [28, 32, 64] as const;

/**
 * Checks that images that were given are as an address asks for.
 *
 * @param channels numbers of a pixel
 * @throws OptionError if they are grey and colours are asked for, or the other way round
 */
export function needColour(options: URLSearchParams, channels: number): void {
  const wanted = options.get('colour') ?? '';
  if (wanted === 'rgb' && channels === 1) {
    new Query(options, '').fail('colour', 'left out or grey: the images that were given are grey');
  }
  if (wanted === 'grey' && channels > 1) {
    new Query(options, '').fail(
      'colour',
      'left out or rgb: the images that were given have colours',
    );
  }
}

/**
 * Checks that images that were given have the size that an address asks for; one that asks for none takes any.
 *
 * @throws OptionError if they have another one
 */
export function needSide(
  options: URLSearchParams,
  { height, width }: { readonly height: number; readonly width: number },
): void {
  const wanted = options.get('side') ?? '';
  if (wanted === '' || (Number(wanted) === height && height === width)) return;
  const query = new Query(options, '');
  const [side] = SIDES.filter((one) => one === height && one === width);
  if (side === undefined) {
    query.fail('side', `left out: the images that were given have ${height} × ${width} pixels`);
  }
  query.fail(
    'side',
    `left out or ${side}: the images that were given have ${height} × ${width} pixels`,
  );
}
