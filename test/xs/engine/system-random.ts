/** On XS what is random is the phone's own generator, which stands on that of the system. */
export { hardwareRandom as systemRandom } from "../../../hal/moddable/random.js";
