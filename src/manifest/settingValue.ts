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
 * same: of a list what is right in it counts, and anything else as not set. So does a number outside its limits, for the nearest
 * one that is allowed may mean something else: 0 is often none or all. A fraction of what is counted is rounded up, not to 0.
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
      const isWithin = typeof value === 'number' && minimum <= value && value <= maximum;
      if (!isWithin) return accepted.default;
      return type === 'integer' ? Math.ceil(value) : value;
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
