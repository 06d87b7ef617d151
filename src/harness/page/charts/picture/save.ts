import { cssValue, save } from '../../dom.ts';
import type { Scene } from '../plot-options.ts';
import type { Look } from './look.ts';
import { pictureOf } from './picture.ts';

/** Pixels of a PNG for each unit of the picture: 1,800 in width. */
const SCALE = 2;

/** As the page looks at the moment. */
function lookNow(): Look {
  const font = cssValue('--font');
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  return {
    colour: cssValue,
    font,
    widthOf: (text, size) => {
      // Without a canvas, as wide as the widest letters of most fonts are on average.
      if (!context) return text.length * size * 0.6;
      context.font = `${size}px ${font}`;
      return context.measureText(text).width;
    },
  };
}

/** Offers a chart as a file: as vectors, or as pixels of the same picture. */
export async function saveChart(scene: Scene, kind: 'png' | 'svg'): Promise<void> {
  const svg = pictureOf(scene, lookNow());
  const name = `gradweave-${scene.quantity.name}.${kind}`;
  if (kind === 'svg') {
    save(name, 'image/svg+xml', svg);
    return;
  }
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width * SCALE, image.height * SCALE);
    const context = canvas.getContext('2d');
    context?.drawImage(image, 0, 0, canvas.width, canvas.height);
    save(name, 'image/png', await canvas.convertToBlob({ type: 'image/png' }));
  } finally {
    URL.revokeObjectURL(url);
  }
}
