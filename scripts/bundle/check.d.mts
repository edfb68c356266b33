import type { BuildOptions, BuildResult, Plugin } from 'esbuild';

export const esModules: Pick<BuildOptions, 'mainFields' | 'alias'>;
export const yamlApart: Plugin;

export function bundleCheck(outdir: string): Promise<BuildResult>;
