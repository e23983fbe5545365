import { consoleDecoders } from "./console-decoders.js";
import type { Decoder } from "./decoder.js";
import { identityDecoders } from "./identity-decoders.js";
import { linkMachines } from "./link-machines.js";
import { mediaDecoders } from "./media-decoders.js";
import { mediaMachines } from "./media-machines.js";
import { nodeMachines } from "./node-machines.js";
import { sipDecoders } from "./sip-decoders.js";
import { sipMachines } from "./sip-machines.js";
import { storageDecoders } from "./storage-decoders.js";
import { toolDecoders } from "./tool-decoders.js";
import { wireDecoders } from "./wire-decoders.js";

/** Everything that reads bytes or text from outside or from storage; the machines they are part of come last. */
export function allDecoders(): readonly Decoder[] {
  return [
    ...wireDecoders(),
    ...identityDecoders(),
    ...sipDecoders(),
    ...mediaDecoders(),
    ...storageDecoders(),
    ...consoleDecoders(),
    ...toolDecoders(),
    ...linkMachines(),
    ...sipMachines(),
    ...mediaMachines(),
    ...nodeMachines(),
  ];
}
