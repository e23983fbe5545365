import AudioIn from "embedded:io/audio/in";
import { Resampler } from "muster/samples";
import AudioOut from "pins/audioout";

/** The SDK's and our own modules of a board with microphone and loudspeaker. */
export interface Sound {
  readonly AudioIn: typeof AudioIn;
  readonly AudioOut: typeof AudioOut;
  readonly Resampler: typeof Resampler;
}

/** As they are on the device; a board without sound does not import this file. */
export const sound: Sound = { AudioIn, AudioOut, Resampler };
