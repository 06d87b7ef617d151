import { say } from '../words/words.ts';

/** What may be given. */
export const asks = (): string =>
  say(
    'Drop your own data here, or choose files: a table (CSV), a zip of images by class, or IDX files such as Fashion-MNIST’s',
  );
