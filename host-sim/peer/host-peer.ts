import type { Crypto } from "../../hal/crypto.js";
import type { Datagram } from "../../hal/datagram.js";
import type { ConsoleCommand } from "../../firmware/console/command.js";
import { parseCommand } from "../../firmware/console/command.js";
import { notice } from "../../firmware/console/notice.js";
import type { View } from "../../firmware/console/view.js";
import { BoundedQueue } from "../../firmware/core/bounded.js";
import { toHex } from "../../firmware/core/bytes.js";
import { noAddress, type Endpoint } from "../../firmware/core/endpoint.js";
import { hostLimits, nodeQueueMax } from "../../firmware/core/limits.js";
import { none } from "../../firmware/core/none.js";
import type { Random } from "../../firmware/core/random.js";
import { after, earliest, type Deadline, type Instant } from "../../firmware/core/time.js";
import type { Driven, Output } from "../../firmware/driven.js";
import { admissionOf } from "../../firmware/enrollment.js";
import { addressNotice, startedNotice } from "../../firmware/handset-views.js";
import { Identification } from "../../firmware/identification.js";
import type { Admission } from "../../firmware/identity/admission.js";
import { encodeKeyRing, type KeyRing } from "../../firmware/identity/key-ring.js";
import type { Opened } from "../../firmware/link/capture.js";
import type { Memory } from "../../firmware/memory.js";
import type { NodeEvent, Transmit } from "../../firmware/node-event.js";
import { NameRecords } from "../../firmware/name-records.js";
import { Node } from "../../firmware/node.js";
import { Probes } from "../../firmware/probes.js";
import { keepOverlayNews, takeName } from "../../firmware/running-node.js";
import { ServiceLookups } from "../../firmware/service-lookups.js";
import type { Save } from "../../firmware/storage/item-slots.js";
import type { StoredItem } from "../../firmware/storage/stored-item.js";
import type { ServiceInstance } from "../../firmware/wire/service-instance.js";
import { peerHelp, runPeerCommand, type RunningPeer } from "./peer-commands.js";
import { overlayLimitsOf, type PeerConfig } from "./peer-config.js";
import { beginPeer } from "./peer-enrollment.js";
import { peerNews } from "./peer-notices.js";
import { ProvidedServices } from "./provided-services.js";

/** What a host peer is made of. */
export interface HostPeerOptions {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly memory: Memory;
  readonly config: Omit<PeerConfig, "address" | "interface" | "port" | "state">;
  /** Announces it on the LAN by DNS-SD, in place of what was announced before; `undefined`: it is announced no more. */
  readonly announce?: (instance: ServiceInstance | undefined) => void;
}

/**
 * A high-function peer without a telephone, as one sans-IO machine: the node of the firmware with the bounds of a host
 * (510 neighbours, 4 MB of records), with its memory and a console. It finds out who it is, joins, and serves until it
 * is told to quit; then it hands its records over and leaves.
 */
export class HostPeer implements Driven {
  /** Whether nothing came of the last datagram: then nobody is asked what he wants. */
  onlySpeech = false;
  readonly #options: HostPeerOptions;
  readonly #admission: Admission;
  readonly #outputs = new BoundedQueue<Output>(nodeQueueMax);
  #local: Endpoint = { address: noAddress, port: 1 };
  #startedAt: Instant = 0 as Instant;
  #identification: Identification | undefined;
  #on: RunningPeer | undefined;
  #leaveBy: Instant | undefined;
  #exitStatus: 0 | undefined;

  constructor(options: HostPeerOptions) {
    this.#options = options;
    const { overlay, authority } = options.config;
    this.#admission = admissionOf(options.crypto, overlay, authority);
  }

  get exitStatus(): 0 | undefined {
    return this.#exitStatus;
  }

  start(now: Instant, local: Endpoint): void {
    const { memory } = this.#options;
    this.#local = local;
    this.#startedAt = now;
    for (const complaint of memory.complaints) this.#say(notice("warning", complaint));
    this.#say(startedNotice(local, memory.bootCount));
    const begun = beginPeer(this.#options, this.#admission);
    for (const view of begun.views) this.#say(view);
    if (begun.found instanceof Identification) this.#identification = begun.found;
    else if (begun.found !== undefined) this.#switchOn(now, begun.found);
  }

  handleAddress(now: Instant, local: Endpoint): void {
    this.#local = local;
    this.#say(addressNotice(local));
    if (this.#on === undefined) return;
    this.#on.local = local;
    this.#on.node.setLocal(local);
    this.#announce(this.#on);
    this.#on.provided.start(now, local);
    this.#settle(now);
  }

  handleDatagram(now: Instant, { from, bytes, toGroup }: Datagram): void {
    const answer = toGroup ? undefined : this.#on?.provided.handleDatagram(now, from, bytes);
    if (answer !== undefined) this.#on?.node.sendPastLinks(answer);
    this.onlySpeech = !(this.#on?.node.handleDatagram(now, from, bytes, toGroup) ?? false);
    if (!this.onlySpeech) this.#settle(now);
  }

  handleTimeout(now: Instant): void {
    if (this.#identification !== undefined) this.#advanceIdentification(now);
    else this.#handleDue(now);
    this.#options.memory.handleTimeout(now);
    if (this.#leaveBy !== undefined && this.#leaveBy <= now) this.#exitStatus = 0;
    this.#settle(now);
  }

  handleLine(now: Instant, console: number, line: string): void {
    const command = parseCommand(line);
    const view = command.ok
      ? this.#answer(now, command.value)
      : ({ event: "fault", fault: command.error } as const);
    if (view !== undefined) this.#say(view, console);
    this.#settle(now);
  }

  handleSaveFailed(key: StoredItem): void {
    this.#say(notice("storageFailed", this.#options.memory.handleSaveFailed(key), { key }));
  }

  handleResolved(now: Instant, name: string, address: string | undefined): void {
    this.#on?.node.handleResolved(now, name, address);
    this.#settle(now);
  }

  pollName(): string | undefined {
    return takeName(this.#on);
  }

  pollTransmit(): Transmit | undefined {
    return this.#on?.node.pollTransmit();
  }

  pollOutput(): Output | undefined {
    return this.#outputs.shift();
  }

  pollSave(): Save | undefined {
    return this.#options.memory.pollSave();
  }

  pollOpened(): Opened | undefined {
    return this.#on?.node.pollOpened();
  }

  pollTimeout(): Deadline | undefined {
    if (this.#identification !== undefined) return { at: this.#startedAt, reason: "proof of work" };
    const leave =
      this.#leaveBy === undefined ? undefined : { at: this.#leaveBy, reason: "leaving took too long" };
    const own = earliest(leave, this.#options.memory.pollTimeout());
    return earliest(earliest(own, this.#on?.provided.pollTimeout()), this.#on?.node.pollTimeout());
  }

  #handleDue(now: Instant): void {
    if (this.#on === undefined) return;
    const { node, provided } = this.#on;
    node.handleTimeout(now);
    provided.handleTimeout(now, node);
  }

  #advanceIdentification(now: Instant): void {
    const keyRing = this.#identification?.advance();
    if (keyRing === undefined) return;
    this.#identification = undefined;
    this.#options.memory.saveKeyRing(encodeKeyRing(keyRing));
    this.#switchOn(now, keyRing);
  }

  #switchOn(now: Instant, keyRing: KeyRing): void {
    const { crypto, random, memory, config } = this.#options;
    const { bootCount } = memory;
    const { overlayId } = this.#admission;
    const local = this.#local;
    const node = new Node({
      crypto,
      random,
      keyRing,
      admission: this.#admission,
      bootCount,
      capture: false,
      capacity: { links: hostLimits, overlay: overlayLimitsOf(config) },
      beacons: config.discovery,
    });
    this.#on = {
      noun: "peer",
      node,
      keyRing,
      overlayName: config.overlay,
      overlayId,
      local,
      startedAt: this.#startedAt,
      bootCount,
      probes: new Probes(crypto, random),
      nameRecords: new NameRecords(crypto),
      services: new ServiceLookups({ crypto, random, overlayId }),
      provided: new ProvidedServices({
        crypto,
        random,
        overlayId,
        self: keyRing.nodeId,
        configured: config.services,
      }),
      names: none,
      serversSoughtAt: undefined,
    };
    this.#on.provided.start(now, local);
    node.start(now, {
      local,
      remembered: memory.peers.map((peer) => peer.endpoint),
      configured: config.bootstrap,
      asksServices: config.discovery,
    });
    memory.forgetLoaded();
    this.#announce(this.#on);
  }

  /** One that sends no beacons is not to be found on its LAN. */
  #announce({ keyRing, overlayId, local }: RunningPeer): void {
    if (this.#options.config.discovery)
      this.#options.announce?.({ label: toHex(keyRing.nodeId), overlayId, endpoint: local });
  }

  #answer(now: Instant, command: ConsoleCommand): View | undefined {
    switch (command.kind) {
      case "nothing":
        return undefined;
      case "quit":
        this.#quit(now);
        return undefined;
      case "help":
        return peerHelp(command.about);
      case "memory":
        return this.#memoryView(now);
      case "settings":
      case "set":
      case "enroll":
        return notice("refused", "The settings of a host peer stand in its configuration file.");
      default:
        return this.#on === undefined
          ? notice("refused", "This peer is making its key, or is not enrolled yet: see what it said first.")
          : runPeerCommand(now, command, this.#on);
    }
  }

  /** How full every table is. */
  #memoryView(now: Instant): View {
    const node = this.#on?.node;
    const tables = {
      ...node?.occupancy(),
      ...node?.describeOverlay(now).counts,
      ...this.#on?.provided.counts,
    };
    return notice("memory", "Nothing but the computer bounds this peer's memory.", tables);
  }

  #quit(now: Instant): void {
    if (this.#leaveBy !== undefined) return;
    this.#options.memory.leave();
    if (this.#on === undefined) {
      this.#exitStatus = 0;
      return;
    }
    this.#leaveBy = after(now, hostLeaveMsMax);
    this.#options.announce?.(undefined);
    const { node, provided } = this.#on;
    provided.end(now, node);
    node.leave(now);
  }

  #settle(now: Instant): void {
    this.onlySpeech = false;
    const on = this.#on;
    if (on === undefined) return;
    for (let event = on.node.pollEvent(); event !== undefined; event = on.node.pollEvent())
      this.#handleEvent(now, on, event);
  }

  #handleEvent(now: Instant, on: RunningPeer, event: NodeEvent): void {
    if (event.kind === "fetchFinished" && on.provided.offers.handleFetched(now, on.node, event)) return;
    if (event.kind === "overlay") {
      keepOverlayNews(now, event.effect, on, this.#options.memory);
      if (event.effect.kind === "left" && this.#leaveBy !== undefined) this.#exitStatus = 0;
    }
    const view = peerNews(now, on, event);
    if (view !== undefined) this.#say(view);
  }

  #say(view: View, to: Output["to"] = "all"): void {
    this.#outputs.push({ to, view });
  }
}

/** How long leaving may take before the peer goes without: as long as the overlay hands records over, and a little. */
const hostLeaveMsMax = 12_000;
