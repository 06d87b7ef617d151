/** Why a file is no data that the page takes, and what to do with it. Loaded when one is refused. */
import { reasonText } from '../error-words.ts';
import { say } from '../words/words.ts';

/** What the reader of IDX files says of all that are others. */
const [NO_IDX, A_ZIP] = ['not an IDX file of bytes', 'a zip archive: unpack it'];

/** An image that lies in no folder, which would be that of its class. */
export const NO_CLASS = 'lies in no folder of a class';

/** Kinds of files that are known by their names. Many are zip archives, which nobody is to unpack. */
const BY_NAME: readonly (readonly [RegExp, () => string])[] = [
  [/\.(xls[xmb]?|ods|numbers)$/i, () => say('a spreadsheet: save it as CSV')],
  [
    /\.(docx?|odt|rtf|pages|pdf|epub|pptx?|odp|key)$/i,
    () =>
      say(
        'a document, and no data. To learn from its text, save that as a .txt file, and give it to the preset Transformer',
      ),
  ],
  [
    /\.(txt|text|md|html?|xml|tex|srt)$/i,
    () =>
      say('a text. To learn from it, choose the preset Transformer, and give it in the field Text'),
  ],
  [
    /\.(png|jpe?g|gif|webp|bmp|avif|heic|tiff?|svg)$/i,
    () =>
      say(
        'an image of no class. Put the images of each class into a folder of their own, and give the folder above; to see what a network takes it for, choose it under Look inside',
      ),
  ],
  [
    /\.(pth?|ckpt|h5|keras|onnx|npz|npy)$/i,
    () => say('no file of weights that is read: save them as safetensors'),
  ],
];

/** Why the file of this name was refused, and what to do. @param why as the worker says it, in English */
export function refusalText(name: string, why: string): string {
  const isOfNoUse = [NO_IDX, A_ZIP, NO_CLASS].includes(why);
  const known = isOfNoUse ? BY_NAME.find(([pattern]) => pattern.test(name)) : undefined;
  if (known) return known[1]();
  return why === A_ZIP
    ? say('a zip archive of another kind. If it has images by class, let its name end in .zip')
    : reasonText(why);
}

/** What files are called in a message: as one of them, or as the folder that they came in. */
export function nameOf(names: readonly string[]): string {
  const [first = '', ...others] = names;
  const [root] = first.split('/');
  if (others.length === 0 || names.every((name) => name.startsWith(`${root}/`))) {
    return others.length === 0 ? first : root;
  }
  return say('{file} and {count} more', { file: first, count: others.length });
}
