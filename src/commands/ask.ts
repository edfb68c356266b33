import * as vscode from 'vscode';
import { EngineError } from '../engine/errors.ts';
import { count, listNames, noLinks } from '../util/format.ts';
import type { Answers } from './secrets.ts';

/**
 * Asks before something is destroyed, naming what goes. Resolves when the person agrees.
 * @param message the question, with the names
 * @param button what the person presses: a verb
 * @throws vscode.CancellationError otherwise
 */
export async function confirm(message: string, button: string, detail = ''): Promise<void> {
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, button);
  if (answer !== button) throw new vscode.CancellationError();
}

/**
 * Asks for a line of text.
 * @param check what is wrong with a text, or undefined; it is called as the person types
 * @throws vscode.CancellationError when the person leaves
 */
export async function ask(
  title: string,
  options: Omit<vscode.InputBoxOptions, 'validateInput' | 'title'> & {
    check?: (text: string) => string | undefined;
  } = {},
): Promise<string> {
  const { check, prompt, ...rest } = options;
  const text = await vscode.window.showInputBox({
    title,
    // Looking something up in another window must not lose what was typed.
    ignoreFocusOut: true,
    ...rest,
    ...(prompt === undefined ? {} : { prompt: noLinks(prompt) }),
    ...(check ? { validateInput: check } : {}),
  });
  if (text === undefined) throw new vscode.CancellationError();
  return text;
}

/**
 * Asks for a line of text and does something with it. What is refused is not lost: the same question offers it again.
 * @param key names the question
 */
export async function askFor(
  answers: Answers,
  key: string,
  title: string,
  options: Parameters<typeof ask>[1],
  act: (text: string) => Promise<unknown>,
): Promise<void> {
  const refused = await answers.get<string>(key);
  const text = await ask(title, {
    ...options,
    ...(refused === undefined ? {} : { value: refused, valueSelection: [0, refused.length] }),
  });
  await answers.set(key, text);
  await act(text);
  await answers.set(key, undefined);
}

/** Lets the person choose one. @throws vscode.CancellationError when the person leaves */
export async function choose<T extends vscode.QuickPickItem>(
  title: string,
  items: readonly T[] | Thenable<readonly T[]>,
  options: vscode.QuickPickOptions = {},
): Promise<T> {
  const picked = await vscode.window.showQuickPick(items, {
    title,
    ignoreFocusOut: true,
    ...options,
  });
  if (!picked) throw new vscode.CancellationError();
  return picked;
}

/** Makes a check for an input box out of a parser that throws on what it cannot read. */
export const checkedBy =
  (parse: (text: string) => unknown) =>
  (text: string): string | undefined => {
    try {
      parse(text);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };

/**
 * Does the same to several things, a few at a time; one that fails does not keep the others from being done.
 * @throws the error where one of one failed; else an EngineError that names those that failed and why
 */
export async function each<T>(
  targets: readonly T[],
  name: (target: T) => string,
  act: (target: T) => Promise<unknown>,
): Promise<void> {
  const failed: { name: string; error: unknown }[] = [];
  const queue = [...targets];
  const worker = async () => {
    for (let target = queue.shift(); target !== undefined; target = queue.shift())
      try {
        await act(target);
      } catch (error) {
        failed.push({ name: name(target), error });
      }
  };
  await Promise.all(Array.from({ length: Math.min(8, targets.length) }, worker));
  const [first] = failed;
  if (!first) return;
  const cancelled = failed.find(
    ({ error }) => error instanceof EngineError && error.reason === 'cancelled',
  );
  if (cancelled) throw cancelled.error;
  if (targets.length === 1) throw first.error;
  const reasons = failed.map(
    ({ name, error }) => `${name}: ${error instanceof Error ? error.message : String(error)}`,
  );
  const reason = first.error instanceof EngineError ? first.error.reason : 'server';
  throw new EngineError(
    reason,
    `${failed.length} of ${count(targets.length, 'item')} failed (${listNames(failed.map(({ name }) => name))}). ${first.error instanceof Error ? first.error.message : ''}`,
    { detail: reasons.join('\n'), cause: first.error },
  );
}
