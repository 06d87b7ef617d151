/** @jest-environment jsdom */
const { linear, Sequential } = require('gradweave');

test('requires the package beside a DOM', () => {
  expect(document.createElement('p').tagName).toBe('P');
  expect(new Sequential([2], [linear(2, 3)]).named).toHaveLength(2);
});
