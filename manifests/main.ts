import { sound } from "../hal/moddable/sound.js";
import { switchOnDevice } from "./switch-on.js";

/** What the SDK calls once the board is set up: a phone with microphone and loudspeaker. */
function main(): void {
  switchOnDevice(sound);
}

export { main as default };
