import type { Learner, Told } from './learner.ts';
import { NetworkView } from './network-view.ts';
import { explainTerms } from './term-popover.ts';
import { Welcome } from './welcome.ts';

/** Explains the page: loaded when it is idle. */
export function openLearning(learner: Learner): Told {
  explainTerms();
  const network = new NetworkView(learner);
  const welcome = new Welcome(learner, () => {
    import('./tour.ts').then(({ beginTour }) => beginTour()).catch(learner.fail);
  });
  return {
    settings: () => {
      network.settings();
      welcome.settings();
    },
    state: (state) => {
      network.state(state);
      if (state === 'running') welcome.known();
    },
  };
}
