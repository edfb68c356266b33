import type { BuildOptions, BuildResult } from 'esbuild';

export const esModules: Pick<BuildOptions, 'mainFields' | 'alias'>;

export function bundleCheck(outdir: string): Promise<BuildResult>;
