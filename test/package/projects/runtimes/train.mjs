import { learn } from './learn.mjs';

console.log(await learn());
