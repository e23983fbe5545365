import WiFi from "embedded:network/interface/wifi";
import Serial from "embedded:io/serial";
import UDP from "embedded:io/socket/udp";
import keyValue from "embedded:storage/key-value";
import config from "mc/config";
import Net from "net";
import { netmask } from "muster/lan";
import { instructions, use } from "muster/memory";
import { end, stayAwake } from "muster/power";
import Time from "time";
import Timer from "timer";
import type { MemoryGauge } from "../memory.js";

/** The SDK's and our own modules that every board has. The parts of the HAL get them handed in, as ECMA-419 does. */
export interface Device {
  readonly timers: typeof Timer;
  readonly time: typeof Time;
  readonly udp: typeof UDP;
  readonly serial: typeof Serial;
  readonly keyValue: typeof keyValue;
  readonly wifi: typeof WiFi;
  readonly config: Readonly<Record<string, unknown>>;
  readonly gauge: MemoryGauge;
  readonly netmask: () => string | undefined;
  readonly resolve: typeof Net.resolve;
  readonly stayAwake: () => void;
  readonly end: (status: 0 | 1) => void;
  readonly trace: (text: string) => void;
}

/** As they are on the device. Only this file and `sound.ts` name them. */
export const device: Device = {
  timers: Timer,
  time: Time,
  udp: UDP,
  serial: Serial,
  keyValue,
  wifi: WiFi,
  config,
  gauge: { read: () => ({ ...use(), instructions: instructions() }) },
  netmask,
  resolve: (name, onResolved) => Net.resolve(name, onResolved),
  stayAwake,
  end,
  trace: (text) => trace(text),
};
