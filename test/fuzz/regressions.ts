/** An input that once broke a rule, and what the decoder makes of it now. */
export interface Regression {
  readonly decoder: string;
  readonly hex: string;
  readonly verdict: string;
  readonly what: string;
}

/** All that were found, by `muster fuzz` and otherwise; a new one is put here with its bytes when it is mended. */
export const regressions: readonly Regression[] = [
  {
    decoder: "sip/uri",
    hex: text("sips:bob:secret@[2001:db8::7]:5061;maddr=239.255.255.1?subject=x&pr;lriority=urgent"),
    verdict: "accepted",
    what: 'a ";" in a header of a URI was written as "&", and the rest of the header was lost',
  },
  {
    decoder: "sip/start-line",
    hex: text("INVITE sip:user@example.com?Route=%3Csip:;rport.com%3E SIP/2.0"),
    verdict: "accepted",
    what: "the same in a Request-URI",
  },
  {
    decoder: "sip/name-address",
    hex: text("<sip:servi?ces.example.com;lr;unknownwith=value;unknown-no-value>"),
    verdict: "accepted",
    what: "the same in a Route",
  },
  {
    decoder: "console/line",
    hex: text(`message bob ${"\u00fc".repeat(600)}`),
    verdict: "line-too-long",
    what: "a line of few characters and many bytes was said to be too long at a character it does not have",
  },
  {
    decoder: "console/setting",
    hex: text(`tower.${"e".repeat(60)}.${"m".repeat(57)}`),
    verdict: "bad-value",
    what: "a name as long as a setting may be was stored with its port, and could not be read again",
  },
];

function text(characters: string): string {
  return Buffer.from(characters, "utf8").toString("hex");
}
