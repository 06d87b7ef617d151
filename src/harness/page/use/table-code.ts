/** Programs for models that learned from a table: they take a row as it is in the table. */
import type { TableFacts } from '../../own/table-text.ts';
import { absent, LARGEST } from './comments.ts';
import { hasLogits, type ModelFacts } from './model-facts.ts';

/** A text as JavaScript and Python have it. */
const text = (value: string): string => JSON.stringify(value);

/** A row to begin with: of numbers the mean, of texts the first value. */
const exampleOf = ({ columns }: TableFacts): (readonly [string, string])[] =>
  columns.map((column) => [
    column.name,
    'values' in column ? text(column.values[0]) : String(Number(column.mean.toPrecision(4))),
  ]);

/** A name as the key of an object in JavaScript. */
function keyOf(name: string): string {
  if (name === '__proto__') return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : text(name);
}

/** Lines of a list's or an object's entries. */
const lines = (entries: readonly string[], indent: string): string =>
  entries.map((entry) => `${indent}${entry},\n`).join('');

const jsRow = (table: TableFacts): string =>
  `const row = { // ${absent('null')}
${lines(
  exampleOf(table).map(([name, value]) => `${keyOf(name)}: ${value}`),
  '  ',
)}};
`;

/** The inputs of a row: of texts, one for each value. A text that the network has never seen is an error, as a column without a value is. */
const JS_INPUTS = `const inputs = columns.flatMap(({ name, mean, values }) => {
  const value = row[name];
  const isKnown = values ? values.includes(value) : Number.isFinite(value);
  if (value !== null && !isKnown) {
    const known = values ? \`one of \${JSON.stringify(values)}\` : 'a number';
    throw new Error(\`\${name} is \${JSON.stringify(value)}, and has to be \${known}, or null\`);
  }
  return values ? values.map((one) => Number(value === one)) : [value ?? mean];
});
`;

/** What follows `network`: its file tells of the columns, and it standardises the inputs itself. */
export function gradweaveTable(table: TableFacts): string {
  const { target } = table;
  const end =
    'classes' in target
      ? `// ${LARGEST()}
const best = outputs.indexOf(Math.max(...outputs));
console.log(network.classes[best]);
`
      : `console.log(outputs[0] * target.deviation + target.mean); // ${comment(target.name)}
`;
  const parts = 'classes' in target ? '{ columns }' : '{ columns, target }';
  return `const ${parts} = JSON.parse(network.description.metadata.table);
${jsRow(table)}${JS_INPUTS}const outputs = await network.predict([inputs]);
${end}`;
}

/** What follows `session`, for ONNX Runtime in a page, which does not show the file's metadata. */
export function onnxWebTable(table: TableFacts): string {
  const { columns, target } = table;
  const entries = columns.map((column) =>
    'values' in column
      ? `{ name: ${text(column.name)}, values: ${JSON.stringify(column.values).replaceAll('","', '", "')} }`
      : `{ name: ${text(column.name)}, mean: ${column.mean} }`,
  );
  const count = columns.reduce(
    (sum, column) => sum + ('values' in column ? column.values.length : 1),
    0,
  );
  const end =
    'classes' in target
      ? `const classes = ${JSON.stringify(target.classes).replaceAll('","', '", "')};
const best = output.data.indexOf(Math.max(...output.data));
console.log(classes[best]);
`
      : `console.log(output.data[0]); // ${comment(target.name)}
`;
  return `const columns = [
${lines(entries, '  ')}];
${jsRow(table)}${JS_INPUTS}const floats = Float32Array.from(inputs);
const { output } = await session.run({ input: new ort.Tensor('float32', floats, [1, ${count}]) });
${end}`;
}

const pythonRow = (table: TableFacts): string =>
  `row = {  # ${absent('None')}
${lines(
  exampleOf(table).map(([name, value]) => `${text(name)}: ${value}`),
  '    ',
)}}
`;

/** @param number a column's number, in Python */
const pythonInputs = (number: string): string => `inputs = []
for column in table["columns"]:
    name = column["name"]
    value = row[name]
    if "values" in column:
        if value not in [None, *column["values"]]:
            raise ValueError(f"{name} is {value!r}, and has to be one of {column['values']}, or None")
        inputs += [float(value == one) for one in column["values"]]
    else:
        value = column["mean"] if value is None else value
        inputs.append(${number})
`;

/** What follows `session`. */
export function onnxPythonTable(table: TableFacts): string {
  const { target } = table;
  const end =
    'classes' in target
      ? `classes = ${JSON.stringify(target.classes).replaceAll('","', '", "')}
print(classes[outputs[0].argmax()])
`
      : `print(outputs[0][0])  # ${comment(target.name)}
`;
  return `table = json.loads(session.get_modelmeta().custom_metadata_map["table"])
${pythonRow(table)}${pythonInputs('value')}[outputs] = session.run(None, {"input": np.array([inputs], dtype=np.float32)})
${end}`;
}

/** What follows `network`, the modules of PyTorch with their weights: they take standardised inputs. */
export function pytorchTable(facts: ModelFacts, table: TableFacts, file: string): string {
  const { target } = table;
  const end =
    'classes' in target
      ? `classes = ${JSON.stringify(target.classes).replaceAll('","', '", "')}
print(classes[outputs[0].argmax()])
`
      : `target = table["target"]
print(outputs[0].item() * target["deviation"] + target["mean"])  # ${comment(target.name)}
`;
  return `with safe_open(${text(file)}, "pt") as model:
    table = json.loads(model.metadata()["table"])
${pythonRow(table)}${pythonInputs('(value - column["mean"]) / column["deviation"]')}with torch.no_grad():
    outputs = network(torch.tensor([inputs]))${hasLogits(facts) ? '.softmax(1)' : ''}
${end}`;
}

/** A text that ends no comment. */
const comment = (given: string): string => given.replace(/\s+/gu, ' ');
