import * as vscode from 'vscode';
import type { Run } from './services.ts';

/** A handler that puts one line for each target on the clipboard. */
export const copies =
  <T>(text: (target: T) => string | undefined) =>
  async ({ targets }: Run<T>): Promise<void> => {
    await vscode.env.clipboard.writeText(
      targets
        .map(text)
        .filter((line) => line)
        .join('\n'),
    );
  };
