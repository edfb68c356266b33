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
