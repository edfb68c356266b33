#!/usr/bin/env node
import './v8.ts';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { packageVersion, shippedPages } from './shipped.ts';
import { startServer } from './server.ts';

const HELP = `A language server for Dockerfiles, ignore files of builds and compose files. Editors start it.

Usage: stevedore-language-server [options]

Options:
  --stdio         speak over standard input and output (default)
  --node-ipc      speak over the channel to the Node process that has started this one
  --socket=PORT   connect to this port of the machine
  --pipe=NAME     connect to this socket or named pipe
  --version       print the version and exit
  --help          print this and exit

stevedore-check --help tells of the same checks at the command line.
`;

const program = process.argv[1] ?? '';
const given = new Set(process.argv.slice(2));
if (given.has('--help') || given.has('-h')) process.stdout.write(HELP);
else if (given.has('--version') || given.has('-v'))
  process.stdout.write(`stevedore-language-server ${packageVersion(program)}\n`);
else serve();

function serve(): void {
  // The transport (--stdio, --node-ipc, --socket=N) is read from the command line by createConnection; with none given,
  // standard input and output are what a person at a shell would expect.
  if (!process.argv.some((argument) => /^--(?:stdio|node-ipc|socket=|pipe=)/.test(argument)))
    process.argv.push('--stdio');
  // A session ends by `exit`. Without one nothing is left to do where no client could be reached, or it has gone.
  process.once('beforeExit', () => {
    process.stderr.write('stevedore-language-server: there is no client, or it has gone\n');
    process.exitCode = 1;
  });
  startServer(createConnection(ProposedFeatures.all), {
    debounceMs: 150,
    setTimeout,
    clearTimeout,
    pages: shippedPages(program),
    env: process.env,
  });
}
