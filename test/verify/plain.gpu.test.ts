import { test } from 'uvu';
import { testOps } from './trial-tests.ts';

testOps('plain');

test.run();
