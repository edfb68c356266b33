import * as vscode from 'vscode';
import { defaultPlatform } from '../engine/defaultPlatform.ts';
import { pullImage, pushImage } from '../engine/images.ts';
import { parseReference } from '../engine/reference.ts';
import { inform } from '../views/notify.ts';
import { describeTransfer, shareOf, withProgress } from './progress.ts';
import type { Run } from './services.ts';

/** The registry an image of this name goes to and comes from: `docker.io`, `host:5000`. */
export const registryOf = (reference: string): string => parseReference(reference).registry;

/** Pulls one image with progress and cancel. Its row appears by the engine's own event. */
export async function pullWithProgress(run: Run<unknown>, reference: string): Promise<void> {
  const client = await run.client();
  await withProgress(vscode.l10n.t('Pulling {0}', reference), async (report, signal) => {
    const auth = await run.credentials.authConfigFor(reference, signal);
    await pullImage(
      client,
      reference,
      {
        auth,
        platform: defaultPlatform(client.engine, process.env),
        onProgress: (progress) => report(describeTransfer(progress), shareOf(progress)),
      },
      signal,
    );
  });
}

/** Pushes one tag with progress and cancel. */
export async function pushWithProgress(run: Run<unknown>, reference: string): Promise<void> {
  const client = await run.client();
  const { digest } = await withProgress(
    vscode.l10n.t('Pushing {0}', reference),
    async (report, signal) => {
      const auth = await run.credentials.authConfigFor(reference, signal);
      return pushImage(
        client,
        reference,
        { auth, onProgress: (progress) => report(describeTransfer(progress), shareOf(progress)) },
        signal,
      );
    },
  );
  void inform(
    digest
      ? vscode.l10n.t('Pushed {0} ({1}).', reference, digest.slice(0, 19))
      : vscode.l10n.t('Pushed {0}.', reference),
  );
}
