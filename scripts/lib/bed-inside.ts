import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { makeCertificates } from './certificates.ts';
import { startEngine } from './engine.ts';
import type { InstalledEngine } from './engines.ts';
import { enterNamespace, exitCode, removeMounted } from './namespace.ts';
import { startRegistries } from './registries.ts';

/** The inner half of scripts/bed.ts: starts everything, runs the command, ends everything. */
interface Order {
  readonly installed: InstalledEngine;
  readonly dir: string;
  readonly command: readonly string[];
}

const TLS_PORT = 2376;

async function main({ installed, dir, command }: Order): Promise<number> {
  const { ended } = await enterNamespace(installed);
  const ends: (() => Promise<void>)[] = [];
  try {
    const certificates = await makeCertificates(installed, join(dir, 'tls'));
    const dockerConfig = await prepareDockerConfig(installed, dir);
    const engineDir = join(dir, 'engine');
    const tls = installed.generation !== 'podman';
    const [engine, registries] = await Promise.all([
      startEngine({
        installed,
        dir: engineDir,
        certificates,
        ...(tls && { tlsPort: TLS_PORT }),
      }).then((one) => (ends.push(one.stop), one)),
      startRegistries({ installed, dir: join(dir, 'registries'), certificates }).then(
        (all) => (ends.push(all.stop), all),
      ),
    ]);
    const env = {
      ...withoutDocker(process.env),
      DOCKER_CONFIG: dockerConfig,
      PATH: [installed.cli, process.env['PATH'] ?? '', installed.tools].join(delimiter),
      STEVEDORE_TEST_ENGINE: `unix://${engine.socket}`,
      STEVEDORE_TEST_GENERATION: installed.generation,
      STEVEDORE_TEST_ENGINE_PID: String(engine.pid),
      STEVEDORE_TEST_ENGINE_DIR: engineDir,
      STEVEDORE_TEST_INSTALLED: JSON.stringify(installed),
      STEVEDORE_TEST_DIR: join(dir, 'scratch'),
      STEVEDORE_TEST_REGISTRY: registries.open,
      STEVEDORE_TEST_REGISTRY_AUTH: registries.auth,
      STEVEDORE_TEST_REGISTRY_CA: certificates.ca,
      STEVEDORE_TEST_REGISTRY_TOKEN: registries.token,
      STEVEDORE_TEST_TLS_DIR: certificates.dir,
      ...(tls && { STEVEDORE_TEST_TLS_ENDPOINT: `tcp://127.0.0.1:${TLS_PORT}` }),
    };
    await mkdir(join(dir, 'scratch'));
    return await perform(command, env, ended);
  } finally {
    for (const end of ends.reverse()) await end();
    await removeMounted(dir);
  }
}

/** Runs the command; when the bed is told to end, so is the command, gently for five seconds. */
async function perform(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  ended: Promise<void>,
): Promise<number> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env, stdio: 'inherit' });
  void ended.then(() => {
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 5000).unref();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(exitCode(code, signal)));
  });
}

/** A docker configuration of the bed's own: no credentials, no contexts, the generation's CLI plugins. */
async function prepareDockerConfig(installed: InstalledEngine, dir: string): Promise<string> {
  const config = join(dir, 'docker');
  await mkdir(config);
  await writeFile(join(config, 'config.json'), '{}\n');
  if (installed.plugins !== undefined && existsSync(installed.plugins))
    await symlink(installed.plugins, join(config, 'cli-plugins'));
  return config;
}

/** The person's own engine must not be what a command in the bed finds. */
function withoutDocker(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(DOCKER|CONTAINER|BUILDKIT|BUILDX)_/.test(name)),
  );
}

try {
  process.exitCode = await main(JSON.parse(process.argv[2] ?? '') as Order);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
