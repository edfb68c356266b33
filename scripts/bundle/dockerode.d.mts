import type { Plugin } from 'esbuild';

/** Keeps docker-modem, ssh2, grpc, protobufjs and tar-fs, which our own modem makes needless, out of a bundle. */
export const dockerodePlugin: Plugin;
