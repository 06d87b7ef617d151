import { openDialog } from '../dialog.ts';
import { make, save } from '../dom.ts';
import { errorText } from '../error-words.ts';
import { fileName } from '../notebook/run-export.ts';
import { labelOf, type RunRecord } from '../notebook/run-store.ts';
import { said } from '../words/said.ts';
import { put, say } from '../words/words.ts';
import { codeFor, isDescribed, type Kind } from './code.ts';
import { contentsText } from './contents-text.ts';
import { factsOf, type ModelFacts } from './model-facts.ts';

const KINDS: Readonly<Record<Kind, () => string>> = {
  page: () => say('gradweave in a page'),
  node: () => say('gradweave in Node'),
  pytorch: () => 'PyTorch',
  'onnx-web': () => say('ONNX Runtime in a page'),
  'onnx-python': () => say('ONNX Runtime in Python'),
};

/** Why there is no program. */
const noneText = (facts: ModelFacts): string =>
  isDescribed(facts)
    ? say('PyTorch has no module for some of its layers. ONNX has operators for all of them.')
    : say(
        'The model file of this run does not tell of the columns of its table: an earlier version of this page wrote it. Train it again.',
      );

/** Shows what a run's model can be used with: its files, and programs that read them. */
export function openUse(run: RunRecord, fail: (error: Error) => void): void {
  const { weights } = run;
  if (!weights) return;
  let facts: ModelFacts;
  try {
    facts = factsOf(weights.bytes, run.dataset);
  } catch (error) {
    fail(error as Error);
    return;
  }
  const files = { model: fileName(run, '.safetensors'), onnx: fileName(run, '.onnx') };
  const code = make('code', { translate: 'no' });
  const status = make('p', { class: 'help', role: 'status' });
  const kinds = make(
    'select',
    { change: () => put(status, () => '') },
    ...Object.entries(KINDS).map(([value, label]) => said('option', { value }, label)),
  );
  const show = (): void =>
    put(code, () => codeFor(kinds.value as Kind, facts, files) ?? noneText(facts));
  kinds.addEventListener('change', show);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(code.textContent ?? '');
      put(status, () => say('Copied.'));
    } catch {
      put(status, () => say('The browser does not allow copying. Select the text instead.'));
    }
  };
  const saveOnnx = async (): Promise<void> => {
    try {
      const { onnxOf } = await import('./onnx-file.ts');
      save(files.onnx, 'application/octet-stream', onnxOf(weights.bytes));
      put(status, () => say('Saved as {file}.', { file: files.onnx }));
    } catch (error) {
      put(status, () => errorText(error));
    }
  };
  const button = (text: () => string, click: () => void, kind = '') =>
    said('button', { type: 'button', class: kind, click }, text);
  show();
  openDialog(
    { title: () => say('Use {run}', { run: labelOf(run) }), kind: 'large use', closes: true },
    said('p', {}, () => contentsText(facts, run.kept)),
    make(
      'div',
      { class: 'actions' },
      button(
        () => say('Save the model file'),
        () => {
          save(files.model, 'application/octet-stream', weights.bytes);
          put(status, () => say('Saved as {file}.', { file: files.model }));
        },
        'primary',
      ),
      button(
        () => say('Save as ONNX'),
        () => void saveOnnx(),
      ),
    ),
    make(
      'div',
      { class: 'actions' },
      make(
        'label',
        {},
        said('span', {}, () => say('Program for')),
        kinds,
      ),
      button(
        () => say('Copy'),
        () => void copy(),
      ),
    ),
    make('pre', { tabindex: '0' }, code),
    status,
  );
}
