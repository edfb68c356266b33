import * as vscode from 'vscode';
import { engineViews, views as viewNames } from '../manifest/views.ts';
import type { EngineViewId } from '../manifest/views.ts';
import { settings } from '../manifest/settings.ts';
import type { SettingId } from '../manifest/settings.ts';
import type { Handlers } from './run.ts';
import type { Run } from './services.ts';

/** A setting that has a list of values, of which it holds one or several. */
interface Listed {
  readonly description: string;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly items?: { readonly enum?: readonly string[] };
}

type Simple = (run: Run<vscode.Uri | undefined>) => Promise<void>;
type FilterId = `${EngineViewId}.${'filter' | 'clearFilter'}`;

/** What the filter of a view looks at. */
const filtered: Record<EngineViewId, () => string> = {
  containers: () => vscode.l10n.t('Words in the name, image, project, service, state or ID'),
  images: () => vscode.l10n.t('Words in the name or ID'),
  networks: () => vscode.l10n.t('Words in the name or driver'),
  volumes: () => vscode.l10n.t('Words in the name or driver'),
};

/** Filters as one types; leaving the box by Escape restores what was there. */
const filter =
  (view: EngineViewId): Simple =>
  async ({ views }) => {
    const before = views.filter(view);
    const box = vscode.window.createInputBox();
    box.title = vscode.l10n.t('Filter {0}', viewNames[view].name);
    box.placeholder = filtered[view]();
    box.value = before;
    // Else a look at the rows that are left would lose what was typed.
    box.ignoreFocusOut = true;
    await new Promise<void>((done) => {
      let accepted = false;
      box.onDidChangeValue((value) => views.setFilter(view, value));
      box.onDidAccept(() => {
        accepted = true;
        box.hide();
      });
      box.onDidHide(() => {
        if (!accepted) views.setFilter(view, before);
        box.dispose();
        done();
      });
      box.show();
    });
  };

const clearFilter =
  (view: EngineViewId): Simple =>
  async ({ views }) =>
    views.setFilter(view, '');

/** Lets the person choose a value of a setting that has a list of them; several where the setting is a list. */
const arrange =
  (ids: readonly SettingId[]): Simple =>
  async ({ settings: values }) => {
    const picked = await vscode.window.showQuickPick(
      ids.map((id) => {
        const value = values.get(id);
        return {
          label: settings[id].description,
          description: Array.isArray(value) ? value.join(', ') : String(value),
          id,
        };
      }),
      { title: vscode.l10n.t('Arrange') },
    );
    if (!picked) return;
    const { id } = picked;
    const spec = settings[id] as Listed;
    const now = values.get(id);
    if (spec.enum) {
      const choice = await vscode.window.showQuickPick(
        spec.enum.map((value, index) => ({
          label: value,
          description: spec.enumDescriptions?.[index] ?? '',
          ...(value === now ? { iconPath: new vscode.ThemeIcon('check') } : {}),
        })),
        { title: picked.label },
      );
      if (choice) await values.update(id, choice.label);
      return;
    }
    const chosen = await vscode.window.showQuickPick(
      (spec.items?.enum ?? []).map((label) => ({
        label,
        picked: Array.isArray(now) && now.includes(label),
      })),
      { title: picked.label, canPickMany: true },
    );
    if (chosen)
      await values.update(
        id,
        chosen.map(({ label }) => label),
      );
  };

export const arrangeHandlers: Pick<Handlers, FilterId | 'containers.arrange' | 'images.arrange'> = {
  ...(Object.fromEntries(
    engineViews.flatMap((view) => [
      [`${view}.filter`, filter(view)],
      [`${view}.clearFilter`, clearFilter(view)],
    ]),
  ) as Pick<Handlers, FilterId>),
  'containers.arrange': arrange([
    'containers.groupBy',
    'containers.sortBy',
    'containers.label',
    'containers.description',
  ]),
  'images.arrange': arrange(['images.groupBy', 'images.sortBy', 'images.description']),
};
