import { coordinate, element } from '../../../../paper/svg.ts';
import { colourOf, dashesOf } from '../colours.ts';
import type { Curve } from '../curves.ts';
import { opacityOf, type Scene } from '../plot-options.ts';
import type { Look, Place } from './look.ts';

/** So many points of tests, or fewer, are drawn as such. */
const MOST_DOTS = 120;

/** The curves of a scene and their bands, the latter below. */
export function drawnCurves(
  scene: Scene,
  place: Place,
  { colour }: Pick<Look, 'colour'>,
): string[] {
  const { curves, shown } = scene;
  const bands = curves.flatMap((curve, i) => {
    const below = curves[i + 1];
    if (curve.kind !== 'above' || below?.kind !== 'below') return [];
    const there = pointsOf(curve, place).filter((point) => point !== null);
    const back = pointsOf(below, place).filter((point) => point !== null);
    const d = `${pathOf([...there, ...back.reverse()])}Z`;
    const fill = colour(colourOf(shown[curve.at].run));
    return [element('path', { d, fill, 'fill-opacity': 0.22 })];
  });
  const lines = curves.flatMap((curve) => {
    if (curve.kind === 'above' || curve.kind === 'below' || curve.x.length === 0) return [];
    const stroke = colour(colourOf(shown[curve.at].run));
    const opacity = Number.parseInt(opacityOf(curve, scene), 16) / 255;
    const points = pointsOf(curve, place);
    const isThick = curve.kind === 'tested';
    const dashes = dashesOf(shown[curve.at].run);
    const line = {
      ...{ d: pathOf(points), fill: 'none', stroke, 'stroke-opacity': opacity },
      ...{ 'stroke-width': isThick ? 2 : 1, 'stroke-linejoin': 'round' },
      ...(dashes.length > 0 ? { 'stroke-dasharray': dashes.join(' ') } : {}),
    };
    const dots =
      // One point alone makes no line.
      (isThick && points.length <= MOST_DOTS) || points.length === 1
        ? points.flatMap((point) =>
            point
              ? [
                  element('circle', {
                    cx: point[0],
                    cy: point[1],
                    r: 2.5,
                    fill: stroke,
                    'fill-opacity': opacity,
                  }),
                ]
              : [],
          )
        : [];
    return [element('path', line), ...dots];
  });
  return [...bands, ...lines];
}

const pointsOf = ({ x, y }: Curve, place: Place): ([number, number] | null)[] =>
  x.map((epoch, i) => {
    const value = y[i];
    return value === null ? null : [place.x(epoch), place.y(value)];
  });

/** The path through points; null begins another piece. */
function pathOf(points: readonly (readonly [number, number] | null)[]): string {
  let path = '';
  let isOpen = false;
  for (const point of points) {
    if (point) path += `${isOpen ? 'L' : 'M'}${coordinate(point[0])} ${coordinate(point[1])}`;
    isOpen = point !== null;
  }
  return path;
}
