import { answerOffer } from "../../firmware/usage/sip/offer-answer.js";
import { octetBytes, octetText } from "../../firmware/wire/sip/octets.js";
import { decodeSdp, encodeSdp } from "../../firmware/wire/sdp.js";
import { localMedia } from "./local-media.js";
import type { Files, TortureRow } from "./torture.js";

/** A description that can be answered, which none of those handed over can. */
const ownOffer = "ordinary phone";
const ownText =
  "v=0\no=- 1 1 IN IP4 192.0.2.9\ns=-\nc=IN IP4 192.0.2.9\nt=0 0\nm=image 9 TCP t38\n" +
  "m=audio 7078 RTP/AVP 96 8 0\na=rtpmap:96 opus/48000/2\nm=video 9078 RTP/AVP 31\n";

interface SdpExpectation {
  readonly what: string;
  readonly wanted: string;
}

const noPlainAudio = "no-audio";

/** What an offer with each of the session descriptions comes to: all are read, none can be spoken by a phone. */
const expected: Readonly<Record<string, SdpExpectation>> = {
  "hacky.sdp": { what: "a browser's, with a data channel and lines of no standard", wanted: noPlainAudio },
  "icelite.sdp": { what: "G.711, but over SRTP and ICE", wanted: noPlainAudio },
  "jsep.sdp": { what: "G.711, but over DTLS", wanted: noPlainAudio },
  "jssip.sdp": { what: "a browser's, over SRTP", wanted: noPlainAudio },
  "mediaclk-avbtp.sdp": { what: "linear sound to a group", wanted: "no-common-codec" },
  "mediaclk-rtp.sdp": { what: "linear sound to a group", wanted: "no-common-codec" },
  "normal.sdp": { what: "G.711 over SRTP, and video", wanted: noPlainAudio },
  "st2022-6.sdp": { what: "video to a group", wanted: noPlainAudio },
  "st2110-20.sdp": { what: "two videos to groups", wanted: noPlainAudio },
  "tcp-active.sdp": { what: "fax over TCP", wanted: noPlainAudio },
  "tcp-passive.sdp": { what: "fax over TCP", wanted: noPlainAudio },
  "ts-refclk-media.sdp": { what: "G.711, but to a group: no address of one phone", wanted: "no-address" },
  "ts-refclk-sess.sdp": { what: "G.711, but to a group: no address of one phone", wanted: "no-address" },
  [ownOffer]: {
    what: "G.711, TCP fax and video to one phone, as the first is taken",
    wanted: "PCMA to 192.0.2.9:7078",
  },
};

/** Each description is read and written again, reads as the same, and is offered to a phone. */
export function sdpRows(files: Files): readonly TortureRow[] {
  const all = new Map([...files, [ownOffer, octetBytes(ownText)]]);
  const names = new Set([...all.keys(), ...Object.keys(expected)]);
  return [...names].map((name) => {
    const { what, wanted } = expected[name] ?? { what: "a file nobody expects", wanted: "a row" };
    const bytes = all.get(name);
    const got = bytes === undefined ? "no such file" : outcomeOf(bytes);
    return {
      name,
      section: "8866",
      what,
      wanted,
      got,
      ok: got === wanted,
      choice: "",
      own: name === ownOffer,
    };
  });
}

/** "PCMU to 192.0.2.1:4000", the name of what makes it unacceptable, or what was wrong with the rewriting. */
function outcomeOf(bytes: Uint8Array): string {
  const offer = decodeSdp(bytes);
  if (offer.ok) {
    const written = encodeSdp(offer.value);
    const again = decodeSdp(written);
    if (!again.ok) return `written again it is refused: ${again.error.in}`;
    if (octetText(encodeSdp(again.value)) !== octetText(written)) return "written again it is another";
  }
  const answered = answerOffer(bytes, localMedia);
  if (!answered.ok) return answered.error;
  const { remote, codec } = answered.value.media;
  const streams = answered.value.answer.media.length;
  if (!offer.ok || streams !== offer.value.media.length) return "the answer has other streams than the offer";
  return `${codec} to ${remote.address}:${remote.port}`;
}
