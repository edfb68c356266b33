import { PassThrough } from 'node:stream';
import {
  createConnection,
  createProtocolConnection,
  ErrorCodes,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { expect, it } from 'vitest';
import { startServer } from '../../src/lsp/server/server.ts';

const REQUESTS: [string, object][] = [
  [
    'textDocument/hover',
    { textDocument: { uri: 'file:///D' }, position: { line: 0, character: 0 } },
  ],
  ['completionItem/resolve', { label: 'x' }],
  ['workspace/executeCommand', { command: 'x' }],
  ['nobody/knows', {}],
];

it('refuses requests before initialize and after shutdown, and unknown ones in between', async () => {
  const up = new PassThrough();
  const down = new PassThrough();
  const server = createConnection(new StreamMessageReader(up), new StreamMessageWriter(down));
  startServer(server, { debounceMs: 5, setTimeout, clearTimeout, pages: 'file:///', env: {} });
  const client = createProtocolConnection(
    new StreamMessageReader(down),
    new StreamMessageWriter(up),
  );
  const logs: unknown[] = [];
  client.onNotification('window/logMessage', (params) => void logs.push(params));
  client.listen();
  const early = REQUESTS.map(async ([method, params]) => client.sendRequest(method, params));
  const codes = (results: PromiseSettledResult<unknown>[]) =>
    results.map((one) => (one.status === 'rejected' ? (one.reason as { code: number }).code : 0));
  expect(codes(await Promise.allSettled(early))).toEqual(
    REQUESTS.map(() => ErrorCodes.ServerNotInitialized),
  );
  await client.sendRequest('initialize', { processId: null, rootUri: null, capabilities: {} });
  const open = await Promise.allSettled(REQUESTS.map(async ([m, p]) => client.sendRequest(m, p)));
  expect(codes(open)).toEqual([0, 0, 0, ErrorCodes.MethodNotFound]);
  await client.sendRequest('shutdown');
  const late = await Promise.allSettled(REQUESTS.map(async ([m, p]) => client.sendRequest(m, p)));
  expect(codes(late)).toEqual(REQUESTS.map(() => ErrorCodes.InvalidRequest));
  expect(logs).toEqual([]);
  client.dispose();
  server.dispose();
});
