import { switchOnDevice } from "./switch-on.js";

/** What the SDK calls on a board without microphone and loudspeaker: a phone with its console alone. */
function main(): void {
  switchOnDevice(undefined);
}

export { main as default };
