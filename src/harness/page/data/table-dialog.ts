import type { OwnFacts } from '../../worker/own-facts.ts';
import { openDialog } from '../dialog.ts';
import { make } from '../dom.ts';
import { errorText } from '../error-words.ts';
import { said } from '../words/said.ts';
import { put, say } from '../words/words.ts';
import { keepChoice, keepNumbers, keptNumbers } from './kept-choices.ts';
import type { AskOwn } from './own-calls.ts';
import { takenAsNumbers } from './slips-list.ts';
import { TableForm } from './table-form.ts';

/** Shows a table's first rows, and asks what to learn from it. @returns nothing if it was closed */
export async function openTable(
  ask: AskOwn,
  name: string,
  file: Blob,
): Promise<OwnFacts | undefined> {
  let preview = await ask('lookAtTable', name, file);
  const kept = keptNumbers(preview.columns);
  if (kept.length > 0) {
    void ask('forgetTable', preview.id);
    preview = await ask('lookAtTable', name, file, undefined, kept);
  }
  let facts: OwnFacts | undefined;
  const body = make('div', { class: 'body' });
  const wrong = make('p', { class: 'wrong', role: 'alert' });
  const { element, closed } = openDialog(
    {
      title: () => say('Learn from {file}', { file: name.slice(0, 80) }),
      kind: 'card data-dialog',
    },
    body,
    wrong,
  );
  const form = new TableForm(body, async (named, numbers) => {
    put(wrong, () => '');
    try {
      const other = await ask('lookAtTable', name, file, named, numbers);
      const unused = element.open ? preview : other;
      void ask('forgetTable', unused.id);
      if (!element.open) return;
      preview = other;
      form.draw(preview);
    } catch (error) {
      put(wrong, () => errorText(error));
    }
  });
  form.draw(preview);
  const learn = async (): Promise<void> => {
    put(wrong, () => '');
    try {
      const { choice } = form;
      facts = await ask('useTable', preview.id, choice);
      keepChoice(preview.columns, choice);
      keepNumbers(preview.columns, takenAsNumbers(preview));
      element.close();
    } catch (error) {
      put(wrong, () => `${errorText(error)}.`);
    }
  };
  element.append(
    make(
      'div',
      { class: 'actions' },
      said('button', { type: 'button', class: 'primary', click: () => void learn() }, () =>
        say('Learn from it'),
      ),
      said('button', { type: 'button', click: () => element.close() }, () => say('Cancel')),
    ),
  );
  await closed;
  void ask('forgetTable', preview.id);
  return facts;
}
