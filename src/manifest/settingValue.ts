import type { SettingId, SettingValue } from './settings.ts';
import { settings } from './settings.ts';

/** What of a setting's description says which values it takes. */
interface Accepted {
  readonly type: string;
  readonly default: unknown;
  readonly enum?: readonly string[];
  readonly items?: { readonly type: string; readonly enum?: readonly string[] };
  readonly minimum?: number;
  readonly maximum?: number;
}

/**
 * A setting's value as its description allows it. VS Code underlines what a settings file has wrong, and hands it on all the
 * same: of a list what is right in it counts, a number is brought into its limits, and anything else counts as not set.
 */
export function settingValue<K extends SettingId>(id: K, value: unknown): SettingValue<K> {
  return fitting(settings[id], value) as SettingValue<K>;
}

function fitting(accepted: Accepted, value: unknown): unknown {
  const { type, items, minimum = -Infinity, maximum = Infinity } = accepted;
  const isOf = (names: readonly string[] | undefined, one: unknown) =>
    typeof one === 'string' && (!names || names.includes(one));
  switch (type) {
    case 'number':
    case 'integer': {
      if (typeof value !== 'number' || Number.isNaN(value)) return accepted.default;
      const within = Math.min(maximum, Math.max(minimum, value));
      return type === 'integer' ? Math.round(within) : within;
    }
    case 'array':
      return Array.isArray(value)
        ? value.filter((one) => isOf(items?.enum, one))
        : accepted.default;
    case 'string':
      return isOf(accepted.enum, value) ? value : accepted.default;
    default:
      return typeof value === type ? value : accepted.default;
  }
}
