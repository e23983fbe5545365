import { switchOn } from "../firmware/main.js";
import { readItem } from "../firmware/storage/item-slots.js";
import { readSettings } from "../firmware/storage/settings-codec.js";
import type { WifiNetwork } from "../hal/moddable/config.js";
import { NativeCrypto } from "../hal/moddable/crypto.js";
import { device } from "../hal/moddable/device.js";
import { nativeCodec } from "../hal/moddable/frame-codec.js";
import { ModdablePlatform } from "../hal/moddable/platform.js";
import { hardwareRandom } from "../hal/moddable/random.js";
import type { Sound } from "../hal/moddable/sound.js";
import type { Storage } from "../hal/storage.js";

/** The composition root of a device: the platform, its network, and the phone on it. Without `sound` it is silent. */
export function switchOnDevice(sound: Sound | undefined): void {
  const platform = new ModdablePlatform({
    device,
    crypto: new NativeCrypto(),
    random: hardwareRandom,
    frameCodec: nativeCodec,
    ...(sound === undefined ? {} : { sound }),
  });
  // The radio first: without it the generator of random numbers has nothing to draw from.
  platform.startNetwork(storedNetwork(platform.storage));
  switchOn(platform, { port: platform.config.port, settings: {} });
}

/** The Wi-Fi network that was typed on the console some time; what is wrong with the settings, the phone says. */
function storedNetwork(storage: Storage): WifiNetwork | undefined {
  const settings = readItem("settings", (key) => storage.get(key), readSettings).good?.value;
  const value = (name: string): string => settings?.find((one) => one.name === name)?.value ?? "";
  const SSID = value("wifi-network");
  return SSID === "" ? undefined : { SSID, password: value("wifi-password") };
}
