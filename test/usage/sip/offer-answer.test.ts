import assert from "node:assert/strict";
import {
  answerOffer,
  g711Codecs,
  type LocalMedia,
  makeOffer,
  readAnswer,
} from "../../../firmware/usage/sip/offer-answer.js";
import { encodeSdp } from "../../../firmware/wire/sdp.js";
import type { Direction } from "../../../firmware/wire/sdp-media.js";
import { octetBytes, octetText } from "../../../firmware/wire/sip/octets.js";

const local: LocalMedia = {
  endpoint: { address: "192.0.2.2", port: 6084 },
  userName: "bob",
  sessionId: "77",
  version: 3,
  direction: "sendrecv",
  codecs: g711Codecs,
  rtcpMux: true,
};
const head = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";

describe("offer and answer (RFC 3264)", () => {
  it("offers both laws, digits, 20 ms, one port for RTP and RTCP", () => {
    assert.equal(
      octetText(encodeSdp(makeOffer(local))),
      "v=0\r\no=bob 77 3 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\n" +
        "m=audio 6084 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\n" +
        "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n" +
        "a=fmtp:101 0-15\r\na=ptime:20\r\na=rtcp-mux\r\na=sendrecv\r\n",
    );
  });

  it("offers an IPv6 address as such", () => {
    const offer = octetText(
      encodeSdp(makeOffer({ ...local, endpoint: { address: "2001:db8::2", port: 6084 } })),
    );
    assert.match(offer, /o=bob 77 3 IN IP6 2001:db8::2\r\n[\s\S]*c=IN IP6 2001:db8::2\r\n/);
  });

  it("answers with the first codec in common, the offerer's numbers, and port 0 for what it does not take (§6)", () => {
    const offer =
      `${head}m=video 5000 RTP/AVP 97\r\na=rtpmap:97 H264/90000\r\n` +
      "m=audio 4000 RTP/AVP 97 8 0 96\r\na=rtpmap:97 opus/48000/2\r\na=rtpmap:96 telephone-event/8000\r\n" +
      "m=audio 4002 RTP/AVP 0\r\n";
    const answered = answerOffer(octetBytes(offer), local);
    assert.ok(answered.ok);
    assert.deepEqual(answered.value.media, {
      remote: { address: "192.0.2.1", port: 4000 },
      codec: "PCMA",
      remoteRtcp: { address: "192.0.2.1", port: 4001 },
      payloadType: 8,
      telephoneEventType: 96,
      rtcpMux: false,
      direction: "sendrecv",
    });
    const text = octetText(encodeSdp(answered.value.answer));
    assert.deepEqual(text.slice(text.indexOf("m=")).split("\r\n"), [
      "m=video 0 RTP/AVP 97",
      "m=audio 6084 RTP/AVP 8 96",
      "a=rtpmap:8 PCMA/8000",
      "a=rtpmap:96 telephone-event/8000",
      "a=fmtp:96 0-15",
      "a=ptime:20",
      "a=sendrecv",
      "m=audio 0 RTP/AVP 0",
      "",
    ]);
  });

  const directions: readonly [Direction, Direction, Direction][] = [
    ["sendrecv", "sendrecv", "sendrecv"],
    ["sendonly", "sendrecv", "recvonly"],
    ["recvonly", "sendrecv", "sendonly"],
    ["inactive", "sendrecv", "inactive"],
    ["sendrecv", "sendonly", "sendonly"],
    ["sendonly", "sendonly", "inactive"],
    ["recvonly", "recvonly", "inactive"],
    ["recvonly", "sendonly", "sendonly"],
  ];
  for (const [offered, own, answer] of directions) {
    it(`offered ${offered}, here ${own}: ${answer} (§6.1)`, () => {
      const offer = `${head}a=${offered}\r\nm=audio 4000 RTP/AVP 0\r\na=rtcp-mux\r\n`;
      const answered = answerOffer(octetBytes(offer), { ...local, direction: own });
      assert.ok(answered.ok);
      assert.equal(answered.value.media.direction, answer);
      assert.ok(answered.value.media.rtcpMux);
      const text = octetText(encodeSdp(answered.value.answer));
      assert.ok(text.endsWith(`a=rtcp-mux\r\na=${answer}\r\n`));
      const read = readAnswer(octetBytes(text), offered);
      assert.ok(read.ok);
      const mirrored = {
        sendonly: "recvonly",
        recvonly: "sendonly",
        sendrecv: "sendrecv",
        inactive: "inactive",
      }[answer];
      assert.equal(read.value.direction, mirrored, "seen from the other side");
    });
  }

  const refused: readonly [string, string, string][] = [
    ["no session description", "hello", "unreadable"],
    ["no audio", `${head}m=video 5000 RTP/AVP 97\r\n`, "no-audio"],
    ["audio switched off", `${head}m=audio 0 RTP/AVP 0\r\n`, "no-audio"],
    ["audio over another protocol", `${head}m=audio 4000 RTP/SAVPF 0\r\n`, "no-audio"],
    ["codecs nobody has", `${head}m=audio 4000 RTP/AVP 3 9 18\r\n`, "no-common-codec"],
    [
      "G.711 at another rate",
      `${head}m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU/16000\r\n`,
      "no-common-codec",
    ],
    [
      "a multicast address",
      `${head.replace("c=IN IP4 192.0.2.1", "c=IN IP4 239.0.0.1/1")}m=audio 4000 RTP/AVP 0\r\n`,
      "no-address",
    ],
    ["no address", `${head.replace("c=IN IP4 192.0.2.1\r\n", "")}m=audio 4000 RTP/AVP 0\r\n`, "no-address"],
  ];
  for (const [what, offer, fault] of refused) {
    it(`refuses ${what}: ${fault}`, () => {
      assert.deepEqual(answerOffer(octetBytes(offer), local), { ok: false, error: fault });
      assert.deepEqual(readAnswer(octetBytes(offer), "sendrecv"), { ok: false, error: fault });
    });
  }
});
