import { describe, expect, it } from 'vitest';
import { composeFile } from '../../../src/engine/recreate/composeFile.ts';
import { recipeOf } from '../../../src/engine/recreate/recipe.ts';
import { runLine } from '../../../src/engine/recreate/runLine.ts';

const recipe = (HostConfig: object, Config: object = {}) =>
  recipeOf(
    { Id: 'c0ffee', Name: '/app', Config: { Image: 'app:1', ...Config }, HostConfig },
    {},
    { logDriver: 'json-file', runtime: 'runc' },
  );

describe('a Compose service', () => {
  it('takes volumes from containers, which are no services of its file', () => {
    const made = recipe({ VolumesFrom: ['data', 'conf:ro'] });
    expect(composeFile(made)).toContain(
      '    volumes_from:\n      - "container:data"\n      - "container:conf:ro"\n',
    );
    expect(runLine(made, 'posix')).toMatch(/--volumes-from data\b[^]*--volumes-from conf:ro/);
  });

  it('has storage options by their names', () => {
    const made = recipe({ StorageOpt: { size: '10G' } });
    expect(composeFile(made)).toContain('    storage_opt:\n      size: "10G"\n');
    expect(runLine(made, 'posix')).toContain('--storage-opt size=10G');
  });
});

describe('a container made like another', () => {
  it('has its health checked as often while it starts', () => {
    const made = recipe(
      {},
      { Healthcheck: { Test: ['CMD-SHELL', 'true'], StartInterval: 2_000_000_000 } },
    );
    expect(runLine(made, 'posix')).toContain('--health-start-interval 2s');
    expect(composeFile(made)).toContain('      start_interval: "2s"\n');
  });

  it('has its limits of block devices', () => {
    const made = recipe({
      BlkioWeight: 300,
      BlkioWeightDevice: [{ Path: '/dev/sda', Weight: 400 }],
      BlkioDeviceReadBps: [{ Path: '/dev/sda', Rate: 1_048_576 }],
      BlkioDeviceWriteBps: [{ Path: '/dev/sdb', Rate: 1000 }],
      BlkioDeviceReadIOps: [{ Path: '/dev/sda', Rate: 120 }],
      BlkioDeviceWriteIOps: null,
    });
    expect(runLine(made, 'posix')).toContain(
      '--blkio-weight-device /dev/sda:400 --device-read-bps /dev/sda:1m --device-write-bps /dev/sdb:1000b --device-read-iops /dev/sda:120',
    );
    expect(composeFile(made)).toContain(
      `    blkio_config:
      weight: 300
      weight_device:
        - path: /dev/sda
          weight: 400
      device_read_bps:
        - path: /dev/sda
          rate: "1m"
      device_write_bps:
        - path: /dev/sdb
          rate: "1000b"
      device_read_iops:
        - path: /dev/sda
          rate: 120
`,
    );
  });
});
