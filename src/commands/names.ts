import * as vscode from 'vscode';
import { parseReference } from '../engine/reference.ts';
import { checkedBy } from './ask.ts';

/** What is wrong with a name of a container, network or volume (Engine API: `[a-zA-Z0-9][a-zA-Z0-9_.-]+`), if anything. */
export function checkName(text: string): string | undefined {
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(text)
    ? undefined
    : vscode.l10n.t('Letters, digits, _ . and -, at least two, the first a letter or digit.');
}

/** What is wrong with an image reference, if anything. */
export const checkReference = checkedBy(parseReference);
