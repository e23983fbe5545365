import type { Crypto } from "../../hal/crypto.js";
import { SodiumCrypto } from "../../hal/node/sodium-crypto.js";
import { TweetNaClCrypto } from "../../hal/portable/tweetnacl-crypto.js";
import { RemoteCrypto } from "./moddable/native-crypto.js";
import { startMachine, type NativeMachine } from "./moddable/native-machine.js";

/** An implementation of the Crypto contract, for as long as a suite of tests uses it. */
export interface Implementation {
  readonly name: string;
  /** Called from the suite's `before`; may skip the suite. */
  open(context: Mocha.Context): Crypto;
  close(): void;
}

/** All there are. Every test of the contract runs on each. */
export function implementations(): Implementation[] {
  return [ready("sodium", new SodiumCrypto()), ready("tweetnacl", new TweetNaClCrypto()), onXS()];
}

function ready(name: string, crypto: Crypto): Implementation {
  return { name, open: () => crypto, close: () => undefined };
}

/** hal/moddable/crypto.ts and the C below it, on the real engine. */
function onXS(): Implementation {
  let machine: NativeMachine | undefined;
  return {
    name: "native on XS",
    open(context: Mocha.Context): Crypto {
      machine = startMachine(context);
      return new RemoteCrypto(machine);
    },
    close(): void {
      machine?.close();
      machine = undefined;
    },
  };
}
