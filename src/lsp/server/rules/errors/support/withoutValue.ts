/** Says that a FROM names no image for want of what variables would have. */
export function withoutValue(names: readonly string[]): string {
  const have = names.length > 1 ? 'have' : 'has';
  return `This names no image, as ${names.slice(0, 5).join(', ')} ${have} no value here. An ARG with a default before the first FROM gives one.`;
}
