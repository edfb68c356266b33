import type { CancellationToken, Connection } from 'vscode-languageserver/node';
import type { Layer, LayersAnswer, LayersRequest } from '../../../util/imageRequest.ts';
import { LAYERS } from '../../../util/imageRequest.ts';

/**
 * Asks the client what the instructions of a document came to in its last build. Answers null when it doesn't say so, or not in
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
  return Array.isArray(layers) ? { layers: layers.flatMap(readLayer) } : null;
}

/** What is of the wrong form costs the line only where it is the line itself. */
function readLayer(value: unknown): Layer[] {
  if (typeof value !== 'object' || value === null) return [];
  const { line, size, duration, cached, why } = value as Record<string, unknown>;
  if (typeof line !== 'number' || !Number.isSafeInteger(line) || line < 0) return [];
  return [
    {
      line,
      ...(typeof size === 'number' ? { size } : {}),
      ...(typeof duration === 'number' ? { duration } : {}),
      ...(typeof cached === 'boolean' ? { cached } : {}),
      ...(typeof why === 'string' ? { why } : {}),
    },
  ];
}
