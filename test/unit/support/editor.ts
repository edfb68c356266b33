import { afterAll, beforeAll, vi } from 'vitest';

/** What of `vscode`, which exists in the editor alone, tests are given alike; each adds what it looks at. */
export const EDITOR = {
  CancellationError: class extends Error {},
  Disposable: {
    from: (...parts: readonly { dispose(): unknown }[]) => ({
      dispose() {
        for (const part of parts) part.dispose();
      },
    }),
  },
  EventEmitter: class {
    fire() {}
    dispose() {}
  },
  l10n: {
    t: (text: string, ...values: readonly unknown[]) =>
      text.replace(/\{(\d)\}/g, (_, at: string) => String(values[Number(at)])),
  },
};

/** Test files share what is loaded, and with it the `vscode` that it was loaded with: what has one of its own calls this. */
export function loadAnew(): void {
  beforeAll(() => void vi.resetModules());
  afterAll(() => void vi.resetModules());
}
