/** A call that BuildKit makes of us in a session (gRPC over HTTP/2): what it says and how it is answered. */
export interface Exchange {
  /** What came with the call, by lower-case name; a name may come several times. */
  readonly metadata: ReadonlyMap<string, readonly string[]>;
  /** The messages that the engine sends, without their frames. Ends when it has sent all; throws when the call breaks off. */
  readonly messages: AsyncIterable<Uint8Array>;
  /** Sends one message or several at once. Resolves when there is room for more; rejects when the call has ended. */
  send(...messages: readonly Uint8Array[]): Promise<void>;
  /**
   * Sends messages that have their frames already. Resolves when their memory may be used for
   * something else; rejects when the call has ended.
   */
  sendFrames(frames: Uint8Array): Promise<void>;
  /** Aborted when the engine, or we, gave the call up. */
  readonly signal: AbortSignal;
}

/** Answers a call; it has succeeded when the promise resolves. A GrpcError that it throws is told to the engine. */
export type Service = (exchange: Exchange) => Promise<void>;

/** Services by their method's path: `/moby.filesync.v1.FileSync/DiffCopy`. */
export type Services = Readonly<Record<string, Service>>;
