import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { parseFlags } from '../../../../src/engine/builds/flags.ts';
import { taskOptions } from '../../../../src/engine/builds/taskDefinition.ts';

const folder = '/src/shop';
const build = (fields: object) => taskOptions({ type: 'stevedore-build', ...fields }, folder);
const docker = (fields: object) => taskOptions({ type: 'docker-build', ...fields }, folder);

describe('stevedore-build', () => {
  test('takes the Dockerfile of the folder when nothing is said', () => {
    expect(build({})).toMatchObject({
      context: '/src/shop',
      dockerfile: '/src/shop/Dockerfile',
      tags: [],
    });
    expect(build({ dockerfile: 'api/Dockerfile' }).context).toBe('/src/shop/api');
  });

  test('finds a Dockerfile in the address that is the context, as docker does', () => {
    const context = 'https://example.com/x.git#main';
    for (const options of [build, (one: object) => docker({ dockerBuild: one })]) {
      expect(options({ context })).toMatchObject({ context, dockerfile: 'Dockerfile' });
      expect(options({ context, dockerfile: 'a/b' })).toMatchObject({ dockerfile: 'a/b' });
      expect(options({ context, dockerfile: '/a/b' })).toMatchObject({ dockerfile: '/a/b' });
    }
  });

  test('takes all that a build can be asked for with', () => {
    const options = build({
      dockerfile: 'api/Dockerfile',
      context: '.',
      tags: ['a:1', 'b:2'],
      target: 'test',
      args: { A: '1', N: 2, ON: true },
      labels: { x: 'y' },
      platforms: 'linux/amd64,linux/arm64',
      secrets: ['id=npm,src=.npmrc'],
      ssh: 'default',
      network: 'host',
      addHosts: ['db:10.0.0.1'],
      contexts: { lib: '../lib' },
      cacheFrom: 'team/app:cache',
      cacheTo: ['type=inline'],
      output: 'type=local,dest=out',
      allow: 'device',
      annotations: 'a=b',
      attestations: ['type=provenance,mode=max', 'type=sbom,disabled=true'],
      iidFile: 'out/id',
      metadataFile: '/about.json',
      push: true,
      noCache: true,
      noCacheFilter: ['lint,test'],
      shmSize: '64m',
      ulimits: 'nofile=1024',
      cgroupParent: 'a/b',
      pull: true,
    });
    expect(options).toEqual({
      context: '/src/shop',
      dockerfile: '/src/shop/api/Dockerfile',
      tags: ['a:1', 'b:2'],
      target: 'test',
      buildArgs: { A: '1', N: '2', ON: 'true' },
      labels: { x: 'y' },
      platforms: ['linux/amd64', 'linux/arm64'],
      secrets: [{ id: 'npm', file: '/src/shop/.npmrc' }],
      ssh: { default: [] },
      network: 'host',
      addHosts: ['db:10.0.0.1'],
      contexts: { lib: '/src/lib' },
      cacheFrom: [{ type: 'registry', attrs: { ref: 'team/app:cache' } }],
      cacheTo: [{ type: 'inline', attrs: {} }],
      outputs: [{ type: 'local', dest: '/src/shop/out' }],
      allow: ['device'],
      annotations: ['a=b'],
      attestations: [{ type: 'provenance', attrs: { mode: 'max' } }],
      iidFile: '/src/shop/out/id',
      metadataFile: '/about.json',
      push: true,
      noCache: true,
      noCacheFilter: ['lint', 'test'],
      shmSize: 64 * 1024 ** 2,
      ulimits: ['nofile=1024:1024'],
      cgroupParent: 'a/b',
      pull: true,
    });
  });

  test('takes a build argument that is null from the environment', () => {
    vi.stubEnv('STEVEDORE_TEST_SET', 'a b');
    onTestFinished(() => void vi.unstubAllEnvs());
    const args = { STEVEDORE_TEST_SET: null, STEVEDORE_TEST_UNSET: null, X: '1' };
    expect(build({ args }).buildArgs).toEqual({ STEVEDORE_TEST_SET: 'a b', X: '1' });
    expect(() => build({ labels: { x: null } })).toThrow(/“labels.x” of the task is not a text/);
  });

  test.each([
    [{ tags: [1] }, /“tags” of the task is not a list of texts/],
    [{ dockerfile: 1 }, /“dockerfile” of the task is not a text/],
    [{ args: ['A=1'] }, /“args” of the task is not an object/],
    [{ args: { A: {} } }, /“args.A” of the task is not a text/],
    [{ shmSize: 64 }, /“shmSize” of the task is not a text/],
    [{ pull: 'yes' }, /“pull” of the task is not true or false/],
  ])('says which field is wrong: %j', (fields, message) => {
    expect(() => build(fields)).toThrow(message);
  });
});

describe('docker-build', () => {
  test('as its wizard writes it', () => {
    const options = docker({
      label: 'docker-build',
      platform: 'python',
      dockerBuild: {
        tag: 'shop:latest',
        dockerfile: '/src/shop/Dockerfile',
        context: '/src/shop',
        pull: true,
      },
    });
    expect(options).toMatchObject({
      context: '/src/shop',
      dockerfile: '/src/shop/Dockerfile',
      tags: ['shop:latest'],
      pull: true,
    });
    expect(options.platforms).toBeUndefined();
  });

  test('with its defaults: the folder of the package, and a tag of its name', () => {
    expect(docker({ platform: 'node', node: { package: 'My App/package.json' } })).toMatchObject({
      context: '/src/shop/My App',
      dockerfile: '/src/shop/My App/Dockerfile',
      tags: ['myapp:latest'],
    });
    expect(docker({}).tags).toEqual(['shop:latest']);
  });

  test.each([
    ['--no-cache=1 --pull=TRUE --push=t', { noCache: true, pull: true, push: true }],
    ['--no-cache=F --pull=0', { noCache: false, pull: false }],
  ])('switches as docker reads them: %s', (customOptions, expected) => {
    expect(docker({ dockerBuild: { customOptions } })).toMatchObject(expected);
    expect(() => docker({ dockerBuild: { customOptions: '--pull=yes' } })).toThrow(
      /neither true nor false/,
    );
  });

  test.each([
    ['--shm-size 64m --cgroup-parent=a/b', { shmSize: 64 * 1024 ** 2, cgroupParent: 'a/b' }],
    ['--ulimit nofile=1024 --ulimit core=0:-1', { ulimits: ['nofile=1024:1024', 'core=0:-1'] }],
    ['--no-cache-filter a,b --no-cache-filter c', { noCacheFilter: ['a', 'b', 'c'] }],
  ])('limits of what RUN runs, and stages without cache: %s', (customOptions, expected) => {
    expect(docker({ dockerBuild: { customOptions } })).toMatchObject(expected);
  });

  test.each([
    ['--shm-size lots', /“lots” is no size/],
    ['--ulimit nofile', /“nofile” is not of the form name=soft:hard/],
    ['--ulimit nofile=9:8', /“nofile=9:8” has a soft limit above/],
    ['--ulimit nofile=-1:8', /has a soft limit above/],
  ])('refuses %s', (customOptions, why) => {
    expect(() => docker({ dockerBuild: { customOptions } })).toThrow(why);
  });

  test('arguments, labels, target, platform and options of the command', () => {
    const options = docker({
      dockerBuild: {
        buildArgs: { A: '1' },
        labels: { a: 'b', includeDefaults: true },
        target: 'test',
        platform: 'linux/arm64',
        customOptions: '--no-cache --build-arg B=2 --network=host -t other:1 --secret id=x,src=y',
      },
    });
    expect(options).toMatchObject({
      buildArgs: { A: '1', B: '2' },
      labels: { a: 'b' },
      target: 'test',
      platforms: ['linux/arm64'],
      noCache: true,
      network: 'host',
      tags: ['shop:latest', 'other:1'],
      secrets: [{ id: 'x', file: '/src/shop/y' }],
    });
  });
});

describe('flags of docker build', () => {
  test('those that only the command knows mean nothing', () => {
    expect(parseFlags('--progress plain --load --rm', folder)).toEqual({});
  });

  test('the builder is the engine that is chosen', () => {
    expect(parseFlags('--builder default --builder=default', folder)).toEqual({});
    expect(() => parseFlags('--builder=cloud --pull', folder)).toThrow(
      'Builds run on the engine that is chosen here, not on buildx’ builder “cloud”',
    );
  });

  test.each([
    ['-q --quiet --compress --provenance=false --sbom=0', undefined],
    ['--provenance', [{ type: 'provenance', attrs: {} }]],
    [
      '--sbom=true --provenance=mode=max,version=v1',
      [
        { type: 'provenance', attrs: { mode: 'max', version: 'v1' } },
        { type: 'sbom', attrs: {} },
      ],
    ],
    [
      '--attest type=sbom,generator=r.test/scan --attest type=provenance,disabled=true',
      [{ type: 'sbom', attrs: { generator: 'r.test/scan' } }],
    ],
    ['--attest type=provenance --provenance=false', undefined],
  ])('attestations are read as buildx reads them: %s', (text, attestations) => {
    expect(parseFlags(text, folder)).toEqual(attestations ? { attestations } : {});
  });

  test.each([
    ['--attest sbom', /“sbom” is not of the form NAME=value/],
    ['--attest type=other', /“type=other” is of a type that is neither provenance nor sbom/],
    ['--attest type=sbom,disabled=2', /neither true nor false/],
  ])('attestations that cannot be read are refused: %s', (text, words) => {
    expect(() => parseFlags(text, folder)).toThrow(words);
  });

  test('arguments without a value have that of the environment, labels an empty one', () => {
    vi.stubEnv('STEVEDORE_TEST_SET', 'from here');
    vi.stubEnv('STEVEDORE_TEST_UNSET', undefined);
    onTestFinished(() => void vi.unstubAllEnvs());
    const text =
      '--build-arg STEVEDORE_TEST_SET --build-arg=STEVEDORE_TEST_UNSET --build-arg A=1 --label seen';
    expect(parseFlags(text, folder)).toEqual({
      buildArgs: { STEVEDORE_TEST_SET: 'from here', A: '1' },
      labels: { seen: '' },
    });
  });

  test.each([
    ['-t=a:1', { tags: ['a:1'] }],
    ['-ta:1 -t b:2', { tags: ['a:1', 'b:2'] }],
    ['-oout', { outputs: [{ type: 'local', dest: '/src/shop/out' }] }],
  ])('values beside short names, as in %s', (text, expected) => {
    expect(parseFlags(text, folder)).toEqual(expected);
  });

  test('a platform may be the engine’s own', () => {
    expect(parseFlags('--platform local', folder)).toEqual({ platforms: ['local'] });
  });

  const from = (ref: string) => ({ type: 'registry', attrs: { ref } });
  test.each([
    ['--cache-from a:1,b', { cacheFrom: [from('a:1'), from('b')] }],
    ['--cache-from a --cache-from= --cache-from b', { cacheFrom: [from('a'), from('b')] }],
    ['--cache-to a,b', { cacheTo: [from('a'), from('b')] }],
    ['--add-host a:10.0.0.1,b=::1', { addHosts: ['a:10.0.0.1', 'b=::1'] }],
  ])('several of a kind in one value, as in %s', (text, expected) => {
    expect(parseFlags(text, folder)).toEqual(expected);
  });

  test('the Dockerfile begins at the folder, but for one that is in the address', () => {
    const fileOf = (customOptions: string, more = {}) =>
      docker({ dockerBuild: { dockerfile: 'a/Dockerfile', customOptions, ...more } }).dockerfile;
    expect(fileOf('--file b/Dockerfile')).toBe('/src/shop/b/Dockerfile');
    expect(fileOf('-f x -fb/Dockerfile', { context: 'sub' })).toBe('/src/shop/b/Dockerfile');
    const context = 'https://example.com/x.git';
    expect(fileOf('--file=b/Dockerfile', { context })).toBe('b/Dockerfile');
    expect(fileOf('-f /b/Dockerfile', { context })).toBe('/b/Dockerfile');
    for (const file of ['-', 'https://example.com/Dockerfile'])
      expect(() => fileOf(`-f ${file}`)).toThrow(`“${file}” is no Dockerfile of this machine`);
  });

  test('what RUN may ask for', () => {
    const text = '--allow network.host --allow=security.insecure --allow device=a.b/c=d,alias=e/f';
    const allow = ['network.host', 'security.insecure', 'device=a.b/c=d,alias=e/f'];
    expect(parseFlags(text, folder)).toEqual({ allow });
    for (const other of ['security.none', 'network.host,security.insecure', 'device='])
      expect(() => parseFlags(`--allow ${other}`, folder)).toThrow(
        `“${other}” is nothing that can be allowed: network.host, security.insecure, device.`,
      );
  });

  test.each([
    ['--annotation a=b --annotation index:c=', { annotations: ['a=b', 'index:c='] }],
    ['--iidfile id', { iidFile: '/src/shop/id' }],
    ['--metadata-file=/about.json --iidfile=', { metadataFile: '/about.json' }],
  ])('what is added to the result, as in %s', (text, expected) => {
    expect(parseFlags(text, folder)).toEqual(expected);
  });

  test('an output may name the image, unless tags do, and push it', () => {
    const output = 'type=registry,name=r.test/a:1';
    const image = { outputs: [{ type: 'image' }], tags: ['r.test/a:1'], push: true };
    expect(parseFlags(`-o ${output}`, folder)).toEqual(image);
    expect(build({ output })).toMatchObject(image);
    expect(parseFlags(`-o ${output} -t b --push=false`, folder)).toEqual({ ...image, tags: ['b'] });
    expect(build({ output, tags: 'b' })).toMatchObject({ ...image, tags: ['b'] });
    const dockerBuild = { tag: 'b', customOptions: `-o ${output}` };
    expect(docker({ dockerBuild })).toMatchObject({ ...image, tags: ['b'] });
  });

  test('several outputs, among them the image that --load asks for', () => {
    const out = { type: 'local', dest: '/src/shop/out' };
    const tar = { type: 'tar', dest: '/src/shop/a' };
    const image = { type: 'image' };
    for (const [text, outputs] of [
      ['-o out --output=type=tar,dest=a', [out, tar]],
      ['-o out --load', [out, image]],
      ['-o out --load=false', [out]],
      ['--load -o type=docker', [image]],
      ['--load -o out -o type=image', [out, image]],
    ] as const)
      expect(parseFlags(text, folder)).toEqual({ outputs });
    const output = ['out', 'type=registry,name=a/b'];
    expect(build({ output })).toMatchObject({ outputs: [out, image], tags: ['a/b'], push: true });
  });

  test('names that are not those of all outputs are to be tags', () => {
    const output = ['type=image,name=a', 'type=oci,dest=x,name=b', 'out'];
    expect(() => build({ output })).toThrow(
      'The outputs of a build here have the same names, and “a” is not “b”: write them as tags.',
    );
    expect(build({ output, tags: ['c'] }).tags).toEqual(['c']);
    expect(build({ output: ['type=image,name=a', 'type=oci,dest=x'] }).tags).toEqual(['a']);
  });

  test.each(['--build-arg =1', '--memory 1g', '--tag', 'surprise', 'constructor'])(
    'refuses %s',
    (text) => {
      expect(() => parseFlags(text, folder)).toThrow(/“/);
    },
  );
});
