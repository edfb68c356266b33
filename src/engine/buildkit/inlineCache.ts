import { isTrue } from './files/metadata.ts';
import type { BuildOptions } from './request.ts';

/**
 * The build with its cache in the image where the build argument BUILDKIT_INLINE_CACHE says so, which clients are to see to
 * (docs.docker.com/build/cache/backends/inline).
 */
export function withInlineCache(options: BuildOptions): BuildOptions {
  const { buildArgs, cacheTo = [] } = options;
  if (!isTrue(buildArgs?.['BUILDKIT_INLINE_CACHE'])) return options;
  if (cacheTo.some(({ type }) => type === 'inline')) return options;
  return { ...options, cacheTo: [...cacheTo, { type: 'inline', attrs: {} }] };
}
