import * as vscode from 'vscode';
import { ask } from './ask.ts';
import { askOffered } from './offers.ts';
import type { Offer } from './offers.ts';

/** One field of a form: text, or a switch. */
export type Field =
  | {
      readonly kind: 'text';
      readonly label: string;
      readonly icon: string;
      /** Shown while it is empty. */
      readonly hint: string;
      readonly prompt: string;
      readonly check?: (text: string) => string | undefined;
      /** What can be chosen instead of typing it. */
      readonly offers?: readonly Offer[];
    }
  | {
      readonly kind: 'switch';
      readonly label: string;
      readonly icon: string;
      readonly hint: string;
    };

type TextField = Extract<Field, { kind: 'text' }>;

export type Values<F extends Record<string, Field>> = {
  [K in keyof F]: F[K]['kind'] extends 'switch' ? boolean : string;
};

/**
 * A short form as a quick pick: the first entry does it, the others show a field's value and change it when chosen.
 * What was typed stays until the form is left.
 * @param go label and description of the first entry, made of the values so far
 * @param missing the field that has to be filled first, if any: it is asked for when the person goes ahead without it
 * @throws vscode.CancellationError when the person leaves
 */
export async function fillForm<F extends Record<string, Field>>(
  title: string,
  fields: F,
  start: Values<F>,
  go: (values: Values<F>) => { label: string; description: string },
  missing: (values: Values<F>) => (keyof F & string) | undefined = () => undefined,
): Promise<Values<F>> {
  const values: Record<string, string | boolean> = { ...start };
  const typed = () => values as Values<F>;
  let last: string | undefined;
  for (;;) {
    const first = go(typed());
    const items: (vscode.QuickPickItem & { id?: string })[] = [
      {
        label: first.label,
        description: first.description,
        iconPath: new vscode.ThemeIcon('play'),
      },
      { label: '', kind: vscode.QuickPickItemKind.Separator },
      ...Object.entries(fields).map(([id, field]) => {
        const value = values[id];
        const shown =
          typeof value === 'boolean' ? (value ? vscode.l10n.t('yes') : vscode.l10n.t('no')) : value;
        return {
          id,
          label: field.label,
          description: shown || field.hint,
          iconPath: new vscode.ThemeIcon(field.icon),
        };
      }),
    ];
    const picked = await pick(title, items, last);
    if (!picked) throw new vscode.CancellationError();
    const id = picked.id ?? missing(typed());
    if (id === undefined) return typed();
    last = id;
    const field = fields[id];
    if (field?.kind === 'switch') values[id] = !values[id];
    else if (field) values[id] = await askField(title, field, String(values[id]));
  }
}

/** Leaving the box of a field goes back to the form with the value as it was. */
async function askField(title: string, field: TextField, value: string): Promise<string> {
  const heading = `${title}: ${field.label}`;
  try {
    if (field.offers?.length) return await askOffered(heading, field, value);
    return await ask(heading, {
      value,
      prompt: field.prompt,
      placeHolder: field.hint,
      ...(field.check ? { check: (text) => (text ? field.check?.(text) : undefined) } : {}),
    });
  } catch (error) {
    if (error instanceof vscode.CancellationError) return value;
    throw error;
  }
}

/**
 * A quick pick that starts on the field that was changed last. Its first entry, which may then be out of sight, is a button
 * beside the title, too.
 */
function pick<T extends vscode.QuickPickItem & { id?: string }>(
  title: string,
  items: readonly T[],
  active: string | undefined,
): Promise<T | undefined> {
  return new Promise((done) => {
    const box = vscode.window.createQuickPick<T>();
    let chosen: T | undefined;
    box.title = title;
    box.items = items;
    box.ignoreFocusOut = true;
    const [first] = items;
    if (first?.iconPath) box.buttons = [{ iconPath: first.iconPath, tooltip: first.label }];
    box.onDidTriggerButton(() => {
      chosen = first;
      box.hide();
    });
    const at = items.find(({ id }) => id !== undefined && id === active);
    if (at) box.activeItems = [at];
    box.onDidAccept(() => {
      chosen = box.selectedItems[0];
      box.hide();
    });
    box.onDidHide(() => {
      box.dispose();
      done(chosen);
    });
    box.show();
  });
}
