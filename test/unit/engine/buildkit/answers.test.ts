import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { pastBuild } from '../../../../src/engine/buildkit/historyRecord.ts';
import { GrpcError } from '../../../../src/engine/buildkit/grpc/status.ts';
import { BuildHistoryRecordSchema } from '../../../../src/engine/buildkit/proto/control_pb.ts';
import {
  isUnsupported,
  lint,
  readLint,
  readOutline,
  readTargets,
} from '../../../../src/engine/buildkit/subrequests.ts';
import { EngineError } from '../../../../src/engine/errors.ts';

const at = (line: number) => ({ ranges: [{ start: { line }, end: { line: line + 1 } }] });

describe('a question', () => {
  it('isn’t asked with a malformed ignore pattern, by which engines crash', async () => {
    const asked: unknown[] = [];
    const request = (options: unknown) => {
      asked.push(options);
      return Promise.reject(new Error('asked'));
    };
    const text = 'FROM scratch\nCOPY a /\nCOPY b /\n';
    for (const pattern of ['[b-a]', 'build\\logs'])
      await expect(lint({ request }, { text, dockerignore: pattern })).rejects.toMatchObject({
        reason: 'bad-request',
        message: expect.stringContaining('on line 1'),
      });
    expect(asked).toEqual([]);
    await expect(lint({ request }, { text, dockerignore: 'build' })).rejects.toThrow();
    expect(asked.length).toBeGreaterThan(0);
  });
});

describe('what a frontend answers', () => {
  it('is read where it is as described', () => {
    expect(
      readTargets({ targets: [{ name: 'a', default: true, base: 'b', location: at(3) }, {}] }),
    ).toEqual([
      { name: 'a', default: true, base: 'b', description: '', line: 3 },
      { name: '1', default: false, base: '', description: '' },
    ]);
    expect(
      readOutline({
        args: [{ name: 'A', value: '', location: at(2) }, { name: 'B' }],
        cache: [{ ID: 'c', location: at(5) }],
      }),
    ).toEqual({
      args: [
        { name: 'A', description: '', value: '', line: 2 },
        { name: 'B', description: '' },
      ],
      secrets: [],
      ssh: [],
      caches: [{ id: 'c', line: 5 }],
    });
    expect(readLint({ warnings: null, buildError: { message: 'm', location: at(4) } })).toEqual({
      warnings: [],
      error: { message: 'm', lines: [4, 5] },
    });
  });

  it('loses only what is malformed', () => {
    expect(readTargets({ targets: [5, { name: 7, location: 'x' }] })).toEqual([
      { name: '0', default: false, base: '', description: '' },
    ]);
    expect(readOutline({})).toEqual({ args: [], secrets: [], ssh: [], caches: [] });
    expect(readLint({ warnings: [{ location: { ranges: [null, {}] } }] })).toEqual({
      warnings: [{ rule: '', message: '', detail: '' }],
    });
  });

  it.each([
    [
      new GrpcError(
        2,
        'failed to solve with frontend dockerfile.v0: unsupported request frontend.lint',
      ),
      true,
    ],
    [
      new GrpcError(2, 'whatever', [
        {
          typeUrl: 'github.com/moby/buildkit/errdefs.Subrequest+json',
          value: Buffer.from('{"name":"frontend.lint"}'),
        },
      ]),
      true,
    ],
    [
      new GrpcError(2, 'dockerfile parse error on line 1: unsupported request frontend.lint there'),
      false,
    ],
    [new GrpcError(2, 'no such host'), false],
    [new EngineError('not-supported', 'no /grpc here'), true],
    [new EngineError('dropped', 'gone'), false],
    [new Error('unsupported request frontend.lint'), false],
  ])('that it cannot is told apart from a failure: %s', (error, expected) => {
    expect(isUnsupported(error)).toBe(expected);
  });
});

describe('a past build', () => {
  it('keeps no value that a person chose', () => {
    const record = create(BuildHistoryRecordSchema, {
      ref: 'r',
      frontendAttrs: {
        'build-arg:TOKEN': 'hidden-1',
        'label:who': 'hidden-2',
        context: 'https://me:p@hidden-3@example.com/repo.git',
        target: 'app',
      },
      exporters: [{ type: 'image', attrs: { name: 'a:1,b:2' } }],
      exporterResponse: {
        'containerimage.digest': 'sha256:1',
        'containerimage.config': '{"history":["RUN |1 TOKEN=hidden-4"]}',
      },
      error: { code: 2, message: 'process "x" did not complete successfully: exit code: 5' },
      createdAt: { seconds: 1n, nanos: 500_000_000 },
    });
    const build = pastBuild(record);
    expect(build).toMatchObject({
      buildArgs: ['TOKEN'],
      tags: ['a:1', 'b:2'],
      image: 'sha256:1',
      created: 1500,
      cancelled: false,
    });
    expect(build.attrs).toMatchObject({
      target: 'app',
      context: 'https://xxxxx@example.com/repo.git',
    });
    expect(JSON.stringify(build)).not.toContain('hidden');
  });

  it('that was cancelled says so', () => {
    const record = create(BuildHistoryRecordSchema, {
      error: { code: 1, message: 'context canceled' },
    });
    expect(pastBuild(record).cancelled).toBe(true);
  });
});
