import { fileJson } from "../support/file.js";

/** What the test files of Wycheproof have in common. */
interface Wycheproof<Group> {
  readonly numberOfTests: number;
  readonly testGroups: readonly Group[];
}

export interface SignatureVector {
  readonly id: number;
  readonly key: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly valid: boolean;
}

export interface AgreementVector {
  readonly id: number;
  readonly flags: readonly string[];
  readonly publicKey: Uint8Array;
  readonly secret: Uint8Array;
  readonly shared: Uint8Array;
}

export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "hex"));
}

/** All of Wycheproof's ed25519_test.json. */
export function signatureVectors(): SignatureVector[] {
  const file = read("wycheproof/ed25519_test.json") as Wycheproof<{
    publicKey: { pk: string };
    tests: { tcId: number; msg: string; sig: string; result: string }[];
  }>;
  return file.testGroups.flatMap((group) =>
    group.tests.map((test) => ({
      id: test.tcId,
      key: hex(group.publicKey.pk),
      message: hex(test.msg),
      signature: hex(test.sig),
      valid: test.result === "valid",
    })),
  );
}

/** All of Wycheproof's x25519_test.json. */
export function agreementVectors(): AgreementVector[] {
  const file = read("wycheproof/x25519_test.json") as Wycheproof<{
    tests: { tcId: number; flags: string[]; public: string; private: string; shared: string }[];
  }>;
  return file.testGroups.flatMap((group) =>
    group.tests.map((test) => ({
      id: test.tcId,
      flags: test.flags,
      publicKey: hex(test.public),
      secret: hex(test.private),
      shared: hex(test.shared),
    })),
  );
}

/** NaCl's boxes: X25519, HSalsa20, then secretbox with a zero nonce. */
export function boxVectors(): { pk: Uint8Array; sk: Uint8Array; msg: Uint8Array; box: Uint8Array }[] {
  return (read("nacl/box.random.json") as { pk: string; sk: string; msg: string; box: string }[]).map(
    (vector) => ({
      pk: base64(vector.pk),
      sk: base64(vector.sk),
      msg: base64(vector.msg),
      box: base64(vector.box),
    }),
  );
}

/** The signatures of ed25519.cr.yp.to. */
export function signVectors(): { sk: Uint8Array; msg: Uint8Array; sig: Uint8Array }[] {
  return (read("nacl/sign.spec.json") as { sk: string; msg: string; sig: string }[]).map((vector) => ({
    sk: base64(vector.sk),
    msg: base64(vector.msg),
    sig: base64(vector.sig),
  }));
}

function base64(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "base64"));
}

function read(path: string): unknown {
  return fileJson(`test/vectors/${path}`);
}
