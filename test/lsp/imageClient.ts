import type { CancellationToken, Diagnostic } from 'vscode-languageserver/node';
import { expect } from 'vitest';
import type { ImageFacts, ImagesAnswer, ImagesRequest } from '../../src/util/imageRequest.ts';
import { IMAGES } from '../../src/util/imageRequest.ts';
import type { Doc, Session } from './harness.ts';
import { connect } from './harness.ts';

export const NOTHING: ImagesAnswer = { images: [], complete: true };

/** A client that answers what the server asks about images; each test may change what it knows. */
export interface ImageClient {
  /** Once it has started. */
  session: Session;
  /** What it was asked, oldest first. */
  readonly asked: ImagesRequest[];
  /** Messages that would pop up. */
  readonly shown: unknown[];
  /** What engine and registry have, by reference. */
  readonly local: Record<string, Omit<ImageFacts, 'name'>>;
  readonly remote: Record<string, Omit<ImageFacts, 'name'>>;
  /** Digests that the registry doesn't have. */
  readonly gone: Set<string>;
  tags: readonly ImageFacts[];
  builder: string;
  answer: (request: ImagesRequest, token: CancellationToken) => Promise<unknown>;
  /** The answer by what it knows. */
  known(request: ImagesRequest): Promise<ImagesAnswer>;
  start(options?: { answers?: string[]; settings?: unknown }): Promise<void>;
  published(doc: Doc): readonly Diagnostic[];
  /** The findings of a rule in a text once what images tell is among them. */
  found(text: string, rule: string): Promise<{ doc: Doc; findings: Diagnostic[] }>;
}

/** Makes a client that knows one image, which always breaks a rule: so a test sees when images have been asked about. */
export function createImageClient(): ImageClient {
  const client: ImageClient = {
    session: undefined as unknown as Session,
    asked: [],
    shown: [],
    local: { 'end:1.0.0': { platforms: ['linux/s390x'] } },
    remote: {},
    gone: new Set(),
    tags: [],
    builder: 'linux/amd64',
    answer: (request) => client.known(request),
    async known(request) {
      const one = (name: string, facts: Omit<ImageFacts, 'name'> | undefined): ImagesAnswer =>
        facts ? { images: [{ name, ...facts }], complete: true } : NOTHING;
      switch (request.about) {
        case 'engine':
          return one('Docker Engine', { platforms: [client.builder] });
        case 'names':
          return NOTHING;
        case 'tags':
          return request.from === 'registries' ? { images: client.tags, complete: true } : NOTHING;
        case 'image':
        case 'variables':
        case 'digest': {
          const [name, wanted] = request.reference.split('@');
          if (wanted !== undefined)
            return one(`${name}`, client.gone.has(wanted) ? undefined : { digest: wanted });
          const facts = request.from === 'engine' ? client.local : client.remote;
          return one(request.reference, facts[request.reference]);
        }
      }
    },
    async start(options = {}) {
      const session = await connect({
        settings: options.settings,
        initializationOptions: { answers: options.answers ?? [IMAGES] },
      });
      client.session = session;
      session.connection.onRequest(IMAGES, (request: ImagesRequest, token: CancellationToken) => {
        client.asked.push(request);
        return client.answer(request, token);
      });
      for (const method of ['window/showMessage', 'window/showMessageRequest'])
        session.connection.onNotification(
          method,
          (params: unknown) => void client.shown.push(params),
        );
    },
    published: ({ uri, document }) =>
      client.session.published.findLast(
        (one) => one.uri === uri && one.version === document.version,
      )?.diagnostics ?? [],
    async found(text, rule) {
      const doc = await client.session.open(`${text}\nFROM end:1.0.0\n`);
      const isEnd = ({ code, range }: Diagnostic) =>
        code === 'InvalidBaseImagePlatform' && doc.text(range) === 'end:1.0.0';
      await expect.poll(() => client.published(doc).some(isEnd)).toBe(true);
      const findings = client.published(doc).filter((one) => one.code === rule && !isEnd(one));
      return { doc, findings };
    },
  };
  return client;
}
