import type { Client } from './client.ts';
import { readFields } from './mapping/reader.ts';
import { pathText } from './path.ts';

/** The variable by which the process of a terminal is found again. */
const variable = 'STEVEDORE_TERMINAL';

/**
 * Built-in commands alone. The process itself has its parent outside of the container; what it started gets its hang-up
 * from the kernel, with the terminal.
 */
const script = `for dir in /proc/[0-9]*; do
  while IFS= read -r text || [ -n "$text" ]; do
    case $text in *${variable}="$0"*)
      read -r pid name state parent rest <"$dir/stat"
      [ "$parent" = 0 ] && kill -HUP "$pid"
      break;;
    esac
  done <"$dir/environ"
done 2>/dev/null`;

/** An environment variable, `NAME=value`, to start a process with that `hangUp` is to find. */
export const markOf = (mark: string): string => `${variable}=${mark}`;

/**
 * Sends a hang-up to the process that was started with `markOf(mark)`, as the end of a terminal does: engines leave it
 * running when its connection ends. Does nothing in a container without `sh`, or with the process table of its host.
 * Throws EngineError.
 */
export async function hangUp(
  client: Client,
  id: string,
  mark: string,
  user: string | undefined,
): Promise<void> {
  const created = await client.request({
    method: 'POST',
    path: `/containers/${pathText(id)}/exec`,
    body: { Cmd: ['sh', '-c', script, mark], ...(user && { User: user }) },
    as: 'json',
  });
  const exec = readFields(created).text('Id');
  await client.request({
    method: 'POST',
    path: `/exec/${pathText(exec)}/start`,
    body: { Detach: true },
    as: 'bytes',
  });
}
