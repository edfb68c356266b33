import { PassThrough } from 'node:stream';
import {
  createConnection,
  createProtocolConnection,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { expect, it } from 'vitest';
import { parseDocument } from '../../../src/lsp/server/documents.ts';
import { createRegister } from '../../../src/lsp/server/on.ts';

it('answers the fallback when a feature throws, and logs the request, the document and the error', async () => {
  const up = new PassThrough();
  const down = new PassThrough();
  const server = createConnection(new StreamMessageReader(up), new StreamMessageWriter(down));
  const client = createProtocolConnection(
    new StreamMessageReader(down),
    new StreamMessageWriter(up),
  );
  const logged: [string, unknown][] = [];
  const parsed = parseDocument(TextDocument.create('file:///D', 'dockerfile', 1, 'FROM a\n'));
  const on = createRegister(
    server,
    () => parsed,
    (...entry) => void logged.push(entry),
  );
  const fault = new RangeError('broken');
  on(DocumentSymbolRequest.type, [], () => {
    throw fault;
  });
  on(FoldingRangeRequest.type, [], () => Promise.reject(fault));
  server.onInitialize(() => ({ capabilities: {} }));
  server.listen();
  client.listen();
  await client.sendRequest('initialize', { processId: null, rootUri: null, capabilities: {} });
  const textDocument = { uri: 'file:///D' };
  expect(await client.sendRequest(DocumentSymbolRequest.type, { textDocument })).toEqual([]);
  expect(await client.sendRequest(FoldingRangeRequest.type, { textDocument })).toEqual([]);
  expect(logged).toEqual([
    ['textDocument/documentSymbol file:///D', fault],
    ['textDocument/foldingRange file:///D', fault],
  ]);
  client.dispose();
  server.dispose();
});
