import type {
  CancellationToken,
  Connection,
  RequestHandler,
  RequestType,
} from 'vscode-languageserver/node';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Parsed } from './documents.ts';
import type { Language } from './languages.ts';

/** What answers a request about a document: a parsed Dockerfile, or the text of another language. */
type Feature<D, P, R> = (document: D, params: P, token: CancellationToken) => R | Promise<R>;

/** What answers the same request about documents of the other languages; the fallback does where nothing is given. */
type Others<P, R> = {
  readonly [L in Exclude<Language, 'dockerfile'>]?: Feature<TextDocument, P, R>;
};

/** Registers what answers a request about a document; `fallback` is the answer for unknown documents and after an error. */
export type On = <P extends { textDocument: { uri: string } }, R>(
  type: RequestType<P, R, void>,
  fallback: NoInfer<R>,
  feature: Feature<Parsed, P, NoInfer<R>>,
  others?: Others<P, NoInfer<R>>,
) => void;

/** A document that isn't a Dockerfile. */
export interface Other {
  readonly language: Exclude<Language, 'dockerfile'>;
  readonly document: TextDocument;
}

/**
 * Makes the function by which every feature is registered: it finds the parsed document, honours cancellation, and
 * catches what a feature throws, logs it with the request and the document, and answers the fallback. Only a
 * ResponseError, which a feature throws to say something to the person, goes to the client. `admit` throws one for
 * requests that come too early or too late.
 */
export function createRegister(
  connection: Connection,
  parsedOf: (uri: string) => Parsed | undefined,
  log: (context: string, error: unknown) => void,
  otherOf: (uri: string) => Other | undefined = () => undefined,
  admit: () => void = () => {},
): On {
  return <P extends { textDocument: { uri: string } }, R>(
    type: RequestType<P, R, void>,
    fallback: NoInfer<R>,
    feature: Feature<Parsed, P, NoInfer<R>>,
    others: Others<P, NoInfer<R>> = {},
  ) => {
    const handler = async (params: P, token: CancellationToken): Promise<R> => {
      admit();
      // Lets a cancellation that is already on its way arrive before the work begins.
      await new Promise((done) => void setImmediate(done));
      if (token.isCancellationRequested) {
        throw new ResponseError(LSPErrorCodes.RequestCancelled, `${type.method} was cancelled`);
      }
      try {
        const { uri } = params.textDocument;
        const other = otherOf(uri);
        if (other)
          return (await others[other.language]?.(other.document, params, token)) ?? fallback;
        const parsed = parsedOf(uri);
        return parsed ? await feature(parsed, params, token) : fallback;
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
