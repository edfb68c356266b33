import * as vscode from 'vscode';
import type { CommandSpec } from '../manifest/commands/spec.ts';
import { noIcons } from '../util/format.ts';
import { satisfies } from '../manifest/facts.ts';
import type { Noun } from '../manifest/facts.ts';
import type { Services, TargetRow } from './services.ts';

/** The view that a noun's rows stand in. */
const viewOf: Record<Noun, Parameters<Services['views']['rows']>[0] | undefined> = {
  container: 'containers',
  project: 'containers',
  image: 'images',
  repository: 'images',
  network: 'networks',
  volume: 'volumes',
  endpoint: 'engines',
  registry: 'registries',
  remoteRepository: undefined,
  tag: undefined,
  more: undefined,
  message: undefined,
  contextEntry: undefined,
};

const isRow = (value: unknown): value is TargetRow =>
  typeof value === 'object' && value !== null && 'noun' in value && 'facts' in value;
const toRow = (value: unknown): TargetRow[] =>
  isRow(value)
    ? [value]
    : typeof value === 'object' && value !== null && 'row' in value && isRow(value.row)
      ? [value.row]
      : [];

/** Groups become their members, and what a command is not for falls away; each target stays once. */
function expand(rows: readonly TargetRow[], spec: CommandSpec): TargetRow[] {
  const single = spec.on?.[0];
  const leaves = rows.flatMap((row): readonly TargetRow[] =>
    row.noun !== single && Array.isArray(row.children) ? (row.children as TargetRow[]) : [row],
  );
  const seen = new Set<unknown>();
  return leaves.filter((row) => {
    if (!spec.on?.includes(row.noun) || !satisfies(row.facts, spec.needs)) return false;
    if (seen.has(row.target)) return false;
    seen.add(row.target);
    return true;
  });
}

/**
 * The rows that a command was called on: the one clicked, or all selected ones when the clicked one is among
 * them and the command takes several. Empty when it was called without any, as from the palette.
 */
export function rowsOf(spec: CommandSpec, argument: unknown, selected: unknown): TargetRow[] {
  const clicked = toRow(argument);
  const all = Array.isArray(selected) ? selected.flatMap(toRow) : [];
  const several = spec.many && clicked[0] && all.includes(clicked[0]);
  const rows = expand(several ? all : clicked, spec);
  return spec.many ? rows : rows.slice(0, 1);
}

/** The selected rows of the view that a command is for: what a key on a row means. */
export function selectedRows(spec: CommandSpec, services: Services): TargetRow[] {
  const view = spec.on?.[0] && viewOf[spec.on[0]];
  if (!view || view === 'registries' || view === 'engines') return [];
  const selected = services.views.selection(view);
  return rowsOf(spec, selected[0], selected);
}

/** Lets the person choose what a command is to act upon. Says so when there is nothing. */
export async function pickTargets(spec: CommandSpec, services: Services): Promise<TargetRow[]> {
  const noun = spec.on?.[0];
  const view = noun && viewOf[noun];
  if (!view) return [];
  if (view !== 'registries' && view !== 'engines') await services.current.client();
  const title = spec.title.replace(/…$/, '');
  const rows = expand(
    (await services.views.rows(view)).flatMap((row) => [row]),
    spec,
  );
  if (!rows.length) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0}: there is no {1} that this applies to.', title, noun),
    );
    return [];
  }
  const items = rows.map((row) => ({
    label: noIcons(row.label),
    ...(row.description ? { description: noIcons(row.description) } : {}),
    iconPath: new vscode.ThemeIcon(row.icon.id.replace('~spin', '')),
    row,
  }));
  const placeHolder = spec.many
    ? vscode.l10n.t('Which {0}s?', noun)
    : vscode.l10n.t('Which {0}?', noun);
  const options = { title, placeHolder, matchOnDescription: true };
  if (spec.many) {
    const picked = await vscode.window.showQuickPick(items, { ...options, canPickMany: true });
    return (picked ?? []).map(({ row }) => row);
  }
  const picked = await vscode.window.showQuickPick(items, options);
  return picked ? [picked.row] : [];
}
