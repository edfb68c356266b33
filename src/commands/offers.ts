import * as vscode from 'vscode';
import { pairValue, withPair } from '../engine/builds/optionText.ts';
import { noIcons } from '../util/format.ts';
import { ask } from './ask.ts';

/** Something to choose instead of typing it: a value, or a name for which a value is asked then (`NAME=value`). */
export type Offer = {
  readonly label: string;
  readonly description?: string;
} & ({ readonly value: string } | { readonly name: string });

interface Asked {
  readonly hint: string;
  readonly prompt: string;
  readonly check?: (text: string) => string | undefined;
  readonly offers?: readonly Offer[];
}

type Item = vscode.QuickPickItem & { offer?: Offer };

/**
 * Asks for a text of which some values can be chosen. Names that are chosen are added to the text with their values,
 * and it is asked for again.
 * @throws vscode.CancellationError when the person leaves
 */
export async function askOffered(title: string, field: Asked, value: string): Promise<string> {
  let text = value;
  for (;;) {
    const answer = await askOnce(title, field, text);
    if (typeof answer === 'string') return answer;
    if ('value' in answer) return answer.value;
    const given = await ask(`${title}: ${answer.name}`, {
      value: pairValue(text, answer.name) ?? '',
      prompt: answer.description ?? '',
    });
    text = withPair(text, answer.name, given);
  }
}

function askOnce(title: string, field: Asked, value: string): Promise<string | Offer> {
  return new Promise((done, fail) => {
    const box = vscode.window.createQuickPick<Item>();
    const offers = (field.offers ?? []).map((offer): Item => ({
      label: noIcons(offer.label),
      ...(offer.description === undefined ? {} : { description: noIcons(offer.description) }),
      iconPath: new vscode.ThemeIcon('value' in offer ? 'lightbulb' : 'edit'),
      alwaysShow: true,
      offer,
    }));
    /** What is typed stands first, so that accepting it needs no more than Enter. */
    const typed = (): Item => {
      const wrong = box.value && field.check?.(box.value);
      return {
        label: noIcons(box.value) || field.hint,
        ...(wrong ? { description: noIcons(wrong) } : {}),
        iconPath: new vscode.ThemeIcon(wrong ? 'error' : 'check'),
        alwaysShow: true,
      };
    };
    const draw = () => (box.items = [typed(), ...offers]);
    let chosen: string | Offer | undefined;
    box.title = title;
    box.placeholder = field.prompt;
    box.ignoreFocusOut = true;
    box.value = value;
    draw();
    box.onDidChangeValue(draw);
    box.onDidAccept(() => {
      const offer = box.selectedItems[0]?.offer;
      if (!offer && box.value && field.check?.(box.value) !== undefined) return;
      chosen = offer ?? box.value;
      box.hide();
    });
    box.onDidHide(() => {
      box.dispose();
      if (chosen === undefined) fail(new vscode.CancellationError());
      else done(chosen);
    });
    box.show();
  });
}
