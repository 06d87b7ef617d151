import { learn } from './learn.mjs';

console.log(JSON.stringify({ learned: await learn() }));
