import { addressText, groupMac, isBroadcast, isLoopback, isMulticast } from "./ipv4-packet.js";
import { readIpv4Packet, udpPackets, type UdpDatagram } from "./ipv4-packet.js";
import { arpPacket, readArpPacket } from "./arp-packet.js";
import {
  ethernetFrame,
  etherType,
  readEthernetFrame,
  type EthernetFrame,
  type Mac,
} from "./ethernet-frame.js";
import { LoopbackSockets } from "./loopback-sockets.js";
import type { EthernetSwitch } from "./switch.js";

/** What became of packets between handsets and the host's processes. */
export interface BridgeCounters {
  readonly toHost: number;
  readonly fromHost: number;
  /** Fragments that a handset sent: the firmware sends none, and they are not put together. */
  readonly fragments: number;
  /** From handsets that had not announced the port, to addresses not on loopback, of other protocols, malformed. */
  readonly ignored: number;
}

/** Where handsets send their announcements, and what stands for all processes of the host. */
export const bridgeMac: Mac = 0x024d_7573_7472;

const announcementBytes = 7;

/**
 * Makes emulated handsets on 127.x.y.z hosts of this computer's loopback: processes reach an announced port at its
 * own address, and handsets reach processes at theirs, by unicast, broadcast and multicast, with nothing rewritten.
 *
 * A handset announces a port as it opens or closes it, by a frame of ethertype 0x88b5: address (4 B), port (2 B), 1 or
 * 0. The bridge then holds that address and port on loopback. It answers ARP for all loopback addresses that no
 * handset has.
 */
export class LoopbackBridge {
  readonly #handsets = new Map<string, Mac>();
  readonly #sockets: LoopbackSockets;
  readonly #sendFrame: (frame: Buffer) => void;
  readonly #counts = { toHost: 0, fromHost: 0, fragments: 0, ignored: 0 };

  /** Plugs the bridge into `ethernet`. `onFault` gets a sentence when a port cannot be held. */
  constructor(ethernet: EthernetSwitch, onFault: (sentence: string) => void) {
    this.#sendFrame = ethernet.plug(
      { send: (frame) => this.#handleFrame(frame), forget: (mac) => this.#forget(mac) },
      bridgeMac,
    );
    this.#sockets = new LoopbackSockets({
      onDatagram: (datagram) => this.#fromHost(datagram),
      isHandset: (address) => this.#handsets.has(address),
      onFault,
    });
  }

  get counters(): BridgeCounters {
    return { ...this.#counts };
  }

  /** Handsets heard of, by address. */
  get handsets(): readonly string[] {
    return [...this.#handsets.keys()];
  }

  /** Gives up all addresses and ports. */
  close(): void {
    this.#sockets.close();
    this.#handsets.clear();
  }

  /** Its QEMU ended: the addresses of a handset that is no more are free again. */
  #forget(mac: Mac): void {
    for (const [address, known] of [...this.#handsets]) {
      if (known !== mac) continue;
      this.#handsets.delete(address);
      this.#sockets.releaseAll(address);
    }
  }

  #handleFrame(bytes: Buffer): void {
    const frame = readEthernetFrame(bytes);
    if (frame === undefined) return;
    if (frame.type === etherType.announcement) this.#handleAnnouncement(frame);
    else if (frame.type === etherType.arp) this.#handleArp(frame);
    else if (frame.type === etherType.ipv4) this.#handlePacket(frame);
  }

  #handleAnnouncement({ source, payload }: EthernetFrame): void {
    const address = addressText(payload, 0);
    if (payload.length < announcementBytes || !isLoopback(address)) {
      this.#counts.ignored++;
      return;
    }
    this.#handsets.set(address, source);
    const port = payload.readUInt16BE(4);
    if (payload[6] === 1) this.#sockets.open(address, port);
    else this.#sockets.release(address, port);
  }

  /** A request for an address that no handset has is one for a process. A handset asking for its own only checks it. */
  #handleArp({ payload }: EthernetFrame): void {
    const packet = readArpPacket(payload);
    if (packet?.operation !== "request") return;
    const { targetAddress, senderAddress, senderMac } = packet;
    if (!isLoopback(targetAddress) || targetAddress === senderAddress || this.#handsets.has(targetAddress))
      return;
    const reply = arpPacket({
      operation: "reply",
      senderMac: bridgeMac,
      senderAddress: targetAddress,
      targetMac: senderMac,
      targetAddress: senderAddress,
    });
    this.#sendFrame(
      ethernetFrame({ destination: senderMac, source: bridgeMac, type: etherType.arp, payload: reply }),
    );
  }

  #handlePacket(frame: EthernetFrame): void {
    const packet = readIpv4Packet(frame.payload);
    if (packet.kind === "udp") this.#toHost(packet.datagram, frame);
    else if (packet.kind === "join") this.#sockets.join(packet.group);
    else if (packet.kind === "fragment") this.#counts.fragments++;
    else if (packet.kind === "other") this.#counts.ignored++;
  }

  #toHost(datagram: UdpDatagram, { payload }: EthernetFrame): void {
    const handset = this.#handsets.get(datagram.destination);
    if (handset !== undefined) {
      // Asked for before that handset was there, this address was taken for a process's.
      this.#sendFrame(
        ethernetFrame({ destination: handset, source: bridgeMac, type: etherType.ipv4, payload }),
      );
    } else if (this.#sockets.send(datagram)) this.#counts.toHost++;
    else this.#counts.ignored++;
  }

  #fromHost(datagram: UdpDatagram): void {
    const { destination } = datagram;
    const toGroup = isMulticast(destination) || isBroadcast(destination);
    const mac = toGroup ? groupMac(destination) : this.#handsets.get(destination);
    if (mac === undefined) return;
    this.#counts.fromHost++;
    for (const payload of udpPackets(datagram, this.#counts.fromHost))
      this.#sendFrame(ethernetFrame({ destination: mac, source: bridgeMac, type: etherType.ipv4, payload }));
  }
}
