import { delimiter, join } from 'node:path';
import type { InstalledEngine } from './engines.ts';

/** What an engine needs to find its programs and libraries. */
export function engineEnv(installed: InstalledEngine): Record<string, string> {
  return {
    PATH: [installed.bin, process.env['PATH'] ?? ''].join(delimiter),
    LD_LIBRARY_PATH: installed.lib,
    XTABLES_LIBDIR: join(installed.root, 'usr/lib', triplet(), 'xtables'),
    // A notification socket or proxy of the person's session is none of the engine's.
    NOTIFY_SOCKET: '',
    HTTP_PROXY: '',
    HTTPS_PROXY: '',
    http_proxy: '',
    https_proxy: '',
  };
}

function triplet(): string {
  return process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
}
