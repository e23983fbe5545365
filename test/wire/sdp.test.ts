import assert from "node:assert/strict";
import { decodeSdp, encodeSdp, type SessionDescription } from "../../firmware/wire/sdp.js";
import { addressBytes } from "../../firmware/core/endpoint.js";
import {
  connectionAddress,
  directionOf,
  isUnicast,
  rtcpEndpoint,
  rtpMapsOf,
  sdpAttribute,
} from "../../firmware/wire/sdp-media.js";
import { octetBytes, octetText } from "../../firmware/wire/sip/octets.js";
import { fileBytes, vectorNames } from "../support/file.js";

/** Every file handed over: how many media, and why it is of interest. */
const files: Readonly<Record<string, { media: number; why: string }>> = {
  "hacky.sdp": { media: 3, why: "what browsers wrote before there was a standard" },
  "icelite.sdp": { media: 1, why: "ICE lite" },
  "jsep.sdp": { media: 2, why: "an offer of WebRTC" },
  "jssip.sdp": { media: 1, why: "SIP in a browser" },
  "mediaclk-avbtp.sdp": { media: 1, why: "c= before s=, an empty s=, no last line break" },
  "mediaclk-rtp.sdp": { media: 1, why: "clock references" },
  "normal.sdp": { media: 2, why: "c= after t=, an empty s=" },
  "st2022-6.sdp": { media: 1, why: "studio video" },
  "st2110-20.sdp": { media: 2, why: "multicast with a TTL" },
  "tcp-active.sdp": { media: 1, why: "no t= at all, a medium without RTP" },
  "tcp-passive.sdp": { media: 1, why: "as before" },
  "ts-refclk-media.sdp": { media: 2, why: "i=, u= and e=" },
  "ts-refclk-sess.sdp": { media: 2, why: "c= at the session" },
};

describe("SDP files of others", () => {
  it("has an expectation for each file", () => {
    assert.deepEqual(vectorNames("sdp"), Object.keys(files).sort());
  });
  for (const [name, { media, why }] of Object.entries(files)) {
    it(`${name}: ${media} media, every line written again (${why})`, () => {
      const bytes = fileBytes(`test/vectors/sdp/${name}`);
      const session = read(octetText(bytes));
      assert.equal(session.media.length, media);
      const written = octetText(encodeSdp(session));
      const lines = written.split("\r\n");
      for (const line of octetText(bytes).split(/\r?\n/)) {
        const kept = line === "s=" ? "s=-" : line.trimEnd();
        assert.ok(lines.includes(kept) || lines.includes(line), line);
      }
      assert.equal(octetText(encodeSdp(read(written))), written, "writing is stable");
      assert.match(written, /^v=0\r\no=[^\r]*\r\ns=[^\r]+\r\n/);
      assert.match(written, /\r\nt=/);
    });
  }
});

describe("SDP", () => {
  const head = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n";

  it("puts lines into the order of RFC 8866 §5, r= staying with its t=", () => {
    const text = "v=0\no=- 1 1 IN IP6 2001:db8::1\na=x\nt=1 2\nr=7d\nt=3 4\nc=IN IP6 2001:db8::1\nq=?\ns=a\n";
    const written = octetText(encodeSdp(read(text)));
    const letters = written.split("\r\n").map((line) => line.charAt(0));
    assert.equal(letters.join(""), "vosctrtqa");
  });

  it("reads payload types, with and without rtpmap (RFC 3551 §6)", () => {
    const maps = "a=rtpmap:96 Telephone-Event/8000\r\na=rtpmap:97 opus/48000/2\r\n";
    const text = `${head}m=audio 9 RTP/AVP 8 0 96 97 200 x 3\r\n${maps}`;
    const media = read(text).media[0];
    assert.ok(media !== undefined);
    assert.deepEqual(
      rtpMapsOf(media).map((map) => `${map.payloadType} ${map.encoding} ${map.clockRate}`),
      ["8 PCMA 8000", "0 PCMU 8000", "96 TELEPHONE-EVENT 8000", "97 OPUS 48000"],
    );
  });

  it("finds where reports go: as RFC 3605 says, or one port above speech", () => {
    const places: readonly (readonly [string, string | undefined])[] = [
      ["", "192.0.2.9:4001"],
      ["a=rtcp:53020\r\n", "192.0.2.9:53020"],
      ["a=rtcp:53020 IN IP4 198.51.100.2\r\n", "198.51.100.2:53020"],
      ["a=rtcp:53020 in  ip6 2001:DB8::2\r\n", "2001:db8::2:53020"],
      ["a=rtcp:0\r\n", undefined],
      ["a=rtcp:65536\r\n", undefined],
      ["a=rtcp:4001 IN IP4 phone.example\r\n", undefined],
      ["a=rtcp:here\r\n", "192.0.2.9:4001"],
    ];
    for (const [line, expected] of places) {
      const session = read(`${head}m=audio 4000 RTP/AVP 0\r\n${line}`);
      const found = rtcpEndpoint(present(session), { address: "192.0.2.9", port: 4000 });
      assert.equal(found && `${found.address}:${found.port}`, expected, line);
    }
    const last = { address: "192.0.2.9", port: 65_535 };
    assert.equal(rtcpEndpoint(present(read(`${head}m=audio 65535 RTP/AVP 0\r\n`)), last), undefined);
  });

  it("knows the address of one host from those of many and of none", () => {
    const judged = (address: string): boolean => isUnicast(addressBytes(address) ?? new Uint8Array(4));
    for (const one of ["192.0.2.1", "0.0.0.1", "2001:db8::1", "::1"]) assert.ok(judged(one), one);
    for (const other of ["0.0.0.0", "::", "255.255.255.255", "224.0.0.1", "239.255.255.255", "ff02::1"]) {
      assert.ok(!judged(other), other);
    }
  });

  it("finds address and direction at the medium first, then at the session", () => {
    const session = read(
      `${head}c=IN IP4 192.0.2.9\r\na=sendonly\r\nm=audio 9 RTP/AVP 0\r\n` +
        "m=audio 11 RTP/AVP 0\r\nc=IN IP6 2001:DB8:0::7\r\na=inactive\r\n" +
        "m=audio 13 RTP/AVP 0\r\nc=IN IP4 224.0.0.1/127\r\n" +
        "m=audio 15 RTP/AVP 0\r\nc=IN IP4 phone.example.com\r\na=recvonly\r\n",
    );
    assert.deepEqual(
      session.media.map((media) => [connectionAddress(session, media), directionOf(session, media)]),
      [
        ["192.0.2.9", "sendonly"],
        ["2001:db8::7", "inactive"],
        [undefined, "sendonly"],
        [undefined, "recvonly"],
      ],
    );
    assert.equal(directionOf(read(head), { ...present(session), lines: [] }), "sendrecv");
    assert.equal(sdpAttribute(session.lines, "sendonly"), "");
    assert.equal(sdpAttribute(session.lines, "send"), undefined);
  });

  const refused: readonly [string, string, string][] = [
    ["nothing", "", "sdp/version"],
    ["another version", head.replace("v=0", "v=1"), "sdp/version"],
    ["no origin", "v=0\r\ns=-\r\n", "sdp/origin"],
    ["an origin cut short", head.replace(" IP4 192.0.2.1", ""), "sdp/origin"],
    ["an origin with letters for a number", head.replace("- 1 1", "- 1 x"), "sdp/origin"],
    ["an origin twice", `${head}o=- 1 1 IN IP4 192.0.2.1\r\n`, "sdp/origin/repeated"],
    ["a line that is none", `${head}hello\r\n`, "sdp/line"],
    ["a space before =", `${head}m =audio 9 RTP/AVP 0\r\n`, "sdp/line"],
    ["a port past 65535", `${head}m=audio 65536 RTP/AVP 0\r\n`, "sdp/media"],
    ["a medium without a protocol", `${head}m=audio 9\r\n`, "sdp/media"],
    ["nine media", `${head}${"m=audio 9 RTP/AVP 0\r\n".repeat(9)}`, "sdp/media"],
    ["257 lines", `${head}${"a=x\r\n".repeat(253)}`, "sdp/lines"],
    ["8193 bytes", `${head}a=${"x".repeat(8193)}`, "sdp"],
  ];
  for (const [what, text, where] of refused) {
    it(`refuses ${what} at ${where}`, () => {
      const read = decodeSdp(octetBytes(text));
      assert.ok(!read.ok);
      assert.equal(read.error.in, where);
    });
  }
});

function read(text: string): SessionDescription {
  const session = decodeSdp(octetBytes(text));
  assert.ok(session.ok, JSON.stringify(session));
  return session.value;
}

function present(session: SessionDescription): SessionDescription["media"][number] {
  const [media] = session.media;
  assert.ok(media !== undefined);
  return media;
}
