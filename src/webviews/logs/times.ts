import type { LogTimes } from '../protocol/logs.ts';

const two = (number: number) => String(number).padStart(2, '0');
const three = (number: number) => String(number).padStart(3, '0');

/**
 * The time of a line as it stands before it; nothing when it isn't known.
 * @param at milliseconds since the epoch
 */
export function timeText(at: number, times: LogTimes, now: number): string {
  if (at === 0 || times === 'off') return '';
  const date = new Date(at);
  if (times === 'utc') return date.toISOString().replace('T', ' ');
  if (times === 'relative') return ageText(now - at);
  const day = new Date(now);
  const isToday =
    date.getFullYear() === day.getFullYear() &&
    date.getMonth() === day.getMonth() &&
    date.getDate() === day.getDate();
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${three(date.getMilliseconds())}`;
  if (isToday) return clock;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock}`;
}

/** How long ago: `now`, `12 s ago`, `3 min ago`. */
export function ageText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400)
    return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}
