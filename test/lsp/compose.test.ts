import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Location } from 'vscode-languageserver/node';
import { DefinitionRequest, DocumentLinkRequest, HoverRequest } from 'vscode-languageserver/node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Session } from './harness.ts';
import { connect } from './harness.ts';

const FILES: Readonly<Record<string, string>> = {
  'web/Dockerfile': 'ARG VERSION=1\nFROM a:$VERSION AS base\nARG LEVEL\nFROM base AS Final\n',
  'web/dev.Dockerfile': 'FROM a\n',
  Dockerfile: 'FROM a AS one\n',
};
const COMPOSE = `services:
  short:
    build: ./web
  long:
    build:
      context: web
      dockerfile: "dev.Dockerfile"
  full:
    build:
      context: ./web
      target: final
      args:
        VERSION: 2
        LEVEL: x
        OTHER: y
  list:
    build:
      target: one
      args:
        - 'NOTHING=1'
  elsewhere:
    build: https://example.org/x.git
  gone:
    build: ./none
  inline:
    build:
      dockerfile_inline: FROM a
      target: one
  image:
    image: web
`;

let root: string;
let session: Session;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'stevedore-compose-'));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  session = await connect();
});
afterAll(async () => {
  await session.close();
  rmSync(root, { recursive: true });
});

const uriOf = (path: string) => pathToFileURL(join(root, path)).href;
const open = (text: string) => session.open(text, 'yaml', uriOf('compose.yaml'));

it('links builds to Dockerfiles, their stages and arguments', async () => {
  const doc = await open(COMPOSE);
  const links = (await doc.request(DocumentLinkRequest.type)) ?? [];
  expect(links.map(({ range, target }) => [doc.text(range), target])).toEqual([
    ['./web', uriOf('web/Dockerfile')],
    ['dev.Dockerfile', uriOf('web/dev.Dockerfile')],
    ['./web', uriOf('web/Dockerfile')],
    ['final', `${uriOf('web/Dockerfile')}#L4,14`],
    ['VERSION', `${uriOf('web/Dockerfile')}#L1,5`],
    ['LEVEL', `${uriOf('web/Dockerfile')}#L3,5`],
    ['one', `${uriOf('Dockerfile')}#L1,11`],
  ]);
  await doc.shut();
});

it('follows aliases and merged mappings, and tells each place once', async () => {
  const doc = await open(`x-build: &build
  context: ./web
  dockerfile: dev.Dockerfile
x-web: &web web
x-args: &args
  VERSION: 1
services:
  one: &one
    build:
      <<: [*build]
      dockerfile: Dockerfile
      target: base
      args:
        <<: *args
        LEVEL: x
  same:
    <<: *one
  whole:
    build: *build
  word:
    build:
      context: *web
      target: final
  none:
    build: *unknown
`);
  const links = (await doc.request(DocumentLinkRequest.type)) ?? [];
  expect(links.map(({ range, target }) => [doc.text(range), target])).toEqual([
    ['Dockerfile', uriOf('web/Dockerfile')],
    ['base', `${uriOf('web/Dockerfile')}#L2,20`],
    ['LEVEL', `${uriOf('web/Dockerfile')}#L3,5`],
    ['VERSION', `${uriOf('web/Dockerfile')}#L1,5`],
    ['dev.Dockerfile', uriOf('web/dev.Dockerfile')],
    ['web', uriOf('web/Dockerfile')],
    ['final', `${uriOf('web/Dockerfile')}#L4,14`],
  ]);
  await doc.shut();
});

it('finds the definition of a stage and an argument, as an open editor has them', async () => {
  const dockerfile = await session.open(
    '# one more line\nARG VERSION\nFROM a AS final\n',
    'dockerfile',
    uriOf('web/Dockerfile'),
  );
  const doc = await open(COMPOSE);
  const at = async (marker: string) =>
    (await doc.at(DefinitionRequest.type, marker)) as Location | null;
  expect(await at('final')).toMatchObject({ uri: dockerfile.uri, range: { start: { line: 2 } } });
  expect(await at('VERSION')).toMatchObject({ uri: dockerfile.uri, range: { start: { line: 1 } } });
  expect(await at('dev.Dock')).toMatchObject({ uri: uriOf('web/dev.Dockerfile') });
  expect(await at('OTHER')).toBeNull();
  expect(await at('image: web')).toBeNull();
  await dockerfile.shut();
  await doc.shut();
});

it.each([
  '',
  'services: 1',
  'services:\n  a:\n    build: [x]\n',
  'services:\n  a: *b\n',
  'a: &a [*a]\nservices: *a\n',
  'services: &a\n  <<: *a\n  a: &b\n    build: *b\n',
  'services:\n  a: &b\n    <<: [*b, *a]\n    build: { <<: *b }\n    context: *b\n',
  '\tservices: {',
  'services:\n  a:\n    build:\n      context: $X\n      dockerfile: Dockerfile\n',
  '- services',
])('is silent about %j', async (text) => {
  const doc = await open(text);
  expect(await doc.request(DocumentLinkRequest.type)).toEqual([]);
  expect(await doc.request(HoverRequest.type, { position: { line: 0, character: 0 } })).toBeNull();
  await doc.shut();
  expect(session.logs.filter((line) => line.includes('Error'))).toEqual([]);
});

it('takes no compose file for a Dockerfile: nothing is reported in it', async () => {
  const doc = await open(COMPOSE);
  await doc.request(DocumentLinkRequest.type);
  await doc.shut();
  expect(
    session.published.filter(({ uri, diagnostics }) => uri === doc.uri && diagnostics.length > 0),
  ).toEqual([]);
});
