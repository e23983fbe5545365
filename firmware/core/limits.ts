/**
 * Every bound of the system, in one place, unit last. A section belongs to the layer it is named after; relations between
 * bounds are asserted in `test/core/limits.test.ts`.
 */

// wire ------------------------------------------------------------------------------------------------------------

/** Largest UDP payload we send: fits every path without IP fragmentation (design §4). */
export const datagramBytesMax = 1200;
/** Largest plaintext message after reassembly: three fragments. */
export const messageBytesMax = 3400;
/** User name length, characters of `[a-z0-9._+-]`, or with @domain. */
export const userNameCharsMax = 32;
/** Largest credential accepted, bytes. */
export const credentialBytesMax = 320;

// link ------------------------------------------------------------------------------------------------------------

/** Port of everything but stock SIP (design §4). */
export const musterPort = 6084;

// media -----------------------------------------------------------------------------------------------------------

/** Samples in a second: G.711's clock. */
export const audioSamplesPerSecond = 8000;
/** Length of one audio frame and of one RTP packet, ms and samples. */
export const audioFrameMs = 20;
export const audioFrameSamples = 160;
