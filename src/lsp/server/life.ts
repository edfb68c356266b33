import { ErrorCodes, ResponseError } from 'vscode-languageserver/node';

/** How far a session is. */
interface Life {
  begin(): void;
  end(): void;
  hasEnded(): boolean;
  /** Throws the ResponseError that refuses a request before `initialize` and after `shutdown` (LSP 3.17, Server lifecycle). */
  admit(): void;
}

export function createLife(): Life {
  let state: 'new' | 'open' | 'ended' = 'new';
  return {
    begin: () => void (state = 'open'),
    end: () => void (state = 'ended'),
    hasEnded: () => state === 'ended',
    admit() {
      if (state === 'new')
        throw new ResponseError(ErrorCodes.ServerNotInitialized, 'The server is not initialized');
      if (state === 'ended')
        throw new ResponseError(ErrorCodes.InvalidRequest, 'The server has been shut down');
    },
  };
}
