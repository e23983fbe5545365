/** What a user agent is to do with a message. */
export interface Expectation {
  /** Section of the RFC: "4475 3.1.1.1", "5118 4.2". */
  readonly section: string;
  readonly what: string;
  /** The status it answers, or that it says nothing: to responses and ACKs, and to what no answer could be made of. */
  readonly wanted: number | "silence";
  /** Whose phone it is that gets it; absent: "user". */
  readonly as?: string;
  /** Where the RFC leaves a choice, or means another kind of element: what is chosen here, and why. */
  readonly choice?: string;
}

const noRegistrar = "the RFC means a registrar; a phone is none, knows the method and does not allow it";
const tolerated = "the RFC leaves the choice; there is no doubt what is meant, so it is taken";

/** RFC 4475, the messages handed over, by file. */
export const expected4475: Readonly<Record<string, Expectation>> = {
  "wsinv.dat": {
    section: "4475 3.1.1.1",
    what: "white space, folding, compact names everywhere",
    wanted: 481,
    as: "vivekg",
    choice: "it is valid and read; its To has a tag of a dialog that is not (RFC 3261 §12.2.2)",
  },
  "intmeth.dat": {
    section: "4475 3.1.1.2",
    what: "every character a token and a URI may hold; a method nobody knows",
    wanted: 501,
    as: "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*",
  },
  "escnull.dat": { section: "4475 3.1.1.4", what: "%00 in user parts", wanted: 405, choice: noRegistrar },
  "dblreq.dat": {
    section: "4475 3.1.1.8",
    what: "two requests in one datagram: the first alone is answered",
    wanted: 405,
    choice: noRegistrar,
  },
  "semiuri.dat": {
    section: "4475 3.1.1.9",
    what: "semicolons in the user part",
    wanted: 200,
    as: "user;par=u@example.net",
  },
  "mpart01.dat": {
    section: "4475 3.1.1.11",
    what: "a body of several parts",
    wanted: 415,
    as: "kumiko",
    choice: "valid; a phone takes text/plain in a MESSAGE and says so",
  },
  "noreason.dat": { section: "4475 3.1.1.13", what: "a response with an empty reason", wanted: "silence" },
  "ncl.dat": { section: "4475 3.1.2.3", what: "a negative Content-Length", wanted: 400 },
  "quotbal.dat": { section: "4475 3.1.2.6", what: "a quoted name without its end", wanted: 400 },
  "ltgtruri.dat": { section: "4475 3.1.2.7", what: "the Request-URI in brackets", wanted: 400 },
  "lwsruri.dat": { section: "4475 3.1.2.8", what: "a space inside the Request-URI", wanted: 400 },
  "lwsstart.dat": {
    section: "4475 3.1.2.9",
    what: "two spaces in the start line",
    wanted: 180,
    choice: tolerated,
  },
  "trws.dat": {
    section: "4475 3.1.2.10",
    what: "spaces behind the version",
    wanted: 200,
    as: "remote-target",
    choice: tolerated,
  },
  "escruri.dat": { section: "4475 3.1.2.11", what: "headers in the Request-URI", wanted: 400 },
  "regbadct.dat": {
    section: "4475 3.1.2.13",
    what: "a Contact with headers and no brackets",
    wanted: 405,
    choice: noRegistrar,
  },
  "mismatch01.dat": { section: "4475 3.1.2.17", what: "CSeq names another method", wanted: 400 },
  "badbranch.dat": { section: "4475 3.2.1", what: "a branch that is the cookie alone", wanted: 200 },
  "novelsc.dat": { section: "4475 3.3.3", what: "a scheme that looks like a host", wanted: 416 },
  "invut.dat": { section: "4475 3.3.6", what: "an INVITE with a body of no known type", wanted: 415 },
  "regaut01.dat": {
    section: "4475 3.3.7",
    what: "an authorization scheme nobody knows",
    wanted: 405,
    choice: noRegistrar,
  },
  "multi01.dat": { section: "4475 3.3.8", what: "fields twice that may stand once", wanted: 400 },
  "mcl01.dat": { section: "4475 3.3.9", what: "two Content-Lengths that differ", wanted: 400 },
  "zeromf.dat": {
    section: "4475 3.3.11",
    what: "no hops left",
    wanted: 200,
    choice: "483 is a proxy's; who the request is for answers it",
  },
  "cparam02.dat": {
    section: "4475 3.3.13",
    what: "an unknown parameter of Contact's URI",
    wanted: 405,
    choice: noRegistrar,
  },
  "inv2543.dat": {
    section: "4475 3.4.1",
    what: "an INVITE of RFC 2543: no branch, no tag, no Contact",
    wanted: 180,
    as: "UserB",
  },
};

/** RFC 5118, the messages handed over, by file. */
export const expected5118: Readonly<Record<string, Expectation>> = {
  "ipv6-good": {
    section: "5118 4.1",
    what: "an IPv6 reference in the Request-URI",
    wanted: 405,
    choice: noRegistrar,
  },
  "via-received-param-with-delim": {
    section: "5118 4.5",
    what: "brackets around IPv6 in received",
    wanted: 481,
    choice: "valid and read; the BYE is of no dialog there is",
  },
  "ipv6-in-sdp": {
    section: "5118 4.6",
    what: "IPv6 in the session description",
    wanted: 488,
    choice: "valid and read; it offers G.726 and video, of which a phone speaks neither",
  },
  "mult-ip-in-header": {
    section: "5118 4.7",
    what: "both families in the Vias",
    wanted: 481,
    choice: "valid and read; the BYE is of no dialog there is",
  },
  "ipv4-mapped-ipv6": {
    section: "5118 4.9",
    what: "IPv4 mapped into IPv6",
    wanted: 488,
    choice: "valid and read; it offers G.726 and video, of which a phone speaks neither",
  },
  "ipv6-correct-abnf-2-colons": {
    section: "5118 4.10",
    what: "two colons before an embedded IPv4 address",
    wanted: 200,
  },
};
