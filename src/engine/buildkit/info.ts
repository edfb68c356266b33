import type { Client } from '../client.ts';
import { Control } from './control.ts';
import { code, GrpcError } from './grpc/status.ts';
import { withBuilder } from './session.ts';

export interface BuilderInfo {
  /** What it can build for, its own platform first: `linux/amd64`, `linux/arm/v7`. */
  readonly platforms: readonly string[];
  /** BuildKit's version, by builders that tell it: `v0.25.1`. */
  readonly version?: string;
}

/**
 * What an engine's builder is and can build for (moby.buildkit.v1.Control, ListWorkers and Info).
 * @throws EngineError: of lacksBuildkit where the engine has no BuildKit
 */
export async function builderInfo(
  client: Pick<Client, 'request'>,
  signal?: AbortSignal,
): Promise<BuilderInfo> {
  return withBuilder(client, signal, async (builder) => {
    const { record } = await builder.call(Control.ListWorkers, {}, { signal });
    const platforms = record.flatMap((worker) =>
      worker.platforms.map(({ os, architecture, variant }) =>
        [os, architecture, variant].filter(Boolean).join('/'),
      ),
    );
    let version: string | undefined;
    try {
      version = (await builder.call(Control.Info, {}, { signal })).buildkitVersion?.version;
    } catch (error) {
      // Engines before Docker 23 have no such method.
      if (!(error instanceof GrpcError) || error.code !== code.unimplemented) throw error;
    }
    return {
      platforms: [...new Set(platforms)],
      // Builds of distributions leave it open.
      ...(version && !version.includes('unknown') && { version }),
    };
  });
}
