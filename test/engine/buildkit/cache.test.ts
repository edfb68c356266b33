import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../../src/engine/client.ts';
import { cacheRecords, pruneCache } from '../../../src/engine/buildkit/cache.ts';
import { total, wishedFor } from '../../../src/engine/buildkit/cacheModel.ts';
import type { CacheRecord } from '../../../src/engine/buildkit/cacheModel.ts';
import { asFrontend } from '../../../src/engine/buildkit/gateway.ts';
import { Bridge } from '../../../src/engine/buildkit/control.ts';
import { textServices } from '../../../src/engine/buildkit/services/texts.ts';
import { builderInfo } from '../../../src/engine/buildkit/info.ts';
import { hasBuildkit, recent } from '../support/buildkit.ts';
import { SHELL_IMAGE, suiteClient, testClient, unique } from '../support/engine.ts';
import { privateEngine } from '../support/privateEngine.ts';

const client = await suiteClient();

const names = (records: readonly CacheRecord[]) => records.map(({ id }) => id);

describe.runIf(recent)('the build cache', () => {
  let client: Client;
  // Of an engine of its own: what other tests build at the same time would lose its cache.
  beforeAll(async () => {
    const engine = await privateEngine();
    client = await testClient(engine.endpoint);
    return async () => {
      client.close();
      await engine.end();
    };
  });

  /** Runs a step without making an image of it, and answers what the builder keeps of it. */
  async function step(kilobytes: number): Promise<CacheRecord> {
    const mark = unique('cached');
    await solve(
      `FROM ${SHELL_IMAGE}\nRUN dd if=/dev/zero of=/${mark} bs=1024 count=${kilobytes}\n`,
    );
    const found = (await cacheRecords(client)).find((one) => one.description.includes(mark));
    if (!found) throw new Error(`nothing is kept of ${mark}`);
    return found;
  }

  /** Builds a Dockerfile without making an image of it. */
  async function solve(text: string): Promise<void> {
    await asFrontend(
      client,
      {
        name: 'x',
        sharedKey: 'x',
        services: textServices({ dockerfile: { Dockerfile: text } }),
        onProblem: () => {},
      },
      (frontend) =>
        frontend.call(Bridge.Solve, {
          frontend: 'dockerfile.v0',
          frontendOpt: { filename: 'Dockerfile' },
          allowResultReturn: true,
          allowResultArrayRef: true,
          evaluate: true,
        }),
    );
  }
  beforeEach(async () => {
    await pruneCache(client, { all: true });
  });

  it('is told by what it is, how large and when used', async () => {
    const before = Date.now();
    const record = await step(300);
    expect(record).toMatchObject({ kind: 'step', inUse: false, shared: false });
    expect(record.size).toBeGreaterThanOrEqual(300 * 1024);
    expect(Math.abs((record.lastUsed ?? record.created) - before)).toBeLessThan(60_000);
    expect(record.created).toBeGreaterThan(0);
    const all = await cacheRecords(client);
    expect(all.map(({ size }) => size)).toEqual(all.map(({ size }) => size).sort((a, b) => b - a));
    expect(all.some(({ kind }) => kind === 'context')).toBe(true);
  });

  it('loses the records that are named, and no other', async () => {
    const goes = await step(200);
    const stays = await step(100);
    const told: string[] = [];
    const { records, freed } = await pruneCache(client, { ids: [goes.id] }, (record) =>
      told.push(record.id),
    );
    expect(names(records)).toEqual([goes.id]);
    expect(told).toEqual([goes.id]);
    expect(freed).toBeGreaterThanOrEqual(200 * 1024);
    const left = names(await cacheRecords(client));
    expect(left).not.toContain(goes.id);
    expect(left).toContain(stays.id);
  });

  it('keeps what was used lately', async () => {
    const record = await step(50);
    await pruneCache(client, { olderThan: 3_600_000 });
    expect(names(await cacheRecords(client))).toContain(record.id);
    await pruneCache(client, { olderThan: 1 });
    expect(names(await cacheRecords(client))).not.toContain(record.id);
  });

  it('keeps a record that is named while another one is made of it', async () => {
    const lower = unique('lower');
    const run = (mark: string) => `RUN echo ${mark} > /${mark}`;
    await solve(`FROM ${SHELL_IMAGE}\n${run(lower)}\n${run(unique('upper'))}\n`);
    const records = await cacheRecords(client);
    const named = records.filter(({ description }) => description.includes(lower));
    expect(named).toHaveLength(1);
    const wish = { ids: names(named) };
    expect(wishedFor(records, wish, 0)).toEqual([]);
    expect((await pruneCache(client, wish)).records).toEqual([]);
  });

  it('is cut to a size, what was used longest ago first', async () => {
    const first = await step(900);
    const second = await step(400);
    const keepBytes = total(await cacheRecords(client)) - 100 * 1024;
    await pruneCache(client, { keepBytes });
    const left = await cacheRecords(client);
    expect(total(left)).toBeLessThanOrEqual(keepBytes);
    expect(names(left)).toContain(second.id);
    expect(names(left)).not.toContain(first.id);
  });

  it('goes altogether', async () => {
    await step(10);
    const { freed } = await pruneCache(client, { all: true });
    expect(freed).toBeGreaterThan(0);
    expect(total((await cacheRecords(client)).filter(({ inUse }) => !inUse))).toBe(0);
  });
});

describe.runIf(hasBuildkit)('a builder', () => {
  it('says what it builds for', async () => {
    const { platforms } = await builderInfo(client);
    expect(platforms[0]).toMatch(/^linux\/(amd64|arm64)/);
  });
  it('lists its cache, whatever its age', async () => {
    await expect(cacheRecords(client)).resolves.toBeInstanceOf(Array);
    await expect(pruneCache(client, { ids: ['nosuchrecord'] })).resolves.toEqual({
      records: [],
      freed: 0,
    });
  });
});

describe.runIf(!hasBuildkit)('an engine without BuildKit', () => {
  it('has no cache to tell of', async () => {
    await expect(cacheRecords(client)).rejects.toMatchObject({ reason: 'not-supported' });
    await expect(builderInfo(client)).rejects.toMatchObject({ reason: 'not-supported' });
  });
});
