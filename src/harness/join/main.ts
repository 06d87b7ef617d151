/** The page's view for `?worker=URL#token=…`: lends the GPU to a sweep, if the reader wishes. */
import { checkToken } from '../../trial/client/address.ts';
import { SweepClient } from '../../trial/client/client.ts';
import { Alert, saidError } from '../page/alert.ts';
import { byId } from '../page/dom.ts';
import { missing } from '../page/missing.ts';
import { say } from '../page/words/words.ts';
import { showGpu } from './gpu-fact.ts';
import { type Invitation, invitationOf } from './invitation.ts';
import { showJoin } from './markup.ts';
import { Pauses } from './pauses.ts';
import { Shift } from './shift.ts';
import { WorkView } from './work-view.ts';

/** Opens the view. */
export function openJoin(page: URL): void {
  const alert = new Alert();
  showGpu('unused');
  // Its greeting is that of the other view.
  byId('welcome-open').hidden = true;
  const refuse = (error: unknown): void => {
    alert.show(error instanceof Error ? error : new Error(String(error)));
  };
  let invitation: Invitation;
  try {
    invitation = invitationOf(page);
  } catch (error) {
    document.querySelector('main')?.replaceChildren();
    document.querySelector('[role=tablist]')?.remove();
    const { message } = error instanceof Error ? error : new Error(String(error));
    alert.show({ name: 'LinkError', message });
    return;
  }
  // The secret does not stay where others may read or copy it.
  history.replaceState(null, '', `${page.pathname}${page.search}`);
  showJoin(invitation);
  const form = byId('join-form', HTMLFormElement);
  if (missing() !== undefined) {
    showGpu('missing');
    byId('join-start', HTMLButtonElement).disabled = true;
    const said = (): string =>
      say('{reason}. Or run: npx gradweave worker', { reason: missing() ?? '' });
    refuse(saidError('AdapterError', said));
    return;
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    alert.hide();
    try {
      begin(invitation, new FormData(form), refuse);
    } catch (error) {
      refuse(error);
    }
  });
}

/** Works until the reader, a limit or the sweep ends it. */
function begin(
  { server, token: given }: Invitation,
  form: FormData,
  refuse: (error: unknown) => void,
): void {
  const text = (name: string): string => String(form.get(name) ?? '').trim();
  const token = given ?? checkToken(text('token'));
  const view = new WorkView();
  const limit = (name: string): number => Number(text(name) || Infinity);
  const shift = new Shift({
    ...{ server, token, name: text('name') || 'browser', view, trials: limit('trials') },
    onEnd: (error) => {
      pauses.end();
      clearTimeout(timer);
      removeEventListener('pagehide', leave);
      view.end(error === undefined);
      if (error !== undefined) refuse(error);
    },
    // The page is closed: its thread is gone before it could say anything.
    release: (lease) => {
      const client = new SweepClient({ server, token });
      const more = { keepalive: true, patience: 0 };
      client.release(lease, { why: 'stopped' }, more).catch(() => {});
    },
  });
  const leave = (): void => shift.leave();
  addEventListener('pagehide', leave);
  const minutes = limit('minutes');
  const timer =
    minutes < Infinity
      ? setTimeout(() => shift.stop(say('The time is up.')), minutes * 60_000)
      : undefined;
  const pauses = new Pauses({ hidden: form.has('hidden'), battery: form.has('battery') }, (why) =>
    why === undefined ? shift.resume() : shift.pause(why),
  );
  byId('join-stop').onclick = () => shift.stop(say('Stopped.'));
  view.begin();
  shift.resume();
}
