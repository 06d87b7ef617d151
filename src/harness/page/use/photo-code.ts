/** The way from a photo's file to the bytes that a network takes: as the page makes them of its visitor's images. */
import { say } from '../words/words.ts';
import { imageText } from './comments.ts';
import type { ModelFacts } from './model-facts.ts';

type Image = NonNullable<ModelFacts['input']['image']>;

const middle = ({ height, width }: Image): string =>
  say('The middle of a photo, made {height} × {width}; what is transparent becomes white.', {
    height,
    width,
  });

/** Red, green and blue of `data` as one number; as ITU-R BT.601, which Pillow's "L" is, too. */
const LUMA = (numbers: string): string => `{
  const [red, green, blue] = data.subarray(${numbers} * i);
  return Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
}`;

/** Makes `pixels` of the numbers of a grey photo, in JavaScript. */
function greyInJs({ exchanged }: ModelFacts, { height, width }: Image, numbers: string): string {
  const grey = `Uint8Array.from({ length: ${height} * ${width} }, (_, i) => ${LUMA(numbers)});
`;
  if (exchanged === 'always') {
    return `const grey = ${grey}const pixels = grey.map((value) => 255 - value);
`;
  }
  if (exchanged !== 'if light') return `const pixels = ${grey}`;
  return `const grey = ${grey}const isEdge = (x, y) => x % ${width - 1} === 0 || y % ${height - 1} === 0;
const edge = grey.filter((_, i) => isEdge(i % ${width}, Math.floor(i / ${width}))).sort();
const pixels = edge[edge.length >> 1] > 127 ? grey.map((value) => 255 - value) : grey;
`;
}

/** Exchanges light and dark of `photo`, which is grey, in Python. */
function exchangedInPython({ exchanged }: ModelFacts, { height, width, channels }: Image): string {
  const invert = 'photo = ImageOps.invert(photo)\n';
  if (channels !== 1 || exchanged === undefined || exchanged === 'never') return '';
  if (exchanged === 'always') return invert;
  return `places = [(x, y) for y in range(${height}) for x in range(${width})]
edge = sorted(photo.getpixel((x, y)) for x, y in places if x % ${width - 1} == 0 or y % ${height - 1} == 0)
if edge[len(edge) // 2] > 127:
    ${invert}`;
}

/** Makes `pixels` in a page, by a canvas. */
export function photoInPage(facts: ModelFacts, image: Image): string {
  const { height, width, channels } = image;
  const pixels =
    channels === 1
      ? greyInJs(facts, image, '4')
      : 'const pixels = Uint8Array.from(data.filter((_, i) => i % 4 < 3));\n';
  return `// ${middle(image)}
const photo = await createImageBitmap(await (await fetch('photo.jpg')).blob());
const scale = Math.min(photo.width / ${width}, photo.height / ${height});
const [w, h] = [${width} * scale, ${height} * scale];
const canvas = new OffscreenCanvas(${width}, ${height}).getContext('2d');
canvas.imageSmoothingQuality = 'high';
canvas.fillStyle = 'white';
canvas.fillRect(0, 0, ${width}, ${height});
canvas.drawImage(photo, (photo.width - w) / 2, (photo.height - h) / 2, w, h, 0, 0, ${width}, ${height});
const { data } = canvas.getImageData(0, 0, ${width}, ${height});
// ${imageText(facts)}
${pixels}`;
}

/** Makes `pixels` in Node, with the package sharp. */
export function photoInNode(facts: ModelFacts, image: Image): string {
  const { height, width, channels } = image;
  const read = `await sharp('photo.jpg')
  .rotate() // ${say('as its camera was held')}
  .resize(${width}, ${height})
  .flatten({ background: 'white' })
  .toColourspace('srgb')
  .raw()
  .toBuffer()`;
  const text = `// ${imageText(facts)}\n`;
  if (channels !== 1) return `// ${middle(image)}\n${text}const pixels = ${read};\n`;
  return `// ${middle(image)}
const data = ${read};
${text}${greyInJs(facts, image, '3')}`;
}

/** What {@link photoInPython} needs. */
export const PILLOW = 'from PIL import Image, ImageOps\n';

/** Makes `images`, of one image, in Python. @param array what makes them of `photo` */
export function photoInPython(facts: ModelFacts, image: Image, array: string): string {
  const { height, width, channels } = image;
  return `# ${middle(image)}
photo = ImageOps.exif_transpose(Image.open("photo.jpg")).convert("RGBA")
photo = Image.alpha_composite(Image.new("RGBA", photo.size, "white"), photo)
photo = ImageOps.fit(photo.convert("${channels === 1 ? 'L' : 'RGB'}"), (${width}, ${height}))
# ${imageText(facts)}
${exchangedInPython(facts, image)}images = ${array}
`;
}
