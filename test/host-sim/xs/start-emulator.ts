/** Starts an emulated board of the image named, says its process number, and waits to be killed. */
import { startEmulator } from "../../../host-sim/xs/emulator.js";

const child = startEmulator({ image: process.argv[2] ?? "" });
child.stdout.once("data", () => console.log(child.pid));
