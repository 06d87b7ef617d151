import * as gradweave from './gradweave.js';
import { learn } from './learn.js';

const here = await learn(gradweave).catch(String);
const worker = new Worker('./classic.js');
worker.onerror = ({ message }) => {
  document.title = message || 'the worker did not load';
};
worker.onmessage = ({ data }) => {
  const learned = here < 0.6 && data < 0.6;
  document.title = `${learned ? 'learned' : `${here} ${data}`}${crossOriginIsolated ? ', isolated' : ''}`;
};
