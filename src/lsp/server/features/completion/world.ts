import type { CancellationToken } from 'vscode-languageserver/node';
import type { Reported } from '../../lint/lint.ts';
import type { BuildContext } from '../../rules/rule.ts';
import type { Images } from '../images.ts';
import type { CompletionSupport } from './items.ts';

/** What suggestions come from beside the document itself. */
export interface World {
  readonly support: CompletionSupport;
  /** The files that a build of this document would get; undefined for one that isn't on disk. */
  readonly context: () => Promise<BuildContext | undefined>;
  /** What the rules find in the document. */
  readonly found: () => Promise<readonly Reported[]>;
  readonly images: Images;
  /** Whether registries may be asked over the network. */
  readonly registries: boolean;
  readonly token: CancellationToken;
}
