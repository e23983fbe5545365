import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { needsDebian } from "../support/debian.js";
import { BaresipPhone } from "./baresip-phone.js";
import { assertHeard } from "./heard-tone.js";
import { Lan, namespacesOf } from "./lan.js";
import { LinphonePhone } from "./linphone-phone.js";
import { needsLan } from "./needs-lan.js";
import { makeTone } from "../support/tone.js";
import { WireTap } from "./wire-tap.js";

const talkMs = 1500;

/** The tools of the other tests here, judged without a phone of ours. */
describe("interop/harness", () => {
  const folder = mkdtempSync(join(tmpdir(), "muster-interop-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("baresip and linphone call each other: tones, keys and hold, as the tools see them", async function () {
    needsDebian(this, "iproute2", "tcpdump", "baresip-core", "linphone-cli");
    needsLan(this);
    const lan = new Lan();
    try {
      const [left, right] = [lan.addHost(1), lan.addHost(2)];
      const wire = new WireTap(left);
      const [low, high] = [
        { hz: 440, levelDb: -10 },
        { hz: 620, levelDb: -16 },
      ];
      const baresip = new BaresipPhone(left, {
        folder: join(folder, "baresip"),
        speech: makeTone(low.hz, low.levelDb, 60),
        contact: `sip:linphone@${right.address}`,
        answersItself: false,
        patienceSeconds: 20,
      });
      const linphone = new LinphonePhone(right, {
        folder: join(folder, "linphone"),
        speech: makeTone(high.hz, high.levelDb, 60),
        patienceSeconds: 20,
        asksFirst: false,
      });
      await Promise.all([wire.ready(), baresip.ready(), linphone.ready()]);

      await baresip.call(await linphone.uriFor("PCMA"), "PCMA");
      await Promise.all([baresip.ringing(), linphone.incoming()]);
      linphone.answer();
      await Promise.all([baresip.talking(), linphone.talking()]);
      await new Promise((resolve) => setTimeout(resolve, talkMs));
      baresip.press("5");
      await linphone.heardKey("5");
      linphone.press("9");
      await baresip.heardKey("9");
      await Promise.all([linphone.hold(), baresip.heldByOther(true)]);
      await Promise.all([linphone.resume(), baresip.heldByOther(false)]);
      baresip.hangUp();
      await Promise.all([baresip.ended(), linphone.ended()]);
      assertHeard(baresip.heard(), high, talkMs - 300);
      assertHeard(linphone.heard(), low, talkMs - 300);
      assert.deepEqual([...wire.rtp(left.address).keys()].sort(), [101, 8]);

      linphone.sendMessage(await baresip.uriFor("PCMU"), "from linphone");
      await baresip.gotMessage("from linphone");
      baresip.sendMessage("", "from baresip");
      await linphone.gotMessage("from baresip");
      await Promise.all([baresip.quit(), linphone.quit()]);
    } finally {
      lan.remove();
    }
    assert.deepEqual(namespacesOf(process.pid), []);
  });
});
