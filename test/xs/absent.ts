/** Test files that cannot run on XS: each needs something of Node to judge by. */
export interface AbsentFile {
  readonly file: string;
  /** The package of Node that the file, or what it imports, names. */
  readonly names: string;
  readonly reason: string;
}

/** All of them; `absent.test.ts` keeps the list true. */
export const absentFiles: readonly AbsentFile[] = [
  {
    file: "test/core/address-text.test.ts",
    names: "node:net",
    reason: "addresses are judged by Node's own reading of them",
  },
  ...["aes", "g711", "mac", "platform", "samples", "sodium"].map((native) => ({
    file: `test/hal/moddable/native-${native}.test.ts`,
    names: "node:child_process",
    reason: "asks the natives on an XS host of its own, and judges them by Node's",
  })),
  {
    file: "test/hal/moddable/phone.test.ts",
    names: "node:child_process",
    reason: "starts whole phones on an XS host of their own",
  },
  {
    file: "test/hal/moddable/specifiers.test.ts",
    names: "node:fs",
    reason: "reads our sources for what they import",
  },
  {
    file: "test/hal/moddable/stored-state.test.ts",
    names: "node:child_process",
    reason: "starts whole phones on an XS host of their own, and damages their files between starts",
  },
  {
    file: "test/identity/credential-cross-read.test.ts",
    names: "node:crypto",
    reason: "signatures are verified by OpenSSL",
  },
  {
    file: "test/identity/printed-secret.test.ts",
    names: "node:util",
    reason: "what Node's inspect shows of a key ring",
  },
  {
    file: "test/identity/reference-handshake.test.ts",
    names: "node:crypto",
    reason: "the reference that made the golden handshake runs on OpenSSL",
  },
  {
    file: "test/usage/sip/stock-parser.test.ts",
    names: "node:child_process",
    reason: "tshark reads what we write",
  },
  {
    file: "test/wire/cross-read.test.ts",
    names: "node:child_process",
    reason: "Python's cbor2 reads what we write",
  },
];
