import { execFileSync } from 'node:child_process';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openBlobs } from '../../../../src/engine/buildkit/content/blobs.ts';
import { parseDigest } from '../../../../src/engine/buildkit/content/digest.ts';
import { findManifest, putManifest } from '../../../../src/engine/buildkit/content/layoutIndex.ts';
import { parseLayout, withRoot } from '../../../../src/engine/buildkit/content/layoutName.ts';
import { EmptySchema } from '../../../../src/engine/buildkit/proto/common_pb.ts';
import * as content from '../../../../src/engine/buildkit/proto/content_pb.ts';
import { contentServices } from '../../../../src/engine/buildkit/services/content.ts';
import type { EngineError } from '../../../../src/engine/errors.ts';
import { engineSide } from './support/engineSide.ts';

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'stevedore-content-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return dir;
}

const hexOf = (text: string) => createHash('sha256').update(text).digest('hex');
const digestOf = (text: string) => `sha256:${hexOf(text)}`;

/** Puts a blob into a folder. */
function put(root: string, text: string, name = hexOf(text)): void {
  mkdirSync(join(root, 'blobs/sha256'), { recursive: true });
  writeFileSync(join(root, 'blobs/sha256', name), text);
}

const SERVICE = '/containerd.services.content.v1.Content';
const methods = {
  info: {
    path: `${SERVICE}/Info`,
    input: content.InfoRequestSchema,
    output: content.InfoResponseSchema,
  },
  read: {
    path: `${SERVICE}/Read`,
    input: content.ReadContentRequestSchema,
    output: content.ReadContentResponseSchema,
  },
  write: {
    path: `${SERVICE}/Write`,
    input: content.WriteContentRequestSchema,
    output: content.WriteContentResponseSchema,
  },
  abort: {
    path: `${SERVICE}/Abort`,
    input: content.AbortRequestSchema,
    output: EmptySchema,
  },
};

/** The engine's side of a build that was given one folder. */
async function served(root: string, writable = true) {
  const failures: EngineError[] = [];
  const passed: EngineError[] = [];
  const blobs = openBlobs(root);
  const stores = new Map([['local:/x', { blobs, writable, isCache: writable }]]);
  const services = contentServices(stores, (error, passedOver) =>
    (passedOver ? passed : failures).push(error),
  );
  const { engine, close } = await engineSide(services);
  onTestFinished(close);
  const metadata = { 'buildkit-attachable-store-id': 'local:/x' };
  return {
    failures,
    passed,
    blobs,
    info: (digest: string) => engine.call(methods.info, { digest }, { metadata }),
    async read(digest: string, offset = 0n, size = 0n) {
      const parts: Buffer[] = [];
      for await (const { data, offset: at } of engine.stream(
        methods.read,
        { digest, offset, size },
        { metadata },
      )) {
        expect(at).toBe(BigInt(Buffer.concat(parts).length));
        parts.push(Buffer.from(data));
      }
      return Buffer.concat(parts).toString();
    },
    /** Sends messages one after the other, each once the one before is answered. */
    async write(
      ...requests: readonly MessageInitShape<typeof content.WriteContentRequestSchema>[]
    ) {
      const conversation = engine.converse(methods.write, { metadata });
      const answers = conversation.messages[Symbol.asyncIterator]();
      const told: { offset: number; digest: string }[] = [];
      for (const request of requests) {
        await conversation.send(request);
        const { value, done } = await answers.next();
        if (done) throw new Error('the write ended');
        told.push({ offset: Number(value.offset), digest: value.digest });
      }
      return {
        told,
        end: async () => {
          conversation.end();
          await answers.next();
        },
      };
    },
    abort: () => engine.call(methods.abort, { ref: 'x' }, { metadata }),
    ofAnother: () =>
      engine.call(
        methods.info,
        { digest: digestOf('') },
        { metadata: { 'buildkit-attachable-store-id': 'oci:other' } },
      ),
  };
}

const [STAT, WRITE, COMMIT] = [0, 1, 2];
const bytes = (text: string) => new Uint8Array(Buffer.from(text));

describe('digests', () => {
  it.each([
    '',
    'sha256',
    'sha256:',
    'sha256:../../../etc/passwd',
    `sha256:${'A'.repeat(64)}`,
    `sha256:${'a'.repeat(63)}`,
    `sha512:${'a'.repeat(64)}`,
    `../x:${'a'.repeat(64)}`,
    `__proto__:${'a'.repeat(64)}`,
    `sha256:${'a'.repeat(64)}\n`,
  ])('that are none: %j', (text) => {
    expect(parseDigest(text)).toBeUndefined();
  });
});

describe('a folder of content', () => {
  it('is read by digest, whole and in parts', async () => {
    const root = folder();
    const text = 'x'.repeat(2_500_000) + 'end';
    put(root, text);
    const engine = await served(root, false);
    const { info } = await engine.info(digestOf(text));
    expect(info).toMatchObject({ digest: digestOf(text), size: BigInt(text.length) });
    expect(await engine.read(digestOf(text))).toBe(text);
    expect(await engine.read(digestOf(text), BigInt(text.length - 3))).toBe('end');
    expect(await engine.read(digestOf(text), 2_499_999n, 2n)).toBe('xe');
    expect(await engine.read(digestOf(text), BigInt(text.length), 10n)).toBe('');
    await expect(engine.read(digestOf(text), BigInt(text.length + 1))).rejects.toMatchObject({
      code: 11,
    });
    await expect(engine.ofAnother()).rejects.toMatchObject({ code: 5 });
    expect(engine.failures).toEqual([]);
  });

  it('has nothing by a wrong name', async () => {
    const engine = await served(folder());
    await expect(engine.info('sha256:../../etc/passwd')).rejects.toMatchObject({ code: 3 });
    await expect(engine.read('sha256:../../etc/passwd')).rejects.toMatchObject({ code: 3 });
    await expect(engine.info(digestOf('x'))).rejects.toMatchObject({ code: 5 });
    await expect(engine.write({ ref: '' })).rejects.toMatchObject({ code: 3 });
    await engine.abort();
  });

  it('gives nothing that is not what its name says', async () => {
    const root = folder();
    put(root, 'forged', hexOf('true'));
    const [cache, layout] = [await served(root), await served(root, false)];
    for (const engine of [cache, layout])
      await expect(engine.read(digestOf('true'))).rejects.toThrow(/damaged/);
    const reasons = ({ failures, passed }: typeof cache) =>
      [failures, passed].map((errors) => errors.map(({ reason }) => reason));
    expect(reasons(layout)).toEqual([['bad-request'], []]);
    // A build goes on without its cache.
    expect(reasons(cache)).toEqual([[], ['bad-request']]);
  });

  it('ends where it ends, whatever its links say', async () => {
    const [root, elsewhere] = [folder(), folder()];
    put(elsewhere, 'secret');
    mkdirSync(join(root, 'blobs/sha256'), { recursive: true });
    const blob = join('blobs/sha256', hexOf('secret'));
    symlinkSync(join(elsewhere, blob), join(root, blob));
    symlinkSync(join(elsewhere, 'blobs/sha256'), join(root, 'blobs/sha512'));
    const engine = await served(root);
    await expect(engine.read(digestOf('secret'))).rejects.toMatchObject({ code: 5 });
    // A link in the place of what is written makes way for it.
    await engine.write({ ref: 'x' }, { action: COMMIT, data: bytes('secret') });
    expect(await engine.read(digestOf('secret'))).toBe('secret');
    const linked = folder();
    symlinkSync(elsewhere, join(linked, 'ingest'));
    const other = await served(linked);
    await expect(other.write({ ref: 'x' })).rejects.toThrow(/no directory/);
    expect(readdirSync(elsewhere)).toEqual(['blobs']);
  });

  it('takes what comes in parts, once it is what was announced', async () => {
    const root = join(folder(), 'made/for it');
    const engine = await served(root);
    const [expected, total] = [digestOf('one two'), 7n];
    const { told } = await engine.write(
      { ref: 'a', action: STAT, expected, total },
      { action: WRITE, offset: 0n, data: bytes('one') },
      { action: STAT },
      { action: WRITE, offset: 3n, data: bytes(' two') },
      { action: COMMIT, offset: 7n, expected, total },
    );
    expect(told.map(({ offset }) => offset)).toEqual([0, 3, 3, 7, 7]);
    expect(told.at(-1)?.digest).toBe(expected);
    expect(await engine.read(expected)).toBe('one two');
    await expect(engine.write({ ref: 'b', expected, total })).rejects.toMatchObject({ code: 6 });
    await engine.blobs.close();
    expect(readdirSync(root)).toEqual(['blobs']);
  });

  it('begins anew where it is told to, and replaces what is not whole', async () => {
    const root = folder();
    put(root, 'tr', hexOf('true'));
    const engine = await served(root);
    const expected = digestOf('true');
    await engine.write(
      { ref: 'a', expected, total: 4n },
      { action: WRITE, data: bytes('false') },
      { action: WRITE, offset: 0n, data: bytes('true') },
      { action: COMMIT, offset: 4n, expected, total: 4n },
    );
    expect(await engine.read(expected)).toBe('true');
  });

  it.each([
    ['another digest', { action: COMMIT, expected: digestOf('x'), data: bytes('y') }, 9],
    ['another size', { action: COMMIT, total: 5n, data: bytes('y') }, 9],
    ['a gap', { action: WRITE, offset: 5n, data: bytes('y') }, 11],
    ['a foreign algorithm', { action: COMMIT, expected: 'md5:00', data: bytes('y') }, 3],
  ])('keeps nothing of a write with %s', async (_what, request, code) => {
    const root = folder();
    const engine = await served(root);
    await expect(engine.write({ ref: 'x' }, request)).rejects.toMatchObject({ code });
    await expect.poll(() => readdirSync(join(root, 'ingest'))).toEqual([]);
    await engine.blobs.close();
    expect(readdirSync(root)).toEqual([]);
  });

  it('has nothing unfinished in it once the build has ended', async () => {
    const root = folder();
    const engine = await served(root);
    await engine.write({ ref: 'x' }, { action: WRITE, data: bytes('half') });
    expect(readdirSync(join(root, 'ingest'))).toHaveLength(1);
    await engine.blobs.close();
    expect(readdirSync(root)).toEqual([]);
  });

  it('is written by one at a time under one name, and not at all where it is only read', async () => {
    const root = folder();
    const engine = await served(root);
    const first = await engine.write({ ref: 'x' });
    await expect(engine.write({ ref: 'x' })).rejects.toMatchObject({ code: 14 });
    await first.end();
    await engine.write({ ref: 'x' }, { action: COMMIT, data: bytes('later') });
    expect(readdirSync(join(root, 'ingest'))).toEqual([]);
    const readOnly = await served(folder(), false);
    await expect(readOnly.write({ ref: 'x' })).rejects.toMatchObject({ code: 7 });
  });
});

describe('the index of a layout', () => {
  const entry = (text: string, annotations?: object) => ({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: digestOf(text),
    size: text.length,
    ...(annotations && { annotations }),
  });
  const [TAG, NAME] = ['org.opencontainers.image.ref.name', 'io.containerd.image.name'];
  const write = (root: string, index: object | string) =>
    writeFileSync(
      join(root, 'index.json'),
      typeof index === 'string' ? index : JSON.stringify(index),
    );

  it('finds what is called so', async () => {
    const root = folder();
    expect(await findManifest(root, 'latest')).toBeUndefined();
    expect(await findManifest(join(root, 'none'), 'latest')).toBeUndefined();
    write(root, {
      manifests: [
        entry('a', { [TAG]: '1' }),
        entry('b', { [NAME]: '1', [TAG]: 'other' }),
        entry('c', { [TAG]: '2' }),
        { digest: 'sha256:../../x', annotations: { [TAG]: '3' } },
      ],
    });
    expect(await findManifest(root, '1')).toBe(digestOf('b'));
    expect(await findManifest(root, '2')).toBe(digestOf('c'));
    expect(await findManifest(root, '3')).toBeUndefined();
    expect(await findManifest(root, 'latest', true)).toBeUndefined();
    write(root, { manifests: [entry('only')] });
    expect(await findManifest(root, 'latest')).toBeUndefined();
    expect(await findManifest(root, 'latest', true)).toBe(digestOf('only'));
  });

  it.each(['', '[]', '{', 'null'])('that is none is said: %j', async (text) => {
    const root = folder();
    write(root, text);
    await expect(findManifest(root, 'x')).rejects.toThrow(/no index of an OCI image layout/);
    await expect(putManifest(root, entry('x'), 'x')).rejects.toThrow(/no index/);
    expect(readFileSync(join(root, 'index.json'), 'utf8')).toBe(text);
  });

  it('gets a manifest, and keeps what else it has', async () => {
    const root = folder();
    write(root, {
      schemaVersion: 2,
      annotations: { mine: 'stays' },
      manifests: [
        entry('old', { [TAG]: 'latest' }),
        entry('image', { [TAG]: 'latest', [NAME]: 'x' }),
      ],
    });
    await putManifest(root, entry('new', { kept: 'y' }), 'latest');
    expect(JSON.parse(readFileSync(join(root, 'index.json'), 'utf8'))).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      annotations: { mine: 'stays' },
      manifests: [
        entry('image', { [TAG]: 'latest', [NAME]: 'x' }),
        entry('new', { kept: 'y', [TAG]: 'latest' }),
      ],
    });
    expect(JSON.parse(readFileSync(join(root, 'oci-layout'), 'utf8'))).toEqual({
      imageLayoutVersion: '1.0.0',
    });
    expect(readdirSync(root).toSorted()).toEqual(['index.json', 'oci-layout']);
  });

  it('has all that builds enter at the same time', async () => {
    const root = folder();
    const tags = Array.from({ length: 20 }, (_, at) => `tag-${at}`);
    await Promise.all(tags.map((tag) => putManifest(root, entry(tag), tag)));
    for (const tag of tags) expect(await findManifest(root, tag)).toBe(digestOf(tag));
    expect(readdirSync(root).toSorted()).toEqual(['index.json', 'oci-layout']);
  });

  it('is no pipe to wait for', async () => {
    const root = folder();
    execFileSync('mkfifo', [join(root, 'index.json')]);
    await expect(findManifest(root, 'x')).rejects.toThrow(/index/);
    await expect(putManifest(root, entry('x'), 'x')).rejects.toThrow(/index/);
  });

  it('is not looked for behind a link, and not written through one', async () => {
    const [root, elsewhere] = [folder(), folder()];
    write(elsewhere, { manifests: [entry('a', { [TAG]: 'x' })] });
    symlinkSync(join(elsewhere, 'index.json'), join(root, 'index.json'));
    await expect(findManifest(root, 'x')).rejects.toThrow(/could not be read/);
  });
});

describe('contexts of layouts', () => {
  it.each([
    ['oci-layout:///a/b', '/a/b', undefined, undefined],
    ['oci-layout:///a/b:1', '/a/b', '1', undefined],
    ['oci-layout:///a:b/c', '/a:b/c', undefined, undefined],
    ['oci-layout://C:\\a', 'C:\\a', undefined, undefined],
    [`oci-layout:///a@b:x@${digestOf('x')}`, '/a@b', 'x', digestOf('x')],
    [`oci-layout:///a@${digestOf('x')}`, '/a', undefined, digestOf('x')],
  ])('%s', (text, root, tag, digest) => {
    expect(parseLayout(text)).toEqual({ root, tag, digest });
    expect(withRoot(text, (same) => same)).toBe(text);
  });
});
