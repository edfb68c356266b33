import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inspectContainer, removeContainer } from '../../src/engine/containers.ts';
import { readFields } from '../../src/engine/mapping/reader.ts';
import { composeFile } from '../../src/engine/recreate/composeFile.ts';
import type { Recipe } from '../../src/engine/recreate/model.ts';
import { readRecipe } from '../../src/engine/recreate/recipe.ts';
import { runArguments, runLine } from '../../src/engine/recreate/runLine.ts';
import {
  BARE_IMAGE,
  bedEndpoint,
  generation,
  podman,
  SHELL_IMAGE,
  suiteClient,
  unique,
} from './support/engine.ts';

const client = await suiteClient();

const docker = (args: readonly string[], input = '') =>
  execFileSync('docker', ['--host', bedEndpoint.url, ...args], { input })
    .toString()
    .trim();

/** Makes a container as a person does at a prompt. */
function create(args: readonly string[]): string {
  const id = docker(['create', ...args]);
  onTestFinished(() => removeContainer(client, id, { force: true, volumes: true }));
  return id;
}

const network = (name: string) => {
  docker(['network', 'create', name]);
  onTestFinished(() => void docker(['network', 'rm', name]));
  return name;
};

const volume = (name: string) => {
  docker(['volume', 'create', name]);
  onTestFinished(() => void docker(['volume', 'rm', name]));
  return name;
};

/** What the engine has made up for a volume is another one each time. */
const withoutName = (source: unknown) => String(source).replace(/^[0-9a-f]{64}$/, '');

/** What a recipe says, without what two containers never share, in an order of its own. */
const told = (recipe: Recipe) => ({
  ...recipe,
  name: '',
  service: '',
  volumes: [...recipe.volumes].sort(),
  choices: recipe.choices
    // Podman tells of the environment in any order.
    .map(({ flag, args }) => JSON.stringify([flag, args === true ? args : [...args].sort()]))
    .sort(),
});

/** Options of `docker run` by a case's name. A container made with them, and one made by what is told of it, are alike. */
const cases: Readonly<Record<string, () => readonly (string | readonly string[])[]>> = {
  nothing: () => [SHELL_IMAGE],
  'a command': () => [SHELL_IMAGE, 'sh', '-c', 'echo "$HOME" \'quoted\' && exit 3'],
  'another entrypoint': () => ['--entrypoint', 'sleep', BARE_IMAGE, '10'],
  ports: () => [
    ['-p', '127.0.0.1:0:80', '-p', '18080:8080', '-p', '18053:53/udp', '--expose', '9999'],
    SHELL_IMAGE,
  ],
  'environment and labels': () => [
    ['-e', 'A=1', '-e', 'EMPTY=', '-e', 'ODD=a "b" $c \\ d', '-e', 'TWO=one\ntwo'],
    ['-l', 'plain=1', '-l', 'odd.label=it’s $odd'],
    SHELL_IMAGE,
  ],
  identity: () => [
    ['--hostname', 'here', '--user', '1000:1000', '--workdir', '/bin', '-i', '-t'],
    ['--stop-signal', 'SIGINT', '--stop-timeout', '3', '--group-add', '20'],
    SHELL_IMAGE,
  ],
  limits: () => [
    ['--memory', '128m', '--memory-reservation', '64m', '--cpus', '1.5', '--pids-limit', '50'],
    ['--shm-size', '32m', '--ulimit', 'nofile=100:200', '--cpu-shares', '512'],
    SHELL_IMAGE,
  ],
  powers: () => [
    ['--init', '--read-only', '--cap-add', 'NET_ADMIN', '--cap-drop', 'CHOWN'],
    ['--security-opt', 'no-new-privileges', '--dns', '127.0.0.1', '--add-host', 'a.test:127.0.0.2'],
    ['--sysctl', 'net.ipv4.ip_unprivileged_port_start=0', '--restart', 'on-failure:3'],
    SHELL_IMAGE,
  ],
  mounts: () => [
    [
      '-v',
      `${volume(unique('named'))}:/data:ro`,
      '-v',
      '/tmp:/host',
      '--tmpfs',
      '/scratch:size=1m',
    ],
    ['--mount', `type=volume,source=${volume(unique('long'))},target=/more,readonly`],
    SHELL_IMAGE,
  ],
  'volumes without a name': () => [
    ['-v', '/first', '-v', `${volume(randomBytes(32).toString('hex'))}:/second`],
    ['--mount', `type=volume,source=${volume(randomBytes(32).toString('hex'))},target=/third`],
    SHELL_IMAGE,
  ],
  devices: () => [
    ['--cpuset-mems', '0', '--device-cgroup-rule', 'c 1:3 rmw', '--gpus', '"device=0,1"'],
    SHELL_IMAGE,
  ],
  'a number of GPUs': () => ['--gpus', '2', SHELL_IMAGE],
  'another container': () => [
    ['--link', `${docker(['inspect', '-f', '{{.Name}}', create([SHELL_IMAGE])]).slice(1)}:other`],
    SHELL_IMAGE,
  ],
  'a network': () => ['--network', network(unique('net')), '--network-alias', 'other', SHELL_IMAGE],
  'no network': () => ['--network', 'none', SHELL_IMAGE],
  'a check of health': () => [
    ['--health-cmd', 'test -f "/a b"', '--health-interval', '90s', '--health-retries', '5'],
    SHELL_IMAGE,
  ],
  'a log': () => ['--log-driver', 'json-file', '--log-opt', 'max-size=1m', SHELL_IMAGE],
};

/** What Podman's answers leave out, or tell otherwise than they were asked. */
const UNTOLD = new Set([
  'powers',
  'mounts',
  'limits',
  'a log',
  'volumes without a name',
  'devices',
  'a number of GPUs',
  'another container',
]);

describe('how a container was made', () => {
  for (const [name, args] of Object.entries(cases))
    it.skipIf(podman && UNTOLD.has(name))(
      `is told so that docker makes it again: ${name}`,
      async () => {
        const first = await readRecipe(client, create(args().flat()));
        const again = runArguments({ ...first, name: unique('again') });
        const second = await readRecipe(client, create(again.filter((arg) => arg !== '--detach')));
        expect(told(second)).toEqual(told(first));
        const count = name === 'nothing' ? 0 : 1;
        const said = first.choices.length + Number(first.command !== undefined);
        expect(said).toBeGreaterThanOrEqual(count);
        if (name === 'nothing') expect(first.choices).toEqual([]);
      },
    );

  for (const [name, args] of Object.entries(cases))
    it.skipIf(generation !== 'new')(`is told so that Compose makes it again: ${name}`, async () => {
      const first = await readRecipe(client, create(args().flat()));
      const project = unique('compose');
      const compose = (...words: readonly string[]) =>
        docker(['compose', '-f', '-', '-p', project, ...words], composeFile(first));
      const before = unique('before');
      docker(['rename', first.name, before]);
      compose('create');
      onTestFinished(() => void compose('down', '--remove-orphans'));
      const second = await readRecipe(client, first.name);
      const own = `${project}_default`;
      // Compose gives each project a network, and each service an alias; of volumes and links it has another way to say the same, and of memory nodes none.
      const mounted = async ({ name }: Recipe) =>
        readFields((await inspectContainer(client, name)) as never)
          .objects('Mounts')
          .map(({ Type, Name, Source, Destination, RW }) =>
            JSON.stringify([Type, withoutName(Name ?? Source), Destination, RW]),
          )
          .sort();
      const alike = async (recipe: Recipe) => {
        const { choices, networks, ...rest } = told(recipe);
        return {
          ...rest,
          mounted: await mounted(recipe),
          networks: networks.filter((one) => one !== own),
          choices: choices.filter(
            (choice) =>
              !/"--(volume|mount|link|cpuset-mems)"/.test(choice) &&
              !choice.includes(own) &&
              !choice.includes(`["${first.service}"]`),
          ),
        };
      };
      expect(await alike(second)).toEqual(await alike({ ...first, name: before }));
    });

  it('is a line that a shell takes as it is', async () => {
    const id = create(['-e', "ODD=it's $HOME `id`", '--name', unique('line'), SHELL_IMAGE, 'true']);
    const recipe = await readRecipe(client, id);
    const line = runLine({ ...recipe, name: unique('again') }, 'posix');
    const [word, rest] = [line.slice(0, 'docker run'.length), line.slice('docker run'.length)];
    expect(word).toBe('docker run');
    const made = execFileSync('sh', ['-c', `docker --host "$0" run${rest}`, bedEndpoint.url])
      .toString()
      .trim();
    onTestFinished(() => removeContainer(client, made, { force: true }));
    expect(told(await readRecipe(client, made))).toEqual(told(recipe));
  });
});
