import assert from "node:assert/strict";
import { LinkPath, StockPath } from "../../firmware/speech-path.js";
import type { NegotiatedMedia } from "../../firmware/usage/sip/offer-answer.js";

const rtp = Uint8Array.of(0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1);
const rtcp = Uint8Array.of(0x80, 201, 0, 1, 0, 0, 0, 1);

function mediaAt(address: string, port: number, others: Partial<NegotiatedMedia> = {}): NegotiatedMedia {
  const remote = { address, port };
  return { remote, codec: "PCMU", payloadType: 0, rtcpMux: false, direction: "sendrecv", ...others };
}

describe("where the speech of a call goes", () => {
  it("between nodes to the one address agreed on, and from there only; it follows the link", () => {
    const path = new LinkPath();
    assert.equal(path.address(rtp), undefined);
    path.agree(mediaAt("192.0.2.7", 6084));
    assert.equal(path.takes({ address: "192.0.2.7", port: 6084 }, undefined), true);
    assert.equal(path.takes({ address: "192.0.2.7", port: 6085 }, undefined), false);
    assert.equal(path.takes({ address: "192.0.2.7", port: 6084 }, "rtp"), false);
    assert.equal(path.follow("192.0.2.8", "192.0.2.9"), false);
    assert.equal(path.follow("192.0.2.7", "192.0.2.9"), true);
    assert.deepEqual(path.address(rtcp), { to: { address: "192.0.2.9", port: 6084 }, bytes: rtcp });
  });

  it("to a stock phone at once where it signals from, reports to the next port", () => {
    const path = new StockPath("192.0.2.7");
    path.agree(mediaAt("192.0.2.7", 4000));
    assert.deepEqual(path.address(rtp), {
      to: { address: "192.0.2.7", port: 4000 },
      bytes: rtp,
      through: "rtp",
    });
    assert.deepEqual(path.address(rtcp)?.to, { address: "192.0.2.7", port: 4001 });
    path.agree(mediaAt("192.0.2.7", 4000, { remoteRtcp: { address: "192.0.2.7", port: 4100 } }));
    assert.deepEqual(path.address(rtcp)?.to, { address: "192.0.2.7", port: 4100 });
    path.agree(mediaAt("192.0.2.7", 4000, { remoteRtcp: { address: "198.51.100.1", port: 4100 } }));
    assert.deepEqual(path.address(rtcp)?.to, { address: "192.0.2.7", port: 4001 }, "never to a third");
  });

  it("to another address only once speech has come from it", () => {
    const path = new StockPath("192.0.2.7");
    path.agree(mediaAt("198.51.100.1", 4000));
    assert.equal(path.address(rtp), undefined);
    assert.equal(path.address(rtcp), undefined);
    assert.equal(path.takes({ address: "203.0.113.9", port: 4000 }, "rtp"), false);
    assert.equal(path.address(rtp), undefined);
    assert.equal(path.takes({ address: "198.51.100.1", port: 4000 }, "rtp"), true);
    assert.deepEqual(path.address(rtp)?.to, { address: "198.51.100.1", port: 4000 });
    path.agree(mediaAt("203.0.113.9", 4000));
    assert.equal(path.address(rtp), undefined, "a new address is to be heard anew");
  });

  it("follows another port once, and goes back to the one that was named", () => {
    const path = new StockPath("192.0.2.7");
    path.agree(mediaAt("192.0.2.7", 4000));
    assert.equal(path.takes({ address: "192.0.2.7", port: 4444 }, "rtp"), true);
    assert.deepEqual(path.address(rtp)?.to, { address: "192.0.2.7", port: 4444 });
    assert.equal(path.takes({ address: "192.0.2.7", port: 5555 }, "rtp"), false);
    path.agree(mediaAt("192.0.2.7", 4000));
    assert.deepEqual(path.address(rtp)?.to, { address: "192.0.2.7", port: 4444 }, "the same agreement again");
    assert.equal(path.takes({ address: "192.0.2.7", port: 4000 }, "rtp"), true);
    assert.deepEqual(path.address(rtp)?.to, { address: "192.0.2.7", port: 4000 });
    assert.equal(path.takes({ address: "192.0.2.7", port: 4444 }, "rtp"), false);
  });

  it("takes speech at the port of speech only, and sends none to nowhere", () => {
    const path = new StockPath("192.0.2.7");
    assert.equal(
      path.takes({ address: "192.0.2.7", port: 4000 }, "rtp"),
      false,
      "before anything was agreed",
    );
    path.agree(mediaAt("192.0.2.7", 4000));
    assert.equal(path.takes({ address: "192.0.2.7", port: 4000 }, undefined), false);
    assert.equal(path.takes({ address: "192.0.2.7", port: 4999 }, "rtcp"), true);
    assert.equal(path.takes({ address: "192.0.2.8", port: 4001 }, "rtcp"), false);
    const nowhere = new StockPath("0.0.0.0");
    nowhere.agree(mediaAt("0.0.0.0", 4000));
    assert.equal(nowhere.address(rtp), undefined);
  });
});
