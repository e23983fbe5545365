/** On XS the firmware's crypto is the phone's own: libsodium in C. */
export { NativeCrypto as SodiumCrypto } from "../../../hal/moddable/crypto.js";
