import { dirname } from 'node:path';
import { FASHION_MNIST } from '../../data/fashion-mnist.ts';
import { type Command, type CommandContext, rendererOf } from '../command.ts';
import { dataExtras, type ServedImages } from '../data.ts';
import { InterruptedError, PortTakenError } from '../errors.ts';
import { isLoopback, networkOrigins, parseHost } from '../hosts.ts';
import { onInterrupt } from '../interrupt.ts';
import { pageFiles, pageTable } from '../page-files.ts';
import type { Renderer } from '../render.ts';
import type { Table } from '../serve-answer.ts';
import { type Server, type ServerOptions, startServer } from '../server.ts';
import { DATA_OPTION } from '../shared-options.ts';
import { paint } from '../terminal.ts';

const PORT = 8790;
const HOST = '127.0.0.1';

/** `gradweave harness`. */
export const harness: Command = {
  name: 'harness',
  summary: 'Serves the page, to train in a browser of one’s own, until Ctrl+C',
  positionals: [],
  options: [
    {
      name: 'port',
      kind: 'int',
      range: { min: 0, max: 65_535 },
      scope: 'command',
      help: '0 takes one that is free',
      defaultText: `${PORT}, or a free one where it is taken`,
    },
    {
      name: 'host',
      kind: 'string',
      scope: 'command',
      default: HOST,
      help: 'Name or address to listen at; 0.0.0.0 lets the whole network read the page and the data',
    },
    {
      name: 'allow-host',
      kind: 'string',
      scope: 'command',
      help: 'Names by which a proxy asks, with commas between them: train.example.org',
      defaultText: 'none',
    },
    DATA_OPTION,
  ],
  async run(context) {
    const { values } = context.arguments;
    const host = parseHost(values.get('host') ?? HOST);
    const allowed = (values.get('allow-host')?.split(',') ?? []).map((name) =>
      parseHost(name.trim(), 'allow-host'),
    );
    const page = await pageFiles();
    const renderer = rendererOf(context);
    const data = await dataExtras(context, renderer);
    const interruption = onInterrupt();
    try {
      const listening = { host, allowed };
      const table = pageTable(page, data.files);
      const server = await start(table, listening, values.get('port'), renderer);
      try {
        tell(server, data, context, renderer);
        await interruption.promise;
      } finally {
        await server.close();
      }
    } catch (error) {
      // This command has no other end; it is what was wanted.
      if (!(error instanceof InterruptedError)) throw error;
    } finally {
      interruption.dispose();
    }
    return 0;
  },
};

/** A port that was asked for is taken or refused; the usual one can be replaced. */
async function start(
  table: Table,
  listening: Pick<ServerOptions, 'host' | 'allowed'>,
  port: string | undefined,
  renderer: Renderer,
): Promise<Server> {
  if (port !== undefined) return startServer(table, { ...listening, port: Number(port) });
  try {
    return await startServer(table, { ...listening, port: PORT });
  } catch (error) {
    if (!(error instanceof PortTakenError)) throw error;
    const server = await startServer(table, listening);
    renderer.warn(`Port ${PORT} is taken by another program; this one takes ${server.port}.`);
    return server;
  }
}

function tell(
  { origin, address, port }: Server,
  { files, published }: ServedImages,
  { terminal }: CommandContext,
  renderer: Renderer,
): void {
  const { strong } = paint(terminal.colours);
  const [file] = files.values();
  const what = file
    ? `${published ? `${FASHION_MNIST} of` : 'images of unknown origin in'} ${dirname(file)}`
    : 'none served; the page draws its own garments';
  renderer.print('', `  ${strong(`${origin}/`)}`, '', `Data: ${what}. Stop with Ctrl+C.`);
  if (isLoopback(address)) return;
  for (const other of networkOrigins(address, port)) renderer.print(`In the network: ${other}/`);
  renderer.warn(
    'Everybody in the network can read the page and the data files (nothing else). ' +
      'Browsers have WebGPU only at https:// and localhost: from another computer, go through a ' +
      `proxy with HTTPS, or: ssh -L ${port}:${new URL(origin).host} THIS-COMPUTER`,
  );
}
