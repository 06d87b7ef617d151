import type { BenchResults } from '../../bench/results.ts';
import { Alert, saidError } from './alert.ts';
import { benchQuery, verifyQuery } from './checks/check-form.ts';
import { besideBench, besideTraining, besideVerify, cellText } from './checks/check-words.ts';
import { TaskView } from './checks/task-view.ts';
import { refuseDrops } from './data/data-drop.ts';
import { byId, make } from './dom.ts';
import { showFacts } from './facts.ts';
import { networkIn } from './inside/inside-host.ts';
import { InsideView } from './inside/inside-view.ts';
import { beginLearning, beginWithoutGpu } from './learn/start.ts';
import { missing } from './missing.ts';
import { fixed, percent } from './numbers.ts';
import { Remote } from './remote.ts';
import { CANVAS_WAYS } from './settings/address.ts';
import { TABS, type Tab, Tabs } from './tabs.ts';
import { TrainView } from './train/train-view.ts';
import { languageAsked } from './words/language.ts';
import { said } from './words/said.ts';
import { put, say } from './words/words.ts';

/** Draws one training step as bars, from the bench's results. */
function drawStep(result: unknown): void {
  // The worker and this page come from the same build.
  const { dispatches = [] } = result as BenchResults;
  byId('step-figure').hidden = dispatches.length === 0;
  const most = Math.max(...dispatches.flatMap((one) => one.dispatches.map((d) => d.nanoseconds)));
  const groups = dispatches.flatMap(({ contender, dispatches: list }) => {
    const total = list.reduce((sum, { nanoseconds }) => sum + nanoseconds, 0);
    const head = (): string =>
      say('{contender}: {count} dispatches, {time} ms', {
        ...{ contender: cellText(contender), count: list.length, time: fixed(total / 1e6, 2) },
      });
    const bars = list.map(({ label, nanoseconds }) => {
      const bar = make('span', { class: 'bar' });
      bar.style.setProperty('--share', String(nanoseconds / most));
      const time = (): string =>
        `${(nanoseconds / 1000).toFixed(0)} µs, ${percent(nanoseconds / total)}`;
      return make('li', {}, make('span', { lang: 'en' }, label), bar, said('span', {}, time));
    });
    return [said('h3', {}, head), make('ol', { class: 'bars' }, ...bars)];
  });
  byId('step-bars').replaceChildren(...groups);
}

/** The panel that an address opens. */
function tabOf(search: string): Tab {
  const query = new URLSearchParams(search);
  return TABS.find((tab) => tab === (query.get('tab') ?? query.get('run'))) ?? 'train';
}

/** The app: four panels, one worker for training, and one for each verification or benchmark. */
export function openApp(query: URLSearchParams): void {
  const alert = new Alert();
  if (missing() !== undefined) {
    // The advice on drivers does not help in a frame.
    const name = origin === 'null' ? 'WorkerError' : 'AdapterError';
    alert.show(saidError(name, () => missing() ?? ''));
    put(byId('status'), () => say('The page cannot train here.'));
    beginWithoutGpu((error) => alert.show(error));
    const off = 'main button, main input[type=file]';
    for (const control of document.querySelectorAll<HTMLButtonElement | HTMLInputElement>(off)) {
      control.disabled = true;
    }
    refuseDrops();
    return;
  }
  const task = query.get('run');
  const own = new URLSearchParams(query);
  for (const name of ['run', 'report', 'tab']) own.delete(name);

  let isTraining = false;
  // What it gives then is for another panel.
  const isOther = task === 'verify' || task === 'bench';

  // Other data of the visitor's own have the same settings.
  let data = '';
  const remote = new Remote((event) => {
    showFacts(event);
    if (event.type === 'dataset') data = JSON.stringify(event);
    train.event(event);
    inside.event(event);
    if (event.type !== 'state') return;
    // Of several networks, the best one can be looked into when they are done.
    if (!train.several) {
      if (event.state === 'running' || event.state === 'paused') seen();
    } else if (event.state === 'preparing') {
      known = '';
      inside.wait(() =>
        say(
          'Several networks are trained at once. The best of them can be looked into when they are done.',
        ),
      );
    } else if (event.state === 'ended') seen();
  });
  const way = CANVAS_WAYS.find((one) => one === query.get('canvas'));
  const inside = new InsideView({
    ...{ remote, alert, way, runs: () => train.runs },
    trained: () => (train.several ? undefined : train.trained),
  });
  const address = (tab: Tab, search: string): void => {
    const shown = new URLSearchParams(search);
    if (tab !== 'train') shown.set('tab', tab);
    const lang = languageAsked();
    if (lang !== undefined) shown.set('lang', lang);
    // Another panel is a step of the history, other settings are not.
    const isStep = tab !== tabOf(location.search);
    try {
      if (isStep) history.pushState(null, '', `?${shown}`);
      else history.replaceState(null, '', `?${shown}`);
    } catch {
      // Browsers refuse too frequent changes; the next change includes this one.
    }
  };
  const learning = beginLearning({
    ...{ remote, query: () => train.query, wrong: () => train.wrong },
    fail: (error) => alert.show(error),
  });
  const train = new TrainView(remote, alert, isOther ? '' : query.toString(), {
    query: (search) => {
      address(tabs.now, search);
      learning.settings();
    },
    runs: () => inside.runs(),
    state: (state) => {
      isTraining = state !== 'ended' && state !== 'paused';
      inside.state(state);
      learning.state(state);
      // Weights that were imported are known only now.
      if (state === 'ended' && train.trained) seen();
    },
  });
  let known = '';
  const seen = (): void => {
    // The form may have other settings by now.
    const { key = '', begun = '', query: search = train.query } = train.trained ?? {};
    const now = [key, begun, search, data].join(' ');
    if (known === now) return;
    known = now;
    inside.network(networkIn(search));
  };
  const panel = (tab: Tab): HTMLElement => byId(`panel-${tab}`);
  /** What else computes on the GPU. */
  const beside = (others: readonly (readonly [busy: boolean, text: () => string])[]): string =>
    [...others, [isTraining, besideTraining] as const]
      .filter(([busy]) => busy)
      .map(([, text]) => text())
      .join(' ');
  const verify: TaskView = new TaskView('verify', panel('verify'), alert, {
    query: verifyQuery,
    beside: () => beside([[bench.busy, besideBench]]),
  });
  const bench = new TaskView('bench', panel('bench'), alert, {
    query: benchQuery,
    beside: () => beside([[verify.busy, besideVerify]]),
    onResult: drawStep,
  });
  const tabs = new Tabs((tab) => {
    inside.open = tab === 'inside';
    alert.at(tab);
    address(tab, train.query);
  });
  put(byId('status'), () => say('Ready.'));
  addEventListener('popstate', () => tabs.show(tabOf(location.search)));
  tabs.show(tabOf(location.search));
  if (task === 'train') void train.start();
  if (task === 'verify') void verify.run(own);
  if (task === 'bench') void bench.run(own);
}
