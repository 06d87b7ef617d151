import { make } from './dom.ts';
import { said } from './words/said.ts';
import { say } from './words/words.ts';

/** A dialog of the page. */
export interface Dialog {
  readonly element: HTMLDialogElement;
  /** Settles when it is closed, in any way. */
  readonly closed: Promise<void>;
}

/** What a dialog is called, and how it looks. */
interface DialogLook {
  readonly title: () => string;
  /** Classes of the element. */
  readonly kind: string;
  /** Whether its head has a button that closes it. Default false: the children have one. */
  readonly closes?: boolean;
}

/** Opens a dialog over the page; Escape closes it, and the focus goes back to where it was. */
export function openDialog(
  { title, kind, closes = false }: DialogLook,
  ...children: readonly (Node | string)[]
): Dialog {
  const id = `dialog-${crypto.randomUUID()}`;
  const heading = said('h2', { id }, title);
  const close = said(
    'button',
    { type: 'button', class: 'small', click: () => element.close() },
    () => say('Close'),
  );
  const element: HTMLDialogElement = make(
    'dialog',
    { class: kind, 'aria-labelledby': id },
    closes ? make('div', { class: 'dialog-head' }, heading, close) : heading,
    ...children,
  );
  const closed = new Promise<void>((resolve) => {
    element.addEventListener('close', () => {
      element.remove();
      resolve();
    });
  });
  document.body.append(element);
  element.showModal();
  return { element, closed };
}
