import { make } from '../dom.ts';

/** A dialog of the page. */
export interface Dialog {
  readonly element: HTMLDialogElement;
  /** Settles when it is closed, in any way. */
  readonly closed: Promise<void>;
}

/** Opens a dialog over the page; Escape closes it, and the focus goes back to where it was. */
export function openDialog(title: string, ...children: readonly (Node | string)[]): Dialog {
  const id = `dialog-${crypto.randomUUID()}`;
  const element = make(
    'dialog',
    { class: 'card data-dialog', 'aria-labelledby': id },
    make('h2', { id }, title),
    ...children,
  );
  document.body.append(element);
  const closed = new Promise<void>((resolve) => {
    element.addEventListener('close', () => {
      element.remove();
      resolve();
    });
  });
  element.showModal();
  return { element, closed };
}
