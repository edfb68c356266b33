import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { Service } from './exchange.ts';

/** A service that takes one message and answers one. */
export function unary<I extends DescMessage, O extends DescMessage>(
  input: I,
  output: O,
  answer: (request: MessageShape<I>, signal: AbortSignal) => Promise<MessageInitShape<O>>,
): Service {
  return async ({ messages, send, signal }) => {
    for await (const bytes of messages) {
      const reply = await answer(fromBinary(input, bytes), signal);
      await send(toBinary(output, create(output, reply)));
      return;
    }
  };
}
