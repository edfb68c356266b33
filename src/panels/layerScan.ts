import { EngineError } from '../engine/errors.ts';
import type { ReadImage } from '../engine/layers/manifest.ts';
import type { Finding } from '../engine/layers/scan/findings.ts';
import { SCANNER_NAMES } from '../engine/layers/scan/scanners.ts';
import type { ScannerName } from '../engine/layers/scan/scanners.ts';
import { oneLine } from '../util/format.ts';
import type { FindingRow, LayersOpened, ToLayers } from '../webviews/protocol/layers.ts';

/** What the search for weaknesses has others do. */
export interface ScanDeeds {
  /** Programs that are installed; undefined in a workspace that is not trusted. */
  scanners(): Promise<readonly ScannerName[] | undefined>;
  scan(scanner: ScannerName, opened: LayersOpened, signal: AbortSignal): Promise<Finding[]>;
}

/** So many findings are told; the rest is counted. */
const MOST_LISTED = 1000;

export interface LayerScan {
  /** Tells how it stands. */
  tell(): Promise<void>;
  /** Begins one by the program of this name, ending one that is under way. */
  begin(scanner: string, image: ReadImage): Promise<void>;
  stop(): void;
}

/** Keeps what was found of an image's weaknesses. */
export function createLayerScan(
  opened: LayersOpened,
  deeds: ScanDeeds,
  post: (message: ToLayers) => void,
): LayerScan {
  let running: AbortController | undefined;
  let by: ScannerName | undefined;
  let found: readonly FindingRow[] = [];
  let total = 0;
  let problem = '';

  async function tell(): Promise<void> {
    const scanners = await deeds.scanners();
    post({
      type: 'findings',
      trusted: scanners !== undefined,
      scanners: scanners ?? [],
      running: running !== undefined,
      ...(by && { by }),
      ...(problem !== '' && { problem }),
      findings: found,
      total,
    });
  }

  return {
    tell,
    async begin(wanted, image) {
      const scanner = SCANNER_NAMES.find((name) => name === wanted);
      const installed = await deeds.scanners();
      if (!scanner || !installed?.includes(scanner)) return tell();
      running?.abort();
      const mine = new AbortController();
      running = mine;
      [by, found, total, problem] = [scanner, [], 0, ''];
      await tell();
      try {
        const all = await deeds.scan(scanner, opened, mine.signal);
        if (running !== mine) return;
        total = all.length;
        found = all.slice(0, MOST_LISTED).map((finding) => rowOf(finding, image));
      } catch (error) {
        if (running !== mine) return;
        if (!(error instanceof EngineError)) throw error;
        by = undefined;
        problem = error.reason === 'cancelled' ? '' : oneLine(error.message);
      } finally {
        if (running === mine) running = undefined;
      }
      await tell();
    },
    stop: () => running?.abort(),
  };
}

function rowOf(finding: Finding, { layers }: ReadImage): FindingRow {
  const { id, severity, version, fixed, title, diffId } = finding;
  const layer = layers.findIndex((layer) => diffId !== '' && layer.diffId === diffId);
  return {
    id: oneLine(id),
    severity,
    package: oneLine(finding.package),
    version: oneLine(version),
    fixed: oneLine(fixed),
    title: oneLine(title).slice(0, 300),
    ...(layer >= 0 && { layer }),
  };
}
