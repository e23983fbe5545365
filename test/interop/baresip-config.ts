import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeWav } from "../../host-sim/audio/wav.js";
import type { Codec } from "./stock-phone.js";

export interface BaresipConfig {
  /** Made if need be. */
  readonly folder: string;
  readonly address: string;
  /** What its microphone hears in each call. */
  readonly speech: Int16Array;
  readonly answersItself: boolean;
  /** Whom its messages go to. */
  readonly contact: string;
  /** How long it lets a call ring here before it refuses it, seconds. */
  readonly patienceSeconds: number;
}

/** On the host's loopback address. */
export const controlPort: number = 4444;

const modulesFolder = "/usr/lib/baresip/modules";
/** RTP; baresip wants ten at least. */
const rtpPorts = "20000-20098";

/** The user part of baresip's account that has this codec alone. */
export function accountUser(codec: Codec): string {
  return codec.toLowerCase();
}

/** Where its recordings come: `dump-<time>-dec.wav` is what was received. */
export function recordingsFolder({ folder }: Pick<BaresipConfig, "folder">): string {
  return join(folder, "heard");
}

/** Writes the files baresip starts from. It registers nowhere: calls go to and come from addresses. */
export function writeBaresipConfig(config: BaresipConfig): void {
  const { folder, address, answersItself } = config;
  const speech = join(folder, "speech.wav");
  mkdirSync(recordingsFolder(config), { recursive: true });
  writeWav(speech, config.speech);
  const mode = answersItself ? "auto" : "manual";
  const account = (codec: Codec): string =>
    `<sip:${accountUser(codec)}@${address}>;regint=0;answermode=${mode};audio_codecs=${codec}/8000/1\n`;
  writeFileSync(join(folder, "accounts"), account("PCMU") + account("PCMA"));
  writeFileSync(join(folder, "contacts"), `"the other" <${config.contact}>\n`);
  writeFileSync(join(folder, "config"), configText(config, speech));
}

function configText(config: BaresipConfig, speech: string): string {
  const loads = (kind: string, names: readonly string[]): string[] =>
    names.map((name) => `${kind} ${name}.so`);
  return [
    "poll_method epoll",
    `sip_listen ${config.address}:5060`,
    `call_local_timeout ${config.patienceSeconds}`,
    "call_max_calls 1",
    // Plays into nothing: what was received is recorded before.
    "audio_player aubridge,nothing",
    "audio_alert aubridge,alert",
    `audio_source aufile,${speech}`,
    ...["ausrc", "auplay", "auenc", "audec"].map((part) => `${part}_format s16`),
    "audio_buffer 20-160",
    `rtp_ports ${rtpPorts}`,
    "rtcp_enable yes",
    "rtcp_mux no",
    "jitter_buffer_type fixed",
    "jitter_buffer_delay 1-5",
    `module_path ${modulesFolder}`,
    ...loads("module", ["g711", "aufile", "aubridge", "sndfile"]),
    `snd_path ${recordingsFolder(config)}`,
    ...loads("module_tmp", ["account"]),
    ...loads("module_app", ["contact", "menu", "ctrl_tcp"]),
    `ctrl_tcp_listen 127.0.0.1:${controlPort}`,
    "statmode_default off",
    "",
  ].join("\n");
}
