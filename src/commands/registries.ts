import * as vscode from 'vscode';
import { EngineError } from '../engine/errors.ts';
import { HUB, parseRegistryAddress } from '../engine/reference.ts';
import type { RegistryEntry, RemoteTag } from '../engine/registry/registries.ts';
import { listNames, oneLine } from '../util/format.ts';
import { warn } from '../views/notify.ts';
import { ask, askFor, checkedBy, confirm } from './ask.ts';
import { copies } from './copy.ts';
import { openSettings } from './openSettings.ts';
import { pullWithProgress } from './transfers.ts';
import type { Handlers } from './run.ts';
import type { Run } from './services.ts';

/** What the engine calls a tag of a registry: Docker Hub's own host is left out, as docker writes it. */
const referenceOf = ({ host, repository, tag }: RemoteTag) =>
  `${host === HUB ? '' : `${host}/`}${repository}:${tag}`;

/** Asks for user and password, tries them, and keeps them only when the registry takes them. */
async function signIn(run: Run<RegistryEntry>, { host, hub }: RegistryEntry): Promise<void> {
  const { answers, credentials, registries, signal, busy } = run;
  const title = vscode.l10n.t('Sign in to {0}', hub ? 'Docker Hub' : host);
  await askFor(
    answers,
    `signIn/${host}`,
    title,
    {
      prompt: vscode.l10n.t('User name'),
      check: (text) => (text.trim() ? undefined : vscode.l10n.t('A user name is needed.')),
    },
    async (name) => {
      const username = name.trim();
      const secret = await ask(title, {
        prompt: hub
          ? vscode.l10n.t('Personal access token or password')
          : vscode.l10n.t('Password or access token'),
        password: true,
        check: (text) => (text ? undefined : vscode.l10n.t('A password is needed.')),
      });
      const credential = { username, secret };
      // Tried before it is kept: one that is refused leaves everything as it was.
      await busy(registries.tryOut(host, credential, signal));
      const { shadowedBy } = await credentials.signIn(host, credential, signal);
      registries.forget(host);
      if (shadowedBy)
        void warn(
          vscode.l10n.t(
            '{0} holds another sign-in for {1}, which goes on being used. Run docker logout {1} to drop it.',
            shadowedBy,
            host,
          ),
        );
    },
  );
}

export const registryHandlers = {
  async 'registry.add'({ registries, signal }) {
    const address = await ask(vscode.l10n.t('Add a registry'), {
      prompt: vscode.l10n.t('Its address: host, host:port or a URL'),
      placeHolder: 'registry.example.com:5000',
      check: checkedBy(parseRegistryAddress),
    });
    const host = await registries.add(address.trim());
    try {
      await (await registries.open(host)).check(signal);
    } catch (error) {
      // It stays on show: that it wants a sign-in, or is away for now, is no reason to lose what was typed.
      if (!(error instanceof EngineError && error.reason === 'unauthorized')) throw error;
    }
  },

  async 'registry.remove'({ targets: [entry], registries }) {
    if (!entry) return;
    await confirm(
      vscode.l10n.t('Forget the registry {0}?', entry.host),
      vscode.l10n.t('Forget'),
      entry.pinned.length
        ? vscode.l10n.t(
            'Its pinned repositories go with it: {0}. Nothing is deleted in the registry.',
            listNames(entry.pinned),
          )
        : vscode.l10n.t('Nothing is deleted in the registry.'),
    );
    await registries.remove(entry.host);
  },

  async 'registry.signIn'(run) {
    const [entry] = run.targets;
    if (entry) await signIn(run, entry);
  },

  async 'registry.signOut'({ targets: [entry], credentials, registries, signal }) {
    if (!entry) return;
    const found = await credentials.find(entry.host, signal);
    await confirm(
      vscode.l10n.t('Sign out of {0}?', entry.host),
      vscode.l10n.t('Sign Out'),
      found && found.source !== 'stevedore'
        ? vscode.l10n.t(
            'The sign-in is docker’s own ({0}): the docker command loses it too.',
            found.source,
          )
        : '',
    );
    await credentials.signOut(entry.host, signal);
    registries.forget(entry.host);
  },

  async 'registry.pin'({ targets: [entry], registries }) {
    if (!entry) return;
    const name = await ask(vscode.l10n.t('Pin a repository of {0}', entry.host), {
      placeHolder: 'team/app',
      check: (text) =>
        /^[a-z0-9]+([._/-]+[a-z0-9]+)*$/.test(text)
          ? undefined
          : vscode.l10n.t('Lower-case letters, digits, . _ - and / between them.'),
    });
    await registries.pin(entry.host, entry.hub && !name.includes('/') ? `library/${name}` : name);
  },

  async 'registry.unpin'({ targets: [repository], registries }) {
    if (repository) await registries.unpin(repository.host, repository.name);
  },

  async 'registry.refresh'({ registries }) {
    // Certificates and sign-ins are read anew too: they may be why a person refreshes.
    registries.forget();
  },

  async 'registry.settings'() {
    await openSettings('stevedore.registries');
  },

  async 'registry.more'({ targets: [load] }) {
    await load?.();
  },

  async 'registry.openInBrowser'({ targets: [repository] }) {
    if (!repository) return;
    const path =
      'repository' in repository
        ? (repository as unknown as RemoteTag).repository
        : repository.name;
    const page = path.startsWith('library/') ? `_/${path.slice('library/'.length)}` : `r/${path}`;
    await vscode.env.openExternal(vscode.Uri.parse(`https://hub.docker.com/${page}`));
  },

  async 'tag.pull'(run) {
    for (const tag of run.targets) await pullWithProgress(run, referenceOf(tag));
  },

  async 'tag.inspect'({ targets: [tag], registries, signal, showDocument }) {
    if (!tag) return;
    await showDocument(`manifest/${oneLine(tag.repository)}:${tag.tag}.json`, async () => {
      const registry = await registries.open(tag.host);
      const { json, digest, mediaType } = await registry.manifest(tag.repository, tag.tag, signal);
      return { reference: referenceOf(tag), digest, mediaType, manifest: json };
    });
  },

  'tag.copyReference': copies((target: RemoteTag | { host: string; name: string }) =>
    'tag' in target
      ? referenceOf(target)
      : `${target.host === HUB ? '' : `${target.host}/`}${target.name}`,
  ),

  async 'tag.copyDigest'({ targets: [tag], registries, signal, busy }) {
    if (!tag) return;
    const registry = await registries.open(tag.host);
    const { digest } = await busy(registry.manifest(tag.repository, tag.tag, signal));
    await vscode.env.clipboard.writeText(digest);
  },

  async 'tag.delete'({ targets: [tag], registries, signal, busy, views }) {
    if (!tag) return;
    const registry = await registries.open(tag.host);
    const plan = await busy(registry.planDelete(tag.repository, tag.tag, signal));
    await confirm(
      vscode.l10n.t('Delete {0} from the registry?', referenceOf(tag)),
      vscode.l10n.t('Delete'),
      [
        ...(plan.alsoTags.length
          ? [
              vscode.l10n.t(
                'The registry deletes by digest, so these tags of the same image go too: {0}.',
                listNames(plan.alsoTags),
              ),
            ]
          : []),
        ...(plan.complete
          ? []
          : [vscode.l10n.t('There are too many tags to compare them all: others may go too.')]),
      ].join(' '),
    );
    await registry.deleteTag(plan, signal);
    views.reload('registries');
  },
} satisfies Partial<Handlers>;
