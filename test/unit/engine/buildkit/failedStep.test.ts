import { describe, expect, it } from 'vitest';
import { failedStep } from '../../../../src/engine/buildkit/failedStep.ts';
import { GrpcError } from '../../../../src/engine/buildkit/grpc/status.ts';

const TYPE = 'github.com/moby/buildkit/errdefs.Solve+json';
const error = (...solves: unknown[]) =>
  new GrpcError(
    2,
    'process did not complete successfully',
    solves.map((solve) => ({ typeUrl: TYPE, value: Buffer.from(JSON.stringify(solve)) })),
  );

const exec = {
  meta: {
    args: ['/bin/sh', '-c', 'false'],
    env: ['PATH=/bin'],
    cwd: '/work',
    user: 'app',
    extraHosts: [{ Host: 'foo', IP: '1.2.3.4' }],
    proxy_env: { http_proxy: 'http://proxy' },
  },
  mounts: [
    { dest: '/' },
    {
      input: '-1',
      dest: '/cache',
      output: '-1',
      mountType: 'CACHE',
      cacheOpt: { ID: '/c', sharing: 'LOCKED' },
    },
    { input: '2', selector: '/etc', dest: '/other', output: '-1', readonly: true },
    {
      input: '-1',
      dest: '/t',
      output: '-1',
      mountType: 'TMPFS',
      TmpfsOpt: { size: '1000000' },
    },
    {
      dest: '/run/secrets/token',
      mountType: 'SECRET',
      secretOpt: { ID: 'token', uid: 1000, mode: 256, optional: true },
    },
    { dest: '/agent', mountType: 'SSH', SSHOpt: { ID: 'default', mode: 384 } },
  ],
  network: 'NONE',
  security: 'INSECURE',
  secretenv: [{ ID: 'token', name: 'TOKEN', optional: true }],
};
const solve = { mountIDs: ['a', '', 'c', '', 'a', ''], op: { exec } };

describe('a failed step', () => {
  it('is read with its process and all its mounts', () => {
    const step = failedStep(error({}, solve, {}));
    expect(step?.args).toEqual(['/bin/sh', '-c', 'false']);
    expect(step?.process).toMatchObject({
      meta: {
        env: ['PATH=/bin', 'http_proxy=http://proxy', 'HTTP_PROXY=http://proxy'],
        cwd: '/work',
        user: 'app',
      },
      security: 1,
      secretenv: [{ id: 'token', name: 'TOKEN', optional: true }],
    });
    expect(step?.container).toMatchObject({
      network: 2,
      extraHosts: [{ host: 'foo', ip: '1.2.3.4' }],
      mounts: [
        { dest: '/', mountType: 0, resultId: 'a', input: -1, output: 0 },
        { dest: '/cache', mountType: 3, output: -1, cacheOpt: { id: '/c', sharing: 2 } },
        { dest: '/other', selector: '/etc', readonly: true, resultId: 'c' },
        { dest: '/t', mountType: 4, tmpfsOpt: { size: 1000000n } },
        {
          dest: '/run/secrets/token',
          mountType: 1,
          secretOpt: { id: 'token', uid: 1000, gid: 0, mode: 256, optional: true },
        },
        { dest: '/agent', mountType: 2, sshOpt: { id: 'default', mode: 384, optional: false } },
      ],
    });
  });

  it('gives what it has left behind to folders and caches only', () => {
    const mounts = failedStep(error(solve))?.container.mounts ?? [];
    expect(mounts.map((mount) => 'resultId' in mount)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('is read in the form of older builders, too', () => {
    const older = { mountIDs: ['a'], op: { Op: { Exec: { ...exec, network: 1, mounts: [] } } } };
    expect(failedStep(error(older))?.container.network).toBe(1);
  });

  it.each([
    ['nothing', []],
    ['no operation', [{ mountIDs: ['a'] }]],
    ['another operation', [{ mountIDs: ['a'], op: { file: {} } }]],
    ['no results', [{ op: { exec } }]],
    ['something else', ['text', null, 5, []]],
  ])('is none where the error tells of %s', (_, solves) => {
    expect(failedStep(error(...solves))).toBeUndefined();
  });
});
