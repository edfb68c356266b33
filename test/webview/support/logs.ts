import { PassThrough } from 'node:stream';
import type { Client } from '../../../src/engine/client.ts';
import type { LogEngine } from '../../../src/engine/logs/follow.ts';
import { createLogPanel } from '../../../src/panels/logPanel.ts';
import type { LogDeeds } from '../../../src/panels/logPanel.ts';
import { createEmitter } from '../../../src/util/emitter.ts';
import { readFromLogs } from '../../../src/webviews/protocol/logs.ts';
import type { FromLogs, LogOpened, ToLogs } from '../../../src/webviews/protocol/logs.ts';
import { joined } from './joined.ts';
import type { PanelPage } from './page.ts';

/** An engine whose containers write what a test has them write; all between its answers and the page is real. */
export function writtenEngine(names: readonly string[]) {
  const logs = names.map(() => new PassThrough());
  const [changed, items] = [createEmitter<void>(), createEmitter<never>()];
  const client = {
    engine: {},
    async request({ path }: { path: string }) {
      const name = /^\/containers\/([^/?]+)/.exec(path)?.[1] ?? '';
      const at = names.indexOf(decodeURIComponent(name));
      if (path.includes('/logs?follow=true')) return logs[at];
      if (path.includes('/logs?') || path.startsWith('/events')) return new PassThrough().end();
      return {
        Config: { Tty: false },
        State: {
          Running: !logs[at]?.writableEnded,
          StartedAt: '2026-01-01T00:00:00Z',
          FinishedAt: '2026-01-02T00:00:00Z',
          ExitCode: 137,
          OOMKilled: true,
        },
      };
    },
  } as unknown as Client;
  const engine = {
    client: async () => client,
    endpoint: undefined,
    state: { name: 'connected', client },
    store: undefined,
    onDidChange: changed.event,
    onDidChangeItems: items.event,
    onEvent: () => ({ dispose() {} }),
  } as unknown as LogEngine;
  let time = Date.UTC(2026, 10, 28, 15, 28, 54);
  const frame = (text: string | Buffer, stderr: boolean) => {
    const stamp = new Date((time += 1)).toISOString().replace('Z', '000000Z ');
    const data = Buffer.concat([Buffer.from(stamp), Buffer.from(text), Buffer.from('\n')]);
    const header = Buffer.from([stderr ? 2 : 1, 0, 0, 0, 0, 0, 0, 0]);
    header.writeUInt32BE(data.length, 4);
    return Buffer.concat([header, data]);
  };
  return {
    engine,
    /** Has a container write lines. */
    write(container: number, lines: readonly (string | Buffer)[], stderr = false) {
      logs[container]?.write(Buffer.concat(lines.map((line) => frame(line, stderr))));
    },
    end: (container: number) => logs[container]?.end(),
  };
}

/** The extension's side of a viewer, joined to a page. */
export function logViewer(engine: LogEngine, opened: LogOpened, first: PanelPage) {
  const deeds: string[] = [];
  const does: LogDeeds = {
    copy: async (text) => void deeds.push(`copy ${text}`),
    async save(name, pieces) {
      let text = '';
      for await (const piece of pieces) text += piece;
      deeds.push(`save ${name} ${text}`);
      return name;
    },
    document: async (name, text) => void deeds.push(`document ${name} ${text}`),
    openUrl: async (text) => void deeds.push(`url ${text}`),
    async openPlace(text) {
      deeds.push(`place ${text}`);
      return text.startsWith('src/');
    },
  };
  const own = joined<ToLogs, FromLogs>(first, readFromLogs);
  const report = (error: unknown) => own.errors.push(String(error));
  const settings = { times: 'utc', megabytes: 8 } as const;
  createLogPanel(opened, { engine, deeds: does, settings, report }, own.make, () => {});
  return { ...own, deeds };
}
