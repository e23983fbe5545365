import { audioSamplesPerSecond, musterPort } from "../../firmware/core/limits.js";

/** A Wi-Fi network, as the radio is told of it. */
export interface WifiNetwork {
  readonly SSID: string;
  readonly password: string;
}

/** What the manifests say of a board and of its phone: `mc/config`, checked. */
export interface DeviceConfig {
  readonly console: "text" | "json";
  /** UDP port of everything but stock SIP. */
  readonly port: number;
  /** The console's UART with its pins, and its speed in baud. */
  readonly serialPort: number;
  readonly serialReceive: number;
  readonly serialTransmit: number;
  readonly serialBaud: number;
  /** Samples per second of the board's microphone and loudspeaker. */
  readonly inputRate: number;
  readonly outputRate: number;
  /** False: the network is there without a radio, as on our XS host. */
  readonly joins: boolean;
  /** The network to join where the stored settings name none. */
  readonly network: WifiNetwork | undefined;
}

/** The console's UART where nothing is said: UART 0 of an ESP32. */
const receivePin = 3;
const transmitPin = 1;
const pinMax = 48;
const baudDefault = 115_200;
const baudMax = 5_000_000;
const rateMax = 48_000;
/** `Resampler` brings a rate down to a quarter at most. */
const inputRateMax: number = 4 * audioSamplesPerSecond;

/**
 * Reads `mc/config`. A build's mistake, a number out of range or a word that is none of its choices, stops with an
 * Error that names the key and what is allowed. Numbers may be strings: the command line of mcconfig knows no others.
 */
export function readConfig(config: Readonly<Record<string, unknown>>): DeviceConfig {
  const number = (key: string, initial: number, least: number, most: number): number => {
    const given = config[key] ?? initial;
    const value = typeof given === "string" && given !== "" ? Number(given) : given;
    if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
    throw new Error(`config.${key} is ${shown(given)}: a number from ${least} to ${most} belongs there`);
  };
  return {
    console: consoleFormat(config["console"]),
    port: number("port", musterPort, 1, 65_535),
    serialPort: number("serialPort", 0, 0, 2),
    serialReceive: number("serialReceive", receivePin, 0, pinMax),
    serialTransmit: number("serialTransmit", transmitPin, 0, pinMax),
    serialBaud: number("serialBaud", baudDefault, 300, baudMax),
    inputRate: number("inputRate", audioSamplesPerSecond, audioSamplesPerSecond, inputRateMax),
    outputRate: number("outputRate", audioSamplesPerSecond, audioSamplesPerSecond, rateMax),
    joins: config["wifi"] !== "none",
    network: networkOf(config["ssid"], config["password"]),
  };
}

function consoleFormat(given: unknown): "text" | "json" {
  if (given === undefined || given === "text") return "text";
  if (given === "json") return "json";
  throw new Error(`config.console is ${shown(given)}: "text" or "json" belongs there`);
}

function networkOf(name: unknown, password: unknown): WifiNetwork | undefined {
  if (typeof name !== "string" || name === "") return undefined;
  return { SSID: name, password: typeof password === "string" ? password : "" };
}

function shown(given: unknown): string {
  return typeof given === "string" || typeof given === "number" ? `${given}` : typeof given;
}
