import type { BuildResult } from 'esbuild';

export function bundleWebview(name: string, outdir: string): Promise<BuildResult>;
