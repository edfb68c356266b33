import * as vscode from 'vscode';
import type { CommandSpec } from '../manifest/commands/spec.ts';
import { noIcons } from '../util/format.ts';
import { satisfies } from '../manifest/facts.ts';
import { viewOf } from '../manifest/listed.ts';
import { inform } from '../views/notify.ts';
import type { Services, TargetRow } from './services.ts';

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
  const members = (row: TargetRow): readonly TargetRow[] =>
    row.noun !== single && Array.isArray(row.children)
      ? (row.children as TargetRow[]).flatMap(members)
      : [row];
  const leaves = rows.flatMap(members);
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
  if (!view || view === 'registries' || view === 'engines' || view === 'buildCache') return [];
  const selected = services.views.selection(view);
  return rowsOf(spec, selected[0], selected);
}

/** Lets the person choose what a command is to act upon. Says so when there is nothing. */
export async function pickTargets(spec: CommandSpec, services: Services): Promise<TargetRow[]> {
  const noun = spec.on?.[0];
  const view = noun && viewOf[noun];
  if (!view) return [];
  if (view !== 'registries' && view !== 'engines' && view !== 'buildCache' && view !== 'builds')
    await services.current.client();
  const title = spec.title.replace(/…$/, '');
  const word = noun === 'buildStep' ? 'step' : noun;
  const items = (await services.views.rows(view)).flatMap((top): Item[] => {
    const rows = expand([top], spec);
    // Steps of one name are in many builds, so that these are told apart by a line.
    return noun === 'buildStep' && rows.length > 0
      ? [separator(top), ...rows.map(toItem)]
      : rows.map(toItem);
  });
  if (!items.length) {
    void inform(vscode.l10n.t('{0}: there is no {1} that this applies to.', title, word));
    return [];
  }
  const placeHolder = spec.many
    ? vscode.l10n.t('Which {0}s?', word)
    : vscode.l10n.t('Which {0}?', word);
  const options = { title, placeHolder, matchOnDescription: true };
  if (spec.many) {
    const picked = await vscode.window.showQuickPick(items, { ...options, canPickMany: true });
    return (picked ?? []).flatMap(({ row }) => row ?? []);
  }
  const picked = await vscode.window.showQuickPick(items, options);
  return picked?.row ? [picked.row] : [];
}

interface Item extends vscode.QuickPickItem {
  readonly row?: TargetRow;
}

const toItem = (row: TargetRow): Item => ({
  label: noIcons(row.full ?? row.label),
  ...(row.description ? { description: noIcons(row.description) } : {}),
  iconPath: new vscode.ThemeIcon(row.icon.id.replace('~spin', '')),
  row,
});

const separator = ({ label, description = '' }: TargetRow): Item => ({
  label: noIcons(`${label}  ${description}`),
  kind: vscode.QuickPickItemKind.Separator,
});
