export function packDocs(outdir: string): void;
