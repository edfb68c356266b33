import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { staticBusybox } from '../../../scripts/lib/busybox.ts';
import { buildImage } from '../../../src/engine/build.ts';
import { connect } from '../../../src/engine/client.ts';
import type { Client } from '../../../src/engine/client.ts';
import { removeContainer } from '../../../src/engine/containers.ts';
import type { Endpoint } from '../../../src/engine/endpoint.ts';
import { inspectImage } from '../../../src/engine/images.ts';
import { filtersText } from '../../../src/engine/path.ts';

export const generation = process.env['STEVEDORE_TEST_GENERATION'] ?? 'old';
export const podman = generation === 'podman';

/** The bed's engine. */
export const bedEndpoint: Endpoint = {
  name: 'bed',
  url: process.env['STEVEDORE_TEST_ENGINE'] ?? '',
  source: 'test',
  host: 'localhost',
};

/** A shell and a few programs, all of one static binary. */
export const SHELL_IMAGE = 'localhost/stevedore-test/shell:1';
/** A program that sleeps, and no shell. */
export const BARE_IMAGE = 'localhost/stevedore-test/bare:1';

const programs = [
  'sh',
  'cat',
  'sleep',
  'stty',
  'echo',
  'true',
  'false',
  'dd',
  'ls',
  'touch',
  'test',
];

/** Connects to the bed's engine (or another) and makes sure that the images of these tests are on it. */
export async function testClient(endpoint: Endpoint = bedEndpoint): Promise<Client> {
  const client = await connect(endpoint);
  const there = await Promise.all(
    [SHELL_IMAGE, BARE_IMAGE].map((name) => inspectImage(client, name).then(Boolean, () => false)),
  );
  if (!there.every(Boolean)) await makeImages(client);
  return client;
}

/** A client of the bed's engine for the tests of one file, closed when these have ended. */
export async function suiteClient(): Promise<Client> {
  const client = await testClient();
  afterAll(() => client.close());
  return client;
}

/** The same with a label: the containers that have it go with the client. */
export async function labelledSuite(name: string) {
  const client = await testClient();
  const label = unique(name);
  afterAll(async () => {
    await removeLabelled(client, label);
    client.close();
  });
  return { client, label };
}

async function makeImages(client: Client): Promise<void> {
  const context = await mkdtemp(join(tmpdir(), 'stevedore-images-'));
  try {
    await mkdir(join(context, 'bin'));
    await copyFile(await staticBusybox(), join(context, 'bin/busybox'));
    for (const name of programs) await symlink('busybox', join(context, 'bin', name));
    const shell = 'FROM scratch\nCOPY bin /bin\nENV PATH=/bin\nEXPOSE 80 53/udp\nCMD ["sh"]\n';
    await writeFile(join(context, 'Dockerfile'), shell);
    await buildImage(client, { context, tags: [SHELL_IMAGE] });
    const bare = 'FROM scratch\nCOPY bin/busybox /sleep\nCMD ["/sleep", "1000"]\n';
    await buildImage(client, { context, dockerfileText: bare, tags: [BARE_IMAGE] });
  } finally {
    await rm(context, { recursive: true });
  }
}

/**
 * For builds that are not about the cache: Podman, looking there for an image, ends with "layer not known" when a test
 * beside it removes any image in that moment.
 */
export const uncached = { noCache: podman };

/** A name that no other test has. */
export const unique = (what: string) => `${what}-${randomBytes(4).toString('hex')}`;

/** Removes every container with the given label. */
export async function removeLabelled(client: Client, label: string): Promise<void> {
  const path = `/containers/json?all=1&filters=${filtersText({ label: [label] })}`;
  const answer = (await client.request({ path, as: 'json' })) as readonly { Id: string }[];
  for (const { Id } of answer) await removeContainer(client, Id, { force: true, volumes: true });
}
