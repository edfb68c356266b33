import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGrype, readScout, readTrivy } from '../../../../src/engine/layers/scan/findings.ts';
import { installedScanners, scanImage } from '../../../../src/engine/layers/scan/scanners.ts';

const layer = `sha256:${'1'.repeat(64)}`;

/** As trivy documents it, with what is not read here left out. */
const TRIVY = {
  SchemaVersion: 2,
  ArtifactName: 'shop:1',
  Results: [
    {
      Target: 'shop:1 (debian 13)',
      Class: 'os-pkgs',
      Type: 'debian',
      Vulnerabilities: [
        {
          VulnerabilityID: 'CVE-2026-0001',
          PkgName: 'libc6',
          InstalledVersion: '2.41-11',
          FixedVersion: '2.41-12',
          Layer: { Digest: 'sha256:packed', DiffID: layer },
          Severity: 'MEDIUM',
          Title: 'glibc: something',
        },
        {
          VulnerabilityID: 'CVE-2026-0002',
          PkgName: 'curl',
          InstalledVersion: '8',
          Severity: 'CRITICAL',
        },
      ],
    },
    { Target: 'Node.js', Class: 'lang-pkgs', Type: 'node-pkg' },
  ],
};

const GRYPE = {
  matches: [
    {
      vulnerability: {
        id: 'GHSA-aaaa-bbbb-cccc',
        severity: 'High',
        description: 'Prototype pollution',
        fix: { versions: ['4.17.21', '5.0.0'], state: 'fixed' },
      },
      artifact: {
        name: 'lodash',
        version: '4.17.20',
        type: 'npm',
        locations: [{ path: '/app/node_modules/lodash/package.json', layerID: layer }],
      },
    },
    {
      vulnerability: { id: 'CVE-2026-0003', severity: 'Negligible', fix: { versions: [] } },
      artifact: { name: 'tar', version: '1.35' },
    },
  ],
};

const SCOUT = {
  version: '2.1.0',
  runs: [
    {
      tool: {
        driver: {
          name: 'docker scout',
          rules: [
            {
              id: 'CVE-2026-0004',
              shortDescription: { text: 'CVE-2026-0004: Out-of-bounds Write' },
              properties: {
                cvssV3_severity: 'HIGH',
                fixed_version: 'not fixed',
                purls: ['pkg:deb/debian/curl@8.1%2Bdeb13?os_name=debian', 'pkg:npm/%40a/b@1.0.0'],
              },
            },
          ],
        },
      },
      results: [{ ruleId: 'CVE-2026-0004' }],
    },
  ],
};

describe('reports', () => {
  it('of trivy', () => {
    expect(readTrivy(TRIVY)).toEqual([
      {
        id: 'CVE-2026-0001',
        severity: 'medium',
        package: 'libc6',
        version: '2.41-11',
        fixed: '2.41-12',
        title: 'glibc: something',
        diffId: layer,
      },
      {
        id: 'CVE-2026-0002',
        severity: 'critical',
        package: 'curl',
        version: '8',
        fixed: '',
        title: '',
        diffId: '',
      },
    ]);
  });

  it('of grype', () => {
    expect(
      readGrype(GRYPE).map(({ id, severity, package: name, fixed, diffId }) => [
        id,
        severity,
        name,
        fixed,
        diffId,
      ]),
    ).toEqual([
      ['GHSA-aaaa-bbbb-cccc', 'high', 'lodash', '4.17.21, 5.0.0', layer],
      ['CVE-2026-0003', 'low', 'tar', '', ''],
    ]);
  });

  it('of docker scout', () => {
    expect(
      readScout(SCOUT).map(({ severity, package: name, version, fixed }) => [
        severity,
        name,
        version,
        fixed,
      ]),
    ).toEqual([
      ['high', 'debian/curl', '8.1+deb13', ''],
      ['high', '@a/b', '1.0.0', ''],
    ]);
  });

  it('of any other shape have no findings', () => {
    for (const report of [
      undefined,
      null,
      [],
      {},
      { Results: 'x', matches: [1], runs: [{ tool: [] }] },
    ])
      expect([...readTrivy(report), ...readGrype(report), ...readScout(report)]).toEqual([]);
  });
});

describe('programs on the PATH', () => {
  let folder: string;
  let env: Record<string, string>;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'stevedore-scan-'));
    env = {
      PATH: `${folder}:/usr/bin:/bin`,
      HOME: folder,
      DOCKER_HOST: 'unix:///run/test.sock',
      OUT: folder,
    };
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const program = (name: string, script: string) =>
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const { signal } = new AbortController();

  it('are found without being run', async () => {
    program('trivy', 'touch "$OUT/ran"');
    writeFileSync(join(folder, 'grype'), 'no program');
    expect(installedScanners(env)).toEqual(['trivy']);
    expect(existsSync(join(folder, 'ran'))).toBe(false);
    expect(installedScanners({})).toEqual([]);
    rmSync(join(folder, 'grype'));
  });

  it('are given the image as one argument and the engine by its address; the worst is told first', async () => {
    writeFileSync(join(folder, 'report'), JSON.stringify(TRIVY));
    program(
      'trivy',
      'for one; do echo "<$one>"; done > "$OUT/args"; echo "$DOCKER_HOST" >> "$OUT/args"; cat "$OUT/report"',
    );
    const hostile = 'shop:1 $(touch x); `y`';
    const found = await scanImage('trivy', hostile, env, signal);
    expect(found.map(({ id }) => id)).toEqual(['CVE-2026-0002', 'CVE-2026-0001']);
    expect(readFileSync(join(folder, 'args'), 'utf8').split('\n').slice(-4)).toEqual([
      '<-->',
      `<${hostile}>`,
      'unix:///run/test.sock',
      '',
    ]);
  });

  it('that fail tell their last words', async () => {
    program('grype', 'echo first >&2; echo "unable to reach\x1b[31m the daemon" >&2; exit 1');
    await expect(scanImage('grype', 'a:1', env, signal)).rejects.toMatchObject({
      reason: 'server',
      message: 'grype failed: unable to reach\\u001b[31m the daemon',
    });
  });

  it('that write something else than a report are told of', async () => {
    program('grype', 'echo hello');
    await expect(scanImage('grype', 'a:1', env, signal)).rejects.toThrow('did not write a report');
  });

  it('that are gone meanwhile are told of', async () => {
    await expect(scanImage('docker scout', 'a:1', { PATH: folder }, signal)).rejects.toMatchObject({
      reason: 'not-found',
    });
  });

  it('are ended by the signal', async () => {
    program('docker-scout', 'echo $$ > "$OUT/pid"; exec sleep 1000');
    const stop = new AbortController();
    const work = scanImage('docker scout', 'a:1', env, stop.signal);
    await expect.poll(() => existsSync(join(folder, 'pid'))).toBe(true);
    await expect.poll(() => readFileSync(join(folder, 'pid'), 'utf8').trim()).not.toBe('');
    stop.abort();
    await expect(work).rejects.toMatchObject({ reason: 'cancelled' });
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    await expect
      .poll(
        () => existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`).length > 0,
      )
      .toBe(false);
  });
});
