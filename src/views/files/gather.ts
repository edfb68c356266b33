/**
 * The whole content of a file; undefined where it has more than `most` bytes, of which no more is read then.
 * @param file its size, which files of the kernel say is 0, and its content as it comes
 * @param most 0: no limit
 */
export async function gather(
  file: { readonly size: number; readonly content: AsyncIterable<Buffer> },
  most: number,
): Promise<Buffer | undefined> {
  const isOver = (bytes: number) => most > 0 && bytes > most;
  if (isOver(file.size)) return undefined;
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of file.content) {
    bytes += part.length;
    if (isOver(bytes)) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
