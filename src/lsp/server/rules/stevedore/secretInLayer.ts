import { posix } from 'node:path';
import { copiesOf, excludedFrom } from '../../context/sources.ts';
import type { Copy } from '../../context/sources.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction } from '../../parser/tree.ts';
import type { BuildContext, Finding, Rule } from '../rule.ts';
import { ignoreFix } from './ignoreFix.ts';
import { isPublic, secretOf } from './secrets.ts';
import type { Secret } from './secrets.ts';
import { shippedStages } from './shipped.ts';

/** A secret that everyone can read who gets the image. */
export const secretInLayer: Rule = {
  id: 'stevedore/secret-in-layer',
  severity: 'warning',
  title: 'A file with secrets is copied into the image',
  why: 'Whoever can pull the image can read every file of every layer, also one that a later instruction deletes. Give the build what it needs by `RUN --mount=type=secret,id=…`, give the container what it needs when it starts, and list the file in `.dockerignore` so that `COPY .` leaves it out.',
  examples: [
    {
      bad: 'FROM node:22.11.0-alpine\nWORKDIR /app\nCOPY .env ./\nRUN npm ci\n',
      good: 'FROM node:22.11.0-alpine\nWORKDIR /app\nRUN --mount=type=secret,id=env,target=/app/.env npm ci\n',
    },
    {
      bad: 'FROM alpine:3.20\nCOPY . /app\n',
      good: 'FROM alpine:3.20\nCOPY src /app\n',
      files: { '.env': 'PASSWORD=hunter2\n', 'src/main.sh': '' },
    },
    {
      bad: 'FROM nginx:1.27.3\nCOPY tls/server.pem /etc/nginx/\n',
      good: 'FROM nginx:1.27.3\nCOPY tls/ca.pem /etc/nginx/\n',
      files: {
        'tls/server.pem': '-----BEGIN PRIVATE KEY-----\n',
        'tls/ca.pem': '-----BEGIN CERTIFICATE-----\n',
      },
    },
  ],
  check(file) {
    return shippedCopies(file).flatMap((copy) =>
      copy.sources.flatMap(({ word, path }): Finding[] => {
        const secret = path === undefined ? undefined : secretOf(path);
        if (!path || !secret || secret.shows) return [];
        return [{ span: word, message: message(path, secret.holds) }];
      }),
    );
  },
  async checkContext(file, context) {
    const found = shippedCopies(file).map((copy) => secretsInside(copy, context));
    return (await Promise.all(found)).flat();
  },
};

function shippedCopies(file: Dockerfile): Copy[] {
  const shipped = file.once(shippedStages);
  return file
    .once(copiesOf)
    .filter(({ fromContext, instruction }) => fromContext && shipped.has(instruction.stage));
}

const message = (path: string, holds: string) =>
  `"${path}" holds ${holds}, which stays readable in a layer of the image. Mount it by RUN --mount=type=secret instead.`;

/** How many files are named, and how many of a kind are read to see. */
const MOST_NAMED = 3;
const MOST_READ = 50;

async function secretsInside(copy: Copy, context: BuildContext): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { word, path, wildcards } of copy.sources) {
    if (path === undefined) continue;
    const kind = wildcards ? undefined : await context.kind(path);
    if (kind === undefined && !wildcards) continue;
    if (kind !== undefined && kind !== 'directory') {
      const secret = secretOf(path);
      if (secret?.shows && (await shows(path, context)))
        findings.push({ span: word, message: message(path, secret.holds) });
      continue;
    }
    // Its own name says so already.
    const own = secretOf(path);
    if (own && !own.shows) continue;
    const names = wildcards
      ? await secretsAmong(path, context, copy.instruction)
      : await secretsBelow(path, context, excludedFrom(copy.instruction, path));
    if (names.length === 0) continue;
    const shown = names.slice(0, MOST_NAMED).map((name) => `"${name}"`);
    const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
    const file = context.ignoreFile ?? '.dockerignore';
    findings.push({
      fixes: await ignoreFix(context, names),
      span: word,
      message: `This copies ${shown.join(', ')}${more} into a layer of the image, where what is secret in it stays readable. List it in ${file}.`,
    });
  }
  return findings;
}

/** How many files and folders of a pattern are looked at. */
const MOST_MATCHES = 200;

async function secretsAmong(
  pattern: string,
  context: BuildContext,
  copy: Instruction,
): Promise<string[]> {
  const found: string[] = [];
  for (const path of await context.glob(pattern, MOST_MATCHES)) {
    if (context.ignoredBy(path) !== undefined && !context.hasExceptions) continue;
    if ((await context.kind(path)) === 'directory')
      found.push(...(await secretsBelow(path, context, excludedFrom(copy, path))));
    else if (!excludedFrom(copy, posix.dirname(path))(path)) {
      const secret = secretOf(path);
      if (!secret || context.ignoredBy(path) !== undefined) continue;
      if (!secret.shows || (await shows(path, context))) found.push(path);
    }
  }
  return found;
}

/** Of JSON files there are too many to read them all. */
const TELLING =
  /(?:^|[/._-])(?:auth|credentials?|gcp|gcloud|google|firebase|keys?|keyfile|secrets?|service[-_]?account)(?:[/._-]|$)|\.docker\/config\.json$/i;

async function secretsBelow(
  directory: string,
  context: BuildContext,
  isExcluded: (path: string) => boolean,
): Promise<string[]> {
  const { paths } = await context.sent();
  const prefix = directory === '.' ? '' : `${directory}/`;
  const found: string[] = [];
  const folders = secretFolders();
  const reads = new Map<string, number>();
  for (const path of paths) {
    if (!path.startsWith(prefix)) continue;
    const secret = secretOf(path) ?? (isPublic(path) ? undefined : folders(path));
    if (!secret || isExcluded(path)) continue;
    if (secret.shows) {
      if (path.endsWith('.json') && !TELLING.test(path)) continue;
      // There may be any number of certificates.
      const kind = posix.extname(path);
      const read = reads.get(kind) ?? 0;
      reads.set(kind, read + 1);
      if (read >= MOST_READ || !(await shows(path, context))) continue;
    }
    found.push(path);
  }
  return found;
}

/** Tells whether a folder that a file lies in holds nothing but secrets. */
function secretFolders(): (path: string) => Secret | undefined {
  const known = new Map<string, Secret | undefined>();
  const secretIn = (path: string): Secret | undefined => {
    const folder = posix.dirname(path);
    if (folder === '.') return undefined;
    if (!known.has(folder)) known.set(folder, secretOf(folder) ?? secretIn(folder));
    return known.get(folder);
  };
  return secretIn;
}

async function shows(path: string, context: BuildContext): Promise<boolean> {
  if (context.ignoredBy(path) !== undefined) return false;
  const text = await context.read(path);
  return text !== undefined && secretOf(path)?.shows?.(text) === true;
}
