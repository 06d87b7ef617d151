import { dirname } from 'node:path';
import { FASHION_MNIST } from '../../data/fashion-mnist.ts';
import { serverAddress } from '../../trial/client/address.ts';
import { type Command, type CommandContext, rendererOf } from '../command.ts';
import { dataExtras, type ServedImages } from '../data.ts';
import { InterruptedError, PortTakenError } from '../errors.ts';
import { isLoopback, networkOrigins, parseHost } from '../hosts.ts';
import { onInterrupt } from '../interrupt.ts';
import { pageFiles, pageTable, underHeaders } from '../page-files.ts';
import type { Renderer } from '../render.ts';
import type { Table } from '../serve-answer.ts';
import { type Server, type ServerOptions, startServer } from '../server.ts';
import { DATA_OPTION, QUIET_OPTION } from '../shared-options.ts';
import { paint } from '../terminal.ts';

const PORT = 8790;
const HOST = '127.0.0.1';

/** `gradweave harness`. */
export const harness: Command = {
  name: 'harness',
  summary: 'Serve the page to train in your own browser, until Ctrl+C',
  positionals: [],
  options: [
    {
      name: 'port',
      kind: 'int',
      range: { min: 0, max: 65_535 },
      scope: 'command',
      help: 'Port; 0 for any free one',
      defaultText: `${PORT}, or a free one if it is taken`,
    },
    {
      name: 'host',
      kind: 'string',
      scope: 'command',
      default: HOST,
      help: 'Name or address to listen on; 0.0.0.0 lets the whole network read the page and the data',
    },
    {
      name: 'allow-host',
      kind: 'string',
      scope: 'command',
      help: 'Host names that a proxy uses, with commas between them: train.example.org',
      defaultText: 'none',
    },
    {
      name: 'allow-server',
      kind: 'path',
      placeholder: 'URL',
      scope: 'command',
      defaultText: 'none',
      help: 'Server of a sweep that the page may work for, if its reader opens ?worker=URL',
    },
    DATA_OPTION,
    QUIET_OPTION,
  ],
  async run(context) {
    const { values } = context.arguments;
    const host = parseHost(values.get('host') ?? HOST);
    const allowed = (values.get('allow-host')?.split(',') ?? []).map((name) =>
      parseHost(name.trim(), 'allow-host'),
    );
    const sweep = values.get('allow-server');
    const connect = sweep === undefined ? [] : [serverAddress(sweep, '--allow-server').origin];
    const files = await pageFiles();
    // The page's own policy would forbid it.
    const page = connect.length > 0 ? await underHeaders(files) : files;
    const renderer = rendererOf(context);
    const data = await dataExtras(context, renderer);
    const interruption = onInterrupt();
    try {
      const listening = { host, allowed, connect };
      const table = pageTable(page, data.files);
      const server = await start(table, listening, values.get('port'), renderer);
      try {
        printAddress(server, data, context, renderer);
        await interruption.promise;
      } finally {
        await server.close();
      }
    } catch (error) {
      // Ctrl+C is how this command ends.
      if (!(error instanceof InterruptedError)) throw error;
    } finally {
      interruption.dispose();
    }
    return 0;
  },
};

/** Listens on the given port or fails. The usual port is replaced by a free one if it is taken. */
async function start(
  table: Table,
  listening: Pick<ServerOptions, 'host' | 'allowed' | 'connect'>,
  port: string | undefined,
  renderer: Renderer,
): Promise<Server> {
  if (port !== undefined) return startServer(table, { ...listening, port: Number(port) });
  try {
    return await startServer(table, { ...listening, port: PORT });
  } catch (error) {
    if (!(error instanceof PortTakenError)) throw error;
    const server = await startServer(table, listening);
    renderer.warn(`Port ${PORT} is in use by another program; using ${server.port}.`);
    return server;
  }
}

function printAddress(
  { origin, address, port }: Server,
  { files, published }: ServedImages,
  { terminal, arguments: { values } }: CommandContext,
  renderer: Renderer,
): void {
  const { strong } = paint(terminal.colours);
  const quiet = values.has('quiet');
  const [file] = files.values();
  const what = file
    ? `${published ? `${FASHION_MNIST} of` : 'own data in'} ${dirname(file)}`
    : 'none; the page uses the built-in garments';
  if (quiet) renderer.print(`${origin}/`);
  else renderer.print('', `  ${strong(`${origin}/`)}`, '', `Data: ${what}. Stop with Ctrl+C.`);
  if (isLoopback(address)) return;
  for (const other of networkOrigins(address, port))
    renderer.print(quiet ? `${other}/` : `In the network: ${other}/`);
  renderer.warn(
    'Everybody in the network can read the page and the data files (nothing else). ' +
      'Browsers offer WebGPU only on https:// and localhost. From another computer, use an ' +
      `HTTPS proxy, or: ssh -L ${port}:${new URL(origin).host} THIS-COMPUTER`,
  );
}
