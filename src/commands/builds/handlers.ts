import * as vscode from 'vscode';
import { forgetPastBuild, pinPastBuild } from '../../engine/buildkit/engineHistory.ts';
import { buildxLine } from '../../engine/builds/buildxLine.ts';
import type { Build, BuildStep } from '../../engine/builds/model.ts';
import { EngineError } from '../../engine/errors.ts';
import { confirm, each } from '../ask.ts';
import { asFileName, count, listNames } from '../../util/format.ts';
import { inform } from '../../views/notify.ts';
import type { Handlers } from '../run.ts';
import type { Run } from '../services.ts';
import { compareWith } from './compare.ts';
import { demandFailedStep, openFailedStepShell } from './debug.ts';
import { changesOf, complete, dockerfileOf, findBuild, keeperOf, wholeLog } from './known.ts';
import { buildName } from '../../views/rows/builds.ts';
import { runBuild } from './runBuild.ts';
import { logDocument, openInstruction } from './steps.ts';

type BuildId = Extract<keyof Handlers, `build.${string}`>;

/** What a build was asked for with. @throws EngineError `not-found` when that is not kept any more */
async function optionsOf({ builds }: Run<unknown>, { id }: Build) {
  const options = await builds.options(id);
  if (options) return options;
  throw new EngineError(
    'not-found',
    vscode.l10n.t('What this build was asked for with is not kept any more.'),
  );
}

/** The line that builds the same, for the shell that terminals here have. */
async function commandLine(run: Run<unknown>, build: Build): Promise<string> {
  const isPowerShell = /(?:pwsh|powershell)(?:\.exe)?$/i.test(vscode.env.shell);
  return buildxLine(await optionsOf(run, build), isPowerShell ? 'powershell' : 'posix');
}

/** Has the engine keep builds beyond its limits, or no longer. */
const pin =
  (pinned: boolean) =>
  async (run: Run<Build>): Promise<void> => {
    const engine = await run.client();
    await run.busy(
      each(run.targets, buildName, ({ id }) => pinPastBuild(engine, id, pinned, run.signal)),
    );
  };

/** A name for a file that says which step it is. */
const stepFileName = ({ instruction, index }: BuildStep) =>
  asFileName(`${index === undefined ? '' : `${index} `}${instruction}`, 60);

/** Whether the end of a log is what matters: why it failed, or what is done just now. */
const isAtEnd = (state: BuildStep['state']) => state === 'failed' || state === 'running';

export const buildHandlers: Pick<Handlers, BuildId> = {
  'build.cancel': async ({ targets, builds }) => {
    for (const { id } of targets) builds.cancel(id);
  },

  'build.again': async (run) => {
    const [build] = run.targets;
    if (build) await runBuild(run, await optionsOf(run, build));
  },

  'build.timeline': async (run) => {
    const [build] = run.targets;
    if (build) await run.timeline((await complete(run, build)).id);
  },

  'build.log': async (run) => {
    const [build] = run.targets;
    if (!build) return;
    const path = `build/${build.id}/${asFileName(buildName(build))}.log`;
    const known = findBuild(run.builds, build.id) ?? build;
    await run.showDocument(path, () => wholeLog(run, known), {
      atEnd: isAtEnd(known.state),
      onDidChange: changesOf(run.builds, build.id),
    });
  },

  'build.terminal': async ({ targets: [build], terminals }) => {
    if (build) terminals.show(build.id);
  },

  'build.compare': async (run) => {
    const [build] = run.targets;
    if (build) await compareWith(run, build);
  },

  'build.openDockerfile': async ({ targets: [build] }) => {
    if (build)
      await vscode.window.showTextDocument(vscode.Uri.file(dockerfileOf(build)), {
        preview: true,
      });
  },

  'build.copyCommand': async (run) => {
    const [build] = run.targets;
    if (build) await vscode.env.clipboard.writeText(await commandLine(run, build));
  },

  'build.remove': async ({ targets, builds }) => {
    await builds.remove(targets.map(({ id }) => id));
  },

  'build.pin': pin(true),
  'build.unpin': pin(false),

  'build.forget': async (run) => {
    const { targets, busy, signal } = run;
    const names = listNames(targets.map(buildName));
    await confirm(
      targets.length === 1
        ? vscode.l10n.t('Have the engine forget the build {0}?', names)
        : vscode.l10n.t('Have the engine forget {0}: {1}?', count(targets.length, 'build'), names),
      vscode.l10n.t('Forget'),
      vscode.l10n.t('Steps and logs go; what was made stays.'),
    );
    const engine = await run.client();
    await busy(each(targets, buildName, ({ id }) => forgetPastBuild(engine, id, signal)));
  },

  'build.clear': async ({ builds }) => {
    const ended = builds.list().filter(({ state }) => state !== 'running');
    if (ended.length === 0) {
      void inform(vscode.l10n.t('No build of this workspace has ended.'));
      return;
    }
    await confirm(
      vscode.l10n.t('Forget {0} of this workspace?', count(ended.length, 'build')),
      vscode.l10n.t('Forget'),
      vscode.l10n.t('The images stay; what the builds were asked for with goes.'),
    );
    await builds.remove(ended.map(({ id }) => id));
  },

  'build.debug': async (run) => {
    const [target] = run.targets;
    if (!target) return;
    const build = run.builds.get(target.build.id) ?? target.build;
    demandFailedStep(build);
    await openFailedStepShell(run, buildName(build), await optionsOf(run, build), run.signal);
  },

  'build.stepLog': async (run) => {
    const [target] = run.targets;
    if (!target) return;
    const now = () => {
      const build = findBuild(run.builds, target.build.id) ?? target.build;
      return { build, step: build.steps.find(({ id }) => id === target.step.id) ?? target.step };
    };
    const text = async () => {
      const { build, step } = now();
      return logDocument(keeperOf(run.builds, build.id), build, step);
    };
    const { build, step } = now();
    await run.showDocument(
      `build/${asFileName(buildName(build))}/${stepFileName(step)}.log`,
      text,
      { atEnd: isAtEnd(step.state), onDidChange: changesOf(run.builds, build.id) },
    );
  },

  'build.goToInstruction': async ({ targets: [target] }) => {
    if (target) await openInstruction(target.build, target.step);
  },
};
