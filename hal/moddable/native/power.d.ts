/** What the SDK leaves out: the radio's power save, and the end of the program with a status. */
declare module "muster/power" {
  /**
   * Switches off Wi-Fi's modem sleep, in which the radio sleeps between beacons and datagrams come up to some
   * hundreds of ms late (the IDF's default). Wi-Fi must have been started; where there is none it does nothing.
   */
  export function stayAwake(): void;
  /** Ends the program at once; a device starts again. Status: 0 asked to, 1 could not go on. */
  export function end(status: 0 | 1): never;
}
