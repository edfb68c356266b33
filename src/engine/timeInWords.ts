const SECONDS: Readonly<Record<string, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 7 * 86_400,
  month: 30 * 86_400,
  year: 365 * 86_400,
};

/**
 * When a container was started, or ended if it doesn't run, by the engine's words, which are all that a list tells of it:
 * `Up 3 hours (healthy)`, `Exited (137) 2 days ago`.
 * @param now seconds since the epoch, as what is answered
 * @param known answered as long as the words, which are rounded, may mean it
 */
export function timeInWords(status: string, now: number, known?: number): number | undefined {
  const [, number = '', unit = ''] =
    /^(?:Up|Exited \(-?\d+\)) (\d+|About an?|Less than a) (second|minute|hour|day|week|month|year)/.exec(
      status,
    ) ?? [];
  const size = SECONDS[unit];
  if (size === undefined) return undefined;
  const units = number.startsWith('Less') ? 0 : number.startsWith('About') ? 1 : Number(number);
  const time = Math.floor(now - units * size);
  return known !== undefined && Math.abs(known - time) <= size ? known : time;
}
