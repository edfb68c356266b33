import type { Build } from '../engine/builds/model.ts';
import type { Reason } from '../engine/errors.ts';
import { fullId } from '../manifest/commands.ts';
import type { CommandId } from '../manifest/commands.ts';
import { MANAGE_TRUST } from '../util/trust.ts';
import type { Row } from '../views/row.ts';
import { failedStepRow, keepsFailedStep } from '../views/rows/builds.ts';

/** A button under an error: its text and what it runs. */
export interface Remedy {
  readonly title: string;
  readonly command: CommandId | typeof MANAGE_TRUST;
  /** Whether it is for what the failed command was called on. */
  readonly same?: true;
  /** The row that it is for, where that is another one. */
  readonly row?: Row;
}

const start: Remedy = { title: 'Start the Engine', command: 'engine.start' };
const retry: Remedy = { title: 'Try Again', command: 'engine.retry' };
const choose: Remedy = { title: 'Choose Engine', command: 'engine.choose' };
const settings: Remedy = { title: 'Open Settings', command: 'engine.settings' };
const signIn: Remedy = { title: 'Sign In', command: 'registry.signIn' };

const trust: Remedy = { title: 'Manage Workspace Trust', command: MANAGE_TRUST };

const byReason: Partial<Record<Reason, readonly Remedy[]>> = {
  'no-socket': [start, choose],
  refused: [start, choose],
  permission: [choose],
  dropped: [retry],
  timeout: [retry, choose],
  tls: [settings, choose],
  ssh: [retry, choose],
  'not-an-engine': [choose, settings],
  'too-old': [choose],
  config: [settings],
  unauthorized: [signIn],
  untrusted: [trust],
};

const debug: Remedy = {
  title: 'Open Debug Shell…',
  command: 'container.debugShell',
  same: true,
};

const registrySettings: Remedy = { title: 'Open Settings', command: 'registry.settings' };

/** A registry is remedied in other places than an engine: none of them chooses another engine. */
const ofRegistries: Partial<Record<Reason, readonly Remedy[]>> = {
  tls: [registrySettings],
  config: [registrySettings],
  unauthorized: [signIn],
};

/** The id by which VS Code knows what a remedy runs. */
export const commandOf = ({ command }: Remedy): string =>
  command === MANAGE_TRUST ? command : fullId(command);

/** What can be done about a failure of a command, the likeliest first. */
export function remedies(reason: Reason, command: CommandId): readonly Remedy[] {
  // There is no shell in it.
  if (command === 'container.shell' && reason === 'not-supported') return [debug];
  return (/^(registry|tag)\./.test(command) ? ofRegistries : byReason)[reason] ?? [];
}

/** What can be done about a build that failed at a step. */
export function remediesOfBuild(build: Build): readonly Remedy[] {
  const row = failedStepRow(build);
  if (!row) return [];
  const goTo: Remedy = { title: 'Go to Instruction', command: 'build.goToInstruction', row };
  const shell: Remedy = { title: 'Open Shell', command: 'build.debug', row };
  return [
    ...(row.facts.includes('lines') ? [goTo] : []),
    ...(keepsFailedStep(build) ? [shell] : []),
  ];
}
