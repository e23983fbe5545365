import type { ChildProcessWithoutNullStreams } from "node:child_process";
import type { PlannedHandset } from "./plan.js";

/** What runs the firmware of a lab's handsets: Node, the XS engine on this computer, or an emulated RISC-V chip. */
export type EngineName = "node" | "xs" | "rv32";

/** What all handsets of one lab have in common. */
export interface LabNetwork {
  readonly overlay: string;
  /** Percent of arriving datagrams each handset loses. */
  readonly lossPercent: number;
  /** Whether each shall have a second console for a person. */
  readonly ptys: boolean;
}

/** A way to run handsets. Making one may compile a while; `end` gives up what they shared. */
export interface Engine {
  readonly name: EngineName;
  /** As the engine itself says it: "v20.20.2", "XS 13.3.0". */
  readonly version: string;
  /**
   * Starts a handset; standard input and output are its console, in JSON form. It keeps what it heard in the last
   * call as `heard.wav` in its folder.
   */
  start(planned: PlannedHandset): ChildProcessWithoutNullStreams;
  /** Lines to type on its console first, as a technician provisions a phone. */
  provisioning(planned: PlannedHandset): readonly string[];
  end(): void;
}
