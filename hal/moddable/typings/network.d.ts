/**
 * UDP (modules/io/socket/lwip/udp.c), names (modules/network/net/esp/modResolve.c) and the Wi-Fi station
 * (modules/io/wifi/esp32/wifi-esp32.c), as on the ESP32.
 */
declare module "embedded:io/socket/udp" {
  /** A datagram: its first buffer of lwIP only, which for one that came in IP fragments is not all of it. */
  export interface UdpPacket extends ArrayBuffer {
    readonly address: string;
    readonly port: number;
  }

  export interface UdpOptions {
    /** 0 or absent: one of the system's choice, which cannot be asked for. */
    readonly port?: number;
    /** Of unicast and broadcast; multicast always goes with lwIP's default. */
    readonly timeToLive?: number;
    /** Told that so many datagrams wait; not told again of those that are left. */
    readonly onReadable?: (count: number) => void;
  }

  /** Bound to all addresses. The constructor throws `no network` before an interface is up, `bind failed`. */
  class UDP {
    constructor(options: UdpOptions);
    read(): UdpPacket | undefined;
    /** Throws `UDP send failed`: no route, no memory. The buffer comes first, whatever io.md says. */
    write(bytes: Uint8Array, address: string, port: number): void;
    /** Joins an IPv4 multicast group on every interface that has an address now. */
    add(group: string): void;
    remove(group: string): void;
    close(): void;
  }
  export default UDP;
}

declare module "net" {
  class Net {
    /** Calls back from the loop; without an address where the name leads to none. Throws `out of memory`. */
    static resolve(name: string, onResolved: (name: string, address?: string) => void): void;
  }
  export default Net;
}

declare module "embedded:network/interface/wifi" {
  export interface WifiOptions {
    /** Not told of an address that changes while the connection stays. */
    readonly onChanged?: (property: "connection" | "address") => void;
  }

  /** The station. The constructor starts the radio; nothing connects by itself, nor again by itself. */
  class WiFi {
    constructor(options: WifiOptions);
    /** Throws `already connecting`, `connect failed`; whether it worked is told by `onChanged`. */
    connect(options: { readonly SSID: string; readonly password?: string }): void;
    /** Not told to this object's own `onChanged`. */
    disconnect(): void;
    close(): void;
    /** 200 idle, 300 connecting, 400 associated, 500 with an IPv4 address and an IPv6 one of the link. */
    readonly connection: number;
    /** The IPv4 address; before there is one, perhaps the IPv6 one of the link. */
    readonly address: string | undefined;
  }
  export default WiFi;
}
