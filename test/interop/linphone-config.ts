import type { Codec } from "./stock-phone.js";

export interface LinphoneConfig {
  /** Made if need be. */
  readonly folder: string;
  readonly address: string;
  /** What its microphone hears in each call. */
  readonly speech: Int16Array;
  /** How long it lets a call ring here before it refuses it, seconds. */
  readonly patienceSeconds: number;
  /** Whether it asks by OPTIONS what the other can do before it calls. It then takes some seconds to go on. */
  readonly asksFirst: boolean;
}

/** The settings linphonec starts from: no proxy, no encryption, nothing but SIP over UDP. */
export function linphoneSettings(config: Omit<LinphoneConfig, "folder" | "speech">): string {
  const { address, patienceSeconds, asksFirst } = config;
  const sections: Record<string, Record<string, string | number>> = {
    sip: {
      sip_port: 5060,
      sip_tcp_port: 0,
      sip_tls_port: 0,
      use_ipv6: 0,
      contact: `"linphone" <sip:linphone@${address}>`,
      inc_timeout: patienceSeconds,
      media_encryption: "none",
      ping_with_options: asksFirst ? 1 : 0,
    },
    rtp: { audio_rtp_port: 7078 },
    net: { mtu: 1300 },
    sound: { echocancellation: 0 },
    video: { enabled: 0 },
    // A second call is not waited with, but refused: busy.
    misc: { store_friends: 0, max_calls: 1 },
  };
  return Object.entries(sections)
    .map(([name, entries]) => {
      const lines = Object.entries(entries).map(([key, value]) => `${key}=${value}\n`);
      return `[${name}]\n${lines.join("")}`;
    })
    .join("");
}

/**
 * What to type so that of G.711's two laws one is left; the rows are those of `codec list`. Its other codecs stay:
 * opus and speex, which a stock phone offers first.
 */
export function settledCodec(rows: readonly string[], codec: Codec): string[] {
  return rows.map((row) => {
    const number = /\d+/.exec(row)?.[0] ?? "";
    return `codec ${row.includes(` ${codec} `) ? "enable" : "disable"} ${number}`;
  });
}
