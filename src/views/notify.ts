import * as vscode from 'vscode';
import { noLinks } from '../util/format.ts';

/*
 * Notifications: all that this extension shows are shown here. Each resolves with the answer that was chosen, undefined when it
 * was closed. Their text may hold names of others, of which VS Code would make links.
 */

export const inform = (text: string, ...answers: readonly string[]) =>
  vscode.window.showInformationMessage(noLinks(text), ...answers);

export const warn = (text: string, ...answers: readonly string[]) =>
  vscode.window.showWarningMessage(noLinks(text), ...answers);

export const showProblem = (text: string, ...answers: readonly string[]) =>
  vscode.window.showErrorMessage(noLinks(text), ...answers);
