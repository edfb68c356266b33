/**
 * Flags of Node for the process of the language server. Of a Dockerfile of thousands of lines, what is read of one
 * version outgrows V8's usual space for young objects of 16 MB, and copying it once or twice for each keystroke would
 * take as long as reading it. The space grows to this only while that is needed.
 */
export const SERVER_FLAGS: readonly string[] = ['--max-semi-space-size=64'];
