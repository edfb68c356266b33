import type {
  CancellationToken,
  Connection,
  RequestHandler,
  RequestType,
} from 'vscode-languageserver/node';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { Parsed } from './documents.ts';

/** Registers what answers a request about a document; `fallback` is the answer for unknown documents and after an error. */
export type On = <P extends { textDocument: { uri: string } }, R>(
  type: RequestType<P, R, void>,
  fallback: NoInfer<R>,
  feature: (parsed: Parsed, params: P) => NoInfer<R> | Promise<NoInfer<R>>,
) => void;

/**
 * Makes the function by which every feature is registered: it finds the parsed document, honours cancellation, and
 * catches what a feature throws, logs it with the request and the document, and answers the fallback. Only a
 * ResponseError, which a feature throws to say something to the person, goes to the client.
 */
export function createRegister(
  connection: Connection,
  parsedOf: (uri: string) => Parsed | undefined,
  log: (context: string, error: unknown) => void,
): On {
  return <P extends { textDocument: { uri: string } }, R>(
    type: RequestType<P, R, void>,
    fallback: NoInfer<R>,
    feature: (parsed: Parsed, params: P) => NoInfer<R> | Promise<NoInfer<R>>,
  ) => {
    const handler = async (params: P, token: CancellationToken): Promise<R> => {
      // Lets a cancellation that is already on its way arrive before the work begins.
      await new Promise((done) => void setImmediate(done));
      if (token.isCancellationRequested) {
        throw new ResponseError(LSPErrorCodes.RequestCancelled, `${type.method} was cancelled`);
      }
      try {
        const parsed = parsedOf(params.textDocument.uri);
        return parsed ? await feature(parsed, params) : fallback;
      } catch (error) {
        if (error instanceof ResponseError) throw error;
        log(`${type.method} ${params.textDocument.uri}`, error);
        return fallback;
      }
    };
    // The library's handler type hangs on whether R may be null, which can't be told of a type parameter.
    connection.onRequest(type, handler as RequestHandler<P, R, void>);
  };
}
