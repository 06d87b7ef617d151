/** Programs that use a trained model, filled in with its own facts. Code is the same in all languages of the page; comments are the reader's. */
import { say } from '../words/words.ts';
import { CONTINUED, LARGEST, NEXT, PLACE, TOKENS } from './comments.ts';
import { type ModelFacts, sampleShape } from './model-facts.ts';
import { PILLOW, photoInNode, photoInPage, photoInPython } from './photo-code.ts';
import { pytorchCode } from './pytorch-code.ts';
import { gradweaveTable, onnxPythonTable, onnxWebTable } from './table-code.ts';

/** What a program is for. */
export type Kind = 'page' | 'node' | 'pytorch' | 'onnx-web' | 'onnx-python';

/** The files that a program reads. */
export interface ModelFiles {
  readonly model: string;
  readonly onnx: string;
}

/** Whether a model's file says how its samples are made: of rows of a table, early files do not. */
export const isDescribed = ({ input, table }: ModelFacts): boolean =>
  (input.image ?? input.vocabulary ?? table) !== undefined;

/** A program; undefined if there is none of this kind for the model. */
export function codeFor(kind: Kind, facts: ModelFacts, files: ModelFiles): string | undefined {
  if (!isDescribed(facts)) return undefined;
  switch (kind) {
    case 'page':
      return gradweaveCode(facts, PAGE_HEAD(files.model), photoInPage);
    case 'node':
      return gradweaveCode(
        facts,
        NODE_HEAD(files.model, facts.input.image !== undefined),
        photoInNode,
      );
    case 'pytorch':
      return pytorchCode(facts, files.model);
    case 'onnx-web':
      return onnxWebCode(facts, files.onnx);
    case 'onnx-python':
      return onnxPythonCode(facts, files.onnx);
  }
}

const quoted = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`;

const PAGE_HEAD = (file: string): string => `// npm install gradweave
// ${PLACE()}
import { Engine } from 'gradweave';
import { loadModel } from 'gradweave/checkpoint';

const engine = await Engine.create();
const file = await fetch(${quoted(file)});
const network = await loadModel(engine, new Uint8Array(await file.arrayBuffer()));
`;

const NODE_HEAD = (
  file: string,
  photo: boolean,
): string => `// npm install gradweave webgpu${photo ? ' sharp' : ''}
import { readFile } from 'node:fs/promises';
import { Engine } from 'gradweave';
import { loadModel } from 'gradweave/checkpoint';
import { useWorkingDriver } from 'gradweave/node';
${photo ? "import sharp from 'sharp';\n" : ''}
await useWorkingDriver();
const engine = await Engine.create();
const network = await loadModel(engine, await readFile(${quoted(file)}));
`;

/** An image where a model has none: it never has, see {@link isDescribed}. */
const ONE = { height: 1, width: 1, channels: 1 } as const;

function gradweaveCode(facts: ModelFacts, head: string, photo: typeof photoInPage): string {
  const { input, output } = facts;
  const end = `
network.destroy();
engine.destroy();
`;
  if (input.vocabulary) {
    const begin = input.vocabulary.includes('T') ? 'T' : input.vocabulary[0];
    return `${head}
let text = ${JSON.stringify(begin)}; // ${CONTINUED()}
for await (const more of network.generate(text, { count: 200, temperature: 0.8 })) text += more;
console.log(text);
${end}`;
  }
  if (facts.table)
    return `${head}
${gradweaveTable(facts.table)}${end}`;
  const image = input.image ?? ONE;
  const { height, width, channels } = image;
  const colours = channels === 1 ? '' : `, channels: ${channels}`;
  const best = `// ${LARGEST()}
const best = outputs.indexOf(Math.max(...outputs));
console.log(network.classes[best]);
`;
  return `${head}
${photo(facts, image)}const images = { images: pixels, count: 1, height: ${height}, width: ${width}${colours} };
const outputs = await network.predict(images);
${output.classes ? best : `console.log(outputs); // ${facts.output.target === 'input' ? say('the image, reconstructed: from 0 to 1') : say('the outputs')}\n`}${end}`;
}

const pythonList = (names: readonly string[]): string =>
  JSON.stringify(names).replaceAll('","', '", "');

function onnxWebCode(facts: ModelFacts, file: string): string {
  const { input, output } = facts;
  const shape = sampleShape(facts).join(', ');
  const head = `// npm install onnxruntime-web
// ${PLACE()}
import * as ort from 'onnxruntime-web';

const session = await ort.InferenceSession.create(${quoted(file)});
`;
  if (input.vocabulary) {
    return `${head}
// ${TOKENS()}
const tokens = new BigInt64Array(${facts.model.input[0]});
const { output } = await session.run({ input: new ort.Tensor('int64', tokens, [1, ${shape}]) });
console.log(output.dims); // ${NEXT()}
`;
  }
  if (facts.table)
    return `${head}
${onnxWebTable(facts.table)}`;
  const best = `const classes = ${pythonList(output.classes ?? [])};
const best = output.data.indexOf(Math.max(...output.data));
console.log(classes[best]);
`;
  return `${head}
${photoInPage(facts, input.image ?? ONE)}const { output } = await session.run({ input: new ort.Tensor('uint8', pixels, [1, ${shape}]) });
${output.classes ? best : 'console.log(output.data);\n'}`;
}

function onnxPythonCode(facts: ModelFacts, file: string): string {
  const { input, output } = facts;
  const shape = `(1, ${sampleShape(facts).join(', ')})`;
  const head = `# pip install onnxruntime numpy${input.image ? ' pillow' : ''}
${facts.table ? 'import json\n\n' : ''}import numpy as np
import onnxruntime as ort
${input.image ? PILLOW : ''}
session = ort.InferenceSession(${JSON.stringify(file)})
`;
  if (input.vocabulary) {
    return `${head}
# ${TOKENS()}
tokens = np.zeros(${shape}, dtype=np.int64)
[outputs] = session.run(None, {"input": tokens})
print(outputs.shape)  # ${NEXT()}
`;
  }
  if (facts.table)
    return `${head}
${onnxPythonTable(facts.table)}`;
  const best = `classes = ${pythonList(output.classes ?? [])}
print(classes[outputs[0].argmax()])
`;
  return `${head}
${photoInPython(facts, input.image ?? ONE, 'np.array(photo)[None]')}[outputs] = session.run(None, {"input": images})
${output.classes ? best : 'print(outputs)\n'}`;
}
