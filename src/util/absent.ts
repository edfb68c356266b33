/** Whether an error of the file system says that nothing is there. A path that no file system could hold is on none. */
export function isAbsent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return (
    code === 'ENOENT' ||
    code === 'ENOTDIR' ||
    code === 'ENAMETOOLONG' ||
    code === 'ERR_INVALID_ARG_VALUE'
  );
}

/** To catch by: undefined where nothing is there. @throws any other error */
export function unlessAbsent(error: unknown): undefined {
  if (!isAbsent(error)) throw error;
}
