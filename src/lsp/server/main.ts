#!/usr/bin/env node
import './v8.ts';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { shippedPages } from './shipped.ts';
import { startServer } from './server.ts';

// The transport (--stdio, --node-ipc, --socket=N) is read from the command line by createConnection; with none given,
// standard input and output are what a person at a shell would expect.
if (!process.argv.some((argument) => /^--(?:stdio|node-ipc|socket=|pipe=)/.test(argument)))
  process.argv.push('--stdio');

const connection = createConnection(ProposedFeatures.all);
startServer(connection, {
  debounceMs: 150,
  setTimeout,
  clearTimeout,
  pages: shippedPages(process.argv[1] ?? ''),
  env: process.env,
});
