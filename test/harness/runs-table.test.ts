import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Measure } from '../../src/harness/page/measure.ts';
import { namesOf } from '../../src/harness/page/notebook/row-cells.ts';
import { RunsTable } from '../../src/harness/page/notebook/runs-table.ts';
import { aRun } from './charts-runs.ts';
import { Parts, withGlobals } from './part-page.ts';

/** As much of an element as the table's head needs. */
class Part {
  textContent = '';
  readonly isConnected = true;
  readonly dataset: Record<string, string> = {};
  readonly attributes: Record<string, string> = {};
  children: Part[] = [];
  setAttribute(name: string, value: string): void {
    this.attributes[name] = value;
  }
  addEventListener(): void {}
  append(...children: Part[]): void {
    this.children.push(...children);
  }
  insertBefore(child: Part): void {
    this.children.unshift(child);
  }
  remove(): void {}
  contains(): boolean {
    return false;
  }
}

const parts = new Parts(() => new Part());
withGlobals(test, { document: { createElement: () => new Part(), activeElement: null } });

const table = Object.assign(new Part(), { querySelector: parts.getElementById });
const list = new RunsTable(
  table as unknown as HTMLElement,
  {} as unknown as ConstructorParameters<typeof RunsTable>[1],
);

/** What the list is headed with, and how many columns its row has. */
function headed(measure: Measure): string {
  list.expect(measure);
  const { children } = parts.getElementById('tbody');
  const [cell] = children[0].children;
  const head = table.dataset.results === 'none' ? '' : parts.get('.result')?.textContent;
  return `${head} ${cell.attributes.colspan}`;
}

test('without a run, the list is headed as the next one is measured: of losses alone, there is no column beside them', () => {
  assert.is(headed('class'), 'Test accuracy 8');
  assert.is(headed('loss'), ' 7');
  assert.is(headed('number'), 'Test error (RMSE) 8');
});

test('on a phone, the row of a run of losses alone has no name of a result', () => {
  const names = (query: string): readonly string[] =>
    namesOf({ ...aRun(1, { losses: [] }), query });
  assert.is(names('model=2')[4], 'Accuracy');
  assert.is(names('model=autoencoder')[4], '');
});

test.run();
