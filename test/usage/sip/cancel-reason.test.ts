import assert from "node:assert/strict";
import { cancelledOutcome, cancelReason } from "../../../firmware/usage/sip/cancel-reason.js";
import type { SipRequest } from "../../../firmware/wire/sip/message.js";
import { field } from "../../../firmware/wire/sip/message-text.js";

function cancelWith(...reasons: readonly string[]): SipRequest {
  const fields = reasons.map((value) => field("Reason", value));
  return { kind: "request", method: "CANCEL", fields } as unknown as SipRequest;
}

describe("usage/sip/cancel-reason (RFC 3326)", () => {
  for (const [reasons, outcome] of [
    [[], "callerGaveUp"],
    [[cancelReason(200).value], "answeredElsewhere"],
    [[cancelReason(603).value], "declinedElsewhere"],
    [['SIP ;cause=200 ;text="Call completed elsewhere"'], "answeredElsewhere"],
    [['sip;text="x";cause=600'], "declinedElsewhere"],
    [['Q.850;cause=16;text="Terminated", SIP;cause=200'], "answeredElsewhere"],
    [["Q.850;cause=16", "SIP;cause=200"], "answeredElsewhere"],
    [["Q.850;cause=200"], "callerGaveUp"],
    [["SIP;cause=487"], "callerGaveUp"],
    [["SIP;cause=2000"], "callerGaveUp"],
    [["", ";;;,,", "SIP"], "callerGaveUp"],
  ] as const) {
    it(`${reasons.join(" and ") || "no Reason"}: ${outcome}`, () => {
      assert.equal(cancelledOutcome(cancelWith(...reasons)), outcome);
    });
  }
});
