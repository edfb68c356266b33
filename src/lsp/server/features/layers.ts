import type { CancellationToken, Connection } from 'vscode-languageserver/node';
import type { LayersAnswer, LayersRequest } from '../../../util/imageRequest.ts';
import { LAYERS } from '../../../util/imageRequest.ts';

/**
 * Asks the client what the layers of a document's last build weighed. Answers null when it doesn't say so, or not in
 * the form that was agreed on.
 */
export async function askLayers(
  connection: Pick<Connection, 'sendRequest'>,
  request: LayersRequest,
  token: CancellationToken,
): Promise<LayersAnswer> {
  const answer = await connection.sendRequest<unknown>(LAYERS, request, token);
  if (typeof answer !== 'object' || answer === null || !('layers' in answer)) return null;
  const { layers } = answer;
  return Array.isArray(layers) ? { layers: layers.filter(isLayer) } : null;
}

function isLayer(value: unknown): value is { line: number; size: number } {
  if (typeof value !== 'object' || value === null) return false;
  const { line, size } = value as Record<string, unknown>;
  return Number.isSafeInteger(line) && (line as number) >= 0 && typeof size === 'number';
}
