import * as vscode from 'vscode';
import {
  LEAST_MEMORY,
  limitsBody,
  readLimits,
  RESTART_POLICIES,
  updateLimits,
} from '../engine/stats/limits.ts';
import type { ContainerLimits, Limits } from '../engine/stats/limits.ts';
import type { Container } from '../engine/model.ts';
import { formatBytes } from '../util/format.ts';
import { parseSize, sizeText } from '../util/size.ts';
import { warn } from '../views/notify.ts';
import { fillForm } from './form.ts';
import type { Field, Values } from './form.ts';
import type { Run } from './services.ts';

const POLICY = /^(no|always|unless-stopped|on-failure)(?::(\d{1,9}))?$/;

/** The form's fields, which know how much there is. */
function fieldsOf({ machine, memory, cpus }: ContainerLimits) {
  const all = vscode.l10n.t('all that the machine has');
  return {
    memory: {
      kind: 'text',
      label: vscode.l10n.t('Memory'),
      icon: 'dashboard',
      hint: memory ? all : vscode.l10n.t('no limit'),
      prompt: vscode.l10n.t(
        'Such as 512m or 1.5g; the machine has {0}.',
        formatBytes(machine.memory),
      ),
      check: (text) => {
        const bytes = parseSize(text);
        if (bytes === undefined) return vscode.l10n.t('A size such as 512m or 1.5g, please.');
        if (bytes < LEAST_MEMORY) return vscode.l10n.t('At least 6m.');
        return machine.memory && bytes > machine.memory
          ? vscode.l10n.t('The machine has {0}.', sizeText(machine.memory))
          : undefined;
      },
    },
    cpus: {
      kind: 'text',
      label: vscode.l10n.t('CPUs'),
      icon: 'server-process',
      hint: cpus ? all : vscode.l10n.t('no limit'),
      prompt: vscode.l10n.t('Cores, such as 1.5; the machine has {0}.', machine.cpus),
      check: (text) => {
        const cores = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
        return cores >= 0.01 && cores <= (machine.cpus || Infinity)
          ? undefined
          : vscode.l10n.t('A number from 0.01 to {0}, please.', machine.cpus);
      },
    },
    pids: {
      kind: 'text',
      label: vscode.l10n.t('Processes'),
      icon: 'list-tree',
      hint: vscode.l10n.t('no limit'),
      prompt: vscode.l10n.t('How many processes and threads it may have.'),
      check: (text) =>
        /^[1-9]\d{0,8}$/.test(text) ? undefined : vscode.l10n.t('A whole number, please.'),
    },
    restart: {
      kind: 'text',
      label: vscode.l10n.t('Restart Policy'),
      icon: 'debug-restart',
      hint: 'no',
      prompt: vscode.l10n.t('When it is started again. on-failure:3 tries three times.'),
      check: (text) =>
        POLICY.test(text) && (!text.includes(':') || text.startsWith('on-failure'))
          ? undefined
          : vscode.l10n.t('no, always, unless-stopped, on-failure or on-failure:N, please.'),
      offers: RESTART_POLICIES.map((value) => ({ label: value, value })),
    },
  } as const satisfies Record<string, Field>;
}

type Form = Values<ReturnType<typeof fieldsOf>>;

const shown = ({ memory, cpus, pids, restart, retries }: Limits): Form => ({
  memory: memory ? sizeText(memory) : '',
  cpus: cpus ? String(cpus) : '',
  pids: pids ? String(pids) : '',
  restart: retries > 0 ? `${restart}:${retries}` : restart,
});

function wanted({ memory, cpus, pids, restart }: Form): Limits {
  const [, policy, retries = '0'] = POLICY.exec(restart) ?? [];
  return {
    memory: parseSize(memory) ?? 0,
    cpus: Number(cpus),
    pids: Number(pids),
    restart: RESTART_POLICIES.find((one) => one === policy) ?? 'no',
    retries: Number(retries),
  };
}

/**
 * Asks what a container may use, beginning with what it may now, and tells the engine what differs. What was refused is
 * offered again the next time.
 */
export async function changeLimits(run: Run<Container>, container: Container): Promise<void> {
  const { client, signal, busy, answers } = run;
  const engine = await client();
  const now = await busy(readLimits(engine, container.id, signal));
  const key = `limits/${container.id}`;
  const values = await fillForm(
    vscode.l10n.t('Limits of {0}', container.name),
    fieldsOf(now),
    (await answers.get<Form>(key)) ?? shown(now),
    (values) => {
      const count = Object.keys(limitsBody(now, wanted(values))).length;
      return {
        label: vscode.l10n.t('Update'),
        description: count === 0 ? vscode.l10n.t('nothing changes') : '',
      };
    },
  );
  const body = limitsBody(now, wanted(values));
  if (Object.keys(body).length === 0) return;
  await answers.set(key, values);
  const warnings = await busy(updateLimits(engine, container.id, body, signal));
  await answers.set(key, undefined);
  if (warnings.length > 0) void warn(warnings.join(' '));
}
