import type { Datagram } from "../hal/datagram.js";
import type { View } from "./console/view.js";
import type { Endpoint } from "./core/endpoint.js";
import type { Deadline, Instant } from "./core/time.js";
import type { Opened } from "./link/capture.js";
import type { Transmit } from "./node-event.js";
import type { StockPortName, StockPortNumbers } from "./stock-ports.js";
import type { Save } from "./storage/item-slots.js";
import type { StoredItem } from "./storage/stored-item.js";

/** Something to print: on one console by its number, or on all. */
export interface Output {
  readonly to: number | "all";
  readonly view: View;
}

/**
 * What the loop drives: a whole device as one sans-IO machine, with a port, consoles and storage. The loop makes one
 * call, then drains all that is polled. What a telephone has besides is optional: a host peer has none.
 */
export interface Driven {
  /** Set once the program shall end. */
  readonly exitStatus: 0 | 1 | undefined;
  /** Whether the last thing handled moved no deadline and has nothing to say: only datagrams are to be sent. */
  readonly onlySpeech: boolean;
  /** Switches on; `local` is where others reach the port. */
  start(now: Instant, local: Endpoint): void;
  /** The network has given the device another address, or its first. */
  handleAddress(now: Instant, local: Endpoint): void;
  /** `through`: the port for stock phones it came to; absent: the one of everything else. */
  handleDatagram(now: Instant, datagram: Datagram, through?: StockPortName): void;
  handleTimeout(now: Instant): void;
  /** A line typed on the `console`-th console. */
  handleLine(now: Instant, console: number, line: string): void;
  /** A value could not be stored. */
  handleSaveFailed(item: StoredItem): void;
  pollTransmit(): Transmit | undefined;
  pollOutput(): Output | undefined;
  pollSave(): Save | undefined;
  /** A message of a link, for `--capture`. */
  pollOpened(): Opened | undefined;
  pollTimeout(): Deadline | undefined;

  /** A name whose IPv4 address is wanted through `handleResolved`; the next one. */
  pollName(): string | undefined;
  /** `undefined`: no address is known for the name. */
  handleResolved(now: Instant, name: string, address: string | undefined): void;

  /** Whether the audio clock is wanted, ports for stock phones, and those of their speech. */
  readonly wantsAudio?: boolean;
  readonly wantsStockSip?: boolean;
  readonly wantsStockMedia?: boolean;
  /** The ports that were opened for stock phones; `undefined`: they cannot be had. */
  handleStockPorts?(ports: StockPortNumbers | undefined): void;
  /** One tick of the audio clock: what was heard goes out, what is to be played comes back. */
  handleFrame?(now: Instant, heard: Int16Array | undefined): Int16Array | undefined;
}
