import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ui } from '../test/editor/pages/ui.ts';
import { TERMINAL_SETTINGS } from '../test/editor/pages/terminal.ts';
import { staticBusybox } from './lib/busybox.ts';
import { steps } from './lib/checkSteps.ts';
import type { Stage } from './lib/checkSteps.ts';
import { ensureHost } from './lib/host.ts';
import { lifetime } from './lib/lifetime.ts';
import { copySample } from './lib/sample.ts';
import { launchBrowser, openWorkbench, startServer } from './lib/vscode.ts';

/**
 * `npm start -- --check` runs this inside a bed: the main job, by a browser that clicks as a person does, against
 * stevedore.vsix, or the package given. Prints a line for each step, ends with 1 when one fails, and renews docs/images when all pass.
 */
const PICTURES = 'docs/images';

function needed(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run this through scripts/bed.ts`);
  return value;
}

async function prepare(dir: string, pictures: string): Promise<Stage & { readonly logs: string }> {
  const workspace = join(dir, 'hello');
  const busybox = await staticBusybox();
  copySample(workspace);
  const server = await startServer({
    host: await ensureHost(),
    dir: join(dir, 'vscode'),
    workspace,
    vsix: resolve(process.argv[2] ?? 'stevedore.vsix'),
    settings: { ...TERMINAL_SETTINGS, 'workbench.colorTheme': 'Light Modern' },
    // Found as a person's engine is found.
    env: { DOCKER_HOST: needed('STEVEDORE_TEST_ENGINE') },
  });
  life.add(() => server.stop());
  const browser = await launchBrowser();
  life.add(() => browser.close());
  const window = await openWorkbench(browser, server);
  return {
    ui: ui(window),
    workspace,
    busybox,
    registry: needed('STEVEDORE_TEST_REGISTRY'),
    logs: server.dir,
    picture: async (name, keep) => {
      if (!keep?.pointer) await window.page.mouse.move(640, 14);
      await window.page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' });
    },
  };
}

async function perform(): Promise<boolean> {
  const pictures = join(dir, 'pictures');
  mkdirSync(pictures);
  const stage = await prepare(dir, pictures);
  for (const [index, step] of steps.entries()) {
    const start = Date.now();
    try {
      await step.run(stage);
      // Nothing in the main job is an error, so a message that says so is a fault even if the step came through.
      const errors = await stage.ui.workbench.errors();
      if (errors.length > 0) throw new Error(`an error was shown: ${errors.join('; ')}`);
    } catch (error) {
      await stage.picture('failure');
      cpSync(join(stage.logs, 'user-data/logs'), join(pictures, 'logs'), { recursive: true });
      console.log(`not ok  ${step.name}`);
      console.log(error instanceof Error ? error.message : String(error));
      console.log(`${steps.length - index - 1} steps were not reached`);
      console.log(`screenshots and logs: ${pictures}`);
      return false;
    }
    console.log(`ok  ${step.name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  }
  mkdirSync(PICTURES, { recursive: true });
  for (const name of readdirSync(pictures))
    copyFileSync(join(pictures, name), join(PICTURES, name));
  console.log(`${steps.length} steps passed; screenshots are in ${PICTURES}`);
  return true;
}

const life = lifetime();
const dir = mkdtempSync(join(tmpdir(), 'stevedore-check-'));
const passed = await perform().catch((error: unknown) => {
  console.error(error);
  return false;
});
await life.end();
if (passed) rmSync(dir, { recursive: true, force: true });
else rmSync(join(dir, 'vscode'), { recursive: true, force: true });
process.exitCode = passed ? 0 : 1;
