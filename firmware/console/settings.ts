import type { Endpoint } from "../core/endpoint.js";
import type { HostAddress } from "../core/host-address.js";
import { none } from "../core/none.js";
import type { Result } from "../core/result.js";
import { ok } from "../core/result.js";
import type { ConsoleFault } from "./console-fault.js";
import {
  settingEntry,
  settingNames,
  settingPlaces,
  settingRule,
  settingTable,
  settingValue,
  type SettingName,
} from "./setting.js";
import type { SettingRow } from "./view.js";

/** A setting as it is stored. */
export interface StoredSetting {
  readonly name: string;
  readonly value: string;
}

/** A change that was made. */
export interface SettingChange {
  readonly name: SettingName;
  readonly before: string;
  readonly after: string;
}

/**
 * The phone's settings. Only valid values get in, from the console as from storage. A change holds at once;
 * when it could not be stored, `revert` puts the old value back, so what is shown is always what survives a
 * restart.
 */
export class Settings {
  /** Those that were ever set. */
  #values: readonly StoredSetting[] = none;
  #last: SettingChange | undefined;

  /** The value as canonical text; its initial one when none was set. */
  text(name: SettingName): string {
    const known = this.#values.find((setting) => setting.name === name);
    return known?.value ?? settingEntry(name).initial;
  }

  /** The value of a `number` setting. */
  number(name: SettingName): number {
    return Number(this.text(name));
  }

  /** Whether a choice of on and off is on. */
  isOn(name: SettingName): boolean {
    return this.text(name) === "on";
  }

  /** The addresses and names of a `places` setting. */
  places(name: SettingName): readonly (Endpoint | HostAddress)[] {
    return settingPlaces(this.text(name));
  }

  /** Changes a setting; the old value stays when the new one is not allowed. */
  set(name: SettingName, text: string): Result<SettingChange, ConsoleFault> {
    const checked = settingValue(settingEntry(name), text);
    if (!checked.ok) return checked;
    const change = { name, before: this.text(name), after: checked.value };
    this.put(name, checked.value);
    this.#last = change;
    return ok(change);
  }

  /** Takes the last change back, because it could not be stored; `undefined` when there is none to take back. */
  revert(): SettingChange | undefined {
    const last = this.#last;
    this.#last = undefined;
    if (last !== undefined) this.put(last.name, last.before);
    return last;
  }

  /**
   * Takes in what was stored; returns the names of those that are unknown or not allowed any more and were
   * left out.
   */
  load(stored: readonly StoredSetting[]): readonly string[] {
    const refused: string[] = [];
    for (const { name, value } of stored) {
      const known = settingNames().find((candidate) => candidate === name);
      const checked = known === undefined ? undefined : settingValue(settingEntry(known), value);
      if (known !== undefined && checked?.ok === true) this.put(known, checked.value);
      else refused.push(name);
    }
    return refused;
  }

  /** What is to be stored: the settings that differ from their initial value, in the table's order. */
  stored(): StoredSetting[] {
    const entries = settingTable.filter((entry) => this.text(entry.name) !== entry.initial);
    return entries.map(({ name }) => ({ name, value: this.text(name) }));
  }

  /** The rows to show: all, or one. Secrets are only said to be there. */
  rows(about?: SettingName): SettingRow[] {
    const entries = about === undefined ? settingTable : [settingEntry(about)];
    return entries.map((entry) => {
      const value = this.text(entry.name);
      const shown = entry.secret === true && value !== "" ? "(set)" : value;
      const { name, purpose, takesEffect } = entry;
      return { name, value: shown, purpose, allowed: settingRule(entry), takesEffect };
    });
  }

  private put(name: SettingName, value: string): void {
    this.#values = [...this.#values.filter((setting) => setting.name !== name), { name, value }];
  }
}
