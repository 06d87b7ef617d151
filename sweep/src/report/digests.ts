import { count, plain, table } from '../../../src/paper/format.ts';
import { adapterKind, agree } from '../../../src/trial/agree.ts';
import type { ReportInput } from './input.ts';

/** Whether digests agree, and all of them. */
export function digestsOf({ trials, alarms, again = [] }: ReportInput): string[] {
  const results = trials.flatMap(({ result }) => (result ? [result] : []));
  const kinds = new Set(results.map(({ place }) => adapterKind(place)));
  const compared = again.map((result) => {
    const first = results.find(({ id }) => id === result.id);
    return first ? agree(first, result) : null;
  });
  const counts = [true, false, null].map((is) => compared.filter((one) => one === is).length);
  const [same, other, none] = counts;
  // Their bits may differ, but need not.
  const equal = again.filter(
    ({ digest }, i) => compared[i] === null && results.some((one) => one.digest === digest),
  ).length;
  const said = [
    'A digest is the SHA-256 of the trained weights. The same trial on the same kind of adapter has the same digest.',
    alarms.length === 0
      ? 'No two results of one trial differed while the sweep ran.'
      : `**${count(alarms.length, 'alarm')}**: results of one trial on one kind of adapter differed.`,
    again.length === 0
      ? 'No trial was trained again to compare.'
      : `${count(again.length, 'trial')} ${again.length === 1 ? 'was' : 'were'} trained again from the beginning: ${same} ended in the same digest, ${other} in another${none > 0 ? `, ${none} on another kind of adapter or runtime, of which ${equal} in the same digest` : ''}.`,
    ...(kinds.size > 1
      ? [`The trials ran on ${kinds.size} kinds of adapters, whose bits may differ.`]
      : []),
  ].join(' ');
  const alarmRows = alarms.map(({ id, kind, digests, workers }) => [
    `\`${id.slice(0, 12)}\``,
    plain(kind),
    digests.map((digest) => `\`${digest.slice(0, 16)}\``).join(' and '),
    plain(workers.join(' and ')),
  ]);
  const rows = trials.flatMap(({ id, point, spec, state, result }) =>
    result
      ? [
          [
            ...[String(point), String(spec.seed), `\`${id.slice(0, 12)}\``],
            ...[state, String(result.history.length), `\`${result.digest.slice(0, 16)}\``],
            again.some((one) => one.id === id) ? 'yes' : '',
          ],
        ]
      : [],
  );
  return [
    said,
    ...(alarms.length > 0 ? [table(['Trial', 'Kind', 'Digests', 'Workers'], alarmRows, 4)] : []),
    '<details><summary>All digests</summary>',
    table(['Point', 'Seed', 'Trial', 'State', 'Epochs', 'Digest', 'Trained again'], rows, 7),
    '</details>',
  ];
}
