import { findFashionMnist } from './dataset.ts';
import { downloadLine } from './format.ts';
import type { Renderer } from './render.ts';
import type { ParsedArguments } from './spec.ts';

/** Finds Fashion-MNIST where `--data` says, or downloads it, and shows how that goes. */
export async function findImages(
  {
    arguments: { values },
    env,
  }: { readonly arguments: ParsedArguments; readonly env: NodeJS.ProcessEnv },
  renderer: Renderer,
): ReturnType<typeof findFashionMnist> {
  const data = values.get('data');
  const found = await findFashionMnist({
    ...(data === undefined ? {} : { data }),
    env,
    log: (text) => renderer.warn(text),
    note: (text) => renderer.note(text),
    progress: (received, total) =>
      renderer.overwrite(downloadLine(received, total, renderer.columns)),
  });
  renderer.finish();
  return found;
}
